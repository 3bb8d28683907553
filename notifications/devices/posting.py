"""Handing one sealed message to a push service (RFC 8030), and what it says to that."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from commons import net
from notifications.devices import sealing
from notifications.devices.enums import TOLD_FOR
from notifications.devices.models import Device

ERRAND = net.Errand("push", seconds=15)
GONE = {404, 410}
BUSY = 429
TROUBLE = 500


@dataclass(frozen=True)
class Outcome:
    """`is_gone`: the browser takes nothing any more. `is_later`: try again, not before `rest` is over."""

    is_told: bool = False
    is_gone: bool = False
    is_later: bool = False
    rest: timedelta = timedelta(0)


def post(device: Device, words: Mapping[str, str], *, about: str, is_urgent: bool, now: datetime) -> Outcome:
    """Hand these words to the push service of a device."""
    headers = {
        "Authorization": sealing.signature(device.endpoint, now=now),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(TOLD_FOR.total_seconds())),
        "Topic": sealing.topic(device, about),
        "Urgency": "high" if is_urgent else "normal",
    }
    body = sealing.seal(device, json.dumps(words, ensure_ascii=False).encode())
    try:
        answer = net.ask(device.endpoint, errand=ERRAND, method="POST", body=body, headers=headers)
    except net.NotAllowed:
        return Outcome(is_gone=True)
    except net.NotReached:
        return Outcome(is_later=True)
    except net.NoAnswer:
        return Outcome()  # it may have been told; once more could be twice
    return _outcome(answer, now=now)


def _outcome(answer: net.Answer, *, now: datetime) -> Outcome:
    if answer.status in GONE:
        return Outcome(is_gone=True)
    if answer.status == BUSY or answer.status >= TROUBLE:
        return Outcome(is_later=True, rest=_rest(answer.headers.get("retry-after", ""), now=now))
    return Outcome(is_told=answer.status < 300)  # noqa: PLR2004 (2xx is yes)


def _rest(retry_after: str, *, now: datetime) -> timedelta:
    """How long a service wants to be left alone: seconds, or a date."""
    if retry_after.isdecimal():
        return timedelta(seconds=min(int(retry_after), int(TOLD_FOR.total_seconds())))
    try:
        return max(parsedate_to_datetime(retry_after) - now, timedelta(0))
    except (ValueError, TypeError):
        return timedelta(0)

"""Reading what mail servers say of letters that came back, and what people's mailboxes say of unwanted ones."""

import re
from collections.abc import Iterator
from email.message import Message
from itertools import chain
from typing import NamedTuple

from flufl.bounce import all_failures

from commons.undeliverable import HARD, SOFT, UNKNOWN

STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
MAILBOX_FULL = ("2", "2")
NOT_LOST = {"delayed", "relayed", "expanded", "delivered"}
NO_MAILBOX = {("1", "1"), ("1", "2"), ("1", "6"), ("1", "10"), ("2", "1")}


class Status(NamedTuple):
    """What a mail server did, and why (RFC 3463)."""

    action: str
    kind: str
    subject: str
    detail: str


def points(letter: Message) -> int:
    """How much this return counts against its address: 0 for a letter that is none, or only says that it takes long."""
    if statuses := list(_statuses(letter)):
        return max(map(_points_of, statuses))
    temporary, permanent = all_failures(letter)
    return HARD if permanent else SOFT if temporary else 0


def is_complaint(letter: Message) -> bool:
    """Whether somebody's mailbox was told that the letter is unwanted (RFC 5965)."""
    return letter.get_content_type() == "multipart/report" and str(letter.get_param("report-type")) == "feedback-report"


def _statuses(letter: Message) -> Iterator[Status]:
    """What a delivery report says of each recipient (RFC 3464)."""
    reports = (part.get_payload() for part in letter.walk() if part.get_content_type() == "message/delivery-status")
    for block in chain.from_iterable(report for report in reports if isinstance(report, list)):
        found = STATUS.search(str(block.get("status") or "")) if isinstance(block, Message) else None
        if found and isinstance(block, Message):
            yield Status(str(block.get("action") or "").strip().lower(), *found.groups())


def _points_of(status: Status) -> int:
    if status.action in NOT_LOST or status.kind == "2":
        return 0
    if status.kind == "4" or (status.subject, status.detail) == MAILBOX_FULL:
        return SOFT
    return UNKNOWN if (status.subject, status.detail) in NO_MAILBOX else HARD

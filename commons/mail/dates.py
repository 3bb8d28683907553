"""When a message was sent, as far as anybody knows."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from commons.mail.headers import Headers

FIRST_MAIL = datetime(1971, 1, 1, tzinfo=UTC)
CLOCKS_DIFFER = timedelta(days=1)
OFFSET_MAX = 14 * 3600
ISO = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)")
YEARS = range(1000, 10_000)


def sent_at(found: Headers, *, envelope: bytes, now: datetime) -> datetime | None:
    """Its Date, else when the first server got it, else when it was filed; none of them before mail or after now."""
    received = [line.rpartition(b";")[2] for line in reversed(found.get("received", []))]
    filed = [*found.get("delivery-date", []), _filed(envelope)]
    for value in (*found.get("date", []), *received, *filed):
        when = read(value.decode("ascii", "replace"))
        if when and FIRST_MAIL <= when <= now + CLOCKS_DIFFER:
            return when
    return None


def read(text: str) -> datetime | None:
    try:
        return _read(text)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _read(text: str) -> datetime | None:
    iso = ISO.search(text)
    if iso:
        return datetime.fromisoformat(f"{iso[1]}T{iso[2]}").replace(tzinfo=UTC)
    parts = parsedate_tz(text)
    if parts is None or parts[0] not in YEARS:
        return None
    offset = parts[9] or 0
    zone = timezone(timedelta(seconds=offset)) if abs(offset) <= OFFSET_MAX else UTC
    return datetime(*parts[:6], tzinfo=zone).astimezone(UTC)


def _filed(envelope: bytes) -> bytes:
    """The date of a "From " line: all from the name of the day on."""
    day = re.search(rb"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.*", envelope)
    return day[0] if day else b""

"""Letters and reports that a mail service hands over by webhook (django-anymail)."""

from contextlib import suppress
from typing import Any

from anymail.signals import EventType, RejectReason, inbound, tracking

from commons import clock
from commons.undeliverable import HARD, UNKNOWN
from notifications.bridge import actions

GONE = {RejectReason.INVALID}


def listen() -> None:
    inbound.connect(take_in, dispatch_uid="bridge.inbound")
    tracking.connect(note_report, dispatch_uid="bridge.tracking")


def take_in(event: Any, **_signal: Any) -> None:
    """A letter that came in. To whom it was sent, the service knows; where it does not say, the letter does."""
    letter = event.message
    to = (
        [letter.envelope_recipient]
        if letter.envelope_recipient
        else [one.addr_spec for one in (*letter.to, *letter.cc)]
    )
    return_path = letter.envelope_sender if letter.envelope_sender is not None else str(letter.get("From", ""))
    for address in to:
        with suppress(actions.TooLarge):  # the service would only send it again
            actions.take_in(raw=letter.as_bytes(), sent_to=address, return_path=return_path, now=clock.now())


def note_report(event: Any, **_signal: Any) -> None:
    """A letter that came back, or that somebody's mailbox was told is unwanted."""
    if event.event_type == EventType.BOUNCED:
        points = UNKNOWN if event.reject_reason in GONE else HARD
        actions.note_return(address=event.recipient, points=points, now=clock.now())
    elif event.event_type in {EventType.COMPLAINED, EventType.UNSUBSCRIBED}:
        actions.end_letters_to(address=event.recipient, now=clock.now())

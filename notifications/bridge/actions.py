"""Taking letters in, and deciding what becomes of each."""

import email
import logging
from collections.abc import Callable
from datetime import datetime
from email.message import Message
from email.policy import compat32
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from commons import ratelimit, undeliverable
from commons.mail import headers
from commons.outbox import publish
from members.models import Member
from members.rules import can_contribute
from notifications import actions as notifications
from notifications import envelopes, tokens
from notifications.bridge import addressing, doors, machines, reading, returned, sealing, senders
from notifications.bridge.addressing import For, Recipient
from notifications.bridge.doors import NotTaken, NotYet, Words
from notifications.bridge.enums import ADDRESS_MAX_LENGTH, LETTER_MAX_BYTES, TOLD, TRIES_MAX, WAITS_AT_MOST, Outcome
from notifications.bridge.models import Incoming
from notifications.models import SentLetter

log = logging.getLogger(__name__)

type Decision = tuple[Outcome, str]


class TooLarge(Exception):
    """The letter is larger than 10 MB."""


def take_in(*, raw: bytes, sent_to: str, return_path: str, now: datetime) -> bool:
    """Keep a letter, sealed; a worker reads it soon. False if nobody here has that address.

    Raises:
        TooLarge: it is not taken.
    """
    if len(raw) > LETTER_MAX_BYTES:
        raise TooLarge
    if addressing.recipient(sent_to, now=now) is None:
        return False
    found, body = headers.split(raw)
    with transaction.atomic():
        incoming, is_new = Incoming.objects.get_or_create(
            recipient=sent_to.strip().strip("<>").lower()[:ADDRESS_MAX_LENGTH],
            message_hash=headers.hashed(headers.message_id(found, body)),
            defaults={
                "return_path": return_path.strip()[:ADDRESS_MAX_LENGTH],
                "sealed_letter": sealing.seal(raw),
                "received_at": now,
            },
        )
        if is_new:
            publish("bridge.letter_received", letter=incoming.pk)
    return True


def settle(*, incoming: int, now: datetime) -> None:
    """Decide what becomes of a letter, once: what it does and what is written down about it is one transaction.

    One that cannot be read, or that ends the worker, waits for the next look, and is set aside after some of them.
    """
    if not _begin_try(incoming, now=now):
        return
    try:
        with transaction.atomic():
            waiting = Incoming.objects.select_for_update(skip_locked=True).filter(outcome="")
            if found := waiting.filter(pk=incoming).first():
                _write_down(found, _decide(found, now=now), now=now)
    except NotYet:
        _give_try_back(incoming)
    except Exception:
        log.exception("letter %s could not be read", incoming)


def confirm(*, incoming: Incoming, now: datetime) -> str:
    """Its owner says that a letter is theirs: the address of the post that it becomes.

    Raises:
        NotTaken: it can no longer be posted.
    """
    with transaction.atomic():
        found = Incoming.objects.select_for_update(of=("self",)).select_related("member").get(pk=incoming.pk)
        target = addressing.recipient(found.recipient, now=now)
        if target is None or not target.place or found.member is None or found.outcome != Outcome.ASKED:
            raise NotTaken(_("This letter can no longer be posted."))
        read = reading.read(sealing.unseal(found.sealed_letter), now=now)
        try:
            address = _post(found.member, target.place, read, found, now=now)
        except NotYet as error:
            raise NotTaken(error.reason) from None
        _write_down(found, (Outcome.POSTED, address), now=now)
        return address


@transaction.atomic
def note_return(*, address: str, points: int, now: datetime) -> None:
    """A mail service says that a letter to this address came back."""
    member = senders.owner(address)
    if undeliverable.note(undeliverable.hashed(address), points=points, now=now) and member:
        publish("bridge.address_stopped", member=member.pk)


def end_letters_to(*, address: str, now: datetime) -> None:
    """A mail service says that the last letter to this address was unwanted: no more like it."""
    sent = SentLetter.objects.filter(address_hash=undeliverable.hashed(address)).select_related("member")
    if letter := sent.order_by("-sent_at").first():
        notifications.end_letters(letter=letter, now=now)


def _decide(incoming: Incoming, *, now: datetime) -> Decision:
    """What becomes of it: the steps in the order in which they protect most."""
    raw = sealing.unseal(incoming.sealed_letter)
    letter = email.message_from_bytes(raw, policy=compat32)
    target = addressing.recipient(incoming.recipient, now=now)
    if target is None:
        return Outcome.DROPPED, "the address is no longer there"
    return _STEPS[target.kind](incoming, target, letter, raw, now)


def _returned(_incoming: Incoming, target: Recipient, letter: Message, _raw: bytes, now: datetime) -> Decision:
    """A letter of ours came back: this counts against the address that it was sent to then."""
    assert target.letter
    if returned.is_complaint(letter):
        notifications.end_letters(letter=target.letter, now=now)
        return Outcome.ENDED, "a complaint"
    points = returned.points(letter)
    if not points:
        return Outcome.DROPPED, "not a report of a mail server"
    if undeliverable.note(bytes(target.letter.address_hash), points=points, now=now):
        publish("bridge.address_stopped", member=target.letter.member_id)
    return Outcome.RETURNED, f"counts {points}"


def _ended(_incoming: Incoming, target: Recipient, letter: Message, _raw: bytes, now: datetime) -> Decision:
    """The token is proof enough: some programs send this by themselves, marked as machines mark theirs."""
    assert target.letter
    if machines.is_ours(letter, instance=envelopes.instance()):
        return Outcome.DROPPED, "one of our own letters"
    notifications.end_letters(letter=target.letter, now=now)
    return Outcome.ENDED, "by mail"


def _answered(incoming: Incoming, target: Recipient, letter: Message, raw: bytes, now: datetime) -> Decision:
    """An answer: its sender must own an address of the member whom the letter was for."""
    assert target.letter
    if why := _nobody(incoming, letter):
        return Outcome.DROPPED, why
    from_ = senders.addresses(letter)
    if senders.is_forged(letter) or len(from_) != 1:
        return Outcome.DROPPED, "forged"
    if not senders.owns(target.letter.member, from_[0]):
        return _not_theirs(incoming, from_[0])
    incoming.member = target.letter.member
    return _post_or_refuse(target.letter.member, target.place, incoming, raw, now=now)


def _written(incoming: Incoming, target: Recipient, letter: Message, raw: bytes, now: datetime) -> Decision:
    """A letter to a room of the site. Its sender's own domain must vouch for it, or its owner is asked."""
    if doors.is_copied(target.place):
        return _copied(incoming, target, letter, raw, now)
    if why := _nobody(incoming, letter):
        return Outcome.DROPPED, why
    from_ = senders.addresses(letter)
    if senders.is_forged(letter) or len(from_) != 1:
        return Outcome.DROPPED, "forged"
    member = senders.owner(from_[0])
    if member is None or not member.is_active:
        return Outcome.DROPPED, "not from a member"
    incoming.member = member
    if senders.is_proved(letter):
        return _post_or_refuse(member, target.place, incoming, raw, now=now)
    asked = ratelimit.spend("bridge.confirm", key=str(member.pk), now=now)
    return (Outcome.ASKED, "") if asked else (Outcome.DROPPED, "asked often today")


def _copied(incoming: Incoming, target: Recipient, letter: Message, raw: bytes, now: datetime) -> Decision:
    """A letter of an old list: its marks are expected, our own letters come round again are not."""
    if why := _nobody(incoming, letter, is_from_list=True):
        return Outcome.DROPPED, why
    return (Outcome.COPIED, "") if doors.copy(target.place, raw, now=now) else (Outcome.DROPPED, "nothing to copy")


def _for_the_operator(_incoming: Incoming, _target: Recipient, letter: Message, raw: bytes, now: datetime) -> Decision:
    """What is sent to the postmaster: complaints end letters, the rest is handed on."""
    if not returned.is_complaint(letter):
        return Outcome.HANDED_ON, ""
    found = tokens.LINK.search(raw.decode("ascii", "replace"))
    if found and (sent := tokens.letter_of("u", found["token"], now=now)):
        notifications.end_letters(letter=sent, now=now)
        return Outcome.ENDED, "a complaint"
    return Outcome.DROPPED, "a complaint about no letter of ours"


type Step = Callable[[Incoming, Recipient, Message, bytes, datetime], Decision]

_STEPS: dict[For, Step] = {
    For.BOUNCE: _returned,
    For.ENDING: _ended,
    For.ANSWER: _answered,
    For.PLACE: _written,
    For.OPERATOR: _for_the_operator,
}


def _nobody(incoming: Incoming, letter: Message, *, is_from_list: bool = False) -> str:
    return machines.why_nobody_wrote(
        letter, return_path=incoming.return_path, instance=envelopes.instance(), is_from_list=is_from_list
    )


def _post_or_refuse(member: Member, place: str, incoming: Incoming, raw: bytes, *, now: datetime) -> Decision:
    read = reading.read(raw, now=now)
    try:
        return Outcome.POSTED, _post(member, place, read, incoming, now=now)
    except NotTaken as error:
        return Outcome.REFUSED, error.reason
    except NotYet as error:
        if now - incoming.received_at < WAITS_AT_MOST:
            raise
        return Outcome.REFUSED, error.reason


def _post(member: Member, place: str, read: reading.Read, incoming: Incoming, *, now: datetime) -> str:
    if not place or not doors.has_door(place):
        raise NotTaken(
            _("This letter told of several things, so an answer to it has no place. Please answer on the site.")
        )
    if not read.own:
        raise NotTaken(_("We found no words of yours in this letter, only what it quotes."))
    if len(read.own) > reading.OWN_MAX:
        raise NotTaken(
            _("This letter is longer than a post can be: %(count)d characters.") % {"count": reading.OWN_MAX}
        )
    if not (verdict := can_contribute(member)):
        raise NotTaken(verdict.reason)
    words = Words(
        by=member,
        subject=read.subject,
        source=read.source,
        own=read.own,
        message_id=read.message_id,
        above=read.above,
        submission=UUID(bytes=bytes(incoming.message_hash)),
        now=now,
    )
    return doors.take(place, words)


def _not_theirs(incoming: Incoming, from_: str) -> Decision:
    """Another member is told; a stranger hears nothing: an answer could go to somebody who never wrote."""
    incoming.member = senders.owner(from_)
    if incoming.member is None:
        return Outcome.DROPPED, "not from a member"
    return Outcome.REFUSED, _(
        "Only the person whom a letter was sent to can answer it, from an address that is proved to be theirs."
    )


def _write_down(incoming: Incoming, decision: Decision, *, now: datetime) -> None:
    """What became of it; those concerned are told after the commit. What was dropped is not kept."""
    incoming.outcome, why = decision
    incoming.why, incoming.handled_at = why[:300], now
    if incoming.outcome == Outcome.DROPPED:
        incoming.sealed_letter = b""
    incoming.save(update_fields=["outcome", "why", "member", "handled_at", "sealed_letter"])
    if incoming.outcome in TOLD:
        publish("bridge.letter_settled", letter=incoming.pk)


def _begin_try(incoming: int, *, now: datetime) -> bool:
    """Count the try before it, so that a letter that ends the worker is not read for ever."""
    with transaction.atomic():
        found = Incoming.objects.select_for_update().filter(pk=incoming, outcome="").first()
        if found is None:
            return False
        if found.tries >= TRIES_MAX:
            _write_down(found, (Outcome.FAILED, ""), now=now)
            return False
        Incoming.objects.filter(pk=incoming).update(tries=F("tries") + 1)
        return True


def _give_try_back(incoming: int) -> None:
    """It only has to wait."""
    Incoming.objects.filter(pk=incoming).update(tries=F("tries") - 1)

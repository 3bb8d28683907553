"""Every write of contact between two people. What both agreed to stands in the consent ledger."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q

from commons import ratelimit
from commons.contributions import rendered
from commons.outbox import publish
from members.consent import actions as consent
from members.consent import uses
from members.contact.enums import LAPSES_AFTER, RequestState
from members.contact.models import ContactRequest, Conversation, Message, NoContact
from members.models import Member

PURPOSE = "contact.messages"


def ask(*, asker: Member, asked: Member, words: str, now: datetime) -> ContactRequest:
    """Ask somebody for a yes to talk, and tell the listeners. Asked twice at once, it is one request.

    Raises:
        RateLimited: too many requests for today.
    """
    try:
        with transaction.atomic():
            action = "contact.request.newcomer" if asker.is_newcomer else "contact.request"
            ratelimit.spend_or_refuse(action, key=str(asker.pk), now=now)
            request = ContactRequest.objects.create(asker=asker, asked=asked, words=words, asked_at=now)
            uses.use(asked, "contact_request", now=now)
            publish("contact.requested", request=request.pk)
            return request
    except IntegrityError:
        return ContactRequest.objects.get(asker=asker, asked=asked, state=RequestState.REQUESTED)


@transaction.atomic
def accept(*, request: ContactRequest, surface: str, now: datetime) -> Conversation | None:
    """Say yes to a request: both agree to write with each other, and its words begin it. None if it no longer waits."""
    if not _answer(request, state=RequestState.ACCEPTED, now=now):
        return None
    first, second = sorted((request.asker, request.asked), key=lambda member: member.pk)
    conversation, _is_new = Conversation.objects.get_or_create(
        first=first, second=second, defaults={"opened_at": now, "last_message_at": now}
    )
    for member in (first, second):
        consent.answer(member=member, purpose=PURPOSE, yes=True, surface=surface, now=now, scope=conversation.scope)
    Message.objects.create(
        conversation=conversation,
        author=request.asker,
        source=request.words,
        html=rendered(request.words, author=request.asker_id),
        submission=uuid4(),
        created_at=request.asked_at,
    )
    return conversation


@transaction.atomic
def decline(*, request: ContactRequest, now: datetime) -> bool:
    """Say no. The asker is not told and sees what they saw before."""
    return _answer(request, state=RequestState.DECLINED, now=now)


@transaction.atomic
def withdraw(*, request: ContactRequest, now: datetime) -> bool:
    """Take one's own request back."""
    return _answer(request, state=RequestState.WITHDRAWN, now=now)


def lapse_old(*, now: datetime) -> int:
    """Close requests that nobody answered in 14 days; how many."""
    old = ContactRequest.objects.filter(state=RequestState.REQUESTED, asked_at__lt=now - LAPSES_AFTER)
    return old.update(state=RequestState.LAPSED, answered_at=now)


@transaction.atomic
def send(*, conversation: Conversation, by: Member, source: str, submission: UUID, now: datetime) -> Message:
    """Write to the other person. A form sent twice makes one message."""
    ratelimit.spend_or_refuse("contact.message", key=str(by.pk), now=now)
    message, is_new = Message.objects.get_or_create(
        author=by,
        submission=submission,
        defaults={
            "conversation": conversation,
            "source": source,
            "html": rendered(source, author=by.pk),
            "created_at": now,
        },
    )
    if is_new:
        Conversation.objects.filter(pk=conversation.pk).update(last_message_at=now)
        for person in (conversation.first, conversation.second):
            uses.use(person, "message", now=now, scope=conversation.scope)
        publish("contact.message_sent", message=message.pk)
    return message


def close(*, conversation: Conversation, by: Member, surface: str, now: datetime) -> bool:
    """End a conversation: one's own yes is taken back, and nobody can write in it any more."""
    return consent.withdraw(member=by, purpose=PURPOSE, surface=surface, now=now, scope=conversation.scope)


@transaction.atomic
def want_no_contact(*, member: Member, other: Member, surface: str, now: datetime) -> None:
    """Nothing goes between these two any more, either way; what is open between them ends. `other` is not told."""
    NoContact.objects.get_or_create(member=member, other=other, defaults={"since": now})
    pair = Q(asker=member, asked=other) | Q(asker=other, asked=member)
    ContactRequest.objects.filter(pair, state=RequestState.REQUESTED).update(
        state=RequestState.DECLINED, answered_at=now
    )
    first, second = sorted((member.pk, other.pk))
    if conversation := Conversation.objects.filter(first=first, second=second).first():
        close(conversation=conversation, by=member, surface=surface, now=now)
    publish("contact.ended", member=member.pk, other=other.pk)


@transaction.atomic
def allow_contact(*, member: Member, other: Member) -> None:
    """Let contact be possible again. Nothing is opened by it."""
    NoContact.objects.filter(member=member, other=other).delete()


def _answer(request: ContactRequest, *, state: RequestState, now: datetime) -> bool:
    waiting = ContactRequest.objects.filter(pk=request.pk, state=RequestState.REQUESTED)
    return bool(waiting.update(state=state, answered_at=now))

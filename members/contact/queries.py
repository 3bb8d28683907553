"""What the pages of contact ask for, and whom a text may mention."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from commons import clock
from commons.pagination import Page, page
from members.consent import gate
from members.contact.enums import RequestState
from members.contact.models import ContactRequest, Conversation, Message, NoContact
from members.models import Member

MESSAGES_BY = ("-created_at", "-id")
SHOWN = 50


def is_blocked(one: Member, other: Member) -> bool:
    """Whether either of the two wants no contact with the other."""
    return NoContact.objects.filter(Q(member=one, other=other) | Q(member=other, other=one)).exists()


def kept_apart(member: Member, others: Iterable[int | None]) -> set[int]:
    """Those of these others with whom the member has no contact, whoever of the two wanted that. One query."""
    some = [other for other in others if other]
    either = Q(member=member, other__in=some) | Q(other=member, member__in=some)
    pairs = NoContact.objects.filter(either).values_list("member", "other") if some else ()
    return {one for pair in pairs for one in pair} - {member.pk}


def blocked_with(member: int) -> Q:
    """Of a QuerySet of members: those with whom there is no contact, whoever wanted it so."""
    mine = NoContact.objects.filter(member=member, other=OuterRef("pk"))
    theirs = NoContact.objects.filter(other=member, member=OuterRef("pk"))
    return Q(Exists(mine)) | Q(Exists(theirs))


def mentionable(usernames: Sequence[str], author: int | None) -> dict[str, Member]:
    """Of these names, those of people who may be mentioned now, by the member with this key."""
    now = clock.now()
    people = Member.objects.filter(username__in=usernames, is_active=True)
    people = people.filter(pk__in=gate.consenting("contact.mention", now=now))
    if author is not None:
        people = people.exclude(blocked_with(author))
    return {member.username: member for member in people}


def person(username: str) -> Member:
    return get_object_or_404(Member, username=username.lower(), is_active=True)


def last_request(asker: Member, asked: Member) -> ContactRequest | None:
    """The latest that still counts: one taken back by the asker counts too, so that nobody can ask every day."""
    return ContactRequest.objects.filter(asker=asker, asked=asked).order_by("-asked_at").first()


def waiting_for(member: Member) -> QuerySet[ContactRequest]:
    """Requests that this member may answer, oldest first. One query."""
    waiting = ContactRequest.objects.filter(asked=member, state=RequestState.REQUESTED).select_related("asker")
    return waiting.order_by("asked_at", "pk")[:SHOWN]


def sent_by(member: Member) -> QuerySet[ContactRequest]:
    """What this member has asked and not got a yes to. Declined, lapsed and waiting look the same. One query."""
    sent = ContactRequest.objects.filter(asker=member).exclude(
        state__in=[RequestState.ACCEPTED, RequestState.WITHDRAWN]
    )
    return sent.select_related("asked").order_by("-asked_at", "-pk")[:SHOWN]


def conversations(member: Member) -> list[tuple[Conversation, Member]]:
    """The member's conversations, latest first, each with the other person. One query."""
    found = Conversation.objects.of(member).select_related("first", "second").order_by("-last_message_at", "-pk")
    return [(conversation, conversation.other_than(member)) for conversation in found[:SHOWN]]


def conversation(conversation_id: int, *, reader: Member) -> Conversation:
    """One conversation of the reader's. A 404 for everybody else."""
    found = Conversation.objects.of(reader).select_related("first", "second")
    return get_object_or_404(found, pk=conversation_id)


def messages(conversation: Conversation, *, before: Sequence[Any] | None) -> Page[Message]:
    """One page, latest first. One query."""
    rows = Message.objects.filter(conversation=conversation).select_related("author")
    return page(rows, by=MESSAGES_BY, after=before)


def no_contacts(member: Member) -> QuerySet[NoContact]:
    return NoContact.objects.filter(member=member).select_related("other").order_by("other__display_name", "pk")


def lapsing(*, before: datetime) -> QuerySet[ContactRequest]:
    return ContactRequest.objects.filter(state=RequestState.REQUESTED, asked_at__lt=before)

"""What was done on a consent, for the person to read: one line a day for each purpose and sink.

A sink is a place where personal data leaves the hands of its owner. Each is named here, with the
words that the owner reads; a sink without a name can't be used.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.consent import gate
from members.consent.models import ConsentUse
from members.consent.purposes import PURPOSES
from members.models import Member

SINKS: dict[str, tuple[str, Promise]] = {
    "directory": ("profile.directory", _("You were in the list of people that a member opened.")),
    "public_page": ("profile.public", _("A visitor opened your page.")),
    "who_does_what": ("profile.public", _("A visitor read your name at “Who does what”.")),
    "details": ("profile.details", _("Somebody you chose saw what you tell about yourself.")),
    "photo": ("profile.photo", _("Your picture was shown.")),
    "area": ("location.area", _("Somebody you chose saw roughly where you are.")),
    "thanks": ("thanks.public", _("The thanks you were given were shown on your page.")),
    "attendance": ("events.attendance", _("Somebody who comes to the same event saw that you come.")),
    "public_post": ("content.public", _("Visitors could read a post of yours.")),
    "indexable": ("content.search_index", _("A page with your posts was open to search engines.")),
    "quotation": ("content.quote_outside", _("A member was given words of yours to quote elsewhere.")),
    "mention": ("contact.mention", _("A member mentioned you.")),
    "contact_request": ("contact.requests", _("A member asked to write to you.")),
    "message": ("contact.messages", _("You and one person wrote to each other.")),
    "welcomer": ("welcome.buddy", _("Your welcomer saw your name, your Hello post and the step you chose.")),
    "newcomer": ("welcome.volunteer", _("You were named as somebody's welcomer.")),
    "welcome_letter": ("email.welcome", _("We sent you a letter about welcoming.")),
    "message_letter": ("email.messages", _("We sent you a letter because somebody wrote to you.")),
    "notice_letter": ("email.replies", _("We sent you a letter about what happened here.")),
    "digest_letter": ("email.digest", _("We sent you a digest.")),
    "list_letter": ("email.list", _("We sent you a post of a room that you read by mail.")),
    "push": ("push.notify", _("We told a device of yours that something waits for you.")),
    "access_needs": ("special.access_needs", _("A host you chose saw your access needs.")),
}

type Line = tuple[UUID, date, str, str]

_noted: set[Line] = set()
"""Lines that were committed, known by the event they rest on: the number of a member may come again after a restore."""
NOTED_MAX = 50_000


def use(member: Member, sink: str, *, now: datetime, scope: str = "") -> bool:
    """Ask the gate whether this may be done now, and leave the line if so."""
    answer = gate.allows(member, SINKS[sink][0], now=now, scope=scope)
    if answer and answer.event:
        note({sink: {member.pk: answer.event}}, now=now, scope=scope)
    return bool(answer)


def note(events: Mapping[str, Mapping[int, UUID]], *, now: datetime, scope: str = "") -> None:
    """Leave today's line for each sink and member, with the event that the yes rests on. Nothing the second time."""
    today = now.date()
    lines = {
        (event, today, sink, scope): ConsentUse(
            member_id=member, purpose_code=SINKS[sink][0], sink=sink, scope_id=scope, used_on=today, event=event
        )
        for sink, members in events.items()
        for member, event in members.items()
    }
    if fresh := lines.keys() - _noted:
        ConsentUse.objects.bulk_create([lines[key] for key in fresh], ignore_conflicts=True)
        transaction.on_commit(lambda: _remember(fresh))


def _remember(lines: Iterable[Line]) -> None:
    if len(_noted) > NOTED_MAX:
        _noted.clear()
    _noted.update(lines)


class Told(NamedTuple):
    """A line as its owner reads it."""

    use: ConsentUse
    title: str
    words: str


def told(lines: Iterable[ConsentUse]) -> list[Told]:
    """Each line in words."""
    return [Told(line, str(PURPOSES[line.purpose_code].title), str(SINKS[line.sink][1])) for line in lines]

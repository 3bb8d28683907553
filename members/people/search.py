"""The people's part of search: those whom a member finds in the directory, by name."""

from datetime import datetime

from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from commons.searching import Found, Question, Shelf
from members.models import Member
from members.people import queries
from members.people.queries import Shown
from members.rules import Person

PEOPLE_SHOWN = 5


def people_shelf(question: Question, *, reader: Person, now: datetime) -> Shelf | None:
    """People of that name who said yes to being found, for members only."""
    if not isinstance(reader, Member) or not question.is_anywhere:
        return None
    named, are_of_name = queries.named(reader, question.words, now=now, size=PEOPLE_SHOWN)
    label = _("People") if are_of_name else _("People with nearly this name")
    return Shelf(label, [_found(shown, now) for shown in named])


def _found(shown: Shown, now: datetime) -> Found:
    return Found(
        at=now,
        key=shown.person.pk,
        what=_("Person"),
        title=str(shown.person),
        address=shown.person.get_absolute_url(),
        snippet=mark_safe(escape(", ".join(shown.can_share))),  # noqa: S308 - escaped
    )

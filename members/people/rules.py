"""Who may see what somebody tells about themselves, and who may do what with whom."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from commons.access import Allowed, Denied, Verdict
from members.models import Member
from members.people.enums import TOPICS_MAX, Bond, Visibility
from members.rules import Person, can_contribute

CIRCLES = {
    Visibility.NOBODY: {Bond.SELF},
    Visibility.CHOSEN: {Bond.SELF, Bond.CHOSEN},
    Visibility.MEMBERS: {Bond.SELF, Bond.CHOSEN, Bond.MEMBER},
    Visibility.EVERYONE: {Bond.SELF, Bond.CHOSEN, Bond.MEMBER, Bond.VISITOR},
}


def is_for(visibility: str, bond: Bond) -> bool:
    """Whether a field with this visibility is for somebody with this bond."""
    return bond in CIRCLES[Visibility(visibility)]


def can_thank(person: Person, receiver: Member) -> Verdict:
    if person == receiver:
        return Denied(_("You can thank anybody here but yourself."))
    return can_contribute(person)


def can_choose(person: Person, other: Member) -> Verdict:
    if person == other:
        return Denied(_("You have met yourself already."))
    return Allowed()


def can_list(names: Sequence[str]) -> Verdict:
    if len(names) > TOPICS_MAX:
        return Denied(_("That is more than %(count)s. Please choose those that matter most.") % {"count": TOPICS_MAX})
    return Allowed()

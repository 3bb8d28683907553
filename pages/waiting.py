"""What waits for a member, in words, with the way to it. A list that ends; nothing is counted."""

from datetime import datetime
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from members.contact import queries as contact
from members.models import Member
from members.welcome import queries as welcome
from members.welcome.enums import Step


class Waiting(NamedTuple):
    words: str
    address: str


def waiting_for(member: Member, *, now: datetime) -> list[Waiting]:
    """Three queries, however much there is."""
    found = [*_of_the_welcome(member, now=now)]
    found += [
        Waiting(_("%(name)s asks to write with you") % {"name": request.asker}, reverse("contact:inbox"))
        for request in contact.waiting_for(member)
    ]
    if welcome.newcomers_of(member, now=now):
        found.append(Waiting(_("You welcome somebody: see how they are"), reverse("welcome:newcomers")))
    return found


def _of_the_welcome(member: Member, *, now: datetime) -> list[Waiting]:
    way_in = welcome.way_in(member, now=now)
    if not way_in.is_done:
        return [Waiting(_("Your way in: go on where you were"), reverse("welcome:start"))]
    found = []
    if way_in.is_asked:
        found.append(Waiting(_("How is it going? Tell us with one press"), reverse("welcome:check_in")))
    if way_in.to_accept:
        agreements = reverse("welcome:step", args=[Step.AGREEMENTS])
        found.append(Waiting(_("What we ask of each other has changed: read it, and agree if you do"), agreements))
    return found

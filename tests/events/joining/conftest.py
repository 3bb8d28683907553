"""A date to join."""

from collections.abc import Callable
from datetime import datetime

import pytest

from events.joining import actions
from events.joining.actions import Chosen, Reply
from events.joining.enums import Wish
from events.joining.models import Rsvp
from events.models import Event, Occurrence
from members.models import Member
from tests.events.conftest import NOW

type Begin = Callable[..., Event]


@pytest.fixture
def date(begin: Begin) -> Callable[..., Occurrence]:
    """`date(capacity=2)` is one of Ada's evenings, on Tuesday 1 December 2026 at 19:00, on these terms."""

    def made(*, event: dict[str, object] | None = None, **terms: object) -> Occurrence:
        held = begin(**(event or {}))
        actions.set_terms(event=held, chosen=Chosen(**terms), now=NOW)
        return one_date(held)

    return made


def one_date(event: Event) -> Occurrence:
    return Occurrence.objects.select_related("event__place").filter(event=event).earliest("starts_at")


def says(member: Member, occurrence: Occurrence, wish: str = Wish.YES, *, now: datetime = NOW, **said: object) -> Rsvp:
    return actions.reply(occurrence=occurrence, by=member, said=Reply(wish=wish, **said), now=now)


def people(count: int) -> list[Member]:
    return [Member.objects.create_user(f"p{n}", display_name=f"Person {n}") for n in range(count)]


def states(occurrence: Occurrence) -> list[str]:
    return list(Rsvp.objects.filter(occurrence=occurrence).order_by("pk").values_list("state", flat=True))

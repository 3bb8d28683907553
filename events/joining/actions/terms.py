"""What the hosts decide beforehand: how many places, for whom some are kept, whom they ask, and what."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from events.actions import Full
from events.joining.actions.places import settle_dates
from events.joining.enums import QUESTIONS_MOST
from events.joining.models import Question, Terms
from events.models import Event

FIELDS = ("capacity", "kept_places", "kept_for", "needs_approval", "takes_guests")


@dataclass(frozen=True)
class Chosen:
    """On which terms an event is to be joined, as its form hands them over."""

    capacity: int | None = None
    kept_places: int = 0
    kept_for: str = ""
    needs_approval: bool = False
    takes_guests: bool = False


def set_terms(*, event: Event, chosen: Chosen, now: datetime) -> Terms:
    """Say on which terms an event is joined. Nobody loses a place by it; what becomes free is offered on."""
    terms, _is_new = Terms.objects.update_or_create(event=event, defaults=vars(chosen))
    settle_dates(event.pk, now=now)
    return terms


@transaction.atomic
def ask(*, event: Event, words: str, why: str, keep_days: int, is_required: bool) -> Question:
    """Ask whoever joins from now on. The same question twice is one.

    Raises:
        Full: ten questions are enough for one event.
    """
    Event.objects.select_for_update().get(pk=event.pk)
    asked = Question.objects.filter(event=event)
    if found := asked.filter(words=words).first():
        return found
    if asked.count() >= QUESTIONS_MOST:
        raise Full(_("Ten questions are enough for one event. Take one away first."))
    told = {"why": why, "keep_days": keep_days, "is_required": is_required}
    return Question.objects.create(event=event, words=words, **told)


@transaction.atomic
def stop_asking(*, question: Question) -> None:
    """Ask no more; what was answered is deleted with the question."""
    Question.objects.filter(pk=question.pk).delete()


def carry_on(before: Event, later: Event) -> None:
    """An event that goes on from another, or begins like it, is joined on the same terms."""
    if terms := Terms.objects.filter(pk=before.pk).first():
        Terms.objects.create(event=later, **{name: getattr(terms, name) for name in FIELDS})
    told = ("words", "why", "keep_days", "is_required")
    questions = Question.objects.filter(event=before).order_by("pk").values(*told)
    Question.objects.bulk_create(Question(event=later, **row) for row in questions)

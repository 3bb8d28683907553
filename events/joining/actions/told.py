"""What people tell for an event: answers to the hosts' questions, access needs, what may be made of them."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from events.joining import queries, rules, sealing
from events.joining.actions.telling import tell_hosts_to_act
from events.joining.enums import State
from events.joining.models import Answer, MediaChoice, PassedNeeds, Question, Rsvp
from events.models import Occurrence
from members.consent import actions as consent
from members.consent import gate
from members.models import Member


def keep_answers(rsvp: Rsvp, words: Mapping[int, str]) -> None:
    """Keep what somebody answers now, instead of before. Whoever says no leaves no answers, and no access needs."""
    Answer.objects.filter(rsvp=rsvp).delete()
    if rsvp.state == State.NO:
        PassedNeeds.objects.filter(rsvp=rsvp).delete()
        return
    questions = Question.objects.filter(event=rsvp.occurrence.event_id, pk__in=words).order_by("pk")
    Answer.objects.bulk_create(
        Answer(rsvp=rsvp, question=one, words=words[one.pk]) for one in questions if words[one.pk].strip()
    )


@transaction.atomic
def pass_needs(*, rsvp: Rsvp, by: Member, text: str, now: datetime) -> None:
    """Pass what somebody needs to the hosts of one date and to nobody else. No text takes it back.

    The member's end of the consent ledger is locked meanwhile, so that nothing is kept after a no.

    Raises:
        ConsentRequired: there is no yes to keeping them.
    """
    consent.locked_principal(by)
    gate.forget_memo(by)
    gate.require_consent(by, queries.NEEDS, now=now)
    PassedNeeds.objects.filter(rsvp=rsvp).delete()
    if text.strip():
        PassedNeeds.objects.create(rsvp=rsvp, sealed_words=sealing.seal(text), passed_at=now)


@transaction.atomic
def take_needs_back(*, member_id: int, passed_before: datetime | None = None) -> bool:
    """Delete what a member has passed on, everywhere, or only what is older than the yes that stands now."""
    kept = PassedNeeds.objects.filter(rsvp__member=member_id)
    if passed_before is not None:
        kept = kept.filter(passed_at__lt=passed_before)
    return bool(kept.delete()[0])


@transaction.atomic
def choose_media(*, rsvp: Rsvp, date: Occurrence, levels: Mapping[str, str], now: datetime) -> list[MediaChoice]:
    """Say what may be made of one, part by part. A step back once the date has begun is a task for the hosts."""
    Rsvp.objects.select_for_update().get(pk=rsvp.pk)
    before = queries.said_levels(rsvp)
    said = []
    for part, level in levels.items():
        if before.get(part) == level:
            continue
        asks = rules.is_step_back(before.get(part), level) and date.starts_at <= now
        choice = MediaChoice.objects.create(rsvp=rsvp, part=part, level=level, said_at=now, asks_hosts=asks)
        if asks:
            tell_hosts_to_act(choice, date=date, now=now)
        said.append(choice)
    return said


@transaction.atomic
def settle_step_back(*, choice: MediaChoice, now: datetime) -> None:
    """A host has seen to what was made of somebody: cut out, blurred, taken down."""
    MediaChoice.objects.filter(pk=choice.pk, settled_at=None).update(settled_at=now)


@transaction.atomic
def forget_kept_places(*, before: datetime) -> int:
    """Nobody reads any more who needed a kept place on dates that ended before; how many that was."""
    return Rsvp.objects.filter(needs_kept=True, occurrence__ends_at__lt=before).update(needs_kept=False)

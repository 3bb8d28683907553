"""The breach register: writing down, deciding by two, noting who was told. Nothing is ever sent by itself."""

from datetime import datetime
from typing import Any

from django.db import transaction

from members.models import Member
from members.rights.models import Breach


def record_breach(*, by: Member, **facts: Any) -> Breach:
    """Enter a breach; the clock of 72 hours runs from the moment we knew of it."""
    return Breach.objects.create(reported_by=by, **facts)


def correct_breach(*, breach: Breach, **facts: Any) -> None:
    """Write down what is known by now, who was told and when."""
    Breach.objects.filter(pk=breach.pk).update(**facts)


@transaction.atomic
def propose_risk(*, breach: Breach, by: Member, risk: str, reasoning: str) -> None:
    """The first of two says what it means for the people. What was decided before counts no more."""
    Breach.objects.filter(pk=breach.pk).update(
        risk=risk, risk_reasoning=reasoning, first_decider=by, second_decider=None, decided_at=None
    )


@transaction.atomic
def agree(*, breach: Breach, by: Member, now: datetime) -> bool:
    """The second of two agrees, and it is decided. False if there is nothing to agree to any more."""
    proposed = Breach.objects.filter(pk=breach.pk, decided_at=None, risk=breach.risk).exclude(risk="")
    return bool(proposed.exclude(first_decider=by).update(second_decider=by, decided_at=now))


def close_breach(*, breach: Breach, lessons: str, now: datetime) -> None:
    """Nothing is left to do; what was learned stays."""
    Breach.objects.filter(pk=breach.pk, closed_at=None).update(lessons=lessons, closed_at=now)


def forget_in_register(*, member: Member) -> None:
    """The register stays; who reported or decided is no longer in it."""
    for name in ("reported_by", "first_decider", "second_decider"):
        Breach.objects.filter(**{name: member}).update(**{name: None})

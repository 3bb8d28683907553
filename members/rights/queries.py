"""What the pages of data rights ask for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commons import holdings
from commons.holdings import Holding, Kept, Retention
from members.enums import Role
from members.models import Member
from members.queries import addresses_of
from members.rights.models import (
    Breach,
    Complaint,
    Erasure,
    ErasureChoice,
    Export,
    LegalHold,
    RetentionPeriod,
    RetentionRun,
)


def latest_export(member: Member) -> Export | None:
    return Export.objects.filter(member=member).order_by("-asked_at").first()


def ready_export(member: Member, *, now: datetime) -> QuerySet[Export]:
    """The copies that can still be fetched."""
    return Export.objects.filter(member=member, ready_at__isnull=False, expires_at__gt=now)


def holds_on(member: Member, *, now: datetime) -> QuerySet[LegalHold]:
    """What the law keeps of somebody now."""
    return LegalHold.objects.filter(member=member, until__gt=now).order_by("until", "pk")


def held_labels(member: Member, *, now: datetime) -> set[str]:
    """The holdings that the law keeps, with those that are held together with them."""
    named = {label for hold in holds_on(member, now=now) for label in hold.holdings}
    groups = {holding.group for holding in holdings.holdings() if holding.label in named}
    return {holding.label for holding in holdings.holdings() if holding.group in groups}


def chosen(member: Member, label: str) -> set[int]:
    """The things of one kind whose words somebody wants taken away when they leave."""
    choices = ErasureChoice.objects.filter(member=member, holding=label)
    return set(choices.order_by("pk").values_list("item", flat=True))


def choice_count(member: Member) -> int:
    return ErasureChoice.objects.filter(member=member).count()


def choosable() -> list[Holding]:
    """What can be chosen one by one."""
    return [holding for holding in holdings.holdings() if holding.choosable]


def kept_after_erasure() -> list[str]:
    """What stays when somebody has left, and why."""
    reasons = [str(one.erase.reason) for one in holdings.holdings() if isinstance(one.erase, Kept)]
    return list(dict.fromkeys(reasons))


def has_other_administrators(member: Member) -> bool:
    others = Member.objects.filter(is_active=True, roles__contains=[Role.ADMINISTRATOR])
    return others.exclude(pk=member.pk).exists()


def kept(rule: Retention) -> timedelta:
    """How long one rule keeps what it is about: as the community has said, or else as it comes."""
    if rule.is_fixed:
        return rule.keep
    days = RetentionPeriod.objects.filter(rule=rule.code).values_list("days", flat=True).first()
    return rule.keep if days is None else timedelta(days=days)


@dataclass(frozen=True)
class Row:
    """One line of the public table of retention."""

    rule: Retention
    period: str
    run: RetentionRun | None


def retention_table() -> list[Row]:
    """Every rule with its time and what it did last; two queries."""
    latest = RetentionRun.objects.order_by("rule", "-ran_at").distinct("rule")
    runs = {run.rule: run for run in latest}
    words = periods_in_words()
    return [Row(rule, words[rule.code], runs.get(rule.code)) for rule in holdings.rules()]


def periods_in_words() -> dict[str, str]:
    """How long each rule keeps things, in words; one query."""
    changed = dict(RetentionPeriod.objects.order_by("pk").values_list("rule", "days"))
    return {rule.code: _period(rule, changed) for rule in holdings.rules()}


def _period(rule: Retention, changed: dict[str, int]) -> str:
    days = rule.keep.days if rule.is_fixed else changed.get(rule.code, rule.keep.days)
    if days == rule.keep.days and rule.words:
        return str(rule.words)
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days} if days else _("not at all")


def unfinished_erasure(member: Any) -> Erasure | None:
    return Erasure.objects.filter(member=member, finished_at=None).first()


def breaches() -> QuerySet[Breach]:
    """The register, latest first."""
    return Breach.objects.select_related("first_decider", "second_decider").order_by("-aware_at", "-pk")


def complaints() -> QuerySet[Complaint]:
    return Complaint.objects.all()


def complaints_of(member: Any) -> QuerySet[Complaint]:
    """What somebody complained about, with their account or from an address of theirs."""
    return Complaint.objects.filter(Q(member=member) | Q(email__in=addresses_of(member)))

"""What the pages of trust ask for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Model, Q, QuerySet, Sum
from django.shortcuts import get_object_or_404

from commons.pagination import Page, page
from members.consent import gate
from members.enums import Role, Standing
from members.models import Member
from members.trust.enums import OFFER_LAPSES, SHOWN
from members.trust.models import (
    DataAccess,
    DataAccessView,
    Participation,
    Removal,
    RoleGrant,
    StandingChange,
    Telling,
    Vouch,
)
from members.trust.rules import Progress

ACCESSES_BY = ("-asked_at", "-id")
GRANTS_BY = ("-granted_at", "-id")
GIVERS = ("granted_by", "seconded_by", "also_seconded_by", "ended_by")
WITNESSES = ("asked_by", "confirmed_by", "reviewed_by")


def person(username: str) -> Member:
    return get_object_or_404(Member, username=username.lower(), is_active=True)


def progress(member: Member) -> Progress:
    """How far a newcomer has come. Two queries."""
    taken = Participation.objects.filter(member=member).aggregate(days=Count("pk"), posts=Sum("post_count"))
    removed_at = Removal.objects.filter(member=member).aggregate(last=Max("removed_at"))["last"]
    return Progress(
        joined_at=member.date_joined, active_days=taken["days"], posts=taken["posts"] or 0, removed_at=removed_at
    )


def newcomers(*, joined_before: datetime) -> QuerySet[Member]:
    """Newcomers who have been here that long and have written something."""
    wrote = Participation.objects.values("member")
    return Member.objects.filter(standing=Standing.NEWCOMER, date_joined__lte=joined_before, pk__in=wrote)


def vouches_for(newcomer: Member) -> QuerySet[Vouch]:
    """The words that stand for somebody, oldest first. One query."""
    standing = Vouch.objects.filter(newcomer=newcomer, taken_back_at=None, voucher__is_active=True)
    return standing.select_related("voucher").order_by("vouched_at", "pk")


def vouches_by(voucher: Member) -> QuerySet[Vouch]:
    """The words that somebody gave and did not take back, latest first. One query."""
    given = Vouch.objects.filter(voucher=voucher, taken_back_at=None).select_related("newcomer")
    return given.order_by("-vouched_at", "-pk")[:SHOWN]


def given(voucher: Member, newcomer: Member) -> Vouch | None:
    return Vouch.objects.filter(voucher=voucher, newcomer=newcomer, taken_back_at=None).first()


def changes(member: Member) -> QuerySet[StandingChange]:
    """How somebody's standing has changed, latest first. One query."""
    return StandingChange.objects.filter(member=member).order_by("-happened_at", "-pk")[:SHOWN]


def own_grants(member: Member) -> QuerySet[RoleGrant]:
    """What was offered to a member and what they hold or held, latest first. One query."""
    return RoleGrant.objects.filter(member=member).with_people().order_by("-granted_at", "-pk")[:SHOWN]


def open_grants(member: Member, role: str) -> list[RoleGrant]:
    return list(RoleGrant.objects.filter(member=member, role=role, ended_at=None).order_by("pk"))


def grants_to_keep(*, now: datetime) -> tuple[list[RoleGrant], list[RoleGrant]]:
    """What is offered, oldest first, and what stands, the next to end first. Two queries."""
    people = RoleGrant.objects.with_people()
    return list(people.offered().order_by("granted_at", "pk")), list(people.standing(now=now).order_by("until", "pk"))


def ended_grants(*, after: Sequence[Any] | None) -> Page[RoleGrant]:
    """A page of what has ended. One query."""
    return page(RoleGrant.objects.with_people().filter(ended_at__isnull=False), by=GRANTS_BY, after=after)


def due_grants(*, now: datetime) -> list[int]:
    """Roles whose time is over, and offers that nobody answered."""
    over = Q(until__lte=now) | Q(accepted_at=None, granted_at__lte=now - OFFER_LAPSES)
    return list(RoleGrant.objects.filter(over, ended_at=None).order_by("pk").values_list("pk", flat=True))


def administrator_count() -> int:
    """How many people can administer the site now."""
    here = Member.objects.filter(is_active=True).exclude(standing=Standing.SUSPENDED)
    return here.filter(roles__contains=[Role.ADMINISTRATOR]).count()


def keepers(*, but: Iterable[int | None] = ()) -> QuerySet[Member]:
    """Active administrators and moderators, but for some."""
    watching = Q(roles__contains=[Role.ADMINISTRATOR]) | Q(roles__contains=[Role.MODERATOR])
    here = Member.objects.filter(watching, is_active=True).exclude(standing=Standing.SUSPENDED)
    return here.exclude(pk__in=[pk for pk in but if pk]).order_by("pk")


@dataclass(frozen=True)
class Holder:
    """Somebody with a power. `since` and `until` are empty where no grant says them."""

    member: Member
    since: datetime | None = None
    until: datetime | None = None


def holders(*, now: datetime) -> dict[str, list[Holder]]:
    """Everybody who holds a role at this moment, by role and name. Two queries."""
    here = list(Member.objects.filter(roles__len__gt=0, is_active=True).order_by("display_name", "pk"))
    grants = {(grant.member_id, grant.role): grant for grant in RoleGrant.objects.standing(now=now).order_by("pk")}
    found: dict[str, list[Holder]] = {role: [] for role in Role.values}
    for member in here:
        for role in member.roles:
            grant = grants.get((member.pk, role))
            found[role].append(Holder(member, grant.accepted_at, grant.until) if grant else Holder(member))
    return found


def named_to_visitors(members: Iterable[int], *, now: datetime) -> dict[int, UUID]:
    """Those of these whose page is open to everyone, with the event that it rests on. One query."""
    return gate.standing_events(members, ["profile.public"], now=now)["profile.public"]


def accesses() -> QuerySet[DataAccess]:
    return DataAccess.objects.with_people()


def access_page(*, after: Sequence[Any] | None) -> Page[DataAccess]:
    """All looks at data, latest first. One query."""
    return page(accesses(), by=ACCESSES_BY, after=after)


def looks_at(
    member: Member, *, after: Sequence[Any] | None
) -> tuple[Page[DataAccess], dict[int, list[DataAccessView]]]:
    """Who opened a member's data, latest first, and when they read it. Two queries."""
    found = page(accesses().filter(about=member, opened_at__isnull=False), by=ACCESSES_BY, after=after)
    views: dict[int, list[DataAccessView]] = {access.pk: [] for access in found.rows}
    for view in DataAccessView.objects.filter(access__in=list(views)).order_by("viewed_at", "pk"):
        views[view.access_id].append(view)
    return found, views


def unreviewed_count() -> int:
    return DataAccess.objects.unreviewed().count()


def open_access(by: Member, about: Member, *, now: datetime) -> DataAccess | None:
    """What lets this administrator read this member's data at this moment."""
    return DataAccess.objects.open(now=now).filter(asked_by=by, about=about).order_by("-until").first()


def untold(member: Member) -> list[Telling]:
    """What a member has not been told yet, oldest first. One query."""
    return list(Telling.objects.filter(member=member, told_at=None).order_by("happened_at", "pk")[:SHOWN])


def traces_of(member: Member, model: type[Model], *parts: str) -> int:
    """How many rows of a model still lead to somebody by one of these fields."""
    leads = reduce(or_, (Q(**{part: member}) for part in parts))
    return model._default_manager.filter(leads).count()

"""What the welcome's pages and its clock ask for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, Exists, F, FloatField, Max, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.db.models.aggregates import Aggregate
from django.db.models.functions import Coalesce, Extract, JSONArray
from django.shortcuts import get_object_or_404

from members.consent import gate
from members.contact.queries import blocked_with
from members.models import Member
from members.welcome.agreements import AGREEMENTS, Agreement
from members.welcome.enums import (
    CALL_ORGANISERS_AFTER,
    CELL_MIN,
    FIGURES_OVER,
    NEWCOMERS_MAX,
    NUDGE_AFTER,
    PAIRING_LENGTH,
    ApplicationState,
    Feeling,
    Step,
)
from members.welcome.models import (
    Acceptance,
    Application,
    ApplicationMessage,
    Arrival,
    CheckIn,
    Hello,
    Invitation,
    Pairing,
    Welcome,
)

ARRIVALS_BY = ("-arrived_at", "-id")


def welcome(member: Member) -> Welcome | None:
    return Welcome.objects.filter(member=member).first()


@dataclass(frozen=True)
class WayIn:
    """How far a member's welcome has come: what it asks, or what is to accept."""

    is_done: bool
    is_asked: bool = False
    to_accept: Sequence[Agreement] = ()


def way_in(member: Member, *, now: datetime) -> WayIn:
    """One query, for what takes three when a page needs only one of them."""
    latest = _asked(member, now=now).annotate(is_open=Case(When(answered_at=None, then=True), default=False))
    accepted = Acceptance.objects.filter(member=member).order_by().values(pair=JSONArray("code", "version"))
    found = Welcome.objects.filter(member=member).annotate(
        is_asked=Coalesce(Subquery(latest.values("is_open")[:1]), False),  # noqa: FBT003 (SQL's false)
        accepted=ArraySubquery(accepted),
    )
    begun = found.first()
    if begun is None or begun.step != Step.DONE:
        return WayIn(is_done=False)
    return WayIn(is_done=True, is_asked=begun.is_asked, to_accept=_not_among([(*pair,) for pair in begun.accepted]))


def to_accept(member: Member) -> list[Agreement]:
    """The agreements whose newest version this member has not accepted yet. One query."""
    return _not_among(set(Acceptance.objects.filter(member=member).values_list("code", "version")))


def _not_among(accepted: Collection[tuple[str, int]]) -> list[Agreement]:
    return [agreement for agreement in AGREEMENTS if (agreement.code, agreement.version) not in accepted]


def hello(member: Member) -> Hello | None:
    return Hello.objects.filter(member=member).first()


def standing_pairings(*, now: datetime) -> QuerySet[Pairing]:
    """Pairings that both sides agree to at this moment."""
    return Pairing.objects.filter(
        ended_at=None,
        newcomer__in=gate.consenting("welcome.buddy", now=now),
        welcomer__in=gate.consenting("welcome.volunteer", now=now),
    )


def pairing_of(newcomer: Member, *, now: datetime) -> Pairing | None:
    """Who welcomes this newcomer now."""
    return standing_pairings(now=now).filter(newcomer=newcomer).select_related("welcomer").first()


@dataclass(frozen=True)
class Newcomer:
    """What a welcomer may see of somebody they welcome."""

    member: Member
    since: datetime
    hello: Hello | None
    first_step: str
    could_use_a_hand: bool


def newcomers_of(welcomer: Member, *, now: datetime) -> list[Newcomer]:
    """A welcomer's own newcomers, and no others. One query."""
    lost = CheckIn.objects.filter(member=OuterRef("newcomer"), answer=Feeling.LOST, answered_at__gt=OuterRef("made_at"))
    mine = standing_pairings(now=now).filter(welcomer=welcomer).annotate(could_use_a_hand=Exists(lost))
    mine = mine.select_related("newcomer__welcome", "newcomer__hello").order_by("made_at", "pk")
    return [
        Newcomer(
            member=pairing.newcomer,
            since=pairing.made_at,
            hello=getattr(pairing.newcomer, "hello", None),
            first_step=pairing.newcomer.welcome.get_first_step_display(),
            could_use_a_hand=pairing.could_use_a_hand,
        )
        for pairing in mine
    ]


def free_welcomers(newcomer: Member, *, now: datetime) -> QuerySet[Member]:
    """Volunteers with room for one more, who share a language first, then whoever rested longest."""
    mine = Q(welcomings__ended_at=None)
    volunteers = Member.objects.filter(pk__in=gate.consenting("welcome.volunteer", now=now), is_active=True)
    volunteers = volunteers.exclude(pk=newcomer.pk).exclude(blocked_with(newcomer.pk))
    counted = volunteers.annotate(
        busy=Count("welcomings", filter=mine), rested=Max("welcomings__made_at"), speaks=Q(language=newcomer.language)
    )
    return counted.filter(busy__lt=NEWCOMERS_MAX).order_by("-speaks", F("rested").asc(nulls_first=True), "pk")


def unpaired(*, now: datetime) -> QuerySet[Member]:
    """Newcomers who want a welcomer and have none, longest first."""
    wanting = Member.objects.filter(pk__in=gate.consenting("welcome.buddy", now=now), is_active=True)
    recent = wanting.filter(welcome__started_at__gt=now - PAIRING_LENGTH, welcome__paused_at=None)
    return recent.exclude(pk__in=Pairing.objects.filter(ended_at=None).values("newcomer")).order_by("date_joined", "pk")


def to_nudge(*, now: datetime) -> QuerySet[Hello]:
    """Hellos that no human has answered in twelve hours, and nobody was told of."""
    return _waiting().filter(said_at__lte=now - NUDGE_AFTER, nudged_at=None)


def to_call(*, now: datetime) -> QuerySet[Hello]:
    """Hellos that no human has answered in a day, and organisers were not told of."""
    return _waiting().filter(said_at__lte=now - CALL_ORGANISERS_AFTER, called_at=None)


def waiting_hellos() -> QuerySet[Hello]:
    """Hellos that nobody has answered yet, oldest first."""
    return _waiting()[:50]


def due_check_ins(*, now: datetime) -> QuerySet[CheckIn]:
    due = CheckIn.objects.filter(due_at__lte=now, sent_at=None, member__is_active=True, member__welcome__paused_at=None)
    return due.select_related("member").order_by("due_at", "pk")


def open_check_in(member: Member, *, now: datetime) -> CheckIn | None:
    """The latest question that this member has not answered."""
    latest = _asked(member, now=now).first()
    return latest if latest and not latest.answered_at else None


def _asked(member: Member, *, now: datetime) -> QuerySet[CheckIn]:
    asked = CheckIn.objects.filter(member=member, due_at__lte=now, due_at__gt=now - timedelta(days=60))
    return asked.order_by("-due_at")


@dataclass(frozen=True)
class Figures:
    """How newcomers were welcomed in the last 90 days; None where fewer than five people are behind a figure."""

    hellos: int
    median: timedelta | None = None
    slowest: timedelta | None = None
    within_a_day: int | None = None


class _Percentile(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()
    allow_distinct = False


def figures(*, now: datetime) -> Figures:
    """The time to the first human answer, its median and 95 %, and how many were answered within a day. One query."""
    said = Hello.objects.filter(said_at__gt=now - FIGURES_OVER, said_at__lte=now - CALL_ORGANISERS_AFTER)
    seconds = Extract(F("answered_at") - F("said_at"), "epoch")
    found = said.aggregate(
        hellos=Count("pk"),
        answered=Count("answered_at"),
        median=_Percentile(seconds, share="0.5"),
        slowest=_Percentile(seconds, share="0.95"),
        in_time=Count("pk", filter=Q(answered_at__lte=F("said_at") + CALL_ORGANISERS_AFTER)),
    )
    if found["answered"] < CELL_MIN:
        return Figures(hellos=found["hellos"] if found["hellos"] >= CELL_MIN else 0)
    return Figures(
        hellos=found["hellos"],
        median=timedelta(seconds=found["median"]),
        slowest=timedelta(seconds=found["slowest"]),
        within_a_day=round(100 * found["in_time"] / found["hellos"]),
    )


def invitations(member: Member) -> QuerySet[Invitation]:
    """What a member has asked others in with, latest first. One query."""
    return Invitation.objects.filter(made_by=member).order_by("-made_at", "-pk")[:50]


def valid_invitations(*, now: datetime) -> QuerySet[Invitation]:
    """Invitations by which somebody can come in now."""
    return Invitation.objects.filter(revoked_at=None, expires_at__gt=now, use_count__lt=F("uses_max"))


def arrivals() -> QuerySet[Arrival]:
    """Who asked whom in, latest first; for moderators."""
    return Arrival.objects.select_related("member", "invitation__made_by").order_by(*ARRIVALS_BY)


def _waiting() -> QuerySet[Hello]:
    return Hello.objects.filter(answered_at=None, member__is_active=True).select_related("member").order_by("said_at")


def applications() -> QuerySet[Application]:
    """Talks that wait for a decision, oldest first. One query."""
    return Application.objects.filter(state=ApplicationState.TALKING).order_by("made_at", "pk")[:100]


def application(application_id: int | None) -> Application:
    """One talk with its voices. Two queries. A 404 if it is not there."""
    voices = ApplicationMessage.objects.select_related("author").order_by("said_at", "pk")
    return get_object_or_404(Application.objects.prefetch_related(Prefetch("messages", voices)), pk=application_id)

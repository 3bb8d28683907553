"""How newcomers become members: by time and taking part, or because members vouch."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from commons import ratelimit
from commons.prepared import prepared
from members.enums import Standing
from members.models import Member
from members.trust import queries, rules
from members.trust.actions.tellings import tell
from members.trust.enums import DAYS_HERE, REMOVED_WITHIN, TAKE_BACK_WITHIN, Happening, Why
from members.trust.models import Participation, Removal, StandingChange, Vouch


def note_post(*, author: int, written_at: datetime, now: datetime) -> None:
    """Count a newcomer's post for its day; who has done enough becomes a member at once. Nothing for others."""
    if member := _newcomer.first(author):
        _count_post(member, written_at=written_at, now=now)


@transaction.atomic
def _count_post(member: Member, *, written_at: datetime, now: datetime) -> None:
    day, _is_new = Participation.objects.get_or_create(member=member, day=written_at.date())
    Participation.objects.filter(pk=day.pk).update(post_count=F("post_count") + 1)
    consider(member=member, now=now)


@prepared
def _newcomer(member: int) -> QuerySet[Member]:
    return Member.objects.filter(pk=member, standing=Standing.NEWCOMER)


def note_removal(*, author: int, post: int, now: datetime) -> None:
    """Remember for 14 days that a moderator took a newcomer's post away."""
    if _newcomer(author):
        Removal.objects.get_or_create(post=post, defaults={"member_id": author, "removed_at": now})


def consider(*, member: Member, now: datetime) -> bool:
    """Make a newcomer a member if time and taking part are enough. False if not yet, or no longer a newcomer."""
    if not rules.has_taken_part(queries.progress(member), now=now):
        return False
    return make_member(member=member, why=Why.TAKING_PART, now=now)


def consider_all(*, now: datetime) -> int:
    """Look at every newcomer who has been here for a week; how many became members."""
    waiting = queries.newcomers(joined_before=now - DAYS_HERE).order_by("pk")
    return sum(consider(member=member, now=now) for member in waiting.iterator(chunk_size=500))


def vouch(*, voucher: Member, newcomer: Member, now: datetime) -> Vouch:
    """Stand up for a newcomer, who is told by whom; two members' word, or one with a role, makes them a member.

    Pressed twice, it is one vouch.

    Raises:
        RateLimited: three times in a month is enough.
    """
    try:
        with transaction.atomic():
            Member.objects.select_for_update(no_key=True).get(pk=newcomer.pk)
            given = Vouch.objects.create(voucher=voucher, newcomer=newcomer, vouched_at=now)
            ratelimit.spend_or_refuse("trust.vouch", key=str(voucher.pk), now=now)
            tell([newcomer.pk], Happening.VOUCHED_FOR, about=str(voucher), now=now)
            if rules.is_vouched_for(vouch.voucher for vouch in queries.vouches_for(newcomer)):
                make_member(member=newcomer, why=Why.VOUCHED, now=now)
            return given
    except IntegrityError:
        return Vouch.objects.get(voucher=voucher, newcomer=newcomer, taken_back_at=None)


@transaction.atomic
def take_back_vouch(*, vouch: Vouch, now: datetime) -> bool:
    """Take one's word back. Who is a member by nothing else is a newcomer again. False if it was taken back already."""
    member = Member.objects.select_for_update(no_key=True).get(pk=vouch.newcomer_id)
    if not Vouch.objects.filter(pk=vouch.pk, taken_back_at=None).update(taken_back_at=now):
        return False
    latest = StandingChange.objects.filter(member=member).order_by("-happened_at", "-pk").first()
    is_by_vouching = latest is not None and latest.why == Why.VOUCHED
    has_more = rules.is_vouched_for(vouch.voucher for vouch in queries.vouches_for(member))
    if is_by_vouching and not has_more and not rules.has_taken_part(queries.progress(member), now=now):
        _change(member, Standing.MEMBER, Standing.NEWCOMER, why=Why.TAKEN_BACK, now=now)
    return True


def make_member(*, member: Member, why: Why, now: datetime) -> bool:
    """Make a newcomer a member. False if they were none."""
    return _change(member, Standing.NEWCOMER, Standing.MEMBER, why=why, now=now)


def note_standing(*, member: Member, before: str, by: Member, now: datetime) -> None:
    """Write down that an administrator changed somebody's standing by hand."""
    StandingChange.objects.create(
        member=member, before=before, after=member.standing, why=Why.BY_HAND, by=by, happened_at=now
    )


def forget_taking_part(*, now: datetime) -> int:
    """Delete what was counted for those who are members for good, and removals that are forgiven; how many rows."""
    lately = StandingChange.objects.filter(happened_at__gt=now - TAKE_BACK_WITHIN).values("member")
    settled = Participation.objects.exclude(member__standing=Standing.NEWCOMER).exclude(member__in=lately)
    forgiven = Removal.objects.filter(removed_at__lt=now - REMOVED_WITHIN)
    return settled.delete()[0] + forgiven.delete()[0]


@transaction.atomic
def _change(member: Member, before: Standing, after: Standing, *, why: Why, now: datetime) -> bool:
    """Change somebody's standing once, write it down, and let them know. False if it was not `before`."""
    if not Member.objects.filter(pk=member.pk, standing=before).update(standing=after):
        return False
    member.standing = after
    StandingChange.objects.create(member=member, before=before, after=after, why=why, happened_at=now)
    is_better = after == Standing.MEMBER
    tell([member.pk], Happening.BECAME_MEMBER if is_better else Happening.NEWCOMER_AGAIN, now=now)
    return True

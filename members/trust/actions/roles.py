"""Giving, accepting and ending roles. A grant is the truth; `Member.roles` follows in the same transaction."""

from datetime import datetime

from dateutil.relativedelta import relativedelta
from django.db import IntegrityError, transaction

from members.enums import Role
from members.models import Member
from members.trust import queries, rules
from members.trust.actions.standing import make_member
from members.trust.actions.tellings import tell
from members.trust.enums import TERM_MONTHS, Happening, Why
from members.trust.models import RoleGrant


def grant_role(*, member: Member, role: Role, by: Member, months: int, reason: str, now: datetime) -> RoleGrant:
    """Offer a role. It counts when its member accepts it; an administrator's waits for a second person before that.

    Offered twice at once, it is one offer.
    """
    until = now + relativedelta(months=months)
    offer = {"granted_by": by, "granted_at": now, "until": until, "reason": reason}
    try:
        with transaction.atomic():
            grant = RoleGrant.objects.create(member=member, role=role, **offer)
            _tell_of(grant, now=now)
            return grant
    except IntegrityError:
        return RoleGrant.objects.get(member=member, role=role, accepted_at=None, ended_at=None)


@transaction.atomic
def second_role(*, grant: RoleGrant, by: Member, now: datetime) -> bool:
    """Confirm, as another person, that somebody may become administrator. False if the rule says no by now.

    One other administrator is enough; where there is none, it takes two moderators.
    """
    grant = RoleGrant.objects.select_for_update(of=("self",)).get(pk=grant.pk)
    if not rules.can_second(by, grant, administrators=queries.administrator_count()):
        return False
    if rules.is_administrator(by) or grant.seconded_by_id:
        grant.seconded_at = now
    if grant.seconded_by_id:
        grant.also_seconded_by = by
    else:
        grant.seconded_by = by
    grant.save(update_fields=["seconded_by", "also_seconded_by", "seconded_at"])
    if grant.seconded_at:
        tell([grant.member_id], Happening.ROLE_OFFERED, about=grant.get_role_display(), now=now)
    return True


@transaction.atomic
def accept_role(*, grant: RoleGrant, now: datetime) -> bool:
    """Take a role on: from now on it counts, and one that it renews has ended. False if it cannot be accepted."""
    member = _locked(grant.member_id)
    grant = RoleGrant.objects.select_for_update(of=("self",)).get(pk=grant.pk)
    if not rules.can_accept(member, grant, now=now):
        return False
    renewed = RoleGrant.objects.filter(member=member, role=grant.role, accepted_at__isnull=False, ended_at=None)
    renewed.update(ended_at=now, end_reason="renewed")
    RoleGrant.objects.filter(pk=grant.pk).update(accepted_at=now)
    _project(member, grant.role, now=now)
    return True


@transaction.atomic
def end_role(*, grant: RoleGrant, by: Member | None, reason: str, now: datetime) -> bool:
    """End a role or an offer: what it allowed stops at this moment. `by` is empty where the clock ends it.

    False if it had ended already.
    """
    member = _locked(grant.member_id)
    over = {"ended_at": now, "ended_by": by, "end_reason": reason}
    if not RoleGrant.objects.filter(pk=grant.pk, ended_at=None).update(**over):
        return False
    _project(member, grant.role, now=now)
    if by is None or by.pk != member.pk:
        tell([member.pk], Happening.ROLE_ENDED, about=grant.get_role_display(), now=now)
    return True


def end_due_roles(*, now: datetime) -> int:
    """End what is over: roles at the end of their time, and offers that nobody answered; how many."""
    due = RoleGrant.objects.filter(pk__in=queries.due_grants(now=now)).order_by("pk")
    return sum(end_role(grant=grant, by=None, reason="its time was over", now=now) for grant in due)


@transaction.atomic
def grant_from_command_line(*, member: Member, role: Role, reason: str, now: datetime) -> RoleGrant:
    """Give a role at once, for the first administrator. Whoever runs the machine stands for both people."""
    member = _locked(member.pk)
    make_member(member=member, why=Why.BY_HAND, now=now)
    RoleGrant.objects.filter(member=member, role=role, ended_at=None).update(ended_at=now, end_reason="renewed")
    grant = _standing_grant(member, role, reason=reason, now=now)
    _project(member, role, now=now)
    return grant


@transaction.atomic
def write_down_ungranted(*, now: datetime) -> int:
    """Give every role that was set without a grant a date and an end, so that none is without; how many."""
    written = 0
    for member in Member.objects.select_for_update(no_key=True).filter(roles__len__gt=0).order_by("pk"):
        granted = RoleGrant.objects.filter(member=member, accepted_at__isnull=False, ended_at=None)
        for role in set(member.roles) - set(granted.values_list("role", flat=True)):
            _standing_grant(member, Role(role), reason="set on the machine, without a grant", now=now)
            written += 1
    return written


def _standing_grant(member: Member, role: Role, *, reason: str, now: datetime) -> RoleGrant:
    return RoleGrant.objects.create(
        member=member,
        role=role,
        reason=reason,
        granted_at=now,
        seconded_at=now,
        accepted_at=now,
        until=now + relativedelta(months=TERM_MONTHS),
    )


def _project(member: Member, role: str, *, now: datetime) -> None:
    """Make `Member.roles` say what the grants of this role say. The caller holds the member's lock."""
    stands = RoleGrant.objects.standing(now=now).filter(member=member, role=role).exists()
    roles = [held for held in member.roles if held != role] + ([role] if stands else [])
    is_administrator = Role.ADMINISTRATOR in roles
    changed = {"is_superuser": is_administrator} if role == Role.ADMINISTRATOR else {}
    Member.objects.filter(pk=member.pk).update(roles=roles, **changed)


def _locked(member: int) -> Member:
    return Member.objects.select_for_update(no_key=True).get(pk=member)


def _tell_of(grant: RoleGrant, *, now: datetime) -> None:
    """The member of an offer; or whoever may confirm it first."""
    role = grant.get_role_display()
    if grant.needs_second:
        others = queries.keepers(but=[grant.granted_by_id, grant.member_id]).values_list("pk", flat=True)
        tell(others, Happening.ROLE_TO_SECOND, about=role, now=now)
    else:
        tell([grant.member_id], Happening.ROLE_OFFERED, about=role, now=now)

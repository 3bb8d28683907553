"""Who may vouch, give roles and look at data; and what a newcomer has still to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from commons.access import Allowed, Denied, Verdict
from commons.limits import Limit
from members.enums import Role
from members.models import Member
from members.rules import can_contribute
from members.trust.enums import (
    ACTIVE_DAYS,
    DAYS_HERE,
    POSTS,
    REMOVED_WITHIN,
    RENEW_WITHIN,
    TAKE_BACK_WITHIN,
    TERM_MONTHS_MAX,
    VOUCH_FROM,
    VOUCHERS,
)
from members.trust.models import DataAccess, RoleGrant, Vouch


@dataclass(frozen=True)
class Progress:
    """How far a newcomer has come on the way of time and taking part."""

    joined_at: datetime
    active_days: int = 0
    posts: int = 0
    removed_at: datetime | None = None

    @property
    def old_enough_at(self) -> datetime:
        return self.joined_at + DAYS_HERE

    @property
    def forgiven_at(self) -> datetime | None:
        return self.removed_at + REMOVED_WITHIN if self.removed_at else None


def has_taken_part(progress: Progress, *, now: datetime) -> bool:
    """Whether time and taking part are enough to be a member."""
    is_at_peace = progress.forgiven_at is None or progress.forgiven_at <= now
    has_joined_in = progress.active_days >= ACTIVE_DAYS and progress.posts >= POSTS
    return is_at_peace and has_joined_in and progress.old_enough_at <= now


def is_vouched_for(vouchers: Iterable[Member]) -> bool:
    """Whether these people's word is enough: two members', or that of one with a role."""
    counting = [voucher for voucher in vouchers if can_contribute(voucher)]
    return len(counting) >= VOUCHERS or any(voucher.roles for voucher in counting)


def can_vouch(voucher: Member, newcomer: Member, *, given: Vouch | None, now: datetime) -> Verdict:
    """`given` is the voucher's word that stands already."""
    if voucher.pk == newcomer.pk:
        return Denied(_("Nobody can vouch for themselves. Ask a member who knows you."))
    if voucher.is_newcomer:
        return Denied(_("Members can vouch once they have been here for 30 days. You are new yourself: welcome."))
    if now - voucher.date_joined < VOUCH_FROM:
        return Denied(_("You can vouch for others once you have been here for 30 days."))
    if not newcomer.is_newcomer:
        return Denied(_("%(name)s is not a newcomer, so there is nothing to vouch for.") % {"name": newcomer})
    if given:
        return Denied(_("You have vouched for %(name)s already.") % {"name": newcomer})
    return can_contribute(voucher)


def can_take_back(vouch: Vouch, *, now: datetime) -> Verdict:
    if vouch.taken_back_at is not None:
        return Denied(_("You have taken it back already."))
    if now - vouch.vouched_at > TAKE_BACK_WITHIN:
        return Denied(_("A vouch can be taken back for 14 days, and they are over. If you worry, tell a moderator."))
    return Allowed()


def is_administrator(person: Member) -> bool:
    return person.acts_as(Role.ADMINISTRATOR) and not person.is_suspended


def is_keeper(person: Member) -> bool:
    """Administrators and moderators: those who watch over roles and over looks at data."""
    return (is_administrator(person) or person.is_moderator) and not person.is_suspended


def can_grant(by: Member, member: Member, *, months: int, earlier: Iterable[RoleGrant], now: datetime) -> Verdict:
    """`earlier` are the member's open grants of the same role."""
    if not is_administrator(by):
        return Denied(_("Only administrators can give roles."))
    if by.pk == member.pk:
        return Denied(_("Nobody gives a role to themselves. Ask another administrator."))
    if member.is_newcomer or member.is_suspended or not member.is_active:
        return Denied(_("Roles are for members. %(name)s is not one at the moment.") % {"name": member})
    if not 1 <= months <= TERM_MONTHS_MAX:
        return Denied(_("A role lasts from one month to two years."))
    return _can_offer_again(member, earlier, now=now)


def _can_offer_again(member: Member, earlier: Iterable[RoleGrant], *, now: datetime) -> Verdict:
    for grant in earlier:
        if grant.is_offered:
            return Denied(_("%(name)s has been offered this role already.") % {"name": member})
        if grant.until - now > RENEW_WITHIN:
            return Denied(
                _("%(name)s holds this role. It can be given anew in its last two months.") % {"name": member}
            )
    return Allowed()


def can_second(person: Member, grant: RoleGrant, *, administrators: int) -> Verdict:
    """`administrators` is how many there are now; where there is only one, two moderators may stand in."""
    if not grant.is_offered or not grant.needs_second:
        return Denied(_("This does not wait for a second person any more."))
    if person.pk in {grant.granted_by_id, grant.member_id}:
        return Denied(_("The second person must be another one."))
    if is_administrator(person):
        return Allowed()
    if not is_keeper(person) or administrators > 1:
        return Denied(_("Another administrator must confirm this."))
    if grant.seconded_by_id == person.pk:
        return Denied(_("You have confirmed it. One more moderator is needed."))
    return Allowed()


def can_accept(person: Member, grant: RoleGrant, *, now: datetime) -> Verdict:
    if grant.member_id != person.pk or not grant.is_offered or grant.until <= now:
        return Denied(_("This offer is not open any more."))
    if grant.needs_second:
        return Denied(_("A second person has to confirm this first. You will be told."))
    if person.is_newcomer:
        return Denied(_("Roles are for members."))
    return can_contribute(person)


def can_end(person: Member, grant: RoleGrant) -> Verdict:
    if grant.ended_at is not None:
        return Denied(_("This role has ended already."))
    if person.pk == grant.member_id or is_administrator(person):
        return Allowed()
    return Denied(_("Only the person who holds a role, or an administrator, can end it."))


def can_ask_for_data(by: Member, about: Member) -> Verdict:
    if not is_administrator(by):
        return Denied(_("Only administrators can ask to see personal data."))
    if by.pk == about.pk:
        return Denied(_("You find your own data on your own pages."))
    return Allowed()


def can_confirm(person: Member, access: DataAccess, *, now: datetime) -> Verdict:
    if access.confirmed_at or not access.is_waiting(now=now):
        return Denied(_("This does not wait for a second person any more."))
    if not is_keeper(person) or person.pk in {access.asked_by_id, access.about_id}:
        return Denied(
            _("Another administrator or moderator must confirm this: not who asked, and not who it is about.")
        )
    return Allowed()


def can_open(person: Member, access: DataAccess, *, now: datetime) -> Verdict:
    if person.pk != access.asked_by_id or not is_administrator(person):
        return Denied(_("Only the administrator who asked can open this."))
    if not access.is_waiting(now=now):
        return Denied(_("This cannot be opened any more. Ask again if it is still needed."))
    if not access.confirmed_at:
        return Denied(_("A second person has to confirm this first."))
    return Allowed()


def can_close(person: Member, access: DataAccess, *, now: datetime) -> Verdict:
    if not access.is_open(now=now) and not access.is_waiting(now=now):
        return Denied(_("This is closed already."))
    if not is_keeper(person):
        return Denied(_("Only administrators and moderators can close this."))
    return Allowed()


def can_review(person: Member, access: DataAccess) -> Verdict:
    if not access.is_emergency or access.reviewed_at:
        return Denied(_("There is nothing to review here."))
    if not is_keeper(person) or person.pk in {access.asked_by_id, access.about_id}:
        return Denied(_("Somebody else must look at this: not who opened it, and not who it is about."))
    return Allowed()


def limits(member: Member, *, now: datetime) -> list[Limit]:
    """What limits asking people to write, inviting, and vouching, now."""
    if member.is_newcomer:
        return [
            Limit(_("You can ask about three people a day to write with you."), is_newcomers=True),
            Limit(_("You can invite about two people a day."), is_newcomers=True),
        ]
    asking = Limit(_("You can ask about ten people a day to write with you."))
    if now - member.date_joined < VOUCH_FROM:
        return [asking, Limit(_("You cannot vouch for others yet."), ends_at=member.date_joined + VOUCH_FROM)]
    return [asking, Limit(_("You can vouch for about three people a month."))]

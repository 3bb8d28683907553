"""Who may carry data away, leave, or look into the registers."""

from django.utils.translation import gettext as _

from commons.access import Allowed, Denied, Verdict
from members.models import Member
from members.rights.models import Breach, Export


def can_ask_for_export(latest: Export | None) -> Verdict:
    if latest and latest.ready_at is None:
        return Denied(_("Your copy is being made."))
    return Allowed()


def can_leave(member: Member, *, has_other_administrators: bool) -> Verdict:
    if member.is_staff and not has_other_administrators:
        return Denied(_("You are the only administrator. Give somebody else that role first, then you can leave."))
    return Allowed()


def can_agree(member: Member, breach: Breach) -> Verdict:
    """The second of two: never the one who proposed."""
    if breach.is_decided:
        return Denied(_("Two people have decided already."))
    if not breach.risk or breach.first_decider_id is None:
        return Denied(_("Nobody has said yet what this means."))
    if breach.first_decider_id == member.pk:
        return Denied(_("Somebody else has to look at this with you: two people decide."))
    return Allowed()

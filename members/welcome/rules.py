"""Who may invite."""

from commons.access import Verdict
from members.models import Member
from members.rules import can_contribute


def can_invite(member: Member) -> Verdict:
    return can_contribute(member)

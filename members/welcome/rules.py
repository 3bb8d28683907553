"""Who may invite, and who talks with those who would like to join."""

from django.utils.translation import gettext as _

from commons.access import Allowed, Denied, Verdict
from members.enums import Role
from members.models import Member
from members.rules import can_contribute
from members.welcome.enums import ApplicationState
from members.welcome.models import Application

HOSTS = (Role.ORGANISER, Role.MODERATOR)


def can_invite(member: Member) -> Verdict:
    return can_contribute(member)


def is_host(member: Member) -> bool:
    """Organisers and moderators talk with those who would like to join."""
    return any(member.acts_as(role) for role in HOSTS) and not member.is_suspended


def can_talk(application: Application) -> Verdict:
    if application.state != ApplicationState.TALKING:
        return Denied(_("This talk has ended."))
    return Allowed()

"""What becomes of somebody's part in trust when they leave: what is about them goes, what they did for others stays."""

from django.db import transaction
from django.db.models import Q

from members.models import Member
from members.queries import names_alone
from members.trust import queries
from members.trust.enums import NAMES_SOMEBODY
from members.trust.models import DataAccess, RoleGrant, StandingChange, Telling


@transaction.atomic
def forget_grants(*, member: Member) -> None:
    """Delete the roles of somebody who leaves; those that they gave to others stay, without their name."""
    RoleGrant.objects.filter(member=member).delete()
    for part in queries.GIVERS:
        RoleGrant.objects.filter(**{part: member}).update(**{part: None})


@transaction.atomic
def forget_accesses(*, member: Member) -> None:
    """Delete the looks at their data; those at others' data stay for these, without their name."""
    DataAccess.objects.filter(about=member).delete()
    for part in queries.WITNESSES:
        DataAccess.objects.filter(**{part: member}).update(**{part: None})


@transaction.atomic
def forget_changes(*, member: Member) -> None:
    """Delete how their standing changed; what they changed for others stays, without their name."""
    StandingChange.objects.filter(member=member).delete()
    StandingChange.objects.filter(by=member).update(by=None)


def forget_tellings(*, member: Member) -> None:
    """Delete what they were told, and what others were told with their name in it."""
    names = Q(happening__in=NAMES_SOMEBODY, about__in=names_alone(member))
    Telling.objects.filter(Q(member=member) | names).delete()

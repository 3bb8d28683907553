"""Following a place, no longer, or not for a while."""

from datetime import datetime

from django.db.models import QuerySet

from commons.prepared import insert_if_new, prepared
from members.models import Member
from notifications.enums import Level
from notifications.models import Follow, Preferences


def follow(*, member: Member, place: str, level: Level, now: datetime) -> None:
    """Say how much one wants to hear of a place. Whoever reads it by mail is mailed from now on."""
    said = {"level": level, "since": now, "until": None, "before": ""}
    Follow.objects.update_or_create(member=member, place=place, defaults=said)
    if level == Level.EVERY_POST:
        Preferences.objects.get_or_create(member=member)


def unfollow(*, member: Member, place: str) -> None:
    Follow.objects.filter(member=member, place=place).delete()


def follow_by_taking_part(*, member: int, place: str, now: datetime) -> None:
    """Follow where one has written, if one chose that, and has not said otherwise about this place."""
    if _wants_to(member):
        insert_if_new(Follow(member_id=member, place=place, level=Level.FOLLOWING, since=now), "member_id", "place")


@prepared
def _wants_to(member: int) -> QuerySet[Preferences]:
    return Preferences.objects.filter(member=member, follows_taking_part=True)

"""Following a place, no longer, or not for a while."""

from datetime import datetime

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
    if Preferences.objects.filter(member=member, follows_taking_part=True).exists():
        row = Follow(member_id=member, place=place, level=Level.FOLLOWING, since=now)
        Follow.objects.bulk_create([row], ignore_conflicts=True)

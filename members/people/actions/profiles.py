"""What members tell about themselves, and whom they chose to meet."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import Exists, OuterRef

from commons.access import require
from members.actions import rename
from members.models import Member
from members.people import queries, rules
from members.people.enums import TOPIC_MAX_LENGTH
from members.people.models import Chosen, MemberTopic, Profile, Topic


class ProfileFields(TypedDict, total=False):
    about: str
    pronouns: str
    area: str
    languages: list[str]
    about_seen_by: str
    pronouns_seen_by: str
    area_seen_by: str
    languages_seen_by: str
    can_share_seen_by: str
    would_learn_seen_by: str
    interested_seen_by: str
    picture_seen_by: str


@transaction.atomic
def save_profile(*, member: Member, **fields: Unpack[ProfileFields]) -> None:
    """Keep what a member tells about themselves, and for whom. A field that is not named stays as it was."""
    Profile.objects.update_or_create(member=member, defaults=dict(fields))


@transaction.atomic
def choose_topics(*, member: Member, kind: str, names: Iterable[str]) -> None:
    """Make these the member's topics of one kind; a topic that nobody has named before begins to exist.

    Raises:
        Refused: there are more than a page can bear.
    """
    wanted = {queries.normalised(name): " ".join(name.split())[:TOPIC_MAX_LENGTH] for name in names}
    wanted.pop("", None)
    require(rules.can_list(list(wanted)))
    _locked_profile(member)
    topics = _topics(wanted)
    theirs = MemberTopic.objects.filter(member=member, kind=kind)
    theirs.exclude(topic__in=topics).delete()
    rows = [MemberTopic(member=member, topic=topic, kind=kind) for topic in topics]
    MemberTopic.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def forget_topics(*, member: Member) -> None:
    """Delete a member's topics, and the words that nobody else used."""
    theirs = MemberTopic.objects.filter(member=member)
    words = list(theirs.values_list("topic", flat=True))
    theirs.delete()
    used = MemberTopic.objects.filter(topic=OuterRef("pk"))
    Topic.objects.filter(~Exists(used), pk__in=words, is_suggested=False).delete()


@transaction.atomic
def save_all(
    *, member: Member, name: str, fields: ProfileFields, topics: Mapping[str, Iterable[str]], now: datetime
) -> None:
    """Keep everything that stands on the form of a profile, or nothing of it.

    Raises:
        RateLimited: they changed their name too often today.
    """
    rename(member=member, name=name, now=now)
    save_profile(member=member, **fields)
    for kind, names in topics.items():
        choose_topics(member=member, kind=queries.KINDS[kind], names=names)


@transaction.atomic
def choose(*, member: Member, other: Member) -> None:
    """Let another member see what is for those whom the member chose to meet. Nobody is told."""
    require(rules.can_choose(member, other))
    Chosen.objects.get_or_create(member=member, other=other)


@transaction.atomic
def unchoose(*, member: Member, other: Member) -> None:
    """Take that back, at once. Nobody is told."""
    Chosen.objects.filter(member=member, other=other).delete()


def _locked_profile(member: Member) -> Profile:
    """The member's profile; its lock keeps two forms of theirs apart."""
    Profile.objects.get_or_create(member=member)
    return Profile.objects.select_for_update().get(member=member)


def _topics(wanted: dict[str, str]) -> Sequence[Topic]:
    missing = [Topic(name=name, normalised=key) for key, name in sorted(wanted.items())]
    Topic.objects.bulk_create(missing, ignore_conflicts=True)
    return list(Topic.objects.filter(normalised__in=wanted).order_by("pk"))

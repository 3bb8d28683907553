"""What members tell about themselves, and who may see it.

Whoever wants to show any of it asks `members.people.queries.shown`; an architecture test keeps other readers away.
"""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q

from commons.fetching import managed_by
from commons.folding import folded_sql
from members.people.enums import (
    ABOUT_MAX_LENGTH,
    AREA_MAX_LENGTH,
    LANGUAGE_CODES,
    PRONOUNS_MAX_LENGTH,
    THANKS_MAX_LENGTH,
    THING_MAX_LENGTH,
    TOPIC_MAX_LENGTH,
    Kind,
    Visibility,
)

SEEN_BY = (
    "about_seen_by",
    "pronouns_seen_by",
    "area_seen_by",
    "languages_seen_by",
    "can_share_seen_by",
    "would_learn_seen_by",
    "interested_seen_by",
    "picture_seen_by",
)


def seen_by() -> models.CharField:
    return models.CharField(max_length=8, choices=Visibility.choices, default=Visibility.NOBODY)


def to_member(**options: Any) -> Any:
    given = {"on_delete": models.CASCADE, "related_name": "+", "db_index": False, **options}
    return models.ForeignKey(settings.AUTH_USER_MODEL, **given)


class Profile(models.Model):
    """What a member tells about themselves. Each field has its own circle of readers; all begin with nobody."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="profile"
    )
    about = models.CharField(max_length=ABOUT_MAX_LENGTH, blank=True, default="")
    pronouns = models.CharField(max_length=PRONOUNS_MAX_LENGTH, blank=True, default="")
    area = models.CharField(max_length=AREA_MAX_LENGTH, blank=True, default="")
    folded_area = models.GeneratedField(expression=folded_sql("area"), output_field=models.TextField(), db_persist=True)
    languages = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    about_seen_by = seen_by()
    pronouns_seen_by = seen_by()
    area_seen_by = seen_by()
    languages_seen_by = seen_by()
    can_share_seen_by = seen_by()
    would_learn_seen_by = seen_by()
    interested_seen_by = seen_by()
    picture_seen_by = seen_by()

    objects = managed_by(models.QuerySet["Profile"])

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(languages__contained_by=list(LANGUAGE_CODES)), name="people_profile_languages_known"
            ),
            models.CheckConstraint(
                condition=~Q(picture_seen_by=Visibility.EVERYONE), name="people_profile_picture_for_members_at_most"
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__in": Visibility.values}), name=f"people_profile_{name}_known"
                )
                for name in SEEN_BY
            ),
        ]
        indexes = [
            GinIndex(fields=["languages"], name="people_profile_languages"),
            GinIndex(SearchVector("folded_area", config="simple"), name="people_profile_area"),
        ]

    def __str__(self) -> str:
        return f"profile of {self.member_id}"


class Topic(models.Model):
    """A skill or an interest, in the words of whoever named it first. `normalised` keeps it from standing twice."""

    name = models.CharField(max_length=TOPIC_MAX_LENGTH)
    normalised = models.CharField(max_length=2 * TOPIC_MAX_LENGTH, unique=True)
    is_suggested = models.BooleanField(default=False)

    objects = managed_by(models.QuerySet["Topic"])

    class Meta:
        indexes = [models.Index(fields=["normalised"], condition=Q(is_suggested=True), name="people_topic_suggested")]

    def __str__(self) -> str:
        return self.name


class MemberTopic(models.Model):
    """A member can share, would like to learn or is interested in a topic."""

    member = to_member(related_name="member_topics")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)

    objects = managed_by(models.QuerySet["MemberTopic"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "kind", "topic"], name="people_membertopic_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="people_membertopic_kind_known"),
        ]
        indexes = [models.Index(fields=["topic", "kind", "member"], name="people_membertopic_who")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind} {self.topic_id}"


class Chosen(models.Model):
    """`member` chose to meet `other`, who then sees what `member` shows to those they chose."""

    member = to_member()
    other = to_member(db_index=True)

    objects = managed_by(models.QuerySet["Chosen"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "other"], name="people_chosen_once"),
            models.CheckConstraint(condition=~Q(member=F("other")), name="people_chosen_is_somebody_else"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} chose {self.other_id}"


class Thanks(models.Model):
    """A word of thanks, never a score; `about` is the key of what it is for, such as `forum.post:12`, if it is for one.

    The database takes one row for each form that was sent, and one from each giver for each thing.
    """

    giver = to_member()
    receiver = to_member()
    words = models.CharField(max_length=THANKS_MAX_LENGTH)
    is_public = models.BooleanField(default=False)
    about = models.CharField(max_length=THING_MAX_LENGTH, blank=True, default="", db_default="")
    submission = models.UUIDField()
    created_at = models.DateTimeField()
    taken_off_at = models.DateTimeField(null=True, default=None)

    objects = managed_by(models.QuerySet["Thanks"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["giver", "submission"], name="people_thanks_submitted_once"),
            models.UniqueConstraint(
                fields=["about", "giver"], condition=~Q(about=""), name="people_thanks_once_for_each_thing"
            ),
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="people_thanks_to_somebody_else"),
            models.CheckConstraint(condition=~Q(words=""), name="people_thanks_has_words"),
        ]
        indexes = [models.Index(fields=["receiver", "-created_at", "-id"], name="people_thanks_received")]
        verbose_name_plural = "thanks"

    def __str__(self) -> str:
        return f"{self.giver_id} thanks {self.receiver_id}"


class AccessNeeds(models.Model):
    """What a member needs to take part, sealed by `members.people.sealing`: the database can't read it."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    sealed = models.BinaryField()
    saved_at = models.DateTimeField()

    objects = managed_by(models.QuerySet["AccessNeeds"])

    class Meta:
        verbose_name_plural = "access needs"

    def __str__(self) -> str:
        return f"access needs of {self.member_id}"


class AccessHost(models.Model):
    """A host whom the member lets read their access needs. The row goes with the needs."""

    host = to_member(db_index=True)
    needs = models.ForeignKey(AccessNeeds, on_delete=models.CASCADE, related_name="+", db_index=False)

    objects = managed_by(models.QuerySet["AccessHost"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["needs", "host"], name="people_accesshost_once"),
            models.CheckConstraint(condition=~Q(needs=F("host")), name="people_accesshost_is_somebody_else"),
        ]

    def __str__(self) -> str:
        return f"{self.host_id} may read {self.needs_id}"


class Picture(models.Model):
    """The picture that a member gave; the file lies in the media folder under a name that says nothing."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="picture"
    )
    name = models.CharField(max_length=60, unique=True)
    saved_at = models.DateTimeField()

    objects = managed_by(models.QuerySet["Picture"])

    def __str__(self) -> str:
        return self.name

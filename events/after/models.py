"""What is stored of a date that has been: what was written down, handed on, said about it, and what came of it."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db import models
from django.db.models import Q
from django.urls import reverse

from commons.contributions import Contribution, Revision
from commons.fetching import managed_by
from commons.subjects import Talk
from events.after.enums import (
    ANSWER_MAX_LENGTH,
    LINK_MAX_LENGTH,
    WORDS_MAX_LENGTH,
    Liked,
    TookPart,
    WriteUpKind,
)
from events.models import Occurrence, Reader
from members.models import Member


class WriteUpQuerySet(models.QuerySet["WriteUp"]):
    def meant_for(self, reader: Reader) -> Self:
        """All for members; for visitors the harvest, with `writers`, whose yes is asked for before it is shown."""
        if isinstance(reader, Member):
            return self
        writers = ArrayAgg("revisions__author", default=[], filter=Q(revisions__isnull=False))
        return self.filter(kind=WriteUpKind.HARVEST).annotate(writers=writers)


class WriteUp(Contribution):
    """The notes or the harvest of one date, co-written. `author` wrote last; `version` counts the writings."""

    occurrence = models.ForeignKey(Occurrence, on_delete=models.CASCADE, related_name="write_ups", db_index=False)
    kind = models.CharField(max_length=10, choices=WriteUpKind.choices)
    version = models.PositiveIntegerField(default=1)

    writers: list[int | None]

    objects = managed_by(WriteUpQuerySet)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["occurrence", "kind"], name="after_writeup_once")]
        indexes = [models.Index(fields=["-created_at", "-id"], name="after_writeup_latest")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.occurrence_id}, version {self.version}"


class WriteUpRevision(Revision):
    """What a write-up said before; `author` wrote that."""

    write_up = models.ForeignKey(WriteUp, on_delete=models.CASCADE, related_name="revisions", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = managed_by(models.QuerySet["WriteUpRevision"])

    class Meta:
        indexes = [models.Index(fields=["write_up", "replaced_at"], name="after_writeup_history")]

    def __str__(self) -> str:
        return f"{self.write_up_id} until {self.replaced_at}"


class Material(models.Model):
    """A link that goes with a date. A recording says whose consent was asked; without that the database takes none."""

    occurrence = models.ForeignKey(Occurrence, on_delete=models.CASCADE, related_name="materials", db_index=False)
    title = models.CharField(max_length=WORDS_MAX_LENGTH)
    link = models.URLField(max_length=LINK_MAX_LENGTH)
    is_recording = models.BooleanField(default=False)
    consent_asked = models.CharField(max_length=WORDS_MAX_LENGTH, blank=True, default="")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField()

    objects = managed_by(models.QuerySet["Material"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["occurrence", "link"], name="after_material_once"),
            models.CheckConstraint(
                condition=Q(is_recording=False) | ~Q(consent_asked=""), name="after_recording_with_consent"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Outcome(models.Model):
    """Something that came of a date, in a sentence, and the thread where it went on if there is one.

    `thread` is a key of the forum's, which only the forum can read (`commons.subjects`).
    """

    occurrence = models.ForeignKey(Occurrence, on_delete=models.CASCADE, related_name="outcomes", db_index=False)
    words = models.CharField(max_length=WORDS_MAX_LENGTH)
    thread = models.BigIntegerField(null=True, default=None)
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    told_at = models.DateTimeField()

    talk: Talk | None
    """Attached by `events.after.queries`: the thread, if the reader may see it."""

    objects = managed_by(models.QuerySet["Outcome"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["occurrence", "words"], name="after_outcome_once")]
        indexes = [models.Index(fields=["-told_at", "-id"], name="after_outcome_latest")]

    def __str__(self) -> str:
        return self.words


class Feedback(models.Model):
    """How a date was for one member: one answer each, read by its hosts without the name, and erased in time."""

    occurrence = models.ForeignKey(Occurrence, on_delete=models.CASCADE, related_name="feedback", db_index=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    liked = models.CharField(max_length=10, choices=Liked.choices)
    took_part = models.CharField(max_length=10, choices=TookPart.choices)
    good = models.TextField(max_length=ANSWER_MAX_LENGTH, blank=True, default="")
    different = models.TextField(max_length=ANSWER_MAX_LENGTH, blank=True, default="")
    given_at = models.DateTimeField()

    objects = managed_by(models.QuerySet["Feedback"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["occurrence", "member"], name="after_feedback_once")]
        indexes = [models.Index(fields=["given_at"], name="after_feedback_by_time")]
        verbose_name_plural = "feedback"

    def __str__(self) -> str:
        return f"on {self.occurrence_id}"


def address(occurrence: Occurrence) -> str:
    """The page with all that came after a date."""
    return reverse("after:after", args=[occurrence.event_id, occurrence.key])

"""What is known of a file that somebody gave; its bytes lie in the storage, under names that say nothing."""

from datetime import datetime
from typing import Any, NamedTuple, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from commons.fetching import managed_by
from commons.files import places
from commons.files.enums import (
    DESCRIPTION_MAX_LENGTH,
    FOLDER,
    INCOMING,
    NAME_MAX_LENGTH,
    REFUSALS,
    Kind,
    State,
)


class Spot(NamedTuple):
    """Where a file stands: a kind of place that a room has declared, and the key of the row there."""

    kind: str
    key: int


class FileQuerySet(models.QuerySet["File"]):
    def visible_to(self, reader: Any, *, now: datetime) -> Self:
        """Those in places that the reader may see at this moment, as the rooms say."""
        seen = Q(pk__in=[])
        for place in places.places():
            seen |= Q(place_kind=place.kind, place_key__in=place.visible_to(reader, now=now))
        return self.filter(seen)

    def at(self, kind: str, *keys: int) -> Self:
        return self.filter(place_kind=kind, place_key__in=keys)

    def to_describe(self) -> Self:
        return self.filter(is_help_wanted=True, state=State.READY)


class File(models.Model):
    """One file in one place. The database holds the same upload once for each place and owner.

    `upload_hash` is of what was sent, `content_hash` of what became of it.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    place_kind = models.CharField(max_length=40)
    place_key = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    refusal = models.CharField(max_length=20, blank=True, default="")
    name = models.CharField(max_length=NAME_MAX_LENGTH)
    content_type = models.CharField(max_length=100, blank=True, default="")
    token = models.CharField(max_length=43)
    upload_hash = models.CharField(max_length=64)
    content_hash = models.CharField(max_length=64, blank=True, default="")
    size = models.PositiveBigIntegerField(default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    preview_width = models.PositiveIntegerField(default=0)
    preview_height = models.PositiveIntegerField(default=0)
    description = models.TextField(max_length=DESCRIPTION_MAX_LENGTH, blank=True, default="")
    language = models.CharField(max_length=12, blank=True, default="")
    is_help_wanted = models.BooleanField(default=False)
    given_at = models.DateTimeField()
    taken_up_at = models.DateTimeField(null=True, default=None)
    tries = models.PositiveSmallIntegerField(default=0)

    objects = managed_by(FileQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place_kind", "place_key", "owner", "upload_hash"], name="files_file_once_in_a_place"
            ),
            models.CheckConstraint(
                condition=Q(is_help_wanted=False) | Q(description=""), name="files_file_help_until_described"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.REFUSED) | ~Q(refusal=""), name="files_file_refused_with_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["owner"], name="files_file_by_owner"),
            models.Index(fields=["given_at"], condition=Q(state=State.WAITING), name="files_file_waiting"),
            models.Index(
                fields=["given_at", "id"],
                condition=Q(is_help_wanted=True, state=State.READY),
                name="files_file_to_describe",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} at {self.place_kind}:{self.place_key}"

    def get_absolute_url(self) -> str:
        return reverse("files:file", args=[self.pk, self.name])

    @property
    def is_picture(self) -> bool:
        return self.kind == Kind.PICTURE

    @property
    def is_ready(self) -> bool:
        return self.state == State.READY

    @property
    def is_refused(self) -> bool:
        return self.state == State.REFUSED

    @property
    def reason(self) -> str:
        """Why it was not taken, in words."""
        return str(REFUSALS.get(self.refusal, ""))  # type: ignore[call-overload] # StrEnum keys are strings

    @property
    def incoming(self) -> str:
        return f"{FOLDER}/{INCOMING}/{self.token}"

    @property
    def full(self) -> str:
        return f"{FOLDER}/{self.token[:2]}/{self.token}"

    @property
    def preview(self) -> str:
        return f"{FOLDER}/{self.token[:2]}/{self.token}-preview"

    @property
    def stored(self) -> tuple[str, str, str]:
        """Every name under which bytes of it may lie."""
        return self.incoming, self.full, self.preview


class Description(models.Model):
    """Words for a picture, and who found them: the file's history. The last is the one that stands."""

    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="descriptions", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField(max_length=DESCRIPTION_MAX_LENGTH)
    language = models.CharField(max_length=12, blank=True, default="")
    written_at = models.DateTimeField()

    objects = managed_by(models.QuerySet["Description"])

    class Meta:
        indexes = [models.Index(fields=["file", "-written_at"], name="files_description_history")]

    def __str__(self) -> str:
        return f"of {self.file_id} at {self.written_at}"

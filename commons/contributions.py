"""Everything that a member gives: a post, later an event, a listing, a proposal, a news item.

Moderation, search, export, erasure and federation work on contributions and know no room by name.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from heapq import nlargest
from typing import Any, NamedTuple, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from commons import markup
from commons.naming import people_named
from commons.rows import Row

SOURCE_MAX_LENGTH = 32_000
CONTENT_NOTE_MAX_LENGTH = 120


class Licence(models.TextChoices):
    COMMUNITY = "community", _("For this community only")
    CC_BY_SA = "cc-by-sa-4.0", _("Creative Commons BY-SA 4.0")


class RendererVersion(models.PositiveSmallIntegerField):
    """Which renderer made the HTML. To raise it changes no table, so migrations know of the first one only."""

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.PositiveSmallIntegerField", args, {**options, "default": 1}


class Contribution(Row):
    """One thing given. `html` is made from `source` at write and always by `commons.markup`.

    `submission` is the key of the form that sent it: the database holds one row for each key and
    author, so a double click or a retry never doubles.
    """

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    source = models.TextField()
    html = models.TextField()
    renderer_version = RendererVersion(default=markup.RENDERER_VERSION)
    language = models.CharField(max_length=12, blank=True, default="")
    content_note = models.CharField(max_length=CONTENT_NOTE_MAX_LENGTH, blank=True, default="")
    licence = models.CharField(max_length=16, choices=Licence.choices, default=Licence.COMMUNITY)
    submission = models.UUIDField(null=True, default=None)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, default=None)
    hidden_at = models.DateTimeField(null=True, default=None)

    class Meta:
        abstract = True

    def rendered(self) -> str:
        """The HTML of `source` as it is now; asks the database who is mentioned."""
        return rendered(self.source, author=self.author_id)


def rendered(source: str, *, author: int | None) -> str:
    """`source` as safe HTML, with mentions of those who may be mentioned by its author as links."""
    people = people_named(markup.mentioned(source), author=author)
    links = {username: member.get_absolute_url() for username, member in people.items()}
    return markup.render(source, people=links, prefix=f"n{uuid4().hex[:8]}-").html


class Revision(models.Model):
    """What a contribution said before an edit; `replaced_at` and `replaced_by` tell of the edit."""

    source = models.TextField()
    content_note = models.CharField(max_length=CONTENT_NOTE_MAX_LENGTH, blank=True, default="")
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True

    @classmethod
    def of(cls, contribution: Contribution, **fields: object) -> Self:
        return cls(source=contribution.source, content_note=contribution.content_note, **fields)


class Recent(NamedTuple):
    """A contribution as the page of its author names it."""

    created_at: datetime
    title: str
    address: str
    what: str


type Room = Callable[..., Sequence[Recent]]

_rooms: list[Room] = []


def tells_recent(room: Room) -> Room:
    """Register a room's `recent(author, reader, limit)`: what the author gave there, if the reader may see it."""
    _rooms.append(room)
    return room


def recent(author: Any, *, reader: Any, limit: int) -> list[Recent]:
    """What somebody gave last in all rooms, latest first. One query for each room."""
    given = [one for room in _rooms for one in room(author, reader=reader, limit=limit)]
    return nlargest(limit, given, key=lambda one: one.created_at)

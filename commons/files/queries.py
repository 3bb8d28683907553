"""What a page asks for about files."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from commons import pagination
from commons.files.enums import EARLIER_SHOWN, State
from commons.files.models import Description, File
from commons.pagination import Page

TO_DESCRIBE_BY = ("given_at", "id")


def file(file_id: int, *, reader: Any, now: datetime) -> File:
    """One file that the reader may see now. One query. A 404 if absent or not for them."""
    return get_object_or_404(File.objects.visible_to(reader, now=now), pk=file_id)


def given_to(kind: str, keys: Iterable[int]) -> Mapping[int, Sequence[File]]:
    """The files of these places, by their keys, in the order in which they were given. One query."""
    found: dict[int, list[File]] = defaultdict(list)
    for one in File.objects.at(kind, *keys).order_by("given_at", "pk"):
        found[one.place_key].append(one)
    return found


def to_describe(reader: Any, *, now: datetime, after: str = "") -> Page[File]:
    """One page of the pictures that wait for words and that the reader may see, the oldest first. One query."""
    wanted = File.objects.to_describe().visible_to(reader, now=now)
    key = pagination.decode(after, length=2) if after else None
    return pagination.page(wanted, by=TO_DESCRIBE_BY, after=key)


def descriptions(of: File) -> QuerySet[Description]:
    """What was said about a picture, the latest first."""
    return of.descriptions.select_related("by").order_by("-written_at", "-pk")[:EARLIER_SHOWN]


def left_waiting(*, before: datetime, limit: int = 50) -> list[int]:
    """Files that wait longer than a lost task would explain."""
    waiting = File.objects.filter(state=State.WAITING, given_at__lt=before)
    return list(waiting.order_by("given_at").values_list("pk", flat=True)[:limit])

"""What the calendar stores: events, the dates on which they happen, the places where, and who hosts them."""

from datetime import UTC, date, datetime, timedelta
from typing import Self
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.text import slugify
from guardian.models import UserObjectPermissionBase
from recurrence.fields import RecurrenceField

from commons import markup
from commons.contributions import Contribution
from commons.fetching import managed_by
from events.enums import (
    ADDRESS_MAX_LENGTH,
    DIRECTIONS_MAX_LENGTH,
    FACTS_IN_SHORT,
    KEY_MAX_LENGTH,
    LINK_MAX_LENGTH,
    NAME_MAX_LENGTH,
    NOTE_MAX_LENGTH,
    ONLINE_FACTS,
    PLACE_FACTS,
    REASON_MAX_LENGTH,
    SLUG_MAX_LENGTH,
    TITLE_MAX_LENGTH,
    UID_MAX_LENGTH,
    ZONE_MAX_LENGTH,
    AddressFor,
    Attendance,
    Fact,
    Kind,
    Visibility,
)
from events.recurring import wall_of
from members.models import Member

type Reader = Member | AnonymousUser

HOST = "host_event"
A_DAY = timedelta(days=1)
TOLD = Q(is_single=True) | Q(is_kept=True)
"""The dates that belong to the history: not each evening of a series, unless people wrote what came of it."""


def fact() -> models.CharField:
    return models.CharField(max_length=10, choices=Fact.choices, default=Fact.UNKNOWN)


class Place(models.Model):
    """Where people meet, with what one must know to come. Kept, so that the next event need not ask again."""

    name = models.CharField(max_length=NAME_MAX_LENGTH)
    area = models.CharField(max_length=NAME_MAX_LENGTH, blank=True, default="")
    address = models.CharField(max_length=ADDRESS_MAX_LENGTH, blank=True, default="")
    address_for = models.CharField(max_length=10, choices=AddressFor.choices, default=AddressFor.EVERYBODY)
    directions = models.TextField(max_length=DIRECTIONS_MAX_LENGTH, blank=True, default="")
    step_free = fact()
    toilets = fact()
    hearing_loop = fact()
    quiet_room = fact()
    scent_free = fact()
    transport = fact()
    children = fact()
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = managed_by(models.QuerySet["Place"])

    def __str__(self) -> str:
        return f"{self.name}, {self.area}" if self.area else self.name

    @property
    def open_address(self) -> str:
        """Its address, if everybody may know it."""
        return self.address if self.address_for == AddressFor.EVERYBODY else ""

    def shows_address_to(self, reader: Reader) -> bool:
        return isinstance(reader, Member) or self.address_for == AddressFor.EVERYBODY


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, reader: Reader) -> Self:
        """Published ones: public for everybody, the others for members. A draft for its hosts."""
        published = Q(published_at__isnull=False, hidden_at=None)
        if not isinstance(reader, Member):
            return self.filter(published, visibility=Visibility.PUBLIC)
        return self.filter(published | Q(author=reader) | hosted(reader))


def hosted(member: Member) -> Q:
    """Whether guardian has a row that lets this member host the event."""
    rows = EventUserPermission.objects.filter(
        user=member, content_object=OuterRef("pk"), permission__codename=HOST
    ).order_by()
    return Q(Exists(rows))


class Event(Contribution):
    """Something that people come together for, once or again and again.

    `first_date`, `start_time` and `time_zone` are the host's own clock; without a time it lasts whole days. `uid` is
    its name in every calendar for ever, `sequence` rises whenever those calendars must read it anew. A series is
    confirmed by its hosts until `confirmed_until`; unanswered it rests, so that nobody goes to a meeting that
    nobody holds. Its dates are made until `made_until`.
    """

    title = models.CharField(max_length=TITLE_MAX_LENGTH)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.GATHERING)
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.MEMBERS)
    attendance = models.CharField(max_length=10, choices=Attendance.choices, default=Attendance.IN_PERSON)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="events")
    online_link = models.URLField(max_length=LINK_MAX_LENGTH, blank=True, default="")
    captions = fact()
    sign_language = fact()
    time_zone = models.CharField(max_length=ZONE_MAX_LENGTH)
    first_date = models.DateField()
    start_time = models.TimeField(null=True, default=None)
    duration = models.DurationField()
    recurrence = RecurrenceField(null=True, default=None, include_dtstart=False)
    uid = models.CharField(max_length=UID_MAX_LENGTH, unique=True)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    is_imported = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True, default=None)
    cancelled_at = models.DateTimeField(null=True, default=None)
    cancel_reason = models.CharField(max_length=REASON_MAX_LENGTH, blank=True, default="")
    confirmed_until = models.DateTimeField(null=True, default=None)
    asked_at = models.DateTimeField(null=True, default=None)
    resting_since = models.DateTimeField(null=True, default=None)
    made_until = models.DateTimeField(null=True, default=None)
    continues = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, default=None, related_name="+")

    reader_hosts: bool
    dates: "list[Occurrence]"
    """Attached by `events.queries`: whether the reader hosts it, and all its dates."""

    objects = managed_by(EventQuerySet)

    class Meta:
        permissions = [(HOST, "Can host the event")]
        indexes = [
            models.Index(fields=["author", "-created_at"], name="events_event_by_author"),
            models.Index(fields=["-changed_at", "-id"], name="events_event_changed"),
            models.Index(
                fields=["confirmed_until"],
                condition=Q(cancelled_at=None, resting_since=None, confirmed_until__isnull=False),
                name="events_event_to_look_after",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["author", "submission"],
                condition=Q(submission__isnull=False),
                name="events_event_submitted_once",
            ),
            models.CheckConstraint(condition=Q(visibility__in=Visibility.values), name="events_event_visibility_known"),
            models.CheckConstraint(condition=Q(attendance__in=Attendance.values), name="events_event_attendance_known"),
            models.CheckConstraint(condition=Q(duration__gte=timedelta(0)), name="events_event_ends_after_start"),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | ~Q(cancel_reason=""), name="events_event_cancelled_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("events:event", args=[self.pk, self.slug])

    def rendered(self) -> str:
        """Its text as safe HTML. It goes to other calendars and sites, so no name in it becomes a link."""
        return markup.render(self.source, prefix=f"n{uuid4().hex[:8]}-").html

    @property
    def slug(self) -> str:
        return slugify(self.title)[:SLUG_MAX_LENGTH].strip("-") or "event"

    @property
    def is_series(self) -> bool:
        return bool(self.recurrence)

    @property
    def is_public(self) -> bool:
        return self.visibility == Visibility.PUBLIC

    @property
    def is_draft(self) -> bool:
        return self.published_at is None

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def is_all_day(self) -> bool:
        return self.start_time is None

    @property
    def is_online(self) -> bool:
        return self.attendance != Attendance.IN_PERSON

    @property
    def is_somewhere(self) -> bool:
        return self.attendance != Attendance.ONLINE

    @property
    def first_wall(self) -> datetime:
        """The first start on the event's own clock."""
        return datetime.combine(self.first_date, self.start_time or datetime.min.time())

    @property
    def sure_until(self) -> date | None:
        """The day, on its own clock, until which a series is sure. None if it is sure to its end."""
        return self.confirmed_until and self.confirmed_until.astimezone(ZoneInfo(self.time_zone)).date()

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What was answered about access: each fact in short, and the answer in words."""
        asked: list[tuple[models.Model, str]] = []
        if self.is_somewhere and self.place:
            asked += [(self.place, name) for name in PLACE_FACTS]
        if self.is_online:
            asked += [(self, name) for name in ONLINE_FACTS]
        return [(str(FACTS_IN_SHORT[name]), str(Fact(getattr(thing, name)).label)) for thing, name in asked]


class EventUserPermission(UserObjectPermissionBase):
    """guardian's row for a co-organiser; a direct key, so that asking is one index look-up."""

    content_object = models.ForeignKey(Event, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        pass


TAKES_PLACE = Q(cancelled_at=None) & (
    Q(event__cancelled_at=None) | Q(is_single=False, event__is_imported=False, starts_at__lte=F("event__cancelled_at"))
)
"""`Occurrence.is_cancelled` in SQL, turned round."""


class OccurrenceQuerySet(models.QuerySet["Occurrence"]):
    def visible_to(self, reader: Reader) -> Self:
        """The dates of published events that the reader may see."""
        shown = self.filter(event__published_at__isnull=False, event__hidden_at=None)
        return shown if isinstance(reader, Member) else shown.filter(is_public=True)

    def with_event(self) -> Self:
        return self.select_related("event__place")

    def next_or_last(self, *, now: datetime) -> Coalesce:
        """To annotate events with: the start of their next date among these, or of one going on, else of the last."""
        of_event = self.filter(event=OuterRef("pk"))
        ahead = of_event.filter(ends_at__gte=now).order_by("starts_at", "pk").values("starts_at")[:1]
        been = of_event.filter(ends_at__lt=now).order_by("-starts_at", "-pk").values("starts_at")[:1]
        return Coalesce(Subquery(ahead), Subquery(been))


class Occurrence(models.Model):
    """One date of an event, made ahead. `key` is where the rule puts it; a moved one keeps it.

    `is_public` repeats the event's visibility, so that one index answers for visitors; `is_long` is what runs over more
    than a day, and so still goes on when the days of its start have gone by. `is_single` is the date of what happens
    once; one that `is_kept` stays although its rule may no longer give it, since people have written what came of it.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="occurrences", db_index=False)
    key = models.CharField(max_length=KEY_MAX_LENGTH)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_public = models.BooleanField()
    is_long = models.BooleanField()
    is_single = models.BooleanField(default=False, db_default=False)
    is_kept = models.BooleanField(default=False, db_default=False)
    is_moved = models.BooleanField(default=False)
    note = models.CharField(max_length=NOTE_MAX_LENGTH, blank=True, default="")
    title = models.CharField(max_length=TITLE_MAX_LENGTH, blank=True, default="")
    cancelled_at = models.DateTimeField(null=True, default=None)
    cancel_reason = models.CharField(max_length=REASON_MAX_LENGTH, blank=True, default="")

    objects = managed_by(OccurrenceQuerySet)

    class Meta:
        indexes = [
            models.Index(fields=["starts_at", "id"], name="events_occurrence_by_time"),
            models.Index(fields=["starts_at", "id"], condition=Q(is_public=True), name="events_occurrence_public"),
            models.Index(fields=["ends_at", "id"], condition=Q(is_long=True), name="events_occurrence_long"),
            models.Index(fields=["starts_at", "id"], condition=TOLD, name="events_occurrence_told"),
            models.Index(fields=["event", "starts_at"], name="events_occurrence_of_event"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["event", "key"], name="events_occurrence_once"),
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="events_occurrence_ends_after_start"),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | ~Q(cancel_reason=""), name="events_occurrence_cancelled_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} on {self.key}"

    def get_absolute_url(self) -> str:
        return f"{self.event.get_absolute_url()}?on={self.key}"

    def put(self, starts_at: datetime, ends_at: datetime) -> None:
        """Give it another time; the caller saves."""
        self.starts_at, self.ends_at = starts_at, ends_at
        self.is_long = ends_at - starts_at > A_DAY

    @property
    def name(self) -> str:
        return self.title or self.event.title

    def has_begun(self, *, now: datetime) -> bool:
        return self.starts_at <= now

    def is_over(self, *, now: datetime) -> bool:
        return self.ends_at <= now

    @property
    def is_cancelled(self) -> bool:
        """Whether it does not take place. Of a series that a host cancelled, what had begun by then did."""
        all_off = self.event.cancelled_at
        if self.cancelled_at or all_off is None:
            return self.cancelled_at is not None
        return self.is_single or self.event.is_imported or not self.has_begun(now=all_off)

    @property
    def reason(self) -> str:
        return self.cancel_reason or self.event.cancel_reason

    @property
    def is_confirmed(self) -> bool:
        """Whether a host has said of late that it goes on. What happens once, or has been, needs no such word."""
        return self.event.confirmed_until is None or self.starts_at <= self.event.confirmed_until

    @property
    def local_start(self) -> datetime:
        return self.starts_at.astimezone(ZoneInfo(self.event.time_zone))

    @property
    def local_end(self) -> datetime:
        return self.ends_at.astimezone(ZoneInfo(self.event.time_zone))

    @property
    def last_day(self) -> datetime:
        """Its last day on the event's own clock; an end at midnight belongs to the day before."""
        return max(self.local_start, self.local_end - timedelta(microseconds=1))

    @property
    def ruled_start(self) -> datetime:
        """Where the rule puts it, on the event's own clock."""
        return wall_of(self.key)


class FeedKey(models.Model):
    """A member's secret calendar address. Only a fingerprint is kept; whoever loses it makes a new one."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    fingerprint = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()

    objects = managed_by(models.QuerySet["FeedKey"])

    def __str__(self) -> str:
        return f"{self.member_id} since {self.made_at.astimezone(UTC):%Y-%m-%d}"

"""How trust has grown: who took part, who vouched, who holds which role until when, who looked at whose data."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from commons.fetching import managed_by
from members.enums import Role, Standing
from members.trust.enums import ACCESS_LAPSES, REASON_MAX_LENGTH, REVIEW_WITHIN, Happening, Scope, Why


def somebody() -> models.ForeignKey:
    """A key to a person who did something; it stays empty when they have left."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, default=None, related_name="+"
    )


def concerned(*, db_index: bool = True) -> models.ForeignKey:
    """A key to the person whom a row is about; the row goes with them."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=db_index)


class Participation(models.Model):
    """On this day a newcomer wrote this many posts. Kept for newcomers only, and only until they are members."""

    member = concerned(db_index=False)
    day = models.DateField()
    post_count = models.PositiveIntegerField(default=0)

    objects = managed_by(models.QuerySet["Participation"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "day"], name="trust_participation_once_a_day")]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.day}"


class Removal(models.Model):
    """A moderator took away a newcomer's post. Forgotten after 14 days."""

    member = concerned(db_index=False)
    post = models.PositiveBigIntegerField(unique=True)
    removed_at = models.DateTimeField()

    objects = managed_by(models.QuerySet["Removal"])

    class Meta:
        indexes = [
            models.Index(fields=["member", "-removed_at"], name="trust_removal_latest"),
            models.Index(fields=["removed_at"], name="trust_removal_age"),
        ]

    def __str__(self) -> str:
        return f"{self.post} of {self.member_id}"


class Vouch(models.Model):
    """A member stands up for a newcomer, once; it counts until it is taken back."""

    voucher = concerned(db_index=False)
    newcomer = concerned()
    vouched_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, default=None)

    objects = managed_by(models.QuerySet["Vouch"])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["voucher", "newcomer"], condition=Q(taken_back_at=None), name="trust_vouch_stands_once"
            ),
            models.CheckConstraint(condition=~Q(voucher=F("newcomer")), name="trust_vouch_not_oneself"),
        ]

    def __str__(self) -> str:
        return f"{self.voucher_id} for {self.newcomer_id}"


class StandingChange(models.Model):
    """How the community came to know somebody differently, when and why."""

    member = concerned(db_index=False)
    before = models.CharField(max_length=10, choices=Standing.choices)
    after = models.CharField(max_length=10, choices=Standing.choices)
    why = models.CharField(max_length=12, choices=Why.choices)
    by = somebody()
    happened_at = models.DateTimeField()

    objects = managed_by(models.QuerySet["StandingChange"])

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(before=F("after")), name="trust_change_changes")]
        indexes = [models.Index(fields=["member", "-happened_at"], name="trust_change_latest")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.before} to {self.after}"


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def standing(self, *, now: datetime) -> Self:
        """Those that count now."""
        return self.filter(accepted_at__isnull=False, ended_at=None, until__gt=now)

    def offered(self) -> Self:
        """Those that wait for a second person or for their member."""
        return self.filter(accepted_at=None, ended_at=None)

    def with_people(self) -> Self:
        return self.select_related("member", "granted_by", "seconded_by", "also_seconded_by", "ended_by")


class RoleGrant(models.Model):
    """A role, given to somebody by somebody, with a reason and an end. `Member.roles` is made from these.

    It counts from `accepted_at` on. An administrator's needs a second person before (`seconded_at`); two moderators
    may stand in for that person where there is no other administrator. The command line leaves `granted_by` empty.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="role_grants", db_index=False
    )
    role = models.CharField(max_length=13, choices=Role.choices)
    reason = models.CharField(max_length=REASON_MAX_LENGTH)
    granted_by = somebody()
    granted_at = models.DateTimeField()
    seconded_by = somebody()
    also_seconded_by = somebody()
    seconded_at = models.DateTimeField(null=True, default=None)
    accepted_at = models.DateTimeField(null=True, default=None)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, default=None)
    ended_by = somebody()
    end_reason = models.CharField(max_length=REASON_MAX_LENGTH, blank=True, default="")

    objects = managed_by(RoleGrantQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "role"],
                condition=Q(accepted_at=None, ended_at=None),
                name="trust_grant_offered_once",
            ),
            models.UniqueConstraint(
                fields=["member", "role"],
                condition=Q(accepted_at__isnull=False, ended_at=None),
                name="trust_grant_stands_once",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="trust_grant_role_known"),
            models.CheckConstraint(condition=Q(until__gt=F("granted_at")), name="trust_grant_ends_later"),
            models.CheckConstraint(
                condition=Q(granted_by=None) | ~Q(granted_by=F("member")), name="trust_grant_not_to_oneself"
            ),
            models.CheckConstraint(
                condition=(Q(seconded_by=None) | ~Q(seconded_by=F("member")) & ~Q(seconded_by=F("granted_by")))
                & (Q(also_seconded_by=None) | ~Q(also_seconded_by=F("member"))),
                name="trust_grant_second_is_another",
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.ADMINISTRATOR) | Q(accepted_at=None) | Q(seconded_at__isnull=False),
                name="trust_grant_administrator_by_two",
            ),
        ]
        indexes = [
            models.Index(fields=["until"], condition=Q(ended_at=None), name="trust_grant_ending"),
            models.Index(fields=["-granted_at", "-id"], name="trust_grant_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.role}"

    @property
    def needs_second(self) -> bool:
        return self.role == Role.ADMINISTRATOR and self.seconded_at is None

    @property
    def is_offered(self) -> bool:
        return self.accepted_at is None and self.ended_at is None


class DataAccessQuerySet(models.QuerySet["DataAccess"]):
    def open(self, *, now: datetime) -> Self:
        """Those under which data may be read at this moment."""
        return self.filter(closed_at=None, opened_at__lte=now, until__gt=now)

    def waiting(self, *, now: datetime) -> Self:
        """Those that nobody has confirmed yet, or nobody has opened yet."""
        return self.filter(closed_at=None, opened_at=None, asked_at__gt=now - ACCESS_LAPSES)

    def unreviewed(self) -> Self:
        """Emergencies that nobody else has looked at afterwards."""
        return self.filter(is_emergency=True, reviewed_at=None)

    def with_people(self) -> Self:
        return self.select_related("about", "asked_by", "confirmed_by", "reviewed_by")


class DataAccess(models.Model):
    """An administrator asks to see a member's personal data, says why, and another person confirms it.

    Then it can be opened for an hour. `is_emergency` opens it at once, for half an hour, and tells everybody concerned;
    somebody else must look at it within three days.
    """

    asked_by = somebody()
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="data_accesses", db_index=False
    )
    scope = models.CharField(_("what you need to see"), max_length=8, choices=Scope.choices)
    reason = models.CharField(max_length=REASON_MAX_LENGTH)
    asked_at = models.DateTimeField()
    confirmed_by = somebody()
    confirmed_at = models.DateTimeField(null=True, default=None)
    opened_at = models.DateTimeField(null=True, default=None)
    until = models.DateTimeField(null=True, default=None)
    closed_at = models.DateTimeField(null=True, default=None)
    is_emergency = models.BooleanField(default=False)
    reviewed_by = somebody()
    reviewed_at = models.DateTimeField(null=True, default=None)
    review = models.CharField(max_length=REASON_MAX_LENGTH, blank=True, default="")

    objects = managed_by(DataAccessQuerySet)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(asked_by=None) | ~Q(asked_by=F("about")))
                & (Q(confirmed_by=None) | ~Q(confirmed_by=F("about")) & ~Q(confirmed_by=F("asked_by")))
                & (Q(reviewed_by=None) | ~Q(reviewed_by=F("asked_by"))),
                name="trust_access_by_different_people",
            ),
            models.CheckConstraint(
                condition=Q(opened_at=None) | Q(confirmed_at__isnull=False) | Q(is_emergency=True),
                name="trust_access_opens_with_two",
            ),
            models.CheckConstraint(
                condition=Q(opened_at=None, until=None) | Q(opened_at__isnull=False, until__gt=F("opened_at")),
                name="trust_access_has_an_end",
            ),
        ]
        indexes = [
            models.Index(fields=["about", "-asked_at"], name="trust_access_about"),
            models.Index(fields=["-asked_at", "-id"], name="trust_access_latest"),
            models.Index(
                fields=["asked_at"],
                condition=Q(is_emergency=True, reviewed_at=None),
                name="trust_access_unreviewed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_by_id} about {self.about_id}"

    @property
    def review_due_at(self) -> datetime:
        return self.asked_at + REVIEW_WITHIN

    def is_open(self, *, now: datetime) -> bool:
        if self.opened_at is None or self.until is None or self.closed_at is not None:
            return False
        return self.opened_at <= now < self.until

    def is_waiting(self, *, now: datetime) -> bool:
        return self.closed_at is None and self.opened_at is None and now - self.asked_at < ACCESS_LAPSES


class DataAccessView(models.Model):
    """At this moment the data was read, and which fields of it."""

    access = models.ForeignKey(DataAccess, on_delete=models.CASCADE, related_name="views", db_index=False)
    fields = models.CharField(max_length=100)
    viewed_at = models.DateTimeField()

    objects = managed_by(models.QuerySet["DataAccessView"])

    class Meta:
        indexes = [models.Index(fields=["access", "viewed_at"], name="trust_accessview_log")]

    def __str__(self) -> str:
        return f"{self.access_id} at {self.viewed_at}"


class Telling(models.Model):
    """Something that a member is told once, on the next page that they open."""

    member = concerned(db_index=False)
    happening = models.CharField(max_length=16, choices=Happening.choices)
    about = models.CharField(max_length=100, blank=True, default="")
    happened_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, default=None)

    objects = managed_by(models.QuerySet["Telling"])

    class Meta:
        indexes = [
            models.Index(fields=["member", "happened_at"], condition=Q(told_at=None), name="trust_telling_waiting"),
            models.Index(fields=["happened_at"], name="trust_telling_age"),
        ]

    def __str__(self) -> str:
        return f"{self.happening} to {self.member_id}"

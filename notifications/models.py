"""What is stored of being told: who follows what, what happened, whom it reached, and how each person wants it."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commons.fetching import managed_by
from members.models import Member
from notifications.enums import (
    DIGEST_AT,
    PLACE_MAX_LENGTH,
    QUIET_FROM,
    QUIET_UNTIL,
    TUESDAY,
    Carrier,
    Digest,
    LettersFor,
    Level,
    PushFor,
    Reason,
    Weekday,
)


class Follow(models.Model):
    """How much a member wants to hear of a place. A place is a key of its room, such as `forum.thread:12`.

    With `until` it is for a while; then the level from `before` holds again, or none.
    """

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    place = models.CharField(max_length=PLACE_MAX_LENGTH)
    level = models.CharField(max_length=10, choices=Level.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, default=None)
    before = models.CharField(max_length=10, choices=Level.choices, blank=True, default="", db_default="")

    objects = managed_by(models.QuerySet["Follow"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "place"], name="notifications_follow_once"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="notifications_follow_level_known"),
        ]
        indexes = [
            models.Index(fields=["place", "member"], include=["level"], name="notifications_follow_fan_out"),
            models.Index(fields=["until"], condition=Q(until__isnull=False), name="notifications_follow_until"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.level} {self.place}"


class Notice(models.Model):
    """Something that happened. It holds no words: its room is asked for them when somebody reads it.

    `places` go from wide to narrow; several notices with one `bundle` are one line. `reached` is how far the
    fan-out has come, by the members' keys; `told_at` its end.
    `directly` names those whom it is meant for, until they are told.
    """

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=PLACE_MAX_LENGTH)
    bundle = models.CharField(max_length=PLACE_MAX_LENGTH)
    places = ArrayField(models.CharField(max_length=PLACE_MAX_LENGTH), default=list)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    directly = models.JSONField(default=dict)
    closes_at = models.DateTimeField(null=True, default=None)
    created_at = models.DateTimeField()
    reached = models.BigIntegerField(default=0)
    told_at = models.DateTimeField(null=True, default=None)

    objects = managed_by(models.QuerySet["Notice"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="notifications_notice_once")]
        indexes = [
            models.Index(fields=["subject"], name="notifications_notice_subject"),
            models.Index(fields=["bundle"], name="notifications_notice_bundle"),
            models.Index(fields=["created_at"], condition=Q(told_at=None), name="notifications_notice_untold"),
            models.Index(fields=["created_at"], name="notifications_notice_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class TellingQuerySet(models.QuerySet["Telling"]):
    def unread(self) -> Self:
        return self.filter(read_at=None)

    def waiting(self) -> Self:
        """Neither read here nor sent anywhere."""
        return self.filter(read_at=None, carried_by="")


class Telling(models.Model):
    """A notice reached a member: a line of their inbox, once, whatever else carried it.

    `carried_by` is about mail; `pushed_at` is when it was handed to the member's devices, beside that.
    """

    pk = models.CompositePrimaryKey("member", "notice")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="tellings")
    reason = models.CharField(max_length=10, choices=Reason.choices)
    is_needed = models.BooleanField(default=False)
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, default=None)
    carried_by = models.CharField(max_length=10, choices=Carrier.choices, blank=True, default="")
    carried_at = models.DateTimeField(null=True, default=None)
    pushed_at = models.DateTimeField(null=True, default=None)

    objects = managed_by(TellingQuerySet)

    class Meta:
        indexes = [
            models.Index(
                fields=["member", "-is_needed", "-notice"],
                condition=Q(read_at=None),
                name="notifications_telling_unread",
            ),
            models.Index(
                fields=["member", "notice"],
                condition=Q(read_at=None, carried_by=""),
                name="notifications_telling_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} to {self.member_id}"


class Preferences(models.Model):
    """One person's attention budget. Without a row nothing leaves the site.

    `letter_due_at`, `digest_due_at` and `push_due_at` are when somebody has to look whether something is to be sent;
    empty if never. What was sent today is counted for mail and for devices, each by itself.
    """

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    zone = models.CharField(_("time zone"), max_length=40, default="UTC")
    letters_for = models.CharField(max_length=10, choices=LettersFor.choices, default=LettersFor.NOTHING)
    digest = models.CharField(max_length=10, choices=Digest.choices, default=Digest.NONE)
    digest_days = ArrayField(models.PositiveSmallIntegerField(choices=Weekday.choices), default=list, blank=True)
    digest_at = models.TimeField(default=DIGEST_AT)
    mails_a_day = models.PositiveSmallIntegerField(null=True, default=None, blank=True)
    quiet_from = models.TimeField(null=True, default=QUIET_FROM, blank=True)
    quiet_until = models.TimeField(null=True, default=QUIET_UNTIL, blank=True)
    always_if_needed = models.BooleanField(default=False)
    follows_taking_part = models.BooleanField(default=False)
    paused_until = models.DateTimeField(null=True, default=None, blank=True)
    letter_due_at = models.DateTimeField(null=True, default=None)
    digest_due_at = models.DateTimeField(null=True, default=None)
    digest_sent_at = models.DateTimeField(null=True, default=None)
    sent_on = models.DateField(null=True, default=None)
    sent_count = models.PositiveSmallIntegerField(default=0)
    push_for = models.CharField(
        max_length=10, choices=PushFor.choices, default=PushFor.NOTHING, db_default=PushFor.NOTHING
    )
    push_words = models.BooleanField(default=False, db_default=False)
    push_due_at = models.DateTimeField(null=True, default=None)
    pushed_on = models.DateField(null=True, default=None)
    pushed_count = models.PositiveSmallIntegerField(default=0, db_default=0)

    objects = managed_by(models.QuerySet["Preferences"])

    class Meta:
        indexes = [
            models.Index(
                fields=["letter_due_at"], condition=Q(letter_due_at__isnull=False), name="notifications_letter_due"
            ),
            models.Index(
                fields=["digest_due_at"], condition=Q(digest_due_at__isnull=False), name="notifications_digest_due"
            ),
            models.Index(fields=["push_due_at"], condition=Q(push_due_at__isnull=False), name="notifications_push_due"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(letters_for__in=LettersFor.values), name="notifications_letters_known"),
            models.CheckConstraint(condition=Q(digest__in=Digest.values), name="notifications_digest_known"),
            models.CheckConstraint(condition=Q(push_for__in=PushFor.values), name="notifications_push_known"),
        ]
        verbose_name_plural = "preferences"

    def __str__(self) -> str:
        return f"{self.member_id}: letters for {self.letters_for}, digest {self.digest}"

    @property
    def days(self) -> list[int]:
        """The weekdays of the digest, as `datetime.weekday` counts."""
        if self.digest == Digest.DAILY:
            return list(range(7))
        if self.digest == Digest.WEEKLY:
            return self.digest_days[:1] or [TUESDAY]
        return sorted(self.digest_days) if self.digest == Digest.DAYS else []


class SentLetter(models.Model):
    """A letter that left the site. Its tokens (`notifications.tokens`) say where it came from when it is answered,
    unsubscribed or returned. `place` takes an answer, `list_place` is the list it belongs to; either may be empty.
    """

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    purpose = models.CharField(max_length=40)
    place = models.CharField(max_length=PLACE_MAX_LENGTH, blank=True, default="")
    list_place = models.CharField(max_length=PLACE_MAX_LENGTH, blank=True, default="")
    address_hash = models.BinaryField(max_length=16)
    sent_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, default=None)

    objects = managed_by(models.QuerySet["SentLetter"])

    class Meta:
        indexes = [
            models.Index(fields=["member", "sent_at"], name="notifications_letter_of"),
            models.Index(fields=["sent_at"], name="notifications_letter_age"),
            models.Index(fields=["address_hash", "-sent_at"], name="notifications_letter_last"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} to {self.member_id}"


def preferences_of(member: Member) -> Preferences:
    """Unsaved ones if the member has never chosen any."""
    return Preferences.objects.filter(member=member).first() or Preferences(member=member)

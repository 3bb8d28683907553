"""What data rights store: copies, erasures, holds, retention, breaches, complaints."""

from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from commons.fetching import managed_by
from commons.holdings import Mode, holding
from members.rights.enums import AUTHORITY_CLOCK, COMPLAINT_CLOCK, LINE_MAX_LENGTH, Nature, Risk


class Export(models.Model):
    """A copy of everything we hold about a member, as a ZIP file; `progress` of `total` rows are in it.

    It is not made before `not_before`, so that whoever took over an account cannot carry it off at once.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exports")
    asked_at = models.DateTimeField()
    not_before = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, default=None)
    progress = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    ready_at = models.DateTimeField(null=True, default=None)
    expires_at = models.DateTimeField(null=True, default=None)
    file = models.CharField(max_length=60, blank=True, default="")
    size = models.PositiveBigIntegerField(default=0)

    objects = managed_by(models.QuerySet["Export"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=Q(ready_at=None), name="rights_export_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(ready_at=None) | Q(expires_at__isnull=False) & ~Q(file=""),
                name="rights_export_ready_has_file",
            ),
        ]
        indexes = [
            models.Index(fields=["not_before"], condition=Q(ready_at=None), name="rights_export_waiting"),
            models.Index(fields=["expires_at"], name="rights_export_ending"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def percent(self) -> int:
        return min(100, 100 * self.progress // self.total) if self.total else 0


class Erasure(models.Model):
    """Somebody leaves for good. Until `due_at` they can come back; then it is done step by step, noted in `done`.

    When all is done the account is gone and `member` is empty; while a legal hold keeps something, it stays.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="erasures", db_index=False
    )
    mode = models.CharField(max_length=12, choices=Mode.choices)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, default=None)
    done = ArrayField(models.CharField(max_length=60), default=list)
    finished_at = models.DateTimeField(null=True, default=None)

    objects = managed_by(models.QuerySet["Erasure"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member"], name="rights_erasure_once"),
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="rights_erasure_mode_known"),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(finished_at=None), name="rights_erasure_waiting")]

    def __str__(self) -> str:
        return f"{self.mode} from {self.asked_at:%Y-%m-%d}"


class ErasureChoice(models.Model):
    """One thing whose words shall go when its author leaves; for those who choose one by one."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    holding = models.CharField(max_length=60)
    item = models.BigIntegerField()

    objects = managed_by(models.QuerySet["ErasureChoice"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "holding", "item"], name="rights_erasurechoice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.holding} {self.item}"


class ErasureReplay(models.Model):
    """Whom a restored database must forget again: keyed hashes only. The same lines stand in ERASURE_LOG."""

    person = models.BinaryField(max_length=32, unique=True)
    mode = models.CharField(max_length=12, choices=Mode.choices)
    erased_at = models.DateTimeField()
    items = ArrayField(models.BinaryField(max_length=16), default=list)

    objects = managed_by(models.QuerySet["ErasureReplay"])

    def __str__(self) -> str:
        return bytes(self.person).hex()[:12]


class LegalHold(models.Model):
    """The law keeps something of a person from erasure, until a day. The person sees it, with the reason."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="legal_holds")
    holdings = ArrayField(models.CharField(max_length=60), help_text=_("For instance forum.Post."))
    reason = models.TextField(max_length=1000)
    basis = models.CharField(max_length=LINE_MAX_LENGTH, help_text=_("The law and its article."))
    set_at = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField()
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )

    objects = managed_by(models.QuerySet["LegalHold"])

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("set_at")), name="rights_legalhold_ends_later"),
            models.CheckConstraint(condition=~Q(member=F("reviewer")), name="rights_legalhold_seen_by_another"),
        ]

    def __str__(self) -> str:
        return f"{', '.join(self.holdings)} until {self.until:%Y-%m-%d}"

    @property
    def titles(self) -> list[str]:
        """What is kept, as the person knows it."""
        return [str(found.title) if (found := holding(label)) else label for label in self.holdings]


class RetentionPeriod(models.Model):
    """A shorter or longer time than the rule's own, chosen by the community."""

    rule = models.CharField(max_length=60, unique=True)
    days = models.PositiveIntegerField()
    reason = models.CharField(max_length=LINE_MAX_LENGTH)
    changed_at = models.DateTimeField(auto_now=True)

    objects = managed_by(models.QuerySet["RetentionPeriod"])

    def __str__(self) -> str:
        return f"{self.rule}: {self.days} days"


class RetentionRun(models.Model):
    """What one rule did in one night."""

    rule = models.CharField(max_length=60)
    ran_at = models.DateTimeField()
    candidates = models.PositiveIntegerField()
    done = models.PositiveIntegerField()
    errors = models.CharField(max_length=LINE_MAX_LENGTH, blank=True, default="")

    objects = managed_by(models.QuerySet["RetentionRun"])

    class Meta:
        indexes = [
            models.Index(fields=["rule", "-ran_at"], name="rights_retentionrun_latest"),
            models.Index(fields=["ran_at"], name="rights_retentionrun_age"),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.done} of {self.candidates}"


class Breach(models.Model):
    """Something happened to personal data (GDPR Art. 33(5)). Every one is written down, told or not.

    The clock of 72 hours runs from `aware_at`. What it means is decided by two people, who are never the same.
    """

    detected_at = models.DateTimeField()
    aware_at = models.DateTimeField()
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    nature = models.CharField(max_length=16, choices=Nature.choices)
    description = models.TextField()
    categories_of_subjects = models.CharField(max_length=LINE_MAX_LENGTH, blank=True, default="")
    approx_subjects = models.PositiveIntegerField(null=True, default=None)
    categories_of_data = models.CharField(max_length=LINE_MAX_LENGTH, blank=True, default="")
    approx_records = models.PositiveIntegerField(null=True, default=None)
    has_special_categories = models.BooleanField(default=False)
    cause = models.TextField(blank=True, default="")
    contact_point = models.CharField(max_length=LINE_MAX_LENGTH, blank=True, default="")
    likely_consequences = models.TextField(blank=True, default="")
    measures_taken = models.TextField(blank=True, default="")
    measures_proposed = models.TextField(blank=True, default="")
    processor_involved = models.CharField(max_length=LINE_MAX_LENGTH, blank=True, default="")
    risk = models.CharField(max_length=8, choices=Risk.choices, blank=True, default="")
    risk_reasoning = models.TextField(blank=True, default="")
    first_decider = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    second_decider = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, default=None)
    authority_notified_at = models.DateTimeField(null=True, default=None)
    delay_reason = models.TextField(blank=True, default="")
    subjects_told_at = models.DateTimeField(null=True, default=None)
    subjects_notice_text = models.TextField(blank=True, default="")
    lessons = models.TextField(blank=True, default="")
    closed_at = models.DateTimeField(null=True, default=None)

    objects = managed_by(models.QuerySet["Breach"])

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(aware_at__gte=F("detected_at")), name="rights_breach_known_after_it_was"
            ),
            models.CheckConstraint(
                condition=Q(first_decider=None) | Q(second_decider=None) | ~Q(first_decider=F("second_decider")),
                name="rights_breach_decided_by_two",
            ),
            models.CheckConstraint(condition=Q(decided_at=None) | ~Q(risk=""), name="rights_breach_decided_on_a_risk"),
        ]
        verbose_name_plural = "breaches"

    def __str__(self) -> str:
        return f"{self.get_nature_display()}, {self.aware_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("rights:breach", args=[self.pk])

    @property
    def authority_deadline(self) -> datetime:
        return self.aware_at + AUTHORITY_CLOCK

    @property
    def is_decided(self) -> bool:
        return self.decided_at is not None

    @property
    def must_tell_authority(self) -> bool:
        """Until two people have decided that a risk is unlikely, the clock runs."""
        return not (self.is_decided and self.risk == Risk.UNLIKELY)

    @property
    def must_tell_subjects(self) -> bool:
        return self.is_decided and self.risk == Risk.HIGH

    @property
    def is_clock_running(self) -> bool:
        return self.closed_at is None and self.authority_notified_at is None and self.must_tell_authority


class Complaint(models.Model):
    """Somebody, with an account or without, says that their data was not treated right."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, default=None, related_name="+"
    )
    name = models.CharField(max_length=LINE_MAX_LENGTH, blank=True, default="")
    email = models.EmailField()
    text = models.TextField()
    made_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, default=None)
    answer = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True, default=None)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, default=None, related_name="+", db_index=False
    )

    objects = managed_by(models.QuerySet["Complaint"])

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None) | ~Q(answer=""), name="rights_complaint_answered_with_words"
            ),
        ]
        indexes = [models.Index(fields=["-made_at", "-id"], name="rights_complaint_latest")]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("rights:answer_complaint", args=[self.pk])

    @property
    def reference(self) -> str:
        return self.id.hex[:8].upper()

    @property
    def due_at(self) -> datetime:
        return self.made_at + COMPLAINT_CLOCK

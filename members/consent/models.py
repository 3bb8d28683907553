"""The consent ledger: what was said, in which words, by whom and when; and what follows from it now."""

from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commons.fetching import managed_by
from members.consent.enums import STANDING, EntityRole, EventState, EventType, ScopeKind


class Principal(models.Model):
    """Ties a member to their random name in the ledger. Erasing the row leaves a chain that points to nobody.

    Whoever writes to a chain holds this row's lock; `length` and `head` tell how far the chain goes.
    """

    member = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="principal")
    ref = models.UUIDField(unique=True, default=uuid4)
    length = models.PositiveIntegerField(default=0)
    head = models.BinaryField(max_length=32, default=bytes)
    restricted_at = models.DateTimeField(null=True, default=None)

    objects = managed_by(models.QuerySet["Principal"])

    def __str__(self) -> str:
        return str(self.ref)


class PurposeVersion(models.Model):
    """The words of a purpose, once and for all; the database refuses to change or delete them."""

    purpose_code = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=12, default="en")
    notice_text = models.TextField()
    easy_read_text = models.TextField()
    sha256 = models.CharField(max_length=64)
    data_categories = ArrayField(models.CharField(max_length=60))
    material_change = models.BooleanField()
    change_summary = models.CharField(max_length=300)
    effective_from = models.DateTimeField()
    approved_by = models.CharField(max_length=100)

    objects = managed_by(models.QuerySet["PurposeVersion"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purpose_code", "version", "language"], name="consent_purposeversion_once"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose_code}@{self.version}"


class ConsentEvent(models.Model):
    """One thing that happened to one consent, with the field names of ISO/IEC TS 27560.

    The database refuses UPDATE; it lets a row go only with its whole time over: when no principal
    has its `principal_ref` any more and the chain's last event is older than the ledger keeps.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    seq = models.PositiveIntegerField()
    principal_ref = models.UUIDField()
    purpose_code = models.CharField(max_length=40)
    purpose_version = models.PositiveSmallIntegerField()
    scope_type = models.CharField(max_length=8, choices=ScopeKind.choices, default=ScopeKind.SITE)
    scope_id = models.CharField(max_length=40, blank=True, default="")
    event_state = models.CharField(max_length=24, choices=EventState.choices)
    event_type = models.CharField(max_length=28, choices=EventType.choices)
    event_time = models.DateTimeField()
    validity_duration = models.CharField(max_length=12, blank=True, default="")
    entity_id = models.CharField(max_length=40)
    entity_role = models.CharField(max_length=12, choices=EntityRole.choices)
    indication_method = models.CharField(max_length=40)
    ui_surface = models.CharField(max_length=80)
    notice_sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=12)
    prev_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    objects = managed_by(models.QuerySet["ConsentEvent"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["principal_ref", "seq"], name="consent_event_place_in_chain"),
            models.CheckConstraint(condition=Q(event_state__in=EventState.values), name="consent_event_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.event_state} {self.purpose_code}@{self.purpose_version}"

    @property
    def is_standing(self) -> bool:
        return self.event_state in STANDING


class ConsentState(models.Model):
    """What a member's chain comes to now, for one purpose and scope. Made from the ledger and always makeable again.

    Something may be done while `is_standing`, and before `until`: the end of the validity, or the moment from
    which a material change asks for a new yes, whichever comes first.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="consent_states", db_index=False
    )
    purpose_code = models.CharField(max_length=40)
    scope_id = models.CharField(max_length=40, blank=True, default="")
    event_state = models.CharField(max_length=24, choices=EventState.choices)
    purpose_version = models.PositiveSmallIntegerField()
    event = models.UUIDField()
    event_time = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, default=None)
    until = models.DateTimeField(null=True, default=None)
    is_standing = models.BooleanField()

    objects = managed_by(models.QuerySet["ConsentState"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "purpose_code", "scope_id"], name="consent_state_once"),
            models.CheckConstraint(
                condition=Q(is_standing=False) | Q(event_state__in=STANDING, until__isnull=False),
                name="consent_state_stands_on_a_yes",
            ),
        ]
        indexes = [
            models.Index(
                fields=["purpose_code", "scope_id", "member"],
                include=["until"],
                condition=Q(is_standing=True),
                name="consent_state_consenting",
            ),
            models.Index(fields=["expires_at"], condition=Q(is_standing=True), name="consent_state_expiring"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.event_state} {self.purpose_code}"


class ConsentUse(models.Model):
    """On this day, this was done on that consent. One line a day for each sink, kept 90 days."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    purpose_code = models.CharField(max_length=40)
    sink = models.CharField(max_length=40)
    scope_id = models.CharField(max_length=40, blank=True, default="")
    used_on = models.DateField(_("day"))
    event = models.UUIDField()

    objects = managed_by(models.QuerySet["ConsentUse"])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "used_on", "purpose_code", "sink", "scope_id"], name="consent_use_once_a_day"
            ),
        ]
        indexes = [models.Index(fields=["used_on"], name="consent_use_age")]

    def __str__(self) -> str:
        return f"{self.sink} on {self.used_on}"


class ConsentReceipt(models.Model):
    """A receipt that was handed out: which events it tells of, and the fingerprint of its text."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    principal_ref = models.UUIDField(db_index=True)
    events = ArrayField(models.UUIDField())
    issued_at = models.DateTimeField()
    json_sha256 = models.CharField(max_length=64)

    objects = managed_by(models.QuerySet["ConsentReceipt"])

    def __str__(self) -> str:
        return str(self.id)


class LedgerAnchor(models.Model):
    """Once a day: the Merkle root of the heads of all chains, so that a chain cut short is noticed."""

    made_at = models.DateTimeField(unique=True)
    root = models.BinaryField(max_length=32)
    chains = models.PositiveIntegerField()
    events = models.PositiveBigIntegerField()

    objects = managed_by(models.QuerySet["LedgerAnchor"])

    def __str__(self) -> str:
        return f"{self.chains} chains at {self.made_at}"

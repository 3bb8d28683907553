"""What is remembered to keep accounts safe: browsers, sign-ins, failures, what happened, and alerts."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commons.fetching import managed_by
from members.security.enums import AlertCode, Happening, Method


class Device(models.Model):
    """One browser of one member, known by the keyed hash of a random cookie and by nothing else.

    From `trusted_from` on, changes that could cost somebody their account may be made there.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices", db_index=False
    )
    token_hash = models.CharField(max_length=64)
    words = models.CharField(max_length=60)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    trusted_from = models.DateTimeField(null=True, default=None)

    objects = managed_by(models.QuerySet["Device"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "token_hash"], name="security_device_once")]
        indexes = [models.Index(fields=["last_seen_at"], name="security_device_age")]

    def __str__(self) -> str:
        return self.words


class SignIn(models.Model):
    """Somebody came in. `network` is the keyed hash of an address's first part; the address itself is not kept."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_ins", db_index=False
    )
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="sign_ins")
    network = models.CharField(max_length=32)
    method = models.CharField(max_length=10, choices=Method.choices)
    is_strong = models.BooleanField()
    is_new_device = models.BooleanField()
    happened_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, default=None)
    was_owner = models.BooleanField(null=True, default=None)

    objects = managed_by(models.QuerySet["SignIn"])

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, was_owner=None) | Q(answered_at__isnull=False, was_owner__isnull=False),
                name="security_signin_answer_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-happened_at"], name="security_signin_of_member"),
            models.Index(fields=["happened_at"], name="security_signin_age"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.method} {self.happened_at}"


class SafetyEvent(models.Model):
    """Something happened to the safety of an account; its owner reads it at "Keep your account safe"."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="safety_events", db_index=False
    )
    code = models.CharField(max_length=20, choices=Happening.choices)
    happened_at = models.DateTimeField()

    objects = managed_by(models.QuerySet["SafetyEvent"])

    class Meta:
        indexes = [
            models.Index(fields=["member", "-happened_at"], name="security_event_of_member"),
            models.Index(fields=["happened_at"], name="security_event_age"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.code}"


class FailedSignIn(models.Model):
    """A name and a password that did not fit: keyed hashes of the name and of where it came from."""

    name_hash = models.CharField(max_length=32)
    network = models.CharField(max_length=32)
    happened_at = models.DateTimeField()

    objects = managed_by(models.QuerySet["FailedSignIn"])

    class Meta:
        indexes = [
            models.Index(fields=["network", "happened_at"], name="security_failure_of_network"),
            models.Index(fields=["happened_at"], name="security_failure_age"),
        ]

    def __str__(self) -> str:
        return f"{self.network} {self.happened_at}"


class Alert(models.Model):
    """Something that administrators should know. One of a kind is open at a time, for each member it is about."""

    code = models.CharField(max_length=20, choices=AlertCode.choices)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    opened_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, default=None)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, default=None, related_name="+"
    )

    objects = managed_by(models.QuerySet["Alert"])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "member"],
                condition=Q(closed_at=None),
                nulls_distinct=False,
                name="security_alert_open_once",
            ),
            models.CheckConstraint(
                condition=Q(closed_by=None) | Q(closed_at__isnull=False), name="security_alert_close_has_time"
            ),
        ]
        indexes = [models.Index(fields=["-opened_at"], name="security_alert_latest")]

    def __str__(self) -> str:
        return self.get_code_display()

    @property
    def done_by_itself(self) -> str:
        """What the system has done already."""
        return str(DONE[AlertCode(self.code)])

    @property
    def to_do(self) -> str:
        """What a person should do."""
        return str(TO_DO[AlertCode(self.code)])


DONE = {
    AlertCode.CREDENTIAL_STUFFING: _(
        "While it lasts, a password alone does not open an account from a browser that it has not been used in before. "
        "Mailed codes and passkeys do, and so does a password from a known browser. Nobody is locked out."
    ),
    AlertCode.TAKEOVER_PATTERN: _(
        "Somebody signed in from a new browser and within an hour wanted to change what protects the account. That "
        "is put off for a day, and the owner was told at every address that we know."
    ),
}
TO_DO = {
    AlertCode.CREDENTIAL_STUFFING: _(
        "Look whether it goes on for hours; then ask whoever runs the machine to slow that network down. "
        "Close this when it has stopped."
    ),
    AlertCode.TAKEOVER_PATTERN: _(
        "Wait for the owner, or ask them by another way whether it was them. If it was not, help them to sign in by "
        "mailed code and to choose a new password. Close this when you know."
    ),
}

"""What is stored of letters that come in."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from commons.fetching import managed_by
from notifications.bridge.enums import ADDRESS_MAX_LENGTH, Outcome


class Incoming(models.Model):
    """A letter that came in, sealed, until it is a month old. The same letter to the same address comes in once.

    `why` is for whoever looks where a letter is: the address of the post that it became, or a reason.
    """

    recipient = models.CharField(max_length=ADDRESS_MAX_LENGTH)
    return_path = models.CharField(max_length=ADDRESS_MAX_LENGTH, blank=True)
    message_hash = models.BinaryField(max_length=16)
    sealed_letter = models.BinaryField()
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True, default="")
    why = models.CharField(max_length=300, blank=True, default="")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, default=None, related_name="+", db_index=False
    )
    handled_at = models.DateTimeField(null=True, default=None)
    tries = models.PositiveSmallIntegerField(default=0)

    objects = managed_by(models.QuerySet["Incoming"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recipient", "message_hash"], name="bridge_incoming_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=[*Outcome.values, ""]), name="bridge_incoming_outcome_known"
            ),
        ]
        indexes = [
            models.Index(fields=["received_at"], name="bridge_incoming_age"),
            models.Index(fields=["received_at"], condition=Q(outcome=""), name="bridge_incoming_waiting"),
            models.Index(fields=["member", "received_at"], name="bridge_incoming_of"),
        ]
        verbose_name_plural = "incoming"

    def __str__(self) -> str:
        return f"{self.recipient} {self.outcome}"

"""What the ground floor stores: the outbox, the buckets of the rate limits, the worker's heartbeat."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Event(models.Model):
    """Something that happened, from the moment of its change until every subscriber has heard it."""

    name = models.CharField(max_length=100)
    payload = models.JSONField()
    created_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True, default=None)
    try_at = models.DateTimeField(null=True, default=None)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(handled_at=None), name="commons_event_waiting"),
            models.Index(fields=["handled_at"], name="commons_event_handled"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.payload}"


class Delivery(models.Model):
    """One subscriber has heard an event that another one has failed on. The database lets it be said once."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    subscriber = models.CharField(max_length=200)
    delivered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "subscriber"], name="commons_delivery_once")]
        verbose_name_plural = "deliveries"

    def __str__(self) -> str:
        return f"{self.subscriber} heard {self.event_id}"


class RateLimit(models.Model):
    """One bucket: full until `full_at` has passed; see `commons.ratelimit`."""

    pk = models.CompositePrimaryKey("action", "key")
    action = models.CharField(max_length=50)
    key = models.CharField(max_length=100)
    full_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.action} by {self.key}"


class Undeliverable(models.Model):
    """An address that letters came back from, as a keyed hash; see `commons.undeliverable`."""

    address_hash = models.BinaryField(max_length=16, primary_key=True)
    score = models.PositiveSmallIntegerField()
    returned_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "undeliverable"

    def __str__(self) -> str:
        return f"{bytes(self.address_hash).hex()}: {self.score}"


class Heartbeat(models.Model):
    """When a worker last did what the beat asked of it."""

    name = models.CharField(max_length=50, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.beat_at}"


class Change(models.Model):
    """What changed, and in which transaction; see `commons.journal`. Only triggers of the database write here."""

    subject = models.CharField(max_length=80)
    transaction = models.BigIntegerField()
    changed_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        indexes = [models.Index(fields=["subject", "transaction"], name="commons_change_subject")]

    def __str__(self) -> str:
        return f"{self.subject} in {self.transaction}"

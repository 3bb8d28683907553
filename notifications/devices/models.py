"""The devices that somebody allowed to ring, and what waits to be handed to one."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from commons.fetching import managed_by
from notifications.devices.enums import ENDPOINT_MAX_LENGTH, NAME_MAX_LENGTH


class Device(models.Model):
    """A browser that takes messages for a member: where they go, and the keys that seal them (RFC 8291).

    An endpoint belongs to one browser, so to one member: whoever signed in there last.
    """

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=NAME_MAX_LENGTH)
    endpoint = models.CharField(max_length=ENDPOINT_MAX_LENGTH, unique=True)
    public_key = models.BinaryField(max_length=65)
    secret = models.BinaryField(max_length=16)
    made_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, default=None)

    objects = managed_by(models.QuerySet["Device"])

    def __str__(self) -> str:
        return self.name


class Push(models.Model):
    """Something that waits to be handed to a device, at `try_at`.

    Whoever hands it over takes the row away first: a worker that is killed then has told nothing or once, never twice.
    `notices` are what it tells of; none is a test that the owner asked for.
    """

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="+")
    notices = ArrayField(models.BigIntegerField(), default=list)
    made_at = models.DateTimeField()
    try_at = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)

    objects = managed_by(models.QuerySet["Push"])

    class Meta:
        verbose_name_plural = "pushes"

    def __str__(self) -> str:
        return f"{len(self.notices)} for {self.device_id}"

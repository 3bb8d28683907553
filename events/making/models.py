"""What is stored of what an event needs, and of who gives it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Q

from commons.fetching import managed_by
from events.making.enums import IN_SHORT, NOTE_MAX_LENGTH, WHAT_MAX_LENGTH, AskKind
from events.models import Event


class AskQuerySet(models.QuerySet["Ask"]):
    def with_taken(self) -> Self:
        """Adds `taken`."""
        return self.annotate(taken=Count("pledges"))


class Ask(models.Model):
    """Something that an event needs from people, so many times."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="asks")
    kind = models.CharField(max_length=10, choices=AskKind.choices)
    what = models.CharField(max_length=WHAT_MAX_LENGTH)
    wanted = models.PositiveSmallIntegerField(default=1)

    taken: int
    """How many members have taken it on; `with_taken` adds it."""

    objects = managed_by(AskQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "kind", "what"], name="making_ask_once"),
            models.CheckConstraint(condition=Q(wanted__gte=1), name="making_ask_wants_some"),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def kind_in_short(self) -> str:
        return str(IN_SHORT[AskKind(self.kind)])

    @property
    def is_full(self) -> bool:
        return self.taken >= self.wanted


class Pledge(models.Model):
    """A member's word that they take on what is asked; once each."""

    ask = models.ForeignKey(Ask, on_delete=models.CASCADE, related_name="pledges", db_index=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    note = models.CharField(max_length=NOTE_MAX_LENGTH, blank=True, default="")
    given_at = models.DateTimeField()

    objects = managed_by(models.QuerySet["Pledge"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ask", "member"], name="making_pledge_once")]
        indexes = [models.Index(fields=["given_at"], name="making_pledge_by_age")]

    def __str__(self) -> str:
        return f"{self.member_id} for {self.ask_id}"

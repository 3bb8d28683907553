"""What joining stores: on which terms an event is joined, who said what to which date, and what they told for it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from commons.fetching import managed_by
from events.joining.enums import (
    ANSWER_MAX_LENGTH,
    KEPT_FOR_MAX_LENGTH,
    NAME_MAX_LENGTH,
    QUESTION_MAX_LENGTH,
    Keep,
    Level,
    Part,
    State,
)
from events.models import Event, Occurrence
from members.models import Member


class Terms(models.Model):
    """On which terms an event is joined; without a row everybody can come. They hold for each of its dates.

    Of `capacity` places, `kept_places` are for those who need them (`kept_for` says who); these may take any.
    """

    event = models.OneToOneField(Event, on_delete=models.CASCADE, primary_key=True, related_name="terms")
    capacity = models.PositiveIntegerField(null=True, default=None)
    kept_places = models.PositiveIntegerField(default=0)
    kept_for = models.CharField(max_length=KEPT_FOR_MAX_LENGTH, blank=True, default="")
    needs_approval = models.BooleanField(default=False)
    takes_guests = models.BooleanField(default=False)

    objects = managed_by(models.QuerySet["Terms"])

    class Meta:
        verbose_name_plural = "terms"
        constraints = [
            models.CheckConstraint(
                condition=Q(kept_places=0) | Q(kept_places__lte=models.F("capacity"), capacity__isnull=False),
                name="joining_terms_keeps_no_more_than_there_are",
            ),
            models.CheckConstraint(condition=Q(kept_places=0) | ~Q(kept_for=""), name="joining_terms_says_for_whom"),
        ]

    def __str__(self) -> str:
        return f"terms of {self.event_id}"


class Question(models.Model):
    """What the hosts ask whoever joins, why they need to know, and how many days after the date the answers go."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")
    words = models.CharField(max_length=QUESTION_MAX_LENGTH)
    why = models.CharField(max_length=QUESTION_MAX_LENGTH)
    keep_days = models.PositiveSmallIntegerField(choices=Keep.choices, default=Keep.WEEK)
    is_required = models.BooleanField(default=False)

    objects = managed_by(models.QuerySet["Question"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "words"], name="joining_question_once"),
            models.CheckConstraint(condition=Q(keep_days__in=Keep.values), name="joining_question_keep_known"),
        ]

    def __str__(self) -> str:
        return self.words


class Guest(models.Model):
    """Somebody without an account who comes to one date. The row exists only after their address was confirmed."""

    occurrence = models.ForeignKey(Occurrence, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=NAME_MAX_LENGTH)
    email = models.EmailField()
    made_at = models.DateTimeField()

    objects = managed_by(models.QuerySet["Guest"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["occurrence", "email"], name="joining_guest_once")]
        indexes = [models.Index(fields=["email"], name="joining_guest_by_email")]

    def __str__(self) -> str:
        return self.name


class RsvpQuerySet(models.QuerySet["Rsvp"]):
    def with_date(self) -> "RsvpQuerySet":
        return self.select_related("occurrence__event__place", "member", "guest")


class Rsvp(models.Model):
    """What one person said to one date, once.

    `turn` is their place on the waiting list, counted up under the lock of the date; an offer is open until
    `offer_until`, and only then. `is_seen`: the others who come may see them, while their consent to that stands.
    A reminder remembers for which start it was given, so that a date that moves is reminded of anew.
    """

    occurrence = models.ForeignKey(Occurrence, on_delete=models.CASCADE, related_name="rsvps", db_index=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    guest = models.OneToOneField(Guest, on_delete=models.CASCADE, null=True, related_name="rsvp")
    state = models.CharField(max_length=10, choices=State.choices)
    needs_kept = models.BooleanField(default=False)
    is_approved = models.BooleanField(default=False)
    is_seen = models.BooleanField(default=False)
    turn = models.PositiveIntegerField(null=True, default=None)
    offer_until = models.DateTimeField(null=True, default=None)
    answered_at = models.DateTimeField()
    wants_days = models.BooleanField(default=False)
    wants_hours = models.BooleanField(default=False)
    days_told_for = models.DateTimeField(null=True, default=None)
    hours_told_for = models.DateTimeField(null=True, default=None)

    objects = managed_by(RsvpQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["occurrence", "member"], condition=Q(member__isnull=False), name="joining_rsvp_once"
            ),
            models.UniqueConstraint(fields=["occurrence", "turn"], name="joining_rsvp_turn_once"),
            models.CheckConstraint(
                condition=Q(member__isnull=True, guest__isnull=False) | Q(member__isnull=False, guest__isnull=True),
                name="joining_rsvp_of_one_person",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="joining_rsvp_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.OFFERED, offer_until__isnull=False)
                | (~Q(state=State.OFFERED) & Q(offer_until__isnull=True)),
                name="joining_rsvp_offer_has_an_end",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.WAITING) | Q(turn__isnull=False), name="joining_rsvp_waits_in_turn"
            ),
        ]
        indexes = [
            models.Index(fields=["occurrence", "state", "turn"], name="joining_rsvp_of_date"),
            models.Index(fields=["offer_until"], condition=Q(state=State.OFFERED), name="joining_rsvp_offers"),
            models.Index(fields=["occurrence"], condition=Q(state=State.WAITING), name="joining_rsvp_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id or self.guest_id} to {self.occurrence_id}: {self.state}"

    @property
    def is_in(self) -> bool:
        return self.state == State.IN

    @property
    def is_offered(self) -> bool:
        return self.state == State.OFFERED

    @property
    def is_waiting(self) -> bool:
        return self.state == State.WAITING

    @property
    def person(self) -> Member | Guest:
        """Whose it is; both are fetched beforehand."""
        who = self.member or self.guest
        assert who is not None
        return who


class Answer(models.Model):
    """What somebody answered to a question of the hosts."""

    rsvp = models.ForeignKey(Rsvp, on_delete=models.CASCADE, related_name="answers", db_index=False)
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    words = models.CharField(max_length=ANSWER_MAX_LENGTH)

    objects = managed_by(models.QuerySet["Answer"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rsvp", "question"], name="joining_answer_once")]

    def __str__(self) -> str:
        return f"answer of {self.rsvp_id} to {self.question_id}"


class PassedNeeds(models.Model):
    """Access needs that somebody passed on to the hosts of one date, sealed: the database can't read them."""

    rsvp = models.OneToOneField(Rsvp, on_delete=models.CASCADE, primary_key=True, related_name="+")
    sealed_words = models.BinaryField()
    passed_at = models.DateTimeField()

    objects = managed_by(models.QuerySet["PassedNeeds"])

    class Meta:
        verbose_name_plural = "passed needs"

    def __str__(self) -> str:
        return f"access needs with {self.rsvp_id}"


class MediaChoice(models.Model):
    """What may be made of somebody at one date, as they said it then. Only added to: the last word on a part counts.

    `asks_hosts` marks a step back after the date had begun; hosts see to what was made, and say so with `settled_at`.
    """

    rsvp = models.ForeignKey(Rsvp, on_delete=models.CASCADE, related_name="media_choices", db_index=False)
    part = models.CharField(max_length=10, choices=Part.choices)
    level = models.CharField(max_length=10, choices=Level.choices)
    said_at = models.DateTimeField()
    asks_hosts = models.BooleanField(default=False)
    settled_at = models.DateTimeField(null=True, default=None)

    objects = managed_by(models.QuerySet["MediaChoice"])

    class Meta:
        indexes = [models.Index(fields=["rsvp", "part", "-id"], name="joining_media_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(part__in=Part.values, level__in=Level.values), name="joining_media_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rsvp_id}: {self.part} {self.level}"


def address_of(name: str, occurrence: Occurrence) -> str:
    """The path of one of a date's pages about joining."""
    return reverse(f"joining:{name}", args=[occurrence.event_id, occurrence.key])

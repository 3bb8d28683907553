"""How somebody arrives: where they are in the welcome, who welcomes them, and how it goes."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commons.fetching import managed_by
from members.welcome.enums import NEWCOMERS_MAX, ApplicationState, CheckInKind, Feeling, FirstStep, Step


class Welcome(models.Model):
    """One member's way in. `step` is where they go on, on whatever device."""

    member = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="welcome")
    step = models.CharField(max_length=10, choices=Step.choices, default=Step.AGREEMENTS)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, default=None)
    first_step = models.CharField(max_length=6, choices=FirstStep.choices, blank=True, default="")
    paused_at = models.DateTimeField(null=True, default=None)
    paused_until = models.DateTimeField(null=True, default=None)

    objects = managed_by(models.QuerySet["Welcome"])

    class Meta:
        indexes = [
            models.Index(fields=["started_at"], name="welcome_started"),
            models.Index(fields=["paused_until"], condition=Q(paused_until__isnull=False), name="welcome_rest_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} at {self.step}"


class Acceptance(models.Model):
    """A member agreed to one version of one agreement."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    code = models.CharField(max_length=20)
    version = models.PositiveSmallIntegerField()
    accepted_at = models.DateTimeField()

    objects = managed_by(models.QuerySet["Acceptance"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "code", "version"], name="welcome_acceptance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.code}@{self.version}"


class Hello(models.Model):
    """A newcomer's first post in the room for greetings, and when a human first answered it."""

    member = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="hello")
    thread = models.PositiveBigIntegerField(unique=True)
    address = models.CharField(max_length=200)
    said_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, default=None)
    nudged_at = models.DateTimeField(null=True, default=None)
    called_at = models.DateTimeField(null=True, default=None)

    objects = managed_by(models.QuerySet["Hello"])

    class Meta:
        verbose_name_plural = "hellos"
        indexes = [
            models.Index(fields=["said_at"], condition=Q(answered_at=None), name="welcome_hello_waiting"),
            models.Index(fields=["-said_at"], name="welcome_hello_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} says hello"


class Pairing(models.Model):
    """A newcomer and their welcomer. The slots let the database see to it that nobody has more than three."""

    newcomer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    welcomer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="welcomings", db_index=False
    )
    slot = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, default=None)

    objects = managed_by(models.QuerySet["Pairing"])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["welcomer", "slot"], condition=Q(ended_at=None), name="welcome_pairing_slot_once"
            ),
            models.UniqueConstraint(
                fields=["newcomer"], condition=Q(ended_at=None), name="welcome_pairing_one_welcomer"
            ),
            models.CheckConstraint(
                condition=Q(slot__gte=1, slot__lte=NEWCOMERS_MAX), name="welcome_pairing_at_most_three"
            ),
            models.CheckConstraint(condition=~Q(newcomer=F("welcomer")), name="welcome_pairing_two_people"),
        ]
        indexes = [
            models.Index(fields=["welcomer", "-made_at"], name="welcome_pairing_rota"),
            models.Index(fields=["newcomer", "-made_at"], name="welcome_pairing_newcomer"),
        ]

    def __str__(self) -> str:
        return f"{self.welcomer_id} welcomes {self.newcomer_id}"


class CheckIn(models.Model):
    """How is it going? Asked three times, answered with one press or not at all."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=CheckInKind.choices)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, default=None)
    answer = models.CharField(max_length=7, choices=Feeling.choices, blank=True, default="")
    words = models.CharField(max_length=500, blank=True, default="")
    answered_at = models.DateTimeField(null=True, default=None)

    objects = managed_by(models.QuerySet["CheckIn"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "kind"], name="welcome_checkin_once")]
        indexes = [models.Index(fields=["due_at"], condition=Q(sent_at=None), name="welcome_checkin_due")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.member_id}"


class Invitation(models.Model):
    """A member asks somebody in. Only a hash of the code is kept, and no address."""

    code_hash = models.BinaryField(max_length=32, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    note = models.CharField(max_length=60, blank=True, default="")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    uses_max = models.PositiveSmallIntegerField(default=1)
    use_count = models.PositiveSmallIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True, default=None)

    objects = managed_by(models.QuerySet["Invitation"])

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(use_count__lte=F("uses_max")), name="welcome_invitation_not_overused"),
        ]
        indexes = [models.Index(fields=["made_by", "-made_at"], name="welcome_invitation_by")]

    def __str__(self) -> str:
        return f"invitation by {self.made_by_id}"


class Arrival(models.Model):
    """Somebody joined by an invitation; moderators see who asked whom in."""

    member = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="arrival")
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="arrivals")
    arrived_at = models.DateTimeField()

    objects = managed_by(models.QuerySet["Arrival"])

    class Meta:
        indexes = [models.Index(fields=["-arrived_at", "-id"], name="welcome_arrival_latest")]

    def __str__(self) -> str:
        return f"{self.member_id} by {self.invitation_id}"


class Application(models.Model):
    """Somebody would like to join, and talks with members first. They come back by the link in their letter.

    The address is needed for that letter; it goes with everything else 30 days after the decision.
    """

    name = models.CharField(max_length=60)
    email = models.EmailField()
    state = models.CharField(max_length=9, choices=ApplicationState.choices, default=ApplicationState.TALKING)
    made_at = models.DateTimeField()
    spoken_at = models.DateTimeField()
    first_answer_at = models.DateTimeField(null=True, default=None)
    decided_at = models.DateTimeField(null=True, default=None)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, default=None, related_name="+"
    )

    objects = managed_by(models.QuerySet["Application"])

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ApplicationState.TALKING, decided_at=None)
                | ~Q(state=ApplicationState.TALKING) & Q(decided_at__isnull=False),
                name="welcome_application_decided_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["made_at"], condition=Q(state=ApplicationState.TALKING), name="welcome_apply_open"),
            models.Index(fields=["spoken_at"], name="welcome_apply_age"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.state}"


class ApplicationMessage(models.Model):
    """One voice in such a talk: a member, or, without an author, whoever applies."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="messages", db_index=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, default=None, related_name="+"
    )
    words = models.CharField(max_length=2000)
    submission = models.UUIDField(unique=True)
    said_at = models.DateTimeField()

    objects = managed_by(models.QuerySet["ApplicationMessage"])

    class Meta:
        indexes = [models.Index(fields=["application", "said_at"], name="welcome_apply_talk")]

    def __str__(self) -> str:
        return f"in {self.application_id}"

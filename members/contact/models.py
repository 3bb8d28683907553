"""Who asked to talk to whom, what two people write each other, and who wants no contact."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from commons.fetching import managed_by
from members.contact.enums import WORDS_MAX_LENGTH, RequestState
from members.models import Member


class NoContact(models.Model):
    """`member` wants nothing to do with `other`. It holds both ways, and `other` is never told."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()

    objects = managed_by(models.QuerySet["NoContact"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "other"], name="contact_nocontact_once"),
            models.CheckConstraint(condition=~Q(member=F("other")), name="contact_nocontact_not_oneself"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} from {self.other_id}"


class ContactRequest(models.Model):
    """One person asks another for a yes to talk. At most one waits for each pair."""

    asker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    asked = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    words = models.CharField(max_length=WORDS_MAX_LENGTH)
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.REQUESTED)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, default=None)

    objects = managed_by(models.QuerySet["ContactRequest"])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["asker", "asked"],
                condition=Q(state=RequestState.REQUESTED),
                name="contact_request_one_waits",
            ),
            models.CheckConstraint(condition=~Q(asker=F("asked")), name="contact_request_not_oneself"),
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="contact_request_state_known"),
        ]
        indexes = [
            models.Index(fields=["asked", "-asked_at"], name="contact_request_inbox"),
            models.Index(fields=["asker", "-asked_at"], name="contact_request_sent"),
            models.Index(
                fields=["asked_at"], condition=Q(state=RequestState.REQUESTED), name="contact_request_lapsing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asker_id} asks {self.asked_id}"


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def of(self, member: Member) -> Self:
        return self.filter(Q(first=member) | Q(second=member))


class Conversation(models.Model):
    """Two people who may write to each other while the yes of both stands; `first` has the lower key."""

    first = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    opened_at = models.DateTimeField()
    last_message_at = models.DateTimeField()

    objects = managed_by(ConversationQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="contact_conversation_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="contact_conversation_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}"

    def get_absolute_url(self) -> str:
        return reverse("contact:conversation", args=[self.pk])

    @property
    def scope(self) -> str:
        """The name of this pair in the consent ledger; it points to nobody."""
        return f"conversation:{self.pk}"

    def other_than(self, member: Member) -> Member:
        return self.second if self.first_id == member.pk else self.first


class Message(models.Model):
    """What one of the two wrote. Nobody else can read it; it is deleted a year later."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    source = models.TextField()
    html = models.TextField()
    submission = models.UUIDField()
    created_at = models.DateTimeField()

    objects = managed_by(models.QuerySet["Message"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "submission"], name="contact_message_sent_once"),
        ]
        indexes = [
            models.Index(fields=["conversation", "-created_at", "-id"], name="contact_message_page"),
            models.Index(fields=["created_at"], name="contact_message_age"),
        ]

    def __str__(self) -> str:
        return f"{self.author_id} in {self.conversation_id}"

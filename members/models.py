"""Who is here: members, and the authors of old letters who have not joined."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commons.fetching import FetchingManager
from commons.folding import folded_sql
from commons.journal import Journalled
from members.enums import (
    DISPLAY_NAME_MAX_LENGTH,
    FIRST_DAY,
    FORMER_KEYS_FROM,
    FORMER_USERNAME,
    USERNAME_MAX_LENGTH,
    Role,
    Standing,
)
from members.validators import username_validators


class MemberManager(FetchingManager["Member"], BaseUserManager["Member"]):
    """Makes members, with hashed passwords and normalised addresses."""

    use_in_migrations = False

    def create_user(self, username: str, email: str = "", password: str | None = None, **fields: Any) -> "Member":
        member = self.model(username=username.lower(), email=self.normalize_email(email), **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member

    def create_superuser(self, username: str, email: str = "", password: str | None = None, **fields: Any) -> "Member":
        given = {"is_superuser": True, "roles": [Role.ADMINISTRATOR], "standing": Standing.MEMBER, **fields}
        return self.create_user(username, email, password, **given)


class Member(Journalled, AbstractBaseUser, PermissionsMixin):
    """A person with an account. `username` is lower case and unique; `display_name` is what others see."""

    username = models.CharField(
        _("username"), max_length=USERNAME_MAX_LENGTH, unique=True, validators=username_validators
    )
    display_name = models.CharField(_("name that others see"), max_length=DISPLAY_NAME_MAX_LENGTH)
    folded_name = models.GeneratedField(
        expression=folded_sql("display_name"), output_field=models.TextField(), db_persist=True
    )
    former_names = ArrayField(
        models.CharField(max_length=DISPLAY_NAME_MAX_LENGTH), default=list, blank=True, db_default=[]
    )
    """Shown to nobody. Where others wrote one of them down, it goes when the person leaves and wants that."""
    email = models.EmailField(_("e-mail address"), blank=True)
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.NEWCOMER)
    roles = ArrayField(models.CharField(max_length=13, choices=Role.choices), default=list, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True, default="")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = MemberManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email", "display_name"]

    has_shown_second_factor = False
    """Whether the session that this member acts through has; `members.security` says so on each request."""
    besides: dict[str, bool] | None = None
    """What other rooms read along with the session somebody came with; None for whoever came by another way."""

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("username"), name="members_member_username_any_case"),
            models.CheckConstraint(
                condition=models.Q(roles__contained_by=Role.values), name="members_member_roles_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(username=FORMER_USERNAME), name="members_member_nobody_is_former_member"
            ),
        ]
        indexes = [
            models.Index(fields=["email"], name="members_member_email"),
            models.Index(fields=["folded_name", "id"], name="members_member_by_name"),
            GinIndex(SearchVector("folded_name", "username", config="simple"), name="members_member_names"),
            GinIndex(fields=["folded_name"], opclasses=["gin_trgm_ops"], name="members_member_nearly"),
        ]

    def __str__(self) -> str:
        return self.display_name if self.is_active else gettext("Former member")

    def get_absolute_url(self) -> str:
        return _page_of(self.username)

    @property
    def is_staff(self) -> bool:
        """Administrators may open /admin/; what they may do there, their permissions say."""
        return self.acts_as(Role.ADMINISTRATOR)

    @property
    def is_moderator(self) -> bool:
        return self.acts_as(Role.MODERATOR)

    @property
    def acts_with_power(self) -> bool:
        """The one place that says whether a task's power may be used now, whoever has given it."""
        return self.has_shown_second_factor or not settings.SECOND_FACTOR_REQUIRED

    @property
    def is_newcomer(self) -> bool:
        return self.standing == Standing.NEWCOMER

    @property
    def is_suspended(self) -> bool:
        return self.standing == Standing.SUSPENDED

    @property
    def is_on_first_day(self) -> bool:
        return self.is_newcomer and timezone.now() - self.date_joined < FIRST_DAY

    @property
    def kind(self) -> tuple[str, tuple[str, ...], bool]:
        """All that queries look at but who it is (`commons.prepared`)."""
        return self.standing, tuple(self.roles), self.acts_with_power

    @classmethod
    def of_kind(cls, kind: tuple[str, tuple[str, ...], bool], key: int) -> "Member":
        """A stand-in for everybody of a kind, in memory only."""
        standing, roles, acts_with_power = kind
        member = cls(pk=key, standing=standing, roles=list(roles))
        member.has_shown_second_factor = acts_with_power
        return member

    def acts_as(self, role: Role) -> bool:
        """Whether the community has given the role, and its power may be used now."""
        return role in self.roles and self.acts_with_power

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return self.acts_with_power and super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        return self.acts_with_power and super().has_module_perms(app_label)

    def take_name(self, name: str) -> None:
        """Be called so from now on; what they were called before is remembered."""
        self.former_names = [former for former in self.all_names if former != name]
        self.display_name = name

    @property
    def all_names(self) -> list[str]:
        """The name that others see, and those that they saw before."""
        return list(dict.fromkeys([self.display_name, *self.former_names]))

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name


def unseen(*ways: str) -> list[str]:
    """For `QuerySet.defer`: what no page needs of people whom it only names.

    Args:
        ways: from a row to a member, as for `select_related`.
    """
    return [f"{way}__{column}" for way in ways for column in _UNSEEN]


_UNSEEN = (
    *("password", "last_login", "is_superuser", "folded_name", "former_names", "email"),
    *("standing", "roles", "language", "date_joined"),
)


@lru_cache(maxsize=10_000)
def _page_of(username: str) -> str:
    return reverse("people:person", args=[username])


class UnclaimedAuthor(Journalled):
    """Somebody who wrote on an old mailing list and has not joined.

    Only the name they signed with and a keyed hash of their address are kept; nobody can read the
    address out of it, and nobody is ever mailed. A former one stands for somebody who was erased, in one
    thread: its key and its hash are random, so that nothing leads from one thread to another.
    """

    display_name = models.CharField(max_length=DISPLAY_NAME_MAX_LENGTH)
    address_hash = models.BinaryField(max_length=32, unique=True)
    claimed_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, default=None, related_name="claims")
    claimed_at = models.DateTimeField(null=True, default=None)
    is_former = models.BooleanField(default=False)

    objects = FetchingManager["UnclaimedAuthor"]()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(claimed_by=None) | models.Q(claimed_at__isnull=False),
                name="members_unclaimedauthor_claim_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(is_former=False, id__lt=FORMER_KEYS_FROM)
                | models.Q(is_former=True, id__gte=FORMER_KEYS_FROM, claimed_by=None),
                name="members_unclaimedauthor_former_is_nobodys",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def get_absolute_url(self) -> str:
        return reverse("members:unclaimed", args=[self.pk])

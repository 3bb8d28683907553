"""What the forum stores: categories, threads, posts and what happened to them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Least
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from commons.contributions import Contribution, Revision
from commons.fetching import managed_by
from commons.files.models import File
from commons.folding import folded_sql
from commons.journal import Journalled
from forum.enums import (
    HEARD_MAX_LENGTH,
    MESSAGE_ID_MAX_LENGTH,
    NOTE_MAX_LENGTH,
    REASON_MAX_LENGTH,
    RESERVED_SLUGS,
    SLUG_MAX_LENGTH,
    SUBJECT_MAX_LENGTH,
    TALK_LINE_MAX_LENGTH,
    TALK_LINES_MAX,
    TITLE_MAX_LENGTH,
    Bump,
    Change,
    Heard,
    Nudge,
    Stage,
    Visibility,
)
from members.models import Member, UnclaimedAuthor, unseen

type Reader = Member | AnonymousUser

VIEW, MODERATE = "view_category", "moderate_category"


class CategoryQuerySet(models.QuerySet["Category"]):
    def visible_to(self, reader: Reader) -> Self:
        return self.filter(seen_by(reader))

    def with_moderated_by(self, reader: Reader) -> Self:
        """Adds `reader_moderates`."""
        if not isinstance(reader, Member) or reader.is_suspended or not reader.acts_with_power:
            return self.annotate(reader_moderates=models.Value(value=False))
        if reader.is_moderator:
            return self.annotate(reader_moderates=~Q(visibility=Visibility.GROUP) | granted(MODERATE, reader))
        return self.annotate(reader_moderates=granted(MODERATE, reader))


def seen_by(reader: Reader, *, at: str = "") -> Q:
    """Public categories; members' ones for members; a group's own for its people and its moderators.

    Asked of the category, or of what stands in it: `at` then says the way to it, such as "thread__category__".
    """
    visibility, category = f"{at}visibility", f"{at}pk"
    public = Q(**{visibility: Visibility.PUBLIC})
    if not isinstance(reader, Member):
        return public
    of_group = granted(VIEW, reader, category=category) | granted(MODERATE, reader, category=category)
    return public | Q(**{visibility: Visibility.MEMBERS}) | Q(**{visibility: Visibility.GROUP}) & of_group


def granted(codename: str, member: Member, *, category: str = "pk") -> Q:
    """Whether guardian has a row for this member, or for one of their groups, on the category `category`."""
    on_category = {"content_object": OuterRef(category), "permission__codename": codename}
    to_member = CategoryUserPermission.objects.filter(user=member, **on_category)
    to_group = CategoryGroupPermission.objects.filter(group__user=member, **on_category)
    return Q(Exists(to_member)) | Q(Exists(to_group))


class Category(Journalled):
    """A room of the forum. Its threads are seen by whoever may see it."""

    slug = models.SlugField(max_length=SLUG_MAX_LENGTH, unique=True)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.MEMBERS)
    language = models.CharField(max_length=12, blank=True, default="")
    how_we_talk = models.CharField(
        max_length=TALK_LINES_MAX * (TALK_LINE_MAX_LENGTH + 1), blank=True, default="", db_default=""
    )
    is_greeting = models.BooleanField(_("newcomers say hello here"), default=False)
    takes_letters = models.BooleanField(_("members can begin threads here by mail"), default=False, db_default=False)
    thread_count = models.PositiveIntegerField(default=0, editable=False)
    post_count = models.PositiveIntegerField(default=0, editable=False)
    last_post_at = models.DateTimeField(null=True, default=None, editable=False)

    reader_moderates: bool
    followed: str
    """Attached by `with_moderated_by` and the like, for the reader who asked."""

    objects = managed_by(CategoryQuerySet)

    class Meta:
        permissions = [(MODERATE, "Can moderate the category")]
        constraints = [
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="forum_category_visibility_known"
            ),
            models.CheckConstraint(
                condition=~Q(slug__in=RESERVED_SLUGS),
                name="forum_category_slug_is_free",
                violation_error_message=_("The forum uses this name for a page of its own. Please choose another."),
            ),
        ]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("forum:category", args=[self.slug])

    @property
    def is_public(self) -> bool:
        return self.visibility == Visibility.PUBLIC

    @property
    def talk_lines(self) -> list[str]:
        """How we talk here, line by line."""
        return self.how_we_talk.splitlines()


class CategoryUserPermission(UserObjectPermissionBase):
    """guardian's row for one person; a direct key, so that a category's check is one index look-up."""

    content_object = models.ForeignKey(Category, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        pass


class CategoryGroupPermission(GroupObjectPermissionBase):
    """guardian's row for one group."""

    content_object = models.ForeignKey(Category, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        pass


def _where_there_is_one(field: str, *, name: str) -> models.Index:
    """For what few rows refer to: all others are written without it."""
    return models.Index(fields=[field], condition=Q(**{f"{field}__isnull": False}), name=name)


class ThreadQuerySet(models.QuerySet["Thread"]):
    def visible_to(self, reader: Reader) -> Self:
        return self.filter(seen_by(reader, at="category__"), merged_into=None)

    def with_seen_by(self, reader: Reader) -> Self:
        """Adds `is_seen`: whether the reader may see it."""
        return self.annotate(is_seen=Exists(Thread.objects.visible_to(reader).filter(pk=OuterRef("pk")).order_by()))

    def with_people(self) -> Self:
        """Who began each thread and who wrote last."""
        people = self.select_related("author", "unclaimed_author", "last_author", "last_unclaimed_author")
        return people.defer(*unseen("author", "last_author"))

    def with_unread(self, reader: Reader) -> Self:
        """The reader's place in each, as `read_number` and `caught_up_at`; no query more."""
        if not isinstance(reader, Member):
            never = Value(None, output_field=models.IntegerField())
            return self.annotate(read_number=never, caught_up_at=never)
        visit = Visit.objects.filter(member=reader, thread=OuterRef("pk")).values("current_number")
        here = Q(category=None) | Q(category=OuterRef("category"))
        said = CaughtUp.objects.filter(here, member=reader).order_by().values("member")
        return self.annotate(
            read_number=Subquery(visit), caught_up_at=Subquery(said.annotate(latest=Max("until")).values("latest"))
        )


class Thread(Journalled):
    """A conversation. Its counters are right at every commit: whoever writes a post holds this row's lock.

    `held_at` is set while it rises slowly: the database sees to it that `bumped_at`, its place in the lists, is the
    time of its last post, but not later than that. `bump` is what moderators said about it, until `bump_until`.
    """

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="threads", db_index=False)
    title = models.CharField(max_length=TITLE_MAX_LENGTH)
    folded_title = models.GeneratedField(
        expression=folded_sql("title"), output_field=models.TextField(), db_persist=True
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="threads")
    unclaimed_author = models.ForeignKey(
        UnclaimedAuthor, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()
    is_pinned = models.BooleanField(default=False)
    is_locked = models.BooleanField(default=False)
    stage = models.CharField(max_length=10, choices=Stage.choices, blank=True, default="")
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, default=None, related_name="+", db_index=False
    )
    post_count = models.PositiveIntegerField(default=0)
    last_number = models.PositiveIntegerField(default=0)
    last_post_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True, default=None)
    bumped_at = models.GeneratedField(
        expression=Least("last_post_at", "held_at"), output_field=models.DateTimeField(), db_persist=True
    )
    bump = models.CharField(max_length=4, choices=Bump.choices, blank=True, default="", db_default="")
    bump_until = models.DateTimeField(null=True, default=None)
    paused_until = models.DateTimeField(null=True, default=None)
    asks_restating = models.BooleanField(default=False, db_default=False)
    last_author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    last_unclaimed_author = models.ForeignKey(
        UnclaimedAuthor, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    reader_moderates: bool
    followed: str
    read_number: int | None
    caught_up_at: datetime | None
    pause_reason: str | None = None
    nudges_shown: list[str]
    takes_part: bool
    is_seen: bool
    starter_stand_in: object = None
    last_stand_in: object = None
    """The stand-ins are attached by `forum.visitors`, in the place of people who write for members only."""

    objects = managed_by(ThreadQuerySet)

    class Meta:
        indexes = [
            models.Index(
                fields=["category", "-is_pinned", "-bumped_at", "-id"],
                condition=Q(merged_into=None),
                name="forum_thread_listed",
            ),
            models.Index(
                fields=["category", "-last_post_at"], condition=Q(merged_into=None), name="forum_thread_lively"
            ),
            models.Index(fields=["-last_post_at", "-id"], condition=Q(merged_into=None), name="forum_thread_latest"),
            models.Index(fields=["-bumped_at", "-id"], condition=Q(merged_into=None), name="forum_thread_bumped"),
            GinIndex(fields=["folded_title"], opclasses=["gin_trgm_ops"], name="forum_thread_nearly"),
            _where_there_is_one("unclaimed_author", name="forum_thread_unclaimed"),
            _where_there_is_one("last_unclaimed_author", name="forum_thread_last_unclaimed"),
            _where_there_is_one("merged_into", name="forum_thread_merged"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("forum:thread", args=[self.category.slug, self.pk, self.slug])

    @property
    def slug(self) -> str:
        return slugify(self.title)[:SLUG_MAX_LENGTH].strip("-") or "thread"

    @property
    def reply_count(self) -> int:
        return max(0, self.post_count - 1)

    @property
    def starter(self) -> object:
        return self.starter_stand_in or self.author or self.unclaimed_author

    @property
    def last_speaker(self) -> object:
        return self.last_stand_in or self.last_author or self.last_unclaimed_author


UNSEEN = ("source", "renderer_version", "licence", "submission")
"""For `QuerySet.defer`: what a thread's page does not show of a post."""
UNSEEN_OF_ANSWERED = tuple(
    f"parent__{column}"
    for column in (
        *UNSEEN,
        *("html", "language", "content_note", "created_at", "edited_at", "hidden_at", "deleted_at", "deleted_by"),
        *("thread", "parent", "number", "path", "depth", "band", "reply_count"),
    )
)
"""For `QuerySet.defer`: what no page shows of a post that another answers."""


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, reader: Reader) -> Self:
        return self.filter(seen_by(reader, at="thread__category__"), thread__merged_into=None)

    def with_people(self) -> Self:
        """Who wrote each, and whom they answer: of people and of what is answered, what pages show of them."""
        people = self.select_related(
            "author", "unclaimed_author", "parent__author", "parent__unclaimed_author", "restatement"
        )
        return people.defer(*UNSEEN_OF_ANSWERED, *unseen("author", "parent__author"))


class Post(Contribution):
    """One voice in a thread. `number` is the order of arrival, `path` the place in the tree.

    A deleted post stays as a tombstone, with its text gone, so that the branch stands.
    """

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="posts", db_index=False)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, default=None, related_name="replies")
    unclaimed_author = models.ForeignKey(
        UnclaimedAuthor, on_delete=models.PROTECT, null=True, default=None, related_name="posts", db_index=False
    )
    number = models.PositiveIntegerField()
    path = models.BinaryField()
    depth = models.PositiveSmallIntegerField()
    band = models.PositiveSmallIntegerField()
    reply_count = models.PositiveIntegerField(default=0)
    deleted_at = models.DateTimeField(null=True, default=None)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, default=None, related_name="+", db_index=False
    )

    stand_in: object = None
    files: Sequence[File] = ()
    """Attached by `forum.visitors` in the place of somebody who writes for members only, and by `forum.files`."""

    thanks: Sequence[object] = ()
    """Attached for a reader: the words of thanks for it that they may read."""

    is_bookmarked = False
    has_files: bool
    has_thanks: bool
    """Asked with the posts of a page: whether there are any at all, so that most pages need not ask for them."""

    mailed_as: str | None
    parent_mailed_as: str | None
    thread_mailed_as: str | None
    """Attached by `forum.notices`, for letters."""

    objects = managed_by(PostQuerySet)

    class Meta:
        indexes = [
            models.Index(fields=["thread", "band", "path"], name="forum_post_tree"),
            models.Index(fields=["thread", "created_at", "number"], name="forum_post_line"),
            models.Index(fields=["author", "-created_at"], name="forum_post_by_author"),
            models.Index(
                fields=["-created_at", "-id"],
                condition=Q(deleted_at=None, hidden_at=None),
                name="forum_post_latest",
            ),
            _where_there_is_one("unclaimed_author", name="forum_post_unclaimed"),
            _where_there_is_one("deleted_by", name="forum_post_deleted_by"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["thread", "number"], name="forum_post_number_once"),
            models.UniqueConstraint(
                fields=["author", "submission"], condition=Q(submission__isnull=False), name="forum_post_submitted_once"
            ),
            models.CheckConstraint(
                condition=Q(parent=None, depth=0) | Q(parent__isnull=False, depth__gt=0),
                name="forum_post_root_has_no_parent",
            ),
            models.CheckConstraint(
                condition=Q(deleted_at=None) | Q(source="", html=""), name="forum_post_tombstone_is_empty"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} in {self.thread_id}"

    def get_absolute_url(self) -> str:
        return reverse("forum:post", args=[self.pk])

    @property
    def anchor(self) -> str:
        return f"post-{self.pk}"

    @property
    def is_opening(self) -> bool:
        return self.parent_id is None

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def restated(self) -> "Restatement | None":
        """What it heard from the post that it answers, as far as both are for the reader."""
        is_withheld = self.stand_in is not None or self.parent is None or self.parent.stand_in is not None
        return None if is_withheld else getattr(self, "restatement", None)

    @property
    def by(self) -> object:
        """Whoever wrote it: a member, or somebody who has not joined."""
        return self.stand_in or self.author or self.unclaimed_author


class PostRevision(Revision):
    """What a post said before an edit outside the grace period."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="revisions", db_index=False)

    objects = managed_by(models.QuerySet["PostRevision"])

    class Meta:
        indexes = [models.Index(fields=["post", "replaced_at"], name="forum_postrevision_history")]

    def __str__(self) -> str:
        return f"{self.post_id} until {self.replaced_at}"


class Restatement(models.Model):
    """What the author of a reply heard from the one they answer, who may say whether that is it."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="restatement")
    heard = models.CharField(max_length=HEARD_MAX_LENGTH)
    answer = models.CharField(max_length=4, choices=Heard.choices, blank=True, default="")
    answered_at = models.DateTimeField(null=True, default=None)

    objects = managed_by(models.QuerySet["Restatement"])

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(heard=""), name="forum_restatement_says_something"),
            models.CheckConstraint(condition=Q(answer__in=Heard.values), name="forum_restatement_answer_known"),
        ]

    def __str__(self) -> str:
        return f"in {self.post_id}"


class NudgeShown(models.Model):
    """A nudge was shown to somebody in a thread, so that it never comes again there. Nothing else is known of it."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="+")
    nudge = models.CharField(max_length=6, choices=Nudge.choices)
    shown_at = models.DateTimeField()

    objects = managed_by(models.QuerySet["NudgeShown"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "thread", "nudge"], name="forum_nudgeshown_once")]
        indexes = [models.Index(fields=["shown_at"], name="forum_nudgeshown_age")]
        verbose_name_plural = "nudges shown"

    def __str__(self) -> str:
        return f"{self.nudge} in {self.thread_id}"


class Mention(models.Model):
    """A post names a member."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="mentions", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="mentions")

    objects = managed_by(models.QuerySet["Mention"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "member"], name="forum_mention_once")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.post_id}"


class ThreadChange(models.Model):
    """A line in a thread's history: what a moderator did, and why."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="changes", db_index=False)
    change = models.CharField(max_length=10, choices=Change.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=REASON_MAX_LENGTH)
    detail = models.CharField(max_length=TITLE_MAX_LENGTH, blank=True, default="")
    happened_at = models.DateTimeField()

    objects = managed_by(models.QuerySet["ThreadChange"])

    class Meta:
        indexes = [models.Index(fields=["thread", "-happened_at"], name="forum_threadchange_history")]

    def __str__(self) -> str:
        return f"{self.change} {self.thread_id}"


class Visit(models.Model):
    """Where a member was in a thread: posts above `seen_number` are new since their last visit, at `seen_at`.

    No page asks for the visits of a thread, and the site deletes none: there is no index for it.
    """

    pk = models.CompositePrimaryKey("member", "thread")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="visits", db_index=False)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="+", db_index=False)
    seen_number = models.PositiveIntegerField()
    seen_at = models.DateTimeField(null=True, default=None)
    current_number = models.PositiveIntegerField()
    visited_at = models.DateTimeField()

    objects = managed_by(models.QuerySet["Visit"])

    def __str__(self) -> str:
        return f"{self.member_id} in {self.thread_id}"


class CaughtUp(models.Model):
    """A member has called everything read, in a category or (without one) everywhere, up to a moment."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)
    category = models.ForeignKey(Category, on_delete=models.CASCADE, null=True, related_name="+")
    until = models.DateTimeField()

    objects = managed_by(models.QuerySet["CaughtUp"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "category"], name="forum_caughtup_once", nulls_distinct=False)
        ]
        verbose_name_plural = "caught up"

    def __str__(self) -> str:
        return f"{self.member_id} until {self.until}"


class Bookmark(models.Model):
    """A post that a member wants to find again; nobody else knows."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="bookmarks", db_index=False)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="bookmarks")
    note = models.CharField(max_length=NOTE_MAX_LENGTH, blank=True, default="")
    remind_at = models.DateTimeField(null=True, default=None)
    created_at = models.DateTimeField()

    objects = managed_by(models.QuerySet["Bookmark"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "post"], name="forum_bookmark_once")]
        indexes = [
            models.Index(fields=["member", "-created_at", "-id"], name="forum_bookmark_list"),
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="forum_bookmark_due"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} by {self.member_id}"


class Summary(Contribution):
    """Where a thread is now, co-written by those who take part. `author` wrote last; `version` counts the writings."""

    thread = models.OneToOneField(Thread, on_delete=models.CASCADE, related_name="summary")
    version = models.PositiveIntegerField(default=1)

    objects = managed_by(models.QuerySet["Summary"])

    class Meta:
        verbose_name_plural = "summaries"

    def __str__(self) -> str:
        return f"of {self.thread_id}, version {self.version}"


class ThreadSubject(models.Model):
    """What a thread is about, where that is a thing of another room: each thing has one thread."""

    thread = models.OneToOneField(Thread, on_delete=models.CASCADE, primary_key=True, related_name="about")
    subject = models.CharField(max_length=SUBJECT_MAX_LENGTH, unique=True)

    objects = managed_by(models.QuerySet["ThreadSubject"])

    def __str__(self) -> str:
        return f"{self.thread_id} about {self.subject}"


class SummaryRevision(Revision):
    """What a summary said before; `author` wrote that."""

    summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="revisions", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = managed_by(models.QuerySet["SummaryRevision"])

    class Meta:
        indexes = [models.Index(fields=["summary", "replaced_at"], name="forum_summary_history")]

    def __str__(self) -> str:
        return f"{self.summary_id} until {self.replaced_at}"


class Draft(models.Model):
    """What somebody is writing; one for each place where they write."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="drafts", db_index=False)
    place = models.CharField(max_length=40)
    path = models.CharField(max_length=300)
    label = models.CharField(max_length=TITLE_MAX_LENGTH)
    title = models.CharField(max_length=TITLE_MAX_LENGTH, blank=True, default="")
    source = models.TextField(blank=True, default="")
    heard = models.CharField(max_length=HEARD_MAX_LENGTH, blank=True, default="", db_default="")
    content_note = models.CharField(max_length=120, blank=True, default="")
    language = models.CharField(max_length=12, blank=True, default="")
    saved_at = models.DateTimeField()

    objects = managed_by(models.QuerySet["Draft"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "place"], name="forum_draft_one_for_a_place")]
        indexes = [models.Index(fields=["saved_at"], name="forum_draft_age")]

    def __str__(self) -> str:
        return f"{self.place} by {self.member_id}"


class MailedPost(models.Model):
    """A post that came by mail keeps its Message-ID, so that the letters about it stand in its thread everywhere.

    `thread` is set for an opening post, which letters know by its thread.
    """

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="+")
    thread = models.OneToOneField(Thread, on_delete=models.CASCADE, null=True, related_name="+")
    message_id = models.CharField(max_length=MESSAGE_ID_MAX_LENGTH, unique=True)

    objects = managed_by(models.QuerySet["MailedPost"])

    def __str__(self) -> str:
        return f"{self.post_id} came as {self.message_id}"


class Mirror(models.Model):
    """A mailing list that is copied into a category, one way, while its people move. Nobody is written to.

    Its address is made of its key (`forum.mirrors`); whoever runs the old list subscribes it there.
    """

    category = models.OneToOneField(Category, on_delete=models.CASCADE, related_name="mirror")
    list_name = models.CharField(max_length=80)
    is_running = models.BooleanField(default=True, db_default=True)
    last_letter_at = models.DateTimeField(null=True, default=None)

    objects = managed_by(models.QuerySet["Mirror"])

    def __str__(self) -> str:
        return f"{self.list_name} in {self.category_id}"


class ImportedMessage(models.Model):
    """A letter of a mailing list that has become a post; the key that makes a second import write nothing.

    A letter whose post was erased stays known, so that no later import brings it back. One that is
    missing is known only from its answers; `post` is then the eldest of them.
    """

    list_name = models.CharField(max_length=80)
    message_hash = models.BinaryField(max_length=16)
    post = models.ForeignKey(Post, on_delete=models.SET_NULL, null=True, related_name="+")
    is_missing = models.BooleanField(default=False)

    objects = managed_by(models.QuerySet["ImportedMessage"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list_name", "message_hash"], name="forum_importedmessage_once")]

    def __str__(self) -> str:
        return f"{self.list_name} {bytes(self.message_hash).hex()}"

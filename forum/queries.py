"""What the forum's pages ask for, each in a known number of SQL queries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from commons import journal, pagination
from commons.access import Verdict
from commons.contributions import Recent
from commons.pagination import Page
from commons.prepared import prepared
from forum import files, notices, paths, rules, talk
from forum.enums import BAND, Change, View, Visibility
from forum.models import (
    MODERATE,
    UNSEEN,
    UNSEEN_OF_ANSWERED,
    Bookmark,
    Category,
    CategoryGroupPermission,
    CategoryUserPermission,
    Draft,
    Post,
    Reader,
    Thread,
    ThreadChange,
    Visit,
    granted,
)
from forum.visitors import open_to_all
from members.enums import Role
from members.models import Member, unseen
from members.people import queries as people
from members.trust.keeping import Keeping
from notifications.queries import with_level

LISTED_BY = ("-is_pinned", "-bumped_at", "-id")
TREE_BY, LINE_BY = ("path",), ("created_at", "number")
CHANGES_SHOWN = 20
CHANGED_SHOWN = 50
BOOKMARKS_BY = ("-created_at", "-id")


def categories(reader: Reader) -> list[Category]:
    """The forum's front page: every category that the reader may see, with its moderators. Two queries."""
    return _listed(_rooms(reader, with_moderators=True))


def rooms(reader: Reader) -> list[Category]:
    """The same without their moderators. One query."""
    return _listed(_rooms(reader, with_moderators=False))


@prepared
def _rooms(reader: Reader, *, with_moderators: bool) -> QuerySet[Category]:
    found = Category.objects.visible_to(reader).order_by("position", "pk")
    return found.prefetch_related(_moderators()) if with_moderators else found


def _listed(found: list[Category]) -> list[Category]:
    journal.shows("forum.categories", *(_talk(category) for category in found))
    return found


def category(slug: str, *, reader: Reader) -> Category:
    """One category with its moderators. Two queries. A 404 if absent or not for this reader."""
    return _only(_category(slug, reader))


@prepared
def _category(slug: str, reader: Reader) -> QuerySet[Category]:
    found = Category.objects.visible_to(reader).with_moderated_by(reader).prefetch_related(_moderators())
    return found.annotate(followed=with_level(reader, notices.CATEGORY)).filter(slug=slug)


def category_by_key(key: int, *, reader: Reader) -> Category:
    """One category. A 404 if absent or not for this reader."""
    return get_object_or_404(Category.objects.visible_to(reader), pk=key)


def greeting_room() -> str:
    """Where a newcomer writes their hello; empty if there is no room for greetings that every member sees."""
    rooms = Category.objects.filter(is_greeting=True).exclude(visibility=Visibility.GROUP)
    slug = rooms.order_by("position", "pk").values_list("slug", flat=True).first()
    return reverse("forum:new_thread", args=[slug]) if slug else ""


def thread_list(
    category: Category, *, reader: Reader, stage: str = "", after: str = "", before: str = ""
) -> Page[Thread]:
    """One page of a category: pinned first, then as they were bumped; of one stage if asked. One query."""
    journal.shows(_talk(category))
    lower, upper = (_bound(cursor, by=LISTED_BY) for cursor in (after, before))
    found = _threads_in(category.pk, reader, *(upper or lower), stage=stage, is_before=bool(upper))
    return pagination.cut(found, is_after=bool(lower), is_before=bool(upper))


@prepared
def _threads_in(category_id: int, reader: Reader, *bound: Any, stage: str, is_before: bool) -> QuerySet[Thread]:
    threads = Thread.objects.filter(category=category_id, merged_into=None).with_people()
    threads = (threads.filter(stage=stage) if stage else threads).with_unread(reader)
    return pagination.bounded(threads, by=LISTED_BY, bound=bound, is_before=is_before)


def _bound(cursor: str, *, by: Sequence[str]) -> list[Any]:
    return pagination.cleaned(Thread, by, pagination.decode(cursor, length=len(by))) if cursor else []


def thread(thread_id: int, *, reader: Reader) -> Thread:
    """One thread with its category. One query. A 404 if absent or not for this reader."""
    return with_category(_only(_thread(thread_id, reader)))


@prepared
def _thread(thread_id: int, reader: Reader) -> QuerySet[Thread]:
    return _threads_for(reader).filter(pk=thread_id)


def can_describe_at(reader: Reader, post_id: int) -> Verdict:
    """Whether somebody may help with the pictures of a post: those who may reply there."""
    return rules.can_reply(reader, post(post_id, reader=reader).thread)


def rooms_seen_by_all(reader: Reader, *, is_public: bool) -> QuerySet[Category]:
    """The rooms that everybody may see, or every member; not the one for greetings. One query."""
    visibility = Visibility.PUBLIC if is_public else Visibility.MEMBERS
    rooms = Category.objects.visible_to(reader).filter(visibility=visibility, is_greeting=False)
    return rooms.order_by("position", "pk")


def thread_about(subject: str, *, reader: Reader) -> Thread | None:
    """The thread about a thing of another room, with `is_seen`: whether the reader may see it. One query."""
    threads = Thread.objects.with_seen_by(reader).filter(about__subject=subject)
    return threads.select_related("category").first()


def threads_by_key(keys: Collection[int], *, reader: Reader) -> QuerySet[Thread]:
    """Those of these threads that the reader may see. One query."""
    return Thread.objects.visible_to(reader).filter(pk__in=keys).select_related("category")


def merged_target(thread_id: int, *, reader: Reader) -> Thread | None:
    """The thread that this one was merged into, if the reader may see it."""
    merged = Thread.objects.filter(pk=thread_id).values("merged_into")
    return Thread.objects.visible_to(reader).filter(pk__in=merged).select_related("category").first()


def post(post_id: int, *, reader: Reader) -> Post:
    """One post with its thread and category. One query. A 404 if absent or not for this reader."""
    found: Any = _only(_post(post_id, reader))
    found.thread.category.reader_moderates = found.reader_moderates
    found.thread.pause_reason, found.thread.nudges_shown = found.pause_reason, found.nudges_shown
    return found


@prepared
def _post(post_id: int, reader: Reader) -> QuerySet[Post]:
    posts = (
        Post.objects.visible_to(reader)
        .select_related("author", "unclaimed_author", "thread__category", "thread__author", "parent", "restatement")
        .defer(*UNSEEN_OF_ANSWERED, "thread__folded_title", *unseen("author", "thread__author"))
    )
    posts = posts.annotate(
        reader_moderates=_moderated(reader, "thread__category"),
        pause_reason=talk.pause_reason("thread"),
        nudges_shown=talk.nudges_shown(reader, "thread"),
    )
    return posts.filter(pk=post_id)


def _only[Row](rows: Sequence[Row]) -> Row:
    """The one row that was asked for. A 404 if there is none."""
    if not rows:
        raise Http404
    return rows[0]


@dataclass(frozen=True)
class Node:
    """A post in the tree of one page, with the replies that stand under it there."""

    post: Post
    replies: list["Node"] = field(default_factory=list)

    @property
    def is_continued(self) -> bool:
        """Whether its replies stand on a page of their own."""
        return bool(self.post.reply_count) and paths.band(self.post.depth + 1) != self.post.band


@dataclass(frozen=True)
class ThreadPage:
    """One page of a thread, in either view."""

    page: Page[Post]
    nodes: Sequence[Node]
    view: View
    branch: Post | None
    changes: Sequence[ThreadChange]

    @property
    def lock(self) -> ThreadChange | None:
        """Who locked the thread last, and why, if this page tells its history."""
        return next((change for change in self.changes if change.change == Change.LOCKED), None)

    @property
    def before(self) -> int | None:
        return self.page.rows[0].number if self.page.has_before and self.page.rows else None

    @property
    def after(self) -> int | None:
        return self.page.rows[-1].number if self.page.has_after and self.page.rows else None


def thread_page(
    thread: Thread,
    *,
    reader: Reader,
    view: View,
    branch: int | None = None,
    after: int | None = None,
    before: int | None = None,
    start: int | None = None,
) -> ThreadPage:
    """The posts after, before or from the post with a number; in the tree, within one branch.

    One query for a thread's first page, and one more for what the address names; the first page
    also asks for the thread's history, if it has one.
    """
    named = _named(thread, {number for number in (branch, after, before, start) if number is not None})
    root = named[branch] if branch is not None and view == View.TREE else None
    by = _by(view)
    lower = _key(named.get(after), by) or _key_just_before(named.get(start), by)
    upper = _key(named.get(before), by)
    path = bytes(root.path) if root else None
    inside, bound = (path, paths.end(path) if path else None), upper or lower or []
    found = _posts(thread.pk, reader, *inside, *bound, view=view, band=_band_below(root), is_before=bool(upper))
    page = pagination.cut(found, is_after=bool(lower), is_before=bool(upper))
    for post in page.rows:
        post.thread = thread
    journal.shows(*(f"forum.post:{post.pk}" for post in page.rows))
    is_first = not named
    return ThreadPage(
        page=page,
        nodes=_tree(page.rows) if view == View.TREE else [Node(post) for post in page.rows],
        view=view,
        branch=root,
        changes=list(_changes(thread)) if is_first and getattr(thread, "has_changed", True) else [],
    )


@prepared
def _posts(
    thread_id: int,
    reader: Reader,
    branch: bytes | None,
    branch_end: bytes | None,
    *bound: Any,
    view: View,
    band: int,
    is_before: bool,
) -> QuerySet[Post]:
    """The posts of a page with their people; in the tree, those of one band, in one branch if there is one."""
    posts = Post.objects.filter(thread=thread_id)
    if view == View.TREE:
        posts = posts.filter(band=band)
        if branch is not None:
            posts = posts.filter(path__gt=branch, path__lt=branch_end)
    shown = Post.objects.with_people().defer(*UNSEEN)
    shown = shown.annotate(
        is_bookmarked=_is_bookmarked(reader),
        has_files=files.are_given(),
        has_thanks=people.is_thanked_for(notices.POST),
    )
    return pagination.bounded(posts, by=_by(view), bound=bound, is_before=is_before, shown=shown)


def _by(view: View) -> tuple[str, ...]:
    return LINE_BY if view == View.LINE else TREE_BY


def first_unread(thread: Thread, *, seen: int | None) -> int | None:
    """The key of the first post that came after the number `seen`, on whatever page. One query if there is one."""
    if not seen or seen >= thread.last_number:
        return None
    return Post.objects.filter(thread=thread, number__gt=seen).order_by("number").values_list("pk", flat=True).first()


def place_of(post: Post, *, view: View) -> dict[str, int]:
    """What the address of a thread page must name so that the page holds this post."""
    if post.thread.post_count <= pagination.PAGE_SIZE and (view == View.LINE or post.band == 0):
        return {}
    place = {"start": post.number} if not post.is_opening else {}
    if view == View.TREE and post.band:
        root_path = bytes(post.path)[: (post.band * BAND + 1) * paths.STEP]
        place["branch"] = int.from_bytes(root_path[-paths.NUMBER_BYTES :])
    return place


def latest_posts(threads: QuerySet[Thread], *, now: datetime, limit: int = 30) -> QuerySet[Post]:
    """The newest posts of public threads that visitors may read, for feeds. Two queries.

    They can only be in the threads that were written in last, so no more threads than posts are looked at,
    and in each of them no more posts than can be shown.
    """
    posts = Post.objects.filter(open_to_all(now=now), deleted_at=None, hidden_at=None)
    posts = posts.order_by("-created_at", "-number")
    newest = ArraySubquery(posts.filter(thread=OuterRef("pk")).values("pk")[:limit])
    public = threads.filter(category__visibility=Visibility.PUBLIC, merged_into=None)
    lively = public.order_by("-last_post_at").values_list(newest, flat=True)[:limit]
    keys = posts.filter(pk__in=[key for keys in lively for key in keys]).values("pk")[:limit]
    return posts.filter(pk__in=keys).select_related("author", "unclaimed_author", "thread__category", "parent")


def latest_threads(reader: Reader, *, limit: int) -> list[Thread]:
    """Where people are talking now, over every category that the reader may see. One query."""
    return _latest_threads(reader, limit=limit)


@prepared
def _latest_threads(reader: Reader, *, limit: int) -> QuerySet[Thread]:
    threads = Thread.objects.visible_to(reader).with_unread(reader).with_people().select_related("category")
    return threads.order_by("-bumped_at", "-pk")[:limit]


def draft(member: Reader, *, place: str) -> Draft | None:
    if not isinstance(member, Member):
        return None
    return _draft.first(member, place)


@prepared
def _draft(member: Member, place: str) -> QuerySet[Draft]:
    return Draft.objects.filter(member=member, place=place).order_by("pk")[:1]


def drafts(member: Member) -> QuerySet[Draft]:
    return Draft.objects.filter(member=member).order_by("-saved_at")[: 5 * pagination.PAGE_SIZE]


def revisions(post: Post) -> list[tuple[str, Any]]:
    """Every text that a post has had, oldest first, as (source, row); the last is the post itself."""
    earlier = post.revisions.select_related("replaced_by").order_by("replaced_at", "pk")
    return [(revision.source, revision) for revision in earlier] + [(post.source, post)]


def movable_to(member: Member, *, besides: Category) -> QuerySet[Category]:
    """The categories that a moderator may move a thread to."""
    moderated = Category.objects.visible_to(member).with_moderated_by(member).filter(reader_moderates=True)
    return moderated.exclude(pk=besides.pk).order_by("position", "pk")


def moderated_threads(member: Member) -> QuerySet[Thread]:
    """The threads that a moderator may merge others into."""
    return Thread.objects.visible_to(member).annotate(moderated=_moderated(member, "category")).filter(moderated=True)


def opening_of(thread: Thread) -> int:
    """The key of a thread's opening post; of the thread that it was merged into, if it was."""
    merged = Thread.objects.filter(pk=thread.pk).values("merged_into")
    target = Post.objects.filter(Q(thread__in=merged) | Q(thread=thread), parent=None)
    return target.values_list("pk", flat=True).get()


def with_category(found: Thread) -> Thread:
    """Hands the reader's power over the thread on to its category, where the rules look for it."""
    found.category.reader_moderates = found.reader_moderates
    return found


def keepings(reader: Reader) -> list[Keeping]:
    """Who moderates which category, of those that the reader may see. Three queries."""
    groups = CategoryGroupPermission.objects.filter(permission__codename=MODERATE)
    people = groups.prefetch_related(Prefetch("group__user_set", Member.objects.order_by("display_name", "pk")))
    of_groups = Prefetch("categorygrouppermission_set", people.select_related("group"), to_attr="moderating_groups")
    found = Category.objects.visible_to(reader).order_by("position", "pk").prefetch_related(_moderators(), of_groups)
    return [Keeping(str(category), category.get_absolute_url(), _keepers_of(category)) for category in found]


def _keepers_of(category: Any) -> list[Member]:
    """Those whom the category's rows name, alone or in a group, each once."""
    alone = [row.user for row in category.moderator_rows]
    in_groups = [member for row in category.moderating_groups for member in row.group.user_set.all()]
    return list(dict.fromkeys([*alone, *in_groups]))


def _threads_for(reader: Reader) -> QuerySet[Thread]:
    threads = Thread.objects.visible_to(reader).select_related(
        "category", "author", "unclaimed_author", "summary__author", "about"
    )
    return threads.annotate(
        reader_moderates=_moderated(reader, "category"),
        followed=with_level(reader, notices.THREAD),
        pause_reason=talk.pause_reason(),
        takes_part=_takes_part(reader),
        has_changed=Exists(ThreadChange.objects.filter(thread=OuterRef("pk"))),
    )


def _takes_part(reader: Reader) -> Any:
    if not isinstance(reader, Member):
        return Value(value=False)
    return Exists(Post.objects.filter(thread=OuterRef("pk"), author=reader))


def _moderated(reader: Reader, category: str) -> Q:
    """`Category.objects.with_moderated_by`, asked of what belongs to a category."""
    if not isinstance(reader, Member) or reader.is_suspended or not reader.acts_with_power:
        return Q(pk__in=[])
    given = granted(MODERATE, reader, category=f"{category}_id")
    if reader.is_moderator:
        return given | ~Q(**{f"{category}__visibility": Visibility.GROUP})
    return given


def _moderators() -> Prefetch:
    rows = CategoryUserPermission.objects.filter(permission__codename=MODERATE).select_related("user")
    return Prefetch("categoryuserpermission_set", rows.order_by("user__display_name"), to_attr="moderator_rows")


def _is_bookmarked(reader: Reader) -> Any:
    if not isinstance(reader, Member):
        return Value(value=False)
    return Exists(Bookmark.objects.filter(member=reader, post=OuterRef("pk")))


def bookmarks(member: Member, *, after: str = "") -> Page[Bookmark]:
    """One page of what a member has kept, the latest first. One query."""
    kept = Bookmark.objects.filter(member=member, post__in=Post.objects.visible_to(member))
    kept = kept.select_related("post__thread__category", "post__author", "post__unclaimed_author")
    return pagination.page(kept, by=BOOKMARKS_BY, after=pagination.decode(after, length=2) if after else None)


def bookmark(member: Member, post: Post) -> Bookmark | None:
    return Bookmark.objects.filter(member=member, post=post).first()


def summary_texts(thread: Thread) -> list[tuple[str, Any]]:
    """Every text that a thread's summary has had, oldest first, as (source, row); the last is the one that stands."""
    summary = getattr(thread, "summary", None)
    if summary is None:
        return []
    earlier = summary.revisions.select_related("replaced_by").order_by("replaced_at", "pk")
    return [(revision.source, revision) for revision in earlier] + [(summary.source, summary)]


def own_last(thread: Thread, member: Member) -> int | None:
    """The key of a member's last post in a thread."""
    mine = Post.objects.filter(thread=thread, author=member, deleted_at=None).order_by("-number")
    return mine.values_list("pk", flat=True).first()


def moderators_of(category: Category) -> list[int]:
    """Whom to call to a room: those named for it, alone or in a group; without any, everybody with the role."""
    named = {"content_object": category, "permission__codename": MODERATE}
    alone = CategoryUserPermission.objects.filter(user=OuterRef("pk"), **named)
    in_group = CategoryGroupPermission.objects.filter(group__user=OuterRef("pk"), **named)
    active = Member.objects.filter(is_active=True).order_by("pk")
    found = list(active.filter(Exists(alone) | Exists(in_group)).values_list("pk", flat=True))
    if found or category.visibility == Visibility.GROUP:
        return found
    return list(active.filter(roles__contains=[Role.MODERATOR]).values_list("pk", flat=True))


def takes_part(member: Reader, thread: Thread) -> bool:
    """Whether somebody has written in a thread."""
    return isinstance(member, Member) and Post.objects.filter(thread=thread, author=member).exists()


@dataclass(frozen=True)
class Changed:
    """What happened in a thread since somebody was there."""

    since: datetime
    posts: Sequence[Post]
    edited: Sequence[Post]
    changes: Sequence[ThreadChange]
    is_summary_new: bool
    has_more: bool


def changed_since(thread: Thread, visit: Visit) -> Changed:
    """New posts, edited posts, what was done to the thread, and whether the summary is another. Three queries."""
    since = visit.seen_at or visit.visited_at
    posts = Post.objects.filter(thread=thread).with_people()
    new = list(posts.filter(number__gt=visit.seen_number, deleted_at=None).order_by("number")[: CHANGED_SHOWN + 1])
    edited = posts.filter(edited_at__gt=since, number__lte=visit.seen_number, deleted_at=None)
    summary = getattr(thread, "summary", None)
    return Changed(
        since=since,
        posts=new[:CHANGED_SHOWN],
        edited=list(edited.order_by("number")[:CHANGED_SHOWN]),
        changes=list(thread.changes.filter(happened_at__gt=since).select_related("by").order_by("-happened_at", "-pk")),
        is_summary_new=bool(summary and (summary.edited_at or summary.created_at) > since),
        has_more=len(new) > CHANGED_SHOWN,
    )


def was_renamed_by_others(post: Post) -> bool:
    """Whether somebody but its author has renamed the thread that this post opens; then the title is no longer its
    author's to change."""
    renamed = ThreadChange.objects.filter(thread=post.thread_id, change=Change.RENAMED)
    return renamed.exclude(by=post.author_id).exists()


def _changes(thread: Thread) -> QuerySet[ThreadChange]:
    return thread.changes.select_related("by").order_by("-happened_at", "-pk")[:CHANGES_SHOWN]


def _talk(category: Category) -> str:
    """The subject of the journal for all that happens to the threads of a category."""
    return f"forum.talk:{category.pk}"


def _named(thread: Thread, numbers: set[int]) -> dict[int | None, Post]:
    """The posts that an address names by number. A 404 if one is not there."""
    if not numbers:
        return {}
    posts = Post.objects.filter(thread=thread, number__in=numbers).with_people().defer(*UNSEEN)
    found: dict[int | None, Post] = {post.number: post for post in posts}
    if len(found) != len(numbers):
        raise Http404
    return found


def recent_posts(author: Member, *, reader: Reader, limit: int) -> list[Recent]:
    """What somebody wrote last, as far as a member may see it; for visitors nothing. One query."""
    if not isinstance(reader, Member):
        return []
    posts = Post.objects.visible_to(reader).filter(author=author, deleted_at=None, hidden_at=None)
    latest = posts.select_related("thread").order_by("-created_at", "-pk")[:limit]
    return [
        Recent(
            created_at=post.created_at,
            title=post.thread.title,
            address=post.get_absolute_url(),
            what=_("began a thread") if post.is_opening else _("replied"),
        )
        for post in latest
    ]


def _band_below(root: Post | None) -> int:
    return paths.band(root.depth + 1) if root else 0


def _key(post: Post | None, by: Sequence[str]) -> list[object] | None:
    return [_plain(getattr(post, name)) for name in by] if post else None


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def _key_just_before(post: Post | None, by: Sequence[str]) -> list[object] | None:
    """A bound that lets the post itself through."""
    if post is None:
        return None
    if by == TREE_BY:
        path = bytes(post.path)
        return [path[:-1] + bytes([path[-1] - 1]) + b"\xff"] if path[-1] else [path[:-1]]
    return [post.created_at, post.number - 1]


def _tree(posts: Sequence[Post]) -> list[Node]:
    """The posts of one page, each under the nearest ancestor that is on the page too."""
    top: list[Node] = []
    trail: list[Node] = []
    for post in posts:
        while trail and not bytes(post.path).startswith(bytes(trail[-1].post.path)):
            trail.pop()
        node = Node(post)
        (trail[-1].replies if trail else top).append(node)
        trail.append(node)
    return top

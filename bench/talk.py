"""What the measured community says: threads, posts, and all that the site writes down around them.

Threads are loaded a chunk at a time. Within a chunk posts lie in the order in which they were written, as they do on a
real site: the thirty posts of a thread stand far from each other on the disk.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import accumulate
from random import Random
from typing import Any
from uuid import UUID

from bench import shapes
from bench.loading import copy
from bench.people import answers, follows_where_they_write
from bench.sizes import Size
from bench.texts import Pool, Text
from commons.models import Event
from commons.outbox import KEEP_HANDLED
from forum import notices, paths
from forum.enums import Change, Visibility
from forum.models import Bookmark, Category, Post, PostRevision, Thread, ThreadChange, Visit
from members.people.models import Thanks
from notifications.enums import KEEP_NOTICES, Level, Reason
from notifications.kinds import place
from notifications.models import Follow, Notice, Telling

type Row = Mapping[str, Any]

CATEGORIES = 12
MEMBERS_ONLY = (3, 7, 11)
FOLLOWERS_EACH = 3
PINNED = 2
SPAN = timedelta(days=5 * 365)
CREATED = "forum.post_created"
MODELS = (Thread, Post, PostRevision, ThreadChange, Visit, Bookmark, Follow, Notice, Telling, Thanks, Event)
THIRTIES, LONG, WORST = "Thirty voices", "A long talk", "The worst tree"


@dataclass
class Written:
    """A post on its way to the database."""

    thread: int
    number: int
    parent: int
    author: int
    at: datetime
    path: bytes
    text: Text
    key: int = 0
    replies: int = 0
    is_deleted: bool = False
    edited_at: datetime | None = None


@dataclass
class Chunk:
    """Some threads, all their posts by thread, and each post in the order of time."""

    threads: list[Row] = field(default_factory=list)
    posts: dict[int, list[Written]] = field(default_factory=dict)
    categories: dict[int, int] = field(default_factory=dict)

    @cached_property
    def by_time(self) -> list[Written]:
        return sorted(
            (post for posts in self.posts.values() for post in posts), key=lambda post: (post.at, post.thread)
        )


def is_public(member: int) -> bool:
    """Whether visitors may read what they write; whoever opens a thread that is measured said yes."""
    return answers(member)["content.public"]


class Talk:
    def __init__(self, size: Size, pool: Pool, *, anchor: datetime) -> None:
        self.size, self.pool, self.anchor = size, pool, anchor
        self.weights = shapes.zipf(CATEGORIES)
        self.authors = Random("authors").sample(range(1, size.members + 1), size.members)

    @cached_property
    def special(self) -> Mapping[int, str]:
        """Which threads are measured by themselves, by their place in time; they lie where others lie."""
        step = self.size.threads // (self.size.thirties + 1)
        found = {step * (n + 1): f"{THIRTIES} {n + 1}" for n in range(self.size.thirties)}
        return found | {self.size.threads // 2 + 1: LONG, self.size.threads * 2 // 3 + 1: WORST}

    @cached_property
    def sizes(self) -> Sequence[int]:
        """How many posts each thread has."""
        given = {THIRTIES: 30, LONG: self.size.long, WORST: self.size.worst}
        fixed = {n: given[next(kind for kind in given if title.startswith(kind))] for n, title in self.special.items()}
        count = self.size.threads - len(fixed)
        others = iter(shapes.thread_sizes(count, posts=self.size.posts - sum(fixed.values()), chance=Random("sizes")))
        return [fixed[n] if n in fixed else next(others) for n in range(self.size.threads)]

    @cached_property
    def before(self) -> Sequence[int]:
        """How many posts all threads before each have together."""
        return [0, *accumulate(self.sizes)]

    @cached_property
    def followers(self) -> Mapping[int, Sequence[int]]:
        """Who follows a category."""
        chance, count = Random("followers"), min(FOLLOWERS_EACH, self.size.members)
        return {n: chance.sample(range(1, self.size.members + 1), count) for n in range(1, CATEGORIES + 1)}

    def load_categories(self) -> None:
        copy(Category, map(self._category, range(1, CATEGORIES + 1)))
        follows = [(member, place(notices.CATEGORY, n)) for n, members in self.followers.items() for member in members]
        copy(Follow, (self._follow(member, spot, self.anchor - SPAN) for member, spot in follows))

    @property
    def chunks(self) -> Sequence[range]:
        return [
            range(first, min(first + self.size.chunk, self.size.threads))
            for first in range(0, self.size.threads, self.size.chunk)
        ]

    def load(self, indices: range) -> None:
        """One chunk with everything around it."""
        chunk = self.chunk(indices)
        copy(Thread, chunk.threads)
        copy(Post, (self._post(post, chunk) for post in chunk.by_time))
        copy(PostRevision, self._revisions(chunk))
        copy(ThreadChange, self._pins(chunk))
        copy(Thanks, self._thanks(chunk))
        copy(Bookmark, self._bookmarks(chunk))
        copy(Event, self._events(chunk))
        self._load_following(chunk)

    def chunk(self, indices: range) -> Chunk:
        chunk = Chunk()
        for index in indices:
            chance = Random(f"thread {index}")
            key = index + 1
            is_special = index in self.special
            chunk.categories[key] = 1 if is_special else 1 + shapes.drawn(self.weights, chance)
            chunk.posts[key] = list(self._posts(index, chance))
        for key, post in enumerate(chunk.by_time, self.before[indices.start] + 1):
            post.key = key
        chunk.threads = [self._thread(index, chunk) for index in indices]
        return chunk

    def _posts(self, index: int, chance: Random) -> Iterator[Written]:
        size = self.sizes[index]
        is_worst = self.special.get(index) == WORST
        parents = iter(shapes.worst_tree()[:size]) if is_worst else shapes.parents(size, chance)
        people = [self.authors[shapes.rank(self.size.members, chance)] for _ in range(max(2, int(size**0.75)))]
        opens = next(filter(is_public, people), people[0]) if index in self.special else chance.choice(people)
        times, written = self._times(index, size, chance), list[Written]()
        for number, (parent, at) in enumerate(zip(parents, times, strict=True), 1):
            above = written[parent - 1].path if parent else b""
            path = paths.below(above, created_at=at, number=number)
            author = chance.choice(people) if parent else opens
            post = Written(index + 1, number, parent, author, at, path, self.pool.text(chance))
            self._happens(post, chance)
            if parent:
                written[parent - 1].replies += 1
            written.append(post)
        return iter(written)

    def _happens(self, post: Written, chance: Random) -> None:
        """Now and then a post is edited a day later, or a reply taken back."""
        drawn, later = chance.random(), post.at + timedelta(days=1)
        if later > self.anchor:
            return
        if post.parent and drawn < 0.002:  # two in a thousand
            post.is_deleted, post.text = True, Text("", "")
        elif drawn > 0.99:  # one in a hundred
            post.edited_at = later

    def _times(self, index: int, size: int, chance: Random) -> Iterator[datetime]:
        gaps = shapes.gaps(size, chance)
        planned = self.anchor - SPAN + SPAN * ((index + chance.random()) / self.size.threads)
        latest = self.anchor - timedelta(seconds=sum(gaps) + chance.uniform(600, 86_400))
        start = min(planned, latest)
        return (start + timedelta(seconds=seconds) for seconds in accumulate(gaps, initial=0.0))

    def _category(self, number: int) -> Row:
        return {
            "id": number,
            "slug": f"room-{number}",
            "name": f"{self.pool.words[-number]} {number}",
            "description": self.pool.endings[number].source[:300],
            "position": number,
            "visibility": Visibility.MEMBERS if number in MEMBERS_ONLY else Visibility.PUBLIC,
            "language": "en",
        }

    def _thread(self, index: int, chunk: Chunk) -> Row:
        posts = chunk.posts[index + 1]
        title = self.special.get(index) or self.pool.titles[index % len(self.pool.titles)]
        return {
            "id": index + 1,
            "category_id": chunk.categories[index + 1],
            "title": title,
            "author_id": posts[0].author,
            "created_at": posts[0].at,
            "is_pinned": self._is_pinned(index),
            "post_count": sum(not post.is_deleted for post in posts),
            "last_number": len(posts),
            "last_post_at": posts[-1].at,
            "last_author_id": posts[-1].author,
        }

    def _is_pinned(self, index: int) -> bool:
        return index % max(1, self.size.threads // (CATEGORIES * PINNED)) == 1

    def _post(self, post: Written, chunk: Chunk) -> Row:
        depth = paths.depth(post.path)
        return {
            "id": post.key,
            "thread_id": post.thread,
            "parent_id": chunk.posts[post.thread][post.parent - 1].key if post.parent else None,
            "author_id": post.author,
            "number": post.number,
            "path": post.path,
            "depth": depth,
            "band": paths.band(depth),
            "reply_count": post.replies,
            "source": post.text.source,
            "html": post.text.html,
            "language": "en" if post.thread % 2 else "",
            "created_at": post.at,
            "edited_at": post.edited_at,
            "deleted_at": post.at + timedelta(hours=1) if post.is_deleted else None,
            "deleted_by_id": post.author if post.is_deleted else None,
        }

    def _revisions(self, chunk: Chunk) -> Iterator[Row]:
        for post in chunk.by_time:
            if post.edited_at:
                text = self.pool.endings[post.key % len(self.pool.endings)].source
                yield {
                    "post_id": post.key,
                    "source": text,
                    "replaced_at": post.edited_at,
                    "replaced_by_id": post.author,
                }

    def _pins(self, chunk: Chunk) -> Iterator[Row]:
        for thread in chunk.threads:
            if thread["is_pinned"]:
                yield {
                    "thread_id": thread["id"],
                    "change": Change.PINNED,
                    "by_id": thread["author_id"],
                    "reason": "To be found soon.",
                    "happened_at": thread["created_at"],
                }

    def _thanks(self, chunk: Chunk) -> Iterator[Row]:
        for post, chance in self._some(chunk, "thanks", 0.003):
            giver = self._somebody_but(post.author, chance)
            yield {
                "giver_id": giver,
                "receiver_id": post.author,
                "words": "Thank you for this.",
                "is_public": chance.random() < 0.5,  # every other
                "about": place(notices.POST, post.key),
                "submission": UUID(int=chance.getrandbits(128), version=4),
                "created_at": post.at + timedelta(hours=2),
            }

    def _bookmarks(self, chunk: Chunk) -> Iterator[Row]:
        for post, chance in self._some(chunk, "bookmarks", 0.001):
            yield {
                "member_id": self._somebody_but(0, chance),
                "post_id": post.key,
                "created_at": post.at + timedelta(hours=3),
            }

    def _some(self, chunk: Chunk, what: str, share: float) -> Iterator[tuple[Written, Random]]:
        for post in chunk.by_time:
            if not post.is_deleted and (chance := Random(f"{what} {post.key}")).random() < share:
                yield post, chance

    def _somebody_but(self, member: int, chance: Random) -> int:
        drawn = chance.randrange(1, self.size.members)
        return drawn + (drawn >= member > 0)

    def _events(self, chunk: Chunk) -> Iterator[Row]:
        """What the outbox has handled and still keeps."""
        for post in chunk.by_time:
            if post.at <= self.anchor - KEEP_HANDLED:
                continue
            payload = {
                "post": post.key,
                "category": chunk.categories[post.thread],
                "thread": post.thread,
                "author": post.author,
                "written_at": post.at.isoformat(),
                "address": f"/forum/posts/{post.key}/",
                "is_opening": not post.parent,
                "is_greeting": False,
            }
            handled_at = post.at + timedelta(seconds=1)
            yield {"id": post.key, "name": CREATED, "payload": payload, "created_at": post.at, "handled_at": handled_at}

    def _load_following(self, chunk: Chunk) -> None:
        """Who follows what, was told of what, and has read how far."""
        follows, visits = list[Row](), list[Row]()
        told, tellings = list[Row](), list[Row]()
        for key, posts in chunk.posts.items():
            following: dict[int, datetime] = {}
            for post in posts:
                if follows_where_they_write(post.author):
                    following.setdefault(post.author, post.at)
                if post.at > self.anchor - KEEP_NOTICES and not post.is_deleted:
                    told.append(self._notice(post, chunk, following))
                    tellings += self._tellings(post, chunk, following)
            follows += [self._follow(member, place(notices.THREAD, key), since) for member, since in following.items()]
            visits += self._visits(key, posts)
        copy(Follow, follows)
        copy(Visit, visits)
        copy(Notice, told)
        copy(Telling, tellings)

    def _follow(self, member: int, spot: str, since: datetime) -> Row:
        return {"member_id": member, "place": spot, "level": Level.FOLLOWING, "since": since}

    def _notice(self, post: Written, chunk: Chunk, following: Mapping[int, datetime]) -> Row:
        category, posts = chunk.categories[post.thread], chunk.posts[post.thread]
        above = [posts[number - 1].key for number in paths.numbers(post.path) if number != post.number]
        branches = [place(notices.BRANCH, key) for key in above]
        return {
            "id": post.key,
            "kind": notices.POST,
            "subject": place(notices.POST, post.key),
            "bundle": place(notices.THREAD, post.thread),
            "places": [place(notices.CATEGORY, category), place(notices.THREAD, post.thread), *branches],
            "actor_id": post.author,
            "created_at": post.at,
            "reached": max([*following, *self.followers[category]]),
            "told_at": post.at + timedelta(seconds=1),
        }

    def _tellings(self, post: Written, chunk: Chunk, following: Mapping[int, datetime]) -> Iterator[Row]:
        answered = chunk.posts[post.thread][post.parent - 1].author if post.parent else 0
        reasons = dict.fromkeys([*following, *self.followers[chunk.categories[post.thread]]], Reason.FOLLOWING)
        reasons |= {answered: Reason.REPLY} if answered else {}
        chance = Random(f"tellings {post.key}")
        for member, reason in reasons.items():
            if member != post.author:
                is_read = chance.random() < 0.85  # what most people do
                yield {
                    "member_id": member,
                    "notice_id": post.key,
                    "reason": reason,
                    "is_needed": reason == Reason.REPLY,
                    "told_at": post.at + timedelta(seconds=1),
                    "read_at": post.at + timedelta(days=1) if is_read else None,
                }

    def _visits(self, key: int, posts: Sequence[Written]) -> Iterator[Row]:
        """Those who wrote, and two who only read."""
        chance = Random(f"visits {key}")
        people = dict.fromkeys(post.author for post in posts)
        people |= dict.fromkeys(self._somebody_but(0, chance) for _ in range(2))
        for member in people:
            current = len(posts) if chance.random() < 0.8 else chance.randrange(1, len(posts) + 1)
            yield {
                "member_id": member,
                "thread_id": key,
                "seen_number": chance.randrange(current + 1),
                "seen_at": posts[0].at,
                "current_number": current,
                "visited_at": posts[current - 1].at + timedelta(minutes=5),
            }

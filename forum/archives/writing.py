"""Letters of a mailing list as rows: a batch of them in one transaction, never a query for each.

In whatever order the archives of a list arrive, its threads come out the same: a letter that is only
known from its answers leaves a row that says so, and when it comes it takes its place above them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import groupby

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from commons import markup
from commons.mail import markdown
from forum import paths
from forum.archives import titles
from forum.archives.threading import SUBJECT_SPAN, Turn
from forum.archives.transcripts import Transcript
from forum.models import Category, ImportedMessage, Post, Thread
from members import addresses
from members.enums import DISPLAY_NAME_MAX_LENGTH
from members.models import Member, UnclaimedAuthor

AUTHORS_REMEMBERED = 20_000
MOVE_BATCH = 1000

ADD_REPLIES = """
    UPDATE forum_post SET reply_count = reply_count + added.count
    FROM unnest(%s::bigint[], %s::int[]) AS added (id, count) WHERE forum_post.id = added.id
"""
THREAD_FIELDS = (
    *("title", "author", "unclaimed_author", "created_at", "post_count", "last_number"),
    *("last_post_at", "last_author", "last_unclaimed_author"),
)
NEW_KEYS = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that is to become a post, and its place among the others."""

    turn: Turn
    transcript: Transcript


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier letter became; `post` is None where it was erased."""

    post: Post | None
    is_missing: bool


@dataclass(slots=True)
class Batch:
    """The rows that a batch is going to add or change."""

    threads: list[Thread] = field(default_factory=list)
    locked: dict[int, Thread] = field(default_factory=dict)
    posts: dict[bytes, Post] = field(default_factory=dict)
    missing: dict[bytes, Post] = field(default_factory=dict)
    more_replies: Counter[int] = field(default_factory=Counter)


class Writer:
    """Puts letters of one list into one category."""

    def __init__(
        self,
        *,
        category: Category,
        list_name: str,
        list_tags: Iterable[str],
        is_first_import: bool,
        is_live: bool = False,
    ) -> None:
        """With `is_live` nobody is taken for a member, whatever address they wrote."""
        self.category = category
        self.list_name = list_name
        self.list_tags = frozenset(list_tags)
        self.is_first_import = is_first_import
        self.is_live = is_live
        self.authors: dict[bytes, UnclaimedAuthor] = {}

    def known(self, hashes: Iterable[bytes]) -> dict[bytes, Known]:
        """What earlier batches and earlier imports have made of these letters."""
        rows = ImportedMessage.objects.filter(list_name=self.list_name, message_hash__in=set(hashes))
        rows = rows.select_related("post").defer("post__source", "post__html")
        return {bytes(row.message_hash): Known(row.post, row.is_missing) for row in rows}

    def parents(self, letters: Sequence[Letter]) -> dict[bytes, Post | None]:
        """The post that each letter goes below, None where it opens a thread or follows one of this batch."""
        known = self.known(one for letter in letters for one in (letter.turn.above, *letter.turn.missing) if one)
        found = {letter.turn.hash: self._parent(letter.turn, known) for letter in letters}
        lost = [letter for letter in letters if found[letter.turn.hash] is None and letter.turn.above is None]
        return found | self._by_subject(lost)

    def write(self, letters: Sequence[Letter]) -> int:
        """Store letters; how many threads they began."""
        with transaction.atomic():
            known = self.known(letter.turn.hash for letter in letters)
            return sum(self._write(run) for run in _runs(letters, known))

    def threads_begun_by(self, letters: Sequence[Letter]) -> int:
        """How many threads `write` would begin; nothing is stored."""
        parents, known = self.parents(letters), self.known(letter.turn.hash for letter in letters)
        return sum(
            not letter.turn.above and not parents[letter.turn.hash] and letter.turn.hash not in known
            for letter in letters
        )

    def _write(self, letters: Sequence[Letter]) -> int:
        batch, parents = Batch(), self.parents(letters)
        awaited = self.known([letters[0].turn.hash]).get(letters[0].turn.hash)
        answer = awaited.post if awaited else None
        if answer:
            parents[letters[0].turn.hash] = _above_answer(parents[letters[0].turn.hash], answer)
        batch.locked = _locked([post for post in (*parents.values(), answer) if post])
        self._meet([letter.transcript for letter in letters])
        for letter, key in zip(letters, _new_keys(len(letters)), strict=True):
            self._add(batch, letter, parents[letter.turn.hash], key=key, answer=answer)
        self._save(batch, is_awaited=awaited is not None)
        if answer:
            _set_below(answer, batch.posts[letters[0].turn.hash], batch.locked)
        return len(batch.threads)

    def _parent(self, turn: Turn, known: dict[bytes, Known]) -> Post | None:
        """The nearest letter that is here, else whoever stands in for one that is not."""
        missing = [known[one] for one in turn.missing if one in known]
        above = [known[turn.above]] if turn.above in known else []
        ancestors = [one for one in missing if not one.is_missing] + above + [one for one in missing if one.is_missing]
        return next((one.post for one in ancestors if one.post), None)

    def _by_subject(self, lost: Sequence[Letter]) -> dict[bytes, Post]:
        """For replies without a known ancestor: the opening of the last thread of that title in earlier imports."""
        subjects = {letter.turn.hash: letter.transcript.subject for letter in lost}
        replies = [letter for letter in lost if titles.is_reply(subjects[letter.turn.hash], list_tags=self.list_tags)]
        replies = [letter for letter in replies if titles.key(subjects[letter.turn.hash], list_tags=self.list_tags)]
        if self.is_first_import or not replies:
            return {}
        named = {
            letter.turn.hash: titles.clean(subjects[letter.turn.hash], list_tags=self.list_tags) for letter in replies
        }
        openings = ImportedMessage.objects.filter(
            list_name=self.list_name, is_missing=False, post__parent=None, post__thread__title__in=set(named.values())
        )
        posts = Post.objects.filter(pk__in=openings.values("post")).select_related("thread")
        found: dict[bytes, Post] = {}
        for post in posts.order_by("created_at").defer("source", "html"):
            for letter in replies:
                span = letter.turn.sent_at - post.created_at
                if post.thread.title == named[letter.turn.hash] and timedelta() <= span <= SUBJECT_SPAN:
                    found[letter.turn.hash] = post
        return found

    def _meet(self, transcripts: Sequence[Transcript]) -> None:
        """Everybody who wrote one of the letters, unclaimed where they are new."""
        if len(self.authors) > AUTHORS_REMEMBERED:
            self.authors.clear()
        names: dict[bytes, str] = {}
        for transcript in transcripts:
            own = addresses.hashed(transcript.author.identity)
            if own not in self.authors:
                names.setdefault(own, transcript.author.name)
        for author in UnclaimedAuthor.objects.select_related("claimed_by").filter(address_hash__in=names):
            self.authors[bytes(author.address_hash)] = author
        new = [
            UnclaimedAuthor(display_name=name[:DISPLAY_NAME_MAX_LENGTH].strip() or _("Somebody"), address_hash=own)
            for own, name in names.items()
            if own not in self.authors
        ]
        for author in UnclaimedAuthor.objects.bulk_create(new):
            self.authors[bytes(author.address_hash)] = author

    def _member(self, author: UnclaimedAuthor) -> Member | None:
        return None if self.is_live else author.claimed_by

    def _add(self, batch: Batch, letter: Letter, parent: Post | None, *, key: int, answer: Post | None) -> None:
        turn, transcript = letter.turn, letter.transcript
        author = self.authors[addresses.hashed(transcript.author.identity)]
        if parent is None and turn.above:
            parent = batch.posts.get(turn.above)
        thread = self._thread(batch, letter, parent, author, answer=answer)
        thread.last_number += 1
        thread.post_count += 1
        if turn.sent_at >= thread.last_post_at:
            thread.last_post_at, thread.last_unclaimed_author = turn.sent_at, author
            thread.last_author = self._member(author)
        subject = self._new_subject(letter, thread, parent)
        path = paths.below(bytes(parent.path) if parent else b"", created_at=turn.sent_at, number=thread.last_number)
        depth = paths.depth(path)
        post = Post(
            pk=key,
            thread=thread,
            parent=parent,
            author=self._member(author),
            unclaimed_author=author,
            number=thread.last_number,
            path=path,
            depth=depth,
            band=paths.band(depth),
            source=f"{subject}\n\n{transcript.source}" if subject else transcript.source,
            html=markup.render(subject).html + transcript.html if subject else transcript.html,
            created_at=turn.sent_at,
        )
        if parent and parent._state.adding:
            parent.reply_count += 1
        elif parent:
            batch.more_replies[parent.pk] += 1
        batch.posts[turn.hash] = post
        for missing in turn.missing:
            batch.missing.setdefault(missing, post)

    def _thread(
        self, batch: Batch, letter: Letter, parent: Post | None, author: UnclaimedAuthor, *, answer: Post | None
    ) -> Thread:
        if parent:
            return batch.locked[parent.thread_id] if parent.thread_id else parent.thread
        title = titles.clean(letter.transcript.subject, list_tags=self.list_tags)
        fields = {
            "title": title,
            "author": self._member(author),
            "unclaimed_author": author,
            "created_at": letter.turn.sent_at,
        }
        if answer:
            thread = batch.locked[answer.thread_id]
            for name, value in fields.items():
                setattr(thread, name, value)
            return thread
        thread = Thread(category=self.category, last_post_at=letter.turn.sent_at, **fields)
        batch.threads.append(thread)
        return thread

    def _new_subject(self, letter: Letter, thread: Thread, parent: Post | None) -> str:
        """What the letter is about, if its writer changed that."""
        subject = letter.transcript.subject
        if parent is None or titles.key(subject, list_tags=self.list_tags) in ("", titles.key(thread.title)):
            return ""
        return markdown.about(titles.clean(subject, list_tags=self.list_tags))

    def _save(self, batch: Batch, *, is_awaited: bool) -> None:
        Thread.objects.bulk_create(batch.threads)
        Thread.objects.bulk_update(batch.locked.values(), THREAD_FIELDS)
        Post.objects.bulk_create(batch.posts.values())
        if batch.more_replies:
            with connection.cursor() as cursor:
                cursor.execute(ADD_REPLIES, [list(batch.more_replies), list(batch.more_replies.values())])
        self._remember(batch, is_awaited=is_awaited)
        self._count(batch)

    def _remember(self, batch: Batch, *, is_awaited: bool) -> None:
        row = partial(ImportedMessage, list_name=self.list_name)
        if is_awaited:
            for own, post in batch.posts.items():
                here = ImportedMessage.objects.filter(list_name=self.list_name, message_hash=own)
                here.update(post=post, is_missing=False)
        else:
            ImportedMessage.objects.bulk_create(row(message_hash=own, post=post) for own, post in batch.posts.items())
        ImportedMessage.objects.bulk_create(
            [row(message_hash=own, post=post, is_missing=True) for own, post in batch.missing.items()],
            ignore_conflicts=True,
        )

    def _count(self, batch: Batch) -> None:
        posts = Counter(post.thread.category_id for post in batch.posts.values())
        threads = Counter(thread.category_id for thread in batch.threads)
        for category, count in sorted(posts.items()):
            latest = max(post.created_at for post in batch.posts.values() if post.thread.category_id == category)
            Category.objects.filter(pk=category).update(
                post_count=F("post_count") + count,
                thread_count=F("thread_count") + threads[category],
                last_post_at=Greatest("last_post_at", latest),
            )


def _runs(letters: Sequence[Letter], known: Mapping[bytes, Known]) -> Iterator[list[Letter]]:
    """Letters in a row that can be stored together: one that was awaited is stored alone."""
    for is_awaited, group in groupby(letters, key=lambda letter: letter.turn.hash in known):
        run = list(group)
        yield from ([letter] for letter in run) if is_awaited else [run]


def _locked(posts: Sequence[Post]) -> dict[int, Thread]:
    keys = {post.thread_id for post in posts}
    threads = Thread.objects.select_for_update().filter(pk__in=keys).order_by("pk") if keys else ()
    return {thread.pk: thread for thread in threads}


def _new_keys(count: int) -> list[int]:
    """Keys for posts that are not stored yet, so that an answer can name its parent in the same statement."""
    with connection.cursor() as cursor:
        cursor.execute(NEW_KEYS, [Post._meta.db_table, count])
        return [key for (key,) in cursor.fetchall()]


def _above_answer(parent: Post | None, answer: Post) -> Post | None:
    """Where an awaited letter goes: never below its own answer, and beside it where nothing better is known."""
    if parent and parent.thread_id == answer.thread_id and bytes(parent.path).startswith(bytes(answer.path)):
        parent = None
    if parent is None and answer.parent_id:
        return Post.objects.get(pk=answer.parent_id)
    return parent


def _set_below(answer: Post, letter: Post, locked: dict[int, Thread]) -> None:
    """Move an answer, with all that stands under it, below the letter that it had been waiting for.

    If it opened a thread of its own, that thread is merged into the letter's.
    """
    source, target = locked[answer.thread_id], letter.thread
    if source != target and answer.parent_id:
        return
    if answer.parent_id:
        Post.objects.filter(pk=answer.parent_id).update(reply_count=F("reply_count") - 1)
    Post.objects.filter(pk=letter.pk).update(reply_count=F("reply_count") + 1)
    branch = _branch(answer)
    places: dict[int | None, bytes] = {letter.pk: bytes(letter.path)}
    branch[0].parent = letter
    for post in branch:
        if source != target:
            target.last_number += 1
            post.number = target.last_number
        post.thread = target
        post.path = places[post.pk] = paths.below(
            places[post.parent_id], created_at=post.created_at, number=post.number
        )
        post.depth = paths.depth(post.path)
        post.band = paths.band(post.depth)
    Post.objects.bulk_update(branch, ["thread", "parent", "number", "path", "depth", "band"], batch_size=MOVE_BATCH)
    if source != target:
        _merge(source, target)


def _branch(top: Post) -> list[Post]:
    """A post and all under it, each after its parent."""
    below: dict[int | None, list[Post]] = {}
    for post in Post.objects.filter(thread=top.thread_id).defer("source", "html").order_by("path"):
        below.setdefault(post.parent_id, []).append(post)
    found = [next(post for post in below[top.parent_id] if post.pk == top.pk)]
    for post in found:
        found += below.get(post.pk, [])
    return found


def _merge(source: Thread, target: Thread) -> None:
    target.post_count += source.post_count
    if source.last_post_at > target.last_post_at:
        target.last_post_at = source.last_post_at
        target.last_author_id, target.last_unclaimed_author_id = source.last_author_id, source.last_unclaimed_author_id
    Category.objects.filter(pk=source.category_id).update(
        post_count=F("post_count") - source.post_count, thread_count=F("thread_count") - 1
    )
    Category.objects.filter(pk=target.category_id).update(post_count=F("post_count") + source.post_count)
    Thread.objects.filter(merged_into=source).update(merged_into=target)
    source.merged_into, source.post_count = target, 0
    Thread.objects.bulk_update([source, target], [*THREAD_FIELDS, "merged_into"])

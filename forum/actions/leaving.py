"""What the forum does when somebody is erased: thread by thread, so that it can be stopped and begun again."""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from string import ascii_uppercase

from django.db import models, transaction
from django.db.models import CharField, F, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat, Greatest, Replace, TruncMonth
from django.utils.translation import gettext as _

from commons import markup
from commons.holdings import Leaver
from commons.outbox import publish
from forum.enums import Change
from forum.models import (
    Bookmark,
    Draft,
    Mention,
    Post,
    PostRevision,
    Restatement,
    Summary,
    SummaryRevision,
    Thread,
    ThreadChange,
)
from forum.quotes import unnamed
from members import actions as members
from members.enums import FORMER_USERNAME
from members.models import Member, UnclaimedAuthor

NAMED_IN: tuple[tuple[type[models.Model], tuple[str, ...]], ...] = (
    (Post, ("source", "content_note")),
    (PostRevision, ("source", "content_note")),
    (Summary, ("source",)),
    (SummaryRevision, ("source",)),
    (Restatement, ("heard",)),
    (Bookmark, ("note",)),
    (Draft, ("label", "title", "source", "heard", "content_note")),
    (Thread, ("title",)),
    (ThreadChange, ("reason", "detail")),
)
"""Every field of the forum in which one person can name another."""


def posts_of(member: Member) -> QuerySet[Post]:
    """What somebody wrote, the letters that they claimed among it."""
    return Post.objects.filter(_is_by(member))


def threads_of(member: Member) -> QuerySet[Thread]:
    """The threads that name somebody, as the one who began them or wrote last."""
    return Thread.objects.filter(_is_by(member) | _is_by(member, "last_"))


def hand_over_posts(leaver: Leaver) -> None:
    """Give everything they wrote to "Former member" and a letter, another one in each thread."""
    threads = set(posts_of(leaver.member).order_by().values_list("thread", flat=True).distinct())
    threads |= set(threads_of(leaver.member).order_by().values_list("pk", flat=True))
    names = _names(leaver.member)
    for thread in sorted(threads):
        _hand_over(thread, names, leaver)


def hand_over_summaries(leaver: Leaver) -> None:
    """What was co-written stays the thread's; where words shall go, every text that they wrote of it goes."""
    mine = Summary.objects.filter(author=leaver.member)
    gone = leaver.removes(Summary._meta.label, mine.order_by("pk").values_list("pk", flat=True))
    Summary.objects.filter(pk__in=gone).delete()
    before = SummaryRevision.objects.filter(author=leaver.member)
    gone = leaver.removes(SummaryRevision._meta.label, before.order_by("pk").values_list("pk", flat=True))
    SummaryRevision.objects.filter(pk__in=gone).delete()
    mine.update(author=None)
    before.update(author=None)
    SummaryRevision.objects.filter(replaced_by=leaver.member).update(replaced_by=None)


def forget_moderating(leaver: Leaver) -> None:
    """What they did as a moderator stays in the threads' history, without them; their reasons go with their words."""
    changes = ThreadChange.objects.filter(by=leaver.member)
    gone = leaver.removes(ThreadChange._meta.label, changes.order_by("pk").values_list("pk", flat=True))
    changes.filter(pk__in=gone).update(reason=_("Removed by the person who wrote it."))
    changes.update(by=None)
    Post.objects.filter(deleted_by=leaver.member).update(deleted_by=None)


def forget_editing(leaver: Leaver) -> None:
    """Earlier versions of what they wrote go with their posts; those of others' posts lose who changed them."""
    PostRevision.objects.filter(post__in=posts_of(leaver.member)).delete()
    PostRevision.objects.filter(replaced_by=leaver.member).update(replaced_by=None)


def forget_mentions(leaver: Leaver) -> None:
    """`@name` in what others wrote becomes `@former-member`; the texts are rendered again."""
    for model, fields in NAMED_IN:
        for row in _naming(leaver.member, model, fields):
            _rename(model, row.pk, fields, leaver.member)
    Mention.objects.filter(member=leaver.member).delete()


def mentions_left(leaver: Leaver) -> int:
    """How many texts still name them."""
    texts = sum(1 for model, fields in NAMED_IN for _row in _naming(leaver.member, model, fields))
    return texts + Mention.objects.filter(member=leaver.member).count()


@transaction.atomic
def _hand_over(thread_id: int, names: Sequence[str], leaver: Leaver) -> None:
    thread = Thread.objects.select_for_update(of=("self",)).get(pk=thread_id)
    keys = list(posts_of(leaver.member).filter(thread=thread).order_by("pk").values_list("pk", flat=True))
    _forget_quoted(thread, names)
    if gone := leaver.removes(Post._meta.label, keys):
        _take_away(thread, gone)
    PostRevision.objects.filter(post__in=keys).delete()
    former = members.make_former_author(name=_letter(thread))
    own = Post.objects.filter(pk__in=keys)
    own.filter(deleted_by=leaver.member).update(deleted_by=None)
    own.update(author=None, unclaimed_author=former, submission=None)
    row = Thread.objects.filter(pk=thread.pk)
    row.filter(_is_by(leaver.member)).update(author=None, unclaimed_author=former)
    row.filter(_is_by(leaver.member, "last_")).update(last_author=None, last_unclaimed_author=former)


def _is_by(member: Member, which: str = "") -> Q:
    """By keys, not by a join: so each half has its index. One query, for the letters that they claimed."""
    claimed = list(UnclaimedAuthor.objects.filter(claimed_by=member).order_by("pk").values_list("pk", flat=True))
    return Q(**{f"{which}author": member}) | Q(**{f"{which}unclaimed_author__in": claimed})


def _take_away(thread: Thread, gone: set[int]) -> None:
    """Leave tombstones: they keep their place and their answers, and of their date only the month.

    Where the month's first day would put one before another's post, it takes the time of that post.
    """
    posts, others = Post.objects.filter(pk__in=gone), Post.objects.filter(thread=thread).exclude(pk__in=gone)
    live = posts.filter(deleted_at=None).count()
    at, number = OuterRef("created_at"), OuterRef("number")
    before = others.filter(Q(created_at__lt=at) | Q(created_at=at, number__lt=number))
    just_before = before.order_by("-created_at", "-number").values("created_at")[:1]
    posts.update(created_at=Greatest(TruncMonth("created_at"), Subquery(just_before)))
    empty = {"source": "", "html": "", "content_note": "", "language": "", "edited_at": None}
    posts.update(**empty, deleted_at=TruncMonth("created_at"))
    Mention.objects.filter(post__in=gone).delete()
    Restatement.objects.filter(post__in=gone).delete()
    if opening := posts.filter(parent=None).first():
        _forget_title(thread, opening)
    last = Post.objects.filter(thread=thread).aggregate(last=Max("created_at"))["last"]
    Thread.objects.filter(pk=thread.pk).update(post_count=F("post_count") - live, last_post_at=last)
    publish("forum.posts_moved", category=thread.category_id, posts=-live, threads=0)


def _forget_title(thread: Thread, opening: Post) -> None:
    """The title is a word of whoever began the thread: it goes with their post, and from wherever else it stands."""
    telling = ThreadChange.objects.filter(change__in=(Change.RENAMED, Change.MERGED, Change.SPLIT_FROM))
    earlier = telling.filter(thread=thread, change=Change.RENAMED).order_by("pk").values_list("detail", flat=True)
    for title in {thread.title, *earlier} - {""}:
        telling.filter(detail=title).update(detail="")
        _drafts_in(thread).update(label=Replace("label", Value(title), Value(_("Removed"))))
    Thread.objects.filter(pk=thread.pk).update(title=_("Removed"), created_at=opening.created_at)


def _forget_quoted(thread: Thread, names: Sequence[str]) -> None:
    """Where others quote them with their name, the name goes."""
    theirs = Q()
    for name in names:
        theirs |= Q(source__contains="> **", source__icontains=name)
    posts = Post.objects.filter(thread=thread)
    earlier = PostRevision.objects.filter(post__in=posts.values("pk"))
    for rows in (posts, earlier, _drafts_in(thread)):
        for row in rows.filter(theirs).order_by("pk").iterator(chunk_size=200):
            _put(row, source=unnamed(row.source, names, put=_("Former member")))


def _drafts_in(thread: Thread) -> QuerySet[Draft]:
    """What people are writing as answers in a thread."""
    place = Concat(Value("reply:"), Cast("pk", CharField()))
    return Draft.objects.filter(place__in=Post.objects.filter(thread=thread).values(place=place))


def _put(row: models.Model, **texts: str) -> bool:
    """Store changed texts, and their HTML where there is some. False if nothing is different."""
    changed = {name: text for name, text in texts.items() if getattr(row, name) != text}
    for name, text in changed.items():
        setattr(row, name, text[: row._meta.get_field(name).max_length])  # type: ignore[union-attr] # a text field
    if changed and isinstance(row, Post | Summary) and "source" in changed:
        row.html = row.rendered()
        changed["html"] = row.html
    if changed:
        row.save(update_fields=list(changed))
    return bool(changed)


def _naming(member: Member, model: type[models.Model], fields: Iterable[str]) -> Iterator[models.Model]:
    """The rows of a model whose texts mention somebody or link to their page.

    All texts are read; those without a sign of either are put aside before capitals are made alike, which costs most.
    """
    named = Q()
    for field in fields:
        named |= Q(**{f"{field}__contains": "@", f"{field}__icontains": f"@{member.username}"})
        named |= Q(**{f"{field}__contains": "/", f"{field}__icontains": member.get_absolute_url().rstrip("/")})
    for row in model._default_manager.filter(named).order_by("pk").iterator(chunk_size=200):
        if any(_without(member, getattr(row, field)) != getattr(row, field) for field in fields):
            yield row


@transaction.atomic
def _rename(model: type[models.Model], key: int, fields: Iterable[str], member: Member) -> None:
    row = model._default_manager.select_for_update(of=("self",)).filter(pk=key).first()
    if row:
        _put(row, **{field: _without(member, getattr(row, field)) for field in fields})


def _without(member: Member, text: str) -> str:
    return markup.without_mention(
        text, username=member.username, address=member.get_absolute_url(), put=FORMER_USERNAME
    )


def _names(member: Member) -> list[str]:
    claimed = UnclaimedAuthor.objects.filter(claimed_by=member).order_by("pk").values_list("display_name", flat=True)
    return list(dict.fromkeys([*member.all_names, *claimed]))


def _letter(thread: Thread) -> str:
    """A name with a random letter that nobody else has in this thread; with two letters when all are taken."""
    former = UnclaimedAuthor.objects.filter(is_former=True, posts__thread=thread)
    taken = set(former.order_by("pk").values_list("display_name", flat=True))
    for length in (1, 2, 3):
        names = [
            _("Former member %(letter)s") % {"letter": "".join(one)} for one in product(ascii_uppercase, repeat=length)
        ]
        if free := [name for name in names if name not in taken]:
            return secrets.choice(free)
    raise RuntimeError("More people have left this thread than there are letters for.")

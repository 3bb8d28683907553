"""A nudge in words: what it is about, and other ways that are one press away."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from forum import nudges, paths, talk
from forum.enums import Nudge
from forum.heat import Heat, Spoken
from forum.models import Post
from forum.nudges import Situation
from members.contact import queries as contact
from members.contact import rules as contact_rules
from members.models import Member

SHARE_OF = 10


@dataclass(frozen=True)
class Way:
    """Another way than posting now. `leave` says where it leads, once what was typed is kept as a draft."""

    leave: str
    label: str


@dataclass(frozen=True)
class Advice:
    nudge: Nudge
    title: str
    words: str
    ways: list[Way]


def heat_around(parent: Post, posts: list[Spoken], *, now: datetime) -> Heat:
    """The heat of the branch under the opening post in which `parent` stands; of all for the opening post itself."""
    branch = bytes(parent.path)[: 2 * paths.STEP] if parent.depth else b""
    return nudges.heat_in(nudges.branch_of(posts, branch), now=now)


def situation_of(member: Member, parent: Post, *, now: datetime) -> Situation:
    """Somebody is about to answer a post. One query."""
    posts = talk.last_spoken(parent.thread)
    return Situation(
        me=member.pk,
        is_mine=parent.thread.author_id == member.pk,
        post_count=parent.thread.post_count,
        posts=posts,
        heat=heat_around(parent, posts, now=now),
        answers=parent.author_id,
    )


def advice_in(situation: Situation, member: Member, parent: Post, *, now: datetime) -> Advice | None:
    """What to point out there. No query, but for a talk of two, which is offered only where it may be asked for."""
    nudge = nudges.next_nudge(situation, shown=parent.thread.nudges_shown, now=now)
    return _in_words(nudge, situation, member, parent, now=now) if nudge else None


def _in_words(nudge: Nudge, situation: Situation, member: Member, parent: Post, *, now: datetime) -> Advice:
    title, words = {
        Nudge.HEATED: _heated,
        Nudge.OLD: _old,
        Nudge.ROW: _in_a_row,
        Nudge.MUCH: _much,
        Nudge.ONE: _to_one,
    }[nudge](situation, parent)
    return Advice(nudge, title, words, list(_ways(nudge, member, parent, now=now)))


def _heated(situation: Situation, parent: Post) -> tuple[str, str]:
    signs = {
        _("many posts in a short time"): situation.heat.is_fast,
        _("two people going to and fro"): situation.heat.is_to_and_fro,
        _("sharp words"): situation.heat.has_words,
    }
    seen = ", ".join(sign for sign, is_there in signs.items() if is_there)
    words = _("We see this: %(signs)s. It may be nothing. Reading %(name)s once more, or five minutes, cost little.")
    return _("This branch is getting heated"), words % {"signs": seen, "name": parent.by}


def _old(_situation: Situation, _parent: Post) -> tuple[str, str]:
    words = _("Nobody has written here for half a year. Those who did may be elsewhere by now. Posting here is fine.")
    return _("This thread has been quiet for long"), words


def _in_a_row(_situation: Situation, _parent: Post) -> tuple[str, str]:
    words = _("The last two posts here are yours. You can add to one of them instead, or wait for an answer.")
    return _("Two in a row"), words


def _much(situation: Situation, _parent: Post) -> tuple[str, str]:
    last = situation.posts[-SHARE_OF:]
    own = sum(1 for post in last if post.by == situation.me)
    words = _("You wrote %(own)d of the last %(all)d posts. Do you want to wait for others? Nobody else is shown this.")
    return _("Much of this thread is yours"), words % {"own": own, "all": len(last)}


def _to_one(_situation: Situation, parent: Post) -> tuple[str, str]:
    words = _("Your last replies here all went to %(name)s, and others are in the room. Would two be better off alone?")
    return _("A talk of two"), words % {"name": parent.by}


def _ways(nudge: Nudge, member: Member, parent: Post, *, now: datetime) -> Iterator[Way]:
    if nudge == Nudge.HEATED:
        yield Way("parent", _("Read what %(name)s said") % {"name": parent.by})
        yield Way("heard", _("Say first what I heard"))
    if nudge == Nudge.ONE and _can_write_alone(member, parent, now=now):
        yield Way("alone", _("Write to %(name)s alone") % {"name": parent.by})
    if nudge in {Nudge.OLD, Nudge.ONE}:
        yield Way("thread", _("Start a new thread"))
    if nudge == Nudge.ROW:
        yield Way("mine", _("Go to my last post"))
    if nudge in {Nudge.HEATED, Nudge.ROW, Nudge.MUCH}:
        yield Way("drafts", _("Take five minutes: keep it as a draft"))


def _can_write_alone(member: Member, parent: Post, *, now: datetime) -> bool:
    """Whether they may be asked; a no is not told, the way is just not offered."""
    other = parent.author
    if other is None:
        return False
    last, is_blocked = contact.last_request(member, other), contact.is_blocked(member, other)
    return bool(contact_rules.can_ask(member, other, last=last, is_blocked=is_blocked, now=now))

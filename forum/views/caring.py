"""What the pages to write and to read show for the sake of the talk."""

from collections.abc import Callable, Sequence
from typing import Any

from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import urlencode

from commons import clock, journal
from commons.requests import MemberRequest
from forum import actions, queries, rules
from forum.advice import Advice, advice_in, situation_of
from forum.enums import SLOW_BUMP_EVERY, Bump
from forum.forms import ReplyForm
from forum.models import Post, Reader, Thread
from forum.notices import POST
from forum.nudges import Situation
from forum.views.places import Care
from members.models import Member
from members.people import queries as people
from notifications.kinds import place


def care_for(request: MemberRequest, parent: Post, form: ReplyForm) -> Care:
    """On the way to a reply: a nudge when it begins."""
    lines = parent.thread.category.talk_lines
    if request.method == "POST":
        return Care(lines, offers_heard=_offers_heard(form))
    situation = situation_of(request.user, parent, now=clock.now())
    offers_heard = "heard" in request.GET or bool(situation.heat) or _offers_heard(form)
    return Care(lines, _advice_once(request.user, parent, situation), offers_heard=offers_heard)


def care_on_thread(opening: Post, form: ReplyForm) -> Care:
    """On the thread's own page a nudge is asked for only when somebody begins to write."""
    at = reverse("forum:nudge", args=[opening.pk])
    return Care(opening.thread.category.talk_lines, nudge_at=at, offers_heard=_offers_heard(form))


def advice_to(request: MemberRequest, parent: Post) -> Advice | None:
    """A nudge for whoever begins to answer a post."""
    if not rules.can_reply(request.user, parent.thread):
        return None
    return _advice_once(request.user, parent, situation_of(request.user, parent, now=clock.now()))


def advice_at(request: MemberRequest) -> Advice | None:
    """The nudge for a preview, where it is one of a reply."""
    kind, _colon, key = request.POST.get("place", "").partition(":")
    if kind != "reply" or not key.isdecimal() or len(key) > 18:  # noqa: PLR2004 (fits a key)
        return None
    return advice_to(request, queries.post(int(key), reader=request.user))


def context_of(reader: Reader, thread: Thread, posts: Sequence[Post]) -> dict[str, Any]:
    """What a thread's page says of rest and pace; hands each post its words of thanks."""
    now = clock.now()
    if isinstance(reader, Member):
        subjects = {place(POST, post.pk): post for post in posts if post.has_thanks and not post.is_deleted}
        for subject, words in people.thanks_about(subjects, reader, now=now).items():
            subjects[subject].thanks = words
    guided = rules.guided_bump(thread, now=now)
    slow_until = thread.last_post_at + SLOW_BUMP_EVERY if thread.held_at else None
    is_held = slow_until is not None and now < slow_until
    journal.shows_until(thread.paused_until, thread.bump_until, slow_until, now=now)
    return {
        "is_paused": rules.is_paused(thread, now=now),
        "is_slow": guided == Bump.SLOW or (is_held and guided != Bump.FREE),
        "can_ask_to_restate": rules.can_ask_to_restate(reader, thread),
        "can_ask_for_calm": rules.can_ask_for_calm(reader, takes_part=thread.takes_part),
    }


def way_out(request: MemberRequest, name: str, leave: str) -> str:
    """Where somebody goes on who keeps their reply as a draft for now."""
    kind, _colon, key = name.partition(":")
    ways: dict[str, Callable[[Post, Member], str]] = {
        "parent": lambda post, _me: post.get_absolute_url(),
        "heard": lambda post, _me: f"{reverse('forum:reply', args=[post.pk])}?heard=1",
        "thread": _to_new_thread,
        "mine": _to_own_last,
        "alone": lambda post, _me: reverse("contact:ask", args=[post.author.username]) if post.author else "",
    }
    if kind != "reply" or leave not in ways:
        return reverse("forum:drafts")
    return ways[leave](queries.post(int(key), reader=request.user), request.user) or reverse("forum:drafts")


def _to_new_thread(post: Post, _me: Member) -> str:
    asked = urlencode({"title": post.thread.title})
    return f"{reverse('forum:new_thread', args=[post.thread.category.slug])}?{asked}"


def _to_own_last(post: Post, me: Member) -> str:
    last = queries.own_last(post.thread, me)
    return resolve_url("forum:post", last) if last else ""


def _advice_once(member: Member, parent: Post, situation: Situation) -> Advice | None:
    """It is remembered as shown, and so never comes again in this thread."""
    now = clock.now()
    advice = advice_in(situation, member, parent, now=now)
    if advice and actions.note_nudge(member=member, thread=parent.thread, nudge=advice.nudge, now=now):
        return advice
    return None


def _offers_heard(form: ReplyForm) -> bool:
    return form.must_restate or bool(form["heard"].value())

"""Where somebody writes: the place that a draft and a form belong to, and the form with what is known of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from commons import kept
from forum import queries
from forum.advice import Advice
from forum.forms import PostForm
from forum.models import Category, Draft, Post, Thread
from members.models import Member


@dataclass(frozen=True)
class Place:
    """`name` is the key of the draft, `path` the page where writing goes on, `label` what it is called."""

    name: str
    path: str
    label: str

    @classmethod
    def thread(cls, category: Category) -> Self:
        label = _("New thread in %(category)s") % {"category": category.name}
        return cls(f"thread:{category.pk}", reverse("forum:new_thread", args=[category.slug]), label)

    @classmethod
    def reply(cls, parent: Post) -> Self:
        label = _("Reply in “%(thread)s”") % {"thread": parent.thread.title}
        return cls(f"reply:{parent.pk}", reverse("forum:reply", args=[parent.pk]), label)

    @classmethod
    def summary(cls, thread: Thread) -> Self:
        label = _("Where “%(thread)s” is now") % {"thread": thread.title}
        return cls(f"summary:{thread.pk}", reverse("forum:summary", args=[thread.pk]), label)

    @classmethod
    def edit(cls, post: Post) -> Self:
        label = _("Edit in “%(thread)s”") % {"thread": post.thread.title}
        return cls(f"edit:{post.pk}", reverse("forum:edit", args=[post.pk]), label)


@dataclass(frozen=True)
class Care:
    """What stands in a composer for the sake of the talk.

    `lines` are how we talk here; `advice` is a nudge; `nudge_at` is where one is asked for when the writing begins;
    `reads_again` are words to read once more, None if that is not asked.
    """

    lines: Sequence[str] = ()
    advice: Advice | None = None
    nudge_at: str = ""
    offers_heard: bool = False
    reads_again: Sequence[str] | None = None


@dataclass(frozen=True)
class Composer[F: PostForm]:
    """A form to write in, and all that its template needs."""

    form: F
    place: Place
    draft: Draft | None
    care: Care = Care()

    @property
    def action(self) -> str:
        return self.place.path


def composer[F: PostForm](
    request: HttpRequest,
    form_class: type[F],
    *,
    place: Place,
    initial: dict[str, str] | None = None,
    quote: str = "",
    label: str = "",
    **more: Any,
) -> Composer[F]:
    """The form to write in, filled with what was sent, kept or drafted, in this order."""
    member = request.user
    assert isinstance(member, Member)
    draft = None if request.method == "POST" else queries.draft(member, place=place.name)
    known = {**(initial or {}), **_written(draft), **kept.give_back(request)}
    if quote:
        known["source"] = _joined(known.get("source", ""), quote)
    form = form_class(
        request.POST if request.method == "POST" else None,
        member=member,
        label=label,
        initial=known,
        auto_id=f"{place.name.replace(':', '-')}-%s",
        **more,
    )
    return Composer(form=form, place=place, draft=draft)


def _joined(written: str, quote: str) -> str:
    """What was written already, and the quotation after it, once."""
    return written if quote.strip() in written else f"{written.rstrip()}\n\n{quote}".lstrip()


def _written(draft: Draft | None) -> dict[str, str]:
    if draft is None:
        return {}
    return {
        "title": draft.title,
        "source": draft.source,
        "heard": draft.heard,
        "content_note": draft.content_note,
        "language": draft.language,
    }

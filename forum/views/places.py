"""Where somebody writes: the place that a draft and a form belong to, and the form with what is known of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from commons.files.forms import FilesForm
from forum import queries
from forum.advice import Advice
from forum.files import DRAFT, POST, allowance, of
from forum.forms import PostForm
from forum.models import Category, Draft, Post, Thread
from members.models import Member


@dataclass(frozen=True)
class Place:
    """`name` is the key of the draft, `path` the page where writing goes on, `label` what it is called.

    `post` is the key of the post that is edited there.
    """

    name: str
    path: str
    label: str
    post: int | None = None

    @property
    def key(self) -> str:
        return self.name.replace(":", "-")

    @property
    def ids(self) -> str:
        """How the ids of this place's fields are made, so that two forms on a page have none in common."""
        return f"{self.key}-%s"

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
        return cls(f"edit:{post.pk}", reverse("forum:edit", args=[post.pk]), label, post=post.pk)


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
    files: FilesForm
    place: Place
    draft: Draft | None
    care: Care = Care()

    @property
    def action(self) -> str:
        return self.place.path

    @property
    def is_ready(self) -> bool:
        """Whether it was sent, and can be posted as it is."""
        return self.form.is_bound and all([self.form.is_valid(), self.files.is_valid()])

    @property
    def has_errors(self) -> bool:
        return bool(self.form.errors or self.files.errors)


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
    """The form to write in, filled with what was sent or drafted, in this order."""
    member = request.user
    assert isinstance(member, Member)
    draft, is_sent = queries.draft(member, place=place.name), request.method == "POST"
    known = {**(initial or {}), **({} if is_sent else _written(draft))}
    if quote:
        known["source"] = _joined(known.get("source", ""), quote)
    form = form_class(
        request.POST if is_sent else None, member=member, label=label, initial=known, auto_id=place.ids, **more
    )
    files = files_form(request, place=place, draft=draft, is_final=True, initial=known)
    return Composer(form=form, files=files, place=place, draft=None if is_sent else draft)


def files_form(
    request: HttpRequest,
    *,
    place: Place,
    draft: Draft | None,
    is_final: bool,
    is_kept: bool = False,
    initial: dict[str, str] | None = None,
) -> FilesForm:
    """The form for the files of a place; with `is_kept`, the file that came is in the draft by now.

    One query where there is a draft, and one where a post is edited.
    """
    member = request.user
    assert isinstance(member, Member)
    is_sent = request.method == "POST"
    typed = {name: value for name, value in request.POST.items() if not (is_kept and name in FilesForm.base_fields)}
    return FilesForm(
        typed if is_sent else None,
        request.FILES if is_sent and not is_kept else None,
        allowance=allowance(member),
        given=of(DRAFT, draft.pk) if draft and draft.pk else (),
        kept=of(POST, place.post) if place.post else (),
        is_final=is_final,
        initial=initial,
        auto_id=place.ids,
    )


def _joined(written: str, quote: str) -> str:
    """What was written already, and the quotation after it, once."""
    return written if quote.strip() in written else f"{written.rstrip()}\n\n{quote}".lstrip()


def _written(draft: Draft | None) -> dict[str, str]:
    if draft is None:
        return {}
    return {
        **({"title": draft.title} if draft.title else {}),
        "source": draft.source,
        "heard": draft.heard,
        "content_note": draft.content_note,
        "language": draft.language,
    }

"""The posts of a thread, from one compiled template."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context, engines
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from commons import clock
from forum import pieces, rules
from forum.enums import View
from forum.models import Post, Thread
from forum.pieces import Face, New
from forum.queries import Node
from members.models import Member

register = template.Library()

NEAR = 5
"""Posts that may stand on the first screen."""


@register.simple_tag(takes_context=True)
def posts(context: Context, nodes: Sequence[Node]) -> SafeString:
    """Inputs of the context: thread, can_reply, unread, user; and, on a thread's own page, page, composer, here."""
    user, page = context["user"], context.get("page")
    is_tree = page is None or page.view != View.LINE
    faces = Faces(
        request=context["request"],
        reader=user if isinstance(user, Member) else None,
        thread=context["thread"],
        unread=context["unread"],
        here=context.get("here") or "",
        can_reply=bool(context["can_reply"]),
        has_form=bool(context.get("composer")),
        is_tree=is_tree,
        now=clock.now(),
    )
    make = pieces.maker()
    given = {"nodes": nodes, "is_tree": is_tree, "piece_of": lambda post: make(faces.of(post))}
    return mark_safe(engines["jinja2"].get_template("forum/posts.html").render(given))  # noqa: S308 (escapes)


@dataclass(frozen=True)
class Faces:
    """What the posts of one page show to its reader, asked for in reading order. `reader` is None for a visitor."""

    request: HttpRequest
    reader: Member | None
    thread: Thread
    unread: Sequence[int]
    here: str
    can_reply: bool
    has_form: bool
    is_tree: bool
    now: datetime
    places: "count[int]" = field(default_factory=count)

    def of(self, post: Post) -> Face:
        by: Any = post.by
        reader, is_there, is_opening = self.reader, not post.is_deleted, post.is_opening
        can_reply, can_keep = self.can_reply and is_there, reader is not None and is_there
        return Face(
            key=post.pk,
            number=post.number,
            is_opening=is_opening,
            is_near=next(self.places) < NEAR,
            by=plain(by),
            by_address=by.get_absolute_url(),
            has_joined=post.author_id is not None,
            has_left=getattr(by, "is_former", False),
            is_withheld=post.stand_in is not None,
            here=self.here if post.stand_in else "",
            parent_key=post.parent_id,
            parent_by=plain(post.parent.by) if post.parent else "",
            created_at=post.created_at,
            edited_at=post.edited_at,
            is_deleted=post.is_deleted,
            is_taken_back=post.deleted_by_id == post.author_id,
            language=post.language or self.thread.category.language,
            html=post.html,
            content_note=post.content_note,
            restated=self._seldom("forum/restated.html", post=post) if post.restated else "",
            files=self._seldom("files/shown.html", files=post.files) if post.files else "",
            thanks=self._seldom("forum/thanks.html", post=post) if post.thanks else "",
            new=self._new(post),
            can_reply=can_reply,
            is_answered_below=can_reply and is_opening and self.has_form,
            is_answered_in_place=can_reply and not is_opening and self.is_tree,
            can_edit=reader is not None and bool(rules.can_edit(reader, post, now=self.now)),
            can_delete=reader is not None and bool(rules.can_delete(reader, post)),
            can_split=reader is not None and bool(rules.can_split(reader, post)),
            can_bookmark=can_keep,
            is_bookmarked=post.is_bookmarked,
            can_follow=can_keep and not is_opening,
            can_cite=can_keep and self.thread.category.is_public,
            can_thank=can_keep and post.author_id not in {None, reader and reader.pk},
        )

    def _new(self, post: Post) -> New | None:
        if post.pk not in self.unread:
            return None
        at, last = self.unread.index(post.pk), len(self.unread) - 1
        return New(before=self.unread[at - 1] if at else None, after=self.unread[at + 1] if at < last else None)

    def _seldom(self, name: str, **given: Any) -> SafeString:
        """From a Django template."""
        return render_to_string(name, given, self.request)


def plain(person: object) -> str:
    """A name as a text that is escaped where it is shown, whatever it says of itself."""
    return "".join(str(person))

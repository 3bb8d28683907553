"""The piece of a page that one post is, made once for all who are shown the same (ADR 45).

Nothing but its `Face` reaches the template. So a piece is true wherever an equal face comes again, and nobody has to
tell when it is not.
"""

from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any, NamedTuple

from django.template import engines
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language
from jinja2 import Template

KEPT_MOST = 1_000
"""Pieces that a process keeps, of some five kilobytes each with their faces."""
KEPT_LENGTH = 4_000
"""Letters up to which a post is kept; what is longer takes its time anyway."""


class New(NamedTuple):
    """A post is new to the reader; the new ones before and after it on the page."""

    before: int | None
    after: int | None


class Face(NamedTuple):
    """All that a post shows to a reader, of itself and of what may be done with it."""

    key: int
    number: int
    is_opening: bool
    is_near: bool
    """It may stand on the first screen."""
    by: str
    by_address: str
    has_joined: bool
    has_left: bool
    is_withheld: bool
    """Whoever wrote it shares it with members only."""
    here: str
    """Where a reader comes back to who signs in to read it."""
    parent_key: int | None
    parent_by: str
    created_at: datetime
    edited_at: datetime | None
    is_deleted: bool
    is_taken_back: bool
    """Deleted by whoever wrote it."""
    language: str
    html: str
    content_note: str
    restated: str
    files: str
    thanks: str
    """What is seldom there, as it stands on the page."""
    new: New | None
    can_reply: bool
    is_answered_below: bool
    """The form for a reply to it stands on the page."""
    is_answered_in_place: bool
    can_edit: bool
    can_delete: bool
    can_split: bool
    can_bookmark: bool
    is_bookmarked: bool
    can_follow: bool
    can_cite: bool
    can_thank: bool

    @property
    def anchor(self) -> str:
        return f"post-{self.key}"


def maker() -> Callable[[Face], SafeString]:
    """What makes of a face its piece of HTML, in the language and the time of whoever reads now."""
    found: Any = engines["jinja2"].get_template("forum/post.html")
    shown_so = found.template, get_language(), get_current_timezone()

    def make(face: Face) -> SafeString:
        return (kept if _comes_again(face) else _made)(face, *shown_so)

    return make


def _comes_again(face: Face) -> bool:
    """What is seldom there may hold a form with the reader's token; what is new to somebody is so once; and where a
    reader would come back to may be any address."""
    is_for_one = face.restated or face.files or face.thanks or face.new or face.here
    return not is_for_one and len(face.html) <= KEPT_LENGTH


def _made(face: Face, template: Template, language: str | None, _zone: tzinfo) -> SafeString:
    return SafeString(_with_words(template, language).post(face))


kept = lru_cache(maxsize=KEPT_MOST)(_made)


@lru_cache(maxsize=100)
def _with_words(template: Template, _language: str | None) -> Any:
    """The template with what is said at every post, once for each language."""
    return template.make_module()

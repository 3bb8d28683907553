"""Files in the forum: whose they are to see, the posts that they belong to, and how they are told of elsewhere."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from commons import markup
from commons.files import queries as files
from commons.files.enums import PICTURES_MAX_NEWCOMER
from commons.files.models import File, Spot
from commons.files.rules import Allowance
from forum.models import Draft, Post, Reader
from forum.visitors import open_to_all
from members.models import Member

POST, DRAFT = "forum.post", "forum.draft"


def of_post(post: Post) -> Spot:
    return Spot(POST, post.pk)


def of_draft(draft: Draft) -> Spot:
    return Spot(DRAFT, draft.pk)


def posts_visible_to(reader: Reader, *, now: datetime) -> QuerySet[Any, Any]:
    """The posts whose words the reader may read at this moment; for visitors, as `forum.visitors` says."""
    posts = Post.objects.visible_to(reader).filter(deleted_at=None, hidden_at=None)
    if not isinstance(reader, Member):
        posts = posts.filter(open_to_all(now=now))
    return posts.values("pk")


def drafts_visible_to(reader: Reader, *, now: datetime) -> QuerySet[Any, Any]:  # noqa: ARG001 (a draft is one's own at any time)
    return Draft.objects.filter(member=reader.pk).values("pk")


def address_of(post_id: int) -> str:
    return reverse("forum:post", args=[post_id])


def are_given() -> Exists:
    """To annotate posts as `has_files`."""
    return Exists(File.objects.filter(place_kind=POST, place_key=OuterRef("pk")))


def attach(posts: Iterable[Post]) -> None:
    """Give each post its files, if its words are shown. One query, or none where the posts are known to have none."""
    shown = {post.pk: post for post in posts if _shows_files(post)}
    given = files.given_to(POST, shown) if shown else {}
    for key, post in shown.items():
        post.files = given.get(key, ())


def _shows_files(post: Post) -> bool:
    return getattr(post, "has_files", True) and not post.is_deleted and not post.hidden_at and not post.stand_in


def of(spot_kind: str, key: int) -> Sequence[File]:
    return files.given_to(spot_kind, [key]).get(key, ())


def linked(post: Post) -> str:
    """Safe HTML with a link to each file that is ready, for letters and feeds: never the bytes."""
    links = format_html_join(
        "",
        '<p><a href="{}{}">{}</a></p>',
        ((settings.SITE_URL, file.get_absolute_url(), _told(file)) for file in post.files if file.is_ready),
    )
    return markup.sanitise(links)


def told_in_text(post: Post) -> str:
    """The same for letters in plain text, with the blank line before them."""
    lines = [f"{_told(file)}\n{settings.SITE_URL}{file.get_absolute_url()}" for file in post.files if file.is_ready]
    return "".join(f"\n\n{line}" for line in lines)


def _told(file: File) -> str:
    if not file.is_picture:
        return _("Document: %(name)s") % {"name": file.name}
    return _("Picture: %(description)s") % {"description": file.description or _("nobody has described it yet")}


def allowance(member: Member) -> Allowance:
    """How many files somebody may give with one post."""
    if not member.is_newcomer:
        return Allowance()
    words = _("In your first days one post can have one picture, and no documents. What you wrote is safe.")
    return Allowance(files=PICTURES_MAX_NEWCOMER, documents=False, reason=words)

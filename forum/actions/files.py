"""Files that go with what somebody writes: first with the draft, then with the post."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from commons.files import actions as files
from commons.files.actions import Gift, Words
from commons.files.models import File, Spot
from forum.files import of_draft, of_post
from forum.models import Draft, Post
from members.models import Member


@dataclass(frozen=True)
class Files:
    """What a form says of files: new ones, what is said of those that are there, and which of those go."""

    gifts: Sequence[Gift] = ()
    words: Mapping[int, Words] = field(default_factory=dict)
    gone: frozenset[int] = frozenset()
    language: str = ""


NO_FILES = Files()


@transaction.atomic
def keep_in_draft(*, draft: Draft, by: Member, given: Files, now: datetime) -> None:
    """Keep files with the draft of a post, seen by nobody else.

    Raises:
        RateLimited: too many files for now.
    """
    _put(of_draft(draft), by=by, given=given, now=now)


@transaction.atomic
def take_out_of_draft(*, draft: Draft, file_id: int) -> None:
    files.forget(File.objects.at(*of_draft(draft)).filter(pk=file_id))


def put_into_post(*, post: Post, by: Member, draft: Draft | None, given: Files, now: datetime) -> None:
    """Give a post the files of its draft and what came with the form itself, in the caller's transaction."""
    if given.gone:
        files.forget(File.objects.at(*of_post(post)).filter(pk__in=given.gone))
    if draft:
        files.carry(from_=of_draft(draft), to=of_post(post))
    _put(of_post(post), by=by, given=given, now=now)


def forget_files_of(post: Post) -> None:
    files.forget(File.objects.at(*of_post(post)))


def _put(spot: Spot, *, by: Member, given: Files, now: datetime) -> None:
    for gift in given.gifts:
        files.give(gift, owner=by, spot=spot, now=now)
    if not given.words:
        return
    for file in File.objects.at(*spot).filter(owner=by, pk__in=given.words).order_by("pk"):
        said = given.words[file.pk]
        language = given.language or file.language
        if said.description.strip():
            files.describe(file=file, by=by, text=said.description, language=language, now=now)
        elif said.is_help_wanted:
            files.ask_for_help(file=file)

"""What files hold about people, and what becomes of it."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from commons.files import actions
from commons.files.enums import KEEP_STRAY_UPLOADS, State
from commons.files.models import Description, File
from commons.files.storage import Stored
from commons.holdings import Activity, Erase, Holding, Leaver, Retention, declare


def given_files(member: Any) -> Iterable[tuple[str, Stored]]:
    """The bytes of what somebody gave, as others get them."""
    files = File.objects.filter(owner=member, state=State.READY).order_by("pk")
    return ((f"files/{file.pk}-{file.name}", Stored(file.full)) for file in files.iterator(chunk_size=200))


def forget_files(leaver: Leaver) -> None:
    actions.forget_all_of(owner=leaver.member)


def forget_words(leaver: Leaver) -> None:
    theirs = Description.objects.filter(by=leaver.member)
    gone = leaver.removes(Description._meta.label, theirs.order_by("pk").values_list("pk", flat=True))
    actions.forget_words_of(helper=leaver.member, gone=gone)


declare(
    Activity(
        code="files",
        title=_("Keep pictures and documents that people give"),
        why=_("To show them where they were given, to those who may read that place."),
        basis=_("the agreement between you and the community (GDPR Art. 6(1)(b))"),
        recipients=_("whoever may read the place where you gave it"),
    ),
    Holding(
        model=File,
        title=_("Pictures and documents that you gave"),
        activity="files",
        of=lambda member: File.objects.filter(owner=member),
        personal={
            "owner": "pd:Username",
            "name": "pd:Communication",
            "description": "pd:Communication",
            "language": "pd:Language",
        },
        plain={
            "place_kind": "the name of a kind of place",
            "refusal": "the name of a reason",
            "content_type": "the name of a format",
            "token": "a random name in the storage",
            "upload_hash": "a fingerprint of what was sent, so that a second sending makes no second file",
            "content_hash": "a fingerprint of what is kept, so that browsers need not fetch it again",
        },
        file="content/files",
        export=(
            "id", "place_kind", "place_key", "kind", "state", "name", "content_type", "size", "width", "height",
            "description", "language", "is_help_wanted", "given_at",
        ),
        media=given_files,
        erase=Erase(run=forget_files, left=lambda leaver: File.objects.filter(owner=leaver.member).count()),
        retention=(
            Retention(
                code="files.uploads",
                what=_("Pictures and documents as they were sent"),
                keep=KEEP_STRAY_UPLOADS,
                then=_("deleted as soon as we have made them anew without hidden notes, which takes seconds"),
                why=_("What a camera or a program wrote into them concerns nobody."),
            ),
        ),
    ),
    Holding(
        model=Description,
        title=_("Words that you found for pictures"),
        activity="files",
        of=lambda member: Description.objects.filter(by=member),
        personal={"by": "pd:Username", "text": "pd:Communication", "language": "pd:Language"},
        file="content/descriptions",
        export=("id", "file_id", "text", "language", "written_at"),
        erase=Erase(run=forget_words, left=lambda leaver: Description.objects.filter(by=leaver.member).count()),
    ),
)  # fmt: skip

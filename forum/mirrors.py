"""An old mailing list, copied into a room while its people move: every letter, in its thread, nobody written to."""

import base64
import hmac
import re
import tempfile
from datetime import datetime
from pathlib import Path

from commons import keys
from commons.mail import headers
from forum import actions
from forum.archives.importing import Import
from forum.models import MailedPost, Mirror
from notifications.bridge import doors
from notifications.bridge.doors import Copier

MIRROR = "forum.mirror"
LOCAL_PART = re.compile(r"m\+(?P<number>\d{1,9})\.(?P<check>[a-z2-7]{16})")


def open_doors() -> None:
    doors.register(Copier(MIRROR, copy))
    doors.finds(mirror_at)


def local_part(mirror: Mirror) -> str:
    """What stands before the @ of a mirror's address: only who is told it can write there."""
    return f"m+{mirror.pk}.{_check(mirror.pk)}"


def mirror_at(local_part: str) -> str:
    found = LOCAL_PART.fullmatch(local_part)
    if found is None or not hmac.compare_digest(found["check"], _check(int(found["number"]))):
        return ""
    number = int(found["number"])
    return f"{MIRROR}:{number}" if Mirror.objects.filter(pk=number, is_running=True).exists() else ""


def copy(number: int, raw: bytes, now: datetime) -> bool:
    """One letter of the list becomes a post, as from an archive; a second copy of it changes nothing.

    Letters are copied one after the other, so that an answer finds what it answers. Nobody vouches for who sent
    them, so none is taken for a member's, even where a member has claimed that address.
    """
    mirrors = Mirror.objects.select_for_update(of=("self",)).select_related("category")
    mirror = mirrors.filter(pk=number, is_running=True).first()
    if mirror is None or _is_here_already(raw):
        return False
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "letter.mbox"
        file.write_bytes(_as_archive(raw))
        importing = Import(
            [file],
            mirror.category,
            mirror.list_name,
            now,
            tell=lambda _skipped: None,
            track=lambda *_: _Silent(),
            is_live=True,
        )
        outcome = importing.run(apply=True)
    actions.note_copied(mirror=number, now=now)
    return outcome.posts > 0


def _is_here_already(raw: bytes) -> bool:
    """Whether its writer sent it here as well."""
    found, body = headers.split(raw)
    return MailedPost.objects.filter(message_id=headers.message_id(found, body)).exists()


class _Silent:
    def update(self, count: int, /) -> None:
        """Nobody watches."""


def _as_archive(raw: bytes) -> bytes:
    """The letter as an mbox of one (RFC 4155)."""
    lines = re.sub(rb"^(>*From )", rb">\1", raw.replace(b"\r\n", b"\n"), flags=re.MULTILINE)
    return b"From mirror@localhost Thu Jan  1 00:00:00 1970\n" + lines.rstrip(b"\n") + b"\n\n"


def _check(number: int) -> str:
    mac = hmac.digest(keys.derived("mirrors"), str(number).encode(), "sha256")[:10]
    return base64.b32encode(mac).decode().lower()

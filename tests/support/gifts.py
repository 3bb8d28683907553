"""Files that stand in a post already, without the program that makes them ready."""

from io import BytesIO
from itertools import count

from django.test import Client

from commons import clock
from commons.files import storage
from commons.files.enums import State
from commons.files.models import File
from forum.models import Post
from members.models import Member
from tests.support.strange_files import picture

NUMBERS = count(1)


def ready_picture(*, owner: Member, post: Post, **fields: object) -> File:
    """A picture of 64 × 48 pixels that everybody who reads the post can see."""
    number = next(NUMBERS)
    told = {
        "name": "soup.jpg", "description": "A pot of soup", "content_type": "image/jpeg", "kind": "picture",
        "state": State.READY, "width": 64, "height": 48, "preview_width": 64, "preview_height": 48,
    }  # fmt: skip
    file = File.objects.create(
        owner=owner,
        place_kind="forum.post",
        place_key=post.pk,
        token=f"token-{number}",
        upload_hash=f"{number:064}",
        content_hash=f"{number:064}",
        given_at=clock.now(),
        **(told | fields),
    )
    if file.is_ready:
        storage.put(file.full, BytesIO(picture() if file.is_picture else b"Minutes"))
        storage.put(file.preview, BytesIO(picture("WEBP")))
    return file


def status(reader: Client, address: str) -> int:
    """What a reader is answered."""
    answer = reader.get(address)
    if answer.streaming:
        answer.getvalue()  # the client lets go of a file that has been read to its end
    return answer.status_code

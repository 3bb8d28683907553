"""What a browser is told about a file, and where the bytes come from."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from django.test import Client

from commons.files import actions, storage
from commons.files.actions import Gift
from commons.files.models import File, Spot
from forum.models import Post
from members.models import Member
from tests.commons.files.conftest import NOON
from tests.support import strange_files as strange
from tests.support.bucket import Bucket, in_a_bucket
from tests.support.gifts import ready_picture

pytestmark = pytest.mark.django_db


def test_a_picture_is_shown_and_may_do_nothing(as_ada: Client, ada: Member, opening: Post) -> None:
    file = ready_picture(owner=ada, post=opening)

    answer = as_ada.get(file.get_absolute_url(), headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"] == 'inline; filename="soup.jpg"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Content-Encoding" not in answer.headers
    assert int(answer.headers["Content-Length"]) == len(answer.getvalue())


def test_whoever_has_it_is_not_sent_it_again_but_asked_about(as_ada: Client, ada: Member, opening: Post) -> None:
    file = ready_picture(owner=ada, post=opening)
    answers = [as_ada.get(address) for address in (file.get_absolute_url(), f"/files/{file.pk}/preview/")]
    tags = {answer.headers["ETag"] for answer in answers}
    for answer in answers:
        answer.getvalue()
    assert len(tags) == 2

    again = as_ada.get(file.get_absolute_url(), headers={"If-None-Match": ", ".join(sorted(tags))})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Cache-Control"] == "private, no-cache"

    Post.objects.filter(pk=opening.pk).update(hidden_at=NOON)
    gone = as_ada.get(file.get_absolute_url(), headers={"If-None-Match": ", ".join(sorted(tags))})
    assert gone.status_code == 404


def test_a_document_is_kept_never_shown(as_ada: Client, ada: Member, opening: Post) -> None:
    file = ready_picture(
        owner=ada, post=opening, kind="document", name="minutes.txt", content_type="text/plain; charset=utf-8"
    )

    answer = as_ada.get(file.get_absolute_url())

    assert answer.headers["Content-Disposition"] == 'attachment; filename="minutes.txt"'
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.getvalue() == b"Minutes"
    assert as_ada.get(f"/files/{file.pk}/preview/").status_code == 404
    assert as_ada.post(f"/files/{file.pk}/", {"description": "x"}).status_code == 403


def test_bytes_that_are_lost_are_a_page_that_is_not_there(as_ada: Client, ada: Member, opening: Post) -> None:
    file = ready_picture(owner=ada, post=opening)
    storage.forget(file.stored)

    assert as_ada.get(file.get_absolute_url()).status_code == 404


@pytest.fixture
def bucket(settings: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with in_a_bucket(settings, monkeypatch) as bucket:
        yield bucket


@pytest.mark.slow  # a file is made ready by a program of its own, and moto is large
@pytest.mark.timeout(120)
def test_a_bucket_serves_as_a_disk_does(bucket: Bucket, as_ada: Client, ada: Member, opening: Post) -> None:
    gift = Gift(BytesIO(strange.spying_picture()), "soup.jpg", description="A pot of soup")
    file = actions.give(gift, owner=ada, spot=Spot("forum.post", opening.pk), now=NOON)
    assert bucket.names() == [file.incoming]
    actions.make_ready(file_id=file.pk, now=NOON)
    file = File.objects.get()
    assert sorted(bucket.names()) == sorted([file.full, file.preview])

    answer = as_ada.get(file.get_absolute_url())
    assert answer.getvalue().startswith(b"\xff\xd8\xff")
    assert "amazonaws" not in str(answer.headers)
    bucket.put("files/incoming/stray", b"x")
    assert actions.forget_stray_uploads(now=NOON.replace(year=2100)) == 1

    actions.forget_all_of(owner=ada)
    assert bucket.names() == []

"""Pictures come small, square and silent, and go when they are to go."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from commons import clock
from members.models import Member
from members.people import actions
from members.people.actions.pictures import squared
from members.people.enums import PICTURE_MAX_BYTES, Visibility
from members.people.holdings import picture_files
from members.people.models import Picture
from tests.members.people.conftest import says
from tests.support.bucket import in_a_bucket

pytestmark = pytest.mark.django_db


def files(media: Path) -> list[Path]:
    return list(media.rglob("*.webp"))


@pytest.mark.parametrize(
    ("size", "kind", "mode"),
    [((4000, 3000), "JPEG", "RGB"), ((30, 900), "PNG", "RGBA"), ((700, 700), "WEBP", "RGB"), ((64, 64), "PNG", "L")],
)
def test_a_picture_becomes_a_small_square_that_tells_nothing(
    size: tuple[int, int], kind: str, mode: str, photo: Callable[..., BytesIO]
) -> None:
    made = squared(photo(size=size, kind=kind, mode=mode))

    image = Image.open(BytesIO(made))
    assert len(made) <= PICTURE_MAX_BYTES
    assert (image.format, image.width) == ("WEBP", image.height)
    assert not image.getexif()
    assert b"Spy" not in made


def test_a_picture_stands_upright() -> None:
    image, exif, file = Image.new("RGB", (100, 100), "red"), Image.Exif(), BytesIO()
    image.paste("blue", (0, 0, 100, 50))
    exif[0x0112] = 3  # the camera was held upside down
    image.save(file, "JPEG", exif=exif)

    upright = Image.open(BytesIO(squared(file)))

    red, _green, blue = upright.convert("RGB").getpixel((50, 10))
    assert red > blue


@pytest.mark.parametrize(
    "bytes_given", [b"not a picture", b"\x89PNG\r\n\x1a\n broken", b"GIF89a" + b"\0" * 40, b"<svg onload='x'/>"]
)
def test_what_is_no_picture_is_refused_in_words(bytes_given: bytes, as_ada: Client, ada: Member, media: Path) -> None:
    says(ada, "profile.photo")

    answer = as_ada.post(
        "/me/profile/picture/",
        {"picture": SimpleUploadedFile("me.jpg", bytes_given, "image/jpeg"), "picture_seen_by": "members"},
    )

    assert answer.status_code == 422
    assert "We can&#x27;t read this file as a picture" in answer.content.decode()
    assert files(media) == []


def test_a_picture_too_large_to_unpack_is_refused(
    photo: Callable[..., BytesIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("members.people.actions.pictures.UPLOAD_MAX_PIXELS", 100)

    with pytest.raises(actions.NotAPicture):
        squared(photo())


def test_without_a_yes_there_is_no_form_and_an_upload_is_refused(
    as_ada: Client, photo: Callable[..., BytesIO], media: Path
) -> None:
    assert 'type="file"' not in as_ada.get("/me/profile/picture/").content.decode()

    answer = as_ada.post("/me/profile/picture/", {"picture": photo(), "picture_seen_by": "members"})

    assert answer.status_code == 403
    assert files(media) == []


def test_a_new_picture_replaces_the_old_one_under_another_name(
    as_ada: Client, ada: Member, photo: Callable[..., BytesIO], media: Path
) -> None:
    says(ada, "profile.photo")
    as_ada.post("/me/profile/picture/", {"picture": photo(), "picture_seen_by": "members"})
    [first] = files(media)

    as_ada.post("/me/profile/picture/", {"picture": photo(), "picture_seen_by": "chosen"})

    [second] = files(media)
    assert first != second
    assert Picture.objects.get(member=ada).name == second.name
    assert as_ada.get(f"/people/ada/picture/{second.name}").content == second.read_bytes()
    assert as_ada.get(f"/people/ada/picture/{first.name}").status_code == 404


def test_a_picture_is_not_kept_by_browsers_and_can_be_deleted(
    as_ada: Client, as_bo: Client, ada: Member, photo: Callable[..., BytesIO], media: Path
) -> None:
    says(ada, "profile.photo")
    saved = actions.save_picture(member=ada, upload=photo(), seen_by=Visibility.MEMBERS, now=clock.now())
    answer = as_bo.get(f"/people/ada/picture/{saved.name}")
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == ("image/webp", "private, no-store")

    as_ada.post("/me/profile/picture/delete/")

    assert as_bo.get(f"/people/ada/picture/{saved.name}").status_code == 404
    assert files(media) == []


def test_who_sees_a_picture_can_change_without_sending_it_again(
    as_ada: Client, as_bo: Client, ada: Member, photo: Callable[..., BytesIO]
) -> None:
    says(ada, "profile.photo")
    saved = actions.save_picture(member=ada, upload=photo(), seen_by=Visibility.MEMBERS, now=clock.now())

    as_ada.post("/me/profile/picture/", {"circle": "1", "circle-picture_seen_by": "nobody"})

    assert as_bo.get(f"/people/ada/picture/{saved.name}").status_code == 404
    assert as_ada.get(f"/people/ada/picture/{saved.name}").status_code == 200


def test_no_path_leads_out_of_the_folder(as_ada: Client, ada: Member, photo: Callable[..., BytesIO]) -> None:
    says(ada, "profile.photo")
    actions.save_picture(member=ada, upload=photo(), now=clock.now())

    assert as_ada.get("/people/ada/picture/..%2f..%2fsecret-key").status_code == 404


def test_files_that_belong_to_nobody_go(ada: Member, photo: Callable[..., BytesIO], media: Path) -> None:
    assert actions.forget_stray_pictures(now=clock.now()) == 0
    says(ada, "profile.photo")
    kept = actions.save_picture(member=ada, upload=photo(), now=clock.now())
    (media / "people" / "stray.webp").write_bytes(b"x")

    assert actions.forget_stray_pictures(now=clock.now()) == 0
    assert actions.forget_stray_pictures(now=clock.now() + timedelta(hours=2)) == 1
    assert [file.name for file in files(media)] == [kept.name]


@pytest.mark.slow  # moto is large
def test_pictures_can_lie_in_a_bucket(
    ada: Member,
    as_ada: Client,
    photo: Callable[..., BytesIO],
    media: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with in_a_bucket(settings, monkeypatch) as bucket:
        assert actions.forget_stray_pictures(now=clock.now()) == 0
        says(ada, "profile.photo")
        kept = actions.save_picture(member=ada, upload=photo(), now=clock.now())
        bucket.put("people/stray.webp", b"x")

        assert as_ada.get(f"/people/ada/picture/{kept.name}").status_code == 200
        assert [name for name, _bytes in picture_files(ada)] == [f"picture/{kept.name}"]
        assert actions.forget_stray_pictures(now=clock.now() + timedelta(hours=2)) == 1
        assert bucket.names() == [f"people/{kept.name}"]
        actions.remove_picture(member=ada)
        assert bucket.names() == []
    assert files(media) == []

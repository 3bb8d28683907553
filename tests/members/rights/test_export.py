"""A copy of everything: complete, exact, its owner's only, and gone after a week."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commons import clock, holdings, outbox
from commons.access import Denied
from forum.models import Category, Post
from members.consent import receipts
from members.models import Member
from members.rights import actions, archive, notices
from members.rights.models import Export
from tests.cast import sign_in
from tests.members.rights.load import write_posts
from tests.support.bucket import in_a_bucket
from tests.support.html import check_page

pytestmark = pytest.mark.django_db


def made(member: Member) -> Export:
    """A copy, asked for and made."""
    export = Export.objects.create(member=member, asked_at=clock.now(), not_before=clock.now())
    assert actions.make_export(export_id=export.pk, now=clock.now())
    return Export.objects.get(pk=export.pk)


def rows_of(holding: holdings.Holding, member: Member) -> list[dict[str, Any]]:
    """What the database says, as JSON would say it, with what is sealed opened for its owner."""
    rows = map(holding.read, holding.of(member).order_by("pk").values_list(*holding.export))
    named = [dict(zip(holding.export, values, strict=True)) for values in rows]
    return json.loads(json.dumps(named, default=archive.plain))


@pytest.fixture
def copy(otter: Member, traces: dict[str, Post]) -> Iterator[ZipFile]:
    Export.objects.filter(member=otter).delete()
    outbox.sweep(now=clock.now() + outbox.SWEEP_AFTER * 2)
    with ZipFile(settings.EXPORT_ROOT / made(otter).file) as file:
        yield file


def test_json_equals_the_database_row_for_row(copy: ZipFile, otter: Member) -> None:
    for holding in holdings.holdings():
        assert json.loads(copy.read(f"{holding.file}.json")) == rows_of(holding, otter) or holding.file in LATER
        assert json.loads(copy.read(f"{holding.file}.json")) or holding.file in LATER


LATER = {"account/copies", "account/leaving", "consent/receipts-taken"}
"""What the making of the copy itself adds to, and what there is only when one leaves."""


def test_tables_and_pages_hold_the_same_rows(copy: ZipFile) -> None:
    for holding in holdings.holdings():
        told = json.loads(copy.read(f"{holding.file}.json"))
        table = list(csv.DictReader(io.StringIO(copy.read(f"{holding.file}.csv").decode("utf-8-sig"), newline="")))
        page = copy.read(f"{holding.file}.html").decode()
        assert len(table) == page.count("<li><dl>") == len(told), holding.file
        assert [list(row) for row in table] == [list(row) for row in told]
        assert check_page(page, is_fragment=False) == []


def test_the_manifest_names_every_file_with_its_fingerprint(copy: ZipFile) -> None:
    manifest = json.loads(copy.read("manifest.json"))

    listed = {file["name"]: file["sha256"] for file in manifest["files"]}
    assert set(copy.namelist()) == {*listed, "manifest.json"}
    assert listed == {name: hashlib.sha256(copy.read(name)).hexdigest() for name in listed}
    assert copy.testzip() is None


def test_what_is_in_it_can_be_read_without_software(copy: ZipFile) -> None:
    for name in ("README.html", "about-processing.html"):
        assert check_page(copy.read(name).decode(), is_fragment=False) == []
    about = json.loads(copy.read("about-processing.json"))
    assert {"forum.talk", "account.core", "profile.photo"} <= {line["code"] for line in about["activities"]}
    assert json.loads(copy.read("automation/scores.json"))["scores"] == []
    assert receipts.states_told(copy.read("consent/receipt.jsonld").decode()).keys() == {
        ("email.welcome", ""),
        ("events.attendance", ""),
        ("contact.mention", ""),
        ("profile.photo", ""),
        ("special.access_needs", ""),
    }


def test_nothing_secret_and_nothing_of_others_is_in_it(copy: ZipFile, otter: Member, cleo: Member) -> None:
    texts = [name for name in copy.namelist() if not name.startswith("media/")]
    everything = "\n".join(copy.read(name).decode() for name in texts)

    assert otter.password not in everything
    assert "An answer below" not in everything
    assert cleo.email not in everything


def test_a_text_that_would_be_a_formula_is_harmless_in_a_table(otter: Member, table: Category) -> None:
    write_posts(otter, table, 2, source='=HYPERLINK("x")')

    with ZipFile(settings.EXPORT_ROOT / made(otter).file) as file:
        row = next(csv.DictReader(io.StringIO(file.read("content/posts.csv").decode("utf-8-sig"))))
        assert row["source"] == '\'=HYPERLINK("x")'
        assert json.loads(file.read("content/posts.json"))[0]["source"] == '=HYPERLINK("x")'


def test_files_of_people_are_in_it(otter: Member, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = tmp_path / "picture.txt"
    picture.write_text("An otter")
    own = holdings.holding("members.Member")
    monkeypatch.setattr(archive, "_exported", lambda: iter([with_media(own, picture)]))

    with ZipFile(settings.EXPORT_ROOT / made(otter).file) as file:
        assert file.read("media/picture.txt") == b"An otter"


def with_media(holding: holdings.Holding, path: Path) -> holdings.Holding:
    from dataclasses import replace

    return replace(holding, media=lambda _member: [(path.name, path)])


@pytest.mark.slow
def test_five_hundred_posts_cost_as_many_queries_as_five(otter: Member, ada: Member, table: Category) -> None:
    write_posts(otter, table, 5)
    with CaptureQueriesContext(connection) as few:
        made(otter)
    write_posts(otter, table, 495)
    with CaptureQueriesContext(connection) as many:
        export = made(otter)

    assert len(many) <= len(few)
    assert export.progress == export.total > 500
    with ZipFile(settings.EXPORT_ROOT / export.file) as file:
        assert json.loads(file.read("content/posts.json")) == rows_of(holdings.holding("forum.Post"), otter)


def test_asking_makes_a_copy_and_writes_to_its_owner(as_otter: Client, otter: Member) -> None:
    page = as_otter.post("/me/data/copy/", follow=True).content.decode()

    assert "Download your copy" in page
    assert [letter.subject for letter in mail.outbox] == ["A copy of your data at Commons", "Your copy is ready"]
    assert all(letter.to == [otter.email] for letter in mail.outbox)
    assert not mail.outbox[1].attachments
    link = re.search(r'href="(/me/data/copy/[^"]+)"', page)[1]
    answer = as_otter.get(link)
    assert ZipFile(io.BytesIO(answer.getvalue())).testzip() is None


def test_there_is_one_copy_a_day(as_otter: Client, otter: Member) -> None:
    as_otter.post("/me/data/copy/")

    assert "tomorrow" in as_otter.post("/me/data/copy/", follow=True).content.decode()
    assert Export.objects.filter(member=otter).count() == 1


def test_asking_asks_who_it_is(otter: Member) -> None:
    client = Client()
    sign_in(client, otter)

    answer = client.post("/me/data/copy/")

    assert answer.headers["Location"].startswith("/account/reauthenticate/")
    assert not Export.objects.exists()


def test_a_copy_is_its_owners_only_and_ends_after_a_week(otter: Member, as_otter: Client, as_cleo: Client) -> None:
    export = made(otter)
    link = f"/me/data/copy/{export.pk}/"
    fetched = as_otter.get(link)
    assert fetched.getvalue()[:2] == b"PK"
    assert (fetched.status_code, as_cleo.get(link).status_code) == (200, 404)
    assert Client().get(link).status_code == 302

    later = clock.now() + timedelta(days=7, hours=1)
    assert actions.run_rule("rights.exports", now=later).done == 1
    assert not (settings.EXPORT_ROOT / export.file).exists()
    assert as_otter.get(link).status_code == 404


@pytest.mark.slow  # moto is large
def test_a_copy_can_lie_in_a_bucket(
    otter: Member, as_otter: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with in_a_bucket(settings, monkeypatch) as bucket:
        export = made(otter)
        fetched = as_otter.get(f"/me/data/copy/{export.pk}/").getvalue()
        kept = bucket.names()
        actions.run_rule("rights.exports", now=clock.now() + timedelta(days=7, hours=1))

        assert fetched[:2] == b"PK"
        assert kept == [f"exports/{export.pk}.zip"]
        assert bucket.names() == []
    assert list(settings.EXPORT_ROOT.iterdir()) == []


def test_a_link_is_dead_after_a_week_even_if_the_file_is_still_there(otter: Member, as_otter: Client) -> None:
    export = made(otter)
    Export.objects.filter(pk=export.pk).update(expires_at=clock.now() - timedelta(minutes=1))

    assert as_otter.get(f"/me/data/copy/{export.pk}/").status_code == 404
    (settings.EXPORT_ROOT / export.file).unlink()
    Export.objects.filter(pk=export.pk).update(expires_at=clock.now() + timedelta(days=1))
    assert as_otter.get(f"/me/data/copy/{export.pk}/").status_code == 404


def test_on_a_new_device_a_copy_waits_for_a_day(
    as_otter: Client, otter: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("members.rights.views.own.can_change_dangerously", lambda *_who, **_when: Denied("new"))

    page = as_otter.post("/me/data/copy/", follow=True).content.decode()

    assert "a device that we don" in page
    assert "We don't know that device yet" in mail.outbox[0].body
    assert actions.waiting_exports(now=clock.now()) == []
    tomorrow = clock.now() + timedelta(days=1, minutes=1)
    (waiting,) = actions.waiting_exports(now=tomorrow)
    assert actions.make_export(export_id=waiting, now=tomorrow)


def test_the_letter_speaks_of_a_password_to_those_who_have_one(otter: Member) -> None:
    now = clock.now()
    export = Export(member=otter, asked_at=now, not_before=now)
    notices.export_asked(otter, export)
    otter.set_unusable_password()
    notices.export_asked(otter, export)

    with_password, without = (letter.body for letter in mail.outbox)
    assert "change your password" in with_password
    assert "/account/password/change/" in with_password
    assert "password" not in without
    assert "/me/security/sessions/" in without


def test_a_copy_that_a_lost_worker_began_is_made_by_the_next(
    otter: Member, as_otter: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    export = Export.objects.create(member=otter, asked_at=now, not_before=now, total=200, progress=50)
    with monkeypatch.context() as killed:
        killed.setattr(archive, "write", lambda *_what, **_how: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            actions.make_export(export_id=export.pk, now=now)
    assert actions.waiting_exports(now=now) == []
    Export.objects.filter(pk=export.pk).update(progress=50, total=200)
    page = as_otter.get("/me/data/", HTTP_HX_REQUEST="true").content.decode()
    assert "25 %" in page

    assert actions.waiting_exports(now=now + timedelta(hours=1)) == [export.pk]
    assert actions.make_export(export_id=export.pk, now=now + timedelta(hours=1))


def test_a_copy_of_somebody_who_left_meanwhile_is_not_kept(
    otter: Member, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    export = Export.objects.create(member=otter, asked_at=now, not_before=now)
    write = archive.write

    def leave_meanwhile(*what: object, **how: object) -> None:
        write(*what, **how)
        Export.objects.all().delete()

    monkeypatch.setattr(archive, "write", leave_meanwhile)

    assert not actions.make_export(export_id=export.pk, now=now)
    assert list(settings.EXPORT_ROOT.iterdir()) == []


def test_the_page_of_your_data_costs_few_queries(
    as_otter: Client, otter: Member, django_assert_num_queries: object
) -> None:
    made(otter)
    with django_assert_num_queries(4):
        as_otter.get("/me/data/")


def test_every_holding_can_be_exported(otter: Member, ada: Member) -> None:
    """For rooms to come: fields that `values_list` does not know fail here, not in somebody's copy."""
    assert [rows_of(holding, ada) for holding in holdings.holdings()]

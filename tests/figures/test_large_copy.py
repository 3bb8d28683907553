"""The copy of a member with 50,000 posts: how long it takes, in how much memory, and whether it is exact."""

import json
import threading
import time
from pathlib import Path
from zipfile import ZipFile

import psutil
import pytest
from django.conf import settings
from django.test import override_settings

from commons import clock, holdings
from forum.models import Category
from members.models import Member
from members.rights import actions, archive
from members.rights.models import Export
from tests.members.rights.load import write_posts

pytestmark = [pytest.mark.figures, pytest.mark.timeout(600), pytest.mark.django_db(transaction=True)]

POSTS = 50_000


class Peak(threading.Thread):
    """The most memory that this process takes while it runs, in MB."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most, self.is_over = 0.0, threading.Event()

    def run(self) -> None:
        process = psutil.Process()
        while not self.is_over.wait(0.01):
            self.most = max(self.most, process.memory_info().rss / 2**20)


def test_a_copy_of_fifty_thousand_posts_is_fast_small_and_exact(tmp_path: Path) -> None:
    member = Member.objects.create_user("ada", "ada@example.org", display_name="Ada", standing="member")
    write_posts(member, Category.objects.create(slug="much", name="Much"), POSTS)
    export = Export.objects.create(member=member, asked_at=clock.now(), not_before=clock.now())
    peak, began = Peak(), time.perf_counter()
    peak.start()

    kept = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    with override_settings(EXPORT_ROOT=tmp_path, STORAGES=settings.STORAGES | {"exports": kept}):
        assert actions.make_export(export_id=export.pk, now=clock.now())

    seconds = time.perf_counter() - began
    peak.is_over.set()
    size = (tmp_path / f"{export.pk}.zip").stat().st_size / 2**20
    print(f"\n{POSTS:,} posts: {seconds:.1f} s, {peak.most:.0f} MB of memory at most, {size:.1f} MB of ZIP")
    posts = holdings.holding("forum.Post")
    with ZipFile(tmp_path / f"{export.pk}.zip") as file, file.open("content/posts.json") as told:
        rows = posts.of(member).order_by("pk").values(*posts.export).iterator(chunk_size=1000)
        lines = iter(told)
        assert next(lines) == b"[\n"
        count = 0
        for row, line in zip(rows, lines, strict=False):
            assert json.loads(line.rstrip(b",\n")) == json.loads(json.dumps(row, default=archive.plain))
            count += 1
    assert count == POSTS
    assert peak.most < 300
    assert seconds < 60

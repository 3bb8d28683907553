"""Fills a database with a community of a size, once; a fill that was stopped goes on where it was."""

import time
from collections.abc import Callable
from datetime import datetime
from math import inf

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from bench import dates, loading, people, talk
from bench.sizes import Size
from bench.texts import Pool
from forum.models import Category

DONE = "all"


class Unfinished(Exception):
    """The time that was given is over; the next call goes on."""


_COUNT = """
    UPDATE forum_category AS category
    SET post_count = counted.posts, thread_count = counted.threads, last_post_at = counted.latest
    FROM (
        SELECT category_id, sum(post_count) AS posts, count(*) AS threads, max(last_post_at) AS latest
        FROM forum_thread GROUP BY category_id
    ) AS counted
    WHERE counted.category_id = category.id
"""


def fill(size: Size, *, pool: Pool | None = None, say: Callable[[str], None] = print, until: float = inf) -> None:
    """Everything, in an empty database whose tables the migrations have made.

    Raises:
        Unfinished: it was not done at the moment `until` of `time.monotonic`.
    """
    loading.open_books()
    if loading.is_loaded(DONE):
        return
    anchor = datetime.fromisoformat(loading.fact("anchor", timezone.now().replace(microsecond=0).isoformat()))
    pool = pool or Pool(share=size.text_share)
    models: list[type[Model]] = [*people.MODELS, *talk.MODELS, *dates.MODELS, Category]
    started = time.monotonic()
    loading.without_indexes(models)
    _load(size, pool, anchor, say, until)
    say(f"{time.monotonic() - started:.0f} s so far; now the indexes")
    if not loading.make_indexes(say, until=until):
        raise Unfinished
    loading.set_sequences(models)
    with loading.part("categories counted") as is_due, connection.cursor() as cursor:
        if is_due:
            cursor.execute(_COUNT)
    with loading.part("series") as is_due:
        if is_due:
            dates.Calendar(size, pool, anchor=anchor).begin_series()
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
    with loading.part(DONE):
        say(f"filled in {time.monotonic() - started:.0f} s")


def _load(size: Size, pool: Pool, anchor: datetime, say: Callable[[str], None], until: float) -> None:
    everybody, conversation = people.People(size, pool, anchor=anchor), talk.Talk(size, pool, anchor=anchor)
    steps: dict[str, Callable[[], None]] = {
        "people": everybody.load,
        "consents": everybody.load_consents,
        "calendar": dates.Calendar(size, pool, anchor=anchor).load,
        "categories": conversation.load_categories,
    }
    for name, load in steps.items():
        with loading.part(name) as is_due:
            if is_due:
                load()
                say(f"loaded: {name}")
    last = time.monotonic()
    for indices in conversation.chunks:
        if time.monotonic() > until:
            raise Unfinished
        with loading.part(f"threads from {indices.start}") as is_due:
            if is_due:
                conversation.load(indices)
        if time.monotonic() - last > 20:  # a line now and then
            say(f"{indices.stop:,} of {size.threads:,} threads")
            last = time.monotonic()

"""Ten thousand series with half a million dates: what the calendar's pages cost, in 2017 as in 2030."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from events.models import Event, Occurrence, Place
from members.models import Member

pytestmark = [pytest.mark.figures, pytest.mark.django_db, pytest.mark.timeout(900)]

SERIES, DATES = 10_000, 50
BEGIN, SPAN = datetime(2017, 1, 1, tzinfo=UTC), timedelta(days=14 * 365)


@pytest.fixture
def full(ada: Member) -> None:
    place = Place.objects.create(name="The mill")
    now = datetime(2026, 11, 25, tzinfo=UTC)
    told = {
        "author": ada, "created_at": now, "changed_at": now, "published_at": now, "source": "x", "html": "x",
        "time_zone": "UTC", "first_date": date(2017, 1, 1), "duration": timedelta(hours=2), "place": place,
    }  # fmt: skip
    Event.objects.bulk_create(
        [
            Event(title=f"Series {n}", uid=f"{n}@x", visibility=("public", "members")[n % 2], **told)
            for n in range(SERIES)
        ],
        batch_size=1000,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO events_occurrence (event_id, key, starts_at, ends_at, is_public, is_long, is_moved, note, title,
                                           cancel_reason, is_single)
            SELECT id, to_char(n, 'FM000000000000000'), at, at + interval '2 hours', visibility = 'public', false, false,
                   '', '', '', n = 1
            FROM events_event, generate_series(1, %s) AS n,
                 LATERAL (SELECT %s + random() * %s::interval + n * interval '0' AS at) AS moment
            """,
            [DATES, BEGIN, SPAN],
        )
        cursor.execute("INSERT INTO joining_terms (event_id, capacity, kept_places, kept_for, needs_approval, takes_guests)"
                       " SELECT id, 1 + id % 2, 0, '', false, false FROM events_event WHERE id % 3 > 0")  # fmt: skip
        cursor.execute(
            """
            INSERT INTO joining_rsvp (occurrence_id, member_id, state, needs_kept, is_approved, is_seen, answered_at,
                                      wants_days, wants_hours)
            SELECT id, %s, 'in', false, false, false, %s, false, false FROM events_occurrence
            """,
            [ada.pk, now],
        )
        cursor.execute("ANALYZE events_occurrence, events_event, events_place, joining_terms, joining_rsvp")


@pytest.mark.parametrize("year", [2017, 2026, 2030])
def test_pages_cost_the_same_in_any_year(full: None, as_ada: Client, client: Client, year: int) -> None:
    assert Occurrence.objects.count() == SERIES * DATES
    for who, reader in (("member", as_ada), ("visitor", client)):
        for address in (
            f"/events/?from={year}-06-01",
            f"/events/month/{year}/6/",
            f"/events/week/{year}/23/",
            f"/events/?from={year}-06-01&free=on",
            f"/events/month/{year}/6/?free=on",
            f"/events/week/{year}/23/?free=on&place=mill",
            f"/events/history/?year={year}",
        ):
            reader.get(address)
            begun = time.perf_counter()
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert reader.get(address).status_code == 200
            seconds = time.perf_counter() - begun
            print(f"{who} {address}: {len(asked)} queries, {seconds * 1000:.0f} ms")
            assert len(asked) <= 8
            for query in asked:
                if 'FROM "events_occurrence"' in query["sql"]:
                    _is_answered_by_an_index(query["sql"])


def _is_answered_by_an_index(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan on events_occurrence" not in plan, plan

"""How old the rows of a table are, and the stretches in which it is looked through."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from commons import clock
from commons.ages import FIRST_ROWS, GROWTH, MOST_ROWS, Ages, ages, expected
from commons.models import Undeliverable

BEGIN = datetime(2017, 9, 23, tzinfo=UTC)
moments = st.datetimes(BEGIN.replace(tzinfo=None), datetime(2026, 11, 3), timezones=st.just(UTC))
known = st.builds(
    Ages, rows=st.floats(-1, 2e7), marks=st.lists(moments, max_size=12).map(sorted).map(tuple)
)  # fmt: skip


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@given(known=known, down_from=st.none() | moments)
def test_stretches_follow_each_other_down_to_the_oldest_row(known: Ages, down_from: datetime | None) -> None:
    stretches = list(islice(known.stretches(down_from), 1000))

    assert len(stretches) < 20
    assert stretches[0].before is None
    assert stretches[-1].since is None
    assert all(newer.since == older.before for newer, older in pairwise(stretches))
    edges = [moment(stretch.since) for stretch in stretches[:-1]]
    assert edges == sorted(edges, reverse=True)
    assert all(edge <= down_from for edge in edges if down_from and down_from >= known.marks[0])


def test_a_stretch_holds_as_many_rows_as_it_should() -> None:
    """A row each minute."""
    minutes = 10_000_000
    known = Ages(minutes, tuple(BEGIN + timedelta(minutes=minutes * part / 100) for part in range(101)))

    for down_from in (BEGIN + timedelta(minutes=minutes), BEGIN + timedelta(minutes=minutes * 0.735)):
        edges = [down_from, *(moment(stretch.since) for stretch in known.stretches(down_from) if stretch.since)]
        held = [(newer - older) / timedelta(minutes=1) for newer, older in pairwise(edges) if newer and older]
        wanted = [FIRST_ROWS, FIRST_ROWS * GROWTH, FIRST_ROWS * GROWTH**2, *[MOST_ROWS] * 3]
        assert len(held) >= 5
        assert held == pytest.approx(wanted[: len(held)], rel=0.02)


@pytest.mark.parametrize("known", [Ages(), Ages(-1, (BEGIN, BEGIN)), Ages(FIRST_ROWS, (BEGIN, BEGIN + timedelta(1)))])
def test_a_short_table_is_one_stretch(known: Ages) -> None:
    assert list(known.stretches()) == [(None, None)]


@pytest.mark.django_db
def test_postgresql_says_how_old_rows_are(request: pytest.FixtureRequest) -> None:
    request.addfinalizer(ages.cache_clear)
    days = [BEGIN + timedelta(days=day) for day in range(2)]
    rows = [Undeliverable(address_hash=b"%d" % number, score=1, returned_at=day) for number, day in enumerate(days)]
    Undeliverable.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE commons_undeliverable")
    ages.cache_clear()

    assert ages("commons_undeliverable", "returned_at", clock.now().date()) == Ages(2, tuple(days))
    assert expected(Undeliverable.objects.filter(returned_at__gt=BEGIN)) == 1
    assert expected(Undeliverable.objects.none()) == 0

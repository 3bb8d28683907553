"""The replica of the tests comes along whatever the database does meanwhile."""

from pathlib import Path

import pytest
from django.db import connection

from tests.support.standby import Standby


@pytest.mark.slow  # a second PostgreSQL starts and follows the first
@pytest.mark.django_db(transaction=True)
def test_it_follows_a_database_that_went_on_between_copy_and_start(tmp_path: Path) -> None:
    standby = Standby(tmp_path)
    standby.copy()
    with connection.cursor() as cursor:
        for _ in range(3):
            cursor.execute("SELECT pg_logical_emit_message(false, 'standby', '', true), pg_switch_wal()")
            cursor.execute("CHECKPOINT")

    standby.start()
    try:
        standby.follow()
    finally:
        standby.stop()

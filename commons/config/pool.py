"""The pool of connections to PostgreSQL: which of them are still good."""

import select
from typing import Any

from psycopg_pool import ConnectionPool


def check(connection: Any) -> None:
    """Ask a connection only if the server has said something unasked.

    What it says to a connection that rests is that it goes; so a restart is noticed before the next request, and no
    request pays a round trip for it.

    Raises:
        psycopg.OperationalError: the server has gone, and the pool opens another connection.
    """
    heard = select.poll()
    heard.register(connection.fileno(), select.POLLIN)
    if heard.poll(0):
        ConnectionPool.check_connection(connection)

"""Is the site alive, and is it ready? Asked by the supervisor, the proxy and the operator."""

from collections.abc import Callable
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from commons import clock
from commons.models import Heartbeat

WORKER = "worker"
HEARTBEAT_MAX_AGE = timedelta(seconds=60)


def beat(*, now: datetime) -> None:
    """The worker says that it lives."""
    Heartbeat.objects.update_or_create(name=WORKER, defaults={"beat_at": now})


def readiness() -> dict[str, bool]:
    """Each part that the site needs, and whether it answers."""
    parts: dict[str, Callable[[], bool]] = {"database": _database, "broker": _broker, "worker": _worker}
    return {name: _answers(ask) for name, ask in parts.items()}


def _answers(ask: Callable[[], bool]) -> bool:
    try:
        return ask()
    except (DatabaseError, redis.RedisError, OSError):
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _broker() -> bool:
    with redis.Redis.from_url(settings.REDIS_URL, **settings.REDIS_OPTIONS) as broker:
        return bool(broker.ping())


def _worker() -> bool:
    return Heartbeat.objects.filter(name=WORKER, beat_at__gte=clock.now() - HEARTBEAT_MAX_AGE).exists()

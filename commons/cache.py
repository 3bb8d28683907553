"""A cache whose loss slows the site and never stops it."""

import functools
import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


def _forgiving(name: str, answer: Any) -> Any:
    original = getattr(RedisCache, name)

    def forgive(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(self, *args, **kwargs)
        except (RedisError, OSError) as error:
            log.warning("cache away: %s", error)
            return kwargs.get("default", args[1] if len(args) > 1 else None) if name == "get" else answer

    return forgive


class LastingClient(RedisCacheClient):
    """Keeps the client of each server: making one takes longer than a question."""

    def __init__(self, servers: Any, **options: Any) -> None:
        super().__init__(servers, **options)
        self._client: Any = functools.cache(Redis)


class ForgivingRedisCache(RedisCache):
    """Redis, where an unreachable server counts as an empty cache."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = LastingClient

    get = _forgiving("get", None)
    set = _forgiving("set", None)
    add = _forgiving("add", True)  # noqa: FBT003 (the answer of "I added it")
    incr = _forgiving("incr", 1)
    touch = _forgiving("touch", False)  # noqa: FBT003 (the answer of "there was none")
    delete = _forgiving("delete", False)  # noqa: FBT003 (the answer of "there was none")
    get_many = _forgiving("get_many", {})
    set_many = _forgiving("set_many", [])
    delete_many = _forgiving("delete_many", None)
    has_key = _forgiving("has_key", False)  # noqa: FBT003 (the answer of "there was none")
    clear = _forgiving("clear", False)  # noqa: FBT003 (the answer of "nothing done")

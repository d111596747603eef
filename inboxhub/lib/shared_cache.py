"""The cache of several processes, in Redis: forgets everything while Redis is away.

Nothing that counts is kept in it: who has a page open, and how often somebody tried to
sign in. Without it pages go on, a little slower and without those limits.
"""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import RedisError

logger = logging.getLogger(__name__)

COMPLAIN_EVERY = 60.0

Answer = TypeVar("Answer")


class SharedCache(RedisCache):
    """Django's cache in Redis, with a client that answers without Redis, too."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = Client


class Client(RedisCacheClient):
    """Every call answers what an empty cache would when Redis does not."""

    complained_at = -COMPLAIN_EVERY

    def add(self, *arguments: Any) -> bool:
        return self._try(super().add, arguments, otherwise=True)

    def get(self, key: Any, default: Any) -> Any:
        return self._try(super().get, (key, default), otherwise=default)

    def set(self, *arguments: Any) -> None:
        self._try(super().set, arguments, otherwise=None)

    def touch(self, *arguments: Any) -> bool:
        return self._try(super().touch, arguments, otherwise=False)

    def delete(self, *arguments: Any) -> bool:
        return self._try(super().delete, arguments, otherwise=False)

    def has_key(self, *arguments: Any) -> bool:
        return self._try(super().has_key, arguments, otherwise=False)

    def get_many(self, keys: Iterable[Any]) -> dict[Any, Any]:
        return self._try(super().get_many, (keys,), otherwise={})

    def _try(
        self, call: Callable[..., Answer], arguments: tuple[Any, ...], *, otherwise: Any
    ) -> Answer:
        try:
            return call(*arguments)
        except (RedisError, OSError) as error:
            # A line for each call of each page would help nobody.
            if time.monotonic() > self.complained_at + COMPLAIN_EVERY:
                Client.complained_at = time.monotonic()
                logger.warning("the shared cache does not answer: %s", error)
            answer: Answer = otherwise
            return answer

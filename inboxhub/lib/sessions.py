"""Sessions whose rows are found by a digest of what the browser sends.

Django stores the cookie's value itself, so that whoever reads a backup of the database
is signed in as everybody. A key is random enough that no salt is needed.
"""

from hashlib import sha256
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.utils import timezone

LENGTH = 40
"""What the column holds; 160 bits of the digest."""


class SessionStore(db.SessionStore):
    """Outside of the rows `session_key` is the cookie's value, as ever.

    Django writes each access twice, for code that waits and code that does not.
    """

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        row = Session.objects.filter(**self._alive()).first()
        if row is None:
            self._session_key = None
        return row

    async def _aget_session_from_db(self) -> AbstractBaseSession | None:
        row = await Session.objects.filter(**self._alive()).afirst()
        if row is None:
            self._session_key = None
        return row

    def create(self) -> None:
        """As ever; who signs in takes the sessions away that have ended."""
        self.clear_expired()
        super().create()

    def exists(self, session_key: str) -> bool:
        return super().exists(_digest(session_key))

    async def aexists(self, session_key: str) -> bool:
        return await super().aexists(_digest(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        row = super().create_model_instance(data)
        row.session_key = _digest(row.session_key)
        return row

    async def acreate_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        row = await super().acreate_model_instance(data)
        row.session_key = _digest(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            super().delete(_digest(key))

    async def adelete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            await super().adelete(_digest(key))

    def _alive(self) -> dict[str, Any]:
        digest = _digest(self.session_key or "")
        return {"session_key": digest, "expire_date__gt": timezone.now()}


def _digest(session_key: str) -> str:
    return sha256(session_key.encode()).hexdigest()[:LENGTH]

"""New credentials for ended ones, fetched once however many workers need them.

A network may take a refresh token only once. So whoever fetches first claims the
account's row for a moment by a conditional UPDATE; the others, in this process or
another one, wait for what comes of it. The claim is no turn's lease: pages and commands
call the network too, while a worker has the account.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.models import Account
from inboxhub.lib.database import short_write
from inboxhub.lib.http import Http
from inboxhub.lib.logs import remember_secrets
from inboxhub.networks.base import Renew
from inboxhub.networks.errors import PermanentError, TemporaryError

logger = logging.getLogger(__name__)

Refresh = Callable[[Http, Mapping[str, str]], dict[str, str]]

# A claim outlives the longest call to a token endpoint; who was killed holds no longer.
CLAIM = timedelta(seconds=30)
PATIENCE = 30.0  # seconds
LOOK_AGAIN = 0.1
OPERATOR, OPERATOR_WAIT = "operator-key", 3600.0


def of(account_id: int, refresh: Refresh, http: Http) -> Renew:
    """How a client of the account gets new credentials."""
    return lambda ended: renew(account_id, ended, refresh, http)


def renew(
    account_id: int,
    ended: Mapping[str, str],
    refresh: Refresh,
    http: Http,
) -> Mapping[str, str]:
    """The credentials to use instead of `ended`, stored before they are returned.

    CredentialsError only when the network refuses to renew. When it refuses this site's
    key, that is the operator's matter: TemporaryError for an hour.
    """
    ends_at = time.monotonic() + PATIENCE
    while not (claim := _claim(account_id)):
        newer = _newer(account_id, ended)
        if newer is not None:
            return newer
        if time.monotonic() > ends_at:
            raise TemporaryError(
                "somebody else is renewing the access",
                retry_after=5.0,
                code="busy",
                sent=False,
            )
        threading.Event().wait(LOOK_AGAIN)
    try:
        newer = _newer(account_id, ended)
        return _fetch(account_id, refresh, http) if newer is None else newer
    finally:
        mine = Account.objects.filter(pk=account_id, renewing_until=claim)
        mine.update(renewing_until=None)


def _claim(account_id: int) -> datetime | None:
    """Until when the account's row is ours; None while it is somebody else's."""
    now = timezone.now()
    # A clock that jumped back must not lock the account for a day.
    taken = Q(renewing_until__range=(now, now + 2 * CLAIM))
    with short_write():
        free = Account.objects.exclude(taken).filter(pk=account_id)
        return now + CLAIM if free.update(renewing_until=now + CLAIM) else None


def _newer(account_id: int, ended: Mapping[str, str]) -> Mapping[str, str] | None:
    """What somebody else has stored meanwhile, or None.

    Empty when the account was unlinked, so that the client finds no token.
    """
    stored = _stored(account_id)
    same = all(stored.get(name) == ended.get(name) for name in ("token", "expires_at"))
    return None if same else stored


def _stored(account_id: int) -> Mapping[str, str]:
    """Empty as well when the account itself is gone."""
    account = Account.objects.filter(pk=account_id).first()
    return account.credentials if account else {}


def _fetch(account_id: int, refresh: Refresh, http: Http) -> Mapping[str, str]:
    before = _stored(account_id)
    try:
        fresh = refresh(http, before)
    except PermanentError as error:
        if error.code != OPERATOR:
            raise
        raise TemporaryError(
            str(error),
            retry_after=OPERATOR_WAIT,
            code=OPERATOR,
        ) from error
    remember_secrets(fresh)
    return _store(account_id, before, fresh)


def _store(
    account_id: int,
    before: Mapping[str, str],
    fresh: dict[str, str],
) -> Mapping[str, str]:
    """Commit them; unless the account was linked anew or unlinked at this moment."""
    with short_write():
        rows = Account.objects.select_for_update(no_key=True).filter(pk=account_id)
        account = rows.first()
        if account is None or account.credentials != before:
            return account.credentials if account else {}
        account.credentials = fresh
        account.save(update_fields=["credentials"])
    logger.info("access renewed account=%s", account_id)
    return fresh

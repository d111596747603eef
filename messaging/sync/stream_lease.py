"""Which process holds an account's stream: a second lease, beside that for turns.

A process renews all of its own in one statement; who did not for a minute has lost them.
"""

import os
import secrets
import socket
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.models import Account
from inboxhub.lib.database import short_write
from messaging import events

LENGTH = timedelta(seconds=60)


class StreamLost(Exception):
    """Another process has the stream now, or the account is no longer at work."""


def new_holder() -> str:
    """A name for this process's streams that no other process has."""
    return f"{socket.gethostname()[:30]} {os.getpid()} {secrets.token_hex(4)}"


def take(holder: str, providers: Collection[str], most: int) -> list[int]:
    """Take up to `most` streams that nobody holds; the accounts' ids.

    Never those that this holder has already, however late they are to be renewed.
    """
    now = timezone.now()
    with short_write():
        free = Q(stream_until=None) | Q(stream_until__lt=now)
        # A clock that jumped back must not lock a stream for a day.
        free |= Q(stream_until__gt=now + 2 * LENGTH)
        rows = Account.objects.at_work().filter(free, provider__in=providers)
        rows = rows.exclude(stream_holder=holder)
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:most])
        Account.objects.filter(free, pk__in=ids).update(
            stream_holder=holder,
            stream_until=now + LENGTH,
            stream_open_at=None,
        )
        held = Account.objects.filter(pk__in=ids, stream_holder=holder)
        return list(held.values_list("pk", flat=True))


def renew(holder: str, ids: Collection[int]) -> None:
    with short_write():
        mine = Account.objects.at_work().filter(pk__in=ids, stream_holder=holder)
        mine.update(stream_until=timezone.now() + LENGTH)


def still(holder: str, ids: Collection[int]) -> set[int]:
    """Those of `ids` that are held by `holder` and whose network is asked at all."""
    mine = Account.objects.at_work().filter(pk__in=ids, stream_holder=holder)
    return set(mine.values_list("pk", flat=True))


def opened(holder: str, account_id: int) -> None:
    """News of the account come by themselves from now on."""
    _set_open(holder, account_id, timezone.now())


def closed(holder: str, account_id: int) -> None:
    _set_open(holder, account_id, None)


def _set_open(holder: str, account_id: int, moment: datetime | None) -> None:
    with short_write():
        mine = Account.objects.filter(pk=account_id, stream_holder=holder)
        owners = list(mine.values_list("owner", flat=True))
        mine.update(stream_open_at=moment)
        for owner in owners:
            events.append(owner, "account.changed")


def release(holder: str, ids: Collection[int]) -> None:
    """Others may take them at once."""
    with short_write():
        mine = Account.objects.filter(pk__in=ids, stream_holder=holder)
        mine.update(stream_holder="", stream_until=None, stream_open_at=None)


def held(holder: str, account_id: int, *, only: Collection[str] = ()) -> Account:
    """The account, inside a write transaction; StreamLost when it is not ours now.

    `only` names the fields that are needed, where not all are.
    """
    mine = Account.objects.at_work().select_for_update(no_key=True)
    try:
        return mine.only(*only).get(pk=account_id, stream_holder=holder)
    except Account.DoesNotExist:
        raise StreamLost from None

"""The one place where a link is made, renewed and removed.

Every way in ends in `complete`: the approval page of a host, a pasted token, the
command. Network calls come first, then one short transaction, so that nothing is ever
half linked.
"""

import logging
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import F
from django.utils import timezone

from accounts.clients import CLIENTS, client_for, client_with, outgoing
from accounts.models import COLOURS, Account, PendingLink
from inboxhub.lib import doorbell
from inboxhub.lib.database import short_write
from inboxhub.lib.fields import CannotOpen
from inboxhub.lib.logs import remember_secrets
from inboxhub.networks.base import Client, HostFacts, Identity
from inboxhub.networks.capabilities import Capabilities
from inboxhub.networks.errors import PermanentError, ProviderError, TemporaryError

logger = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=1)
LONGEST_ID = 255
LONGEST_HANDLE = 512
PATIENCE = 12.0  # seconds

Answer = TypeVar("Answer")


class LinkRefused(Exception):
    """Nothing was linked. `code` says why; `wanted` and `got` are handles or domains.

    Codes: `unknown-network`, `not-offered`, `moved`, `not-set-up`, `other-place`,
    `not-yours`, `used`, `too-late`, `unclear`, `denied`, `turned-back`, `app-unknown`,
    `scope-refused`, `other-account`, `other-domain`, `being-erased`.
    """

    def __init__(self, code: str, *, wanted: str = "", got: str = "") -> None:
        super().__init__(f"link refused: {code}")
        self.code = code
        self.wanted = wanted
        self.got = got


@dataclass(frozen=True, slots=True)
class Linked:
    """What came of it: the account's row, and whether it existed before."""

    account: Account
    renewed: bool


def start(
    user: User,
    provider: str,
    host: str,
    facts: HostFacts,
    *,
    account: Account | None = None,
    details: Mapping[str, str] | None = None,
) -> PendingLink:
    """Begin a link, or the renewal of `account`. Everybody's old tries are swept away.

    `details` are what the network's way has prepared for this approval.
    """
    long_ago = timezone.now() - KEPT_FOR
    purpose = PendingLink.Purpose.RENEW if account else PendingLink.Purpose.LINK
    with short_write():
        PendingLink.objects.filter(created_at__lt=long_ago).delete()
        return PendingLink.objects.create(
            user=user,
            account=account,
            provider=provider,
            host=host,
            purpose=purpose,
            state=secrets.token_urlsafe(32),
            details=dict(details or {}),
            host_facts=asdict(facts),
        )


def claim(
    user: User,
    provider: str,
    pending_id: UUID,
    state: str,
    *,
    host: str | None = None,
) -> PendingLink:
    """Take the pending link for this try, which only one caller can; LinkRefused.

    One conditional UPDATE decides, so of parallel callbacks one wins. What belongs to
    somebody else, or to another host than the one that is said to answer, is refused in
    the same words as what never existed.
    """
    now = timezone.now()
    mine = PendingLink.objects.filter(
        pk=pending_id,
        user=user,
        provider=provider,
        state=state,
    )
    if host is not None:
        mine = mine.filter(host=host)
    if not mine.open_at(now).update(claimed_at=now):
        pending = mine.first()
        if pending is None:
            raise LinkRefused("not-yours")
        raise LinkRefused("used" if pending.claimed_at else "too-late")
    return mine.select_related("account").get()


@contextmanager
def claimed(
    user: User,
    provider: str,
    pending_id: UUID,
    state: str,
) -> Iterator[PendingLink]:
    """The claimed link; a try that ends in a refusal gives it back for the next try.

    Only for steps that leave the host's approval unspent.
    """
    pending = claim(user, provider, pending_id, state)
    try:
        yield pending
    except (LinkRefused, ProviderError):
        ours = PendingLink.objects.filter(pk=pending.pk, claimed_at=pending.claimed_at)
        ours.update(claimed_at=None)
        raise


def complete(
    user: User,
    provider: str,
    host: str,
    credentials: Mapping[str, str],
    *,
    pending: PendingLink | None = None,
) -> Linked:
    """Verify the credentials with the host, then link the account or renew its link.

    The same remote account of the same user stays one row with all that it holds.
    Raises the ProviderError family (from the host) or LinkRefused, and then nothing
    has changed here.
    """
    fresh = _Fresh(provider, credentials)
    client = fresh.client(host)
    identity = _patiently(client.whoami)
    _check(identity, host, pending)
    client = fresh.client(host, remote_id=identity.remote_id)
    capabilities = _patiently(client.capabilities)
    credentials = fresh.credentials
    with short_write():
        # Held, so that an erasing that begins at this moment is not overlooked.
        held = Account.objects.select_for_update(no_key=True)
        account, created = held.get_or_create(
            owner=user,
            provider=provider,
            host=host,
            remote_id=identity.remote_id,
            defaults={
                "handle": identity.handle[:LONGEST_HANDLE],
                "colour": _free_colour(user),
                "credentials": dict(credentials),
            },
        )
        _renew(account, credentials, identity, capabilities)
        doorbell.ring(account.pk)
    logger.info(
        "account linked id=%s provider=%s new=%s", account.pk, provider, created
    )
    return Linked(account, renewed=not created)


def forget(account: Account) -> Client | None:
    """Erase the credentials here and take the account from whoever works on it.

    Returns who may still give them back to the host by `revoke`, once this is
    committed; None when they are needed on: a network may give one token to several
    links of a person.
    """
    with short_write():
        # All of them, so that of two that end at once one sees the other.
        links = Account.objects.select_for_update(no_key=True).of_same_remote(account)
        holder = _last_holder(account, list(links))
        account.credentials = {}
        account.status = Account.Status.UNLINKED
        account.status_since = timezone.now()
        account.next_pull_at = None
        account.save(
            update_fields=["credentials", "status", "status_since", "next_pull_at"],
        )
        _take_from_workers(account)
        PendingLink.objects.filter(account=account).delete()
    return holder


def revoke(holder: Client | None) -> bool | None:
    """Whether the host has taken our token back; where not, only the person can.

    None when there was nothing to take back, or somebody else still needs it. A network
    call, so never inside a transaction. Nothing that goes wrong is raised.
    """
    if holder is None:
        return None
    try:
        return holder.revoke()
    except ProviderError as error:
        logger.info("token not revoked provider=%s: %s", holder.provider, error)
        return False


def _last_holder(account: Account, links: list[Account]) -> Client | None:
    """A client for the token that is about to go, if no other link has the same one."""
    mine = next((link for link in links if link.pk == account.pk), account)
    try:
        token = mine.credentials.get("token")
        others = {link.credentials.get("token") for link in links if link != mine}
    except CannotOpen:
        return None
    return client_for(mine) if token and token not in others else None


class _Fresh:
    """Credentials on their way into a row; those that have ended are renewed once."""

    def __init__(self, provider: str, credentials: Mapping[str, str]) -> None:
        self.provider = provider
        self.credentials = credentials
        remember_secrets(credentials)

    def client(self, host: str, *, remote_id: str = "") -> Client:
        renews = CLIENTS[self.provider].refresh is not None
        return client_with(
            self.provider,
            host,
            self.credentials,
            remote_id=remote_id,
            renew=self._renew if renews else None,
        )

    def _renew(self, ended: Mapping[str, str]) -> Mapping[str, str]:
        refresh = CLIENTS[self.provider].refresh
        if refresh and ended.get("token") == self.credentials.get("token"):
            self.credentials = refresh(outgoing(), self.credentials)
            remember_secrets(self.credentials)
        return self.credentials


def _patiently(ask: Callable[[], Answer]) -> Answer:
    """The answer, after a wait where our own budget for a busy host asks for one.

    A fetched token cannot be fetched again, so a moment's wait is better than a refusal.
    """
    ends_at = time.monotonic() + PATIENCE
    while True:
        try:
            return ask()
        except TemporaryError as error:
            wait = error.retry_after or 0.1
            if error.sent or time.monotonic() + wait > ends_at:
                raise
        threading.Event().wait(wait)


def _check(identity: Identity, host: str, pending: PendingLink | None) -> None:
    """Refuse an identity that is not the one that the person set out to link."""
    if not 0 < len(identity.remote_id) <= LONGEST_ID:
        raise PermanentError("the host's answer names no usable account id")
    _name, at, home = identity.handle[1:].rpartition("@")
    if at and identity.domain and home not in (identity.domain, host):
        # A host speaks for its own people only.
        raise LinkRefused("other-domain", wanted=identity.domain, got=home)
    if pending is None:
        return
    account = pending.account
    if account:
        if account.remote_id == identity.remote_id:
            return
        raise LinkRefused("other-account", wanted=account.handle, got=identity.handle)
    shown = str(pending.host_facts.get("domain", ""))
    if shown and identity.domain and shown != identity.domain:
        raise LinkRefused("other-domain", wanted=shown, got=identity.domain)


def _renew(
    account: Account,
    credentials: Mapping[str, str],
    identity: Identity,
    capabilities: Capabilities,
) -> None:
    """Write what the host just said; work goes on where it stood."""
    if account.status == Account.Status.ERASING:
        raise LinkRefused("being-erased")
    now = timezone.now()
    changed = {
        "credentials": dict(credentials),
        "handle": identity.handle[:LONGEST_HANDLE],
        "display_name": identity.name,
        "avatar_url": identity.avatar_url,
        "url": identity.url,
        "capabilities": capabilities.as_json(),
        "capabilities_at": now,
        "status": Account.Status.ACTIVE,
        "status_since": now,
        "next_pull_at": now,
        "error_count": 0,
        "last_error": "",
    }
    for name, value in changed.items():
        setattr(account, name, value)
    account.save(update_fields=list(changed))
    _take_from_workers(account)


def _take_from_workers(account: Account) -> None:
    """A turn that still runs with the old credentials fails on the fence.

    Otherwise its refusal could arrive late and put "sign in again" on a fresh link.
    """
    Account.objects.filter(pk=account.pk).update(
        lease_holder="",
        lease_until=None,
        lease_fence=F("lease_fence") + 1,
    )


def _free_colour(user: User) -> int:
    """The colour that the fewest of the user's accounts have."""
    used = Counter(Account.objects.of(user).values_list("colour", flat=True))
    return min(range(1, COLOURS + 1), key=lambda colour: (used[colour], colour))

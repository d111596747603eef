"""Our app on each host with Mastodon's API: registered once, and again when forgotten."""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import TypedDict

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from accounts.clients import outgoing
from accounts.models import HostApp, PendingLink, Provider
from inboxhub.lib.database import short_write
from inboxhub.lib.fields import CannotOpen
from inboxhub.networks import mastodon
from inboxhub.networks.errors import TemporaryError
from inboxhub.networks.mastodon import App

APPLICATION = "InboxHub"
# Hosts before 4.3 forget apps that nobody uses.
BELIEVED = timedelta(days=1)
PATIENCE = 10.0  # seconds for somebody else's registration
LOOK_AGAIN = 0.1
CLAIM = 30  # seconds after which a killed process no longer registers


class Key(TypedDict):
    """Which app of ours is meant."""

    provider: str
    host: str
    redirect_uri: str


def redirect_uri(host: str) -> str:
    """Where this host alone sends the browser: whose answer it is, the address says.

    With one address for all, a hostile host could send a person on to the page of an
    honest one and be given what that one answered (RFC 9700, 4.4.2.2).
    """
    path = reverse("mastodon_callback", kwargs={"host": host})
    return f"{settings.INBOXHUB_URL}{path}"


def ready(host: str, software: str) -> App:
    """Our app on the host, registered now if need be. Raises the ProviderError family.

    Of several at once one registers and the others take its app; of several processes
    that share no cache, the first one whose answer arrives.
    """
    back = redirect_uri(host)
    key = Key(provider=Provider.MASTODON, host=host, redirect_uri=back)
    with _alone(host), _alone_among_processes(host):
        known = HostApp.objects.filter(**key).first()
        if known and _client(known) and _still_known(known):
            return _app(known)
        app = mastodon.register(
            outgoing(),
            host,
            name=APPLICATION,
            website=_website(),
            redirect_uri=back,
            software=software,
            plain=known.plain if known else False,
        )
        return _app(_store(key, app))


def app_in(details: Mapping[str, str]) -> App:
    """The app that an approval was asked with, as its pending link keeps it."""
    return App(
        details.get("client_id", ""),
        details.get("client_secret", ""),
        details.get("redirect_uri", ""),
        tuple(details.get("scope", "").split()),
    )


def mend(pending: PendingLink, code: str, *, told_by_host: bool) -> bool:
    """Whether a new try with a new app may cure the trouble; the old one is forgotten.

    The app is everybody's, but a callback says what its visitor likes: unless the host
    itself told it to us, the host is asked, and where it does not confirm it, nothing
    changes.
    """
    app, http = app_in(pending.details), outgoing()
    match code:
        case mastodon.APP_UNKNOWN:
            if not told_by_host and mastodon.knows(http, pending.host, app):
                return False
            forget(pending.host, app)
        case mastodon.SCOPE_REFUSED if app.scopes != mastodon.PLAIN:
            if not told_by_host and mastodon.takes(http, pending.host, app):
                return False
            forget(pending.host, app, plain=True)
        case _:
            return False
    return True


def forget(host: str, app: App, *, plain: bool = False) -> None:
    """The host does not take this app any more; `plain`: for the scopes that it asks."""
    with short_write():
        rows = HostApp.objects.select_for_update(no_key=True)
        row = rows.filter(
            provider=Provider.MASTODON,
            host=host,
            redirect_uri=app.redirect_uri,
        ).first()
        # Somebody may have registered anew meanwhile.
        if row and _client(row).get("client_id") == app.client_id:
            row.client, row.plain = {}, row.plain or plain
            row.save(update_fields=["client", "plain"])


def _still_known(row: HostApp) -> bool:
    """An app that was not used for a day is asked about: the host would only show an

    error page to the person, of which nobody here learns.
    """
    if row.checked_at > timezone.now() - BELIEVED:
        return True
    if not mastodon.knows(outgoing(), row.host, _app(row)):
        forget(row.host, _app(row))
        return False
    HostApp.objects.filter(pk=row.pk).update(checked_at=timezone.now())
    return True


def _store(key: Key, app: App) -> HostApp:
    """The app's row; another process may have been faster, then it is that one's."""
    client = {"client_id": app.client_id, "client_secret": app.client_secret}
    plain = app.scopes == mastodon.PLAIN
    with short_write():
        rows = HostApp.objects.select_for_update(no_key=True)
        row, created = rows.get_or_create(
            **key,
            defaults={"client": client, "plain": plain},
        )
        if not created and not _client(row):
            row.client, row.plain, row.checked_at = client, plain, timezone.now()
            row.save(update_fields=["client", "plain", "checked_at"])
    return row


def _client(row: HostApp) -> Mapping[str, str]:
    """Empty as well when the key that sealed it is lost: then we register anew."""
    try:
        return row.client
    except CannotOpen:
        return {}


def _app(row: HostApp) -> App:
    return App(
        row.client["client_id"],
        row.client["client_secret"],
        row.redirect_uri,
        mastodon.PLAIN if row.plain else mastodon.SCOPES,
    )


def _website() -> str:
    """Hosts show it beside our name, and some take public addresses only."""
    url: str = settings.INBOXHUB_URL
    return url if url.startswith("https://") else ""


_waiting: Counter[str] = Counter()
_locks: dict[str, threading.Lock] = {}
_guard = threading.Lock()


@contextmanager
def _alone(host: str) -> Iterator[None]:
    """One at a time for a host, within this process."""
    with _guard:
        lock = _locks.setdefault(host, threading.Lock())
        _waiting[host] += 1
    try:
        if not lock.acquire(timeout=PATIENCE):
            raise TemporaryError(f"{host} is slow to answer", code="busy", sent=False)
        try:
            yield
        finally:
            lock.release()
    finally:
        with _guard:
            _waiting[host] -= 1
            if not _waiting[host]:
                del _waiting[host], _locks[host]


@contextmanager
def _alone_among_processes(host: str) -> Iterator[None]:
    """One at a time for a host in all processes of the site, which share the cache."""
    key, ends_at = f"registering:{host}", time.monotonic() + PATIENCE
    while not cache.add(key, "", CLAIM):
        if time.monotonic() > ends_at:
            raise TemporaryError(f"{host} is slow to answer", code="busy", sent=False)
        threading.Event().wait(LOOK_AGAIN)
    try:
        yield
    finally:
        cache.delete(key)

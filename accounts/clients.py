"""From an account's row to a client that speaks for it: the one table of networks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from accounts import renewal
from accounts.models import Account
from accounts.providers.mixi import app as mixi_app
from accounts.renewal import Refresh
from inboxhub.lib.http import Http
from inboxhub.networks import mastodon, misskey, mixi
from inboxhub.networks.base import Client, Renew


@dataclass(frozen=True, slots=True)
class Speaker:
    """How a network is spoken with.

    `told` is what the operator's settings say to its client, beside the credentials.
    `refresh` gets new credentials for ended ones; None where they do not end.
    """

    client: type[Client]
    told: Callable[[], Mapping[str, str]] = dict
    refresh: Refresh | None = None


CLIENTS: dict[str, Speaker] = {
    "misskey": Speaker(misskey.Client),
    "mastodon": Speaker(mastodon.Client, refresh=mastodon.refresh),
    "mixi": Speaker(mixi.Client, told=mixi_app.told, refresh=mixi_app.refresh),
}
# The first one whose hosts show something to those without an account.
VISITED = next(name for name, speaker in CLIENTS.items() if speaker.client.visitors)


@cache
def outgoing() -> Http:
    """The process's one `Http`, with the private hosts that the operator allows."""
    return Http(
        private_hosts=tuple(settings.INBOXHUB_PRIVATE_HOSTS),
        ca_file=settings.INBOXHUB_CA_FILE,
        ping_every=settings.INBOXHUB_STREAM_PING,
    )


def client_for(account: Account) -> Client:
    """A client with the account's credentials and what was learnt of its host.

    Where credentials end, it renews them in the account's row, once for all who work
    for the account at that moment.
    """
    refresh = CLIENTS[account.provider].refresh
    return client_with(
        account.provider,
        account.host,
        account.credentials,
        remote_id=account.remote_id,
        facts=account.able.facts,
        renew=renewal.of(account.pk, refresh, outgoing()) if refresh else None,
    )


def client_with(
    provider: str,
    host: str,
    credentials: Mapping[str, str],
    *,
    remote_id: str = "",
    facts: Mapping[str, object] | None = None,
    renew: Renew | None = None,
) -> Client:
    """A client for credentials that need not be an account's yet."""
    speaker = CLIENTS[provider]
    told = speaker.told()
    client = speaker.client(
        outgoing(),
        host,
        {**credentials, **told},
        remote_id=remote_id,
        facts=facts,
    )
    if renew is not None:
        client.renew = lambda ended: {**renew(ended), **told}
    return client

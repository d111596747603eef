"""From an account's row to a client that speaks for it: the one table of networks."""

from functools import cache

from django.conf import settings

from accounts.models import Account
from inboxhub.lib.http import Http
from inboxhub.networks import misskey
from inboxhub.networks.base import Client

CLIENTS: dict[str, type[Client]] = {
    "misskey": misskey.Client,
}


@cache
def outgoing() -> Http:
    """The process's one `Http`, with the private hosts that the operator allows."""
    return Http(
        private_hosts=tuple(settings.INBOXHUB_PRIVATE_HOSTS),
        ca_file=settings.INBOXHUB_CA_FILE,
    )


def client_for(account: Account) -> Client:
    """A client with the account's credentials and what was learnt of its host."""
    return CLIENTS[account.provider](
        outgoing(),
        account.host,
        account.credentials,
        remote_id=account.remote_id,
        facts=account.able.facts,
    )

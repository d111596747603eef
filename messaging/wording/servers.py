"""What pages call the place where an account lives."""

from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.providers.table import PROVIDERS, spoken
from messaging.models import Box


def server_name(account: Account) -> str:
    """The host, as sentences name it; the network's own name where it is one place."""
    return spoken(account.provider, account.host)


def domain_name(account: Account) -> str:
    """What handles of the server end in; the network's name where it is one place."""
    way = PROVIDERS[account.provider]
    return way.name if way.place() else account.domain


def nobody(account: Account, box: str) -> str:
    """Who stands where no author is known: somebody, or the server that tells it."""
    if box == Box.MESSAGES:
        return _("Someone on %(network)s") % {"network": account.get_provider_display()}
    return domain_name(account)

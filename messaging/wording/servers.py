"""What pages call the place where an account lives."""

from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.providers.table import PROVIDERS
from messaging.models import Box


def server_name(account: Account) -> str:
    """What handles of the server end in; the network's name where it is one place.

    Not the host that is asked, which may be called otherwise: a person knows the
    server by what stands behind their own name.
    """
    way = PROVIDERS[account.provider]
    return way.name if way.place() else account.domain


def nobody(account: Account, box: str) -> str:
    """Who stands where no author is known: somebody, or the server that tells it."""
    if box == Box.MESSAGES:
        return _("Someone on %(network)s") % {"network": account.get_provider_display()}
    return server_name(account)

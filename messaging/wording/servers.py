"""What pages call the place where an account lives."""

from django.utils.translation import gettext as _

from accounts.models import Account, Provider
from messaging.models import Box

ONE_SERVER = frozenset({Provider.MIXI.value})
"""Networks of one server only, whose address says nothing to anybody."""


def server_name(account: Account) -> str:
    """The host, as sentences name it; the network's own name where it has one server."""
    if account.provider in ONE_SERVER:
        return str(account.get_provider_display())
    return account.host


def domain_name(account: Account) -> str:
    """What handles of the server end in; the network's name where it has one server."""
    if account.provider in ONE_SERVER:
        return str(account.get_provider_display())
    return account.domain


def nobody(account: Account, box: str) -> str:
    """Who stands where no author is known: somebody, or the server that tells it."""
    if box == Box.MESSAGES:
        return _("Someone on %(network)s") % {"network": account.get_provider_display()}
    return domain_name(account)

"""Who has a page open: their accounts are looked at more often.

Kept in the cache only: forgetting it costs a slower look, never a message.
"""

from django.core.cache import cache

from accounts.models import Account
from inboxhub.lib import doorbell

LASTS = 120


def watch(owner_id: int) -> None:
    """A page was shown to the user; the first one after a while wakes their accounts."""
    if cache.add(_key(owner_id), True, LASTS):
        accounts = Account.objects.at_work().filter(owner=owner_id)
        for account_id in accounts.values_list("pk", flat=True):
            doorbell.ring(account_id)
    else:
        cache.touch(_key(owner_id), LASTS)


def watched(owner_id: int) -> bool:
    """Whether the user had a page open in the last two minutes."""
    return bool(cache.get(_key(owner_id)))


def _key(owner_id: int) -> str:
    return f"watched:{owner_id}"

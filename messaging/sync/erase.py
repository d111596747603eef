"""Erasing an account that was unlinked so: in batches, restartable, the row last."""

from accounts.models import Account
from inboxhub.lib.database import short_write
from messaging import events, operations
from messaging.sync.lease import Lease

ROWS = 500


def erase_some(account: Account, lease: Lease) -> float | None:
    """Delete one batch; 0.0 while there is more, None when nothing is left."""
    for rows in (account.messages, account.conversations, account.authors):
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:ROWS])
        if ids:
            with short_write():
                lease.renew()
                rows.filter(pk__in=ids).delete()
            return 0.0
    with short_write():
        lease.renew()
        operations.give_up(account, "unlinked", for_good=True)
        owner_id = account.owner_id
        account.delete()
        events.append(owner_id, "account.erased")
    return None

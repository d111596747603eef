"""What became of a change: final answers of a host are outcomes, others are errors."""

from collections.abc import Callable

from inboxhub.networks.base import Outcome
from inboxhub.networks.errors import NotFound, NotSupported, PermanentError

DONE, GONE = Outcome("done"), Outcome("gone")
NOT_YOURS = Outcome("failed", "not-yours")


def tried(call: Callable[[], Outcome | None]) -> Outcome:
    """What `call` says, or done; gone for NotFound, failed for other refusals.

    What may work later is raised to the caller, and so is NotSupported: then nothing of
    the kind works on this host.
    """
    try:
        return call() or DONE
    except NotFound:
        return GONE
    except NotSupported:
        raise
    except PermanentError as error:
        return Outcome("failed", error.stored)

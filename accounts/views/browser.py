"""What binds a pending link to the browser that began it: a secret in its session."""

from uuid import UUID

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from accounts.linking import LinkRefused
from accounts.models import PendingLink

KEY = "links"
MOST = 10


def remember(request: HttpRequest, pending: PendingLink) -> None:
    """Keep the link's secret in the session, beside those of the last few tries."""
    known = {**_known(request), str(pending.pk): pending.state}
    request.session[KEY] = dict(list(known.items())[-MOST:])


def state_of(request: HttpRequest, pending_id: UUID) -> str:
    """The secret of a link that this browser began; LinkRefused for any other."""
    state = _known(request).get(str(pending_id), "")
    if not state:
        raise LinkRefused("not-yours")
    return state


def check(request: HttpRequest, pending_id: UUID, state: str) -> None:
    """LinkRefused unless this browser began the link and `state` is its secret."""
    if not constant_time_compare(state_of(request, pending_id), state):
        raise LinkRefused("not-yours")


def _known(request: HttpRequest) -> dict[str, str]:
    known = request.session.get(KEY)
    return known if isinstance(known, dict) else {}

"""What binds a pending link to the browser that began it: a secret in its session."""

from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from accounts.linking import LinkRefused
from accounts.models import PendingLink

KEY = "links"
MOST = 10


def remember(request: HttpRequest, pending: PendingLink) -> None:
    """Keep the link's secret in the session, beside those of the last few tries.

    Another tab may have begun a link while this one searched for its host; the session
    is read again so that neither secret is lost.
    """
    session = request.session
    now = type(session)(session.session_key)
    known = {**_known(now), str(pending.pk): pending.state}
    session[KEY] = dict(list(known.items())[-MOST:])


def state_of(request: HttpRequest, pending_id: UUID) -> str:
    """The secret of a link that this browser began; empty, so no link's, otherwise."""
    return _known(request.session).get(str(pending_id), "")


def link_of(request: HttpRequest, state: str) -> UUID:
    """Which link this browser began with that secret; LinkRefused for none."""
    for pending_id, secret in _known(request.session).items():
        if constant_time_compare(secret, state):
            return UUID(pending_id)
    raise LinkRefused("not-yours")


def check(request: HttpRequest, pending_id: UUID, state: str) -> None:
    """LinkRefused unless this browser began the link and `state` is its secret."""
    if not constant_time_compare(state_of(request, pending_id), state):
        raise LinkRefused("not-yours")


def _known(session: SessionBase) -> dict[str, str]:
    known = session.get(KEY)
    return known if isinstance(known, dict) else {}

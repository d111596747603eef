"""Yes or no to requests, and clearing all notices at once."""

from collections.abc import Sequence

from inboxhub.networks.base import Outcome, Target
from inboxhub.networks.errors import NotSupported
from inboxhub.networks.misskey.session import Session
from inboxhub.networks.outcomes import tried

# Source → the calls for yes and no, and the parameter that says what about.
CALLS = {
    "follow_request": (
        "following/requests/accept",
        "following/requests/reject",
        "userId",
    ),
    "invitation": ("chat/rooms/join", "chat/rooms/invitations/ignore", "roomId"),
}
NO_REQUEST = Outcome("failed", "no-request")


def accept(session: Session, targets: Sequence[Target]) -> list[Outcome]:
    """One outcome per target, in order; gone where it was answered before."""
    return [_answer(session, target, yes=True) for target in targets]


def reject(session: Session, targets: Sequence[Target]) -> list[Outcome]:
    """As `accept`. Who wrote an invitation to a room hears nothing of it."""
    return [_answer(session, target, yes=False) for target in targets]


def clear_notices(session: Session) -> None:
    """Misskey API: `notifications/flush`, from 2024.3 on."""
    if not session.facts.flush:
        raise NotSupported("the server cannot clear its notices", code="not-offered")
    session.change("notifications/flush", {})


def _answer(session: Session, target: Target, *, yes: bool) -> Outcome:
    if target.source not in CALLS:
        return NO_REQUEST
    to_accept, to_reject, name = CALLS[target.source]
    endpoint = to_accept if yes else to_reject
    return tried(lambda: session.change(endpoint, {name: target.remote_id}))

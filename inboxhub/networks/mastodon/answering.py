"""Favourites, answers to requests, and the end of all notices."""

from collections.abc import Sequence

from inboxhub.networks.base import Outcome, Target
from inboxhub.networks.errors import NotFound, NotSupported
from inboxhub.networks.mastodon.pull import FILTERED_PEOPLE, FOLLOW_REQUESTS
from inboxhub.networks.mastodon.session import Session
from inboxhub.networks.mastodon.statuses import DIRECT, FAVOURITE, STATUS
from inboxhub.networks.outcomes import tried

NOT_OFFERED = Outcome("failed", "not-offered")
STATUSES = "/api/v1/statuses"


def react(session: Session, target: Target, reaction: str) -> Outcome:
    """Mastodon API: `POST /api/v1/statuses/:id/favourite`, the only reaction there is."""
    return _favour(session, target, reaction, "favourite")


def unreact(session: Session, target: Target, reaction: str) -> Outcome:
    return _favour(session, target, reaction, "unfavourite")


def accept(session: Session, targets: Sequence[Target]) -> list[Outcome]:
    """Mastodon API: `follow_requests/:id/authorize`, `notifications/requests/:id/accept`.

    What was answered already is gone.
    """
    return [_answer(session, t, "authorize", "accept") for t in targets]


def reject(session: Session, targets: Sequence[Target]) -> list[Outcome]:
    """Mastodon API: `follow_requests/:id/reject`, `notifications/requests/:id/dismiss`."""
    return [_answer(session, t, "reject", "dismiss") for t in targets]


def clear_notices(session: Session) -> None:
    """Mastodon API: `POST /api/v1/notifications/clear`."""
    try:
        session.change("POST", "/api/v1/notifications/clear")
    except NotFound:
        text = f"{session.line.host} does not clear notices"
        raise NotSupported(text, code="not-offered") from None


def _favour(session: Session, target: Target, reaction: str, verb: str) -> Outcome:
    if target.source not in {DIRECT, STATUS} or reaction not in {"", FAVOURITE}:
        return NOT_OFFERED

    def call() -> None:
        session.change("POST", f"{STATUSES}/{target.remote_id}/{verb}")

    return tried(call)


def _answer(session: Session, target: Target, follow: str, filtered: str) -> Outcome:
    match target.source:
        case "follow_request":
            where = f"{FOLLOW_REQUESTS}/{target.remote_id}/{follow}"
        case "notification_request":
            where = f"{FILTERED_PEOPLE}/{target.remote_id}/{filtered}"
        case _:
            return NOT_OFFERED

    def call() -> None:
        session.change("POST", where)

    return tried(call)

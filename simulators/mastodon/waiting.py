"""Strangers whose words wait for a decision."""

from simulators.mastodon.records import Notification, Request
from simulators.mastodon.state import State


def request_from(state: State, user_id: str, from_id: str) -> Request | None:
    """Return the waiting request of one person to another."""
    for request in state.requests.values():
        if (request.user_id, request.from_id) == (user_id, from_id):
            return request
    return None


def filtered_from(state: State, user_id: str, from_id: str) -> list[Notification]:
    """Return what waits of one person, oldest first."""
    return [
        row
        for row in state.notifications[user_id]
        if row.filtered and row.from_id == from_id
    ]

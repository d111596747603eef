"""Follows and follow requests."""

from simulators.misskey import people
from simulators.misskey.calls import Call, Endpoint
from simulators.misskey.errors import refusal
from simulators.misskey.pack import users
from simulators.misskey.params import ID, PAGING
from simulators.misskey.records import User

Json = dict[str, object]


def requests(call: Call) -> list[Json]:
    """Answer `following/requests/list`, newest first."""
    state, user = call.state, call.user
    rows = [
        (link.id, state.users[follower])
        for (follower, followee), link in state.follow_requests.items()
        if followee == user.id
    ]
    rows.sort(key=lambda row: row[0], reverse=True)
    return [
        {
            "id": row_id,
            "follower": users.lite(state, follower),
            "followee": users.lite(state, user),
        }
        for row_id, follower in rows[: call.params.integer("limit", 10)]
    ]


def accept(call: Call) -> None:
    """Answer `following/requests/accept`."""
    follower = _asking(call, "66ce1645-d66c-46bb-8b79-96739af885bd")
    if (follower.id, call.user.id) not in call.state.follow_requests:
        raise refusal("NO_FOLLOW_REQUEST", "bcde4f8b-0913-4614-8881-614e522fb041")
    people.accept(call.state, follower, call.user)


def reject(call: Call) -> None:
    """Answer `following/requests/reject`; nothing to reject is no error."""
    follower = _asking(call, "abc2ffa6-25b2-4380-ba99-321ff3a94555")
    call.state.follow_requests.pop((follower.id, call.user.id), None)


def cancel(call: Call) -> None:
    """Answer `following/requests/cancel`: take one's own request back."""
    asked = _asking(call, "4e68c551-fc4c-4e46-bb41-7d4a37bf9dab")
    if call.state.follow_requests.pop((call.user.id, asked.id), None) is None:
        raise refusal(
            "FOLLOW_REQUEST_NOT_FOUND",
            "089b125b-d338-482a-9a09-e2622ac9f8d4",
            message="Follow request not found.",
        )


def _asking(call: Call, error_id: str) -> User:
    user = call.state.users.get(call.params.text("userId"))
    if user is None:
        raise refusal("NO_SUCH_USER", error_id)
    return user


_ONE = {"userId": ID}
ENDPOINTS = {
    "following/requests/list": Endpoint(requests, PAGING, kind="read:following"),
    "following/requests/accept": Endpoint(
        accept, _ONE, ("userId",), kind="write:following"
    ),
    "following/requests/cancel": Endpoint(
        cancel, _ONE, ("userId",), kind="write:following"
    ),
    "following/requests/reject": Endpoint(
        reject, _ONE, ("userId",), kind="write:following"
    ),
}

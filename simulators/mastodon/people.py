"""People, and what they are to each other."""

from simulators.mastodon.notifying import notify
from simulators.mastodon.records import Link, User
from simulators.mastodon.state import State


def settle(
    state: State,
    username: str,
    *,
    host: str | None = None,
    moment: int | None = None,
    **traits: object,
) -> User:
    """Make a user; `traits` are further fields of `User`."""
    created = state.now if moment is None else moment
    user = User(state.ids.account(created), created, username, host=host)
    for name, value in traits.items():
        setattr(user, name, value)
    return state.add_user(user)


def resolve(state: State, acct: str) -> User | None:
    """Return somebody by `name` or `name@host`; the other host is asked if need be."""
    try:
        return state.by_acct(acct)
    except KeyError:
        name = state.elsewhere.pop(acct.strip().lstrip("@").lower(), "")
    username, _, host = name.partition("@")
    return settle(state, username, host=host) if name else None


def follow(
    state: State, follower: User, followee: User, moment: int | None = None
) -> None:
    """Let one follow the other at once, and notify the followed."""
    _link(state, follower, followee, moment)
    notify(state, followee.id, "follow", follower.id, moment=moment)


def _link(state: State, follower: User, followee: User, moment: int | None) -> None:
    state.follow_requests.pop((follower.id, followee.id), None)
    created = state.now if moment is None else moment
    state.follows[follower.id, followee.id] = link(state, created)


def link(state: State, moment: int) -> Link:
    """Return the row of a new following."""
    return Link(state.ids.count("follow", moment), moment)


def request_follow(
    state: State, follower: User, followee: User, moment: int | None = None
) -> None:
    """Ask to follow, as one does with locked accounts."""
    created = state.now if moment is None else moment
    row_id = state.ids.count("follow_request", created)
    state.follow_requests[follower.id, followee.id] = Link(row_id, created)
    notify(state, followee.id, "follow_request", follower.id, moment=moment)


def accept(state: State, follower: User, followee: User) -> None:
    """Grant a follow request; the notification of it stays, and `follow` comes."""
    _link(state, follower, followee, None)
    notify(state, followee.id, "follow", follower.id)


def reject(state: State, follower: User, followee: User) -> None:
    """Refuse a follow request."""
    del state.follow_requests[follower.id, followee.id]

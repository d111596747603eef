"""People, what they are to each other, and the keys to their accounts."""

from simulators.misskey.notifying import notify
from simulators.misskey.profiles import CHAT
from simulators.misskey.records import Link, Token, User
from simulators.misskey.state import State
from simulators.misskey.streaming import emit


def settle(
    state: State,
    username: str,
    *,
    host: str | None = None,
    moment: int | None = None,
    **traits: object,
) -> User:
    """Make a user; `traits` are further fields of `User`."""
    row_id, created = state.stamp(moment)
    user = User(row_id, created, username, host=host)
    for name, value in traits.items():
        setattr(user, name, value)
    return state.add_user(user)


def follow(
    state: State, follower: User, followee: User, moment: int | None = None
) -> None:
    """Let one follow the other at once, and notify the followed."""
    link = Link(*state.stamp(moment))
    state.follow_requests.pop((follower.id, followee.id), None)
    state.follows[follower.id, followee.id] = link
    emit.followed(state, follower, followee)
    notify(state, followee.id, "follow", sender=follower, moment=moment)


def unfollow(state: State, follower: User, followee: User) -> None:
    """End a following; KeyError when there is none. The followed is not told."""
    del state.follows[follower.id, followee.id]
    emit.unfollowed(state, follower, followee)


def request_follow(
    state: State, follower: User, followee: User, moment: int | None = None
) -> None:
    """Ask to follow, as one does with locked accounts."""
    state.follow_requests[follower.id, followee.id] = Link(*state.stamp(moment))
    emit.asked_to_follow(state, follower, followee)
    notify(state, followee.id, "receiveFollowRequest", sender=follower, moment=moment)


def accept(state: State, follower: User, followee: User) -> None:
    """Grant a follow request; the asking person is told."""
    del state.follow_requests[follower.id, followee.id]
    state.follows[follower.id, followee.id] = Link(*state.stamp())
    emit.followed(state, follower, followee)
    extra: dict[str, object] = {"message": None} if state.profile.modern else {}
    notify(state, follower.id, "followRequestAccepted", sender=followee, extra=extra)


def make_token(
    state: State,
    user: User,
    *,
    name: str = "",
    permissions: frozenset[str] = frozenset(),
    native: bool = False,
) -> Token:
    """Make a key: 32 letters for an app, 16 for the native one that opens all."""
    word = state.letters(16 if native else 32)
    token = Token(word, state.now, user.id, name, permissions, native)
    state.tokens[word] = token
    if state.profile.create_token_notice and not native:
        notify(state, user.id, "createToken")
    return token


def describe(state: State, user: User, *, name: str = "", picture: str = "") -> None:
    """Change what a person is called and looks like."""
    user.name, user.picture = name or user.name, picture or user.picture
    user.updated = state.now
    emit.me_updated(state, user)


def regenerate(state: State, user: User) -> Token:
    """Replace the native token of a user; those of programs live on."""
    for row in list(state.tokens.values()):
        if row.user_id == user.id and row.native:
            del state.tokens[row.token]
    emit.token_regenerated(state, user)
    return make_token(state, user, native=True)


def may_chat(state: State, user: User, *, write: bool) -> bool:
    """Say whether the host's policy lets a user read or write chats."""
    if state.profile.chat != CHAT:
        return True
    allowed = {"available"} if write else {"available", "readonly"}
    return user.chat_availability in allowed

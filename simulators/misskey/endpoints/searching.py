"""Looking for people and for custom emoji."""

from collections.abc import Iterator

from simulators.misskey.calls import Call, Endpoint
from simulators.misskey.errors import no_row
from simulators.misskey.pack import users
from simulators.misskey.params import FLAG, LIMIT, TEXT, Rule
from simulators.misskey.records import User

Json = dict[str, object]


def by_handle(call: Call) -> list[Json]:
    """Answer `users/search-by-username-and-host`: beginnings, those followed first."""
    name = (call.params.maybe("username") or "").lower()
    host = (call.params.maybe("host") or "").lower()
    found = [
        user
        for user in _others(call)
        if user.username.lower().startswith(name) and _lives_at(call, user, host)
    ]
    if not name and not host:
        found = []
    me = call.viewer or ""
    found.sort(key=lambda user: not call.state.follows_whom(me, user.id))
    return _packed(call, found)


def _lives_at(call: Call, user: User, host: str) -> bool:
    if not host:
        return True
    if host in (".", call.state.uri.partition("://")[2]):
        return user.host is None
    return user.host is not None and user.host.startswith(host)


def by_name(call: Call) -> list[Json]:
    """Answer `users/search`: parts of names, and of handles that begin with `@`."""
    query = call.params.text("query").lower()
    handle = query.removeprefix("@")
    found = [
        user
        for user in _others(call)
        if handle in user.username.lower()
        or (query == handle and query in (user.name or "").lower())
    ]
    return _packed(call, found)


def _others(call: Call) -> Iterator[User]:
    for user in call.state.users.values():
        if user.id != call.viewer and not user.suspended:
            yield user


def _packed(call: Call, found: list[User]) -> list[Json]:
    state, limit = call.state, call.params.integer("limit", 10)
    if call.params.flag("detail", default=True):
        return [users.detailed(state, user, call.caller) for user in found[:limit]]
    return [users.lite(state, user) for user in found[:limit]]


def emoji(call: Call) -> Json:
    """Answer `emoji`: a custom emoji of this host."""
    name = call.params.text("name")
    if name not in call.state.emojis:
        raise no_row("MiEmoji")
    return {
        "id": name,
        "aliases": [],
        "name": name,
        "category": None,
        "host": None,
        "url": users.emoji_url(call.state, name, None),
        "license": None,
        "isSensitive": False,
        "localOnly": False,
        "roleIdsThatCanBeUsedThisEmojiAsReaction": [],
    }


_SEARCH = {"limit": LIMIT, "detail": FLAG}
ENDPOINTS = {
    "users/search-by-username-and-host": Endpoint(
        by_handle,
        {**_SEARCH, "username": Rule(nullable=True), "host": Rule(nullable=True)},
        credential=False,
    ),
    "users/search": Endpoint(
        by_name, {**_SEARCH, "query": TEXT}, ("query",), credential=False
    ),
    "emoji": Endpoint(emoji, {"name": TEXT}, ("name",), credential=False),
}

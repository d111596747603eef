"""Accounts: oneself, others, what one is to them."""

from simulators.mastodon import people
from simulators.mastodon.calls import ANYBODY, Call, Endpoint
from simulators.mastodon.errors import missing
from simulators.mastodon.pack import accounts
from simulators.mastodon.records import User

Json = dict[str, object]
SEARCHED, MOST_SEARCHED = 40, 80


def _verify(call: Call) -> Json:
    return accounts.credentials(call.state, call.user)


def _lookup(call: Call) -> Json:
    try:
        user = call.state.by_acct(call.params.text("acct"))
    except KeyError:
        raise missing("account") from None
    return accounts.account(call.state, user)


def _search(call: Call) -> list[Json]:
    """Answer with the named person first, then those whose names begin like that.

    With `resolve` the host asks the other host about people whom it does not know.
    """
    state, params = call.state, call.params
    wanted = params.text("q").strip().lstrip("@").lower()
    if params.flag("resolve") and "@" in wanted:
        people.resolve(state, wanted)
    if not wanted:
        return []
    name, _, host = wanted.partition("@")
    found = [
        user
        for user in state.users.values()
        if _begins(user, name) and (user.host or state.domain).startswith(host)
    ]
    found.sort(key=lambda user: (user.username.lower() != name, user.acct))
    most = min(max(params.number("limit", SEARCHED), 1), MOST_SEARCHED)
    begin = params.number("offset", 0)
    return [accounts.account(state, user) for user in found[begin : begin + most]]


def _begins(user: User, name: str) -> bool:
    return user.username.lower().startswith(name) or user.name.lower().startswith(name)


def named(call: Call) -> User:
    """Return the account that the path names."""
    user = call.state.users.get(call.id)
    if user is None:
        raise missing("account")
    return user


def _show(call: Call) -> Json:
    return accounts.account(call.state, named(call))


def _relationships(call: Call) -> list[Json]:
    users = call.state.users
    return [
        accounts.relationship(call.state, call.user, users[user_id])
        for user_id in call.params.texts("id")
        if user_id in users
    ]


ENDPOINTS = [
    Endpoint(
        "GET",
        "/api/v1/accounts/verify_credentials",
        _verify,
        scopes=("read:accounts", "profile"),
    ),
    Endpoint("GET", "/api/v1/accounts/lookup", _lookup, who=ANYBODY),
    Endpoint("GET", "/api/v1/accounts/search", _search, scopes=("read:accounts",)),
    Endpoint(
        "GET",
        "/api/v1/accounts/relationships",
        _relationships,
        scopes=("read:follows",),
    ),
    Endpoint("GET", "/api/v1/accounts/{id}", _show, who=ANYBODY),
]

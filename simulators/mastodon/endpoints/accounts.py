"""Accounts: oneself, others, what one is to them."""

from simulators.mastodon.calls import ANYBODY, Call, Endpoint
from simulators.mastodon.errors import missing
from simulators.mastodon.pack import accounts
from simulators.mastodon.records import User

Json = dict[str, object]


def _verify(call: Call) -> Json:
    return accounts.credentials(call.state, call.user)


def _lookup(call: Call) -> Json:
    try:
        user = call.state.by_acct(call.params.text("acct"))
    except KeyError:
        raise missing("account") from None
    return accounts.account(call.state, user)


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
    Endpoint(
        "GET",
        "/api/v1/accounts/relationships",
        _relationships,
        scopes=("read:follows",),
    ),
    Endpoint("GET", "/api/v1/accounts/{id}", _show, who=ANYBODY),
]

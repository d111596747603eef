"""Strangers whose words wait, the policy that made them wait, and follow requests."""

from simulators.mastodon import notifying, people
from simulators.mastodon.calls import Call, Endpoint
from simulators.mastodon.errors import invalid, missing
from simulators.mastodon.pack import accounts
from simulators.mastodon.pack.notices import request
from simulators.mastodon.paging import Listing, answer
from simulators.mastodon.records import ACCEPT, DROP, FILTER, Request, User

Json = dict[str, object]
PATH = "/api/v1/notifications/requests"
POLICY = "/api/v2/notifications/policy"
FOLLOWS = "/api/v1/follow_requests"
LISTING = Listing(default=40, most=80)
FOLLOW_LISTING = Listing(default=40, most=80, newer="since_id")


def _list(call: Call) -> object:
    state, me = call.state, call.user.id
    rows = [row for row in state.requests.values() if row.user_id == me]
    rows.sort(key=lambda row: state.order(row.id), reverse=True)
    return answer(
        call, LISTING, rows, lambda row: row.id, lambda row: request(state, row)
    )


def _find(call: Call, request_id: str) -> Request:
    row = call.state.requests.get(request_id)
    if row is None or row.user_id != call.user.id:
        raise missing("request")
    return row


def _show(call: Call) -> Json:
    return request(call.state, _find(call, call.id))


def _accept(call: Call) -> Json:
    notifying.accept_request(call.state, _find(call, call.id))
    return {}


def _dismiss(call: Call) -> Json:
    notifying.dismiss_request(call.state, _find(call, call.id))
    return {}


def _accept_many(call: Call) -> Json:
    for row in _named(call):
        notifying.accept_request(call.state, row)
    return {}


def _dismiss_many(call: Call) -> Json:
    for row in _named(call):
        notifying.dismiss_request(call.state, row)
    return {}


def _named(call: Call) -> list[Request]:
    """Return the caller's requests that `id[]` names; others are passed over."""
    known, me = call.state.requests, call.user.id
    rows = [known[row] for row in call.params.texts("id") if row in known]
    return [row for row in rows if row.user_id == me]


def _merged(call: Call) -> Json:
    return {"merged": call.state.waiting == 0}


def _policy(call: Call) -> Json:
    return accounts.policy(call.state, call.user)


def _set_policy(call: Call) -> Json:
    policy = call.user.policy
    for name in policy:
        wanted = call.params.text(name, policy[name])
        if wanted not in (ACCEPT, FILTER, DROP):
            raise invalid(f"{name} is not included in the list")
        policy[name] = wanted
    return _policy(call)


def _asking(call: Call) -> object:
    state, me = call.state, call.user.id
    pairs = [
        (who, link) for (who, to), link in state.follow_requests.items() if to == me
    ]
    pairs.sort(key=lambda pair: state.order(pair[1].id), reverse=True)
    return answer(
        call,
        FOLLOW_LISTING,
        pairs,
        lambda pair: pair[1].id,
        lambda pair: accounts.account(state, state.users[pair[0]]),
    )


def _asker(call: Call) -> User:
    if (call.id, call.user.id) not in call.state.follow_requests:
        raise missing("follow request")
    return call.state.users[call.id]


def _authorize(call: Call) -> Json:
    who = _asker(call)
    people.accept(call.state, who, call.user)
    return accounts.relationship(call.state, call.user, who)


def _reject(call: Call) -> Json:
    who = _asker(call)
    people.reject(call.state, who, call.user)
    return accounts.relationship(call.state, call.user, who)


READ, WRITE = ("read:notifications",), ("write:notifications",)
FOLLOW = ("write:follows", "follow")
NEEDS = "requests"
ENDPOINTS = [
    Endpoint("GET", PATH, _list, READ, needs=NEEDS),
    Endpoint("GET", f"{PATH}/merged", _merged, READ, needs=NEEDS),
    Endpoint("GET", f"{PATH}/{{id}}", _show, READ, needs=NEEDS),
    Endpoint("POST", f"{PATH}/accept", _accept_many, WRITE, needs=NEEDS),
    Endpoint("POST", f"{PATH}/dismiss", _dismiss_many, WRITE, needs=NEEDS),
    Endpoint("POST", f"{PATH}/{{id}}/accept", _accept, WRITE, needs=NEEDS),
    Endpoint("POST", f"{PATH}/{{id}}/dismiss", _dismiss, WRITE, needs=NEEDS),
    Endpoint("GET", POLICY, _policy, READ, needs=NEEDS),
    Endpoint("PATCH", POLICY, _set_policy, WRITE, needs=NEEDS),
    Endpoint("PUT", POLICY, _set_policy, WRITE, needs=NEEDS),
    Endpoint("GET", FOLLOWS, _asking, ("read:follows", "follow")),
    Endpoint("POST", f"{FOLLOWS}/{{id}}/authorize", _authorize, FOLLOW),
    Endpoint("POST", f"{FOLLOWS}/{{id}}/reject", _reject, FOLLOW),
]

"""What the host says of itself: nodeinfo, instance, OAuth metadata, emojis."""

import json

from simulators.mastodon.calls import ANYBODY, Answer, Call, Endpoint
from simulators.mastodon.errors import ApiError
from simulators.mastodon.pack.accounts import emojis
from simulators.mastodon.profiles import MASTODON
from simulators.mastodon.state import State

SCHEMA = "http://nodeinfo.diaspora.software/ns/schema"
DEPRECATED = {"Deprecation": "@1668384000"}
Json = dict[str, object]


def _links(call: Call) -> Json:
    origin = call.state.origin
    only = call.state.profile.software == MASTODON
    versions = ["2.0"] if only else ["2.0", "2.1"]
    return {
        "links": [
            {"rel": f"{SCHEMA}/{version}", "href": f"{origin}/nodeinfo/{version}"}
            for version in versions
        ]
    }


def _nodeinfo(call: Call) -> Answer:
    state, version = call.state, call.names["version"]
    if version not in ("2.0", "2.1"):
        raise ApiError("route")
    profile = state.profile
    local = [user for user in state.users.values() if user.host is None]
    body = {
        "version": version,
        "software": {"name": profile.software, "version": profile.version},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": False,
        "usage": {"users": {"total": len(local)}},
        "metadata": {},
    }
    kind = f'application/json; profile="{SCHEMA}/{version}#"'
    return Answer(body, headers={"Content-Type": kind})


def filled(state: State, template: object) -> Json:
    """Return a recorded answer with this host's own names in it."""
    host = state.origin.partition("://")[2]
    written = json.dumps(template)
    for name, value in {
        "{origin}": state.origin,
        "{host}": state.domain,
        "{streaming}": f"{'wss' if _always_wss(state) else 'ws'}://{host}",
    }.items():
        written = written.replace(name, json.dumps(value)[1:-1])
    answer = json.loads(written)
    answer["title"] = state.name
    return dict(answer)


def _always_wss(state: State) -> bool:
    return state.profile.software == "gotosocial"


def _instance_v1(call: Call) -> Answer:
    state = call.state
    answer = filled(state, state.profile.instance_v1)
    answer["stats"] = {
        "user_count": sum(1 for user in state.users.values() if user.host is None),
        "status_count": len(state.statuses),
        "domain_count": len({user.host for user in state.users.values()} - {None}),
    }
    old = state.profile.name == "4.6"
    return Answer(answer, headers=DEPRECATED if old else {})


def _instance_v2(call: Call) -> Json:
    return filled(call.state, call.state.profile.instance_v2)


def _metadata(call: Call) -> Answer:
    answer = filled(call.state, call.state.profile.metadata)
    del answer["title"]
    return Answer(answer)


def _emojis(call: Call) -> list[Json]:
    return emojis(call.state, tuple(call.state.emojis))


ENDPOINTS = [
    Endpoint("GET", "/.well-known/nodeinfo", _links, who=ANYBODY),
    Endpoint("GET", "/nodeinfo/{version}", _nodeinfo, who=ANYBODY),
    Endpoint("GET", "/api/v1/instance", _instance_v1, who=ANYBODY),
    Endpoint("GET", "/api/v2/instance", _instance_v2, who=ANYBODY, needs="v2"),
    Endpoint(
        "GET",
        "/.well-known/oauth-authorization-server",
        _metadata,
        who=ANYBODY,
        needs="metadata",
    ),
    Endpoint("GET", "/api/v1/custom_emojis", _emojis, who=ANYBODY),
]

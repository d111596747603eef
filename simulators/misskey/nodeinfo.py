"""Nodeinfo, by which others learn what software a host runs."""

from aiohttp import web

from simulators.misskey.api import STATE
from simulators.misskey.state import State

SCHEMA = "http://nodeinfo.diaspora.software/ns/schema"


async def links(request: web.Request) -> web.Response:
    """Answer `/.well-known/nodeinfo`."""
    origin = request.app[STATE].origin
    rows = [
        {"rel": f"{SCHEMA}/{version}", "href": f"{origin}/nodeinfo/{version}"}
        for version in ("2.1", "2.0")
    ]
    return web.json_response({"links": rows})


async def nodeinfo(request: web.Request) -> web.Response:
    """Answer `/nodeinfo/2.0` and `/nodeinfo/2.1`."""
    version = request.match_info["version"]
    if version not in {"2.0", "2.1"}:
        raise web.HTTPNotFound
    state = request.app[STATE]
    with state.lock:
        answer = _document(state, version)
    response = web.json_response(
        answer, headers={"Cache-Control": "public, max-age=600"}
    )
    profile = f'profile="{SCHEMA}/{version}#"'
    response.headers["Content-Type"] = f"application/json; {profile}; charset=utf-8"
    return response


def _document(state: State, version: str) -> dict[str, object]:
    software = {
        "name": "misskey",
        "version": state.profile.version,
        "homepage": "https://github.com/misskey-dev/misskey",
        "repository": "https://github.com/misskey-dev/misskey",
    }
    if version == "2.0":
        software = {key: software[key] for key in ("name", "version")}
    local = [user for user in state.users.values() if user.host is None]
    meta = state.profile.shapes["meta"]
    return {
        "version": version,
        "software": software,
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": ["atom1.0", "rss2.0"]},
        "openRegistrations": False,
        "usage": {
            "users": {"total": len(local), "activeHalfyear": None, "activeMonth": None},
            "localPosts": len(state.notes),
            "localComments": 0,
        },
        "metadata": {
            "nodeName": state.name,
            "nodeDescription": None,
            "nodeAdmins": [{"name": None, "email": None}],
            "maintainer": {"name": None, "email": None},
            "langs": [],
            "tosUrl": None,
            "privacyPolicyUrl": None,
            "inquiryUrl": None,
            "impressumUrl": None,
            "repositoryUrl": meta["repositoryUrl"],
            "feedbackUrl": meta["feedbackUrl"],
            "disableRegistration": True,
            "disableLocalTimeline": False,
            "disableGlobalTimeline": False,
            "emailRequiredForSignup": False,
            "enableHcaptcha": False,
            "enableRecaptcha": False,
            "enableMcaptcha": False,
            "enableTurnstile": False,
            "maxNoteTextLength": meta["maxNoteTextLength"],
            "enableEmail": False,
            "enableServiceWorker": False,
            "proxyAccountName": "system.proxy",
            "themeColor": "#86b300",
        },
    }

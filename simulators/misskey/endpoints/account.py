"""The caller's own account, its tokens and announcements read."""

from simulators.misskey import people
from simulators.misskey.calls import Call, Endpoint
from simulators.misskey.errors import refusal
from simulators.misskey.pack import users
from simulators.misskey.pack.moments import iso
from simulators.misskey.params import ID, TEXT, Rule

Json = dict[str, object]


def who_am_i(call: Call) -> Json:
    """Answer `i`."""
    return users.me(call.state, call.user)


def apps(call: Call) -> list[Json]:
    """Answer `i/apps`: the tokens that programs hold."""
    return [
        {
            "id": token.token[:10],
            "name": token.name,
            "createdAt": iso(token.created),
            "lastUsedAt": iso(token.created),
            "permission": sorted(token.permissions),
        }
        for token in call.state.tokens.values()
        if token.user_id == call.user.id and not token.native
    ]


def revoke(call: Call) -> None:
    """Answer `i/revoke-token`; a token of somebody else is left alone silently."""
    key = call.params.maybe("token") or call.params.maybe("tokenId") or ""
    for token in list(call.state.tokens.values()):
        if token.user_id == call.user.id and key in (token.token, token.token[:10]):
            del call.state.tokens[token.token]


def generate(call: Call) -> Json:
    """Answer `miauth/gen-token`, the native client's way to grant an app."""
    token = people.make_token(
        call.state,
        call.user,
        name=call.params.maybe("name") or "",
        permissions=frozenset(call.params.texts("permission") or ()),
    )
    session = call.params.maybe("session")
    if session:
        call.state.sessions[session] = token
    return {"token": token.token}


def read_announcement(call: Call) -> None:
    """Answer `i/read-announcement`."""
    row = call.state.announcements.get(call.params.text("announcementId"))
    if row is None:
        raise refusal("NO_SUCH_ANNOUNCEMENT", "184663db-df88-4bc2-8b52-fb85f0681939")
    row.read_by.add(call.user.id)


ENDPOINTS = {
    "i": Endpoint(who_am_i, kind="read:account"),
    "i/apps": Endpoint(apps, secure=True),
    "i/authorized-apps": Endpoint(apps, secure=True),
    "i/revoke-token": Endpoint(revoke, {"token": TEXT, "tokenId": TEXT}, secure=True),
    "miauth/gen-token": Endpoint(
        generate,
        {"session": Rule(nullable=True), "permission": Rule("array", items=TEXT)},
        ("session", "permission"),
        secure=True,
    ),
    "i/read-announcement": Endpoint(
        read_announcement,
        {"announcementId": ID},
        ("announcementId",),
        kind="write:account",
    ),
}

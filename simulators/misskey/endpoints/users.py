"""People as others see them, and what they wrote."""

from simulators.misskey.calls import Call, Endpoint
from simulators.misskey.errors import refusal
from simulators.misskey.pack import notes as pack_notes
from simulators.misskey.pack import users
from simulators.misskey.params import FLAG, ID, PAGING, Rule
from simulators.misskey.records import Note, User

Json = dict[str, object]


def show(call: Call) -> object:
    """Answer `users/show` by id, ids, or name and host."""
    state, params = call.state, call.params
    many = params.texts("userIds")
    if many is not None:
        found = [state.users[row] for row in many if row in state.users]
        return [users.detailed(state, user, call.caller) for user in found]
    user = _named(call)
    if user is None or user.suspended:
        raise refusal(
            "NO_SUCH_USER", "4362f8dc-731f-4ad8-a694-be5a88922a24", status=404
        )
    return users.detailed(state, user, call.caller)


def _named(call: Call) -> User | None:
    state, params = call.state, call.params
    if "userId" in params:
        return state.users.get(params.text("userId"))
    host = params.maybe("host")
    acct = params.text("username") + (f"@{host}" if host else "")
    return state.users.get(state.accts.get(acct.lower(), ""))


def notes(call: Call) -> list[Json]:
    """Answer `users/notes`: the only listing that holds the caller's own direct notes.

    Unknown and blocking users give an empty list. Notes for followers that name the
    caller are left out where the caller does not follow, unlike elsewhere.
    """
    state, params = call.state, call.params
    if params.flag("withReplies") and params.flag("withFiles") and state.profile.modern:
        raise refusal(
            "BOTH_WITH_REPLIES_AND_WITH_FILES", "91c8cb9f-36ed-46e7-9ca2-7df96ed6e222"
        )
    user_id = params.text("userId")
    if (user_id, call.viewer) in state.blocks:
        return []
    since, until = params.maybe("sinceId"), params.maybe("untilId")
    ascending = since is not None and until is None
    packed: list[Json] = []
    for note_id in state.notes_by[user_id].walk(since, until, ascending=ascending):
        note = state.notes[note_id]
        if _listed(call, note):
            packed.append(pack_notes.note(state, note, call.viewer))
        if len(packed) == params.integer("limit", 10):
            break
    return packed


def _listed(call: Call, note: Note) -> bool:
    state, params = call.state, call.params
    if not state.may_see(call.viewer, note):
        return False
    if note.visibility == "followers" and call.viewer not in (None, note.user_id):
        follower = call.viewer or ""
        if not state.follows_whom(follower, note.user_id):
            return False
    if params.flag("withFiles") and not note.file_ids:
        return False
    if note.pure_renote and not params.flag("withRenotes", default=True):
        return False
    if note.reply_id is None:
        return True
    if state.profile.modern:
        parent = state.notes.get(note.reply_id)
        to_self = parent is not None and parent.user_id == note.user_id
        return to_self or params.flag("withReplies")
    return params.flag("includeReplies", default=True)


def relation(call: Call) -> object:
    """Answer `users/relation` for one id or a list of them."""
    state = call.state
    written = call.params.body.get("userId")
    many = written if isinstance(written, list) else [written]
    rows = [
        {"id": user_id, **users.relation(state, state.users[user_id], call.user)}
        for user_id in many
        if isinstance(user_id, str) and user_id in state.users
    ]
    return rows if isinstance(written, list) else rows[0] if rows else None


ENDPOINTS = {
    "users/show": Endpoint(
        show,
        {
            "userId": ID,
            "userIds": Rule("array", items=ID, unique=True),
            "username": Rule(),
            "host": Rule(nullable=True),
        },
        credential=False,
    ),
    "users/notes": Endpoint(
        notes,
        {
            **PAGING,
            "userId": ID,
            "withReplies": FLAG,
            "withRenotes": FLAG,
            "withFiles": FLAG,
            "includeReplies": FLAG,
        },
        ("userId",),
        credential=False,
    ),
    "users/relation": Endpoint(
        relation, required=("userId",), kind="read:account", kind_from_13=True
    ),
}

"""Reactions to notes."""

from uuid import uuid4

from simulators.misskey import writing
from simulators.misskey.calls import Call, Endpoint
from simulators.misskey.errors import internal, refusal
from simulators.misskey.pack import notes as pack
from simulators.misskey.pack import users
from simulators.misskey.pack.moments import iso
from simulators.misskey.params import ID, PAGING, TEXT

Json = dict[str, object]


def create(call: Call) -> None:
    """Answer `notes/reactions/create`: one per person, another one replaces it."""
    state, user = call.state, call.user
    note = call.note()
    if note is None:
        raise refusal("NO_SUCH_NOTE", "033d0620-5bfe-4027-965d-980b0c85a3ea")
    if (note.user_id, user.id) in state.blocks:
        raise refusal(
            "YOU_HAVE_BEEN_BLOCKED",
            "20ef5475-9f38-4e4c-bd33-de6d979498ec",
            message=(
                "You cannot react this note because you have been blocked by this user."
            ),
        )
    if note.pure_renote:
        raise refusal("CANNOT_REACT_TO_RENOTE", "eaccdc08-ddef-43fe-908f-d108faad57f5")
    if not state.may_see(user.id, note):
        raise internal("Note not accessible for you.", str(uuid4()))
    before = note.reactions.get(user.id)
    wanted = call.params.text("reaction")
    if before and pack.reaction_key(before.reaction) == pack.reaction_key(wanted):
        raise refusal("ALREADY_REACTED", "71efcf98-86d6-4e2b-b2ad-9d032369366b")
    writing.react(state, user, note, wanted)


def delete(call: Call) -> None:
    """Answer `notes/reactions/delete`."""
    note = call.note()
    if note is None:
        raise refusal("NO_SUCH_NOTE", "764d9fce-f9f2-4a0e-92b1-6ceac9a7ad37")
    if call.user.id not in note.reactions:
        raise refusal("NOT_REACTED", "92f4426d-4196-4125-aa5b-02943e2ec8fc")
    writing.unreact(call.state, call.user, note)


def listing(call: Call) -> list[Json]:
    """Answer `notes/reactions`, newest first."""
    note = call.note()
    if note is None:
        raise refusal("NO_SUCH_NOTE", "263fff3d-d0e1-4af4-bea7-8408059b451a")
    wanted = call.params.maybe("type")
    rows = sorted(note.reactions.values(), key=lambda row: row.id, reverse=True)
    packed: list[Json] = [
        {
            "id": row.id,
            "createdAt": iso(row.created),
            "user": users.lite(call.state, call.state.users[row.user_id]),
            "type": pack.reaction_key(row.reaction),
        }
        for row in rows
        if wanted is None or pack.reaction_key(row.reaction) == wanted
    ]
    return packed[: call.params.integer("limit", 10)]


ENDPOINTS = {
    "notes/reactions/create": Endpoint(
        create,
        {"noteId": ID, "reaction": TEXT},
        ("noteId", "reaction"),
        kind="write:reactions",
    ),
    "notes/reactions/delete": Endpoint(
        delete, {"noteId": ID}, ("noteId",), kind="write:reactions"
    ),
    "notes/reactions": Endpoint(
        listing, {**PAGING, "noteId": ID, "type": TEXT}, ("noteId",), credential=False
    ),
}

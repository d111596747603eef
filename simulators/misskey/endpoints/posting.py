"""Writing and deleting notes, voting in polls."""

from collections.abc import Mapping

from simulators.misskey import writing
from simulators.misskey.calls import Call, Endpoint
from simulators.misskey.errors import broken_text, invalid_param, refusal
from simulators.misskey.notifying import notify
from simulators.misskey.pack import notes as pack
from simulators.misskey.pack import users
from simulators.misskey.params import FLAG, ID, OPTIONAL_ID, Rule
from simulators.misskey.records import SPECIFIED, VISIBILITIES, Choice, Note, Poll

Json = dict[str, object]
TEXT_LIMIT = 3000
_LONE_TEXT = Rule(minimum=1, maximum=TEXT_LIMIT, pattern="[^\\s]+")


def needs_text(body: Mapping[str, object]) -> None:
    """Check the rule that only a renote, files or a poll may go without text."""
    if any(body.get(name) is not None for name in ("renoteId", "fileIds", "poll")):
        return
    if "text" not in body:
        raise invalid_param("#/then/required", "must have required property 'text'")
    _LONE_TEXT.check(body["text"], "#/then/properties/text")


def create(call: Call) -> Json:
    """Answer `notes/create`."""
    state, user, params = call.state, call.user, call.params
    text = params.maybe("text")
    if text and "\0" in text:
        raise broken_text()
    if any(word in (text or "") for word in state.prohibited):
        raise refusal(
            "CONTAINS_PROHIBITED_WORDS", "aa6e01d3-a85c-669d-758a-76aab43af334"
        )
    draft = writing.Draft(
        text=text,
        cw=params.maybe("cw"),
        visibility=params.maybe("visibility") or "public",
        visible_user_ids=_addressees(call),
        reply=_parent(call),
        renote=_renoted(call),
        file_ids=_files(call),
        poll=_poll(call),
        local_only=params.flag("localOnly"),
    )
    limit = users.policies_of(state, user).get("mentionLimit", 20)
    named = {*writing.named_in(state, text or ""), *draft.visible_user_ids}
    if isinstance(limit, int) and len(named) > limit:
        raise refusal(
            "CONTAINS_TOO_MANY_MENTIONS", "4de0363a-3046-481b-9b0f-feff3e211025"
        )
    note = writing.write(state, user, draft)
    return {"createdNote": pack.note(state, note, user.id)}


def _addressees(call: Call) -> list[str]:
    ids = call.params.texts("visibleUserIds") or []
    known = [user_id for user_id in ids if user_id in call.state.users]
    call.state.random.shuffle(known)  # the order comes back changed
    return known


def _parent(call: Call) -> Note | None:
    state, user = call.state, call.user
    if "replyId" not in call.params:
        return None
    parent = state.notes.get(call.params.text("replyId"))
    if parent is None:
        raise refusal("NO_SUCH_REPLY_TARGET", "749ee0f6-d3da-459a-bf02-282e2da4292c")
    if parent.pure_renote:
        raise refusal(
            "CANNOT_REPLY_TO_A_PURE_RENOTE", "3ac74a84-8fd5-4bb0-870f-01804f82ce15"
        )
    if not state.may_see(user.id, parent):
        raise refusal(
            "CANNOT_REPLY_TO_AN_INVISIBLE_NOTE", "b98980fa-3780-406c-a935-b6d0eeee10d1"
        )
    wider = call.params.maybe("visibility") != SPECIFIED
    if parent.visibility == SPECIFIED and wider:
        raise refusal(
            "CANNOT_REPLY_TO_SPECIFIED_VISIBILITY_NOTE_WITH_EXTENDED_VISIBILITY",
            "ed940410-535c-4d5e-bfa3-af798671e93c",
        )
    _refuse_blocked(call, parent)
    return parent


def _renoted(call: Call) -> Note | None:
    if "renoteId" not in call.params:
        return None
    note = call.state.notes.get(call.params.text("renoteId"))
    if note is None:
        raise refusal("NO_SUCH_RENOTE_TARGET", "b5c90186-4ab0-49c8-9bba-a1f76c282ba4")
    if note.pure_renote:
        raise refusal(
            "CANNOT_RENOTE_TO_A_PURE_RENOTE", "fd4cc33e-2a37-48dd-99cc-9b806eb2031a"
        )
    if note.visibility == SPECIFIED or not call.state.may_see(call.user.id, note):
        raise refusal(
            "CANNOT_RENOTE_DUE_TO_VISIBILITY", "be9529e9-fe72-4de0-ae43-0b363c4938af"
        )
    _refuse_blocked(call, note)
    return note


def _refuse_blocked(call: Call, note: Note) -> None:
    if (note.user_id, call.user.id) in call.state.blocks:
        raise refusal("YOU_HAVE_BEEN_BLOCKED", "b390d7e1-8a5e-46ed-b625-06271cafd3d3")


def _files(call: Call) -> list[str]:
    ids = call.params.texts("fileIds") or []
    for file_id in ids:
        row = call.state.files.get(file_id)
        if row is None or row.user_id != call.user.id:
            raise refusal("NO_SUCH_FILE", "b6992544-63e7-67f0-fa7f-32444b1b5306")
    return ids


def _poll(call: Call) -> Poll | None:
    written = call.params.body.get("poll")
    if not isinstance(written, dict):
        return None
    choices = written.get("choices")
    if not isinstance(choices, list) or not 2 <= len(choices) <= 10:
        raise invalid_param(
            "#/properties/poll/properties/choices/minItems",
            "must NOT have fewer than 2 items",
        )
    expires = written.get("expiresAt")
    after = written.get("expiredAfter")
    if isinstance(after, int):
        expires = call.state.now + after
    return Poll(
        [Choice(str(text)) for text in choices],
        multiple=bool(written.get("multiple")),
        expires=expires if isinstance(expires, int) else None,
    )


def delete(call: Call) -> None:
    """Answer `notes/delete`; only one's own."""
    note = call.note()
    if note is None:
        raise refusal("NO_SUCH_NOTE", "490be23f-8c1f-4796-819f-94cb4f9d1630")
    if note.user_id != call.user.id:
        raise refusal("ACCESS_DENIED", "fe8d7103-0ea8-4ec3-814d-f8b401dc69e9")
    writing.erase(call.state, note)


def unrenote(call: Call) -> None:
    """Answer `notes/unrenote`: one's own renotes of a note go, quotes too."""
    state, note = call.state, call.note()
    if note is None:
        raise refusal("NO_SUCH_NOTE", "efd4a259-2442-496b-8dd7-b255aa1a160f")
    for row in list(state.renotes_of[note.id].walk(None, None, ascending=True)):
        if row in state.notes and state.notes[row].user_id == call.user.id:
            writing.erase(state, state.notes[row])


def vote(call: Call) -> None:
    """Answer `notes/polls/vote`."""
    note = call.note()
    if note is None or not call.state.may_see(call.user.id, note):
        raise refusal("NO_SUCH_NOTE", "ecafbd2e-c283-4d6d-aecb-1a0a33b75396")
    place = call.params.integer("choice", 0)
    if note.poll is None or not 0 <= place < len(note.poll.choices):
        raise refusal(
            "INVALID_CHOICE",
            "e0cc9a04-f2e8-41e4-a5f1-4127293260cc",
            message="Choice ID is invalid.",
        )
    writing.vote(call.state, call.user, note, place)
    if note.user_id != call.user.id and not call.state.profile.modern:
        extra: Json = {"choice": place}
        notify(
            call.state,
            note.user_id,
            "pollVote",
            sender=call.user,
            note=note,
            extra=extra,
        )


ENDPOINTS = {
    "notes/create": Endpoint(
        create,
        {
            "visibility": Rule(enum=VISIBILITIES),
            "visibleUserIds": Rule("array", items=ID, unique=True),
            "text": Rule(minimum=1, maximum=TEXT_LIMIT, nullable=True),
            "cw": Rule(minimum=1, maximum=100, nullable=True),
            "replyId": OPTIONAL_ID,
            "renoteId": OPTIONAL_ID,
            "channelId": OPTIONAL_ID,
            "fileIds": Rule("array", items=ID, unique=True, minimum=1, maximum=16),
            "localOnly": FLAG,
            "poll": Rule("object", nullable=True),
        },
        kind="write:notes",
        check=needs_text,
    ),
    "notes/delete": Endpoint(delete, {"noteId": ID}, ("noteId",), kind="write:notes"),
    "notes/unrenote": Endpoint(
        unrenote, {"noteId": ID}, ("noteId",), kind="write:notes"
    ),
    "notes/polls/vote": Endpoint(
        vote,
        {"noteId": ID, "choice": Rule("integer")},
        ("noteId", "choice"),
        kind="write:votes",
    ),
}

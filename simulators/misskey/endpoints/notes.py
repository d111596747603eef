"""Reading notes: one, mine, the thread around one, and the small questions."""

from collections.abc import Iterator
from itertools import islice

from simulators.misskey import writing
from simulators.misskey.calls import Call, Endpoint
from simulators.misskey.errors import refusal
from simulators.misskey.pack import notes as pack
from simulators.misskey.params import FLAG, ID, LIMIT, PAGING, Rule
from simulators.misskey.profiles import ASCENDING, MIXED
from simulators.misskey.records import VISIBILITIES, Note
from simulators.misskey.streaming.timelines import GLOBAL, HOME, HYBRID, LOCAL, brings

Json = dict[str, object]


def show(call: Call) -> Json:
    """Answer `notes/show`; a note for others comes back emptied."""
    note = call.note()
    if note is None:
        raise refusal("NO_SUCH_NOTE", "24fcbfc6-2e37-42b6-8388-c29b3861a08d")
    return pack.note(call.state, note, call.viewer)


def mentions(call: Call) -> list[Json]:
    """Answer `notes/mentions`: what names the caller or is addressed to them.

    Notes of muted people and threads and of suspended people are left out. Old
    versions clear the host's unread dots of what they list.
    """
    state, user, params = call.state, call.user, call.params
    found: list[Note] = []
    for note_id in _mention_ids(call):
        note = state.notes[note_id]
        if _wanted(call, note):
            found.append(note)
        if len(found) == params.integer("limit", 10):
            break
    packed = [pack.note(state, note, user.id) for note in found]
    writing.clear_dots(state, user, found)
    return packed


def _mention_ids(call: Call) -> Iterator[str]:
    since, until = call.params.maybe("sinceId"), call.params.maybe("untilId")
    order = call.state.profile.mentions_order
    ascending = since is not None and (
        order == ASCENDING or (order == MIXED and until is None)
    )
    return call.state.mentions_of[call.user.id].walk(since, until, ascending=ascending)


def _wanted(call: Call, note: Note) -> bool:
    state, user, params = call.state, call.user, call.params
    if not state.may_see(user.id, note) or state.users[note.user_id].suspended:
        return False
    if (user.id, note.user_id) in state.mutes or (
        note.user_id,
        user.id,
    ) in state.blocks:
        return False
    if (user.id, state.thread_of(note)) in state.muted_threads:
        return False
    if params.flag("following") and not state.follows_whom(user.id, note.user_id):
        return False
    visibility = params.maybe("visibility")
    return visibility is None or note.visibility == visibility


def timeline(call: Call, name: str) -> list[Json]:
    """Answer one of the four timelines: the newest notes that its channel brings."""
    state, params, me = call.state, call.params, call.viewer
    rows = sorted(state.notes.values(), key=lambda note: note.id, reverse=True)
    shown = (row for row in rows if brings(state, name, {}, me, row))
    limit = params.integer("limit", 10)
    return [pack.note(state, row, me) for row in islice(shown, limit)]


def conversation(call: Call) -> list[Json]:
    """Answer `notes/conversation`: the ancestors, nearest first."""
    state = call.state
    note = call.note()
    if note is None:
        raise refusal("NO_SUCH_NOTE", "e1035875-9551-45ec-afa8-1ded1fcb53c8")
    limit, offset = call.params.integer("limit", 10), call.params.integer("offset", 0)
    above: list[Note] = []
    parent = state.notes.get(note.reply_id or "")
    while parent is not None and len(above) < limit + offset:
        above.append(parent)
        parent = state.notes.get(parent.reply_id or "")
    return [pack.note(state, row, call.viewer) for row in above[offset:]]


def children(call: Call) -> list[Json]:
    """Answer `notes/children`: answers and quotes of one level."""
    state, params = call.state, call.params
    note_id = params.text("noteId")
    since, until = params.maybe("sinceId"), params.maybe("untilId")
    ascending = since is not None and until is None
    ids = [
        *state.replies_to[note_id].walk(since, until, ascending=ascending),
        *state.renotes_of[note_id].walk(since, until, ascending=ascending),
    ]
    rows = [state.notes[row] for row in sorted(ids, reverse=not ascending)]
    rows = [row for row in rows if not row.pure_renote and _seen(call, row)]
    limit = params.integer("limit", 10)
    return [pack.note(state, row, call.viewer) for row in rows[:limit]]


def _seen(call: Call, note: Note) -> bool:
    return call.state.may_see(call.viewer, note)


def state_of(call: Call) -> Json:
    """Answer `notes/state`."""
    state = call.state
    note = call.note()
    thread = state.thread_of(note) if note else ""
    packed: Json = {
        "isFavorited": False,
        "isMutedThread": (call.user.id, thread) in state.muted_threads,
    }
    return packed if state.profile.modern else packed | {"isWatching": False}


def partial_bulk(call: Call) -> list[Json]:
    """Answer `notes/show-partial-bulk`: what exists, seen or not."""
    packed: list[Json] = []
    for note_id in call.params.texts("noteIds") or ():
        note = call.state.notes.get(note_id)
        if note is None:
            continue
        whole = pack.note(call.state, note, note.user_id)
        keys = ("id", "reactions", "reactionEmojis", "myReaction")
        packed.append({key: whole[key] for key in keys if key in whole})
    return packed


def mute_thread(call: Call) -> None:
    """Answer `notes/thread-muting/create`."""
    note = call.note()
    if note is None:
        raise refusal("NO_SUCH_NOTE", "5ff67ada-ed3b-2e71-8e87-a1a421e177d2")
    call.state.muted_threads.add((call.user.id, call.state.thread_of(note)))


def unmute_thread(call: Call) -> None:
    """Answer `notes/thread-muting/delete`."""
    note = call.note()
    if note is None:
        raise refusal("NO_SUCH_NOTE", "bddd57ac-ceb3-b29d-4334-86ea5fae481a")
    call.state.muted_threads.discard((call.user.id, call.state.thread_of(note)))


_ONE = {"noteId": ID}
ENDPOINTS = {
    "notes/show": Endpoint(show, _ONE, ("noteId",), credential=False),
    "notes/mentions": Endpoint(
        mentions,
        {**PAGING, "following": FLAG, "visibility": Rule(enum=VISIBILITIES)},
        kind="read:account",
        kind_from_13=True,
    ),
    "notes/conversation": Endpoint(
        conversation,
        {**_ONE, "limit": LIMIT, "offset": Rule("integer")},
        ("noteId",),
        credential=False,
    ),
    "notes/children": Endpoint(
        children, {**PAGING, **_ONE}, ("noteId",), credential=False
    ),
    "notes/replies": Endpoint(
        children, {**PAGING, **_ONE}, ("noteId",), credential=False
    ),
    "notes/timeline": Endpoint(
        lambda call: timeline(call, HOME), PAGING, kind="read:account"
    ),
    "notes/hybrid-timeline": Endpoint(
        lambda call: timeline(call, HYBRID), PAGING, kind="read:account"
    ),
    "notes/local-timeline": Endpoint(
        lambda call: timeline(call, LOCAL), PAGING, credential=False
    ),
    "notes/global-timeline": Endpoint(
        lambda call: timeline(call, GLOBAL), PAGING, credential=False
    ),
    "notes/state": Endpoint(
        state_of, _ONE, ("noteId",), kind="read:account", kind_from_13=True
    ),
    "notes/show-partial-bulk": Endpoint(
        partial_bulk,
        {"noteIds": Rule("array", items=ID, maximum=100, minimum=1)},
        ("noteIds",),
        credential=False,
    ),
    "notes/thread-muting/create": Endpoint(
        mute_thread, _ONE, ("noteId",), kind="write:account"
    ),
    "notes/thread-muting/delete": Endpoint(
        unmute_thread, _ONE, ("noteId",), kind="write:account"
    ),
}

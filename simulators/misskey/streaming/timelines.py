"""Which notes a timeline's channel brings to whom."""

from collections.abc import Mapping

from simulators.misskey.records import PUBLIC, SPECIFIED, Note
from simulators.misskey.state import State

HOME, LOCAL, HYBRID, GLOBAL = (
    "homeTimeline",
    "localTimeline",
    "hybridTimeline",
    "globalTimeline",
)
TIMELINES = (HOME, LOCAL, HYBRID, GLOBAL)
# Timelines of one's own; nobody gets them without a token.
OWN = {HOME, HYBRID}


def brings(
    state: State, name: str, params: Mapping[str, object], me: str | None, note: Note
) -> bool:
    """Say whether a channel with these parameters brings the note to this user."""
    if me is not None and (me, note.user_id) in state.mutes:
        return False
    if note.pure_renote and params.get("withRenotes") is False:
        return False
    if params.get("withFiles") is True and not note.file_ids:
        return False
    if not _of_mine(state, note, me):
        return False
    local = state.users[note.user_id].host is None and note.visibility == PUBLIC
    match name:
        case "homeTimeline":
            found = _at_home(state, note, me)
        case "localTimeline":
            found = local
        case "hybridTimeline":
            found = local or _at_home(state, note, me)
        case _:
            found = note.visibility == PUBLIC
    return found


def _at_home(state: State, note: Note, me: str | None) -> bool:
    if me is None:
        return False
    if note.user_id == me:
        return True
    if not state.follows_whom(me, note.user_id):
        return False
    return note.visibility != SPECIFIED or me in note.visible_user_ids


def _of_mine(state: State, note: Note, me: str | None) -> bool:
    """Answers to others are left out; those to me, by me and to oneself are not."""
    parent = state.notes.get(note.reply_id or "")
    return parent is None or parent.user_id in (me, note.user_id) or note.user_id == me

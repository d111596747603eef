"""Notes of timelines, and what happens to captured ones.

Misskey API: streaming, the timeline channels; `subNote` and `noteUpdated`.
"""

from inboxhub.networks.base import Unreadable
from inboxhub.networks.misskey.ids import is_id
from inboxhub.networks.misskey.notes import is_kept, read_note
from inboxhub.networks.misskey.people import custom_names, emoji_name, emojis_of
from inboxhub.networks.misskey.stream_main import Ear
from inboxhub.networks.stream import NOTHING, Heard, LiveNote, NoteChange
from inboxhub.networks.values import Viewer, mapping_of, media_of, word_of

TIMELINES = {
    "home": "homeTimeline",
    "local": "localTimeline",
    "social": "hybridTimeline",
    "global": "globalTimeline",
}
PUBLIC = ("local", "global")
MOST_CHOICES = 100


def read_timeline(
    channel: str, channel_id: str, kind: str, body: object, ear: Ear
) -> Heard:
    """A note of a timeline: for the Live page, and for the inbox where it is mine.

    So what I write on other devices comes at once, and what is for me alone.
    """
    if kind != "note":
        return Heard(unknown=f"{channel}:{word_of(kind)}")
    note = read_note(body, ear.viewer)
    if isinstance(note, Unreadable):
        return Heard(unknown=f"{channel}:unreadable")
    if note.withheld:
        return NOTHING
    ear.meet(note)
    mine = note.outgoing or note.visibility == "specified"
    kept = bool(ear.viewer.me) and mine and is_kept(note)
    return Heard(items=(note,) if kept else (), live=(LiveNote(channel_id, note),))


def read_update(note_id: str, kind: str, body: object, viewer: Viewer) -> Heard:
    """What happened to a captured note; the host does not ask whether we may see it."""
    event = mapping_of(body)
    person = event.get("userId")
    person = person if is_id(person) else ""
    match kind:
        case "reacted" | "unreacted":
            value = emoji_name(event.get("reaction"))
            picture = _picture(event.get("emoji"), value, viewer)
            change = NoteChange(note_id, kind, value, picture, person)
            return Heard(changes=(change,)) if value else NOTHING
        case "deleted":
            change = NoteChange(note_id, "deleted")
            return Heard(changes=(change,), gone=(("note", note_id),))
        case "pollVoted":
            return _vote(note_id, event.get("choice"), person)
        case "updated":  # of some forks, without what a message needs
            return Heard(changes=(NoteChange(note_id, "edited"),))
        case _:
            return Heard(unknown=f"noteUpdated:{word_of(kind)}")


def _vote(note_id: str, choice: object, person: str) -> Heard:
    if not isinstance(choice, int) or isinstance(choice, bool):
        return NOTHING
    if not 0 <= choice < MOST_CHOICES:
        return NOTHING
    change = NoteChange(note_id, "voted", str(choice), person=person)
    return Heard(changes=(change,))


def _picture(emoji: object, value: str, viewer: Viewer) -> str:
    """Of a custom emoji; the host names the address of those from elsewhere."""
    if not value.startswith(":"):
        return ""
    told = media_of(mapping_of(emoji).get("url"), viewer)
    names = custom_names((value,))
    return told or "".join(emojis_of({}, "", viewer, names=names).values())

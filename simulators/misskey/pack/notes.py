"""Notes as JSON, with what the viewer may see of them."""

import re
from collections import Counter

from simulators.misskey.pack import users
from simulators.misskey.pack.moments import iso
from simulators.misskey.records import Note
from simulators.misskey.state import State

Json = dict[str, object]
TOO_YOUNG = 2_000
_CUSTOM = re.compile(r"^:([\w+-]+)(?:@([\w.-]+))?:$")


def note(state: State, row: Note, viewer: str | None, *, detail: bool = True) -> Json:
    """Return a note; `detail` adds the parent, the renote, the poll, my reaction."""
    packed = _head(state, row)
    if row.visibility == "specified":
        packed["visibleUserIds"] = list(row.visible_user_ids)
    packed |= _counts(state, row)
    packed |= _parts(state, row)
    if state.profile.modern and row.poll:
        packed["hasPoll"] = True
    if row.uri:
        packed["uri"] = row.uri
    if row.url:
        packed["url"] = row.url
    if row.updated:
        packed["updatedAt"] = iso(row.updated)
    if detail:
        packed |= _detail(state, row, viewer)
    if not state.may_see(viewer, row):
        _hide(packed)
    return packed


def _head(state: State, row: Note) -> Json:
    packed: Json = {
        "id": row.id,
        "createdAt": iso(row.created),
        "userId": row.user_id,
        "user": users.lite(state, state.users[row.user_id]),
        "text": row.text,
        "cw": row.cw,
        "visibility": row.visibility,
    }
    if state.profile.modern:
        packed |= {"localOnly": row.local_only, "reactionAcceptance": None}
    elif row.local_only:
        packed["localOnly"] = True
    return packed


def _counts(state: State, row: Note) -> Json:
    packed: Json = {
        "renoteCount": len(state.renotes_of[row.id]),
        "repliesCount": len(state.replies_to[row.id]),
    }
    counted = Counter(reaction_key(item.reaction) for item in row.reactions.values())
    if state.profile.modern:
        packed |= {
            "reactionCount": len(row.reactions),
            "reactions": dict(counted),
            "reactionEmojis": reaction_emojis(state, row),
        }
    else:
        packed["reactions"] = dict(counted)
    return packed


def _parts(state: State, row: Note) -> Json:
    packed: Json = {}
    host = state.users[row.user_id].host
    if not state.profile.modern:
        packed["emojis"] = _old_emojis(state, row, host)
    elif host is not None:
        packed["emojis"] = users.emoji_map(state, row.emojis, host)
    if row.tags:
        packed["tags"] = list(row.tags)
    files = [state.files[file_id] for file_id in row.file_ids if file_id in state.files]
    packed |= {
        "fileIds": list(row.file_ids),
        "files": [users.file(state, item, in_note=True) for item in files],
        "replyId": row.reply_id,
        "renoteId": row.renote_id,
    }
    if row.mentions:
        packed["mentions"] = list(row.mentions)
    if row.channel_id:
        packed["channelId"] = row.channel_id
    return packed


def _detail(state: State, row: Note, viewer: str | None) -> Json:
    packed: Json = {"clippedCount": 0} if state.profile.modern else {}
    if row.reply_id:
        parent = state.notes.get(row.reply_id)
        packed["reply"] = note(state, parent, viewer, detail=False) if parent else None
    if row.renote_id:
        renoted = state.notes.get(row.renote_id)
        packed["renote"] = note(state, renoted, viewer) if renoted else None
    if row.poll:
        packed["poll"] = {
            "multiple": row.poll.multiple,
            "expiresAt": iso(row.poll.expires) if row.poll.expires else None,
            "choices": [
                {
                    "text": choice.text,
                    "votes": len(choice.voters) + choice.other_votes,
                    "isVoted": viewer in choice.voters,
                }
                for choice in row.poll.choices
            ],
        }
    mine = row.reactions.get(viewer) if viewer else None
    # a note of the last two seconds does not tell the viewer's own reaction
    if mine and state.now - row.created >= TOO_YOUNG:
        packed["myReaction"] = reaction_key(mine.reaction)
    return packed


def _hide(packed: Json) -> None:
    packed.pop("visibleUserIds", None)
    packed.pop("poll", None)
    packed |= {"fileIds": [], "files": [], "text": None, "cw": None, "isHidden": True}


def reaction_key(reaction: str) -> str:
    """Return a reaction as notes count it: local emojis carry `@.`."""
    found = _CUSTOM.match(reaction)
    if found and not found[2]:
        return f":{found[1]}@.:"
    return reaction


def reaction_emojis(state: State, row: Note) -> Json:
    """Return the pictures of remote reactions; local ones have a known address."""
    pictures: Json = {}
    for item in row.reactions.values():
        found = _CUSTOM.match(item.reaction)
        if found and found[2]:
            name, host = found[1], found[2]
            pictures[f"{name}@{host}"] = users.emoji_url(state, name, host)
    return pictures


def _old_emojis(state: State, row: Note, host: str | None) -> list[Json]:
    packed: list[Json] = [
        {"name": name, "url": users.emoji_url(state, name, host)} for name in row.emojis
    ]
    for item in row.reactions.values():
        found = _CUSTOM.match(item.reaction)
        if found:
            name = f"{found[1]}@{found[2] or '.'}"
            url = users.emoji_url(state, found[1], found[2])
            packed.append({"name": name, "url": url})
    return packed

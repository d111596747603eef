"""Notes come and go: who is named, who may see, who is notified, what dies along."""

import re
from dataclasses import dataclass, field

from simulators.misskey.notifying import notify, read_some
from simulators.misskey.records import (
    HOME,
    PUBLIC,
    SPECIFIED,
    Note,
    Poll,
    Reaction,
    User,
)
from simulators.misskey.state import State
from simulators.misskey.streaming import emit

_MENTION = re.compile(r"(?<![\w@./])@([\w-]+)(?:@([\w.-]+\w(?::\d+)?))?")
_TAG = re.compile(r"(?<!\w)#(\w+)")
_CUSTOM = re.compile(r":([\w+-]+):")
FALLBACK_REACTION = "❤"


@dataclass(slots=True)
class Draft:
    """A note to be written; moments decide its id and may lie in the past."""

    text: str | None = None
    cw: str | None = None
    visibility: str = "public"
    visible_user_ids: list[str] = field(default_factory=list)
    reply: Note | None = None
    renote: Note | None = None
    file_ids: list[str] = field(default_factory=list)
    poll: Poll | None = None
    local_only: bool = False
    channel_id: str | None = None
    moment: int | None = None
    arrived: int | None = None
    """When a late federated note reached this host; its notifications are of then."""


def write(state: State, author: User, draft: Draft) -> Note:
    """Keep a note and tell everybody it concerns; equal drafts make two notes."""
    row_id, created = state.stamp(draft.moment)
    if author.host is None:
        _bound_by_parent(draft)
    note = Note(
        id=row_id,
        created=created,
        user_id=author.id,
        text=draft.text.strip() if draft.text else None,
        cw=draft.cw,
        visibility=draft.visibility,
        visible_user_ids=_addressees(author, draft),
        reply_id=draft.reply.id if draft.reply else None,
        renote_id=draft.renote.id if draft.renote else None,
        file_ids=list(draft.file_ids),
        poll=draft.poll,
        local_only=draft.local_only,
        channel_id=draft.channel_id,
        tags=[tag.lower() for tag in _TAG.findall(draft.text or "")],
    )
    note.mentions = _named(state, author, draft, note)
    note.emojis = _emojis(state, author, note)
    if author.host is not None:
        note.uri = f"https://{author.host}/notes/{note.id}"
        note.url = note.uri
    _index(state, note)
    _tell(state, author, note, draft)
    return note


def _bound_by_parent(draft: Draft) -> None:
    """What an answer inherits, and that all in a channel is public, whoever was named."""
    if draft.reply:
        draft.channel_id = draft.reply.channel_id
        draft.local_only = draft.local_only or draft.reply.local_only
        if draft.reply.visibility != PUBLIC and draft.visibility == PUBLIC:
            draft.visibility = HOME
    if draft.channel_id:
        draft.visibility, draft.visible_user_ids = PUBLIC, []
        draft.local_only = True


def _addressees(author: User, draft: Draft) -> list[str]:
    if draft.visibility != SPECIFIED:
        return []
    addressees = list(draft.visible_user_ids)
    # an answer always reaches the person it answers, whoever else was listed
    if draft.reply and draft.reply.user_id not in (author.id, *addressees):
        addressees.append(draft.reply.user_id)
    return addressees


def _named(state: State, author: User, draft: Draft, note: Note) -> list[str]:
    named = list(note.visible_user_ids)
    for user_id in named_in(state, f"{note.cw or ''} {note.text or ''}"):
        if user_id not in named:
            named.append(user_id)
            # What comes from elsewhere is for all whom it names; here, for the listed.
            away = author.host is not None
            if away and note.visibility == SPECIFIED and user_id != author.id:
                note.visible_user_ids.append(user_id)
    if draft.reply and draft.reply.user_id not in (author.id, *named):
        named.append(draft.reply.user_id)
    return named


def named_in(state: State, text: str) -> list[str]:
    """Return the ids of the users whom a text names, in its order."""
    own = {state.uri.partition("://")[2], state.origin.partition("://")[2]}
    named: dict[str, None] = {}
    for name, host in _MENTION.findall(text):
        acct = name if not host or host in own else f"{name}@{host}"
        user_id = state.accts.get(acct.lower())
        if user_id:
            named[user_id] = None
    return list(named)


def _emojis(state: State, author: User, note: Note) -> tuple[str, ...]:
    found = _CUSTOM.findall(f"{note.cw or ''} {note.text or ''}")
    if author.host is None:
        found = [name for name in found if name in state.emojis]
    return tuple(dict.fromkeys(found))


def _index(state: State, note: Note) -> None:
    state.notes[note.id] = note
    state.notes_by[note.user_id].add(note.id)
    for user_id in {*note.mentions, *note.visible_user_ids}:
        state.mentions_of[user_id].add(note.id)
    if note.reply_id:
        state.replies_to[note.reply_id].add(note.id)
    if note.renote_id:
        state.renotes_of[note.renote_id].add(note.id)


def _tell(state: State, author: User, note: Note, draft: Draft) -> None:
    emit.note_written(state, note)
    moment = draft.arrived if draft.arrived is not None else note.created
    reasons = dict.fromkeys(note.mentions, "mention")
    if draft.reply:
        reasons[draft.reply.user_id] = "reply"
    if draft.renote:
        reasons[draft.renote.user_id] = "renote" if note.pure_renote else "quote"
    for listener, followed in state.bells:
        if followed == author.id and not draft.reply and note.visibility != SPECIFIED:
            notify(state, listener, "note", sender=author, note=note, moment=moment)
    for user_id, reason in reasons.items():
        if user_id == author.id or not state.may_see(user_id, note):
            continue
        if (user_id, state.thread_of(note)) in state.muted_threads:
            continue
        if user_id in note.mentions:
            state.note_dots[user_id].add(note.id)
        notify(state, user_id, reason, sender=author, note=note, moment=moment)


def erase(state: State, note: Note) -> list[str]:
    """Remove a note and return all ids that went with it.

    Before 2025.8 answers and quotes of anybody die too; since then only pure renotes.
    """
    doomed = [note]
    for row in doomed:
        for renote_id in state.renotes_of[row.id].walk(None, None, ascending=True):
            renote = state.notes[renote_id]
            if renote.pure_renote or state.profile.cascading_delete:
                doomed.append(renote)
        if state.profile.cascading_delete:
            replies = state.replies_to[row.id].walk(None, None, ascending=True)
            doomed.extend(state.notes[reply_id] for reply_id in replies)
    gone = list(dict.fromkeys(row.id for row in doomed))
    for note_id in gone:
        _forget(state, state.notes[note_id])
    emit.note_erased(state, note)
    return gone


def _forget(state: State, note: Note) -> None:
    del state.notes[note.id]
    state.notes_by[note.user_id].discard(note.id)
    for user_id in {*note.mentions, *note.visible_user_ids}:
        state.mentions_of[user_id].discard(note.id)
        state.note_dots[user_id].discard(note.id)
    if note.reply_id:
        state.replies_to[note.reply_id].discard(note.id)
    if note.renote_id:
        state.renotes_of[note.renote_id].discard(note.id)


def react(
    state: State, user: User, note: Note, reaction: str, moment: int | None = None
) -> Reaction:
    """Set the one reaction of a user; custom emojis that nobody knows become ❤."""
    found = _CUSTOM.fullmatch(reaction.replace("@.:", ":"))
    if found and user.host is None:
        known = found[1] in state.emojis
        reaction = f":{found[1]}:" if known else FALLBACK_REACTION
    elif found:
        reaction = f":{found[1]}@{user.host}:"
    row_id, created = state.stamp(moment)
    row = Reaction(row_id, created, user.id, reaction)
    if user.id in note.reactions:
        unreact(state, user, note)
    note.reactions[user.id] = row
    emit.reacted(state, note, user, reaction)
    extra: dict[str, object] = {"reaction": reaction}
    notify(
        state,
        note.user_id,
        "reaction",
        sender=user,
        note=note,
        extra=extra,
        moment=created,
    )
    return row


def unreact(state: State, user: User, note: Note) -> None:
    """Take a user's reaction back."""
    row = note.reactions.pop(user.id)
    emit.unreacted(state, note, user, row.reaction)


def vote(state: State, user: User, note: Note, choice: int) -> None:
    """Vote in a poll; KeyError without one, IndexError without that choice."""
    if note.poll is None:
        raise KeyError(note.id)
    note.poll.choices[choice].voters.add(user.id)
    body: dict[str, object] = {"choice": choice, "userId": user.id}
    emit.note_changed(state, note.id, "pollVoted", body)


def edit(state: State, note: Note, text: str) -> None:
    """Change a note, as remote hosts and forks can."""
    note.text, note.updated = text, state.now
    body: dict[str, object] = {"cw": note.cw, "text": text}
    emit.note_changed(state, note.id, "updated", body)


def clear_dots(state: State, user: User, notes: list[Note]) -> None:
    """Forget that notes are unread, as old versions do whenever they list them.

    Before 13.11 their mention, reply and quote notifications become read as well.
    """
    if not state.profile.note_dots:
        return
    ids = {note.id for note in notes}
    state.note_dots[user.id] -= ids
    if any(user.id in (*note.mentions, *note.visible_user_ids) for note in notes):
        emit.dots_cleared(state, user)
    if state.profile.modern:
        return
    kinds = {"mention", "reply", "quote"}
    rows = state.notifications[user.id]
    found = [row for row in rows if row.note_id in ids and row.type in kinds]
    read_some(state, user, found)

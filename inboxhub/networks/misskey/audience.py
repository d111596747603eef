"""To whom a note goes: the people, the width and the text that follow from a draft.

Misskey API: `notes/create`. A note for named people (`specified`) that answers one must
name all of them again; the host itself adds the author of what is answered only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inboxhub.networks.base import RemoteAuthor, Target
from inboxhub.networks.errors import NotFound, PermanentError
from inboxhub.networks.misskey.ids import is_id
from inboxhub.networks.misskey.names import acct_of, guarded, is_away, with_names
from inboxhub.networks.misskey.notes import Note, author_of, people_of
from inboxhub.networks.misskey.people import read_user
from inboxhub.networks.misskey.session import Session
from inboxhub.networks.misskey.writable import PUBLIC, SPECIFIED, WIDTHS
from inboxhub.networks.values import mapping_of, text_of
from inboxhub.networks.writing import Draft

MOST_AT_ONCE = 100
MAX_WARNING = 100
NO_NOTE: Note = {}


@dataclass(frozen=True, slots=True)
class Plan:
    """A note as it will be asked for. `people` are those to be reached, without me."""

    text: str
    content_warning: str
    visibility: str
    people: tuple[RemoteAuthor, ...]
    ids: tuple[str, ...]
    """Of `people`, and of those whom the host would not tell more about."""
    reply_id: str = ""
    local_only: bool = False


def planned(session: Session, draft: Draft) -> Plan:
    """PermanentError where the draft would reach others than it may."""
    parent = _parent(session, draft.answers) if draft.answers else NO_NOTE
    visibility = _visibility(draft, parent)
    ids = _addressed(session, draft, parent)
    if visibility == SPECIFIED and not ids and not parent:
        raise PermanentError("nobody was named to send to", code="no-recipient")
    people = _people(session, ids, draft, parent)
    named = {person.remote_id: person.handle for person in people}
    draft.hold(dict.fromkeys(ids, "") | named, visibility, WIDTHS)
    domain = session.viewer.domain
    allowed = {acct_of(person, domain).lower() for person in people}
    text = guarded(cleaned(draft.text), allowed, domain)
    warning = guarded(cleaned(draft.content_warning), allowed, domain)
    if len(warning) > MAX_WARNING:
        raise PermanentError("the warning is too long", code="warning-too-long")
    in_front = _in_front(people, author_of(parent), visibility, domain)
    if visibility != SPECIFIED:
        in_front = in_front[: session.facts.people - 1]  # more would be refused
    return Plan(
        text=_fitting(text, in_front, visibility, session),
        content_warning=warning,
        visibility=visibility,
        people=people,
        ids=ids,
        reply_id=draft.answers.remote_id if draft.answers else "",
        local_only=parent.get("localOnly") is True,
    )


def _parent(session: Session, target: Target) -> Note:
    """Misskey API: `notes/show`."""
    try:
        answer = session.call("notes/show", {"noteId": target.remote_id})
    except NotFound as error:
        text = "what is answered does not exist any more"
        raise NotFound(text, code="answered-is-gone") from error
    parent = mapping_of(answer)
    if parent.get("isHidden") is True or not author_of(parent):
        raise PermanentError(
            "the note is not shown to this account",
            code="CANNOT_REPLY_TO_AN_INVISIBLE_NOTE",
        )
    return parent


def _visibility(draft: Draft, parent: Note) -> str:
    """As wide as what is answered, or narrower where the draft says so."""
    if not parent:
        if draft.visibility and draft.visibility not in WIDTHS:
            raise PermanentError("no such visibility", code="not-offered")
        return draft.visibility or SPECIFIED
    widest = parent.get("visibility")
    wanted = draft.visibility or widest
    if widest not in WIDTHS or wanted not in WIDTHS:
        raise PermanentError("no such visibility", code="not-offered")
    if WIDTHS.index(wanted) > WIDTHS.index(widest):
        raise PermanentError("an answer reaches nobody else", code="too-wide")
    if is_id(parent.get("channelId")) and wanted != PUBLIC:
        # Hosts make whatever answers a note of a channel public.
        raise PermanentError("answers in a channel are public", code="channel-public")
    return str(wanted)


def _addressed(session: Session, draft: Draft, parent: Note) -> tuple[str, ...]:
    """The ids of the author, of those whom the parent is for, and of the recipients."""
    ids = [author_of(parent)] if parent else []
    named = "visibleUserIds" if parent.get("visibility") == SPECIFIED else "mentions"
    ids += people_of(parent.get(named))
    ids += [person.remote_id for person in draft.recipients]
    if not all(map(is_id, ids)):
        raise PermanentError("nobody was named to send to", code="no-recipient")
    return tuple(one for one in dict.fromkeys(ids) if one != session.viewer.me)


def _people(
    session: Session,
    ids: Sequence[str],
    draft: Draft,
    parent: Note,
) -> tuple[RemoteAuthor, ...]:
    """Who they are. Misskey API: `users/show` with `userIds`."""
    given = [*draft.recipients, read_user(parent.get("user"), session.viewer)]
    known = {person.remote_id: person for person in given if person}
    unknown = [one for one in ids if one not in known]
    for start in range(0, len(unknown), MOST_AT_ONCE):
        asked: Mapping[str, object] = {"userIds": unknown[start : start + MOST_AT_ONCE]}
        rows = session.rows("users/show", asked)
        people = [read_user(row, session.viewer) for row in rows[:MOST_AT_ONCE]]
        known |= {person.remote_id: person for person in people if person}
    return tuple(known[one] for one in ids if one in known)


def _in_front(
    people: Sequence[RemoteAuthor],
    author: str,
    visibility: str,
    domain: str,
) -> list[str]:
    """Whose names must stand in the text: other hosts go by it, and where nobody is
    addressed by id, this one does, but for the author of what is answered."""
    by_id = visibility == SPECIFIED
    return [
        acct_of(person, domain)
        for person in people
        if is_away(person, domain) or not (by_id or person.remote_id == author)
    ]


def _fitting(text: str, accts: list[str], visibility: str, session: Session) -> str:
    """With names in front; without them where they are not needed and have no room."""
    cap = session.facts.max_text
    whole = with_names(text, accts, session.viewer.domain)
    if len(whole) > cap and visibility == SPECIFIED:
        whole = text
    if len(whole) > cap:
        raise PermanentError("the text is too long", code="too-long")
    return whole


def cleaned(text: str) -> str:
    """Without what a host could not store, nor the blanks that it would cut off."""
    return text_of(text).strip()

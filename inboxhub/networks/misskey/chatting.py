"""Pulling chats without marking them read; reading, finding and deleting in them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from inboxhub.networks.base import Page, RemoteAuthor, RemoteMessage, Target, Unreadable
from inboxhub.networks.errors import NotFound, NotSupported, PermanentError
from inboxhub.networks.misskey.chats import Talk, people_in, read_chat, read_talk
from inboxhub.networks.misskey.facts import CHAT, MESSAGING
from inboxhub.networks.misskey.ids import is_id
from inboxhub.networks.misskey.session import Session
from inboxhub.networks.misskey.talks import covered_by, position_of, talks_at, written
from inboxhub.networks.values import mapping_of

LIMIT = 100
MOST_GAPS = 5  # talks whose gap one pull of the newest fills
ROOM = "room:"

Item = RemoteMessage | Unreadable


@dataclass(frozen=True, slots=True)
class Overview:
    """The newest message of every talk, and whose talks they are."""

    items: list[Item]
    talks: dict[str, Talk]
    people: dict[str, RemoteAuthor]
    titles: dict[str, str]
    """The name of a room by its conversation."""


def pull_chats(session: Session, position: str | None, newest: str) -> Page:
    """Misskey API: `chat/history` and timelines, or `messaging/history`, `/messages`.

    The newest page has the newest message of every talk and, of talks that changed
    since `newest` and are quiet now, what lies in between. Below it, the history of the
    quiet talks, one page of one talk after the other.
    """
    if position is not None:
        return _history(session, talks_at(position))
    overview = _overview(session, rooms=(False, True))
    if not newest:
        quiet = [talk for talk in overview.talks.values() if talk.quiet]
        done = {talk.name: talk.newest for talk in quiet}
        start = position_of(quiet)
        return Page(tuple(overview.items), start, written(done, quiet) or "-")
    return _changes(session, overview, covered_by(newest))


def mark_talk_read(session: Session, conversation_key: str) -> None:
    """Mark a whole chat read; nobody else sees that. NotFound when it is gone."""
    talk = talk_of(conversation_key)
    if talk is None:
        raise PermanentError("no chat belongs to that message", code="no-chat")
    session.change(*timeline_call(session, talk, limit=1))


def find_message(session: Session, target: Target) -> RemoteMessage | Unreadable:
    """One chat message as it is now; NotFound when it is gone, NotSupported if unsure."""
    if session.facts.chat == MESSAGING:
        return _find_old(session, target)
    if target.conversation_key.startswith(ROOM) and not target.outgoing:
        # The host says "no such message" of everything that others wrote in a room.
        raise NotSupported(
            "the server shows room messages of others in the room only",
            code="not-shown",
        )
    answer = session.call("chat/messages/show", {"messageId": target.remote_id})
    return read_chat(answer, session.viewer, people={})


def delete_message(session: Session, target: Target) -> None:
    """Delete an own chat message for both sides; NotFound when it is gone already."""
    old = session.facts.chat == MESSAGING
    endpoint = "messaging/messages/delete" if old else "chat/messages/delete"
    session.change(endpoint, {"messageId": target.remote_id})


def _changes(session: Session, overview: Overview, covered: dict[str, str]) -> Page:
    """The overview, and the gaps of the talks that can be listed now."""
    items, open_talks = list(overview.items), []
    changed = [
        talk
        for talk in overview.talks.values()
        if talk.quiet and covered.get(talk.name) != talk.newest
    ]
    for talk in changed[:MOST_GAPS]:
        found = _timeline(session, talk, "", overview)
        known = covered.get(talk.name, "")
        lowest = _lowest(found)
        if lowest and lowest > known and len(found) >= LIMIT:
            open_talks.append(replace(talk, newest=lowest))
        items += found
        covered[talk.name] = talk.newest
    state = written(covered, overview.talks.values()) or "-"
    return Page(_once(items), position_of(open_talks), state, beside=True)


def _history(session: Session, talks: list[Talk]) -> Page:
    """One page of the first talk, if it is quiet still; the others come after it."""
    if not talks:
        return Page(())
    talk, others = talks[0], talks[1:]
    overview = _overview(session, rooms=(talk.room,))
    now = overview.talks.get(talk.name)
    if now is None or not now.quiet:
        return Page((), position_of(others), beside=True)
    items = _timeline(session, talk, talk.newest, overview)
    lowest = _lowest(items)
    if lowest and lowest < talk.newest:
        others = [replace(talk, newest=lowest), *others]
    return Page(tuple(items), position_of(others), beside=True)


def _overview(session: Session, *, rooms: tuple[bool, ...]) -> Overview:
    overview = Overview([], {}, {}, {})
    for room in rooms:
        rows = session.rows(*overview_call(session, room=room))
        overview.people.update(people_in(rows, session.viewer))
        for row in rows:
            item = read_chat(row, session.viewer, people=overview.people)
            talk = read_talk(row, session.viewer)
            overview.items.append(item)
            if talk is not None:
                overview.talks[talk.name] = talk
            if isinstance(item, RemoteMessage):
                overview.titles[item.conversation_key] = item.conversation_title
    return overview


def _timeline(
    session: Session,
    talk: Talk,
    until: str,
    overview: Overview,
) -> list[Item]:
    """A page of a talk that is known to be quiet; empty when the talk is gone."""
    try:
        rows = session.rows(*timeline_call(session, talk, limit=LIMIT, until=until))
    except NotFound:
        return []
    items = [
        read_chat(row, session.viewer, people=overview.people, unread=False)
        for row in rows
    ]
    return [_titled(item, overview.titles) for item in items]


def overview_call(session: Session, *, room: bool) -> tuple[str, dict[str, object]]:
    if session.facts.chat == CHAT:
        return "chat/history", {"limit": LIMIT, "room": room}
    return "messaging/history", {"limit": LIMIT, "group": room}


def timeline_call(
    session: Session,
    talk: Talk,
    *,
    limit: int,
    until: str = "",
) -> tuple[str, dict[str, object]]:
    query: dict[str, object] = {"limit": limit}
    if until:
        query["untilId"] = until
    if session.facts.chat == CHAT:
        kind = "room" if talk.room else "user"
        return f"chat/messages/{kind}-timeline", query | {f"{kind}Id": talk.partner}
    kind = "groupId" if talk.room else "userId"
    return "messaging/messages", query | {kind: talk.partner, "markAsRead": False}


def _find_old(session: Session, target: Target) -> RemoteMessage | Unreadable:
    """Hosts with `messaging/*` cannot show one message: list from just before it.

    A shorter id sorts right before all that begin with it, and `sinceId` alone lists
    the oldest ones above it.
    """
    talk = talk_of(target.conversation_key)
    if talk is None:
        raise NotSupported("the server cannot show that message", code="not-shown")
    endpoint, query = timeline_call(session, talk, limit=LIMIT)
    rows = session.rows(endpoint, query | {"sinceId": target.remote_id[:-1]})
    for row in rows:
        if mapping_of(row).get("id") == target.remote_id:
            return read_chat(
                row, session.viewer, people=people_in(rows, session.viewer)
            )
    raise NotFound("the message does not exist any more", code="NO_SUCH_MESSAGE")


def talk_of(conversation_key: str) -> Talk | None:
    """The talk of a chat message's conversation: a person's id, or `room:` and an id."""
    partner = conversation_key.removeprefix(ROOM)
    room = partner != conversation_key
    return Talk(room, partner) if is_id(partner) and partner != "self" else None


def _titled(item: Item, titles: dict[str, str]) -> Item:
    """With the room's name, which a timeline leaves out."""
    if isinstance(item, Unreadable) or item.conversation_title:
        return item
    return replace(item, conversation_title=titles.get(item.conversation_key, ""))


def _lowest(items: Iterable[Item]) -> str:
    return min((item.remote_id for item in items if item.remote_id), default="")


def _once(items: Iterable[Item]) -> tuple[Item, ...]:
    """One item per message: the overview's form has more in it, and comes first."""
    found: dict[str, Item] = {}
    for number, item in enumerate(items):
        found.setdefault(item.remote_id or f"?{number}", item)
    return tuple(found.values())

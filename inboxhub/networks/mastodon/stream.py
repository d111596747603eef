"""The stream of a host with Mastodon's API: frames to send, and what frames mean.

Mastodon API: "Streaming timelines", over one WebSocket. There is no replay: what comes
while nothing is connected is found by a pull.
"""

import json
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit

from inboxhub.networks import stream
from inboxhub.networks.base import RemoteMessage, Unreadable
from inboxhub.networks.errors import (
    CredentialsError,
    NotSupported,
    PermanentError,
    TemporaryError,
)
from inboxhub.networks.mastodon.abilities import CONVERSATIONS
from inboxhub.networks.mastodon.facts import WITHOUT_STREAM
from inboxhub.networks.mastodon.ids import id_of
from inboxhub.networks.mastodon.notices import read_announcement, read_notification
from inboxhub.networks.mastodon.pull import last_of
from inboxhub.networks.mastodon.rows import read_row
from inboxhub.networks.mastodon.session import Session
from inboxhub.networks.mastodon.statuses import DIRECT, STATUS, is_kept, read_status
from inboxhub.networks.stream import NOTHING, Heard, LiveNote, NoteChange, StreamAddress
from inboxhub.networks.values import mapping_of, word_of

PATH = "/api/v1/streaming"
# These take one stream per socket, named in the address.
ONE_STREAM = {"pleroma", "akkoma"}
HOME = "home"
TO_ME = {"message", "mention", "reply", "quote"}
# Mine to know, but nothing of an inbox changes with them.
IDLE = {"filters_changed", "announcement.reaction", "encrypted_message"}

Item = RemoteMessage | Unreadable


def stream_of(session: Session) -> "Stream | None":
    """The stream of an account; None where the software has none."""
    if session.facts.software in WITHOUT_STREAM:
        return None
    if not session.line.token:
        raise CredentialsError("no usable token is stored", code="no-token")
    url = _base(session) + PATH
    if session.facts.software in ONE_STREAM:
        url += "?stream=user"
    # Taken after the calls, which may have renewed it.
    headers = {"Authorization": f"Bearer {session.line.token}"}
    return Stream(StreamAddress(url, headers), session)


class Stream(stream.Stream):
    """See `stream.Stream`. Nothing says that it has begun."""

    confirms = False
    channels = (HOME,)

    def __init__(self, address: StreamAddress, session: Session) -> None:
        self.address = address
        self._viewer, self._facts = session.viewer, session.facts
        self._live: set[str] = set()

    def hello(self) -> list[str]:
        """With `user:notification` besides, every notification would come twice."""
        self._live.clear()
        if self._facts.software in ONE_STREAM:
            return []
        wanted = ["user"]
        if self._facts.gives(CONVERSATIONS):
            wanted.append("direct")
        return [json.dumps({"type": "subscribe", "stream": name}) for name in wanted]

    def read(self, frame: str) -> Heard:
        told: object = None
        with suppress(ValueError, RecursionError):
            told = json.loads(frame)
        outer = mapping_of(told)
        event = outer.get("event")
        if not isinstance(event, str):
            return Heard(unknown="error" if "error" in outer else "no-event")
        payload = outer.get("payload")
        if event == "delete":
            return self._deleted(payload)
        if event == "announcement.delete":
            return _gone(payload, "announcement")
        if event == "notifications_merged":
            return Heard(pull=True)
        if event in IDLE:
            return NOTHING
        return self._object(event, payload)

    def join(self, channel: str, channel_id: str) -> list[str]:
        """The home timeline comes anyway."""
        if channel == HOME:
            self._live.add(channel_id)
        return []

    def leave(self, channel_id: str) -> list[str]:
        self._live.discard(channel_id)
        return []

    def _object(self, event: str, payload: object) -> Heard:
        """Events whose payload is JSON in a string."""
        value = payload
        if isinstance(payload, str):
            try:
                value = json.loads(payload)
            except (ValueError, RecursionError):
                return Heard(unknown=f"{word_of(event)}-not-json")
        match event:
            case "notification":
                return self._notification(value)
            case "conversation":
                return self._conversation(value)
            case "update":
                return self._status(value)
            case "status.update":
                return self._edited(value)
            case "announcement":
                item = read_announcement(value, self._viewer)
                return Heard(items=(item,), box="notices")
            case _:
                return Heard(unknown=word_of(event) or "event")

    def _notification(self, value: object) -> Heard:
        """It has just come, so nobody has read it."""
        item = read_notification(value, self._viewer, unread=True)
        if isinstance(item, RemoteMessage) and not item.outgoing:
            # The row of a conversation knows better, and an edit is no news.
            rowed = item.source == DIRECT and self._facts.gives(CONVERSATIONS)
            edit = mapping_of(value).get("type") == "update"
            if rowed or (edit and item.source != "notification"):
                item = replace(item, unread=None)
        return Heard(items=(item,), box="notices")

    def _conversation(self, value: object) -> Heard:
        row = read_row(value, self._viewer)
        if row.last is None:
            return Heard(pull=True)
        return Heard(
            items=(last_of(row, self._viewer, caught_up=True),), box="messages"
        )

    def _status(self, value: object) -> Heard:
        """Of the home timeline: direct ones belong into the inbox, mine too."""
        item = read_status(value, self._viewer)
        if isinstance(item, Unreadable):
            return NOTHING
        live = tuple(LiveNote(one, item) for one in sorted(self._live))
        mine = item.outgoing and is_kept(item)
        if item.source == DIRECT:
            return Heard(items=(item,), live=live)
        # What my own answer belongs to is only known from what it answers.
        return Heard(live=live, pull=mine)

    def _edited(self, value: object) -> Heard:
        item = read_status(value, self._viewer)
        if isinstance(item, Unreadable):
            return NOTHING
        change = NoteChange(item.remote_id, "edited", note=item)
        to_me = item.kind in TO_ME and not item.outgoing
        if item.source == DIRECT or to_me:
            return Heard(items=(item,), changes=(change,))
        return Heard(changes=(change,), pull=item.outgoing and is_kept(item))

    def _deleted(self, payload: object) -> Heard:
        heard = _gone(payload, DIRECT, STATUS)
        changes = (NoteChange(heard.gone[0][1], "deleted"),) if heard.gone else ()
        return replace(heard, changes=changes)


def timeline(session: Session, channel: str) -> tuple[Item, ...]:
    """The newest of the home timeline. Mastodon API: `/api/v1/timelines/home`."""
    if channel != HOME:
        raise NotSupported("there is no such timeline", code="not-offered")
    rows = session.page("/api/v1/timelines/home", {"limit": "20"}).rows
    return tuple(read_status(row, session.viewer) for row in rows)


def _gone(payload: object, *sources: str) -> Heard:
    """A payload that is a bare id."""
    identifier = id_of(payload)
    if not identifier:
        return Heard(unknown="delete-without-id")
    return Heard(gone=tuple((source, identifier) for source in sources))


def _base(session: Session) -> str:
    """Where the host says that it streams; the account's own host where it says nothing.

    Mastodon API: `configuration.urls.streaming` of `/api/v2/instance`, before 4.0
    `urls.streaming_api`. Another host is only taken when it is reached by TLS, and a
    private one only from a private one: hosts of one site have no common domain always.
    For our own one the way that the API is reached counts, since some hosts say
    `wss://` always.
    """
    origin = session.line.origin
    named, here = urlsplit(_named(session)), urlsplit(origin)
    if named.netloc and named.netloc != here.netloc:
        scheme = "http" if named.scheme in {"ws", "http"} else "https"
        there = f"{scheme}://{named.netloc}"
        plainer = scheme == "http" and here.scheme == "https"
        if not plainer and not session.line.http.leads_inside(origin, there):
            return _for_sockets(there)
    return _for_sockets(origin)


def _for_sockets(origin: str) -> str:
    return f"ws{origin.removeprefix('http')}"


def _named(session: Session) -> str:
    for version in ("v2", "v1"):
        with suppress(PermanentError, TemporaryError):
            instance = mapping_of(session.get(f"/api/{version}/instance"))
            configured = mapping_of(instance.get("configuration"))
            urls = mapping_of(configured.get("urls") or instance.get("urls"))
            told = urls.get("streaming") or urls.get("streaming_api")
            if isinstance(told, str) and len(told) < 500:
                return _readable(told)
    return ""


def _readable(told: str) -> str:
    try:
        parts = urlsplit(told)
        _port = parts.port
    except ValueError:
        return ""
    return told if "@" not in parts.netloc else ""

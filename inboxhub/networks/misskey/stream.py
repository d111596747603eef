"""The stream of a Misskey host: frames to send, and what frames mean.

Misskey API: `wss://HOST/streaming`. Ids of channels are ours and count on one
connection only.
"""

import json
import re
from collections.abc import Mapping, MutableMapping, Sequence

from inboxhub.networks import stream
from inboxhub.networks.base import RemoteAuthor
from inboxhub.networks.errors import CredentialsError
from inboxhub.networks.misskey.call import TOKEN, Line
from inboxhub.networks.misskey.facts import MESSAGING, Facts
from inboxhub.networks.misskey.ids import is_id
from inboxhub.networks.misskey.notes import read_note
from inboxhub.networks.misskey.probe import host_meta
from inboxhub.networks.misskey.session import Session
from inboxhub.networks.misskey.stream_chats import (
    chat_channel,
    read_chat_event,
    read_index_event,
)
from inboxhub.networks.misskey.stream_main import Ear, read_main
from inboxhub.networks.misskey.stream_notes import (
    PUBLIC,
    TIMELINES,
    read_timeline,
    read_update,
)
from inboxhub.networks.stream import NOTHING, Answer, Heard, StreamAddress
from inboxhub.networks.values import Viewer, mapping_of, mappings_of, word_of

MOST_CHANNELS = 32  # from 2024.8 on; the host refuses more without a word
MOST_WAITING = 50
MOST_ANSWERED = 200

VERSION = re.compile(r"(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?")
BEARER = (13, 13, 0)
SILENT = (12, 110, 1)
CHATS = "chats"
PROBE = "ping"
# Calls that change nothing and mark nothing, and whose answer is notes.
READS = {"notes/show", "notes/conversation", "notes/children"}
OF_EMOJIS = {"emojiAdded", "emojiUpdated", "emojiDeleted", "announcementCreated"}
API = "api:"

Answering = MutableMapping[str, bool]
ANSWERING: Answering = {}
"""Host → whether it answers calls over the stream, as far as it was tried."""


def own_stream(session: Session) -> "Stream":
    """The stream of an account. CredentialsError where no usable token is stored."""
    line, facts = session.line, session.facts
    if TOKEN.fullmatch(line.token) is None:
        raise CredentialsError("no usable token is stored", code="no-token")
    address = _address(line, facts)
    return Stream(address, line.host, session.viewer, facts)


def nobodys_stream(line: Line) -> "Stream":
    """The public channels of a host, for somebody without an account there."""
    meta = host_meta(line)
    facts = Facts(domain=meta.domain, version=meta.version, closed=meta.closed)
    viewer = Viewer("", line.origin, meta.domain)
    return Stream(_address(line, facts), line.host, viewer, facts)


class Stream(stream.Stream):
    """See `stream.Stream`. A viewer who is nobody has the public channels only."""

    captures = True

    def __init__(
        self,
        address: StreamAddress,
        host: str,
        viewer: Viewer,
        facts: Facts,
        *,
        answering: Answering = ANSWERING,
    ) -> None:
        self.address = address
        offered = tuple(TIMELINES) if viewer.me else PUBLIC
        self.channels = tuple(name for name in offered if name not in facts.closed)
        self._host = host
        self._ear = Ear(viewer, facts, {})
        self._joined: dict[str, str] = {}
        self._captured: set[str] = set()
        self._asked: dict[str, str] = {}
        self._count = 0
        self._answering = answering

    def hello(self) -> list[str]:
        """`main`; on old hosts all chats, too; and once a host's probe for calls.

        Forgets what an earlier connection had joined.
        """
        for left in (self._joined, self._captured, self._asked):
            left.clear()
        if not self._ear.viewer.me:
            return []
        frames = self._connect("main", self.inbox)
        if self._ear.facts.chat == MESSAGING:
            frames += self._connect("messagingIndex", CHATS)
        if self._host not in self._answering and not self._answers():
            self._answering[self._host] = False
            frames += self._request(PROBE, {})[1]
        return frames

    def read(self, frame: str) -> Heard:
        try:
            told = json.loads(frame)
        except (ValueError, RecursionError):
            return NOTHING if frame == "pong" else Heard(unknown="not-json")
        outer = mapping_of(told)
        kind, body = outer.get("type"), mapping_of(outer.get("body"))
        if not isinstance(kind, str):
            return Heard(unknown="no-type")
        if kind.startswith(API):
            return self._answered(kind.removeprefix(API), body)
        if kind == "connected":
            return self._connected(body.get("id"))
        if kind == "channel":
            return self._event(body)
        if kind == "noteUpdated":
            return self._update(body)
        return NOTHING if kind in OF_EMOJIS else Heard(unknown=word_of(kind) or "type")

    def keep_alive(self) -> list[str]:
        """Before 13.13 a host looks for this word, and does not ping by itself."""
        return [] if _version(self._ear.facts) >= BEARER else ["ping"]

    def join(self, channel: str, channel_id: str) -> list[str]:
        if channel not in self.channels:
            return []
        return self._connect(TIMELINES[channel], channel_id)

    def join_chat(
        self,
        conversation_key: str,
        channel_id: str,
        people: Sequence[RemoteAuthor] = (),
    ) -> list[str]:
        found = chat_channel(conversation_key, self._ear.facts)
        if found is None:
            return []
        for person in people:
            self._ear.people.setdefault(person.remote_id, person)
        return self._connect(found[0], channel_id, found[1])

    def leave(self, channel_id: str) -> list[str]:
        if self._joined.pop(channel_id, None) is None:
            return []
        return [_frame("disconnect", {"id": channel_id})]

    def capture(self, note_id: str) -> list[str]:
        if not is_id(note_id):
            return []
        self._captured.add(note_id)
        return [_frame("subNote", {"id": note_id})]

    def release(self, note_id: str) -> list[str]:
        if note_id not in self._captured:
            return []
        self._captured.discard(note_id)
        return [_frame("unsubNote", {"id": note_id})]

    def ask(
        self, endpoint: str, data: Mapping[str, object]
    ) -> tuple[str, list[str]] | None:
        """Never for what changes something: silence could be success."""
        if endpoint not in READS or not self._answers():
            return None
        return self._request(endpoint, data)

    def unanswered(self, request_id: str) -> bool:
        if self._asked.pop(request_id, None) is None:
            return False
        self._answering[self._host] = False
        return True

    # --- Frames in --------------------------------------------------------------------

    def _connected(self, channel_id: object) -> Heard:
        """Only what was asked for, and not left meanwhile, is news."""
        if not isinstance(channel_id, str) or channel_id not in self._joined:
            return NOTHING
        return NOTHING if channel_id == CHATS else Heard(joined=channel_id)

    def _event(self, body: Mapping[object, object]) -> Heard:
        channel_id, kind = body.get("id"), body.get("type")
        if not isinstance(channel_id, str) or channel_id not in self._joined:
            return NOTHING  # of a channel that was left: `main` goes on even then
        if not isinstance(kind, str):
            return Heard(unknown="no-type")
        channel, event = self._joined[channel_id], body.get("body")
        if channel == "main":
            return read_main(kind, event, self._ear)
        if channel in TIMELINES.values():
            return read_timeline(channel, channel_id, kind, event, self._ear)
        read = read_index_event if channel == "messagingIndex" else read_chat_event
        return read(kind, event, self._ear)

    def _update(self, body: Mapping[object, object]) -> Heard:
        note_id, kind = body.get("id"), body.get("type")
        if not isinstance(note_id, str) or note_id not in self._captured:
            return NOTHING
        if not isinstance(kind, str):
            return Heard(unknown="no-type")
        return read_update(note_id, kind, body.get("body"), self._ear.viewer)

    def _answered(self, request_id: str, body: Mapping[object, object]) -> Heard:
        """`res`, nothing for what has no value, `error`, or `e` before 12."""
        endpoint = self._asked.pop(request_id, None)
        if endpoint is None:
            return NOTHING
        self._answering[self._host] = True
        if endpoint == PROBE:
            return NOTHING
        refusal = body.get("error", body.get("e"))
        if refusal is not None:
            code = word_of(mapping_of(refusal).get("code"), 60)
            return Heard(answer=Answer(request_id, error=code or "refused"))
        rows = [body.get("res")] if endpoint == "notes/show" else body.get("res")
        viewer = self._ear.viewer
        items = (read_note(row, viewer) for row in mappings_of(rows, MOST_ANSWERED))
        return Heard(answer=Answer(request_id, tuple(items)))

    # --- Frames out -------------------------------------------------------------------

    def _connect(
        self,
        channel: str,
        channel_id: str,
        parameters: Mapping[str, object] | None = None,
    ) -> list[str]:
        if channel_id in self._joined or len(self._joined) >= MOST_CHANNELS:
            return []
        self._joined[channel_id] = channel
        body = {"channel": channel, "id": channel_id, "params": parameters or {}}
        return [_frame("connect", body | {"pong": True})]

    def _request(
        self, endpoint: str, data: Mapping[str, object]
    ) -> tuple[str, list[str]]:
        self._count += 1
        request_id = f"r{self._count}"
        self._asked[request_id] = endpoint
        while len(self._asked) > MOST_WAITING:
            del self._asked[next(iter(self._asked))]
        body = {"id": request_id, "endpoint": endpoint, "data": dict(data)}
        return request_id, [_frame("api", body)]

    def _answers(self) -> bool:
        """What was tried counts, and the version of an old host before it was."""
        old = () < _version(self._ear.facts) < SILENT
        return self._answering.get(self._host, old)


def _frame(kind: str, body: Mapping[str, object]) -> str:
    return json.dumps({"type": kind, "body": body})


def _version(facts: Facts) -> tuple[int, ...]:
    """Its first numbers; empty where it does not begin with any."""
    found = VERSION.match(facts.version)
    return tuple(int(number or 0) for number in found.groups()) if found else ()


def _address(line: Line, facts: Facts) -> StreamAddress:
    """The token in a header where the host looks for it there: no proxy logs that.

    Forks of old hosts count their versions higher; their notices give them away.
    """
    url = f"{line.origin.replace('http', 'ws', 1)}/streaming"
    if not line.token:
        return StreamAddress(url)
    if _version(facts) >= BEARER and not facts.old_notices:
        return StreamAddress(url, {"Authorization": f"Bearer {line.token}"})
    return StreamAddress(f"{url}?i={line.token}")

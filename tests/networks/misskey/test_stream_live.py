"""The Misskey stream on simulated hosts over real sockets: it tells what pulls tell."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest

from inboxhub.lib.http import Http, Socket, SocketClosed, SocketRefused, open_socket
from inboxhub.networks.base import RemoteMessage
from inboxhub.networks.budget import Budgets
from inboxhub.networks.misskey import Client
from inboxhub.networks.misskey.stream import Stream
from inboxhub.networks.stream import Heard, NoteChange
from simulators import misskey
from simulators.misskey import Simulator

DEADLINE = 10.0
OLD = "12.110"
PROFILES = ("2025.12", "2024.11", OLD)
profiles = pytest.mark.parametrize("sim", PROFILES, indirect=True)


@pytest.fixture
def sim(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    profile = getattr(request, "param", PROFILES[0])
    with misskey.running(profile=profile, delays=0) as sim:
        yield sim


def client_on(sim: Simulator, user: str = "alice", token: str | None = None) -> Client:
    """A client of somebody; with an empty token of nobody."""
    token = sim.token(user) if token is None else token
    http = Http(private_hosts=(sim.host,))
    me = sim.id_of(user) if token else ""
    client = Client(http, sim.host, {"token": token}, remote_id=me)
    client.budgets = Budgets()
    return client


class Line:
    """An open stream and what was heard on it."""

    def __init__(self, stream: Stream, socket: Socket) -> None:
        self.stream = stream
        self.socket = socket
        self.heard: list[Heard] = []

    async def send(self, frames: list[str]) -> None:
        assert frames
        for frame in frames:
            await self.socket.send(frame)

    async def until(self, wanted: Callable[[Heard], object]) -> Heard:
        """The first frame that is wanted; all of them are in `heard`."""
        while True:
            heard = self.stream.read(await self.socket.receive())
            self.heard.append(heard)
            if wanted(heard):
                return heard

    async def join(self, channel: str, channel_id: str) -> None:
        await self.send(self.stream.join(channel, channel_id))
        await self.until(lambda heard: heard.joined == channel_id)

    async def settled(self) -> list[Heard]:
        """What came until now: a channel joined now is confirmed after all of it."""
        before = len(self.heard)
        await self.join("local", "mark")
        await self.send(self.stream.leave("mark"))
        return self.heard[before:-1]

    def items(self) -> list[RemoteMessage]:
        found = [item for heard in self.heard for item in heard.items]
        messages = [item for item in found if isinstance(item, RemoteMessage)]
        assert len(messages) == len(found)
        return messages


@asynccontextmanager
async def opened(client: Client) -> AsyncIterator[Line]:
    """The stream of a client after its `hello`."""
    stream = await asyncio.to_thread(client.stream)
    assert isinstance(stream, Stream)
    address = stream.address
    async with asyncio.timeout(DEADLINE):
        async with open_socket(
            client.http, address.url, headers=address.headers
        ) as socket:
            line = Line(stream, socket)
            if frames := stream.hello():
                await line.send(frames)
                await line.until(lambda heard: heard.joined == stream.inbox)
            yield line


def shown(message: RemoteMessage) -> tuple[object, ...]:
    """What a row is made of, without what only one of the two ways knows."""
    return (
        *(message.source, message.remote_id, message.box, message.kind),
        *(message.conversation_key, message.sent_at, message.author),
        *(message.text, message.html, message.outgoing, message.url),
    )


def pulled(client: Client) -> dict[tuple[str, str], RemoteMessage]:
    found: dict[tuple[str, str], RemoteMessage] = {}
    for listing in client.listings():
        for item in client.pull(listing.name, None).items:
            assert isinstance(item, RemoteMessage)
            found[item.source, item.remote_id] = item
    return found


def play_inbox(sim: Simulator) -> None:
    """One of everything that belongs into an inbox."""
    mine = str(sim.note("alice", "say something")["id"])
    sim.mention("bob", "alice", "hello")
    sim.note("bob", "private", visibility="specified", to=["alice"], reply_to=mine)
    sim.note("bob", "us", visibility="specified", to=["alice", "carol"])
    sim.note("carol", "worth reading", quote=mine)
    sim.renote("carol", mine)
    sim.react("bob", mine)
    sim.follow("bob", "alice")
    if sim.state.profile.chat != "none":
        sim.chat("bob", "alice", "a chat")


@profiles
def test_stream_tells_what_a_pull_tells(sim: Simulator) -> None:
    client = client_on(sim)

    async def visit() -> list[RemoteMessage]:
        async with opened(client) as line:
            play_inbox(sim)
            await line.settled()
            return line.items()

    told = {(item.source, item.remote_id): item for item in asyncio.run(visit())}
    listed = pulled(client)
    missed = {key for key, item in listed.items() if not item.outgoing} - set(told)
    assert len(told) >= 7
    for key, item in told.items():
        assert shown(item) == shown(listed[key])
    assert {listed[key].kind for key in missed} <= {"token"}  # from before the stream


@profiles
def test_one_direct_answer_is_one_key(sim: Simulator) -> None:
    mine = str(sim.note("alice", "say something")["id"])

    async def visit() -> list[RemoteMessage]:
        async with opened(client_on(sim)) as line:
            sim.direct("bob", "alice", "that is right", reply_to=mine)
            await line.settled()
            return line.items()

    found = asyncio.run(visit())
    assert len(found) >= 3
    assert (
        len({(item.source, item.remote_id, item.conversation_key) for item in found})
        == 1
    )


def test_open_chat_is_heard_at_once_both_ways(sim: Simulator) -> None:
    client = client_on(sim)
    bob = sim.id_of("bob")

    async def visit() -> Line:
        async with opened(client) as line:
            await line.send(line.stream.join_chat(bob, "c1"))
            await line.until(lambda heard: heard.joined == "c1")
            first = str(sim.chat("bob", "alice", "are you there?")["id"])
            sim.chat("alice", "bob", "yes")
            sim.delete_chat(first)
            await line.until(lambda heard: heard.gone)
            await line.send(line.stream.leave("c1"))
            sim.chat("alice", "bob", "after leaving")
            await line.settled()
            return line

    line = asyncio.run(visit())
    texts = [item.text for item in line.items()]
    assert texts[0] == "are you there?"
    assert "yes" in texts
    assert "after leaving" not in texts
    assert len([heard for heard in line.heard if heard.gone]) == 1


def test_own_direct_note_comes_by_the_home_timeline(sim: Simulator) -> None:
    async def visit() -> Line:
        async with opened(client_on(sim)) as line:
            await line.join("home", "h1")
            sim.direct("alice", "bob", "written on the telephone")
            sim.note("alice", "to everybody")
            await line.settled()
            return line

    line = asyncio.run(visit())
    assert [item.text for item in line.items()] == ["written on the telephone"]
    live = [one.note.text for heard in line.heard for one in heard.live]
    assert live == ["written on the telephone", "to everybody"]


@profiles
def test_captured_note_changes_in_place(sim: Simulator) -> None:
    note = str(sim.note("bob", "which?", choices=["tea", "coffee"])["id"])

    async def visit() -> list[NoteChange]:
        async with opened(client_on(sim)) as line:
            await line.send(line.stream.capture(note))
            await line.settled()
            sim.react("carol", note)
            sim.vote("carol", note, 1)
            sim.delete_note(note)
            heard = await line.settled()
            await line.send(line.stream.release(note))
            await line.settled()
            assert sim.connections("alice")[0].captures == {}
            return [change for one in heard for change in one.changes]

    carol = sim.id_of("carol")
    assert asyncio.run(visit()) == [
        NoteChange(note, "reacted", "👍", person=carol),
        NoteChange(note, "voted", "1", person=carol),
        NoteChange(note, "deleted"),
    ]


@profiles
def test_call_over_the_stream_or_none(sim: Simulator) -> None:
    note = str(sim.mention("bob", "alice", "still here")["id"])

    async def visit() -> str | None:
        async with opened(client_on(sim)) as line:
            await line.settled()
            asked = line.stream.ask("notes/show", {"noteId": note})
            if asked is None:
                return None
            await line.send(asked[1])
            answer = (await line.until(lambda heard: heard.answer)).answer
            assert answer
            assert answer.request_id == asked[0]
            return answer.items[0].remote_id

    old = sim.state.profile.name == OLD
    assert asyncio.run(visit()) == (note if old else None)


def test_nobody_listens_to_a_host(sim: Simulator) -> None:
    async def visit() -> list[str]:
        async with opened(client_on(sim, token="")) as line:
            await line.join("local", "l1")
            sim.note("bob", "public for anonymous")
            sim.direct("bob", "alice", "not for you")
            heard = await line.settled()
            return [one.note.text for each in heard for one in each.live]

    assert asyncio.run(visit()) == ["public for anonymous"]


def test_refused_token_is_a_status(sim: Simulator) -> None:
    client = client_on(sim)
    client.stream()
    sim.revoke("alice")

    async def visit() -> None:
        async with opened(client):
            pass

    with pytest.raises(SocketRefused) as refused:
        asyncio.run(visit())
    assert refused.value.status == 401


def test_junk_between_events_loses_nothing(sim: Simulator) -> None:
    async def visit() -> Line:
        async with opened(client_on(sim)) as line:
            sim.stream_junk("alice")
            sim.mention("bob", "alice", "after the junk")
            sim.stream_junk("alice", size=2_000_000)
            sim.mention("bob", "alice", "after the huge one")
            await line.settled()
            return line

    line = asyncio.run(visit())
    unknown = [heard.unknown for heard in line.heard if heard.unknown]
    assert {"not-json", "no-type", "weather", "main:moonPhase", "main:hugeEvent"} == {
        *unknown
    }
    found = [item for heard in line.heard for item in heard.items]
    texts = [item.text for item in found if isinstance(item, RemoteMessage)]
    assert "@alice after the junk" in texts
    assert "@alice after the huge one" in texts
    assert len(found) - len(texts) == 4  # what claimed to be a message and was none


def test_cut_frame_ends_the_stream(sim: Simulator) -> None:
    async def visit() -> Line:
        async with opened(client_on(sim)) as line:
            sim.mention("bob", "alice", "whole")
            sim.stream_fault("cut", "alice")
            with pytest.raises(SocketClosed):
                await line.until(lambda heard: False)
            return line

    assert asyncio.run(visit()).items()[0].text == "@alice whole"


@profiles
def test_timelines_are_listed_for_a_page_without_a_stream(sim: Simulator) -> None:
    client = client_on(sim)
    sim.follow("alice", "bob")
    shown = str(sim.note("bob", "to all")["id"])
    followers = str(sim.note("bob", "to few", visibility="followers")["id"])
    strange = str(sim.note("carol", "from a stranger")["id"])
    found = {
        channel: {note.remote_id for note in client.timeline(channel)}
        for channel in ("home", "local", "social", "global")
    }
    assert {shown, followers} <= found["home"]
    assert strange not in found["home"]
    assert {shown, strange} <= found["local"] & found["global"]
    assert followers not in found["local"] | found["global"]
    assert {shown, followers, strange} <= found["social"]

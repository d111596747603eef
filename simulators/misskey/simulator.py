"""One simulated host as an object: start it, play on it, ask what it remembers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulators.faults import Faults
from simulators.misskey import chatting, miauth
from simulators.misskey.app import make_app
from simulators.misskey.play import Play
from simulators.misskey.profiles import profile as profile_named
from simulators.misskey.records import ChatMessage, Note, Notification
from simulators.misskey.sim_api import make_token
from simulators.misskey.state import Served, State
from simulators.misskey.streaming.hub import MAIN, Listener
from simulators.misskey.world import demo, small
from simulators.serving import in_a_thread
from simulators.streams import awaited

WORLDS = {"demo": demo.build, "empty": small.build}


@dataclass(frozen=True, slots=True)
class Connection:
    """An open stream as it is now: channels by id, how often a note is captured."""

    user: str
    channels: Mapping[str, str]
    captures: Mapping[str, int]

    @property
    def listens(self) -> bool:
        """Say whether it has joined `main`."""
        return MAIN in self.channels.values()


class Simulator(Play):
    """A host with its people. All actions of `Play` are its methods."""

    def __init__(
        self,
        *,
        profile: str = "2025.12",
        world: str = "empty",
        seed: int = 1,
        name: str = "Misskey Example",
        limits: bool = True,
        id_method: str = "",
        uri: str = "",
        delays: float = 1.0,
        port: int = 0,
    ) -> None:
        """`delays` multiplies the seconds by which events of streams come late."""
        super().__init__(State(profile_named(profile), id_method=id_method, seed=seed))
        self.state.name = name
        self.state.uri = uri
        self.state.limiter.on = limits
        self.state.hub.scale = delays
        self.faults = Faults()
        self.fault = self.faults.let
        self.world = world
        self.app = make_app(self.state, self.faults)
        self.host, self.port = "", port

    @property
    def url(self) -> str:
        """Return `http://127.0.0.1:port`."""
        return self.state.origin

    def settle(self, host: str, port: int) -> None:
        """Learn the own address and let the world begin; before the first call."""
        self.host = f"{host}:{port}"
        self.state.origin = f"http://{self.host}"
        self.state.uri = self.state.uri or self.state.origin
        with self.state.lock:
            WORLDS[self.world](self.state)
            self.state.hub.open()

    # --- what tests ask -----------------------------------------------------------

    def token(
        self, user: str, permissions: list[str] | None = None, *, native: bool = False
    ) -> str:
        """Make a token without the approval page; no list means all permissions."""
        return make_token(self.state, user, permissions, native=native)

    def approve(self, miauth_url: str, user: str) -> str:
        """Press "Allow" on an approval page; returns where the browser goes then."""
        return miauth.approve_url(self.state, miauth_url, user)

    def id_of(self, acct: str) -> str:
        """Return a user's id."""
        with self.state.lock:
            return self.state.by_acct(acct).id

    def find_note(self, note_id: str) -> Note | None:
        """Return a note, None when it is gone."""
        with self.state.lock:
            return self.state.notes.get(note_id)

    def find_chat(self, message_id: str) -> ChatMessage | None:
        """Return a chat message, None when it is gone."""
        with self.state.lock:
            return self.state.chats.get(message_id)

    def notes_of(self, acct: str) -> list[Note]:
        """Return what somebody wrote, oldest first."""
        with self.state.lock:
            ids = self.state.notes_by[self.id_of(acct)].walk(None, None, ascending=True)
            return [self.state.notes[note_id] for note_id in ids]

    def notifications_of(self, acct: str) -> list[Notification]:
        """Return somebody's notifications, oldest first."""
        with self.state.lock:
            return list(self.state.notifications[self.id_of(acct)])

    def unread_notifications(self, acct: str) -> int:
        """Return how many notifications of somebody are unread."""
        return sum(1 for row in self.notifications_of(acct) if not row.read)

    def chat_unread(self, acct: str, partner: str) -> bool:
        """Say whether a conversation, or a room by its id, is unread for somebody."""
        with self.state.lock:
            me = self.id_of(acct)
            key = partner
            if partner not in self.state.rooms:
                key = chatting.pair_key(me, self.id_of(partner))
            return (me, key) in self.state.unread_chats

    def connections(self, user: str = "") -> list[Connection]:
        """Return the open streams of somebody, or all; `-` are those of nobody."""
        with self.state.lock:
            user_id = self.id_of(user) if user not in ("", "-") else None
            found = self.state.hub.of(user_id)
            if user == "-":
                found = [one for one in found if one.user_id is None]
            return [self._connection(one) for one in found]

    def _connection(self, listener: Listener) -> Connection:
        owner = self.state.users.get(listener.user_id or "")
        return Connection(
            user=owner.acct if owner else "",
            channels=listener.joined,
            captures=listener.captured,
        )

    def await_streams(
        self,
        check: Callable[[list[Connection]], bool] = bool,
        *,
        user: str = "",
        seconds: float = 10,
    ) -> list[Connection]:
        """Wait until the open streams are as wanted; TimeoutError when they are not.

        Without `check`, until there is one.
        """
        changed = self.state.hub.changed
        return awaited(changed, lambda: self.connections(user), check, seconds)

    def calls(self, endpoint: str = "") -> list[Served]:
        """Return the answered calls, oldest first, tokens left out."""
        with self.state.lock:
            rows = list(self.state.served)
        return [row for row in rows if not endpoint or row.endpoint == endpoint]

    def forget_calls(self) -> None:
        """Begin counting calls anew."""
        with self.state.lock:
            self.state.served.clear()


running = in_a_thread(Simulator)

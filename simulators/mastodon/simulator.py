"""One simulated host as an object: start it, play on it, ask what it remembers."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from simulators.faults import Faults
from simulators.mastodon import talks
from simulators.mastodon.app import make_app
from simulators.mastodon.oauth import grants, shortcuts
from simulators.mastodon.play import Play
from simulators.mastodon.profiles import profile as profile_named
from simulators.mastodon.records import Notification, Request, Row, Status
from simulators.mastodon.state import Clock, Served, State
from simulators.mastodon.streaming.hub import Listener
from simulators.mastodon.world import demo, small
from simulators.serving import in_a_thread
from simulators.streams import awaited

WORLDS = {"demo": demo.build, "empty": small.build}
PINGS = 30.0  # seconds


@dataclass(frozen=True, slots=True)
class Connection:
    """An open stream as it is now; `streams` as in `user` or `hashtag:tea`."""

    user: str
    streams: tuple[str, ...]

    @property
    def listens(self) -> bool:
        """Say whether it is subscribed to anything."""
        return bool(self.streams)


class Simulator(Play):
    """A host with its people. All actions of `Play` are its methods."""

    def __init__(
        self,
        *,
        profile: str = "4.6",
        world: str = "empty",
        seed: int = 1,
        name: str = "Mastodon Example",
        limits: bool = True,
        uri: str = "",
        clock: Clock = time.time,
        pings: float = PINGS,
        port: int = 0,
    ) -> None:
        """`pings` is how many seconds lie between those of open streams; 0: none."""
        super().__init__(State(profile_named(profile), seed=seed, clock=clock))
        self.state.name = name
        self.state.domain = urlsplit(uri).netloc or uri
        self.state.limiter.on = limits
        self.state.hub.pings = pings
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
        self.state.domain = self.state.domain or self.host
        with self.state.lock:
            WORLDS[self.world](self.state)

    # --- what tests ask -----------------------------------------------------------

    def token(self, user: str, scopes: Sequence[str] | None = None) -> str:
        """Make a token without the page; no list means `read write follow`."""
        return shortcuts.token(self.state, user, scopes)

    def approve(
        self, authorize_url: str, user: str, scopes: Sequence[str] | None = None
    ) -> str:
        """Press "Authorize" on an authorize address; returns the callback's address.

        `scopes` are what the person grants, if not all that were asked. A bad address
        raises `grants.BadAddress`, a ValueError.
        """
        given = None if scopes is None else tuple(scopes)
        return grants.approve_url(self.state, authorize_url, user, given)

    def id_of(self, acct: str) -> str:
        """Return a user's id."""
        with self.state.lock:
            return self.state.by_acct(acct).id

    def find_status(self, status_id: str) -> Status | None:
        """Return a status, None when it is gone or going."""
        with self.state.lock:
            row = self.state.statuses.get(status_id)
            return None if row is None or row.deleting else row

    def statuses_of(self, acct: str) -> list[Status]:
        """Return what somebody wrote, oldest first."""
        with self.state.lock:
            ids = self.state.written_by[self.id_of(acct)]
            return [self.state.statuses[row] for row in ids]

    def rows_of(self, acct: str) -> list[Row]:
        """Return somebody's conversations, the newest first."""
        with self.state.lock:
            return talks.of(self.state, self.id_of(acct))

    def notifications_of(self, acct: str) -> list[Notification]:
        """Return somebody's notifications, oldest first, the filtered ones too."""
        with self.state.lock:
            return list(self.state.notifications[self.id_of(acct)])

    def requests_of(self, acct: str) -> list[Request]:
        """Return who waits for somebody's decision."""
        with self.state.lock:
            me = self.id_of(acct)
            return [row for row in self.state.requests.values() if row.user_id == me]

    def follow_requests_of(self, acct: str) -> list[str]:
        """Return who asked to follow somebody."""
        with self.state.lock:
            me, users = self.id_of(acct), self.state.users
            return [
                users[who].acct for who, to in self.state.follow_requests if to == me
            ]

    def marker_of(self, acct: str) -> str:
        """Return the newest notification that somebody's marker calls read, or ""."""
        with self.state.lock:
            marker = self.state.markers.get((self.id_of(acct), "notifications"))
            return marker.last_read_id if marker else ""

    def connections(self, user: str = "") -> list[Connection]:
        """Return the open streams of somebody, or all."""
        with self.state.lock:
            user_id = self.id_of(user) if user else None
            return [self._connection(one) for one in self.state.hub.of(user_id)]

    def _connection(self, listener: Listener) -> Connection:
        owner = self.state.users.get(listener.user_id or "")
        return Connection(owner.acct if owner else "", listener.streams)

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

    def calls(self, call: str = "") -> list[Served]:
        """Return the answered calls, oldest first; `call` as in `GET /api/v1/markers`.

        Secrets are left out of their parameters.
        """
        with self.state.lock:
            rows = list(self.state.served)
        return [row for row in rows if not call or row.call == call]

    def forget_calls(self) -> None:
        """Begin counting calls anew."""
        with self.state.lock:
            self.state.served.clear()

    def fell_ill(self, *, status: int = 502, body: str = "html") -> None:
        """Let every call fail from now on, until `recovered`."""
        self.fault("*", status=status, body=body)

    def recovered(self) -> None:
        """Take all faults away."""
        self.faults.clear()


running = in_a_thread(Simulator)

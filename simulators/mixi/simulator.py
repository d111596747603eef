"""One simulated mixi as an object: start it, play on it, ask what it remembers."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from simulators.faults import Faults
from simulators.mixi import consent, sim_api
from simulators.mixi.app import make_app
from simulators.mixi.mishaps import Mishap, Mishaps
from simulators.mixi.play import Play
from simulators.mixi.records import BOXES, Box, Message, Served
from simulators.mixi.state import ClientKey, State
from simulators.mixi.world import demo, small
from simulators.serving import in_a_thread

WORLDS = {"demo": demo.build, "empty": small.build}
CLIENT_ID, CLIENT_SECRET = "mixi-simulated-key", "mixi-simulated-secret"
Json = dict[str, object]


def settings_of(host: str, key: str, secret: str) -> dict[str, str]:
    """What a site is told of the simulated mixi at `host`, by names of its settings."""
    return {
        "MIXI_CLIENT_ID": key,
        "MIXI_CLIENT_SECRET": secret,
        "MIXI_API_URL": f"http://{host}/2",
        "MIXI_AUTHORIZE_URL": f"http://{host}/connect_authorize.pl",
        "MIXI_TOKEN_URL": f"http://{host}/2/token",
    }


class Simulator(Play):
    """A mixi with its people. All actions of `Play` are its methods."""

    def __init__(
        self,
        *,
        world: str = "empty",
        seed: int = 1,
        client_id: str = CLIENT_ID,
        client_secret: str = CLIENT_SECRET,
        redirect_uri: str = "",
        clock: Callable[[], float] = time.time,
        silences: Mapping[str, object] | None = None,
        port: int = 0,
    ) -> None:
        client = ClientKey(client_id, client_secret, redirect_uri)
        super().__init__(State(client, seed=seed, clock=clock))
        self.state.silences.change(**(silences or {}))
        self.faults = Faults()
        self.fault = self.faults.let
        self.mishaps = Mishaps()
        self.world = world
        self.app = make_app(self.state, self.faults, self.mishaps)
        self.host, self.port = "", port

    @property
    def url(self) -> str:
        """Return `http://127.0.0.1:port`."""
        return self.state.origin

    @property
    def api_url(self) -> str:
        """Return where the API begins; https://api.mixi-platform.com/2 of the real."""
        return f"{self.url}/2"

    @property
    def authorize_url(self) -> str:
        """Return the consent page; https://mixi.jp/connect_authorize.pl of the real."""
        return f"{self.url}/connect_authorize.pl"

    @property
    def token_url(self) -> str:
        """Return the token endpoint, which is on a host of its own in the real."""
        return f"{self.api_url}/token"

    @property
    def settings(self) -> dict[str, str]:
        """Return what a site is told of it, see `settings_of`."""
        return settings_of(self.host, self.client.id, self.client.secret)

    @property
    def client(self) -> ClientKey:
        """Return the key, secret and redirect URL of the registered program."""
        return self.state.client

    def settle(self, host: str, port: int) -> None:
        """Learn the own address and let the world begin; before the first call."""
        self.host = f"{host}:{port}"
        self.state.origin = f"http://{self.host}"
        with self.state.lock:
            WORLDS[self.world](self.state)

    # --- what tests ask ---------------------------------------------------------------

    def token_answer(
        self, user: str, *, scopes: str | None = None, always: bool = True
    ) -> Json:
        """Return a token answer without the consent page.

        `scopes` are separated by spaces; None means all that there are.
        """
        return sim_api.token_answer(self.state, user, scopes=scopes, always=always)

    def token(self, user: str, *, scopes: str | None = None) -> str:
        """Return an access token without the consent page."""
        return str(self.token_answer(user, scopes=scopes)["access_token"])

    def approve(self, authorize_url: str, user: str, *, always: bool = True) -> str:
        """Agree on a consent page; returns where the browser goes then.

        Raises `simulators.mixi.consent.WrongApp` where the page shows an error.
        """
        return sim_api.approve(self.state, authorize_url, user, always=always)

    def refuse(self, authorize_url: str) -> str:
        """Refuse on a consent page; returns where the browser goes then."""
        with self.state.lock:
            return consent.refuse(
                consent.read(self.state, consent.query_of(authorize_url))
            )

    def id_of(self, name: str) -> str:
        """Return a person's id."""
        with self.state.lock:
            return self.state.person(name).id

    def box(self, name: str, box: Box) -> list[Message]:
        """Return copies of what is in somebody's box, oldest first, without trash."""
        return [row for row in self._rows(name, box) if not row.trashed]

    def inbox(self, name: str) -> list[Message]:
        """Return somebody's inbox, oldest first."""
        return self.box(name, "inbox")

    def outbox(self, name: str) -> list[Message]:
        """Return what somebody sent, oldest first."""
        return self.box(name, "outbox")

    def notices(self, name: str) -> list[Message]:
        """Return somebody's notices, oldest first."""
        return self.box(name, "noticebox")

    def trash(self, name: str) -> list[Message]:
        """Return what somebody threw away, of both boxes."""
        rows = [row for box in BOXES for row in self._rows(name, box)]
        return [row for row in rows if row.trashed]

    def find(self, name: str, message: str) -> Message | None:
        """Return a message of somebody, also from the trash; None when it is gone."""
        rows = [row for box in BOXES for row in self._rows(name, box)]
        return next((row for row in rows if row.id == message), None)

    def _rows(self, name: str, box: Box) -> list[Message]:
        with self.state.lock:
            rows = self.state.messages[self.state.person(name).name, box].values()
            return sorted(
                (replace(row) for row in rows), key=lambda row: (row.sent, row.arrived)
            )

    def calls(self, path: str = "", *, method: str = "") -> list[Served]:
        """Return the answered calls, oldest first, without tokens and secrets.

        `path` is told without `/2/`: `token`, `messages/@me/@inbox`.
        """
        with self.state.lock:
            rows = list(self.state.served)
        return [
            row for row in rows if path in ("", row.path) and method in ("", row.method)
        ]

    def forget_calls(self) -> None:
        """Begin counting calls anew."""
        with self.state.lock:
            self.state.served.clear()

    def mishap(
        self,
        where: str,
        *,
        times: int = 1,
        status: int = 200,
        text: str = "",
        content_type: str = "application/json",
        megabytes: int = 0,
        compressed: bool = False,
    ) -> None:
        """Answer with any text or size; see `simulators.mixi.mishaps.Mishap`."""
        self.mishaps.add(
            Mishap(where, times, status, text, content_type, megabytes, compressed)
        )


running = in_a_thread(Simulator)

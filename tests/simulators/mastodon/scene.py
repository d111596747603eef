"""A caller of a simulated host, and the names of the rows that a test made."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import requests

from simulators.mastodon import Simulator
from tests.simulators.rows import Rows

Json = dict[str, object]
NOBODY = {"4.6": "117020593780198541", "gotosocial": "01AAAAAAAAAAAAAAAAAAAAAAAA"}


@dataclass
class Scene(Rows):
    """A host, the caller's token and the names of rows; `$name` stands for an id."""

    sim: Simulator
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def call(
        self,
        written: str,
        params: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Call `METHOD /path` as the token's person; params as query or JSON body."""
        method, path = written.split(" ")
        path = "/".join(str(self.fill(part)) for part in path.split("/"))
        given = {key: self.fill(value) for key, value in (params or {}).items()}
        sent = {**self.headers, **(headers or {})}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        reads = method in ("GET", "DELETE")
        return requests.request(
            method,
            f"{self.sim.url}{path}",
            params=given if reads else None,  # type: ignore[arg-type]  # texts and lists
            json=None if reads else given,
            headers=sent,
            timeout=5,
            allow_redirects=False,
        )

    def upload(
        self, name: str, content: bytes, mime: str = "image/png", **given: str
    ) -> requests.Response:
        """Put a file among the caller's own."""
        return requests.post(
            f"{self.sim.url}/api/v2/media",
            data=given,
            files={"file": (name, content, mime)},
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=5,
        )

    def form(self, written: str, **given: str) -> requests.Response:
        """Call `METHOD /path` as nobody, with a form."""
        method, path = written.split(" ")
        url = f"{self.sim.url}{path}"
        return requests.request(
            method, url, data=given, timeout=5, allow_redirects=False
        )


def furnish(sim: Simulator) -> Scene:
    """Let people do one of everything that the recorded answers tell of."""
    scene = Scene(sim, sim.token("alice"))
    for person in ("alice", "bob", "dave"):
        scene.names[person] = sim.id_of(person)
    sim.policy("alice", for_private_mentions="accept")
    scene.name("dm", sim.direct("bob", "alice", "lunch at noon?"))
    scene.name("reply", sim.reply("alice", scene.names["dm"], "fine"))
    scene.names["row"] = sim.rows_of("alice")[0].id
    mine = sim.status("alice", "first post https://example.org/")
    sim.favourite("bob", scene.name("mine", mine))
    sim.follow("bob", "alice")
    sim.request_follow("dave", "alice")
    hello = sim.mention("bob", "alice", "hello from the other side")
    scene.name("hello", hello)
    rows = sim.notifications_of("alice")
    scene.names["notice"] = next(r.id for r in rows if r.status_id == hello["id"])
    sim.policy("alice", for_private_mentions="filter")
    sim.direct("carol", "alice", "let me in")
    if waiting := sim.requests_of("alice"):
        scene.names["request"] = waiting[0].id
    return scene

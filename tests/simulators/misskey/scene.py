"""A scene like the one that the recorded answers come from, and how to call its host."""

from collections.abc import Mapping
from dataclasses import dataclass

import requests

from simulators.misskey import Simulator
from simulators.misskey.endpoints.posting import TEXT_LIMIT
from tests.simulators.rows import Rows

Json = dict[str, object]
NOBODY = "9zzzzzzzzzzzzzzz"


@dataclass
class Scene(Rows):
    """A furnished host, the caller's token and the names of the rows."""

    sim: Simulator
    token: str

    def post(
        self, endpoint: str, body: Mapping[str, object] | None = None
    ) -> requests.Response:
        """Call an endpoint as alice; `$name` in the body stands for a row's id."""
        named = {"i": self.token} | {
            key: self.fill(value) for key, value in (body or {}).items()
        }
        return requests.post(f"{self.sim.url}/api/{endpoint}", json=named, timeout=5)

    def get(self, url: str) -> requests.Response:
        """Fetch an address of the host."""
        return requests.get(url, timeout=5)

    def upload(self, name: str, content: bytes) -> Json:
        """Put a file into alice's drive."""
        url = f"{self.sim.url}/api/drive/files/create"
        files = {"file": (name, content, "text/plain")}
        answer = requests.post(
            url, data={"i": self.token}, files=files, timeout=5
        ).json()
        assert isinstance(answer, dict)
        return answer


def furnish(sim: Simulator) -> Scene:
    """Let bob and carol do what they did when the answers were recorded."""
    scene = Scene(sim, sim.token("alice"))
    for person in ("alice", "bob", "carol"):
        scene.names[person] = sim.id_of(person)
    scene.name("public", sim.mention("bob", "alice", "hello from the other side"))
    scene.name("home", sim.mention("bob", "alice", "home", visibility="home"))
    sim.mention("bob", "alice", "followers only", visibility="followers")
    scene.name("dm", sim.direct("bob", "alice", "@alice lunch at noon?"))
    group = sim.note(
        "bob", "the ending", visibility="specified", to=["alice", "carol"], cw="film"
    )
    scene.name("group", group)
    scene.name("not_mine", sim.direct("bob", "carol", "for carol only"))
    mine = scene.name("mine", sim.note("alice", "first note of mine\nあり"))
    scene.name("reply", sim.reply("bob", mine, "that is right"))
    scene.name("quote", sim.note("bob", "worth reading", quote=mine))
    scene.name("renote", sim.renote("carol", mine))
    sim.react("bob", mine, "👍")
    sim.react("carol", mine, "🎉")
    sim.follow("bob", "alice")
    sim.note("alice", "note to myself", visibility="specified")
    scene.name("answer", sim.direct("alice", "bob", "fine", reply_to=group_id(group)))
    scene.name("poll", sim.note("alice", "which?", choices=["tea", "coffee"]))
    return scene


def group_id(result: Json) -> str:
    """Return the id of what an action made."""
    return str(result["id"])


def furnish_notices(scene: Scene) -> None:
    """Add one notification of every other kind."""
    sim = scene.sim
    scene.name("mfm", sim.mention("carol", "alice", "**bold** $[tada party] #tag <b>"))
    scene.name("room", sim.room("bob", "Project room"))
    sim.invite(scene.names["room"], "alice")
    sim.notice("alice", "app", body="body", header="header", icon="https://a.example/i")
    sim.notice("alice", "test")
    sim.notice("alice", "achievementEarned", achievement="foundTreasure")
    sim.notice("alice", "roleAssigned", role="Helper")
    sim.request_follow("carol", "alice")
    sim.bell("alice", "carol")
    scene.name("plain", sim.note("carol", "a note for those with the bell"))
    sim.end_poll(scene.names["poll"])
    sim.announce("Maintenance", "On Sunday")


def furnish_chats(scene: Scene) -> None:
    """Let alice and bob talk, alone and in a room, carol too."""
    sim = scene.sim
    scene.name("sent", sim.chat("alice", "bob", "are you there?"))
    scene.name("received", sim.chat("bob", "alice", "yes, here"))
    sim.chat("carol", "alice", "from another person")
    room = scene.name("seat", sim.room("bob", "Project room", members=["alice"]))
    scene.name("room_mine", sim.room_message("alice", room, "thank you"))
    scene.name("room_last", sim.room_message("bob", room, "and a last word"))


LONG = "ab" * (TEXT_LIMIT // 2 + 1)

"""The browsers' socket of a real server: who may open it, and what it tells."""

import json
from collections import deque
from collections.abc import Iterator

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.processes.site import Site, site

PATIENCE = 20.0
PASSWORD = "a long enough password"
MAKE_USERS = f"""
import json
from django.contrib.auth.models import User
from django.test import Client
from accounts.models import Account
from messaging.models import Author, Conversation, Message
from django.utils import timezone
found = {{}}
for name in ("me", "other"):
    number = User.objects.count()
    user = User.objects.create_user(f"{{name}}{{number}}", password="{PASSWORD}")
    account = Account.objects.create(
        owner=user, provider="misskey", host="misskey.example", remote_id=name,
        handle=f"@{{name}}@misskey.example", status="paused",
    )
    conversation = Conversation.objects.create(
        owner=user, account=account, box="messages", key="k",
    )
    message = Message.objects.create(
        owner=user, account=account, conversation=conversation, box="messages",
        source="note", kind="message", remote_id="n1", text="Hello",
        sent_at=timezone.now(), sort_key=1, unread=True,
    )
    client = Client()
    client.force_login(user)
    found[name] = {{
        "id": user.pk,
        "session": client.cookies["sessionid"].value,
        "message": message.pk,
    }}
print("made", json.dumps(found))
"""


class Person:
    """Somebody who is signed in, with one message."""

    def __init__(self, made: Site, known: dict[str, object]) -> None:
        self.site, self.session = made, str(known["session"])
        self.id, self.message = known["id"], known["message"]

    def socket(self, origin: str | None = "") -> ClientConnection:
        address = self.site.url.replace("http://", "ws://") + "/ws/"
        headers = {"Cookie": f"sessionid={self.session}"}
        if origin == "":
            origin = self.site.url
        headers |= {"Origin": origin} if origin is not None else {}
        return connect(address, additional_headers=headers, proxy=None)

    def append(self, kind: str = "test.told") -> None:
        """An event from another process, as a command would leave it."""
        code = f"from messaging import events; events.append({self.id}, {kind!r})"
        done = self.site.command("shell", "-c", code)
        assert done.returncode == 0, done.stderr


def hear(socket: ClientConnection) -> dict[str, object]:
    found: dict[str, object] = json.loads(socket.recv(timeout=PATIENCE))
    return found


def end_of(socket: ClientConnection) -> int:
    """The code with which the server closes; what it told before is passed over."""
    with pytest.raises(ConnectionClosed) as closed:
        deque(iter(lambda: socket.recv(timeout=PATIENCE), None), maxlen=0)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("socket"), []) as made:
        yield made


@pytest.fixture
def people(running: Site) -> dict[str, Person]:
    done = running.command("shell", "-c", MAKE_USERS)
    line = next(row for row in done.stdout.splitlines() if row.startswith("made "))
    known = json.loads(line.removeprefix("made "))
    return {name: Person(running, values) for name, values in known.items()}


@pytest.fixture
def me(people: dict[str, Person]) -> Person:
    return people["me"]


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", None])
def test_socket_is_refused_to_pages_of_other_sites(
    me: Person, origin: str | None
) -> None:
    with pytest.raises(InvalidStatus), me.socket(origin):
        pass


def test_socket_is_refused_to_who_is_not_signed_in(me: Person) -> None:
    me.session = "nobody"
    with pytest.raises(InvalidStatus), me.socket():
        pass


def test_hello_brings_what_was_missed_in_order(me: Person) -> None:
    for number in range(3):
        me.append(f"test.{number}")
    with me.socket() as socket:
        socket.send(json.dumps({"hello": 1}))
        told = [hear(socket) for _ in range(2)]
    assert [(frame["seq"], frame["kind"]) for frame in told] == [
        (2, "test.1"),
        (3, "test.2"),
    ]


def test_hello_of_another_log_asks_to_read_anew(me: Person) -> None:
    me.append()
    with me.socket() as socket:
        socket.send(json.dumps({"hello": 99}))
        assert hear(socket) == {"resync": 1}
        me.append()
        assert hear(socket)["seq"] == 2


def test_change_reaches_the_own_sockets_and_no_others(
    people: dict[str, Person],
) -> None:
    me, other = people["me"], people["other"]
    with me.socket() as mine, other.socket() as theirs:
        for socket in (mine, theirs):
            socket.send(json.dumps({"hello": 0}))
        me.append("test.mine")
        assert hear(mine)["kind"] == "test.mine"
        other.append("test.theirs")
        assert hear(theirs)["kind"] == "test.theirs"


@pytest.mark.parametrize(
    "frame",
    ["", "{", "[]", '{"hello": -1}', '{"hello": true}', '{"seen": 1}', "1" * 999],
)
def test_frame_that_no_page_of_ours_sends_ends_the_socket(
    me: Person, frame: str
) -> None:
    with me.socket() as socket:
        socket.send(frame)
        assert end_of(socket) == 4400


def test_second_hello_ends_the_socket(me: Person) -> None:
    """It would begin the flow anew, whatever is still under way to the browser."""
    with me.socket() as socket:
        for _time in range(2):
            socket.send(json.dumps({"hello": 0}))
        assert end_of(socket) == 4400


def test_socket_ends_with_its_session(me: Person) -> None:
    with me.socket() as socket:
        socket.send(json.dumps({"hello": 0}))
        code = f"""
from django.contrib.auth.models import User
user = User.objects.get(pk={me.id})
user.set_password("another password that is long")
user.save()
"""
        me.site.command("shell", "-c", code)
        assert end_of(socket) == 4401


def test_browser_that_takes_nothing_is_told_no_more_than_fits(me: Person) -> None:
    code = f"""
from django.db import transaction
from messaging import events
with transaction.atomic():
    for number in range(1200):
        events.append({me.id}, "test.many")
"""
    me.site.command("shell", "-c", code)
    with me.socket() as socket:
        socket.send(json.dumps({"hello": 0}))
        told = [hear(socket)["seq"] for _ in range(500)]
        with pytest.raises(TimeoutError):
            socket.recv(timeout=1)
        socket.send(json.dumps({"seen": 500}))
        told += [hear(socket)["seq"] for _ in range(500)]
        socket.send(json.dumps({"seen": 1000}))
        told += [hear(socket)["seq"] for _ in range(200)]
    assert told == list(range(1, 1201))


def test_missed_events_come_after_a_restart_of_the_server(me: Person) -> None:
    with me.socket() as socket:
        socket.send(json.dumps({"hello": 0}))
        me.append("test.first")
        assert hear(socket)["seq"] == 1
        me.site.end(9)
    me.append("test.second")
    me.site.start()
    with me.socket() as socket:
        socket.send(json.dumps({"hello": 1}))
        assert hear(socket)["kind"] == "test.second"

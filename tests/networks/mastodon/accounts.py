"""Hosts that follow a script, and clients for the accounts of the recorded answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from itertools import count
from urllib.parse import parse_qsl, urlsplit

from inboxhub.lib.http import Http, HttpError
from inboxhub.networks.base import Page, RemoteMessage, Unreadable
from inboxhub.networks.budget import Budgets
from inboxhub.networks.mastodon import Client
from inboxhub.networks.mastodon.facts import Facts
from inboxhub.networks.mastodon.rows import Tops
from inboxhub.networks.values import Viewer
from tests.networks.replay import Answer, Scripted, Sent, recorded

TOKEN = "ToKeN-0123456789_abcdefghijklmnop.qrstuvwxyz"
HOST = "mastodon.example"
PRIVATE = "10.0.0.5:3000"  # with TLS
NOW = datetime(2026, 11, 21, 7, 20, tzinfo=UTC)

ALICE = "01RJQSKESAGSTEQ81C55PNCEP0"
BOB = "01BJCFW9932VGV2DAQYYPJSX1H"
CAROL = "01SWE234ZBX5CP1AJPEHREBV2G"
DAVE = "01G9Y7F4V23NYQETRGT28YD156"

MASTODON = Facts(
    id="117020566092212359",
    domain=HOST,
    software="mastodon",
    level=11,
    unreading=True,
    bulk=True,
)
OLD = Facts(id="109440138498166497", domain=HOST, software="mastodon")
GOTOSOCIAL = Facts(
    id=ALICE,
    domain=HOST,
    software="gotosocial",
    dismissing=False,
    shared=True,
    missing={"filtered": "off", "announcements": "off"},
)

Reply = Answer | HttpError
Script = Mapping[str, Reply | Sequence[Reply]]
NO_ROUTE = Answer(404, {"error": "Not Found"})
UNAUTHORIZED = Answer(401, {"error": "The access token is invalid"})
OK = Answer(200, {})


def mastodon(number: str) -> Answer:
    return recorded(number, "mastodon").answer


def gotosocial(number: str) -> Answer:
    return recorded(number, "gotosocial").answer


@dataclass(frozen=True, slots=True)
class Call:
    """What a host was sent."""

    name: str
    query: list[tuple[str, str]]
    body: object
    headers: Mapping[str, str] = field(repr=False)
    url: str = ""


class Host(Scripted):
    """Gives what the script says: "METHOD /path" → answers, the last one for ever.

    The query is no part of the name; what the script lacks is answered as unknown.
    """

    def __init__(self, script: Script, origin: str = f"https://{HOST}") -> None:
        self.script = {
            name: [replies] if isinstance(replies, Answer | HttpError) else [*replies]
            for name, replies in script.items()
        }
        self.base = origin
        self.calls: list[Call] = []

    def origin(self, host: str) -> str:
        return self.base

    def leads_inside(self, origin: str, url: str) -> bool:
        return _rules().leads_inside(origin, url)

    def reply(self, sent: Sent) -> Answer | HttpError:
        assert sent.url.startswith(f"{self.base}/")
        assert 0 < sent.deadline <= 30
        parts = urlsplit(sent.url)
        name = f"{sent.method} {parts.path}"
        body = sent.json if sent.form is None else dict(sent.form)
        query = parse_qsl(parts.query, keep_blank_values=True)
        self.calls.append(Call(name, query, body, dict(sent.headers), sent.url))
        replies = self.script.get(name, [NO_ROUTE])
        return replies.pop(0) if len(replies) > 1 else replies[0]

    def called(self, name: str) -> list[Call]:
        return [call for call in self.calls if call.name == name]

    @property
    def names(self) -> list[str]:
        return [call.name for call in self.calls]


@cache
def _rules() -> Http:
    """Those of an installation with one private host."""
    return Http(private_hosts=(f"https://{PRIVATE}",))


def client_of(
    script: Script,
    facts: Facts = MASTODON,
    *,
    me: str = "",
    token: str = TOKEN,
    origin: str = f"https://{HOST}",
    credentials: Mapping[str, str] | None = None,
    unknown: bool = False,
) -> tuple[Client, Host]:
    """A client on a scripted host, with budgets of its own."""
    host = Host(script, origin)
    client = Client(
        host,
        HOST,
        {"token": token, **(credentials or {})},
        remote_id=me or facts.id,
        facts=None if unknown else facts.as_json(),
    )
    # On this clock a moment passes with every look, so that no test waits.
    client.budgets = Budgets(count(1000.0, 0.25).__next__)
    client.tops = Tops()
    return client, host


def viewer_of(facts: Facts = MASTODON, me: str = "") -> Viewer:
    return Viewer(me or facts.id, f"https://{HOST}", HOST)


def messages(items: tuple[RemoteMessage | Unreadable, ...]) -> list[RemoteMessage]:
    """Only what could be read; the test fails when anything could not."""
    found = [item for item in items if isinstance(item, RemoteMessage)]
    assert len(found) == len(items)
    return found


def person(identifier: str, name: str) -> dict[str, object]:
    """An Account with what the client reads of it."""
    return {
        "id": identifier,
        "username": name,
        "acct": name,
        "display_name": name.title(),
        "avatar": f"https://{HOST}/avatars/{name}.png",
        "avatar_static": f"https://{HOST}/avatars/{name}-still.png",
        "url": f"https://{HOST}/@{name}",
        "emojis": [],
    }


def status(
    identifier: str,
    author: Mapping[str, object],
    *mentions: Mapping[str, object],
    **more: object,
) -> dict[str, object]:
    """A Status with what the client reads of it; public, unless said otherwise."""
    return {
        "id": identifier,
        "created_at": f"2026-08-01T13:{_minute(identifier):02d}:00.000Z",
        "account": dict(author),
        "content": f"<p>text {identifier}</p>",
        "visibility": "public",
        "spoiler_text": "",
        "uri": f"https://{HOST}/statuses/{identifier}",
        "url": f"https://{HOST}/@{author['username']}/{identifier}",
        "mentions": [
            {name: one[name] for name in ("id", "username", "acct")} for one in mentions
        ],
        **more,
    }


def _minute(identifier: str) -> int:
    return int("".join(filter(str.isdecimal, identifier[-4:])) or 0) % 60


def row(
    identifier: str,
    last: Mapping[str, object] | None,
    *people: Mapping[str, object],
    unread: bool = False,
) -> dict[str, object]:
    """A Conversation."""
    return {
        "id": identifier,
        "unread": unread,
        "accounts": [dict(one) for one in people],
        "last_status": last,
    }


def listing(*rows: object, following: str = "") -> Answer:
    """A page, with a `Link` to the following one."""
    link = {"link": f'<{following}>; rel="next"'} if following else {}
    return Answer(200, list(rows), link)


def direct(
    identifier: str, author: Mapping[str, object], *to: Mapping[str, object]
) -> dict[str, object]:
    """A Status that only its people see."""
    return status(identifier, author, *to, visibility="direct")


def walk(client: Client, name: str) -> list[Page]:
    """All pages of a listing."""
    pages = [client.pull(name, None)]
    while pages[-1].next and len(pages) < 50:
        pages.append(client.pull(name, pages[-1].next))
    return pages

"""mixi in a test: answers of the document, a mailbox that lives, accounts on both."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from inboxhub.lib.http import HttpError
from inboxhub.networks.base import Page, RemoteMessage, Target
from inboxhub.networks.budget import Budgets
from inboxhub.networks.mixi import Client
from inboxhub.networks.mixi.listing import Looks
from inboxhub.networks.mixi.values import JAPAN
from tests.networks.replay import Answer, Scripted, Sent

ANSWERS = Path(__file__).parent / "answers"
API = "api.mixi-platform.com"
TOKEN, REFRESH = "ACCESS1-canary", "REFRESH1-canary"
ME = "6syksi5ctrp"
FRIEND = "rdqz7s6ew176q"
SCOPES = "r_profile r_message w_message"
FACTS = {"id": ME, "name": "わたし", "avatar_url": "", "off": []}

INBOX, OUTBOX, NOTICES = (
    f"/messages/@me/{name}" for name in ("@inbox", "@outbox", "@noticebox")
)
WRITES = "/messages/@me/@self"


@dataclass(frozen=True, slots=True)
class Call:
    """What was sent, as mixi would see it."""

    method: str
    path: str
    query: dict[str, str]
    body: object
    headers: Mapping[str, str]
    form: Mapping[str, str]
    url: str

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


Reaction = Callable[[Call], Answer]
Script = Answer | HttpError | str | Reaction
Scripts = Mapping[str, Script | Sequence[Script]]


class Host(Scripted):
    """Answers by `METHOD path`, the last one for ever; a text names a file."""

    def __init__(self, script: Scripts) -> None:
        self.script = {name: _steps(steps) for name, steps in script.items()}
        self.calls: list[Call] = []

    def origin(self, host: str) -> str:
        return f"https://{host}"

    def reply(self, sent: Sent) -> Answer | HttpError:
        parts = urlsplit(sent.url)
        query = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        path = parts.path.removeprefix("/2")
        form = sent.form or {}
        call = Call(sent.method, path, query, sent.json, sent.headers, form, sent.url)
        self.calls.append(call)
        steps = self.script.get(call.name) or ["not-found"]
        step = steps.pop(0) if len(steps) > 1 else steps[0]
        if isinstance(step, str):
            return answer(step)
        return step if isinstance(step, Answer | HttpError) else step(call)

    def named(self, name: str) -> list[Call]:
        return [call for call in self.calls if call.name == name]

    @property
    def names(self) -> list[str]:
        return [call.name for call in self.calls]


def _steps(script: Script | Sequence[Script]) -> list[Script]:
    if isinstance(script, str | Answer | HttpError) or callable(script):
        return [script]
    return list(script)


def answer(name: str) -> Answer:
    """The answer of a file, as the document has it."""
    stored = json.loads((ANSWERS / f"{name}.json").read_text())
    return Answer(stored["status"], stored["body"], stored.get("headers"))


def body_of(name: str) -> dict[str, object]:
    body = answer(name).body
    assert isinstance(body, dict)
    return body


def client_of(
    script: Scripts,
    *,
    facts: Mapping[str, object] | None = None,
    **credentials: str,
) -> tuple[Client, Host]:
    """An account on a scripted mixi, with budgets that never wait."""
    host = Host(script)
    stored = {
        "token": TOKEN,
        "refresh_token": REFRESH,
        "scheme": "Bearer",
        "scope": SCOPES,
    }
    client = Client(
        host,
        API,
        stored | credentials,
        remote_id=ME,
        facts=FACTS if facts is None else facts,
    )
    client.budgets = FreeBudgets()
    client.looks = Looks()
    return client, host


class FreeBudgets(Budgets):
    """As much as one likes: time stands an hour later at each look."""

    def __init__(self) -> None:
        self.now = 0.0
        super().__init__(self.later)

    def later(self) -> float:
        self.now += 3600.0
        return self.now


def row(
    number: int, *, at: datetime | None = None, **more: object
) -> dict[str, object]:
    """A received message; a higher number is a later one unless `at` says otherwise."""
    start = datetime(2010, 11, 10, 17, 0, tzinfo=JAPAN)
    moment = at or start + timedelta(minutes=30 * number)
    return {
        "id": f"m{number}",
        "status": "unread",
        "timeSent": moment.isoformat(),
        "title": f"No. {number}",
        "body": f"Text {number}",
        "sender": {"id": FRIEND, "displayName": "友人"},
        **more,
    }


@dataclass
class Mailbox:
    """One tray that lives: lists by startIndex and updatedSince, deletes, marks.

    `bulk` says what an unknown id does to a delete of several: `nothing` or `rest` is
    deleted with an error, `quiet`: the rest is deleted without one.
    """

    rows: list[dict[str, object]]
    bulk: str = "nothing"
    clamp: int = 50
    totals: bool = True
    most_ids: int = 1000
    named: bool = True
    now: datetime = datetime(2011, 11, 11, tzinfo=UTC)
    between: list[Callable[["Mailbox"], None]] = field(default_factory=list)

    def script(self, source: str = "@inbox") -> dict[str, Script]:
        path = f"{WRITES}/{source}"
        script: dict[str, Script] = {
            f"GET /messages/@me/{source}": self.listed,
            f"DELETE {path}": self.delete_many,
        }
        for one in self.ids:
            script[f"DELETE {path}/{one}"] = self.delete_one
        return script

    @property
    def ids(self) -> list[str]:
        return [str(one["id"]) for one in self.rows]

    def listed(self, call: Call) -> Answer:
        start = int(call.query.get("startIndex", "0"))
        count = min(int(call.query.get("count", "50")), self.clamp)
        since = call.query.get("updatedSince")
        rows = [one for one in self.rows if since is None or _newer(one, since)]
        members = {name.split(".")[0] for name in call.query["fields"].split(",")}
        part = [
            {name: value for name, value in one.items() if name in members}
            for one in rows[start : start + count]
        ]
        body: dict[str, object] = {"entry": part}
        if self.totals:
            body |= {"totalResults": len(rows), "startIndex": start}
        if self.between:
            self.between.pop(0)(self)
        date = format_datetime(self.now, usegmt=True)
        return Answer(200, body, {"date": date})

    def delete_many(self, call: Call) -> Answer:
        assert isinstance(call.body, dict)
        ids = call.body["ids"]
        assert ids, "an empty list of ids must never be sent"
        if len(ids) > self.most_ids:
            return Answer(413, "too many")
        unknown = set(ids) - set(self.ids)
        if not unknown or self.bulk != "nothing":
            self.take(ids)
        done = not unknown or self.bulk == "quiet"
        return answer("delete-done") if done else self._not_found()

    def delete_one(self, call: Call) -> Answer:
        one = unquote(call.path.rsplit("/", 1)[1])
        if one not in self.ids:
            return answer("not-found")
        self.take([one])
        return answer("delete-done")

    def take(self, ids: Iterable[str]) -> None:
        gone = set(ids)
        self.rows = [one for one in self.rows if one["id"] not in gone]

    def _not_found(self) -> Answer:
        return answer("not-found") if self.named else Answer(500, body_of("not-found"))


def _newer(one: Mapping[str, object], since: str) -> bool:
    told = datetime.fromisoformat(str(one["timeSent"]))
    return told > datetime.fromisoformat(since)


def messages(page: Page) -> list[RemoteMessage]:
    """Only what could be read; the test fails when anything could not."""
    found = [item for item in page.items if isinstance(item, RemoteMessage)]
    assert len(found) == len(page.items)
    return found


def pulled(client: Client, listing: str = "inbox", most: int = 500) -> list[str]:
    """The ids of all pages, as often as they came."""
    found: list[str] = []
    position: str | None = None
    for _ in range(most):
        page = client.pull(listing, position)
        found += [item.remote_id for item in page.items]
        if page.next is None:
            return found
        position = page.next
    raise AssertionError("the listing does not end")


def targets(ids: Iterable[str], source: str = "inbox") -> list[Target]:
    return [Target(source, one, outgoing=source == "outbox") for one in ids]

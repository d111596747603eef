"""Hosts made of recorded answers: what the clients of the networks are tested on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from inboxhub.lib.http import DEADLINE, JSON_CAP, FilePart, Http, HttpError, Response

RECORDED = Path(__file__).parent.parent / "recorded"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded call."""

    name: str
    method: str
    path: str
    query: object
    status: int
    headers: dict[str, str]
    body: object

    @property
    def endpoint(self) -> str:
        return self.path.removeprefix("/api/")

    @property
    def answer(self) -> "Answer":
        return Answer(self.status, self.body, self.headers)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host says: JSON, a text that is none, or no body at all (None)."""

    status: int
    body: object
    headers: Mapping[str, str] | None = None

    def response(self, url: str = "https://misskey.example/api/i") -> Response:
        if self.body is None:
            body = b""
        elif isinstance(self.body, str):
            body = self.body.encode("utf-8", "surrogatepass")
        else:
            body = json.dumps(self.body).encode()
        return Response(url, self.status, dict(self.headers or {}), body)


@cache
def recorded_files(network: str = "misskey") -> tuple[Recorded, ...]:
    """All recorded calls, in the order of their numbers."""
    paths = sorted((RECORDED / network).glob("*.json"))
    return tuple(_read(path) for path in paths)


def recorded(number: str, network: str = "misskey") -> Recorded:
    """The recorded call with that number."""
    return next(r for r in recorded_files(network) if r.name.startswith(f"{number}-"))


def body_of(number: str) -> object:
    return recorded(number).body


@dataclass(frozen=True, slots=True)
class Sent:
    """What a client sends; JSON as the host would read it."""

    method: str
    url: str
    json: Mapping[str, object] | None
    form: Mapping[str, str] | None
    files: Mapping[str, FilePart]
    headers: Mapping[str, str]
    deadline: float


class Scripted(Http):
    """A host that a test plays.

    It has no trust store, which would take a second for each dozen of tests.
    """

    def request(
        self,
        method: str,
        url: str,
        *,
        json_body: Mapping[str, object] | None = None,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, FilePart] | None = None,
        headers: Mapping[str, str] | None = None,
        deadline: float = DEADLINE,
        cap: int = JSON_CAP,
        redirects: int = 0,
    ) -> Response:
        # What cannot be sent must not get here.
        body = json.loads(json.dumps(json_body))
        sent = Sent(method, url, body, form, files or {}, headers or {}, deadline)
        reply = self.reply(sent)
        if isinstance(reply, HttpError):
            raise reply
        return reply.response(url)

    def reply(self, sent: Sent) -> "Answer | HttpError":
        raise NotImplementedError


Script = Answer | HttpError | str | Sequence["Answer | HttpError | str"]


class Replay(Scripted):
    """A host that gives what the script says: path → answers, the last one for ever.

    A text in the script is the number of a recorded answer. Paths below `/api/` are
    named by their endpoint; one that the script lacks is answered as unknown.
    """

    def __init__(self, script: Mapping[str, Script], *, origin: str = "") -> None:
        self.script = {
            path: list(answers) if isinstance(answers, list | tuple) else [answers]
            for path, answers in script.items()
        }
        self.base = origin
        self.calls: list[tuple[str, dict[str, object]]] = []
        self.files: list[FilePart] = []
        self.deadlines: list[float] = []

    def origin(self, host: str) -> str:
        return self.base or f"https://{host}"

    def reply(self, sent: Sent) -> Answer | HttpError:
        path = "/" + sent.url.split("/", 3)[3]
        endpoint = path.removeprefix("/api/") if sent.method == "POST" else path
        self.calls.append((endpoint, dict(sent.json or sent.form or {})))
        self.files += sent.files.values()
        self.deadlines.append(sent.deadline)
        answers = self.script.get(endpoint, ["018"])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, str):
            answer = recorded(answer).answer
        assert isinstance(answer, Answer | HttpError)
        return answer

    def called(self, endpoint: str) -> list[dict[str, object]]:
        """What was sent to an endpoint."""
        return [query for path, query in self.calls if path == endpoint]


def _read(path: Path) -> Recorded:
    call = json.loads(path.read_text())
    request, response = call["request"], call["response"]
    return Recorded(
        name=path.stem,
        method=request["method"],
        path=request["path"],
        query=request["body"],
        status=response["status"],
        headers=response["headers"],
        body=response["body"],
    )

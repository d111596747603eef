"""Faults that any simulator can be told to show, as a middleware in front of it."""

import asyncio
import fnmatch
import json
import threading
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

KINDS = (
    "status",
    "delay",
    "hang",
    "cut",
    "truncate",
    "lost",
    "late",
    "held",
    "drop",
    "limit",
    "body",
    "mangle",
    "nulls",
    "huge",
    "drip",
    "next",
)
HUGE, PIECE, DROP = 10_485_760, 1_024, 64
BODIES = {
    "html": ("text/html", "<!doctype html><title>Error</title><h1>Bad gateway</h1>"),
    "empty": ("text/plain", ""),
    "json": ("application/json", '{"unexpected":[1,2,3]}'),
    "truncated": ("application/json", '{"error":{"message":"Internal er'),
    "text": ("text/plain", "upstream connect error or disconnect/reset"),
    "list": ("application/json", "[]"),
    "null": ("application/json", "null"),
}


@dataclass(slots=True)
class Fault:
    """One fault: where it strikes, what it does, how often.

    `where` is a pattern of paths without the leading slash (`api/i`, `api/notes/*`).
    `left` counts down; None strikes until it is cleared. Kinds:

    - `status` answers `status` with a `body` of BODIES, `limit` a 429 with `header` as
      Retry-After (empty: none), `body` a 200 with a `body` of BODIES
    - `delay` waits `seconds` first, `hang` never answers
    - `truncate` sends half of the real answer as if it were whole, `cut` breaks the
      connection in the middle of it, `lost` does the work and never answers, `late`
      does it and answers after `seconds`, `held` does it and answers when it is let go,
      `drop` breaks the connection before the work
    - `mangle` gives the items of the real answer wrong types, `nulls` puts null where
      they hold objects
    - `huge` answers 200 with 10 MB of JSON, `drip` sends the real answer in small pieces
      with `seconds` between them
    - `next` lets the `Link` of the real answer lead to `header`, or (empty) to itself
      under an address that is never the same
    """

    where: str
    kind: str = "status"
    left: int | None = None
    status: int = 503
    body: str = "html"
    header: str = ""
    seconds: float = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.body not in BODIES:
            raise ValueError(f"unknown fault {self.kind} {self.body}")


class Faults:
    """The faults of one simulator; safe to change from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._held: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
        self._holds = False
        self.struck = 0

    def let(
        self,
        where: str,
        kind: str = "status",
        *,
        times: int | None = None,
        status: int = 503,
        body: str = "html",
        header: str = "",
        seconds: float = 0,
    ) -> None:
        """Let a fault strike so many times, or until it is cleared; see `Fault`."""
        self.add(Fault(where, kind, times, status, body, header, seconds))

    def add(self, fault: Fault) -> None:
        """Let a fault strike from now on; the first that fits a call wins."""
        with self._lock:
            self._faults.append(fault)
            self._holds |= fault.kind == "held"

    def clear(self) -> None:
        """Take all faults away; calls that hang stay hanging."""
        with self._lock:
            self._faults.clear()

    def let_go(self) -> None:
        """Let the calls that are held have their answers, until the next such fault."""
        with self._lock:
            held, self._held, self._holds = self._held, [], False
        for loop, event in held:
            loop.call_soon_threadsafe(event.set)

    def listing(self) -> list[dict[str, object]]:
        """Return what is set now, for pages and tests."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def take(self, path: str) -> Fault | None:
        """Return the fault for a path and count it down."""
        with self._lock:
            for fault in self._faults:
                if not fnmatch.fnmatchcase(path.lstrip("/"), fault.where):
                    continue
                self.struck += 1
                if fault.left is not None:
                    fault.left -= 1
                    if fault.left <= 0:
                        self._faults.remove(fault)
                return fault
        return None

    @web.middleware
    async def middleware(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        """Let a call through, or through a fault; `/_sim` is never touched."""
        if request.path.startswith("/_sim"):
            return await handler(request)
        fault = self.take(request.path)
        if fault is None:
            return await handler(request)
        answer = await _strike(fault, request, handler)
        if fault.kind == "held":
            await self._hold()
        return answer

    async def _hold(self) -> None:
        event = asyncio.Event()
        with self._lock:
            if not self._holds:
                return
            self._held.append((asyncio.get_running_loop(), event))
        await event.wait()


async def _strike(
    fault: Fault, request: web.Request, handler: Handler
) -> web.StreamResponse:
    match fault.kind:
        case "status":
            return _made_up(fault.status, fault.body)
        case "body":
            return _made_up(200, fault.body)
        case "limit":
            headers = {"Retry-After": fault.header} if fault.header else {}
            return web.Response(status=429, text="Too Many Requests", headers=headers)
        case "drop":
            _drop(request)
            return web.Response()
        case "huge":
            return web.json_response(["x" * PIECE] * (HUGE // PIECE))
        case "hang":
            await asyncio.Event().wait()
        case "delay":
            await asyncio.sleep(fault.seconds)
        case "held":
            pass
        case _:
            return await _spoil(fault, request, await handler(request))
    return await handler(request)


async def _spoil(
    fault: Fault, request: web.Request, answer: web.StreamResponse
) -> web.StreamResponse:
    if not isinstance(answer, web.Response):
        return answer
    body = answer.body if isinstance(answer.body, bytes) else b""
    match fault.kind:
        case "truncate":
            return _with_body(answer, body[: len(body) // 2])
        case "mangle":
            return _with_body(answer, _changed(body, _broken))
        case "nulls":
            return _with_body(answer, _changed(body, _emptied))
        case "next":
            answer.headers["Link"] = _endless(fault.header, request)
            return answer
        case "late":
            await asyncio.sleep(fault.seconds)
            return answer
        case "drip":
            return await _drip(request, answer, body, fault.seconds)
        case "cut":
            return await _cut(request, answer, body)
        case _:
            _drop(request)  # "lost": the work is done, the answer never leaves
            return answer


def _made_up(status: int, body: str) -> web.Response:
    content_type, text = BODIES[body]
    return web.Response(status=status, text=text, content_type=content_type)


def _with_body(answer: web.Response, body: bytes) -> web.Response:
    return web.Response(
        status=answer.status, body=body, content_type=answer.content_type
    )


def _changed(body: bytes, change: Callable[[object, int], object]) -> bytes:
    """Return an answer with its items changed, each by its place."""
    try:
        answer = json.loads(body)
    except ValueError:
        return body
    items = answer if isinstance(answer, list) else [answer]
    broken = [change(item, place) for place, item in enumerate(items)]
    return json.dumps(broken if isinstance(answer, list) else broken[0]).encode()


def _emptied(item: object, _place: int) -> object:
    """Return an item with null for every object in it."""
    if not isinstance(item, dict):
        return item
    return {
        key: None if isinstance(value, dict) else value for key, value in item.items()
    }


def _endless(address: str, request: web.Request) -> str:
    """Return a `Link` to the next page: the named one, or this one once more."""
    again = int(request.query.get("again", "0")) + 1
    target = address or str(request.url.update_query(again=again))
    return f'<{target}>; rel="next"'


async def _drip(
    request: web.Request, answer: web.Response, body: bytes, seconds: float
) -> web.StreamResponse:
    slow = web.StreamResponse(status=answer.status)
    slow.content_type = answer.content_type
    slow.content_length = len(body)
    await slow.prepare(request)
    for begin in range(0, len(body), DROP):
        await slow.write(body[begin : begin + DROP])
        await asyncio.sleep(seconds)
    return slow


def _broken(item: object, place: int) -> object:
    """Return an item with types as no document knows them; every fourth is whole."""
    if not isinstance(item, dict) or place % 4 == 3:
        return item
    match place % 4:
        case 0:
            return {key: [value] for key, value in item.items()}
        case 1:
            return {**item, "id": 7, "createdAt": 12, "text": {"a": None}}
        case _:
            return place


async def _cut(
    request: web.Request, answer: web.Response, body: bytes
) -> web.StreamResponse:
    cut = web.StreamResponse(status=answer.status)
    cut.content_length = len(body) + 100
    cut.content_type = answer.content_type
    await cut.prepare(request)
    await cut.write(body[: len(body) // 2])
    _drop(request)
    return cut


def _drop(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()

"""Answers of any shape and size, which the shared faults cannot make."""

import fnmatch
import threading
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
MEGABYTE = b" " * 1_048_576
GZIP = 31  # zlib's number for a gzip header around what it writes


@dataclass(slots=True, eq=False)
class Mishap:
    """What calls to addresses of a pattern are answered, the next `left` times.

    `text` is the whole answer; otherwise `megabytes` of blanks, behind the gzip of a
    `Content-Encoding` header or plain. Addresses are told without the leading slash.
    """

    where: str
    left: int = 1
    status: int = 200
    text: str = ""
    content_type: str = "application/json"
    megabytes: int = 0
    compressed: bool = False


class Mishaps:
    """The mishaps of one simulator; safe to change from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: list[Mishap] = []

    def add(self, mishap: Mishap) -> None:
        """Let a mishap strike from now on; the first that fits a call wins."""
        with self._lock:
            self._rows.append(mishap)

    def clear(self) -> None:
        """Take all mishaps away."""
        with self._lock:
            self._rows.clear()

    def _take(self, path: str) -> Mishap | None:
        with self._lock:
            for row in self._rows:
                if fnmatch.fnmatchcase(path.lstrip("/"), row.where):
                    row.left -= 1
                    if row.left <= 0:
                        self._rows.remove(row)
                    return row
        return None

    @web.middleware
    async def middleware(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        """Let a call through, or answer it by a mishap; `/_sim` is never touched."""
        row = None if request.path.startswith("/_sim") else self._take(request.path)
        if row is None:
            return await handler(request)
        if not row.megabytes:
            return web.Response(
                body=row.text.encode(errors="surrogatepass"),
                status=row.status,
                content_type=row.content_type,
            )
        return await _blanks(request, row)


async def _blanks(request: web.Request, row: Mishap) -> web.StreamResponse:
    """Send megabytes piece by piece, so that nobody has to hold them."""
    answer = web.StreamResponse(status=row.status)
    answer.content_type = row.content_type
    if row.compressed:
        answer.headers["Content-Encoding"] = "gzip"
    await answer.prepare(request)
    gzip = zlib.compressobj(wbits=GZIP)
    try:
        for _ in range(row.megabytes):
            piece = gzip.compress(MEGABYTE) if row.compressed else MEGABYTE
            await answer.write(piece)
        await answer.write(gzip.flush() if row.compressed else b"")
        await answer.write_eof()
    except ConnectionError:
        pass  # the other side had enough, which is what this is for
    return answer

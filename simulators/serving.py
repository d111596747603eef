"""Runs one aiohttp application: in the foreground, or in a thread for tests."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import ParamSpec, Protocol, TypeVar
from weakref import WeakSet

from aiohttp import web

CLOSING = 0.2  # seconds that open calls get before they are cut
ROUNDS = 5


class Host(Protocol):
    """A simulated host; `port` is the one it would like, 0 any that is free."""

    app: web.Application
    port: int

    @property
    def url(self) -> str: ...

    def settle(self, host: str, port: int) -> None: ...


class Page(Protocol):
    """The module of the page of the other side."""

    async def show(self, request: web.Request, /) -> web.Response: ...
    async def act(self, request: web.Request, /) -> web.Response: ...


class Api(Page, Protocol):
    """The module of its JSON calls."""

    async def calls(self, request: web.Request, /) -> web.Response: ...


def other_side(page: Page, api: Api) -> list[web.RouteDef]:
    """Return the addresses below `/_sim`, which people of the demo and tests use."""
    return [
        web.get("/_sim", page.show),
        web.get("/_sim/", page.show),
        web.post("/_sim/", page.act),
        web.get("/_sim/state", api.show),
        web.get("/_sim/calls", api.calls),
        web.post("/_sim/api/{action}", api.act),
    ]


class Server:
    """An application on a loopback port of its own, in a thread of its own."""

    def __init__(self, app: web.Application, host: str = "127.0.0.1") -> None:
        self._app = app
        self._host = host
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="simulator", daemon=True)
        self._listening = threading.Event()
        self._stop = asyncio.Event()
        self._connections: WeakSet[asyncio.BaseTransport] = WeakSet()
        app.middlewares.insert(0, self._remember)
        self._on_port: Callable[[int], None] = lambda port: None
        self.port = 0

    def start(
        self, port: int = 0, on_port: Callable[[int], None] | None = None
    ) -> None:
        """Listen; returns when calls are answered. `on_port` is told the port before."""
        self.port = port
        self._on_port = on_port or self._on_port
        self._thread.start()
        if not self._listening.wait(10):
            raise TimeoutError("the simulator does not listen")

    def stop(self) -> None:
        """Close all connections and wait for the thread."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        runner = await _runner(self._app)
        door = socket.create_server((self._host, self.port), backlog=128)
        await web.SockSite(runner, door).start()
        self.port = int(door.getsockname()[1])
        self._on_port(self.port)
        self._listening.set()
        await self._stop.wait()
        # asyncio loses a connection that is accepted while its server closes. Those that
        # were let in before are made, and known to the runner, a few rounds later.
        self._loop.remove_reader(door)
        for _round in range(ROUNDS):
            await asyncio.sleep(0)
        for handler in runner.server.connections if runner.server else []:
            if handler.transport:
                self._connections.add(handler.transport)
        await runner.cleanup()
        # A call that was told to hang for ever would be missed by the loop.
        waiting = asyncio.all_tasks() - {asyncio.current_task()}
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        # A closed connection waits until the other side has read all that was sent.
        for connection in self._connections:
            if not isinstance(connection, asyncio.WriteTransport):
                continue
            # One that is closing and has sent everything has ended, or will by itself.
            if not connection.is_closing() or connection.get_write_buffer_size():
                connection.abort()
        await asyncio.sleep(0)  # the loop closes the sockets in its next round

    @web.middleware
    async def _remember(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        if request.transport:
            self._connections.add(request.transport)
        return await handler(request)


Made = ParamSpec("Made")
Kind = TypeVar("Kind", bound=Host)


def in_a_thread(
    make: Callable[Made, Kind],
) -> Callable[Made, AbstractContextManager[Kind]]:
    """Return what runs such a host in a thread of this process, made as asked."""

    @contextmanager
    def running(*args: Made.args, **options: Made.kwargs) -> Iterator[Kind]:
        sim = make(*args, **options)
        server = Server(sim.app)
        server.start(sim.port, lambda taken: sim.settle("127.0.0.1", taken))
        try:
            yield sim
        finally:
            server.stop()

    return running


async def listen(
    app: web.Application, host: str, port: int
) -> tuple[web.AppRunner, int]:
    """Start an application on the running loop; port 0 takes a free one."""
    runner = await _runner(app)
    await web.TCPSite(runner, host, port).start()
    address = runner.addresses[0]
    return runner, int(address[1])


async def _runner(app: web.Application) -> web.AppRunner:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=CLOSING)
    await runner.setup()
    return runner

"""The leanest programs that do the same, each a process: `python -m benchmarks.bare …`.

- `upstream PEM PORT …` a streaming host of Misskey's protocol behind TLS: it confirms
  channels, answers pings and says nothing else
- `clients CA NUMBER PORT …` so many connections to it, and nothing else
- `relay UPSTREAM HELLO PORT` tells every frame of one connection to all who listen
"""

import asyncio
import json
import ssl
import sys
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from typing import Any

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed


def main() -> None:
    name, *words = sys.argv[1:]
    programs: dict[str, Callable[..., Coroutine[Any, Any, None]]] = {
        "upstream": upstream,
        "clients": clients,
        "relay": relay,
    }
    asyncio.run(programs[name](*words))


def ready() -> None:
    print("ready", flush=True)


async def upstream(certificate: str, *ports: str) -> None:
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust.load_cert_chain(certificate)
    for port in ports:
        # Without compression, as most reverse proxies in front of such hosts.
        await serve(
            _confirm,
            "127.0.0.1",
            int(port),
            ssl=trust,
            compression=None,
            ping_interval=None,
        )
    ready()
    await asyncio.Future()


async def _confirm(connection: ServerConnection) -> None:
    with suppress(ConnectionClosed):
        async for frame in connection:
            told = json.loads(frame)
            if told.get("type") == "connect":
                body = {"id": told["body"]["id"]}
                await connection.send(json.dumps({"type": "connected", "body": body}))


async def clients(authority: str, number: str, *ports: str) -> None:
    trust = ssl.create_default_context(cafile=authority)
    async with AsyncExitStack() as stack:
        for place in range(int(number)):
            address = f"wss://127.0.0.1:{ports[place % len(ports)]}/streaming"
            opening = connect(address, ssl=trust, proxy=None)
            await stack.enter_async_context(opening)
        ready()
        await asyncio.Future()


async def relay(address: str, hello: str, port: str) -> None:
    async with (
        connect(address, proxy=None, compression=None) as source,
        serve(_stay, "127.0.0.1", int(port), compression=None) as server,
    ):
        await source.send(hello)
        ready()
        async for frame in source:
            broadcast(server.connections, frame)


async def _stay(connection: ServerConnection) -> None:
    await connection.wait_closed()


if __name__ == "__main__":
    main()

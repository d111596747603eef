"""From a simulated network to open pages, 50 events a second to five sockets.

Ours is the whole way: frame, parser, rows, event log, the socket of a signed-in page.
The baseline is a bare relay in a process of its own: it hands every frame of the same
host's stream on to all who listen, and reads none. Both are heard by the same clients
in this process, in turns. The clock starts before somebody writes on the simulated
host. Target: p50 at most 5 times the relay's, and nothing lost.
"""

import asyncio
import json
import re
import threading
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, ExitStack
from statistics import median, quantiles

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.processes import free_ports, pause, program, wait_until
from messaging.models import Message
from simulators.misskey import Simulator, running
from simulators.visitor import Visitor

TARGET = 5.0
SOCKETS = 5
PER_SECOND = 50
TURNS = 4
LATEST = 20.0  # seconds that the last event may take
OURS, THEIRS, WRITER = "hana", "alice", "taro"
HELLO = json.dumps({"type": "connect", "body": {"channel": "main", "id": "m"}})

_number = re.compile(r"number (\d+)\.")

Heard = list[dict[int, float]]
"""Of each socket: what it heard of, and when."""


def run(*, quick: bool) -> dict[str, object]:
    seconds = 4 if quick else 30
    with ExitStack() as stack:
        site, relay, host = free_ports(3)
        sim = stack.enter_context(running(limits=False, delays=0, port=host))
        url = f"http://localhost:{site}"
        stack.enter_context(
            program(
                *("manage.py", "serve", "--port", str(site)),
                ready="Open",
                INBOXHUB_URL=url,
                INBOXHUB_PRIVATE_HOSTS=sim.host,
            )
        )
        visitor = Visitor(url)
        visitor.sign_up("me", "a long enough password")
        visitor.link(sim.host, OURS)
        stream = f"ws://{sim.host}/streaming?i={sim.token(THEIRS)}"
        words = ("-m", "benchmarks.bare", "relay", stream, HELLO, str(relay))
        stack.enter_context(program(*words, ready="ready"))
        wait_until(lambda: all(_joined(sim, name) for name in (OURS, THEIRS)))
        pages = {
            "Origin": url,
            "Cookie": f"sessionid={visitor.session.cookies['sessionid']}",
        }
        return asyncio.run(_measure(sim, site, relay, pages, seconds))


def _joined(sim: Simulator, name: str) -> bool:
    return any(one.listens for one in sim.connections(name))


async def _measure(
    sim: Simulator, site: int, relay: int, headers: dict[str, str], seconds: int
) -> dict[str, object]:
    sent: dict[str, dict[int, float]] = {OURS: {}, THEIRS: {}}
    async with AsyncExitStack() as stack:
        ours: Heard = [{} for _ in range(SOCKETS)]
        bare: Heard = [{} for _ in range(SOCKETS)]
        nothing: dict[str, str] = {}
        addresses = (
            (f"ws://localhost:{site}/ws/", ours, _event, headers),
            (f"ws://localhost:{relay}/", bare, _frame, nothing),
        )
        listening = []
        for address, heard, read, more in addresses:
            for place in range(SOCKETS):
                opening = connect(address, additional_headers=more, proxy=None)
                socket = await stack.enter_async_context(opening)
                task = asyncio.create_task(_listen(socket, heard[place], read))
                listening.append(task)
                if more:
                    await socket.send('{"hello": 0}')
        for turn in range(TURNS):
            for name in (THEIRS, OURS):
                numbers = range(
                    turn * seconds * PER_SECOND, (turn + 1) * seconds * PER_SECOND
                )
                await asyncio.to_thread(_write, sim, name, numbers, sent[name])
                heard = bare if name == THEIRS else ours
                await asyncio.to_thread(_all_here, sent[name], heard)
        known = await asyncio.to_thread(_all_stored_and_here, sent[OURS], ours)
        for task in listening:
            task.cancel()
    told = [{known[pk]: at for pk, at in one.items() if pk in known} for one in ours]
    return _result(sent, told, bare)


def _write(sim: Simulator, name: str, numbers: range, sent: dict[int, float]) -> None:
    """Write so many direct messages, evenly."""
    pause = threading.Event()
    began = time.perf_counter()
    for place, number in enumerate(numbers):
        pause.wait(max(0.0, began + place / PER_SECOND - time.perf_counter()))
        sent[number] = time.perf_counter()
        sim.direct(WRITER, name, f"number {number}.")


async def _listen(
    socket: ClientConnection,
    heard: dict[int, float],
    read: Callable[[str], list[int]],
) -> None:
    """Note when something was first heard of; say what was seen, as a page does."""
    async for text in socket:
        now = time.perf_counter()
        for number in read(str(text)):
            heard.setdefault(number, now)
        if read is _event:
            seq = json.loads(text).get("seq", 0)
            if seq and seq % 100 == 0:
                await socket.send(json.dumps({"seen": seq}))


def _frame(text: str) -> list[int]:
    return [int(number) for number in _number.findall(text)[:1]]


def _event(text: str) -> list[int]:
    """The ids of new messages; which they are, the database tells at the end."""
    told = json.loads(text)
    return list(told["ids"]) if told.get("kind") == "message.new" else []


def _all_here(sent: dict[int, float], heard: Heard) -> None:
    ends_at = time.monotonic() + LATEST
    while any(len(one) < len(sent) for one in heard) and time.monotonic() < ends_at:
        pause(0.1)


def _all_stored_and_here(sent: dict[int, float], heard: Heard) -> dict[int, int]:
    """Which message has which number, once all of them were heard of or time is up."""
    ends_at = time.monotonic() + LATEST
    while True:
        known = _numbers()
        done = len(known) >= len(sent) and all(
            known.keys() <= one.keys() for one in heard
        )
        if done or time.monotonic() > ends_at:
            return known
        pause(0.1)


def _numbers() -> dict[int, int]:
    rows = Message.objects.filter(text__startswith=f"@{OURS} number ") | (
        Message.objects.filter(text__startswith="number ")
    )
    return {pk: _frame(text)[0] for pk, text in rows.values_list("pk", "text")}


def _result(
    sent: dict[str, dict[int, float]], ours: Heard, bare: Heard
) -> dict[str, object]:
    waits, lost = _waits(sent[OURS], ours)
    relayed, missed = _waits(sent[THEIRS], bare)
    ratio = median(waits) / median(relayed)
    return {
        "ratio": round(ratio, 2),
        "target": TARGET,
        "ok": ratio <= TARGET and not lost,
        "detail": {
            "events": len(sent[OURS]),
            "sockets": SOCKETS,
            "lost": lost,
            **_spread("", waits),
            **_spread("relay_", relayed),
            "relay_lost": missed,
        },
    }


def _waits(sent: dict[int, float], heard: Heard) -> tuple[list[float], int]:
    """Milliseconds from the writing to each socket, and how often nothing came."""
    waits = [
        (one[number] - at) * 1000
        for one in heard
        for number, at in sent.items()
        if number in one
    ]
    return waits, len(sent) * len(heard) - len(waits)


def _spread(prefix: str, waits: list[float]) -> dict[str, float]:
    hundredths = quantiles(waits, n=100)
    return {
        f"{prefix}p50_ms": round(hundredths[49], 2),
        f"{prefix}p99_ms": round(hundredths[98], 2),
    }

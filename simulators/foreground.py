"""Runs a simulated host in the foreground: what their command lines share."""

import argparse
import asyncio
import signal
from collections.abc import Iterable

from simulators.serving import Host, listen


def parser(
    name: str, description: str | None, port: int, worlds: Iterable[str]
) -> argparse.ArgumentParser:
    """What every host takes; `name` is the module's."""
    made = argparse.ArgumentParser(prog=name, description=description)
    made.add_argument("--port", type=int, default=port, help="0 takes a free one")
    made.add_argument("--host", default="127.0.0.1")
    made.add_argument("--world", choices=sorted(worlds), default="demo")
    made.add_argument("--seed", type=int, default=1)
    return made


def serve(sim: Host, options: argparse.Namespace) -> None:
    """Listen, say so, and go on until a signal comes."""
    asyncio.run(_serve(sim, options.host, options.port))


async def _serve(sim: Host, host: str, port: int) -> None:
    runner, taken = await listen(sim.app, host, port)
    sim.settle(host, taken)
    print(f"ready {sim.url}", flush=True)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    await stop.wait()
    await runner.cleanup()

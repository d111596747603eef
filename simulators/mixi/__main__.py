"""Starts a simulated mixi in the foreground: `python -m simulators.mixi`."""

import argparse
import asyncio
import signal

from simulators.mixi.silences import written
from simulators.mixi.simulator import CLIENT_ID, CLIENT_SECRET, WORLDS, Simulator
from simulators.serving import listen


def main() -> None:
    """Read the command line, listen, say so, and go on until a signal comes."""
    parser = argparse.ArgumentParser(prog="simulators.mixi", description=__doc__)
    parser.add_argument("--port", type=int, default=5003, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--world", choices=sorted(WORLDS), default="demo")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--client-id", default=CLIENT_ID)
    parser.add_argument("--client-secret", default=CLIENT_SECRET)
    parser.add_argument(
        "--redirect-uri", default="", help="the one that is registered for the key"
    )
    parser.add_argument(
        "--switch",
        type=_switch,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="answers an open question, see silences.py; may be repeated",
    )
    asyncio.run(_run(parser.parse_args()))


def _switch(text: str) -> tuple[str, object]:
    name, _, value = text.partition("=")
    return name, written(name, value)


async def _run(options: argparse.Namespace) -> None:
    sim = Simulator(
        world=options.world,
        seed=options.seed,
        client_id=options.client_id,
        client_secret=options.client_secret,
        redirect_uri=options.redirect_uri,
        silences=dict(options.switch),
    )
    runner, port = await listen(sim.app, options.host, options.port)
    sim.settle(options.host, port)
    print(f"ready {sim.url}", flush=True)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    await stop.wait()
    await runner.cleanup()


if __name__ == "__main__":
    main()

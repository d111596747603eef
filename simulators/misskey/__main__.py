"""Starts a simulated Misskey host in the foreground: `python -m simulators.misskey`."""

import argparse
import asyncio
import signal

from simulators.misskey.profiles import PROFILES
from simulators.misskey.simulator import WORLDS, Simulator
from simulators.serving import listen


def main() -> None:
    """Read the command line, listen, say so, and go on until a signal comes."""
    parser = argparse.ArgumentParser(prog="simulators.misskey", description=__doc__)
    parser.add_argument("--port", type=int, default=5001, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--profile", choices=PROFILES, default=PROFILES[0])
    parser.add_argument("--name", default="Misskey Example")
    parser.add_argument("--world", choices=sorted(WORLDS), default="demo")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limits", choices=("on", "off"), default="on")
    parser.add_argument(
        "--delays", type=float, default=1.0, help="how late events are; 1: as real"
    )
    parser.add_argument("--uri", default="", help="what meta says, if not the address")
    asyncio.run(_run(parser.parse_args()))


async def _run(options: argparse.Namespace) -> None:
    sim = Simulator(
        profile=options.profile,
        world=options.world,
        seed=options.seed,
        name=options.name,
        limits=options.limits == "on",
        uri=options.uri,
        delays=options.delays,
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

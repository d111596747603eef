"""Starts a simulated Misskey host in the foreground: `python -m simulators.misskey`."""

from simulators import foreground
from simulators.misskey.profiles import PROFILES
from simulators.misskey.simulator import WORLDS, Simulator


def main() -> None:
    """Read the command line, and serve until a signal comes."""
    parser = foreground.parser("simulators.misskey", __doc__, 5001, WORLDS)
    parser.add_argument("--profile", choices=PROFILES, default=PROFILES[0])
    parser.add_argument("--name", default="Misskey Example")
    parser.add_argument("--limits", choices=("on", "off"), default="on")
    parser.add_argument(
        "--delays", type=float, default=1.0, help="how late events are; 1: as real"
    )
    parser.add_argument("--uri", default="", help="what meta says, if not the address")
    options = parser.parse_args()
    sim = Simulator(
        profile=options.profile,
        world=options.world,
        seed=options.seed,
        name=options.name,
        limits=options.limits == "on",
        uri=options.uri,
        delays=options.delays,
    )
    foreground.serve(sim, options)


if __name__ == "__main__":
    main()

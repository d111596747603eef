"""Starts a simulated Mastodon host in the foreground: `python -m simulators.mastodon`."""

from simulators import foreground
from simulators.mastodon.profiles import PROFILES
from simulators.mastodon.simulator import WORLDS, Simulator


def main() -> None:
    """Read the command line, and serve until a signal comes."""
    parser = foreground.parser("simulators.mastodon", __doc__, 5002, WORLDS)
    parser.add_argument("--profile", choices=PROFILES, default=PROFILES[0])
    parser.add_argument("--name", default="Mastodon Example")
    parser.add_argument("--limits", choices=("on", "off"), default="on")
    parser.add_argument("--uri", default="", help="its domain, if not the address")
    options = parser.parse_args()
    sim = Simulator(
        profile=options.profile,
        world=options.world,
        seed=options.seed,
        name=options.name,
        limits=options.limits == "on",
        uri=options.uri,
    )
    foreground.serve(sim, options)


if __name__ == "__main__":
    main()

"""Starts a simulated mixi in the foreground: `python -m simulators.mixi`."""

from simulators import foreground
from simulators.mixi.silences import written
from simulators.mixi.simulator import CLIENT_ID, CLIENT_SECRET, WORLDS, Simulator


def main() -> None:
    """Read the command line, and serve until a signal comes."""
    parser = foreground.parser("simulators.mixi", __doc__, 5003, WORLDS)
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
    options = parser.parse_args()
    sim = Simulator(
        world=options.world,
        seed=options.seed,
        client_id=options.client_id,
        client_secret=options.client_secret,
        redirect_uri=options.redirect_uri,
        silences=dict(options.switch),
    )
    foreground.serve(sim, options)


def _switch(text: str) -> tuple[str, object]:
    name, _, value = text.partition("=")
    return name, written(name, value)


if __name__ == "__main__":
    main()

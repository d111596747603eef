"""A simulated Mastodon host: its API over real sockets, its state in memory."""

from simulators.mastodon.simulator import Simulator, running

__all__ = ["Simulator", "running"]

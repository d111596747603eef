"""A simulated Misskey host: its API over real sockets, its state in memory."""

from simulators.misskey.simulator import Simulator, running

__all__ = ["Simulator", "running"]

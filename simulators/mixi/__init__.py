"""A simulated mixi: OAuth 2, People and Message API over real sockets, in memory."""

from simulators.mixi.simulator import Simulator, running

__all__ = ["Simulator", "running"]

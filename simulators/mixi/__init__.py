"""A simulated mixi: OAuth 2, People and Message API over real sockets, in memory."""

from simulators.mixi.simulator import Simulator, running, settings_of

__all__ = ["Simulator", "running", "settings_of"]

"""The demo world."""

from simulators.misskey.state import State
from simulators.misskey.world import small


def build(state: State) -> None:
    """Begin with the people of the empty world."""
    small.build(state)

"""Who lives on a simulated mixi, and who is whose friend."""

from simulators.mixi.records import Person
from simulators.mixi.state import State


def settle(
    state: State,
    name: str,
    *,
    display: str = "",
    picture: str = "",
    owner: bool = False,
) -> Person:
    """Add somebody; KeyError when the name is taken."""
    if name in state.people:
        raise KeyError(name)
    person = Person(
        name, state.person_id(), display or name, picture or f"face-{name}", owner
    )
    state.people[name] = state.by_id[person.id] = person
    return person


def befriend(state: State, one: Person, other: Person) -> None:
    """Make two people friends."""
    state.friends.add(frozenset({one.name, other.name}))

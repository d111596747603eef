"""Actions of the other side by their names, as pages and JSON calls say them."""

from collections.abc import Callable

Action = Callable[..., dict[str, object]]


def action(kind: type, play: object, name: str) -> Action:
    """Return an action of this kind of host by its name; KeyError for anything else."""
    if name.startswith("_") or not callable(getattr(kind, name, None)):
        raise KeyError(name)
    found: Action = getattr(play, name)
    return found

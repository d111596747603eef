"""Scopes: which exist, what is asked for, what a person grants."""

from collections.abc import Iterable, Sequence

from simulators.mastodon.profiles import GOTOSOCIAL
from simulators.mastodon.records import App
from simulators.mastodon.state import State

DEFAULT = "read"


def written(text: str) -> list[str]:
    """Return the scopes of a text, each once, in its order."""
    return list(dict.fromkeys(text.replace("+", " ").split()))


def known(state: State, asked: Sequence[str]) -> bool:
    """Say whether this server knows all scopes; GoToSocial takes any word."""
    anything = state.profile.software == GOTOSOCIAL
    return anything or set(asked) <= set(state.profile.scopes)


def allowed(app: App, asked: Iterable[str]) -> bool:
    """Say whether an app may ask for these: its own ones, or parts of them."""
    own = set(app.scopes)
    return all(scope in own or scope.partition(":")[0] in own for scope in asked)


def granted(state: State, asked: Sequence[str]) -> tuple[str, ...]:
    """Return what the person grants; fewer where the host was told so."""
    only = state.granted_only
    if only is None:
        return tuple(asked)
    return tuple(
        scope for scope in only if scope in asked or scope.partition(":")[0] in asked
    )

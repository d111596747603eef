"""Tokens and codes without a browser, for tests and scripts."""

from collections.abc import Sequence

from simulators.mastodon.oauth import tokens
from simulators.mastodon.records import App
from simulators.mastodon.state import State

NAME = "Simulated program"
ALL = ("read", "write", "follow")


def token(state: State, user: str, scopes: Sequence[str] | None = None) -> str:
    """Make a token without the page; no list means `read write follow`."""
    with state.lock:
        app = _own_app(state)
        granted = tuple(ALL if scopes is None else scopes)
        return tokens.make(state, app, state.by_acct(user).id, granted).word


def _own_app(state: State) -> App:
    for app in state.apps.values():
        if app.name == NAME:
            return app
    moment = state.now
    app = App(
        state.ids.count("app", moment),
        moment,
        NAME,
        None,
        ["urn:ietf:wg:oauth:2.0:oob"],
        list(ALL),
        state.word(),
        state.word(),
    )
    state.apps[app.id] = app
    return app

"""Which scopes a call needs."""

from aiohttp import web

from simulators.mixi.state import State

NOTICES = "@noticebox"


def for_people(_state: State, _request: web.Request) -> set[str]:
    """Return what the People API needs."""
    return {"r_profile"}


def for_reading(state: State, request: web.Request) -> set[str]:
    """Return what reading a box needs."""
    return {"r_message"} | _for_notices(state, request)


def for_writing(state: State, request: web.Request) -> set[str]:
    """Return what sending, changing and deleting need."""
    return {"w_message"} | _for_notices(state, request)


def _for_notices(state: State, request: web.Request) -> set[str]:
    """Return what notices need besides; no document names their scope."""
    both = state.silences.notice_scopes == "both"
    if both and request.match_info["box"] == NOTICES:
        return {"r_message", "w_message"}
    return set()

"""How this mixi writes its answers: UTF-8 JSON, refusals in the form they ask for."""

import json

from aiohttp import web

from simulators.mixi.errors import HTML, SPEC, Refusal
from simulators.mixi.state import State


def tell(
    answer: object, *, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    """Return JSON; text that no encoding can hold stays escaped."""
    try:
        body = json.dumps(answer, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        body = json.dumps(answer).encode()
    return web.Response(
        body=body,
        status=status,
        headers=headers,
        content_type="application/json",
        charset="utf-8",
    )


def refuse(state: State, refusal: Refusal) -> web.Response:
    """Turn a refusal into an answer."""
    status = refusal.status or state.silences.status_of(refusal.error)
    headers = SPEC | refusal.headers
    # RFC 6750 section 3.1: who shows no token is told nothing about it.
    match refusal.form if refusal.error else "empty":
        case "html":
            return web.Response(
                text=HTML, content_type="text/html", status=status, headers=headers
            )
        case "empty":
            return web.Response(status=status, headers=headers)
        case _:
            return tell(refusal.answer(), status=status, headers=headers)

"""`/_sim/api/…` and `/_sim/state`: the other side for tests and scripts, as JSON."""

import dataclasses

from aiohttp import web

from simulators.actions import action
from simulators.faults import Fault
from simulators.mixi import consent, oauth
from simulators.mixi.answers import tell
from simulators.mixi.keys import FAULTS, MISHAPS, PLAY, STATE
from simulators.mixi.mishaps import Mishap
from simulators.mixi.play import Play
from simulators.mixi.reading import time_sent
from simulators.mixi.records import BOXES, Box, Consent, Message, Person
from simulators.mixi.state import State

SHOWN_CALLS = 200
Json = dict[str, object]


async def act(request: web.Request) -> web.Response:
    """Do one action; its JSON object holds the action's arguments.

    Wrong names and arguments answer 400 with the reason, unknown people and messages
    too.
    """
    name = request.match_info["action"].replace("-", "_")
    try:
        arguments = await request.json() if request.can_read_body else {}
        answer = _do(request.app, name, arguments)
    except (KeyError, TypeError, ValueError, consent.WrongApp) as error:
        return tell({"error": f"{type(error).__name__}: {error}"}, status=400)
    return tell(answer)


def _do(app: web.Application, name: str, arguments: dict[str, object]) -> Json:
    state = app[STATE]
    match name:
        case "fault":
            app[FAULTS].add(Fault(**arguments))  # type: ignore[arg-type]  # checked there
            return {"faults": app[FAULTS].listing()}
        case "mishap":
            app[MISHAPS].add(Mishap(**arguments))  # type: ignore[arg-type]  # a TypeError is answered
            return {}
        case "clear_faults":
            app[FAULTS].clear()
            app[MISHAPS].clear()
            return {}
        case "token_answer":
            return token_answer(state, **arguments)  # type: ignore[arg-type]  # a TypeError is answered
        case "approve":
            return {"url": approve(state, **arguments)}  # type: ignore[arg-type]  # a TypeError is answered
        case _:
            return action(Play, app[PLAY], name)(**arguments)


def token_answer(
    state: State, user: str, *, scopes: str | None = None, always: bool = True
) -> Json:
    """Return a token answer without the consent page; no scopes means all."""
    with state.lock:
        asked = tuple(oauth.SCOPES) if scopes is None else tuple(scopes.split())
        person = state.person(user).name
        given = Consent(person, oauth.granted(state, asked), always)
        return oauth.issue(state, given)


def approve(state: State, authorize_url: str, user: str, *, always: bool = True) -> str:
    """Agree on a consent page; returns where the browser goes then."""
    with state.lock:
        asked = consent.read(state, consent.query_of(authorize_url))
        return consent.allow(state, asked, state.person(user), always=always)


async def show(request: web.Request) -> web.Response:
    """Show what the host remembers of all owners, or whole boxes of one person."""
    state = request.app[STATE]
    wanted = request.query.get("user")
    with state.lock:
        owners = [row for row in state.people.values() if row.owner]
        answer: Json = {
            "client": {
                "id": state.client.id,
                "redirect_uri": state.client.redirect_uri,
            },
            "silences": dataclasses.asdict(state.silences),
            "faults": request.app[FAULTS].listing(),
            "people": {row.name: summary(state, row) for row in owners},
        }
        if wanted is not None:
            if wanted not in state.people:
                raise web.HTTPNotFound(text="no such person")
            answer["boxes"] = boxes(state, state.person(wanted))
    return tell(answer)


def summary(state: State, person: Person) -> Json:
    """Return the counts of one person."""
    rows = [row for box in BOXES for row in state.messages[person.name, box].values()]
    lying = [row for row in rows if not row.trashed]
    unread = [row.box for row in lying if row.status == "unread"]
    return {
        "id": person.id,
        "displayName": person.display,
        **{box: sum(1 for row in lying if row.box == box) for box in BOXES},
        "unread": unread.count("inbox"),
        "unreadNotices": unread.count("noticebox"),
        "trash": len(rows) - len(lying),
        "tokens": sum(
            1 for row in state.refresh.values() if row.consent.person == person.name
        ),
    }


def boxes(state: State, person: Person) -> Json:
    """Return all messages of one person, oldest first, the trash beside the boxes."""
    found: Json = {}
    trash: list[Json] = []
    for box in BOXES:
        rows = newest(state, person, box)[::-1]
        found[box] = [_told(row) for row in rows if not row.trashed]
        trash += [_told(row) for row in rows if row.trashed]
    return {**found, "trash": trash}


def newest(state: State, person: Person, box: Box) -> list[Message]:
    """Return everything in a box, the trash included, newest first."""
    found = state.messages[person.name, box].values()
    return sorted(found, key=lambda row: (row.sent, row.arrived), reverse=True)


def _told(row: Message) -> Json:
    return {
        "id": row.id,
        "box": row.box,
        "status": row.status,
        "timeSent": time_sent(row),
        "title": row.title,
        "body": row.body,
        "with": row.other,
    }


async def calls(request: web.Request) -> web.Response:
    """List the newest answered calls, without tokens and secrets."""
    state = request.app[STATE]
    with state.lock:
        rows = list(state.served)[-SHOWN_CALLS:]
    return tell([dataclasses.asdict(row) for row in rows])

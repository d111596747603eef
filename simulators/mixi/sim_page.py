"""`/_sim/`: a page on which a person plays the other side and watches the host."""

from collections.abc import Callable, Mapping
from html import escape

from aiohttp import web

from simulators import controls
from simulators.html import language_of, page
from simulators.mixi import sim_boxes, sim_forms
from simulators.mixi.keys import FAULTS, MISHAPS, PLAY, STATE
from simulators.mixi.play import Play
from simulators.mixi.records import Person
from simulators.mixi.silences import written
from simulators.mixi.sim_api import summary
from simulators.mixi.sim_texts import TEXTS
from simulators.mixi.state import State

HELLO = "👋 ありがとう！"
Words = Mapping[str, str]
Form = dict[str, str]
VERBS: dict[str, Callable[[Play, Form], object]] = {
    "send": lambda play, form: play.message(
        form["by"], form["me"], form["subject"], form["text"]
    ),
    "send_many": lambda play, form: play.flood(
        form["me"], 10, by=form["by"], one_second=True
    ),
    "post": lambda play, form: play.notice(form["me"], form["subject"], form["text"]),
    "answer": lambda play, form: play.reply(form["by"], form["message"], HELLO),
    "read_it": lambda play, form: play.read(form["by"], form["message"]),
    "replied_it": lambda play, form: play.mark_replied(form["by"], form["message"]),
    "delete": lambda play, form: play.delete(form["by"], form["message"]),
    "restore": lambda play, form: play.restore(form["by"], form["message"]),
    "empty": lambda play, form: play.empty_trash(form["me"]),
    "befriend": lambda play, form: play.befriend(form["me"], form["by"]),
    "unfriend": lambda play, form: play.unfriend(form["me"], form["by"]),
    "expire": lambda play, form: play.expire(form["me"]),
    "expire_refresh": lambda play, form: play.expire_refresh(form["me"]),
    "revoke": lambda play, form: play.revoke(form["me"]),
    "prohibit": lambda play, form: play.prohibit(form["me"]),
    "allow": lambda play, form: play.prohibit(form["me"], prohibited=False),
    "leave": lambda play, form: play.leave(form["me"]),
    "return": lambda play, form: play.leave(form["me"], left=False),
    "refuse_client": lambda play, form: play.refuse_client(),
    "accept_client": lambda play, form: play.refuse_client(refused=False),
    "busy": lambda play, form: play.busy(5),
    "silence": lambda play, form: play.silences(
        **{form["name"]: written(form["name"], form["value"])}
    ),
}


async def show(request: web.Request) -> web.Response:
    """Show the page; `me` in the query chooses whose side is watched."""
    state, language = request.app[STATE], language_of(request)
    words = TEXTS[language]
    with state.lock:
        owners = [row for row in state.people.values() if row.owner]
        wanted = request.query.get("me", "")
        me = next((row for row in owners if row.name == wanted), owners[0])
        body = "".join(
            [
                controls.done(request.query.get("done", "")),
                _people(state, owners, me, words),
                '<div class="grid">',
                sim_forms.write(state, me, words),
                sim_forms.post(me, words),
                "</div>",
                *(
                    sim_boxes.box(state, me, name, words)
                    for name in ("inbox", "noticebox", "outbox")
                ),
                sim_boxes.trash(state, me, words),
                sim_forms.account(state, me, words),
                sim_forms.faults(request.app[FAULTS].listing(), me, words),
                sim_forms.silences(state, me, words),
            ]
        )
    return page(words["title"], body, language)


async def act(request: web.Request) -> web.Response:
    """Do what a form says and show the page again."""
    form = {key: str(value) for key, value in (await request.post()).items()}
    try:
        done = _do(request, form)
    except (KeyError, ValueError) as error:
        done = f"{type(error).__name__}: {error}"
    target = request.rel_url.with_path("/_sim/").with_query(
        me=form.get("me", ""), done=done
    )
    raise web.HTTPSeeOther(str(target))


def _do(request: web.Request, form: Form) -> str:
    verb = form.get("verb", "")
    match verb:
        case "fault":
            request.app[FAULTS].add(controls.fault(form, "2/*"))
        case "clear":
            request.app[FAULTS].clear()
            request.app[MISHAPS].clear()
        case _:
            VERBS[verb](request.app[PLAY], form)
    return verb


def _people(state: State, owners: list[Person], me: Person, words: Words) -> str:
    rows = "".join(_person(state, person, me) for person in owners)
    heads = "".join(
        f"<th>{words[key]}</th>"
        for key in ("who", "inbox", "noticebox", "outbox", "trash", "tokens")
    )
    return (
        f"<section><h2>{words['people']}</h2><table><tr>{heads}</tr>{rows}</table>"
        f"<small>{words['inbox']}, {words['noticebox']}: {words['unread_of']}</small>"
        "</section>"
    )


def _person(state: State, person: Person, me: Person) -> str:
    counts = summary(state, person)
    mark = "● " if person is me else ""
    return (
        f'<tr><td>{mark}<a href="?me={escape(person.name)}">{escape(person.display)}'
        f"</a> <small>{escape(person.name)}</small></td>"
        f"<td>{counts['unread']} / {counts['inbox']}</td>"
        f"<td>{counts['unreadNotices']} / {counts['noticebox']}</td>"
        f"<td>{counts['outbox']}</td><td>{counts['trash']}</td>"
        f"<td>{counts['tokens']}</td></tr>"
    )

"""`/_sim/`: a page on which a person plays the other side and watches the host."""

from collections.abc import Callable, Mapping

from aiohttp import web

from simulators import controls
from simulators.html import language_of, page
from simulators.mastodon import sim_boxes, sim_forms
from simulators.mastodon.keys import FAULTS, PLAY, STATE
from simulators.mastodon.play import Play
from simulators.mastodon.sim_texts import TEXTS

Form = Mapping[str, str]
HOSTILE = (
    '<p onclick="alert(1)">{text}</p><script>alert(1)</script>'
    '<p><a href="javascript:alert(1)">look</a><img src=x onerror=alert(1)></p>'
)
VERBS: dict[str, Callable[[Play, Form], object]] = {
    "mention": lambda play, form: play.mention(form["by"], form["me"], form["text"]),
    "direct": lambda play, form: play.direct(form["by"], form["me"], form["text"]),
    "late": lambda play, form: play.status(
        form["by"], f"@{form['me']} {form['text']}", minutes_ago=600, late=True
    ),
    "suspicious": lambda play, form: play.status(
        form["by"], f"@{form['me']}", html=HOSTILE.format(text=form["text"])
    ),
    "follow": lambda play, form: play.follow(form["by"], form["me"]),
    "request": lambda play, form: play.request_follow(form["by"], form["me"]),
    "notice": lambda play, form: play.notice(form["me"], form["kind"], by=form["by"]),
    "announce": lambda play, form: play.announce(f"<p>{form['news']}</p>"),
    "favourite": lambda play, form: play.favourite(form["by"], form["status"]),
    "reblog": lambda play, form: play.reblog(form["by"], form["status"]),
    "reply": lambda play, form: play.reply(form["by"], form["status"], "👋"),
    "quote": lambda play, form: play.status(form["by"], "👀", quote=form["status"]),
    "edit": lambda play, form: play.edit_status(form["status"], form["changed"]),
    "delete": lambda play, form: play.delete_status(form["status"]),
    "read_row": lambda play, form: play.read_row(form["row"]),
    "unread_row": lambda play, form: play.read_row(form["row"], unread=True),
    "lose_row": lambda play, form: play.lose_row(form["row"]),
    "revoke": lambda play, form: play.revoke(form["me"]),
    "disable": lambda play, form: play.disable(form["me"]),
    "enable": lambda play, form: play.disable(form["me"], disabled=False),
    "vacuum": lambda play, form: play.vacuum_apps(),
    "narrow": lambda play, form: play.grant_only(["read"]),
    "wide": lambda play, form: play.grant_only(),
    "slow": lambda play, form: play.slow(60),
    "quick": lambda play, form: play.slow(0),
    "limits": lambda play, form: play.limits(on=form.get("on") == "1"),
}


async def show(request: web.Request) -> web.Response:
    """Show the page; `me` in the query chooses whose side is watched."""
    state, language = request.app[STATE], language_of(request)
    words = TEXTS[language]
    with state.lock:
        owners = [user for user in state.users.values() if user.owner]
        wanted = request.query.get("me", "")
        me = next((user for user in owners if user.username == wanted), owners[0])
        fields = {"me": me.username}
        body = "".join(
            [
                controls.done(request.query.get("done", "")),
                sim_boxes.people(state, owners, me, words),
                '<div class="grid">',
                sim_forms.write(state, me, words),
                sim_forms.other(state, me, words),
                "</div>",
                sim_boxes.conversations(state, me, words),
                sim_boxes.requests(state, me, words),
                sim_boxes.notifications(state, me, words),
                sim_boxes.received(state, me, words),
                sim_boxes.written(state, me, words),
                controls.fault_form(request.app[FAULTS].listing(), words, fields),
                sim_forms.host(state, me, words),
                sim_boxes.calls(state, words),
            ]
        )
    return page(words["title"], body, language)


async def act(request: web.Request) -> web.Response:
    """Do what a form says and show the page again."""
    form = {key: str(value) for key, value in (await request.post()).items()}
    try:
        _do(request.app, form)
        done = form["verb"]
    except (KeyError, ValueError, IndexError) as error:
        done = f"{type(error).__name__}: {error}"
    target = request.rel_url.with_path("/_sim/")
    raise web.HTTPSeeOther(str(target.with_query(me=form.get("me", ""), done=done)))


def _do(app: web.Application, form: Form) -> None:
    match form.get("verb", ""):
        case "fault":
            app[FAULTS].add(controls.fault(form))
        case "clear-faults":
            app[FAULTS].clear()
        case verb:
            VERBS[verb](app[PLAY], form)

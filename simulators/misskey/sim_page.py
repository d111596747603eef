"""`/_sim/`: a page on which a person plays the other side and watches the host."""

import random
from collections.abc import Callable, Mapping
from html import escape

from aiohttp import web

from simulators import controls
from simulators.html import language_of, page
from simulators.misskey.api import STATE
from simulators.misskey.keys import FAULTS, PLAY
from simulators.misskey.play import Play
from simulators.misskey.profiles import NO_CHAT
from simulators.misskey.records import Note, User
from simulators.misskey.sim_api import summary
from simulators.misskey.sim_texts import TEXTS
from simulators.misskey.state import State

NEWEST = 12
Words = Mapping[str, str]
Form = dict[str, str]
VERBS: dict[str, Callable[[Play, Form], object]] = {
    "mention": lambda play, form: play.mention(form["by"], form["me"], form["text"]),
    "direct": lambda play, form: play.direct(form["by"], form["me"], form["text"]),
    "chat": lambda play, form: play.chat(form["by"], form["me"], form["text"]),
    "late": lambda play, form: play.note(
        form["by"], f"@{form['me']} {form['text']}", minutes_ago=600, late=True
    ),
    "follow": lambda play, form: play.follow(form["by"], form["me"]),
    "request": lambda play, form: play.request_follow(form["by"], form["me"]),
    "notice": lambda play, form: play.notice(form["me"], form["kind"]),
    "react": lambda play, form: play.react(form["by"], form["note"]),
    "reply": lambda play, form: play.reply(form["by"], form["note"], "👋"),
    "renote": lambda play, form: play.renote(form["by"], form["note"]),
    "delete": lambda play, form: play.delete_note(form["note"]),
    "withhold": lambda play, form: play.withhold_note(form["note"]),
    "delete-chat": lambda play, form: play.delete_chat(form["message"]),
    "revoke": lambda play, form: play.revoke(form["me"]),
    "suspend": lambda play, form: play.suspend(
        form["me"], suspended=form.get("on") == "1"
    ),
}


async def show(request: web.Request) -> web.Response:
    """Show the page; `me` in the query chooses whose side is watched."""
    state, language = request.app[STATE], language_of(request)
    words = TEXTS[language]
    with state.lock:
        owners = [user for user in state.users.values() if user.owner]
        wanted = request.query.get("me", "")
        me = next((user for user in owners if user.username == wanted), owners[0])
        faults = request.app[FAULTS].listing()
        body = "".join(
            [
                controls.done(request.query.get("done", "")),
                _people(state, owners, me, words),
                '<div class="grid">',
                _write_form(state, me, words),
                _follow_form(state, me, words),
                "</div>",
                _received(state, me, words),
                _noticed(state, me, words),
                _written(state, me, words),
                controls.fault_form(faults, words, {"me": me.username}),
                controls.limits_switch(words, {"me": me.username}, on=state.limiter.on),
            ]
        )
    return page(words["title"], body, language)


async def act(request: web.Request) -> web.Response:
    """Do what a form says and show the page again."""
    form = {key: str(value) for key, value in (await request.post()).items()}
    me = form.get("me", "")
    try:
        done = _do(request, form)
    except (KeyError, ValueError, IndexError) as error:
        done = f"{type(error).__name__}: {error}"
    target = request.rel_url.with_path("/_sim/").with_query(me=me, done=done)
    raise web.HTTPSeeOther(str(target))


def _do(request: web.Request, form: Form) -> str:
    play, faults = request.app[PLAY], request.app[FAULTS]
    verb = form.get("verb", "")
    match verb:
        case "fault":
            faults.add(controls.fault(form))
        case "clear-faults":
            faults.clear()
        case "limits":
            play.limits(on=form.get("on") == "1")
        case _:
            VERBS[verb](play, form)
    return verb


def _people(state: State, owners: list[User], me: User, words: Words) -> str:
    rows = "".join(_person(state, user, me) for user in owners)
    heads = "".join(
        f"<th>{words[key]}</th>" for key in ("who", "notices", "chats", "tokens")
    )
    revoke = _button(me, "revoke", words["revoke"], warn=True)
    back = me.suspended
    suspend = _button(
        me, "suspend", words["restore" if back else "suspend"], on="0" if back else "1"
    )
    return (
        f"<section><h2>{words['people']}</h2><table><tr>{heads}</tr>{rows}</table>"
        f'<div class="row"><b>@{escape(me.username)}</b>{revoke}{suspend}</div>'
        "</section>"
    )


def _person(state: State, user: User, me: User) -> str:
    counts = summary(state, user)
    mark = "● " if user is me else ""
    name = escape(user.name or user.username)
    return (
        f'<tr><td>{mark}<a href="?me={user.username}">{name}</a> '
        f"<small>@{escape(user.username)}</small></td>"
        f"<td>{counts['unreadNotifications']} / {counts['notifications']}</td>"
        f"<td>{counts['unreadChats']} / {counts['chats']}</td>"
        f"<td>{counts['tokens']}</td></tr>"
    )


def _button(me: User, verb: str, label: str, *, warn: bool = False, **more: str) -> str:
    fields = {"me": me.username, "verb": verb, **more}
    return controls.button(fields, label, warn=warn)


def _choose(state: State, name: str = "by") -> str:
    options = "".join(
        f'<option value="{escape(user.acct)}">{escape(user.name or user.username)} '
        f"(@{escape(user.acct)})</option>"
        for user in state.users.values()
        if not user.owner
    )
    return f'<select name="{name}">{options}</select>'


def _write_form(state: State, me: User, words: Words) -> str:
    talk = () if state.profile.chat == NO_CHAT else ("chat",)
    verbs = controls.verbs(words, ("mention", "direct", *talk, "late"))
    return (
        f'<form class="card" method="post"><h2>{words["write"]}</h2>'
        f'<input type="hidden" name="me" value="{me.username}">'
        f"<label>{words['by']}{_choose(state)}</label>"
        f'<label>{words["text"]}<textarea name="text" rows="3" required></textarea>'
        f'</label><p class="row">{verbs}</p></form>'
    )


def _follow_form(state: State, me: User, words: Words) -> str:
    kinds = "".join(
        f"<option>{kind}</option>"
        for kind in ("test", "login", "app", "achievementEarned", "somethingNew")
    )
    return (
        f'<form class="card" method="post"><h2>{words["other"]}</h2>'
        f'<input type="hidden" name="me" value="{me.username}">'
        f"<label>{words['by']}{_choose(state)}</label>"
        f'<p class="row">{controls.verbs(words, ("follow", "request"))}</p>'
        f'<label>{words["kind"]}<select name="kind">{kinds}</select></label>'
        f'<p class="row">{controls.verbs(words, ("notice",))}</p></form>'
    )


def _received(state: State, me: User, words: Words) -> str:
    ids = state.mentions_of[me.id].walk(None, None, ascending=False)
    rows = [
        _note_row(me, state, state.notes[note_id], words, ("delete", "withhold"))
        for _, note_id in zip(range(NEWEST), ids, strict=False)
    ]
    chats = "".join(
        _chat_row(state, me, partner, words) for partner in _partners(state, me)
    )
    return (
        f"<section><h2>{words['received']}</h2><table>{''.join(rows)}</table></section>"
        f"<section><h2>{words['chats']}</h2><table>{chats}</table></section>"
    )


def _noticed(state: State, me: User, words: Words) -> str:
    rows = "".join(
        f"<tr><td>{'' if row.read else '● '}{escape(row.type)}</td>"
        f"<td>{escape(state.users[row.user_id].acct) if row.user_id else ''}</td>"
        f"<td>{words['read' if row.read else 'unread']}</td></tr>"
        for row in reversed(state.notifications[me.id][-NEWEST:])
    )
    return f"<section><h2>{words['noticed']}</h2><table>{rows}</table></section>"


def _partners(state: State, me: User) -> list[str]:
    return sorted(state.partners[me.id], key=lambda row: state.users[row].acct)


def _chat_row(state: State, me: User, partner: str, words: Words) -> str:
    key = ":".join(sorted((me.id, partner)))
    newest = next(state.chats_in[key].walk(None, None, ascending=False), None)
    if newest is None:
        return ""
    message = state.chats[newest]
    unread = (me.id, key) in state.unread_chats
    delete = _button(me, "delete-chat", words["delete"], message=newest)
    return (
        f"<tr><td>{'● ' if unread else ''}{escape(state.users[partner].acct)}</td>"
        f"<td>{escape(controls.short(message.text))}</td>"
        f"<td>{words['unread' if unread else 'read']}</td><td>{delete}</td></tr>"
    )


def _written(state: State, me: User, words: Words) -> str:
    ids = state.notes_by[me.id].walk(None, None, ascending=False)
    verbs = ("react", "reply", "renote", "delete")
    rows = [
        _note_row(me, state, state.notes[note_id], words, verbs)
        for _, note_id in zip(range(NEWEST), ids, strict=False)
    ]
    return f"<section><h2>{words['mine']}</h2><table>{''.join(rows)}</table></section>"


def _note_row(
    me: User, state: State, note: Note, words: Words, verbs: tuple[str, ...]
) -> str:
    author = state.users[note.user_id]
    others = [user.acct for user in state.users.values() if not user.owner]
    by = random.choice(others)
    buttons = "".join(
        _button(me, verb, words[verb], warn=verb == "delete", note=note.id, by=by)
        for verb in verbs
    )
    return (
        f"<tr><td>{escape(author.acct)}<br><small>{note.visibility}</small></td>"
        f"<td>{escape(controls.short(note.text))}</td>"
        f'<td class="row">{buttons}</td></tr>'
    )

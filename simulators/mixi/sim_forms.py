"""The forms of the page `/_sim/`: write, post, change the account, faults, switches."""

import dataclasses
from collections.abc import Iterable, Mapping
from html import escape

from simulators.faults import BODIES, KINDS
from simulators.mixi.records import Person
from simulators.mixi.silences import switches
from simulators.mixi.state import State

Words = Mapping[str, str]


def button(
    me: Person, verb: str, label: str, *, warn: bool = False, **more: str
) -> str:
    """Return a form that is one button."""
    hidden = "".join(
        f'<input type="hidden" name="{key}" value="{escape(value)}">'
        for key, value in {"me": me.name, "verb": verb, **more}.items()
    )
    style = ' class="warn"' if warn else ""
    return f'<form method="post">{hidden}<button{style}>{label}</button></form>'


def _card(me: Person, title: str, inside: str) -> str:
    return (
        f'<form class="card" method="post"><h2>{title}</h2>'
        f'<input type="hidden" name="me" value="{escape(me.name)}">{inside}</form>'
    )


def _verbs(words: Words, *verbs: str) -> str:
    buttons = "".join(
        f'<button name="verb" value="{verb}">{words[verb]}</button>' for verb in verbs
    )
    return f'<p class="row">{buttons}</p>'


def _options(names: Iterable[str], chosen: str = "") -> str:
    return "".join(
        f"<option{' selected' if name == chosen else ''}>{escape(name)}</option>"
        for name in names
    )


def _others(state: State, me: Person) -> str:
    options = "".join(
        f'<option value="{escape(row.name)}">{escape(row.display)}</option>'
        for row in state.people.values()
        if row is not me
    )
    return f'<select name="by">{options}</select>'


def write(state: State, me: Person, words: Words) -> str:
    """Return the form to write to somebody as another person."""
    return _card(
        me,
        words["write"],
        f"<label>{words['by']}{_others(state, me)}</label>"
        f'<label>{words["subject"]}<input type="text" name="subject"></label>'
        f'<label>{words["text"]}<textarea name="text" rows="3"></textarea></label>'
        f"{_verbs(words, 'send', 'send_many')}",
    )


def post(me: Person, words: Words) -> str:
    """Return the form to post a notice from mixi."""
    return _card(
        me,
        words["post"],
        f'<label>{words["subject"]}<input type="text" name="subject"></label>'
        f'<label>{words["html"]}<textarea name="text" rows="5"></textarea></label>'
        f'<p class="row"><button name="verb" value="post">{words["post_button"]}'
        "</button></p>",
    )


def account(state: State, me: Person, words: Words) -> str:
    """Return what can happen to somebody's account, friends and permissions."""
    verbs = [
        "expire",
        "expire_refresh",
        "revoke",
        "allow" if me.prohibited else "prohibit",
        "return" if me.left else "leave",
        "accept_client" if state.client_refused else "refuse_client",
    ]
    friends = _card(
        me,
        words["friends"],
        f"<label>{words['who']}{_others(state, me)}</label>"
        f"{_verbs(words, 'befriend', 'unfriend')}",
    )
    return _card(me, words["account"], _verbs(words, *verbs)) + friends


def faults(listed: list[dict[str, object]], me: Person, words: Words) -> str:
    """Return the form for faults of `simulators.faults`."""
    rows = "".join(f"<li><code>{escape(str(fault))}</code></li>" for fault in listed)
    return _card(
        me,
        words["faults"],
        f"<ul>{rows}</ul>"
        f'<label>{words["where"]}<input type="text" name="where" value="2/*"></label>'
        f'<div class="grid"><label>{words["kind"]}<select name="kind">'
        f"{_options(KINDS)}</select></label>"
        f'<label>{words["body"]}<select name="body">{_options(BODIES)}</select></label>'
        f'<label>{words["status"]}<input name="status" value="503"></label>'
        f'<label>{words["seconds"]}<input name="seconds" value="0"></label>'
        f'<label>Retry-After <input name="header"></label>'
        f'<label>{words["count"]}<input name="count"></label></div>'
        f'<p class="row"><button class="main" name="verb" value="fault">'
        f"{words['strike']}</button></p>{_verbs(words, 'clear', 'busy')}",
    )


def silences(state: State, me: Person, words: Words) -> str:
    """Return a row for every open question, with the answer that holds now."""
    now = dataclasses.asdict(state.silences)
    rows = "".join(
        f"<tr><td><code>{name}</code></td><td>"
        f"{_switch(me, name, choices, str(now[name]), words)}</td></tr>"
        for name, choices in switches().items()
    )
    return (
        f"<section><details><summary><b>{words['silences']}</b></summary>"
        f"<table>{rows}</table></details></section>"
    )


def _switch(
    me: Person, name: str, choices: tuple[str, ...], now: str, words: Words
) -> str:
    field = f'<input name="value" value="{escape(now)}">'
    if choices:
        options = _options(choices, now)
        field = f'<select name="value" style="width:auto">{options}</select>'
    return (
        f'<form class="row" method="post"><input type="hidden" name="me" '
        f'value="{escape(me.name)}"><input type="hidden" name="name" value="{name}">'
        f'{field}<button name="verb" value="silence">{words["set"]}</button></form>'
    )

"""The boxes of one person on the page `/_sim/`, with buttons beside each message."""

from collections.abc import Mapping
from html import escape

from simulators.mixi.reading import time_sent
from simulators.mixi.records import BOXES, Box, Message, Person
from simulators.mixi.sim_api import newest
from simulators.mixi.sim_forms import button
from simulators.mixi.state import State

SHOWN, SHORT = 15, 60
Words = Mapping[str, str]


def box(state: State, me: Person, name: Box, words: Words) -> str:
    """Return the newest messages of a box."""
    rows = [row for row in newest(state, me, name) if not row.trashed]
    return _table(words[name], [_row(state, me, row, words) for row in rows], words)


def trash(state: State, me: Person, words: Words) -> str:
    """Return the newest messages of the trash, and how to empty it."""
    rows = [row for name in BOXES for row in newest(state, me, name) if row.trashed]
    table = _table(words["trash"], [_row(state, me, row, words) for row in rows], words)
    return table + (button(me, "empty", words["empty"], warn=True) if rows else "")


def _table(title: str, rows: list[str], words: Words) -> str:
    shown = (
        "".join(rows[:SHOWN]) or f'<tr><td class="soft">{words["nothing"]}</td></tr>'
    )
    count = f" <small>({len(rows)})</small>" if rows else ""
    return f"<section><h2>{title}{count}</h2><table>{shown}</table></section>"


def _row(state: State, me: Person, row: Message, words: Words) -> str:
    unread = "● " if row.status == "unread" else ""
    status = words[row.status] if row.status else ""
    buttons = "".join(
        button(me, verb, words[verb], warn=verb == "delete", by=by, message=message)
        for verb, by, message in _verbs(state, me, row)
    )
    return (
        f"<tr><td>{unread}{_other(state, me, row, words)}<br>"
        f"<small>{time_sent(row)[:16].replace('T', ' ')}</small></td>"
        f"<td><b>{escape(row.title)}</b><br><small>{escape(_short(row.body))}</small>"
        f'</td><td>{status}</td><td class="row">{buttons}</td></tr>'
    )


def _other(state: State, me: Person, row: Message, words: Words) -> str:
    if not row.other:
        return "mixi"
    other = escape(state.person(row.other).display)
    if state.are_friends(me.name, row.other):
        return other
    return f"{other} <small>({words['stranger']})</small>"


def _verbs(state: State, me: Person, row: Message) -> list[tuple[str, str, str]]:
    """Return what can happen to a message, who does it, and to which copy of it."""
    if row.trashed:
        return [("restore", me.name, row.id)]
    verbs = []
    copy = _copy(state, row) if row.box == "outbox" else None
    if copy is not None:
        verbs.append(("answer", row.other, copy.id))
        if copy.status == "unread":
            verbs.append(("read_it", row.other, copy.id))
    if row.status == "unread":
        verbs.append(("read_it", me.name, row.id))
    if row.box == "inbox" and row.status != "replied":
        verbs.append(("replied_it", me.name, row.id))
    return [*verbs, ("delete", me.name, row.id)]


def _copy(state: State, row: Message) -> Message | None:
    """Return the other person's copy of a sent message, unless it is gone."""
    copy = state.messages[row.other, "inbox"].get(row.copy)
    return None if copy is None or copy.trashed else copy


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"

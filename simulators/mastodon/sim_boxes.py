"""The tables of the page `/_sim/`: what the host holds for one person."""

from collections.abc import Mapping, Sequence
from html import escape

from simulators import controls
from simulators.mastodon import talks
from simulators.mastodon.records import Notification, Row, Status, User
from simulators.mastodon.sim_api import summary
from simulators.mastodon.sim_forms import others
from simulators.mastodon.state import State

NEWEST = 12
Words = Mapping[str, str]


def _table(title: str, rows: Sequence[str], head: str = "") -> str:
    return f"<section><h2>{title}</h2><table>{head}{''.join(rows)}</table></section>"


def _button(me: User, verb: str, words: Words, **more: str) -> str:
    fields = {"me": me.username, "verb": verb, **more}
    return controls.button(fields, words[verb], warn=verb in ("delete", "revoke"))


def people(state: State, owners: list[User], me: User, words: Words) -> str:
    """Return who holds programs here, and buttons for the one who is watched."""
    names = ("who", "notices", "rows", "waiting", "tokens")
    head = "".join(f"<th>{words[name]}</th>" for name in names)
    rows = [_person(state, user, me) for user in owners]
    switch = _button(me, "enable" if me.disabled else "disable", words)
    buttons = f"{_button(me, 'revoke', words)}{switch}"
    return (
        _table(words["people"], rows, f"<tr>{head}</tr>")
        + f'<div class="row"><b>@{escape(me.username)}</b>{buttons}</div>'
    )


def _person(state: State, user: User, me: User) -> str:
    counts = summary(state, user)
    mark = "● " if user is me else ""
    name = escape(user.name or user.username)
    cells = (
        counts["notifications"],
        f"{counts['unreadConversations']} / {counts['conversations']}",
        f"{counts['requests']} + {counts['followRequests']}",
        counts["tokens"],
    )
    shown = "".join(f"<td>{cell}</td>" for cell in cells)
    return (
        f'<tr><td>{mark}<a href="?me={user.username}">{name}</a> '
        f"<small>@{escape(user.username)}</small></td>{shown}</tr>"
    )


def conversations(state: State, me: User, words: Words) -> str:
    """Return the newest rows of a person's list."""
    rows = talks.of(state, me.id)[:NEWEST]
    return _table(words["conversations"], [_row(state, me, row, words) for row in rows])


def _row(state: State, me: User, row: Row, words: Words) -> str:
    others = [state.users[who] for who in row.people if who in state.users]
    names = ", ".join(f"@{user.acct}" for user in others) or "–"
    last = state.statuses.get(row.status_ids[-1])
    verb = "read_row" if row.unread else "unread_row"
    buttons = _button(me, verb, words, row=row.id)
    buttons += _button(me, "lose_row", words, row=row.id)
    if last is not None:
        by = next((user.acct for user in others), me.acct)
        buttons += _button(me, "reply", words, status=last.id, by=by)
    mark = "● " if row.unread else ""
    text = controls.short(last.text if last else None)
    return (
        f"<tr><td>{mark}{escape(names)}</td><td>{escape(text)}</td>"
        f'<td class="row">{buttons}</td></tr>'
    )


def requests(state: State, me: User, words: Words) -> str:
    """Return who waits for a person's decision."""
    waiting = [
        state.users[r.from_id] for r in state.requests.values() if r.user_id == me.id
    ]
    asking = [state.users[who] for who, to in state.follow_requests if to == me.id]
    rows = [f"<tr><td>@{escape(user.acct)}</td></tr>" for user in (*waiting, *asking)]
    return _table(words["requests"], rows)


def notifications(state: State, me: User, words: Words) -> str:
    """Return a person's newest notifications."""
    rows = reversed(state.notifications[me.id][-NEWEST:])
    return _table(words["noticed"], [_notice(state, row) for row in rows])


def _notice(state: State, row: Notification) -> str:
    about = state.statuses.get(row.status_id or "")
    mark = "⏸ " if row.filtered else ""
    return (
        f"<tr><td>{mark}{escape(row.type)}</td>"
        f"<td>@{escape(state.users[row.from_id].acct)}</td>"
        f"<td>{escape(controls.short(about.text)) if about else ''}</td></tr>"
    )


def received(state: State, me: User, words: Words) -> str:
    """Return what was written to a person."""
    rows = [
        state.statuses[row.status_id]
        for row in reversed(state.notifications[me.id])
        if row.type in ("mention", "quote") and row.status_id in state.statuses
    ]
    verbs = ("edit", "delete")
    shown = [_status(state, me, row, words, verbs) for row in rows[:NEWEST]]
    return _table(words["received"], shown)


def written(state: State, me: User, words: Words) -> str:
    """Return what a person wrote."""
    ids = reversed(state.written_by[me.id][-NEWEST:])
    verbs = ("favourite", "reblog", "quote", "reply", "delete")
    shown = [_status(state, me, state.statuses[row], words, verbs) for row in ids]
    return _table(words["mine"], shown)


def _status(
    state: State, me: User, row: Status, words: Words, verbs: tuple[str, ...]
) -> str:
    author = state.users[row.user_id]
    by = state.random.choice(others(state)).acct
    buttons = "".join(
        _button(
            me,
            verb,
            words,
            status=row.id,
            by=by,
            changed=f"{row.text} ({words['edit']})",
        )
        for verb in verbs
    )
    return (
        f"<tr><td>@{escape(author.acct)}<br><small>{row.visibility}</small></td>"
        f"<td>{escape(controls.short(row.text))}</td>"
        f'<td class="row">{buttons}</td></tr>'
    )


def calls(state: State, words: Words) -> str:
    """Return the newest calls of the API."""
    rows = [
        f"<tr><td>{row.status}</td><td><code>{escape(row.call)}</code></td>"
        f"<td>{escape(row.user)}</td></tr>"
        for row in list(state.served)[-NEWEST:][::-1]
    ]
    return _table(words["calls"], rows)

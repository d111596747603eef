"""The few pages of the host that links lead to: home, a note, a person, the apps."""

from datetime import UTC, datetime
from html import escape

from aiohttp import web

from simulators.html import language_of, page
from simulators.misskey.api import STATE
from simulators.misskey.pack import users
from simulators.misskey.records import Note
from simulators.misskey.state import State

TEXTS = {
    "en": {
        "home": "A simulated Misskey host",
        "about": "Version {version}. Play the other side on {link}.",
        "apps": "Installed apps",
        "none": "No app holds a token.",
        "revoke": "Revoke",
        "private": "Only the people concerned can see this.",
        "docs": "Endpoints of this version",
        "gone": "This does not exist, or not any more.",
    },
    "ja": {
        "home": "シミュレートされた Misskey サーバー",
        "about": "バージョン {version}。相手役は {link} で操作できます。",
        "apps": "連携済みアプリ",
        "none": "トークンを持つアプリはありません。",
        "revoke": "取り消す",
        "private": "関係する人だけが見られます。",
        "docs": "このバージョンのエンドポイント",
        "gone": "存在しないか、すでに削除されています。",
    },
}


async def home(request: web.Request) -> web.Response:
    """Say what this is."""
    state = request.app[STATE]
    language = language_of(request)
    texts = TEXTS[language]
    link = '<a href="/_sim/">/_sim/</a>'
    about = texts["about"].format(version=escape(state.profile.version), link=link)
    apps = f'<p><a href="/settings/apps">{texts["apps"]}</a></p>'
    body = f"<section><h2>{escape(state.name)}</h2><p>{about}</p>{apps}</section>"
    return page(texts["home"], body, language)


async def note(request: web.Request) -> web.Response:
    """Show an open note; others only say that they are not open."""
    state = request.app[STATE]
    language = language_of(request)
    with state.lock:
        row = state.notes.get(request.match_info["note"])
        if row is None:
            return page("404", f"<p>{TEXTS[language]['gone']}</p>", language, 404)
        if row.visibility not in {"public", "home"}:
            body = f"<section>{TEXTS[language]['private']}</section>"
        else:
            body = _note(state, row)
    return page(state.name, body, language)


def _note(state: State, row: Note) -> str:
    author = state.users[row.user_id]
    avatar = escape(str(users.lite(state, author)["avatarUrl"]))
    moment = datetime.fromtimestamp(row.created / 1000, UTC)
    files = [state.files[item] for item in row.file_ids]
    images = "".join(
        f'<p><img class=wide alt="{escape(item.comment or "")}" '
        f'src="/files/{escape(item.picture or item.id)}.webp"></p>'
        for item in files
    )
    text = escape(row.text or "").replace("\n", "<br>")
    warning = f"<p><b>{escape(row.cw)}</b></p>" if row.cw else ""
    return (
        f'<section><div class=row><img class=avatar alt="" src="{avatar}">'
        f"<span><b>{escape(author.name or author.username)}</b><br>"
        f"<small>@{escape(author.acct)}</small></span></div>{warning}<p>{text}</p>{images}"
        f"<small><time datetime={moment:%Y-%m-%dT%H:%M:%SZ}>{moment:%Y-%m-%d %H:%M} UTC"
        "</time></small></section>"
    )


async def private(request: web.Request) -> web.Response:
    """Stand where a chat or a list of one's own would be."""
    language = language_of(request)
    body = f"<section>{TEXTS[language]['private']}</section>"
    return page(request.app[STATE].name, body, language)


async def docs(request: web.Request) -> web.Response:
    """List the endpoints, as the real page describes them."""
    language = language_of(request)
    names = request.app[STATE].profile.endpoint_list
    rows = "".join(f"<li><code>{escape(name)}</code></li>" for name in names)
    return page(
        TEXTS[language]["docs"], f"<section><ul>{rows}</ul></section>", language
    )


async def person(request: web.Request) -> web.Response:
    """Show who somebody is."""
    state = request.app[STATE]
    language = language_of(request)
    with state.lock:
        user = state.users.get(state.accts.get(request.match_info["acct"].lower(), ""))
        if user is None:
            return page("404", f"<p>{TEXTS[language]['gone']}</p>", language, 404)
        avatar = escape(str(users.lite(state, user)["avatarUrl"]))
        body = (
            f'<section class=row><img class=avatar alt="" src="{avatar}"><span>'
            f"<b>{escape(user.name or user.username)}</b><br>@{escape(user.acct)}<br>"
            f"{escape(user.description or '')}</span></section>"
        )
    return page(user.name or user.username, body, language)


async def apps(request: web.Request) -> web.Response:
    """List the tokens of everybody who lives here, each with a button to revoke it."""
    state = request.app[STATE]
    language = language_of(request)
    texts = TEXTS[language]
    with state.lock:
        rows = [
            f"<tr><td>@{escape(state.users[row.user_id].username)}</td>"
            f"<td>{escape(row.name or '–')}<br><small>{len(row.permissions)}</small></td>"
            f"<td><form method=post><input type=hidden name=token "
            f'value="{row.token[:10]}"><button class=warn>{texts["revoke"]}</button>'
            "</form></td></tr>"
            for row in state.tokens.values()
            if not row.native
        ]
    body = f"<table>{''.join(rows)}</table>" if rows else f"<p>{texts['none']}</p>"
    return page(texts["apps"], f"<section>{body}</section>", language)


async def revoke(request: web.Request) -> web.Response:
    """Revoke the token whose button was pressed."""
    state = request.app[STATE]
    wanted = str((await request.post()).get("token", ""))
    with state.lock:
        for token in [word for word in state.tokens if word[:10] == wanted]:
            del state.tokens[token]
    raise web.HTTPFound("/settings/apps")

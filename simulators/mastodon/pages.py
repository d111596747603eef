"""The few pages of the host that links lead to: home, a post, a person, the apps."""

from datetime import UTC, datetime
from html import escape

from aiohttp import web

from simulators.html import language_of, page
from simulators.mastodon.keys import STATE
from simulators.mastodon.oauth.tokens import forget
from simulators.mastodon.pack.accounts import avatar_of
from simulators.mastodon.records import Status, User
from simulators.mastodon.state import State

TEXTS = {
    "en": {
        "home": "A simulated Mastodon host",
        "about": "Version {version}. Play the other side on {link}.",
        "apps": "Authorized apps",
        "none": "No app holds a token.",
        "revoke": "Revoke",
        "private": "Only the people concerned can see this.",
        "gone": "This does not exist, or not any more.",
    },
    "ja": {
        "home": "シミュレートされた Mastodon サーバー",
        "about": "バージョン {version}。相手役は {link} で操作できます。",
        "apps": "認証済みアプリ",
        "none": "トークンを持つアプリはありません。",
        "revoke": "取り消す",
        "private": "関係する人だけが見られます。",
        "gone": "存在しないか、すでに削除されています。",
    },
}


async def home(request: web.Request) -> web.Response:
    """Say what this is."""
    state, language = request.app[STATE], language_of(request)
    texts = TEXTS[language]
    link = '<a href="/_sim/">/_sim/</a>'
    about = texts["about"].format(version=escape(state.profile.version), link=link)
    apps = f'<p><a href="/oauth/authorized_applications">{texts["apps"]}</a></p>'
    body = f"<section><h2>{escape(state.name)}</h2><p>{about}</p>{apps}</section>"
    return page(texts["home"], body, language)


async def status(request: web.Request) -> web.Response:
    """Show an open post; others only say that they are not open."""
    state, language = request.app[STATE], language_of(request)
    texts = TEXTS[language]
    with state.lock:
        row = state.statuses.get(request.match_info["id"])
        if row is None or row.deleting:
            return page("404", f"<p>{texts['gone']}</p>", language, 404)
        if row.visibility in ("public", "unlisted"):
            body = _status(state, row)
        else:
            body = f"<section>{texts['private']}</section>"
    return page(state.name, body, language)


def _status(state: State, row: Status) -> str:
    moment = datetime.fromtimestamp(row.created / 1000, UTC)
    images = "".join(
        f'<p><img class=wide alt="{escape(state.media[item].description or "")}" '
        f'src="/media/{item}"></p>'
        for item in row.media_ids
    )
    text = escape(row.text).replace("\n", "<br>")
    warning = f"<p><b>{escape(row.spoiler)}</b></p>" if row.spoiler else ""
    return (
        f"<section>{_head(state, state.users[row.user_id])}{warning}<p>{text}</p>"
        f"{images}<small><time datetime={moment:%Y-%m-%dT%H:%M:%SZ}>"
        f"{moment:%Y-%m-%d %H:%M} UTC</time></small></section>"
    )


def _head(state: State, user: User) -> str:
    return (
        f'<div class=row><img class=avatar alt="" src="{escape(avatar_of(state, user))}">'
        f"<span><b>{escape(user.name or user.username)}</b><br>"
        f"<small>@{escape(user.acct)}</small></span></div>"
    )


async def person(request: web.Request) -> web.Response:
    """Show who somebody is."""
    state, language = request.app[STATE], language_of(request)
    with state.lock:
        user = state.users.get(state.accts.get(request.match_info["acct"].lower(), ""))
        if user is None:
            gone = TEXTS[language]["gone"]
            return page("404", f"<p>{gone}</p>", language, 404)
        body = f"<section>{_head(state, user)}<p>{escape(user.about)}</p></section>"
    return page(user.name or user.username, body, language)


async def apps(request: web.Request) -> web.Response:
    """List the tokens of everybody who lives here, each with a button to revoke it."""
    state, language = request.app[STATE], language_of(request)
    texts = TEXTS[language]
    with state.lock:
        rows = [
            f"<tr><td>@{escape(state.users[token.user_id].username)}</td>"
            f"<td>{escape(state.apps[token.app_id].name)}<br>"
            f"<small>{escape(' '.join(token.scopes))}</small></td>"
            f"<td><form method=post><input type=hidden name=token "
            f'value="{token.word[:10]}"><button class=warn>{texts["revoke"]}</button>'
            "</form></td></tr>"
            for token in state.tokens.values()
            if token.user_id is not None and token.app_id in state.apps
        ]
    body = f"<table>{''.join(rows)}</table>" if rows else f"<p>{texts['none']}</p>"
    return page(texts["apps"], f"<section>{body}</section>", language)


async def revoke(request: web.Request) -> web.Response:
    """Revoke the token whose button was pressed."""
    state = request.app[STATE]
    wanted = str((await request.post()).get("token", ""))
    with state.lock:
        rows = [row for row in state.tokens.values() if row.word[:10] == wanted]
        for token in rows:
            forget(state, token)
    raise web.HTTPFound("/oauth/authorized_applications")

"""MiAuth: the page where a person allows or denies a program, and its one check."""

from collections.abc import Mapping
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiohttp import web

from simulators.html import language_of, origin_of, page
from simulators.misskey import people
from simulators.misskey.api import STATE, UNCACHED, FrameworkError, dumps, read_body
from simulators.misskey.pack import users
from simulators.misskey.records import Token, User
from simulators.misskey.state import State

REFUSED_SCHEMES = {"javascript", "file", "data", "mailto", "tel", "vbscript"}

TEXTS = {
    "en": {
        "title": "Allow an app to use your account?",
        "asks": "{name} would like to use your account on {host}.",
        "who": "Who are you?",
        "may": "The app would be able to:",
        "nothing": "The app asks for no permission at all.",
        "back": "Afterwards you return to {origin}.",
        "allow": "Allow",
        "deny": "Deny",
        "allowed": "Allowed. You can go back to the app now.",
        "denied": "Denied. The app has not been told; you can close this page.",
        "unnamed": "An app without a name",
    },
    "ja": {
        "title": "アプリにアカウントの利用を許可しますか？",
        "asks": "{name} が {host} のあなたのアカウントを使おうとしています。",
        "who": "どなたですか？",
        "may": "アプリができるようになること：",
        "nothing": "このアプリは何の権限も求めていません。",
        "back": "許可すると {origin} に戻ります。",
        "allow": "許可する",
        "deny": "拒否する",
        "allowed": "許可しました。アプリに戻ってください。",
        "denied": "拒否しました。アプリには知らされません。このページを閉じてください。",
        "unnamed": "名前のないアプリ",
    },
}


def known_permissions(state: State, written: str) -> list[str]:
    """Return the asked permissions that this version knows; others are dropped."""
    asked = dict.fromkeys(word.strip() for word in written.split(","))
    return [word for word in asked if word in state.profile.permissions]


def approve(state: State, session: str, user: User, asked: Mapping[str, str]) -> Token:
    """Grant a token to a session; it waits there for its one check."""
    token = people.make_token(
        state,
        user,
        name=asked.get("name", ""),
        permissions=frozenset(known_permissions(state, asked.get("permission", ""))),
    )
    state.sessions[session] = token
    return token


def approve_url(state: State, url: str, username: str) -> str:
    """Allow what an approval page's address asks; returns the callback, or ""."""
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.query))
    session = parts.path.rpartition("/")[2]
    with state.lock:
        approve(state, session, state.by_acct(username), asked)
    callback = asked.get("callback", "")
    return callback_with(callback, session) if callback else ""


def callback_with(callback: str, session: str) -> str:
    """Return the callback with `session` added; an own one is overwritten."""
    parts = urlsplit(callback)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = [pair for pair in pairs if pair[0] != "session"]
    return parts._replace(query=urlencode([*query, ("session", session)])).geturl()


async def ask(request: web.Request) -> web.Response:
    """Show the page; `user` in the query chooses who is marked beforehand."""
    state = request.app[STATE]
    texts = TEXTS[language_of(request)]
    with state.lock:
        body = _question(state, request.query, texts)
    return page(texts["title"], body, language_of(request))


def _question(state: State, query: Mapping[str, str], texts: Mapping[str, str]) -> str:
    name = escape(query.get("name") or texts["unnamed"])
    host = escape(state.uri.partition("://")[2])
    permissions = known_permissions(state, query.get("permission", ""))
    may = "".join(f"<li><code>{escape(word)}</code></li>" for word in permissions)
    rights = (
        f"<p>{texts['may']}</p><ul>{may}</ul>" if may else f"<p>{texts['nothing']}</p>"
    )
    back = ""
    if query.get("callback"):
        origin = escape(origin_of(query["callback"]))
        back = f"<p class=soft>{texts['back'].format(origin=origin)}</p>"
    owners = [user for user in state.users.values() if user.owner]
    wanted = query.get("user", owners[0].username if owners else "")
    choices = "".join(_choice(state, user, wanted) for user in owners)
    fields = {
        "name": query.get("name", ""),
        "callback": query.get("callback", ""),
        "permission": ",".join(permissions),
    }
    kept = "".join(
        f'<input type=hidden name={key} value="{escape(value)}">'
        for key, value in fields.items()
    )
    return (
        f"<form class=card method=post>{kept}"
        f"<p>{texts['asks'].format(name=f'<b>{name}</b>', host=f'<b>{host}</b>')}</p>"
        f"{rights}<h2>{texts['who']}</h2>{choices}{back}"
        f"<p class=row><button class=main name=decision value=allow>{texts['allow']}"
        f"</button><button name=decision value=deny>{texts['deny']}</button></p></form>"
    )


def _choice(state: State, user: User, wanted: str) -> str:
    packed = users.lite(state, user)
    checked = " checked" if user.username == wanted else ""
    name = escape(user.name or user.username)
    return (
        f'<label class=person><input type=radio name=user value="{user.username}"'
        f'{checked} required><img alt="" src="{escape(str(packed["avatarUrl"]))}">'
        f"<span><b>{name}</b><br><small>@{escape(user.username)}</small></span></label>"
    )


async def decide(request: web.Request) -> web.Response:
    """Take the decision; a denial tells nobody and leads nowhere."""
    state = request.app[STATE]
    language = language_of(request)
    texts = TEXTS[language]
    form = {key: str(value) for key, value in (await request.post()).items()}
    if form.get("decision") != "allow":
        return page(texts["title"], f"<section>{texts['denied']}</section>", language)
    session = request.match_info["session"]
    with state.lock:
        user_id = state.accts.get(form.get("user", "").lower(), "")
        user = state.users.get(user_id)
        if user is None or not user.owner:
            raise web.HTTPBadRequest(text="no such person")
        approve(state, session, user, form)
    callback = form.get("callback", "")
    if callback and urlsplit(callback).scheme.lower() not in REFUSED_SCHEMES:
        raise web.HTTPFound(callback_with(callback, session))
    return page(texts["title"], f"<section>{texts['allowed']}</section>", language)


async def check(request: web.Request) -> web.Response:
    """Answer `POST /api/miauth/{session}/check`: the token, once; then `ok` is false."""
    state = request.app[STATE]
    try:
        await read_body(request)
    except FrameworkError as error:
        return web.json_response(error.body, status=error.status, headers=UNCACHED)
    session = request.match_info["session"]
    with state.lock:
        token = state.sessions.get(session)
        answer: dict[str, object] = {"ok": False}
        if token is not None and token.token in state.tokens:
            user = users.detailed(state, state.users[token.user_id])
            answer = {"ok": True, "token": token.token, "user": user}
            if state.duplicate_checks > 0:
                state.duplicate_checks -= 1
            else:
                state.sessions[session] = None
    return web.json_response(answer, headers=UNCACHED, dumps=dumps)

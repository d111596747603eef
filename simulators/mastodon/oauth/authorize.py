"""The pages where a person signs in, allows or denies; they work without scripts."""

from collections.abc import Mapping
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiohttp import web

from simulators.html import language_of, origin_of, page
from simulators.mastodon.keys import STATE
from simulators.mastodon.oauth import grants
from simulators.mastodon.oauth.grants import FIELDS, Asked, BadAddress
from simulators.mastodon.oauth.texts import TEXTS
from simulators.mastodon.pack.accounts import avatar_of
from simulators.mastodon.profiles import GOTOSOCIAL
from simulators.mastodon.records import User
from simulators.mastodon.state import State

SIGN_IN = "/auth/sign_in"
NO_PAGE = {
    "error": "Not Acceptable: no format can be offered for requested Accept header(s) "
    "[application/json]; this endpoint offers [text/html]"
}
Words = Mapping[str, str]


class Visit:
    """One browser at one page: its cookie, its language, its form or query."""

    def __init__(self, request: web.Request, given: Mapping[str, str]) -> None:
        self.state = request.app[STATE]
        self.given = given
        self.language = language_of(request)
        self.words: Words = TEXTS[self.language]
        # browsers share cookies between the ports of one address
        port = urlsplit(self.state.origin).port
        self.cookie = f"_session_{port}"
        self.key = request.cookies.get(self.cookie) or self.state.word()
        self.memory = self.state.browsers.setdefault(self.key, {})

    @property
    def plain(self) -> bool:
        """Say whether this is a GoToSocial, where one signs in on a page before."""
        return self.state.profile.software == GOTOSOCIAL

    def person(self) -> User | None:
        """Return who is signed in in this browser."""
        return self.state.users.get(self.memory.get("user", ""))

    def sign_in(self, username: str) -> User | None:
        """Sign somebody in who lives here and may; None for anybody else."""
        user = self.state.users.get(self.state.accts.get(username.lower(), ""))
        if user is None or not user.owner or user.disabled:
            return None
        self.memory["user"] = user.id
        return user

    def show(self, title: str, body: str, status: int = 200) -> web.Response:
        """Return a page that keeps the browser's cookie."""
        return self._kept(page(title, body, self.language, status))

    def go(self, address: str, status: int = 302) -> web.Response:
        """Send the browser elsewhere."""
        return self._kept(web.Response(status=status, headers={"Location": address}))

    def refuse(self, reason: str, status: int = 400) -> web.Response:
        """Show why nothing can be allowed here."""
        body = f"<section>{escape(self.words[reason])}</section>"
        return self.show(self.words["error"], body, status)

    def _kept(self, answer: web.Response) -> web.Response:
        answer.set_cookie(self.cookie, self.key, httponly=True, samesite="Lax")
        return answer


async def ask(request: web.Request) -> web.Response:
    """Answer `GET /oauth/authorize`."""
    state = request.app[STATE]
    gotosocial = state.profile.software == GOTOSOCIAL
    if gotosocial and request.headers.get("Accept") == "application/json":
        return web.json_response(NO_PAGE, status=406)
    with state.lock:
        visit = Visit(request, dict(request.query))
        if visit.plain and visit.person() is None:
            visit.memory["asked"] = urlencode(visit.given)
            return visit.go(SIGN_IN, 303)
        if visit.plain and not visit.given:
            visit.given = dict(parse_qsl(visit.memory.get("asked", "")))
        return _ask(visit)


def _ask(visit: Visit) -> web.Response:
    try:
        asked = grants.read(visit.state, visit.given)
    except BadAddress as error:
        return visit.refuse(str(error), 401 if str(error) == "client" else 400)
    user = visit.person()
    forced = visit.given.get("force_login") == "true"
    chooses = user is None or (forced and not visit.plain)
    known = user is not None and grants.already(visit.state, asked, user)
    if user is not None and known and not chooses and not visit.plain:
        return visit.go(grants.approve(visit.state, asked, user))
    body = _question(visit, asked, None if chooses else user)
    return visit.show(visit.words["title"], body)


def _question(visit: Visit, asked: Asked, user: User | None) -> str:
    """Return the form; `user` is None where the person is to be chosen."""
    words, state = visit.words, visit.state
    kept = "".join(
        f'<input type=hidden name={name} value="{escape(visit.given.get(name, ""))}">'
        for name in FIELDS
    )
    name, host = f"<b>{escape(asked.app.name)}</b>", f"<b>{escape(state.domain)}</b>"
    may = "".join(f"<li><code>{escape(scope)}</code></li>" for scope in asked.scopes)
    origin = escape(origin_of(asked.redirect_uri))
    who = people(visit) if user is None else _known(visit, user)
    return (
        f'<form class=card method=post action="/oauth/authorize">{kept}'
        f"<p>{words['asks'].format(name=name, host=host)}</p>"
        f"<p>{words['may']}</p><ul>{may}</ul>{who}"
        f"<p class=soft>{words['back'].format(origin=origin)}</p>"
        f"<p class=row><button class=main name=decision value=allow>{words['allow']}"
        f"</button><button name=decision value=deny>{words['deny']}</button></p></form>"
    )


def _known(visit: Visit, user: User) -> str:
    name = f"<b>{escape(user.name or user.username)}</b> @{escape(user.username)}"
    if visit.plain:
        other = ""
    else:
        query = escape(urlencode({**visit.given, "force_login": "true"}))
        other = f' <a href="/oauth/authorize?{query}">{visit.words["other"]}</a>'
    return (
        f"<p>{visit.words['as'].format(name=name)}{other}</p>"
        f'<input type=hidden name=user value="{escape(user.username)}">'
    )


def people(visit: Visit) -> str:
    """Return the people who may sign in here, one to be chosen."""
    owners = [user for user in visit.state.users.values() if user.owner]
    current = visit.person() or (owners[0] if owners else None)
    choices = "".join(_choice(visit.state, user, user is current) for user in owners)
    return (
        f"<h2>{visit.words['who']}</h2>{choices}<input type=hidden name=chosen value=1>"
    )


def _choice(state: State, user: User, current: bool) -> str:
    checked = " checked" if current else ""
    name = escape(user.name or user.username)
    return (
        f'<label class=person><input type=radio name=user value="{user.username}"'
        f'{checked} required><img alt="" src="{escape(avatar_of(state, user))}">'
        f"<span><b>{name}</b><br><small>@{escape(user.username)}</small></span></label>"
    )


async def decide(request: web.Request) -> web.Response:
    """Answer `POST /oauth/authorize`: approve or deny as the form says."""
    state = request.app[STATE]
    form = {key: str(value) for key, value in (await request.post()).items()}
    with state.lock:
        visit = Visit(request, form)
        if form.get("chosen") and not visit.plain:
            user = visit.sign_in(form.get("user", ""))
        else:
            user = visit.person()
        if user is None or user.disabled:
            return visit.refuse("disabled", 403)
        try:
            asked = grants.read(state, form)
        except BadAddress as error:
            return visit.refuse(str(error))
        if visit.plain:
            visit.memory.clear()
        if form.get("decision") != "allow":
            return visit.go(grants.deny(state, asked))
        return visit.go(grants.approve(state, asked, user))


async def sign_in(request: web.Request) -> web.Response:
    """Answer `GET /auth/sign_in`."""
    with request.app[STATE].lock:
        visit = Visit(request, dict(request.query))
        button = f"<p><button class=main>{visit.words['sign_in']}</button></p>"
        body = f"<form class=card method=post>{people(visit)}{button}</form>"
        return visit.show(visit.words["sign_in"], body)


async def signed_in(request: web.Request) -> web.Response:
    """Answer `POST /auth/sign_in`: go on with what was asked before."""
    state = request.app[STATE]
    form = {key: str(value) for key, value in (await request.post()).items()}
    with state.lock:
        visit = Visit(request, form)
        if visit.sign_in(form.get("user", "")) is None:
            return visit.refuse("disabled", 403)
        return visit.go("/oauth/authorize", 303)


async def native(request: web.Request) -> web.Response:
    """Show a code to be copied, where a program has no address of its own."""
    words = TEXTS[language_of(request)]
    code = escape(request.query.get("code", ""))
    shown = f"<p>{words['code']}</p><p><code>{code}</code></p>" if code else ""
    body = f"<section>{shown or words['denied']}</section>"
    return page(words["title"], body, language_of(request))

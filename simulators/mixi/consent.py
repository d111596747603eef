"""The page `/connect_authorize.pl`: who one is, and whether a program may.

RFC 6749 section 4.1.1. What is wrong with the program or its redirect URL is told on
the page; everything else goes back to the program as `error`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiohttp import web

from simulators.html import language_of, origin_of, page
from simulators.mixi import oauth
from simulators.mixi.keys import STATE
from simulators.mixi.people import thumbnail_url
from simulators.mixi.records import Consent, Person
from simulators.mixi.state import State

HELPER = "/connect_authorize_success.html"
CSS = {"touch": "max-width:24rem", "smartphone": "max-width:24rem"}
TEXTS = {
    "en": {
        "title": "Allow an app to use mixi",
        "asks": "<b>{client}</b> would like to use your mixi account.",
        "who": "Sign in as",
        "may": "The app would be able to:",
        "always": "Always agree (otherwise the permission ends after some hours)",
        "back": "Afterwards you return to {origin}.",
        "allow": "Agree",
        "deny": "Cancel",
        "done": "You can close this page and go back to the app.",
        "wrong": "This app cannot be allowed",
        "client": "No app is registered with this client_id.",
        "redirect": "redirect_uri is not the one registered for this app.",
        "helper": "Authorization is done",
    },
    "ja": {
        "title": "アプリによるmixiの利用",
        "asks": "<b>{client}</b> があなたのmixiアカウントを利用しようとしています。",
        "who": "ログインする人",
        "may": "同意するとアプリができること：",
        "always": "常に同意する（チェックしないと数時間で許可が切れます）",
        "back": "このあと {origin} に戻ります。",
        "allow": "同意する",
        "deny": "キャンセル",
        "done": "このページを閉じて、アプリに戻ってください。",
        "wrong": "このアプリは許可できません",
        "client": "この client_id のアプリは登録されていません。",
        "redirect": "redirect_uri が登録されたものと異なります。",
        "helper": "認可が完了しました",
    },
}


class WrongApp(Exception):
    """Why nothing may be sent back to a program: a word of TEXTS."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a program asks for; `error` is what it gets instead of a question."""

    scopes: tuple[str, ...]
    redirect_uri: str
    state: str
    server_state: str
    error: str = ""


def read(state: State, query: Mapping[str, str]) -> Asked:
    """Check an authorization request; raises WrongApp where no way leads back."""
    if query.get("client_id") != state.client.id or state.client_refused:
        raise WrongApp("client")
    scopes = tuple(dict.fromkeys(query.get("scope", "").split()))
    return Asked(
        scopes,
        _redirect_uri(state, query.get("redirect_uri", "")),
        query.get("state", ""),
        query.get("server_state", ""),
        _error(state, query, scopes),
    )


def query_of(url: str) -> dict[str, str]:
    """Return the query of an authorization address."""
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def registered(state: State) -> str:
    """Return the redirect URL of the program; without one it is mixi's helper page."""
    return state.client.redirect_uri or f"{state.origin}{HELPER}"


def _redirect_uri(state: State, written: str) -> str:
    match state.silences.redirect_parameter:
        case "refused" if written:
            raise WrongApp("redirect")
        case "checked" if written:
            if written not in (registered(state), f"{state.origin}{HELPER}"):
                raise WrongApp("redirect")
            return written
        case _:
            return registered(state)


def _error(state: State, query: Mapping[str, str], scopes: tuple[str, ...]) -> str:
    if not query.get("response_type") or not scopes:
        return "invalid_request"
    if query["response_type"] != "code":
        return "unsupported_response_type"
    if not set(scopes) <= set(oauth.SCOPES):
        return "invalid_scope"
    server_state = query.get("server_state", "")
    if server_state and state.server_states.get(server_state, 0) < state.now:
        return "invalid_request"
    return ""


def _back(asked: Asked, **answer: str) -> str:
    """Return the redirect URL with an answer and the program's own `state` added."""
    if asked.state:
        answer["state"] = asked.state
    parts = urlsplit(asked.redirect_uri)
    pairs = [*parse_qsl(parts.query, keep_blank_values=True), *answer.items()]
    return parts._replace(query=urlencode(pairs)).geturl()


def allow(state: State, asked: Asked, person: Person, *, always: bool) -> str:
    """Agree; returns where the browser goes with its code."""
    if asked.error:
        return _back(asked, error=asked.error)
    consent = Consent(
        person.name,
        oauth.granted(state, asked.scopes),
        always,
        asked.redirect_uri,
        asked.server_state,
    )
    return _back(asked, code=oauth.new_code(state, consent))


def refuse(asked: Asked) -> str:
    """Refuse; returns where the browser goes to tell it."""
    return _back(asked, error=asked.error or "access_denied")


async def ask(request: web.Request) -> web.Response:
    """Show the page; `user` in the query chooses who is marked beforehand."""
    state, language = request.app[STATE], language_of(request)
    with state.lock:
        try:
            asked = read(state, request.query)
        except WrongApp as wrong:
            return _wrong(str(wrong), language)
        if asked.error:
            raise web.HTTPFound(_back(asked, error=asked.error))
        body = _question(state, asked, request.query, TEXTS[language], language)
    return page(TEXTS[language]["title"], body, language)


def _wrong(reason: str, language: str) -> web.Response:
    texts = TEXTS[language]
    return page(texts["wrong"], f"<section>{texts[reason]}</section>", language, 400)


def _question(
    state: State,
    asked: Asked,
    query: Mapping[str, str],
    texts: Mapping[str, str],
    language: str,
) -> str:
    place = 1 if language == "ja" else 0
    may = "".join(
        f"<li>{oauth.SCOPES[scope][place]} <small><code>{scope}</code></small></li>"
        for scope in asked.scopes
    )
    owners = [row for row in state.people.values() if row.owner and not row.left]
    wanted = query.get("user", owners[0].name if owners else "")
    choices = "".join(_choice(state, person, wanted) for person in owners)
    narrow = CSS.get(query.get("display", ""), "")
    origin = escape(origin_of(asked.redirect_uri))
    return (
        f'<form class="card" method="post" style="{narrow}">'
        f"<p>{texts['asks'].format(client=escape(state.client.id))}</p>"
        f"<p>{texts['may']}</p><ul>{may}</ul><h2>{texts['who']}</h2>{choices}"
        f'<label><input type="checkbox" name="always" value="1"> {texts["always"]}'
        f'</label><p class="soft">{texts["back"].format(origin=origin)}</p>'
        f'<p class="row"><button class="main" name="decision" value="allow">'
        f'{texts["allow"]}</button><button name="decision" value="deny" '
        f"formnovalidate>{texts['deny']}</button></p></form>"
    )


def _choice(state: State, person: Person, wanted: str) -> str:
    checked = " checked" if person.name == wanted else ""
    return (
        f'<label class="person"><input type="radio" name="user" required '
        f'value="{escape(person.name)}"{checked}>'
        f'<img alt="" src="{escape(thumbnail_url(state, person))}">'
        f"<b>{escape(person.display)}</b></label>"
    )


async def decide(request: web.Request) -> web.Response:
    """Take the decision and send the browser back to the program."""
    state, language = request.app[STATE], language_of(request)
    form = {key: str(value) for key, value in (await request.post()).items()}
    with state.lock:
        try:
            asked = read(state, request.query)
        except WrongApp as wrong:
            return _wrong(str(wrong), language)
        if form.get("decision") != "allow":
            raise web.HTTPFound(refuse(asked))
        person = state.people.get(form.get("user", ""))
        if person is None or not person.owner or person.left:
            raise web.HTTPBadRequest(text="no such person")
        raise web.HTTPFound(
            allow(state, asked, person, always=form.get("always") == "1")
        )


async def helper(request: web.Request) -> web.Response:
    """Stand where programs without a page of their own read the code."""
    language = language_of(request)
    texts = TEXTS[language]
    return page(texts["helper"], f"<section>{texts['done']}</section>", language)

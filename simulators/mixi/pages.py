"""The few pages of mixi itself: home, a person's page, the apps one has allowed."""

from html import escape

from aiohttp import web

from simulators.html import language_of, page
from simulators.mixi import oauth
from simulators.mixi.keys import STATE
from simulators.mixi.people import thumbnail_url
from simulators.mixi.records import Person
from simulators.mixi.state import State

TEXTS = {
    "en": {
        "home": "A simulated mixi",
        "about": "Play the other side on {link}.",
        "apps": "Apps that may use your account",
        "none": "Nobody has allowed an app.",
        "revoke": "Take the permission away",
        "gone": "This does not exist, or not any more.",
    },
    "ja": {
        "home": "シミュレートされた mixi",
        "about": "相手役は {link} で操作できます。",
        "apps": "利用を許可したアプリ",
        "none": "許可されたアプリはありません。",
        "revoke": "許可を取り消す",
        "gone": "存在しないか、すでに削除されています。",
    },
}


async def home(request: web.Request) -> web.Response:
    """Say what this is."""
    language = language_of(request)
    texts = TEXTS[language]
    about = texts["about"].format(link='<a href="/_sim/">/_sim/</a>')
    apps = f'<p><a href="/list_apps.pl">{texts["apps"]}</a></p>'
    return page(texts["home"], f"<section><p>{about}</p>{apps}</section>", language)


async def redirect(request: web.Request) -> web.Response:
    """Lead from the address that the API tells to the person's page."""
    raise web.HTTPFound(f"/show_friend.pl?id={request.query.get('puid', '')}")


async def person(request: web.Request) -> web.Response:
    """Show who somebody is."""
    state, language = request.app[STATE], language_of(request)
    with state.lock:
        found = state.by_id.get(request.query.get("id", ""))
        if found is None or found.left:
            return page("404", f"<p>{TEXTS[language]['gone']}</p>", language, 404)
        picture = escape(thumbnail_url(state, found))
        name = escape(found.display)
    body = (
        f'<section class="row"><img class="avatar" alt="" src="{picture}">'
        f"<b>{name}</b></section>"
    )
    return page(found.display, body, language)


async def apps(request: web.Request) -> web.Response:
    """List who has allowed the program, each with a button to take it back."""
    state, language = request.app[STATE], language_of(request)
    texts = TEXTS[language]
    with state.lock:
        rows = [_row(state, owner, texts["revoke"]) for owner in allowing(state)]
    body = f"<table>{''.join(rows)}</table>" if rows else f"<p>{texts['none']}</p>"
    return page(texts["apps"], f"<section>{body}</section>", language)


def allowing(state: State) -> list[Person]:
    """Return the people whose permission a program holds."""
    names = {row.consent.person for row in state.refresh.values()}
    names |= {row.person for row in state.access.values()}
    return [state.person(name) for name in sorted(names)]


def _row(state: State, owner: Person, revoke: str) -> str:
    return (
        f"<tr><td>{escape(owner.display)}</td><td>{escape(state.client.id)}</td>"
        f'<td><form method="post"><button class="warn" name="user" '
        f'value="{escape(owner.name)}">{revoke}</button></form></td></tr>'
    )


async def revoke(request: web.Request) -> web.Response:
    """Take away the permission whose button was pressed."""
    state = request.app[STATE]
    wanted = str((await request.post()).get("user", ""))
    with state.lock:
        oauth.revoke(state, wanted)
    raise web.HTTPFound("/list_apps.pl")

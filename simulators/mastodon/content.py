"""Texts as people type them become HTML as each server writes it."""

import re
from collections.abc import Callable
from html import escape

from simulators.mastodon.pack.accounts import url_of
from simulators.mastodon.profiles import GOTOSOCIAL
from simulators.mastodon.records import Status, User
from simulators.mastodon.state import State

SHOWN = 30  # letters of an address that stay visible
_PARTS = re.compile(
    r"(?P<link>https?://[^\s<>\"、。]+)"
    r"|(?<![\w/])@(?P<acct>[A-Za-z0-9_]+(?:@[\w.-]*\w(?::\d+)?)?)"
    r"|(?<![\w&/])#(?P<tag>\w+)"
)
_EMOJI = re.compile(r":(\w+):")
_RELATION = 'rel="nofollow noreferrer noopener" target="_blank"'


def named(text: str) -> list[str]:
    """Return the names in a text, known or not."""
    return [part["acct"] for part in _PARTS.finditer(text) if part["acct"]]


def mentioned(state: State, text: str) -> list[User]:
    """Return the people that a text addresses, each once; unknown names are text."""
    found: dict[str, User] = {}
    for part in _PARTS.finditer(text):
        user = _person(state, part["acct"])
        if user is not None:
            found.setdefault(user.id, user)
    return list(found.values())


def _person(state: State, acct: str | None) -> User | None:
    try:
        return state.by_acct(acct) if acct else None
    except KeyError:
        return None


def tags(text: str) -> list[str]:
    """Return the hashtags of a text in small letters."""
    found = (part["tag"] for part in _PARTS.finditer(text))
    return list(dict.fromkeys(tag.lower() for tag in found if tag))


def emojis(state: State, text: str) -> tuple[str, ...]:
    """Return the custom emojis of a text that this host knows."""
    found = dict.fromkeys(_EMOJI.findall(text))
    return tuple(name for name in found if name in state.emojis)


def length(text: str) -> int:
    """Return how long a text counts: addresses 23, mentions without their host."""

    def counted(part: re.Match[str]) -> str:
        if part["link"]:
            return "x" * 23
        return f"@{part['acct'].partition('@')[0]}" if part["acct"] else part[0]

    return len(_PARTS.sub(counted, text))


def html(state: State, status: Status) -> str:
    """Return the content of a status as this host gives it away."""
    if status.html is not None:
        return status.html
    plain = state.profile.software == GOTOSOCIAL
    quoted = state.statuses.get(status.quote_of or "")
    before = ""
    if quoted is not None and "quotes" in state.profile.has:
        link = _link(f"{state.origin}/@{state.users[quoted.user_id].acct}/{quoted.id}")
        before = f'<p class="quote-inline">RE: {link}</p>'
    if not status.text:
        return before
    rest = _plain if plain else escape
    line_break = "<br>" if plain else "<br />"
    paragraphs = [
        _marked_up(state, part, rest).replace("\n", line_break)
        for part in re.split(r"\n{2,}", status.text)
    ]
    return before + "".join(f"<p>{part}</p>" for part in paragraphs)


def _plain(text: str) -> str:
    return text.replace("<", "&lt;")


def _marked_up(state: State, text: str, rest: Callable[[str], str]) -> str:
    made, end = "", 0
    for part in _PARTS.finditer(text):
        made += rest(text[end : part.start()]) + _part(state, part, rest)
        end = part.end()
    return made + rest(text[end:])


def _part(state: State, part: re.Match[str], rest: Callable[[str], str]) -> str:
    plain = state.profile.software == GOTOSOCIAL
    if part["link"]:
        return _plain_link(part["link"]) if plain else _link(part["link"])
    if part["tag"]:
        url = f"{state.origin}/tags/{part['tag'].lower()}"
        relation = _RELATION.replace("nofollow", "tag nofollow")
        relation = relation if plain else 'rel="tag"'
        return (
            f'<a href="{url}" class="mention hashtag" {relation}>'
            f"#<span>{part['tag']}</span></a>"
        )
    user = _person(state, part["acct"])
    return rest(part[0]) if user is None else _mention(state, user)


def _mention(state: State, user: User) -> str:
    plain = state.profile.software == GOTOSOCIAL
    kept = ' translate="no"' if "translate" in state.profile.has else ""
    more = f" {_RELATION}" if plain else ""
    return (
        f'<span class="h-card"{kept}><a href="{url_of(state, user)}" '
        f'class="u-url mention"{more}>@<span>{user.username}</span></a></span>'
    )


def _plain_link(url: str) -> str:
    shown = escape(url)
    return f'<a href="{shown}" {_RELATION}>{shown}</a>'


def _link(url: str) -> str:
    """Return an address in three spans, of which only the middle one is shown."""
    start = re.match(r"https?://(?:www\.)?", url)
    before = start[0] if start else ""
    middle = url[len(before) : len(before) + SHOWN]
    after = url[len(before) + SHOWN :]
    kind = "ellipsis" if after else ""
    return (
        f'<a href="{escape(url)}" target="_blank" rel="nofollow noopener" '
        f'translate="no"><span class="invisible">{escape(before)}</span>'
        f'<span class="{kind}">{escape(middle)}</span>'
        f'<span class="invisible">{escape(after)}</span></a>'
    )

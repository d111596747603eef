"""Whom a text addresses: on hosts with Mastodon's API the names in it are addresses."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from inboxhub.networks.base import RemoteAuthor
from inboxhub.networks.mastodon.people import read_account
from inboxhub.networks.mastodon.statuses import Raw
from inboxhub.networks.values import Viewer, host_of, mappings_of

MOST_PEOPLE = 500
NAME = r"@([A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,126}[A-Za-z0-9_])?)"
HOST = r"@([\w-](?:[\w.-]{0,250}\w)?(?::[0-9]{1,5})?)"
# The way to a person's page, up to its "@": Mastodon looks for no names behind a slash,
# others look for none in links that stand alone.
PAGE = r"(?<![^ \t\r\n(])https?://[A-Za-z0-9][A-Za-z0-9._~:%/-]*/@"
# More than the hosts take for names: what is none for them costs nothing here. They look
# into links, and to them, the two letters are an s and a k.
LETTER = r"A-Za-z0-9_\u017f\u212a"
NAMES = re.compile(
    rf"{PAGE}"
    rf"|(?<![A-Za-z0-9_])@([{LETTER}](?:[{LETTER}.-]{{0,126}}[{LETTER}])?)"
    r"(?:@((?:[\w.-]{0,251}\w)(?::[0-9]{1,5})?))?"
)
IN_FRONT = re.compile(rf"\s*{NAME}(?:{HOST})?(?=[\s,:;.!?]|$)")
HANDLE = re.compile(NAME + HOST)

# The narrowest first.
VISIBILITIES = ("direct", "private", "unlisted", "public")


def people_in(status: Raw, viewer: Viewer) -> tuple[RemoteAuthor, ...]:
    """The author of a status and whom it names, each once, me too."""
    named = mappings_of(status.get("mentions"), MOST_PEOPLE)
    found = (read_account(one, viewer) for one in [status.get("account"), *named])
    return once(person for person in found if person)


def once(people: Iterable[RemoteAuthor]) -> tuple[RemoteAuthor, ...]:
    """Each person once, where it came first."""
    found: dict[str, RemoteAuthor] = {}
    for person in people:
        found.setdefault(person.remote_id or person.handle.lower(), person)
    return tuple(found.values())


def has_address(person: RemoteAuthor) -> bool:
    """Whether a text can name the person: what is no handle would address others."""
    return HANDLE.fullmatch(person.handle) is not None


def addressed(text: str, people: Iterable[RemoteAuthor], viewer: Viewer) -> str:
    """The text behind the names of the people, but those that it begins with already.

    Who has no address is left out.
    """
    reachable = [person for person in people if has_address(person)]
    known = _known(reachable, viewer)
    named = {known.get(name) for name in leading(text)}
    wanted = [p for p in reachable if p.handle.lower() not in named]
    names = _written(wanted, reachable, viewer)
    return " ".join([*names, text.lstrip()]) if names else text


def leading(text: str) -> tuple[str, ...]:
    """The names that a text begins with, in small letters and without the first `@`."""
    found, at = [], 0
    while match := IN_FRONT.match(text, at):
        found.append(_acct(match))
        at = match.end()
    return tuple(found)


def without_leading(text: str) -> str:
    at = 0
    while match := IN_FRONT.match(text, at):
        at = match.end()
    return text[at:]


def strangers(
    text: str,
    people: Iterable[RemoteAuthor],
    viewer: Viewer,
) -> tuple[str, ...]:
    """The names in a text that may be somebody else's than the people's.

    Names in links count, unless they directly follow a slash (Mastodon: `MENTION_RE`).
    """
    known = _known(filter(has_address, people), viewer)
    matches = NAMES.finditer("".join(map(_in_words, text)))
    found = (_acct(match) for match in matches if match[1])
    return tuple(dict.fromkeys(name for name in found if name not in known))


def visibility_of(wanted: str, parent: Raw, *, mine: bool) -> str:
    """The visibility of an answer to `parent`: what is wanted, but never a wider one.

    Without a wish it is that of the parent; only to the people themselves where others
    would see it than those who see a parent for somebody's followers.
    """
    told = parent.get("visibility")
    limit = VISIBILITIES.index(told) if told in VISIBILITIES else 0
    if not wanted:
        return "direct" if told == "private" and not mine else VISIBILITIES[limit]
    return VISIBILITIES[min(limit, rank(wanted))]


def rank(visibility: str) -> int:
    """How wide it is; an unknown one counts as the narrowest."""
    known = visibility in VISIBILITIES
    return VISIBILITIES.index(visibility) if known else 0


def _written(
    wanted: Iterable[RemoteAuthor],
    people: Sequence[RemoteAuthor],
    viewer: Viewer,
) -> list[str]:
    """Names of the own host without it, unless several people have the same name."""
    names = [_parts(person)[0].lower() for person in people]
    shared = {name for name in names if names.count(name) > 1}
    written = []
    for person in wanted:
        name, host = _parts(person)
        bare = host == viewer.domain.lower() and name.lower() not in shared
        written.append(f"@{name}" if bare else f"@{name}@{host}")
    return written


def _known(people: Iterable[RemoteAuthor], viewer: Viewer) -> dict[str, str]:
    """All ways to name the people → their handle, in small letters."""
    own = {viewer.domain.lower(), host_of(viewer.origin)}
    known: dict[str, str] = {}
    for person in people:
        name, host = _parts(person)
        ways = [f"{name}@{host}"]
        if host in own:
            ways = [name, *(f"{name}@{other}" for other in own)]
        known |= dict.fromkeys((way.lower() for way in ways), person.handle.lower())
    return known


def _parts(person: RemoteAuthor) -> tuple[str, str]:
    """Name and host of somebody who has an address."""
    name, _, host = person.handle.removeprefix("@").partition("@")
    return name, host.lower()


def _in_words(sign: str) -> str:
    """The sign, or a letter for what hosts take for a part of words, and `\\w` does not."""
    category = unicodedata.category(sign)
    return "ー" if sign != "_" and category in {"Mn", "Mc", "Me", "Pc"} else sign


def _acct(match: re.Match[str]) -> str:
    return "@".join(part for part in match.groups() if part).lower()

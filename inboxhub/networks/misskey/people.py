"""People: UserLite objects to authors, and the custom emoji that names and texts use."""

import re
from collections.abc import Mapping

from inboxhub.networks.base import RemoteAuthor
from inboxhub.networks.misskey.ids import is_id
from inboxhub.networks.values import Viewer, line_of, mapping_of, mappings_of, media_of

MOST_EMOJIS = 100
NAME = re.compile(r"[A-Za-z0-9_+-]{1,100}(?:@[A-Za-z0-9_.:-]{1,255})?")
IN_TEXT = re.compile(r":([A-Za-z0-9_+-]{1,100}):")
# Letters of any script, but no half surrogates and nothing that only steers the text.
HOST = re.compile(
    r"[A-Za-z0-9\u00a1-\u061b\u061d-\u1fff\u2c00-\ud7ff\uf900-\ufffd_.-]{1,253}(?::\d{1,5})?"
)
USERNAME = re.compile(r"[A-Za-z0-9_.-]{1,128}")

People = Mapping[str, RemoteAuthor]


def read_user(raw: object, viewer: Viewer) -> RemoteAuthor | None:
    """UserLite or anything wider; None when it names nobody."""
    user = mapping_of(raw)
    identifier, username = user.get("id"), user.get("username")
    if not is_id(identifier) or not isinstance(username, str):
        return None
    if USERNAME.fullmatch(username) is None:
        return None
    away = home_of(user)
    name = line_of(user.get("name"), 200) or username
    acct = f"@{username}@{away}" if away else f"@{username}"
    return RemoteAuthor(
        remote_id=identifier,
        handle=f"@{username}@{away or viewer.domain}",
        name=name,
        avatar_url=media_of(user.get("avatarUrl"), viewer),
        url=f"{viewer.origin}/{acct}",
        emojis=emojis_of(user.get("emojis"), name, viewer, home=away),
    )


def home_of(raw: object) -> str:
    """The host of somebody from elsewhere; empty for the viewer's own host."""
    host = mapping_of(raw).get("host")
    return host if isinstance(host, str) and HOST.fullmatch(host) else ""


def emojis_of(
    given: object,
    text: str,
    viewer: Viewer,
    *,
    home: str = "",
    names: tuple[str, ...] = (),
) -> dict[str, str]:
    """The pictures of the custom emoji that `text` and `names` use, by name.

    `given` is the host's own table: a list before 13.0, an object since, and absent for
    what was written on the host itself. A name that it does not have is looked for
    where the host serves its pictures; where there is none, the text stays.
    """
    table = _table(given, viewer)
    if isinstance(given, list):
        return table
    for name in dict.fromkeys([*IN_TEXT.findall(text[:20_000]), *names]):
        if len(table) >= MOST_EMOJIS:
            break
        if name not in table and not name.isdigit():
            full = name if "@" in name or not home else f"{name}@{home}"
            table[name] = f"{viewer.origin}/emoji/{full}.webp"
    return table


def emoji_name(reaction: object) -> str:
    """A reaction as it is shown: the emoji, or `:name:`, `:name@host:` when it is custom."""
    text = line_of(reaction, 300)
    if not text.startswith(":"):
        return text[:40]
    name = text.strip(":").removesuffix("@.")
    return f":{name}:" if NAME.fullmatch(name) else ""


def custom_names(reactions: Mapping[str, object] | tuple[str, ...]) -> tuple[str, ...]:
    """The names of the custom emoji among reactions in their shown form."""
    return tuple(key.strip(":") for key in reactions if key.startswith(":"))


def _table(given: object, viewer: Viewer) -> dict[str, str]:
    if isinstance(given, list):
        pairs = [(entry.get("name"), entry.get("url")) for entry in _entries(given)]
    else:
        pairs = list(mapping_of(given).items())[:MOST_EMOJIS]
    table: dict[str, str] = {}
    for name, url in pairs:
        picture = media_of(url, viewer)
        if isinstance(name, str) and NAME.fullmatch(name) and picture:
            table[name.removesuffix("@.")] = picture
    return table


def _entries(given: object) -> list[dict[object, object]]:
    return list(mappings_of(given, MOST_EMOJIS))

"""People: Account objects to authors, and the custom emoji that names and texts use."""

import re

from inboxhub.networks.base import RemoteAuthor
from inboxhub.networks.mastodon.ids import id_of
from inboxhub.networks.values import (
    Viewer,
    line_of,
    link_of,
    mapping_of,
    mappings_of,
    media_of,
)

MOST_EMOJIS = 100
SHORTCODE = re.compile(r"[A-Za-z0-9_+-]{1,100}")


def read_account(raw: object, viewer: Viewer) -> RemoteAuthor | None:
    """Mastodon API: the object Account; None when it names nobody.

    `acct` has no host for people of the host itself.
    """
    account = mapping_of(raw)
    identifier = id_of(account.get("id"))
    acct = "".join(line_of(account.get("acct"), 400).split()).strip("@")
    if not identifier or not acct:
        return None
    username = line_of(account.get("username"), 128) or acct.partition("@")[0]
    return RemoteAuthor(
        remote_id=identifier,
        handle=f"@{acct}" if "@" in acct else f"@{acct}@{viewer.domain}",
        name=line_of(account.get("display_name"), 200) or username,
        avatar_url=media_of(account.get("avatar_static"), viewer)
        or media_of(account.get("avatar"), viewer),
        url=link_of(account.get("url"), viewer),
        emojis=emojis_of(account.get("emojis"), viewer),
    )


def emojis_of(raw: object, viewer: Viewer) -> dict[str, str]:
    """CustomEmoji objects: shortcode → the picture's address."""
    table: dict[str, str] = {}
    for emoji in mappings_of(raw, MOST_EMOJIS):
        name = emoji.get("shortcode")
        picture = media_of(emoji.get("url"), viewer)
        picture = picture or media_of(emoji.get("static_url"), viewer)
        if isinstance(name, str) and SHORTCODE.fullmatch(name) and picture:
            table[name] = picture
    return table

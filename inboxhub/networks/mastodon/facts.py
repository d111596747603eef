"""What a host says of itself and of the account, as the client must know it later.

What can be asked without changing anything is asked; the rest is what the software of
that name is known to lack, and an answer that says otherwise later wins.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Self

from inboxhub.networks.mastodon.ids import id_of
from inboxhub.networks.values import host_of, line_of, mapping_of, number_of

MASTODON = {"mastodon", "hometown", "glitch-soc", "glitchsoc"}
NO_READING = {"pixelfed", "sharkey", "takahe"}
NO_REMOVING = {"pixelfed", "sharkey", "takahe", "iceshrimp.net"}
WITHOUT_STREAM = {"pixelfed", "takahe", "sharkey"}
NO_DISMISSING = {"gotosocial", "pixelfed", "sharkey"}
NO_CLEARING = {"pixelfed", "sharkey"}
COUNTS_ADDRESSES = {"gotosocial"}

UNREAD_SINCE = (4, 2)
LEVEL_4_3, LEVEL_4_6 = 2, 10
# Mastodon's own, for hosts that do not tell theirs.
MOST_FILES, LARGEST_FILE = 4, 8 * 1_048_576
PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")
PICTURE = re.compile(r"image/[a-z0-9.+-]{1,40}")
LEADING_VERSION = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})")
COMPATIBLE = re.compile(r"compatible; ([A-Za-z][\w.-]{0,40})")


@dataclass(frozen=True, slots=True)
class Facts:
    """`reading`, `unreading`, `removing` are about the rows of conversations,
    `dismissing` about single notices, `clearing` about all; `guarding`: the host itself
    refuses a status that names others than it may. `level` is Mastodon's API level (4.3
    on).

    `scopes` are what the token may do, empty when nobody knows. `shared` is a host that
    counts calls by our address. `missing` are the listings that the token or the host
    does not give, with the reason: `permission` or `off`.
    """

    id: str = ""
    domain: str = ""
    software: str = ""
    level: int = 0
    reading: bool = True
    unreading: bool = False
    removing: bool = True
    dismissing: bool = True
    clearing: bool = True
    guarding: bool = False
    bulk: bool = False
    shared: bool = False
    scopes: tuple[str, ...] = ()
    missing: Mapping[str, str] | None = None

    def gives(self, listing: str) -> bool:
        return listing not in (self.missing or {})

    def may(self, scope: str) -> bool:
        """Whether the token has `write:statuses`, say, by itself or in `write`."""
        if not self.scopes:
            return True
        return scope in self.scopes or scope.partition(":")[0] in self.scopes

    def as_json(self) -> dict[str, object]:
        return asdict(self) | {"scopes": list(self.scopes)}

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> Self:
        """The stored form back; empty where the client never asked its host."""
        scopes, missing = stored.get("scopes"), mapping_of(stored.get("missing"))
        return cls(
            id=str(stored.get("id", "")),
            domain=str(stored.get("domain", "")),
            software=str(stored.get("software", "")),
            level=number_of(stored.get("level")),
            reading=stored.get("reading") is not False,
            unreading=stored.get("unreading") is True,
            removing=stored.get("removing") is not False,
            dismissing=stored.get("dismissing") is not False,
            clearing=stored.get("clearing") is not False,
            guarding=stored.get("guarding") is True,
            bulk=stored.get("bulk") is True,
            shared=stored.get("shared") is True,
            scopes=tuple(map(str, scopes)) if isinstance(scopes, list) else (),
            missing={str(name): str(why) for name, why in missing.items()},
        )


@dataclass(frozen=True, slots=True)
class Instance:
    """The host's own card. `level` is 0 where the host tells none.

    `max_files` pictures of `max_bytes` each and of the types `mimes` go with a status.
    Each address in it counts as `per_address` characters, 0 where nobody says so.
    """

    name: str
    version: str
    domain: str
    max_text: int
    level: int
    max_files: int = MOST_FILES
    max_bytes: int = LARGEST_FILE
    mimes: tuple[str, ...] = PICTURES
    per_address: int = 0


def read_instance(raw: object, host: str) -> Instance | None:
    """Mastodon API: Instance of `/api/v2/instance` or, before 4.0, `/api/v1/instance`.

    None when it names no version. The domain is the one that handles end with.
    """
    instance = mapping_of(raw)
    version = line_of(instance.get("version"), 100)
    if not version:
        return None
    named = instance.get("account_domain") or instance.get("domain")
    named = named or instance.get("uri")
    domain = host_of(named) or host_of(f"https://{named}") or host
    configuration = mapping_of(instance.get("configuration"))
    statuses = mapping_of(configuration.get("statuses"))
    files = mapping_of(configuration.get("media_attachments"))
    told = statuses.get("max_characters") or instance.get("max_toot_chars")
    return Instance(
        name=line_of(instance.get("title"), 200) or host,
        version=version,
        domain=domain,
        max_text=number_of(told) or 500,
        level=number_of(mapping_of(instance.get("api_versions")).get("mastodon")),
        max_files=number_of(statuses.get("max_media_attachments")) or MOST_FILES,
        max_bytes=number_of(files.get("image_size_limit")) or LARGEST_FILE,
        mimes=_pictures(files.get("supported_mime_types")) or PICTURES,
        per_address=min(number_of(statuses.get("characters_reserved_per_url")), 1_000),
    )


def _pictures(told: object) -> tuple[str, ...]:
    names = told[:100] if isinstance(told, list) else []
    return tuple(n for n in names if isinstance(n, str) and PICTURE.fullmatch(n))


def software_of(instance: Instance, hint: str) -> str:
    """By nodeinfo; forks without it tell it in the version (`compatible; Akkoma 3`)."""
    if hint:
        return hint
    found = COMPATIBLE.search(instance.version)
    return found[1].lower() if found else "mastodon"


def is_recent(software: str, instance: Instance) -> bool:
    """Mastodon and its soft forks from 4.2 on: they can mark conversations unread, and

    look at `allowed_mentions`.
    """
    if software not in MASTODON:
        return False
    found = LEADING_VERSION.match(instance.version)
    recent = found is not None and (int(found[1]), int(found[2])) >= UNREAD_SINCE
    return instance.level >= LEVEL_4_3 or recent


def account_id(raw: object) -> str:
    return id_of(mapping_of(raw).get("id"))


def scopes_of(told: object) -> tuple[str, ...]:
    """From a token answer's text, or from the list that an app is registered with."""
    words = told.split() if isinstance(told, str) else told
    if not isinstance(words, list):
        return ()
    return tuple(word for word in words[:100] if isinstance(word, str) and word)

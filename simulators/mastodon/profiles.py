"""How the simulated servers differ; fields and shapes lie beside, one JSON each."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

MASTODON, GOTOSOCIAL, SHARKEY = "mastodon", "gotosocial", "sharkey"
Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Profile:
    """One server as its recorded answers show it.

    `has` names what only some servers can: routes (`unread`, `requests`, `dismiss` …)
    and habits (`pkce`, `idempotency`, `token_limit` …).
    """

    name: str
    software: str
    version: str
    id_method: str
    notification_limit: int
    has: frozenset[str]
    fields: Mapping[str, Sequence[str]]
    scopes: Sequence[str]
    instance_v1: Mapping[str, object]
    instance_v2: Mapping[str, object] | None
    metadata: Mapping[str, object] | None

    @property
    def most_files(self) -> int:
        """Return how many files may hang on a status."""
        return int(self._configured("statuses", "max_media_attachments"))

    @property
    def file_types(self) -> frozenset[str]:
        """Return the types of files that the host takes."""
        return frozenset(self._configured("media_attachments", "supported_mime_types"))

    def _configured(self, part: str, name: str) -> Any:
        configuration: Any = self.instance_v1["configuration"]
        return configuration[part][name]

    def pick(self, kind: str, built: Json) -> Json:
        """Return the fields that this server's objects of a kind have."""
        return {name: built[name] for name in self.fields[kind] if name in built}


@cache
def profile(name: str) -> Profile:
    """Return a profile by its name; KeyError for a server that is not simulated."""
    if name not in PROFILES:
        raise KeyError(name)
    file = Path(__file__).with_name("profiles") / f"{name}.json"
    written = json.loads(file.read_text("utf-8"))
    behaviour = written.pop("behaviour")
    has = frozenset(behaviour.pop("has"))
    return Profile(name=name, has=has, **behaviour, **written)


PROFILES = ("4.6", "4.1", "3.5", "gotosocial", "sharkey")

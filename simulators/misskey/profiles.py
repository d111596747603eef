"""How the simulated versions differ; lists and empty shapes lie beside, one JSON each."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ASCENDING, DESCENDING, MIXED = "ascending", "descending", "mixed"
CHAT, MESSAGING, NO_CHAT = "chat", "messaging", "none"


@dataclass(frozen=True, slots=True)
class Profile:
    """One version of Misskey as its recorded answers show it."""

    name: str
    version: str
    id_method: str
    chat: str
    notification_types: Sequence[str]
    permissions: Sequence[str]
    modern: bool
    """From 13 on: 401 and 403 with a WWW-Authenticate header, emojis as an object,
    no read flag on notifications but a count, 404 as JSON."""
    mentions_order: str
    created_is_id_time: bool
    note_dots: bool
    """Listings clear the host's own unread dots of notes, even without marking."""
    cascading_delete: bool
    create_token_notice: bool
    stream_api: bool
    """Calls over the stream are answered."""
    endpoints: frozenset[str]
    endpoint_list: Sequence[str]
    shapes: Mapping[str, Mapping[str, object]]


@cache
def profile(name: str) -> Profile:
    """Return a profile by its name; KeyError for a version that is not simulated."""
    folder = Path(__file__).with_name("profiles")
    if name not in PROFILES:
        raise KeyError(name)
    shapes = json.loads((folder / f"{name}.json").read_text("utf-8"))
    behaviour, endpoints = shapes.pop("behaviour"), shapes.pop("endpoints")
    return Profile(
        name=name,
        version=shapes["meta"]["version"],
        endpoints=frozenset(endpoints),
        endpoint_list=endpoints,
        shapes=shapes,
        **behaviour,
    )


PROFILES = ("2025.12", "2024.11", "12.110")

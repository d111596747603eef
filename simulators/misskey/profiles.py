"""How the simulated versions differ; lists and empty shapes lie beside, one JSON each."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ASCENDING, DESCENDING, MIXED = "ascending", "descending", "mixed"
CHAT, MESSAGING, NO_CHAT = "chat", "messaging", "none"

_TYPES_12 = (
    "follow mention reply renote quote reaction pollVote pollEnded "
    "receiveFollowRequest followRequestAccepted groupInvited app"
).split()
_TYPES_2024 = (
    "note follow mention reply renote quote reaction pollEnded receiveFollowRequest "
    "followRequestAccepted roleAssigned achievementEarned exportCompleted login app "
    "test pollVote groupInvited reaction:grouped renote:grouped"
).split()
_TYPES_2025 = (
    "note follow mention reply renote quote reaction pollEnded scheduledNotePosted "
    "scheduledNotePostFailed receiveFollowRequest followRequestAccepted roleAssigned "
    "chatRoomInvitationReceived achievementEarned exportCompleted login createToken "
    "app test pollVote groupInvited reaction:grouped renote:grouped"
).split()


@dataclass(frozen=True, slots=True)
class Profile:
    """One version of Misskey as its recorded answers show it."""

    name: str
    version: str
    id_method: str
    chat: str
    notification_types: Sequence[str]
    modern: bool
    """From 13 on: 401 and 403 with a WWW-Authenticate header, emojis as an object,
    no read flag on notifications but a count, 404 as JSON."""
    mentions_order: str
    created_is_id_time: bool
    note_dots: bool
    """Listings clear the host's own unread dots of notes, even without marking."""
    cascading_delete: bool
    create_token_notice: bool
    endpoints: frozenset[str]
    endpoint_list: Sequence[str]
    shapes: Mapping[str, Mapping[str, object]]


@cache
def profile(name: str) -> Profile:
    """Return a profile by its name; KeyError for a version that is not simulated."""
    folder = Path(__file__).with_name("profiles")
    behaviour = _BEHAVIOUR[name]
    shapes = json.loads((folder / f"{name}.json").read_text("utf-8"))
    endpoints = shapes.pop("endpoints")
    return Profile(
        name=name,
        version=shapes["meta"]["version"],
        endpoints=frozenset(endpoints),
        endpoint_list=endpoints,
        shapes=shapes,
        **behaviour,
    )


_BEHAVIOUR: dict[str, dict[str, object]] = {
    "2025.12": {
        "id_method": "aidx",
        "chat": CHAT,
        "notification_types": _TYPES_2025,
        "modern": True,
        "mentions_order": ASCENDING,
        "created_is_id_time": True,
        "note_dots": False,
        "cascading_delete": False,
        "create_token_notice": True,
    },
    "2024.11": {
        "id_method": "objectid",
        "chat": NO_CHAT,
        "notification_types": _TYPES_2024,
        "modern": True,
        "mentions_order": DESCENDING,
        "created_is_id_time": True,
        "note_dots": True,
        "cascading_delete": True,
        "create_token_notice": False,
    },
    "12.110": {
        "id_method": "aid",
        "chat": MESSAGING,
        "notification_types": _TYPES_12,
        "modern": False,
        "mentions_order": MIXED,
        "created_is_id_time": False,
        "note_dots": True,
        "cascading_delete": True,
        "create_token_notice": False,
    },
}
PROFILES = tuple(_BEHAVIOUR)

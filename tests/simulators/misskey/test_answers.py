"""The simulator's answers have the recorded answers' keys, types and status."""

from collections.abc import Iterator

import pytest
import requests

from simulators import misskey
from tests.simulators.misskey.scene import (
    LONG,
    NOBODY,
    Scene,
    furnish,
    furnish_chats,
    furnish_notices,
)
from tests.simulators.misskey.shapes import misfits, recorded

Body = dict[str, object]
Case = tuple[str, str, Body]

DM: Body = {"visibility": "specified"}
QUIET: Body = {"markAsRead": False}
ANSWERS_2025: list[Case] = [
    ("001", "meta", {"detail": False}),
    ("002", "endpoints", {}),
    ("012", "i", {}),
    ("033", "users/show", {"username": "bob"}),
    (
        "035",
        "notes/create",
        {**DM, "text": "f", "visibleUserIds": ["$bob"], "replyId": "$dm"},
    ),
    (
        "037",
        "notes/create",
        {**DM, "text": "new", "visibleUserIds": ["$bob", "$carol"]},
    ),
    ("038", "notes/create", {**DM, "text": "note to myself", "visibleUserIds": []}),
    ("048", "notes/create", {"text": "an open answer", "replyId": "$reply"}),
    (
        "049",
        "notes/create",
        {"text": "?", "poll": {"choices": ["a", "b"], "expiredAfter": 1}},
    ),
    ("051", "notes/mentions", {"limit": 100}),
    ("060", "users/notes", {"userId": "$alice", "withReplies": True, "limit": 30}),
    ("063", "users/notes", {"userId": "$bob", "withReplies": True, "limit": 30}),
    ("065", "notes/show", {"noteId": "$public"}),
    ("066", "notes/show", {"noteId": "$dm"}),
    ("067", "notes/show", {"noteId": "$not_mine"}),
    ("070", "notes/show", {"noteId": "$mine"}),
    ("071", "notes/show", {"noteId": "$mfm"}),
    ("072", "notes/show", {"noteId": "$quote"}),
    ("073", "notes/show", {"noteId": "$renote"}),
    ("074", "notes/conversation", {"noteId": "$answer"}),
    ("075", "notes/children", {"noteId": "$mine"}),
    ("077", "notes/state", {"noteId": "$mine"}),
    ("079", "notes/reactions/create", {"noteId": "$public", "reaction": "👍"}),
    ("090", "notes/reactions", {"noteId": "$mine"}),
    ("091", "notifications/create", {"body": "b", "header": "h", "icon": "i"}),
    ("093", "i/notifications", {**QUIET, "limit": 100}),
    ("104", "following/requests/list", {}),
    ("105", "following/requests/accept", {"userId": "$carol"}),
    ("107", "announcements", {"isActive": True}),
    ("112", "notifications/mark-all-as-read", {}),
    ("119", "notes/delete", {"noteId": "$mine"}),
    ("137", "notifications/flush", {}),
    ("142", "chat/messages/create-to-user", {"toUserId": "$bob", "text": "there?"}),
    ("147", "chat/messages/create-to-user", {"toUserId": "$bob", "text": "  "}),
    ("148", "chat/history", {"limit": 100}),
    ("150", "chat/messages/show", {"messageId": "$received"}),
    ("152", "chat/messages/search", {"query": "here", "userId": "$bob"}),
    ("153", "chat/messages/user-timeline", {"userId": "$bob"}),
    ("159", "chat/messages/react", {"messageId": "$received", "reaction": "👍"}),
    ("163", "chat/messages/unreact", {"messageId": "$received", "reaction": "👍"}),
    ("165", "chat/read-all", {}),
    ("168", "chat/messages/delete", {"messageId": "$sent"}),
    ("172", "chat/rooms/invitations/inbox", {}),
    ("173", "chat/rooms/join", {"roomId": "$room"}),
    ("174", "chat/rooms/joining", {}),
    ("175", "chat/messages/create-to-room", {"toRoomId": "$seat", "text": "ok"}),
    ("176", "chat/history", {"limit": 100, "room": True}),
    ("178", "chat/messages/show", {"messageId": "$room_mine"}),
    ("179", "chat/messages/room-timeline", {"roomId": "$seat"}),
    ("182", "chat/messages/search", {"query": "last", "roomId": "$seat"}),
    ("237", "notes/show-partial-bulk", {"noteIds": ["$mine", NOBODY]}),
    ("239", "notes/thread-muting/create", {"noteId": "$mine"}),
    ("249", "notes/create", {"text": "x", "cw": "careful"}),
    ("261", "notes/create", {"text": "look", "renoteId": "$plain"}),
    ("262", "notes/create", {"renoteId": "$plain"}),
]
REFUSALS_2025: list[Case] = [
    ("018", "no/such/endpoint", {}),
    ("029", "i/apps", {}),
    ("030", "i/revoke-token", {"token": "TOKEN"}),
    ("034", "users/show", {"username": "nobody_here"}),
    ("039", "notes/create", {"text": "x", "visibility": "home", "replyId": "$dm"}),
    ("040", "notes/create", {"text": " \u3000 "}),
    ("041", "notes/create", {}),
    ("042", "notes/create", {"text": "x", "visibility": "direct"}),
    ("043", "notes/create", {"text": "x", "replyId": NOBODY}),
    ("044", "notes/create", {"text": LONG}),
    ("045", "notes/create", {"text": "x", "replyId": "no-such!"}),
    ("046", "notes/create", {"text": "x", **DM, "replyId": "$not_mine"}),
    ("047", "notes/create", {"text": "x", "fileIds": [NOBODY]}),
    ("058", "notes/mentions", {"limit": 101}),
    ("059", "notes/mentions", {"untilId": "a-b"}),
    ("062", "users/notes", {"userId": "$bob", "withReplies": True, "withFiles": True}),
    ("069", "notes/show", {"noteId": NOBODY}),
    ("084", "notes/reactions/create", {"noteId": NOBODY, "reaction": "👍"}),
    ("085", "notes/reactions/create", {"noteId": "$renote", "reaction": "👍"}),
    ("086", "notes/reactions/create", {"noteId": "$not_mine", "reaction": "👍"}),
    ("089", "notes/reactions/delete", {"noteId": "$mine"}),
    ("101", "i/notifications", {**QUIET, "includeTypes": ["favourite"]}),
    ("106", "following/requests/accept", {"userId": "$bob"}),
    ("114", "notifications/read", {"notificationId": NOBODY}),
    ("116", "drive/files/create", {}),
    ("121", "notes/delete", {"noteId": NOBODY}),
    ("122", "notes/delete", {"noteId": "$public"}),
    ("143", "chat/messages/create-to-user", {"toUserId": "$bob"}),
    ("144", "chat/messages/create-to-user", {"toUserId": "$alice", "text": "me"}),
    ("145", "chat/messages/create-to-user", {"toUserId": NOBODY, "text": "x"}),
    ("146", "chat/messages/create-to-user", {"toUserId": "$bob", "text": "y" * 2001}),
    ("158", "chat/messages/user-timeline", {"userId": NOBODY}),
    ("160", "chat/messages/react", {"messageId": "$sent", "reaction": "👍"}),
    ("169", "chat/messages/delete", {"messageId": NOBODY}),
    ("170", "chat/messages/delete", {"messageId": "$received"}),
    ("177", "chat/messages/show", {"messageId": "$room_last"}),
    ("181", "chat/messages/room-timeline", {"roomId": NOBODY}),
    ("246", "notes/create", {"text": "a\0b"}),
    ("248", "notes/create", {"text": "x", "cw": ""}),
    ("250", "notes/create", {"text": "x", **DM, "visibleUserIds": ["$bob", "$bob"]}),
    ("253", "notes/mentions", {"sinceId": None}),
    ("254", "notes/mentions", {"limit": "10"}),
]
ANSWERS_2024: list[Case] = [
    ("201", "meta", {"detail": False}),
    ("202", "endpoints", {}),
    ("203", "i", {}),
    ("209", "i/notifications", {**QUIET, "limit": 3, "includeTypes": ["mention"]}),
    ("212", "notes/mentions", {"limit": 2}),
    (
        "217",
        "notes/create",
        {**DM, "text": "y", "visibleUserIds": ["$bob"], "replyId": "$dm"},
    ),
    ("220", "notes/delete", {"noteId": "$mine"}),
    ("225", "notifications/mark-all-as-read", {}),
]
REFUSALS_2024: list[Case] = [
    ("205", "chat/history", {}),
    ("206", "messaging/history", {}),
    ("222", "notes/reactions/create", {"noteId": "$not_mine", "reaction": "👍"}),
    ("223", "notifications/read", {"notificationId": NOBODY}),
    ("224", "notes/show-partial-bulk", {"noteIds": ["$mine"]}),
]
ANSWERS_12: list[Case] = [
    ("303", "meta", {"detail": False}),
    ("304", "endpoints", {}),
    ("305", "i", {}),
    ("313", "i/notifications", {**QUIET, "excludeTypes": ["quote"]}),
    ("318", "notes/mentions", {"limit": 2}),
    (
        "321",
        "notes/create",
        {**DM, "text": "y", "visibleUserIds": ["$bob"], "replyId": "$dm"},
    ),
    ("325", "messaging/history", {"limit": 100}),
    ("326", "messaging/messages", {**QUIET, "userId": "$bob", "limit": 10}),
    ("327", "messaging/messages/read", {"messageId": "$received"}),
    ("329", "messaging/messages/create", {"userId": "$bob", "text": "my answer"}),
    ("332", "messaging/messages/delete", {"messageId": "$sent"}),
    ("334", "messaging/history", {"limit": 10, "group": True}),
    ("336", "notes/delete", {"noteId": "$mine"}),
    ("338", "notifications/mark-all-as-read", {}),
]
REFUSALS_12: list[Case] = [
    ("309", "no/such", {}),
    ("310", "i/revoke-token", {"tokenId": "9"}),
    ("311", "chat/history", {}),
    ("315", "notifications/read", {"notificationIds": ["atto3up2jp"]}),
    ("323", "notes/show", {"noteId": NOBODY}),
    ("330", "messaging/messages/create", {"userId": "$alice", "text": "me"}),
    ("333", "messaging/messages/delete", {"messageId": "$received"}),
]


@pytest.fixture
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    with misskey.running(profile=request.param, limits=False) as sim:
        scene = furnish(sim)
        if request.param == "2025.12":
            furnish_notices(scene)
        furnish_chats(scene)
        sim.advance(3)  # reactions of the viewer are told from then on
        yield scene


def _cases(profile: str, cases: list[Case]) -> list[object]:
    return [
        pytest.param(profile, number, endpoint, body, id=f"{number}-{endpoint}")
        for number, endpoint, body in cases
    ]


ANSWERS = [
    *_cases("2025.12", ANSWERS_2025),
    *_cases("2024.11", ANSWERS_2024),
    *_cases("12.110", ANSWERS_12),
]
REFUSALS = [
    *_cases("2025.12", REFUSALS_2025),
    *_cases("2024.11", REFUSALS_2024),
    *_cases("12.110", REFUSALS_12),
]


@pytest.mark.parametrize(
    ("scene", "number", "endpoint", "body"), ANSWERS, indirect=["scene"]
)
def test_answer_has_the_recorded_keys_and_types(
    scene: Scene, number: str, endpoint: str, body: Body
) -> None:
    answer = scene.post(endpoint, body)
    expected = recorded(number)
    assert answer.status_code == expected["status"]
    assert misfits(expected["body"], _parsed(answer)) == []


@pytest.mark.parametrize(
    ("scene", "number", "endpoint", "body"), REFUSALS, indirect=["scene"]
)
def test_refusal_is_the_recorded_one(
    scene: Scene, number: str, endpoint: str, body: Body
) -> None:
    answer = scene.post(endpoint, body)
    expected = recorded(number)
    assert answer.status_code == expected["status"]
    assert _without_chance(_parsed(answer)) == _without_chance(expected["body"])
    headers = expected["headers"]
    assert isinstance(headers, dict)
    challenge = answer.headers.get("WWW-Authenticate")
    assert challenge == headers.get("www-authenticate")


def _parsed(answer: requests.Response) -> object:
    if "json" in answer.headers.get("Content-Type", ""):
        return answer.json()
    return answer.text or None


def _without_chance(body: object) -> object:
    """Take out the random id of an internal error."""
    match body:
        case {"error": {"info": {"e": {"id": str()} as inner}}}:
            inner["id"] = ""
        case _:
            pass
    return body

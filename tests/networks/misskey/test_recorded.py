"""Every recorded answer: the parsers read it, or the classifier names the error."""

from collections.abc import Callable

import pytest

from inboxhub.networks.base import RemoteMessage
from inboxhub.networks.errors import (
    CredentialsError,
    NotFound,
    NotSupported,
    PermanentError,
    ProviderError,
    TemporaryError,
)
from inboxhub.networks.misskey.call import read_answer
from inboxhub.networks.misskey.chats import read_chat
from inboxhub.networks.misskey.facts import read_endpoints, read_meta
from inboxhub.networks.misskey.notes import read_note
from inboxhub.networks.misskey.notices import (
    read_follow_request,
    read_invitation,
    read_notification,
)
from inboxhub.networks.misskey.people import read_user
from inboxhub.networks.values import Viewer
from tests.networks.misskey.accounts import GROUP, viewer_of
from tests.networks.replay import Recorded, recorded_files

Parser = Callable[[object, Viewer], object]


def read_chat_message(raw: object, viewer: Viewer) -> object:
    return read_chat(raw, viewer, people={})


LISTS: dict[str, Parser] = {
    "notes/mentions": read_note,
    "users/notes": read_note,
    "notes/conversation": read_note,
    "notes/children": read_note,
    "i/notifications": read_notification,
    "chat/history": read_chat_message,
    "chat/messages/user-timeline": read_chat_message,
    "chat/messages/room-timeline": read_chat_message,
    "chat/messages/search": read_chat_message,
    "messaging/history": read_chat_message,
    "messaging/messages": read_chat_message,
    "following/requests/list": read_follow_request,
    "chat/rooms/invitations/inbox": read_invitation,
}
SINGLES: dict[str, Parser] = {
    "notes/show": read_note,
    "chat/messages/show": read_chat_message,
    "i": read_user,
    "users/show": read_user,
}
CLASSES: dict[str, type[ProviderError]] = {
    "AUTHENTICATION_FAILED": CredentialsError,
    "CREDENTIAL_REQUIRED": CredentialsError,
    "YOUR_ACCOUNT_SUSPENDED": CredentialsError,
    "PERMISSION_DENIED": PermanentError,
    "ACCESS_DENIED": PermanentError,
    "INVALID_PARAM": PermanentError,
    "RATE_LIMIT_EXCEEDED": TemporaryError,
    "INTERNAL_ERROR": PermanentError,
    "UNKNOWN_API_ENDPOINT": NotSupported,
    "NO_FOLLOW_REQUEST": NotFound,
}
BY_NUMBER: dict[str, type[ProviderError]] = {
    "004": TemporaryError,  # 403 without an error code: a proxy, nobody's token
    "010": PermanentError,
    "018": NotSupported,
    "020": PermanentError,
    "021": PermanentError,
    "022": PermanentError,
    "023": ProviderError,
    "114": NotSupported,
    "116": PermanentError,
    "205": NotSupported,
    "206": NotSupported,
    "223": NotSupported,
    "224": NotSupported,
    "246": TemporaryError,  # a text that the database refuses: 500, not told apart
    "309": NotSupported,
    "311": NotSupported,
}
SUCCESSES = [r for r in recorded_files() if r.status < 300]
ERRORS = [r for r in recorded_files() if r.status >= 300]
READ = [r for r in SUCCESSES if r.endpoint in LISTS | SINGLES]


def viewer_for(call: Recorded) -> Viewer:
    number = int(call.name[:3])
    if number > 300:
        return viewer_of("12.110")
    if 200 < number < 226:
        return viewer_of("2024.11")
    return viewer_of("2025.12", GROUP if number > 226 else "")


def expected(call: Recorded) -> type[ProviderError]:
    match call.body:
        case {"error": {"code": str(code)}} if call.name[:3] not in BY_NUMBER:
            if code.startswith("NO_SUCH_"):
                return NotFound
            return CLASSES.get(code, PermanentError)
        case _:
            return BY_NUMBER[call.name[:3]]


@pytest.mark.parametrize("call", READ, ids=lambda call: call.name)
def test_recorded_answer_passes_its_parser(call: Recorded) -> None:
    value = read_answer(call.answer.response(), "misskey.example", call.endpoint)
    parser = (LISTS | SINGLES)[call.endpoint]
    rows = value if isinstance(value, list) else [value]
    found = [parser(row, viewer_for(call)) for row in rows]
    wanted = RemoteMessage if call.endpoint not in {"i", "users/show"} else object
    assert all(isinstance(item, wanted) and item is not None for item in found)


@pytest.mark.parametrize("call", SUCCESSES, ids=lambda call: call.name)
def test_recorded_success_is_no_error(call: Recorded) -> None:
    value = read_answer(call.answer.response(), "misskey.example", call.endpoint)
    assert value == call.body
    assert (value is None) is (call.status == 204)


@pytest.mark.parametrize("call", ERRORS, ids=lambda call: call.name)
def test_recorded_error_has_its_class(call: Recorded) -> None:
    with pytest.raises(ProviderError) as caught:
        read_answer(call.answer.response(), "misskey.example", call.endpoint)
    assert type(caught.value) is expected(call)
    assert "TOKEN" not in str(caught.value)


@pytest.mark.parametrize("number", ["001", "201", "303"])
def test_meta_names_host_and_version(number: str) -> None:
    call = next(r for r in SUCCESSES if r.name.startswith(number))
    meta = read_meta(call.body, "typed.example", "https://typed.example")
    assert meta is not None
    assert meta.domain.endswith("misskey.example")
    assert meta.version in {"2025.12.2", "2024.11.0", "12.110.0"}
    assert meta.max_text == 3000


@pytest.mark.parametrize("number", ["002", "202", "304"])
def test_endpoints_are_names(number: str) -> None:
    call = next(r for r in SUCCESSES if r.name.startswith(number))
    names = read_endpoints(call.body)
    assert {"i", "notes/mentions", "i/notifications", "notes/show"} <= names

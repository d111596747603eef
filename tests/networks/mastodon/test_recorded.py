"""Every recorded answer: the parsers read it, or the classifier names the error."""

import re
from collections.abc import Callable

import pytest

from inboxhub.networks.base import RemoteMessage
from inboxhub.networks.errors import (
    CredentialsError,
    NotFound,
    NotSupported,
    ProviderError,
    TemporaryError,
)
from inboxhub.networks.mastodon.call import Refused, read_answer
from inboxhub.networks.mastodon.facts import read_instance, scopes_of
from inboxhub.networks.mastodon.ids import id_of
from inboxhub.networks.mastodon.notices import (
    read_follow_request,
    read_notification,
    read_notification_request,
)
from inboxhub.networks.mastodon.people import read_account
from inboxhub.networks.mastodon.rows import read_row
from inboxhub.networks.mastodon.statuses import read_status
from inboxhub.networks.values import Viewer, mapping_of
from tests.networks.mastodon.accounts import HOST, NOW, viewer_of
from tests.networks.replay import Recorded, recorded_files

Parser = Callable[[object, Viewer], object]

CALLS = (*recorded_files("mastodon"), *recorded_files("gotosocial"))
SUCCESSES = [call for call in CALLS if call.status < 300]
ERRORS = [call for call in CALLS if call.status >= 300]


def read_last_status(raw: object, viewer: Viewer) -> object:
    row = read_row(raw, viewer)
    assert row.id
    assert row.key
    assert row.unread is not None
    return read_status(row.last, viewer)


def read_request(raw: object, viewer: Viewer) -> object:
    return read_follow_request(raw, viewer, NOW)


def read_context(raw: object, viewer: Viewer) -> object:
    context = mapping_of(raw)
    sides = [context["ancestors"], context["descendants"]]
    found = [
        read_status(s, viewer) for side in sides if isinstance(side, list) for s in side
    ]
    assert all(isinstance(item, RemoteMessage) for item in found)
    return found[0]


def read_deleted(raw: object, viewer: Viewer) -> object:
    assert id_of(mapping_of(raw).get("id"))
    return raw


PARSERS: tuple[tuple[str, Parser], ...] = (
    (r"GET /api/v1/conversations/?", read_last_status),
    (r"POST /api/v1/conversations/\w+/(un)?read", read_last_status),
    (r"GET /api/v1/notifications/requests(/\d+)?", read_notification_request),
    (r"GET /api/v1/notifications(/(?!unread_count)\w+)?", read_notification),
    (r"GET /api/v1/statuses/\w+/context", read_context),
    (r"GET /api/v1/statuses/\w+", read_status),
    (r"GET /api/v1/accounts/\w+/statuses", read_status),
    (r"(POST|PUT) /api/v1/statuses(?!.*(policy|scheduled)).*", read_status),
    (r"DELETE /api/v1/statuses/\w+", read_deleted),
    (r"GET /api/v1/follow_requests", read_request),
)


def parser_of(call: Recorded) -> Parser | None:
    return parser_for(f"{call.method} {call.path}")


def parser_for(name: str) -> Parser | None:
    """What reads the answers to the call of that method and path."""
    return next((read for how, read in PARSERS if re.fullmatch(how, name)), None)


READ = [call for call in SUCCESSES if parser_of(call)]


def test_most_recorded_answers_are_read() -> None:
    assert len(READ) >= 150


@pytest.mark.parametrize("call", READ, ids=lambda call: call.name)
def test_recorded_answer_passes_its_parser(call: Recorded) -> None:
    value = read_answer(call.answer.response(), HOST)
    parser = parser_of(call)
    assert parser
    for row in value if isinstance(value, list) else [value]:
        found = parser(row, viewer_of())
        assert isinstance(found, RemoteMessage) or parser is read_deleted


@pytest.mark.parametrize("call", SUCCESSES, ids=lambda call: call.name)
def test_recorded_success_is_no_error(call: Recorded) -> None:
    assert read_answer(call.answer.response(), HOST) == call.body


def expected(call: Recorded) -> type[ProviderError]:
    if call.status == 404:
        return NotFound if call.body else NotSupported
    classes: dict[int, type[ProviderError]] = {
        400: Refused,
        401: CredentialsError,
        405: NotSupported,
        422: Refused,
        429: TemporaryError,
    }
    return classes[call.status]


@pytest.mark.parametrize("call", ERRORS, ids=lambda call: call.name)
def test_recorded_error_has_its_class(call: Recorded) -> None:
    with pytest.raises(ProviderError) as caught:
        read_answer(call.answer.response(), HOST, now=lambda: NOW)
    assert type(caught.value) is expected(call)


@pytest.mark.parametrize(
    "call",
    [call for call in SUCCESSES if "/instance" in call.path],
    ids=lambda call: call.name,
)
def test_instance_names_host_and_version(call: Recorded) -> None:
    instance = read_instance(call.body, "typed.example")
    assert instance is not None
    assert instance.domain in {"localhost", "localhost:3000", "localhost:8085"}
    assert instance.version[0].isdecimal()
    assert instance.max_text in {500, 5000}


@pytest.mark.parametrize(
    "call",
    [call for call in SUCCESSES if call.path.endswith("/verify_credentials")],
    ids=lambda call: call.name,
)
def test_credentials_name_the_person_or_the_app(call: Recorded) -> None:
    if "/accounts/" in call.path:
        me = read_account(call.body, viewer_of())
        assert me is not None
        assert me.handle.endswith(f"@{HOST}")
    else:
        assert all(scopes_of(mapping_of(call.body).get("scopes", [])))

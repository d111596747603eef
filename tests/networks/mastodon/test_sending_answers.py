"""What a host's odd answers to a message mean: sent, surely not sent, or unknown."""

import pytest

from inboxhub.lib.http import (
    BodyTooLarge,
    DeadlinePassed,
    HostRefused,
    HostUnreachable,
    HttpError,
    TlsFailed,
)
from inboxhub.networks.errors import (
    CredentialsError,
    NotSupported,
    OutcomeUnknown,
    PermanentError,
    ProviderError,
    TemporaryError,
)
from inboxhub.networks.mastodon.facts import Facts
from tests.networks.mastodon.accounts import (
    GOTOSOCIAL,
    MASTODON,
    TOKEN,
    UNAUTHORIZED,
    client_of,
    mastodon,
)
from tests.networks.mastodon.sending import ME, PARENT, POST, VERIFY, caught, sending
from tests.networks.replay import Answer


@pytest.mark.parametrize(
    "answer",
    [
        *(Answer(status, "<h1>Bad gateway</h1>") for status in (500, 502, 503, 504)),
        *(Answer(status, "") for status in (408, 425)),
        Answer(409, {"error": "Conflict during update, please try again"}),
        Answer(200, "<html>"),
        Answer(200, ""),
        Answer(200, {}),
        Answer(200, {"id": None}),
        Answer(200, []),
        DeadlinePassed("late"),
        BodyTooLarge("large"),
        HostUnreachable("gone", code="cut-off"),
        HttpError("odd"),
    ],
    ids=str,
)
def test_outcome_is_unknown(answer: Answer | HttpError) -> None:
    client, host = client_of(sending(answer))
    assert isinstance(caught(client), OutcomeUnknown)
    assert len(host.called(POST)) == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (HostUnreachable("down", code="no-answer"), TemporaryError),
        (HostRefused("inside"), TemporaryError),
        (TlsFailed("bad"), TemporaryError),
        (Answer(429, {"error": "Too many requests"}), TemporaryError),
        (Answer(302, ""), TemporaryError),
        (Answer(401, "<h1>proxy</h1>"), TemporaryError),
        (Answer(403, {"error": "outside the authorized scopes"}), PermanentError),
        (Answer(405, ""), NotSupported),
        (Answer(404, ""), NotSupported),
    ],
    ids=str,
)
def test_surely_nothing_was_sent(
    answer: Answer | HttpError, kind: type[ProviderError]
) -> None:
    client, _ = client_of(sending(answer, {VERIFY: Answer(200, ME)}))
    error = caught(client)
    assert type(error) is kind


@pytest.mark.parametrize(
    ("facts", "code"), [(MASTODON, "sent-and-deleted"), (GOTOSOCIAL, "not-allowed")]
)
def test_not_found_means_what_the_host_means_by_it(facts: Facts, code: str) -> None:
    gone = Answer(404, {"error": "Not Found"})
    client, _ = client_of(sending(gone), facts)
    error = caught(client)
    assert (type(error), error.code) == (PermanentError, code)


def test_token_that_is_refused_signs_out_and_sends_nothing() -> None:
    client, _ = client_of(sending(UNAUTHORIZED, {VERIFY: UNAUTHORIZED}))
    assert type(caught(client)) is CredentialsError


def test_host_that_says_401_for_every_trouble_may_have_it() -> None:
    client, _ = client_of(sending(UNAUTHORIZED, {VERIFY: Answer(200, ME)}))
    assert isinstance(caught(client), OutcomeUnknown)


def test_trouble_before_sending_is_no_doubt() -> None:
    client, host = client_of({PARENT: DeadlinePassed("late")})
    error = caught(client)
    assert isinstance(error, TemporaryError)
    assert not isinstance(error, OutcomeUnknown)
    assert host.called(POST) == []


@pytest.mark.parametrize("parent", [{}, [], {"id": "7"}, None])
def test_other_parent_than_the_one_asked_for_is_not_answered(parent: object) -> None:
    client, host = client_of({PARENT: Answer(200, parent)})
    assert isinstance(caught(client), TemporaryError)
    assert host.called(POST) == []


def test_recorded_refusal_is_shown_as_the_host_words_it() -> None:
    client, _ = client_of(sending(mastodon("111")))
    error = caught(client)
    told = "バリデーションに失敗しました: Textを入力してください"
    assert (error.code, error.stored) == ("", told)


@pytest.mark.parametrize(
    "told",
    [f"your token is {TOKEN}", "", 7, None, ["x"]],
    ids=["token", "empty", "number", "none", "list"],
)
def test_refusal_that_cannot_be_shown_is_a_code(told: object) -> None:
    client, _ = client_of(sending(Answer(422, {"error": told})))
    assert caught(client).stored == "refused"


def test_words_of_a_refusal_are_one_short_line() -> None:
    told = "no\r\n\u202e" + "x" * 1000
    client, _ = client_of(sending(Answer(400, {"error": told})))
    words = caught(client).stored
    assert len(words) <= 200
    assert words.isprintable()

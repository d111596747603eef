"""Headers, addresses, what each answer means, and tokens that end in the middle."""

from collections.abc import Mapping

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
    NotFound,
    PermanentError,
    ProviderError,
    TemporaryError,
)
from inboxhub.networks.mixi.call import Ask, Line
from inboxhub.networks.mixi.credentials import READ, WRITE
from tests.networks.mixi.host import (
    API,
    INBOX,
    REFRESH,
    SCOPES,
    TOKEN,
    WRITES,
    FreeBudgets,
    Host,
    Scripts,
    body_of,
    client_of,
    targets,
)
from tests.networks.replay import Answer

LIST = Ask("GET", INBOX, READ)
MARK = Ask("PUT", f"{WRITES}/@inbox/m1", WRITE, body={"status": "read"})
NOW = 1_700_000_000
STORED = {"token": TOKEN, "scheme": "Bearer", "scope": SCOPES}


def line_of(
    script: Scripts,
    *,
    renew: Mapping[str, str] | ProviderError | None = None,
    stored: Mapping[str, str] | None = None,
) -> tuple[Line, Host, list[str]]:
    """A line, its host, and the tokens that were given to `renew`."""
    host = Host(script)
    given: list[str] = []

    def renewed(old: Mapping[str, str]) -> Mapping[str, str]:
        given.append(old["token"])
        if isinstance(renew, ProviderError):
            raise renew
        return {**old, **(renew or {})}

    line = Line(
        host,
        API,
        {**STORED, **(stored or {})},
        budgets=FreeBudgets(),
        renew=None if renew is None else renewed,
        clock=lambda: NOW,
    )
    return line, host, given


def error_of(
    answer: Answer | HttpError,
    ask: Ask = LIST,
    *,
    scope: str = SCOPES,
) -> ProviderError:
    script: Scripts = {f"{ask.method} {ask.path}": answer}
    line, _, _ = line_of(script, stored={"scope": scope})
    with pytest.raises(ProviderError) as caught:
        line.call(ask)
    return caught.value


@pytest.mark.parametrize("scheme", ["Bearer", "OAuth"])
def test_token_goes_in_the_header_only(scheme: str) -> None:
    line, host, _ = line_of({f"GET {INBOX}": "inbox"}, stored={"scheme": scheme})
    line.call(LIST)
    (call,) = host.calls
    assert call.headers["Authorization"] == f"{scheme} {TOKEN}"
    assert TOKEN not in call.url
    assert call.body is None
    assert "Content-Type" not in call.headers


def test_writes_declare_json_in_utf_8() -> None:
    line, host, _ = line_of({f"PUT {MARK.path}": "status-changed"})
    line.call(MARK)
    assert host.calls[0].headers["Content-Type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    ("credentials", "start"),
    [
        ({}, f"https://{API}/2/messages"),
        ({"api_url": f"https://{API}/2"}, f"https://{API}/2/messages"),
        ({"api_url": f"https://{API}/other/3/"}, f"https://{API}/other/3/messages"),
        ({"api_url": f"https://{API}"}, f"https://{API}/messages"),
    ],
)
def test_api_is_where_the_operator_says(
    credentials: dict[str, str], start: str
) -> None:
    line, host, _ = line_of({}, stored=credentials)
    with pytest.raises(NotFound):
        line.call(LIST)
    assert host.calls[0].url.startswith(start)


def test_token_never_goes_to_another_host_than_the_account_is_on() -> None:
    line, host, _ = line_of({}, stored={"api_url": "https://elsewhere.example/2"})
    with pytest.raises(PermanentError):
        line.call(LIST)
    assert host.calls == []


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "日本", "x" * 3000])
def test_token_of_another_form_is_never_sent(token: str) -> None:
    line, host, _ = line_of({}, stored={"token": token})
    with pytest.raises(CredentialsError):
        line.call(LIST)
    assert host.calls == []


# --- What an answer means -------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 500, 502, 503])
@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("access-denied", PermanentError),
        ("status-conflicted", PermanentError),
        ("not-found", NotFound),
    ],
)
def test_name_of_an_error_decides_before_its_number(
    name: str,
    error: type[ProviderError],
    status: int,
) -> None:
    body = body_of(name)
    caught = error_of(Answer(status, body), MARK)
    assert type(caught) is error
    assert caught.code == body["error"]
    assert str(body["error_description"]) in str(caught)


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (429, {}, 60.0),
        (503, {}, 60.0),
        (500, {}, None),
        (502, {}, None),
        (503, {"retry-after": "7"}, 7.0),
        (503, {"retry-after": "0"}, 1.0),
        (429, {"retry-after": "soon"}, 60.0),
        (500, {"retry-after": "9"}, 9.0),
        (
            503,
            {
                "retry-after": "Wed, 10 Nov 2010 09:00:30 GMT",
                "date": "Wed, 10 Nov 2010 09:00:00 GMT",
            },
            30.0,
        ),
    ],
)
@pytest.mark.parametrize("body", ["", "<html>busy</html>", {"error": "over_capacity"}])
def test_trouble_passes(
    status: int,
    headers: dict[str, str],
    wait: float | None,
    body: object,
) -> None:
    caught = error_of(Answer(status, body, headers))
    assert isinstance(caught, TemporaryError)
    assert caught.retry_after == wait


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (DeadlinePassed("late"), "deadline-passed"),
        (HostUnreachable("away", code="no-answer"), "host-unreachable"),
        (HostUnreachable("cut", code="cut-off"), "cut-off"),
        (TlsFailed("old", code="expired"), "tls-failed"),
        (HostRefused("private", code="private-address"), "host-refused"),
        (BodyTooLarge("large"), "body-too-large"),
        (HttpError("odd", code="request"), "no-answer"),
    ],
)
def test_no_answer_is_temporary(failure: HttpError, code: str) -> None:
    caught = error_of(failure)
    assert isinstance(caught, TemporaryError)
    assert caught.code == code


@pytest.mark.parametrize("body", ["", "<html>", '{"entry": [', "[" * 10_000, "NaN"])
def test_success_without_json_is_temporary(body: str) -> None:
    assert isinstance(error_of(Answer(200, body)), TemporaryError)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 405, 410, 418, 499])
def test_other_refusals_are_final(status: int) -> None:
    caught = error_of(Answer(status, "<html>", {"location": "https://x.example/"}))
    assert type(caught) is PermanentError


@pytest.mark.parametrize("status", [400, 422, 500, 501])
def test_request_that_is_not_well_made_is_refused_for_good(status: int) -> None:
    """The document lets every refusal come with any number from 400 to 599."""
    body = {"error": "invalid_request", "error_description": "too many ids"}
    caught = error_of(Answer(status, body))
    assert type(caught) is PermanentError
    assert caught.code == "invalid_request"


@pytest.mark.parametrize(
    ("status", "error"), [(404, NotFound), (409, PermanentError), (403, PermanentError)]
)
def test_number_decides_where_there_is_no_name(
    status: int,
    error: type[ProviderError],
) -> None:
    assert type(error_of(Answer(status, ""), MARK)) is error


@pytest.mark.parametrize(
    ("answer", "ask", "held", "error"),
    [
        (Answer(403, ""), LIST, "r_profile w_message", CredentialsError),
        (Answer(403, ""), LIST, SCOPES, PermanentError),
        (
            Answer(403, {"error": "insufficient_scope"}),
            MARK,
            "r_profile",
            CredentialsError,
        ),
        (
            Answer(403, "", {"www-authenticate": "OAuth error='insufficient_scope'"}),
            MARK,
            "r_profile",
            CredentialsError,
        ),
        (Answer(403, {"error": "insufficient_scope"}), MARK, SCOPES, PermanentError),
    ],
)
def test_missing_permission_is_named(
    answer: Answer,
    ask: Ask,
    held: str,
    error: type[ProviderError],
) -> None:
    caught = error_of(answer, ask, scope=held)
    assert type(caught) is error
    assert caught.code == "insufficient_scope"
    assert ask.scope in str(caught)


def test_description_is_short_in_one_line_and_without_the_token() -> None:
    description = f"a\n\u202eb {TOKEN} " + "x" * 5000
    body = {"error": "access_denied", "error_description": description}
    text = str(error_of(Answer(403, body)))
    assert "a b … xxx" in text
    assert TOKEN not in text
    assert len(text) < 350


@pytest.mark.parametrize(
    "body",
    [{"error": 5}, {"error": None}, {"error": ["x"]}, {"error": {}}, [], 7, None, "x"],
)
def test_error_of_another_shape_is_decided_by_its_number(body: object) -> None:
    assert type(error_of(Answer(400, body), MARK)) is PermanentError
    assert isinstance(error_of(Answer(500, body), MARK), TemporaryError)


# --- Tokens that end ------------------------------------------------------------------

EXPIRED = [
    Answer(401, "", {"www-authenticate": "OAuth error='expired_token',realm='x'"}),
    Answer(401, "", {"www-authenticate": 'Bearer realm="x", error="invalid_token"'}),
    Answer(401, "", {"www-authenticate": "OAuth error = expired_token"}),
    Answer(401, ""),
    Answer(401, "<html>"),
    Answer(401, {"error": "invalid_token"}),
    Answer(400, {"error": "expired_token"}),
]
CODES = [
    *("expired_token", "invalid_token", "expired_token", "unauthorized"),
    *("unauthorized", "invalid_token", "expired_token"),
]


@pytest.mark.parametrize(("answer", "code"), [*zip(EXPIRED, CODES, strict=True)])
def test_refused_token_is_a_credentials_error(answer: Answer, code: str) -> None:
    caught = error_of(answer)
    assert isinstance(caught, CredentialsError)
    assert caught.code == code


@pytest.mark.parametrize("answer", EXPIRED)
def test_ended_token_is_renewed_once_and_nobody_notices(answer: Answer) -> None:
    line, host, given = line_of(
        {f"GET {INBOX}": [answer, "inbox"]},
        renew={"token": "ACCESS2"},
    )
    assert line.call(LIST).value == body_of("inbox")
    line.call(LIST)
    assert given == [TOKEN]
    tokens = [call.headers["Authorization"] for call in host.calls]
    assert tokens == [f"Bearer {TOKEN}", "Bearer ACCESS2", "Bearer ACCESS2"]


def test_fresh_token_that_is_refused_too_needs_a_sign_in() -> None:
    line, host, given = line_of(
        {f"GET {INBOX}": "expired-token"},
        renew={"token": "ACCESS2"},
    )
    with pytest.raises(CredentialsError):
        line.call(LIST)
    assert (len(host.calls), given) == (2, [TOKEN])


@pytest.mark.parametrize(
    "trouble",
    [
        TemporaryError("no token this time"),
        PermanentError("the site's key"),
        CredentialsError("ended"),
    ],
)
def test_trouble_with_renewing_is_passed_on(trouble: ProviderError) -> None:
    line, _, _ = line_of({f"GET {INBOX}": "expired-token"}, renew=trouble)
    with pytest.raises(type(trouble)):
        line.call(LIST)


def test_missing_permission_is_not_renewed() -> None:
    line, _, given = line_of(
        {f"GET {INBOX}": Answer(403, "")},
        renew={"token": "ACCESS2"},
        stored={"scope": "w_message"},
    )
    with pytest.raises(CredentialsError):
        line.call(LIST)
    assert given == []


@pytest.mark.parametrize(
    ("left", "renewed"), [(-5, True), (0, True), (119, True), (121, False)]
)
def test_token_is_renewed_before_it_ends(left: int, *, renewed: bool) -> None:
    line, host, given = line_of(
        {f"GET {INBOX}": "inbox"},
        renew={"token": "ACCESS2", "expires_at": str(NOW + 900)},
        stored={"expires_at": str(NOW + left)},
    )
    line.call(LIST)
    assert bool(given) is renewed
    assert len(host.calls) == 1


def test_token_that_still_lives_is_used_while_renewing_fails() -> None:
    trouble = TemporaryError("no token this time")
    script: Scripts = {f"GET {INBOX}": "inbox"}
    line, host, _ = line_of(script, renew=trouble, stored={"expires_at": str(NOW + 60)})
    line.call(LIST)
    assert len(host.calls) == 1
    line, host, _ = line_of(script, renew=trouble, stored={"expires_at": str(NOW - 1)})
    with pytest.raises(TemporaryError):
        line.call(LIST)
    assert host.calls == []


def test_end_of_a_token_in_the_middle_of_much_work_costs_one_renewal() -> None:
    ids = [f"m{number}" for number in range(30)]
    script: dict[str, object] = {
        f"PUT {WRITES}/@inbox/{one}": "status-changed" for one in ids
    }
    script[f"PUT {WRITES}/@inbox/m7"] = ["expired-token", "status-changed"]
    client, _ = client_of(script)  # type: ignore[arg-type]  # names and lists of names
    given: list[str] = []

    def renew(old: Mapping[str, str]) -> Mapping[str, str]:
        given.append(old["token"])
        return {**old, "token": "ACCESS2"}

    client.renew = renew
    assert {o.state for o in client.mark_read(targets(ids))} == {"done"}
    assert given == [TOKEN]


def test_no_text_has_a_token() -> None:
    answers: list[Answer | HttpError] = [
        *EXPIRED,
        Answer(403, {"error": "access_denied", "error_description": TOKEN}),
        Answer(400, {"error": TOKEN, "error_description": f"token={TOKEN}"}),
        Answer(500, TOKEN),
        Answer(200, TOKEN),
        DeadlinePassed("late"),
    ]
    for answer in answers:
        caught = error_of(answer)
        assert TOKEN not in f"{caught} {caught!r}"
        assert TOKEN not in caught.code
        assert REFRESH not in str(caught)

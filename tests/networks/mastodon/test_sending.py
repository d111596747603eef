"""Sending on hosts that follow a script: what is sent, and what odd answers mean."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from inboxhub.lib.http import (
    BodyTooLarge,
    DeadlinePassed,
    HostRefused,
    HostUnreachable,
    HttpError,
    TlsFailed,
)
from inboxhub.networks.base import (
    CredentialsError,
    NotSupported,
    OutcomeUnknown,
    PermanentError,
    ProviderError,
    RemoteAuthor,
    Target,
    TemporaryError,
)
from inboxhub.networks.mastodon import Client
from inboxhub.networks.mastodon.facts import Facts
from inboxhub.networks.values import mapping_of
from inboxhub.networks.writing import Draft
from tests.networks.mastodon.accounts import (
    ALICE,
    GOTOSOCIAL,
    HOST,
    MASTODON,
    NO_ROUTE,
    OLD,
    TOKEN,
    UNAUTHORIZED,
    Host,
    Script,
    client_of,
    gotosocial,
    listing,
    mastodon,
    person,
    status,
)
from tests.networks.replay import Answer

ME, ANN = person(MASTODON.id, "me"), person("1002", "ann")
POST, PARENT = "POST /api/v1/statuses", "GET /api/v1/statuses/2001"
OWN = f"GET /api/v1/accounts/{MASTODON.id}/statuses"
VERIFY = "GET /api/v1/accounts/verify_credentials"
START = datetime(2026, 8, 1, 13, 0, tzinfo=UTC)
TO_ANN = RemoteAuthor("1002", f"@ann@{HOST}", "Ann")
GUARDING = replace(MASTODON, guarding=True)

ASKED = status("2001", ANN, ME, visibility="direct")
ANSWER = Draft("key-1", START, "hello", answers=Target("direct", "2001", "1002"))
NEW = Draft("key-1", START, "hello", recipients=(TO_ANN,))


def mine(identifier: str, said: str = "hello", **more: object) -> dict[str, object]:
    """What the host made of an answer of mine to Ann."""
    name = f'<span><a href="https://{HOST}/@ann">@<span>ann</span></a></span>'
    answer: dict[str, object] = {
        "visibility": "direct",
        "in_reply_to_id": "2001",
        "in_reply_to_account_id": "1002",
        "content": f"<p>{name} {said}</p>",
    }
    return status(identifier, ME, ANN, **(answer | more))


def source(identifier: str) -> str:
    return f"GET /api/v1/statuses/{identifier}/source"


def sending(answer: Answer | HttpError, script: Script | None = None) -> Script:
    return {PARENT: Answer(200, ASKED), POST: answer, **(script or {})}


def body_of(host: Host) -> dict[object, object]:
    (call,) = host.called(POST)
    return mapping_of(call.body)


def caught(client: Client, draft: Draft = ANSWER) -> ProviderError:
    with pytest.raises(ProviderError) as error:
        client.send(draft)
    assert TOKEN not in str(error.value)
    return error.value


# --- What is sent ---------------------------------------------------------------------


def test_answer_has_all_that_the_host_must_know() -> None:
    client, host = client_of(sending(Answer(200, mine("2002"))), GUARDING)
    draft = replace(ANSWER, content_warning="careful", file_ids=("7", "sensitive:8"))
    sent = client.send(draft)
    assert body_of(host) == {
        "status": "@ann hello",
        "visibility": "direct",
        "in_reply_to_id": "2001",
        "allowed_mentions": [MASTODON.id, "1002"],
        "spoiler_text": "careful",
        "media_ids": ["7", "8"],
        "sensitive": True,
    }
    (call,) = host.called(POST)
    assert call.headers["Idempotency-Key"] == "key-1"
    assert (sent.remote_id, sent.unreached) == ("2002", ())
    assert sent.message is not None
    assert sent.message.conversation_key == "1002"


def test_new_message_is_direct_unless_told_otherwise() -> None:
    client, host = client_of({POST: Answer(200, mine("2002"))})
    client.send(NEW)
    assert body_of(host)["visibility"] == "direct"
    assert "in_reply_to_id" not in body_of(host)
    assert "spoiler_text" not in body_of(host)


def test_own_broadcast_is_only_named() -> None:
    post = status("2002", ME)
    client, host = client_of({POST: Answer(200, post)})
    draft = replace(NEW, recipients=(), visibility="public")
    assert client.send(draft).message is None
    assert body_of(host)["status"] == "hello"


def test_answer_joins_the_conversation_of_what_it_answers() -> None:
    asked = status("2001", ANN, ME, in_reply_to_id="1990")
    answer = mine("2002", visibility="public")
    client, _ = client_of(sending(Answer(200, answer), {PARENT: Answer(200, asked)}))
    draft = replace(ANSWER, answers=Target("status", "2001", "status:1990"))
    sent = client.send(draft).message
    assert sent is not None
    assert (sent.kind, sent.conversation_key) == ("reply", "status:1990")


def test_recorded_answer_to_a_direct_message() -> None:
    """GoToSocial: bob writes alice two names, of whom one is wanted."""
    me = replace(GOTOSOCIAL, id="01SWE234ZBX5CP1AJPEHREBV2G")
    client, _ = client_of({POST: gotosocial("035")}, me)
    alice = RemoteAuthor(ALICE, f"@alice@{HOST}", "alice")
    ghost = RemoteAuthor("1", "@ghost@gone.example", "ghost")
    sent = client.send(replace(NEW, recipients=(alice, ghost)))
    assert (sent.remote_id, sent.unreached) == (
        "01M7YFA238B8C77508QQ5RMH45",
        ("@ghost@gone.example",),
    )


def test_recorded_status_for_nobody_reached_nobody() -> None:
    me = replace(GOTOSOCIAL, id="01SWE234ZBX5CP1AJPEHREBV2G")
    client, _ = client_of({POST: gotosocial("034")}, me)
    assert client.send(NEW).unreached == (f"@ann@{HOST}",)


@pytest.mark.parametrize("text", ["", "  \n"])
def test_nothing_is_not_sent(text: str) -> None:
    client, host = client_of(sending(Answer(200, mine("2002"))))
    assert caught(client, replace(ANSWER, text=text)).code == "empty"
    assert host.calls == []
    client.send(replace(ANSWER, text=text, file_ids=("7",)))
    assert len(host.called(POST)) == 1


@pytest.mark.parametrize("source_name", ["notification", "follow_request"])
def test_notice_is_not_answered(source_name: str) -> None:
    client, host = client_of({})
    draft = replace(ANSWER, answers=Target(source_name, "2001"))
    assert caught(client, draft).code == "notice-no-reply"
    assert host.calls == []


@pytest.mark.parametrize("draft_id", ["../../x", "", "1?a=b"])
def test_id_that_is_none_is_in_no_address(draft_id: str) -> None:
    client, host = client_of({})
    draft = replace(ANSWER, answers=Target("direct", draft_id))
    assert caught(client, draft).code == "bad-id"
    with pytest.raises(PermanentError):
        client.find_sent(draft)
    assert host.calls == []


@pytest.mark.parametrize("handle", ["@ann", "@a@b.example @eve@b.example", ""])
def test_recipient_without_an_address_stops_it(handle: str) -> None:
    client, host = client_of(sending(Answer(200, mine("2002"))))
    odd = RemoteAuthor("9", handle, "Odd")
    error = caught(client, replace(ANSWER, recipients=(odd,)))
    assert (error.code, host.called(POST)) == ("no-recipient", [])


def test_participant_without_an_address_is_not_reached() -> None:
    odd = {"id": "9", "username": "x", "acct": "お母さん@far.example"}
    asked = status("2001", ANN, ME, odd, visibility="direct")
    script = sending(Answer(200, mine("2002")), {PARENT: Answer(200, asked)})
    client, host = client_of(script)
    assert client.send(ANSWER).unreached == ("@お母さん@far.example",)
    assert body_of(host)["status"] == "@ann hello"


# --- Who may be named -----------------------------------------------------------------


@pytest.mark.parametrize("facts", [OLD, GOTOSOCIAL])
def test_host_that_does_not_look_is_not_asked(facts: Facts) -> None:
    client, host = client_of(sending(Answer(200, mine("2002"))), facts)
    draft = replace(ANSWER, text="what does @carol say")
    assert caught(client, draft).code == "unexpected-people"
    assert host.called(POST) == []


@pytest.mark.parametrize(
    "values",
    [
        {"text": "見て https://a.example/a、@mallory@evil.example さん"},
        {"text": "https://a.example/?u=@mallory@evil.example"},
        {"content_warning": "to @mallory@evil.example"},
        {"content_warning": "(https://a.example/(@mallory@evil.example)"},
        {"text": "", "file_ids": ("7",), "content_warning": "@mallory@evil.example"},
    ],
    ids=str,
)
def test_name_hidden_in_a_link_or_a_warning_is_not_sent(
    values: dict[str, object],
) -> None:
    client, host = client_of(sending(Answer(200, mine("2002"))), OLD)
    draft = replace(ANSWER, **values)  # type: ignore[arg-type]  # a table
    assert caught(client, draft).code == "unexpected-people"
    assert host.called(POST) == []


@pytest.mark.parametrize("facts", [OLD, GOTOSOCIAL])
def test_link_to_a_person_is_sent(facts: Facts) -> None:
    facts = replace(facts, id=MASTODON.id)
    client, host = client_of(sending(Answer(200, mine("2002"))), facts)
    text = "see https://mastodon.example/@bob"
    client.send(replace(ANSWER, text=text, content_warning=text))
    assert body_of(host)["status"] == f"@ann {text}"


def test_own_name_in_the_text_harms_nobody() -> None:
    facts = replace(OLD, id=MASTODON.id)
    client, host = client_of(sending(Answer(200, mine("2002"))), facts)
    client.send(replace(ANSWER, text="@me am I"))
    assert body_of(host)["status"] == "@ann @me am I"


def test_refusal_of_the_host_names_no_reason_but_the_people() -> None:
    told = {
        "error": "予期しないアカウント",
        "unexpected_accounts": [person("9", "eve")],
    }
    client, _ = client_of(sending(Answer(422, told)), GUARDING)
    error = caught(client, replace(ANSWER, text="@eve hi"))
    assert (type(error), error.code) == (PermanentError, "unexpected-people")


# --- What answers mean ----------------------------------------------------------------


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


# --- Finding it again -----------------------------------------------------------------


def found(
    script: Script, draft: Draft = ANSWER, *, known: str = "2001"
) -> tuple[list[str], Host]:
    fence = frozenset({known} if known else ())
    client, host = client_of({PARENT: Answer(200, ASKED), **script})
    sent = client.find_sent(replace(draft, known=fence))
    return [one.remote_id for one in sent], host


def test_source_decides() -> None:
    rows = listing(mine("2004"), mine("2003"), mine("2002"))
    script = {
        OWN: rows,
        source("2002"): Answer(200, {"id": "2002", "text": "@ann  hello\n"}),
        source("2003"): Answer(200, {"id": "2003", "text": "@ann hello you"}),
        source("2004"): Answer(200, {"id": "2004", "text": "@ben @ann hello"}),
    }
    assert found(script)[0] == ["2004", "2002"]


@pytest.mark.parametrize("answer", [NO_ROUTE, Answer(404, ""), Answer(405, "")])
def test_host_without_sources_is_read_by_its_pages(answer: Answer) -> None:
    link = '<a href="https://x.example/a"><span class="invisible">https://</span>'
    text = f"a &lt; b {link}<span>x.example/a</span></a><br>:) end"
    script = {
        OWN: listing(mine("2003", "other"), mine("2002", text)),
        source("2002"): answer,
        source("2003"): answer,
    }
    draft = replace(ANSWER, text="@ann a < b https://x.example/a\n:) end")
    assert found(script, draft)[0] == ["2002"]


def test_text_beside_the_status_needs_no_other_call() -> None:
    script = {OWN: listing(mine("2002", text="@ann hello"))}
    ids, host = found(script)
    assert ids == ["2002"]
    assert host.names == [PARENT, OWN]


def test_others_are_not_taken_for_it() -> None:
    told = {"text": "@ann hello"}
    rows = [
        mine("2009", **told, in_reply_to_id="1999"),
        mine("2008", **told, media_attachments=[{"id": "5"}]),
        mine("2007", **told, reblog={"id": "1"}),
        mine("2006", **told, account=ANN),
        mine("2005", text="@ann hello again"),
        "nonsense",
    ]
    assert found({OWN: listing(*rows)})[0] == []


def test_files_must_be_the_same() -> None:
    draft = replace(ANSWER, text="", file_ids=("sensitive:5",))
    rows = [
        mine("2004", media_attachments=[{"id": "5"}, {"id": "6"}]),
        mine("2003", media_attachments=[{"id": "5"}], text="@ann ."),
        mine("2002", text="@ann "),
    ]
    assert found({OWN: listing(*rows)}, draft)[0] == ["2003"]


def test_look_ends_at_what_was_there_before() -> None:
    link = f"https://{HOST}/api/v1/accounts/{MASTODON.id}/statuses?max_id=2002"
    rows = [
        listing(mine("2003", text="@ann hello"), following=link),
        listing(mine("2002", text="@ann hello"), mine("2001", text="@ann hello")),
    ]
    ids, host = found({OWN: rows})
    assert ids == ["2003", "2002"]
    assert len(host.called(OWN)) == 2


def test_time_decides_where_nothing_was_known_before() -> None:
    rows = [
        mine("2004", text="@ann hello", created_at="2026-08-01T12:58:30.000Z"),
        mine("2003", text="@ann hello", created_at="2026-08-01T12:57:59.000Z"),
    ]
    assert found({OWN: listing(*rows)}, known="")[0] == ["2004"]


def test_list_without_an_end_decides_nothing() -> None:
    pages = [
        listing(
            mine(str(9000 - number)),
            following=f"https://{HOST}/api/v1/accounts/1/statuses?max_id={number}",
        )
        for number in range(50)
    ]
    other = "GET /api/v1/accounts/1/statuses"
    client, host = client_of(
        {PARENT: Answer(200, ASKED), OWN: pages[0], other: pages[1:]}
    )
    with pytest.raises(TemporaryError) as error:
        client.find_sent(replace(ANSWER, text="something else", known=frozenset({"1"})))
    assert error.value.code == "listing"
    assert len(host.called(OWN)) + len(host.called(other)) < 20


@pytest.mark.parametrize("answered", ["2001", None])
def test_answer_is_found_though_what_it_answers_is_gone(answered: object) -> None:
    rows = [mine("2002", text="@ann hello", in_reply_to_id=answered)]
    script = {PARENT: NO_ROUTE, OWN: listing(*rows)}
    assert found(script)[0] == ["2002"]
    other = {OWN: listing(mine("2002", text="@ann hello", in_reply_to_id=None))}
    assert found(other)[0] == []


def test_newest_status_is_known_before() -> None:
    client, _ = client_of({OWN: listing(mine("2002"), mine("2010"), {"id": []})})
    assert client.sent_before(NEW) == {"2010"}
    client, _ = client_of({OWN: listing()})
    assert client.sent_before(NEW) == {"0"}
    assert found({OWN: listing(mine("2002", text="@ann hello"))}, known="0")[0]

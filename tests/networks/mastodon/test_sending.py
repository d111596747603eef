"""Sending on hosts that follow a script: what is sent, and who may be named in it."""

from dataclasses import replace

import pytest

from inboxhub.networks.base import RemoteAuthor, Target
from inboxhub.networks.errors import PermanentError
from inboxhub.networks.mastodon.facts import Facts
from tests.networks.mastodon.accounts import (
    ALICE,
    GOTOSOCIAL,
    HOST,
    MASTODON,
    OLD,
    client_of,
    gotosocial,
    person,
    status,
)
from tests.networks.mastodon.sending import (
    ANN,
    ANSWER,
    GUARDING,
    ME,
    NEW,
    PARENT,
    POST,
    body_of,
    caught,
    mine,
    sending,
)
from tests.networks.replay import Answer

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

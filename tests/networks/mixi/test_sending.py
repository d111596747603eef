"""Sending, answering, and finding out whether it was sent."""

from datetime import UTC, datetime, timedelta

import pytest

from inboxhub.lib.http import (
    DeadlinePassed,
    HostUnreachable,
    HttpError,
    TlsFailed,
)
from inboxhub.networks.base import CredentialsError, PermanentError, TemporaryError
from inboxhub.networks.mixi import UNKNOWN, Draft
from tests.networks.mixi.host import (
    FRIEND,
    OUTBOX,
    WRITES,
    Mailbox,
    body_of,
    client_of,
    row,
)
from tests.networks.replay import Answer

POST = f"POST {WRITES}/@outbox"
START = datetime(2010, 11, 10, 8, 26, tzinfo=UTC)


def draft(
    *,
    title: str = "件名",
    text: str = "本文",
    recipient: str = FRIEND,
    recipient_name: str = "友人",
    in_reply_to: str = "",
    known: frozenset[str] = frozenset(),
) -> Draft:
    return Draft(
        title=title,
        text=text,
        started_at=START,
        recipient=recipient,
        recipient_name=recipient_name,
        in_reply_to=in_reply_to,
        known=known,
    )


def sent(number: int, *, seconds: int = 5, **more: object) -> dict[str, object]:
    return row(number, at=START + timedelta(seconds=seconds)) | {
        "title": "件名",
        "body": "本文",
        "recipient": {"id": FRIEND, "displayName": "友人"},
        **more,
    }


def look(*rows: dict[str, object], wanted: Draft | None = None) -> tuple[str, ...]:
    client, _ = client_of(Mailbox([*rows]).script("@outbox"))
    return client.find_sent(wanted or draft())


def test_message_is_sent_as_the_document_says() -> None:
    client, host = client_of({POST: "sent"})
    assert client.send(draft()) == "e5f820e4f9f459b91c3730cc261e2629"
    assert host.names == [POST]
    assert host.calls[0].body == body_of("send-request")


def test_answer_is_sent_without_recipients() -> None:
    client, host = client_of({POST: "sent"})
    answering = draft(in_reply_to="e5f820e5f9we455691c3720cc261e2629")
    assert client.send(answering) == "e5f820e4f9f459b91c3730cc261e2629"
    assert host.calls[0].body == body_of("reply-request")


def test_draft_for_nobody_is_never_sent() -> None:
    client, host = client_of({})
    with pytest.raises(PermanentError):
        client.send(draft(recipient=""))
    assert host.calls == []


@pytest.mark.parametrize("status", [400, 403, 500, 503])
def test_refusal_is_final_and_says_what_mixi_says(status: int) -> None:
    client, _ = client_of({POST: Answer(status, body_of("access-denied"))})
    with pytest.raises(PermanentError, match="temporary prohibited") as caught:
        client.send(draft())
    assert caught.value.code == "access_denied"


def test_answer_to_a_message_that_is_gone_is_final() -> None:
    client, _ = client_of({POST: "not-found"})
    with pytest.raises(PermanentError, match="no longer exists on mixi"):
        client.send(draft(in_reply_to="m1"))


@pytest.mark.parametrize(
    "answer",
    [
        DeadlinePassed("the server did not answer in time"),
        HostUnreachable("broke off", code="cut-off"),
        Answer(500, ""),
        Answer(502, "<html>"),
        Answer(503, ""),
        Answer(200, ""),
        Answer(200, "<html>"),
        Answer(200, '{"id": "e5f8'),
        Answer(200, {}),
        Answer(200, {"id": 5}),
        Answer(200, {"id": ""}),
        Answer(200, []),
    ],
    ids=lambda answer: str(answer)[:40],
)
def test_whatever_is_no_clear_answer_leaves_the_outcome_open(
    answer: Answer | HttpError,
) -> None:
    client, host = client_of({POST: answer})
    with pytest.raises(TemporaryError) as caught:
        client.send(draft())
    assert caught.value.code == UNKNOWN
    assert len(host.calls) == 1


@pytest.mark.parametrize(
    "answer",
    [
        HostUnreachable("nothing answers", code="no-answer"),
        HostUnreachable("no such name", code="no-such-name"),
        TlsFailed("expired", code="expired"),
    ],
    ids=str,
)
def test_what_never_left_may_be_sent_again(answer: HttpError) -> None:
    client, _ = client_of({POST: answer})
    with pytest.raises(TemporaryError) as caught:
        client.send(draft())
    assert caught.value.code != UNKNOWN


def test_ended_token_sends_nothing_and_is_no_open_outcome() -> None:
    client, _ = client_of({POST: "expired-token"})
    with pytest.raises(CredentialsError):
        client.send(draft())


def test_sent_message_is_found_by_what_it_says() -> None:
    client, host = client_of(Mailbox([sent(2), sent(1)]).script("@outbox"))
    assert client.find_sent(draft(known=frozenset({"m1"}))) == ("m2",)
    assert host.calls[0].name == f"GET {OUTBOX}"
    assert host.calls[0].query["updatedSince"] == "2010-11-10T08:21:00Z"
    assert "body" in host.calls[0].query["fields"].split(",")


@pytest.mark.parametrize(
    "other",
    [
        {"title": "Re: 件名"},
        {"body": "本文。"},
        {"recipient": {"id": "somebody", "displayName": "友人"}},
        {"recipient": {"displayName": "別人"}},
        {"timeSent": "2010-11-10T17:20:59+09:00"},
    ],
)
def test_other_message_is_not_taken_for_it(other: dict[str, object]) -> None:
    assert look(sent(1) | other) == ()


def test_older_message_is_not_taken_for_it_whatever_mixi_lists() -> None:
    body = {"entry": [sent(1, seconds=-301), sent(2, seconds=-299)], "totalResults": 2}
    client, _ = client_of({f"GET {OUTBOX}": Answer(200, body)})
    assert client.find_sent(draft()) == ("m2",)


def test_person_who_is_no_friend_is_known_by_name() -> None:
    assert look(sent(1, recipient={"displayName": "友人"})) == ("m1",)


def test_two_that_are_the_same_are_both_told() -> None:
    assert look(sent(2), sent(1)) == ("m2", "m1")


@pytest.mark.parametrize(
    ("written", "came"),
    [
        ("a\r\nb", "a\nb"),
        ("a\rb", "a\nb"),
        ("a  \nb\n\n", "a\nb"),
        ("😀 𠮷 👨‍👩‍👧", "😀 𠮷 👨‍👩‍👧"),
        ("x" * 100_000, "x" * 100_000),
    ],
)
def test_newlines_and_blanks_make_no_other_message(written: str, came: str) -> None:
    assert look(sent(1, body=came), wanted=draft(text=written)) == ("m1",)


def test_look_goes_through_all_pages() -> None:
    others = [sent(number, title="other") for number in range(2, 80)]
    assert look(*others, sent(1)) == ("m1",)


def test_look_into_an_outbox_that_moves_is_no_answer() -> None:
    box = Mailbox([sent(number, title="other") for number in range(80)])
    box.between = [lambda b: b.take(["m3"])]
    client, _ = client_of(box.script("@outbox"))
    with pytest.raises(TemporaryError):
        client.find_sent(draft())


def test_what_is_in_the_outbox_before_is_known() -> None:
    client, host = client_of(Mailbox([sent(2), sent(1)]).script("@outbox"))
    assert client.sent_ids(START) == {"m1", "m2"}
    assert host.calls[0].query["updatedSince"] == "2010-11-10T08:21:00Z"
    assert host.calls[0].query["fields"] == "id"


def test_draft_shows_no_text_when_it_is_printed() -> None:
    assert "本文" not in repr(draft())

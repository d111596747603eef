"""Sending, answering, and finding out whether it was sent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from inboxhub.lib.http import DeadlinePassed, HostUnreachable, HttpError, TlsFailed
from inboxhub.networks.base import RemoteAuthor, RemoteMessage, Target
from inboxhub.networks.errors import (
    CredentialsError,
    OutcomeUnknown,
    PermanentError,
    TemporaryError,
)
from inboxhub.networks.writing import Draft, Sent
from tests.networks.mixi.host import (
    FRIEND,
    ME,
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


ID = "e5f820e4f9f459b91c3730cc261e2629"
RECEIVED = "e5f820e5f9we455691c3720cc261e2629"


def draft(
    *,
    title: str = "件名",
    text: str = "本文",
    recipient: str = FRIEND,
    answers: Target | None = None,
    known: frozenset[str] = frozenset(),
    file_ids: tuple[str, ...] = (),
) -> Draft:
    friend = RemoteAuthor(recipient, "友人", "友人")
    return Draft(
        key="c0ffee",
        title=title,
        text=text,
        started_at=START,
        recipients=(friend,) if recipient and answers is None else (),
        answers=answers,
        known=known,
        file_ids=file_ids,
    )


def received(key: str = FRIEND, source: str = "inbox") -> Target:
    return Target(source, RECEIVED, conversation_key=key)


def sent(number: int, *, seconds: int = 5, **more: object) -> dict[str, object]:
    return row(number, at=START + timedelta(seconds=seconds)) | {
        "title": "件名",
        "body": "本文",
        "recipient": {"id": FRIEND, "displayName": "友人"},
        **more,
    }


def look(*rows: dict[str, object], wanted: Draft | None = None) -> tuple[str, ...]:
    client, _ = client_of(Mailbox([*rows]).script("@outbox"))
    return ids(client.find_sent(wanted or draft()))


def ids(found: tuple[Sent, ...]) -> tuple[str, ...]:
    return tuple(one.remote_id for one in found)


def test_message_is_sent_as_the_document_says() -> None:
    client, host = client_of({POST: "sent"})
    assert client.send(draft()).remote_id == ID
    assert host.names[0] == POST
    assert host.calls[0].body == body_of("send-request")


def test_answer_is_sent_without_recipients() -> None:
    client, host = client_of({POST: "sent"})
    assert client.send(draft(answers=received())).remote_id == ID
    assert host.calls[0].body == body_of("reply-request")


def test_sent_message_is_told_as_mixi_has_it() -> None:
    body = {"entry": [sent(1) | {"id": ID}]}
    client, _ = client_of({POST: "sent", f"GET {OUTBOX}/{ID}": Answer(200, body)})
    message = client.send(draft()).message
    assert isinstance(message, RemoteMessage)
    assert (message.remote_id, message.text, message.outgoing) == (ID, "本文", True)
    assert message.conversation_key == FRIEND
    assert message.author is not None
    assert message.author.remote_id == ME


@pytest.mark.parametrize(
    "trouble",
    [
        DeadlinePassed("the server did not answer in time"),
        Answer(503, ""),
        Answer(200, {"entry": None}),
        "not-found",
        "expired-token",
    ],
    ids=str,
)
def test_trouble_after_it_was_sent_is_none_of_the_sending(
    trouble: Answer | HttpError | str,
) -> None:
    client, _ = client_of({POST: "sent", f"GET {OUTBOX}/{ID}": trouble})
    assert client.send(draft()) == Sent(ID)


def test_person_of_an_own_message_is_written_to_again() -> None:
    client, host = client_of({POST: "sent"})
    client.send(draft(answers=received(source="outbox")))
    assert host.calls[0].body == body_of("send-request")


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (draft(recipient=""), "no-recipient"),
        (draft(recipient="name:友人"), "no-recipient"),
        (draft(title=" "), "no-title"),
        (draft(file_ids=("1",)), "no-pictures"),
        (draft(answers=received(source="notice")), "notice-no-reply"),
        (draft(answers=received("name:友人", "outbox")), "no-recipient"),
        (replace(draft(), recipients=draft().recipients * 2), "too-many-people"),
        (replace(draft(), answers=received()), "too-many-people"),
    ],
    ids=str,
)
def test_draft_that_mixi_could_not_take_is_never_sent(wanted: Draft, code: str) -> None:
    client, host = client_of({})
    with pytest.raises(PermanentError) as caught:
        client.send(wanted)
    assert caught.value.code == code
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
        client.send(draft(answers=received()))


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
    with pytest.raises(OutcomeUnknown):
        client.send(draft())
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
    assert not isinstance(caught.value, OutcomeUnknown)


def test_ended_token_sends_nothing_and_is_no_open_outcome() -> None:
    client, _ = client_of({POST: "expired-token"})
    with pytest.raises(CredentialsError):
        client.send(draft())


def test_sent_message_is_found_by_what_it_says() -> None:
    client, host = client_of(Mailbox([sent(2), sent(1)]).script("@outbox"))
    (found,) = client.find_sent(draft(known=frozenset({"m1"})))
    assert found.remote_id == "m2"
    assert found.message is not None
    assert found.message.text == "本文"
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
    assert ids(client.find_sent(draft())) == ("m2",)


def test_person_who_is_no_friend_is_known_by_name() -> None:
    assert look(sent(1, recipient={"displayName": "友人"})) == ("m1",)
    answer = draft(answers=received("name:友人"))
    assert look(sent(1, recipient={"displayName": "友人"}), wanted=answer) == ("m1",)
    assert look(sent(1, recipient={"displayName": "別人"}), wanted=answer) == ()


def test_answer_is_found_by_the_person_it_goes_to() -> None:
    assert look(sent(1), wanted=draft(answers=received())) == ("m1",)
    assert look(sent(1), wanted=draft(answers=received("somebody"))) == ()
    assert look(sent(1), wanted=draft(answers=received("inbox:m7"))) == ("m1",)


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
    box = Mailbox([sent(2), sent(1)], now=START)
    client, host = client_of(box.script("@outbox"))
    known = client.sent_before(draft())
    assert known >= {"m1", "m2"}
    assert host.names == [f"GET {OUTBOX}"]
    assert host.calls[0].query["updatedSince"] == "2010-11-10T08:21:00Z"
    assert host.calls[0].query["fields"] == "id"
    assert client.find_sent(draft(known=known)) == ()


@pytest.mark.parametrize("hours", [-3, 3])
def test_clock_of_ours_that_is_wrong_hides_no_sent_message(hours: int) -> None:
    box = Mailbox([sent(1, seconds=-60)], now=START)
    client, _ = client_of(box.script("@outbox"))
    ours = replace(draft(), started_at=START + timedelta(hours=hours))
    known = client.sent_before(ours)
    assert "m1" in known
    box.rows.insert(0, sent(2))
    assert ids(client.find_sent(replace(ours, known=known))) == ("m2",)


def test_draft_shows_no_text_when_it_is_printed() -> None:
    assert "本文" not in repr(draft())

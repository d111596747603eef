"""What is sent for a draft, word by word, and what the recorded answers to it mean."""

import copy
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxhub.lib.http import DeadlinePassed, HostUnreachable, HttpError, TlsFailed
from inboxhub.networks.base import RemoteAuthor, Target
from inboxhub.networks.errors import (
    CredentialsError,
    NotSupported,
    OutcomeUnknown,
    PermanentError,
    ProviderError,
    TemporaryError,
)
from inboxhub.networks.misskey.facts import Facts
from inboxhub.networks.writing import Upload
from tests.networks.misskey.accounts import FACTS, client_of
from tests.networks.misskey.writing import draft
from tests.networks.mutations import ANYTHING, examples, mutated_rows
from tests.networks.replay import Answer, Script, body_of, recorded

BOB, CAROL, ME = "attmpzv5y4y40009", "attmpzxiy4y4000c", "attmpzsgy4y40006"
DIRECT, FILM = Target("note", "attn3izsy4y4000w"), Target("note", "attn3j0cy4y4000y")
PEOPLE = (
    RemoteAuthor(BOB, "@bob@misskey.example", "bob"),
    RemoteAuthor(CAROL, "@carol@misskey.example", "carol"),
)
PUBLIC = draft("hello", visibility="public")
PICTURE = Upload("dot.png", "image/png", b"\x89PNG", "one pixel")


def parent(number: str, **changes: object) -> Answer:
    """The note that a recorded answer to it shows."""
    created = body_of(number)
    assert isinstance(created, dict)
    return Answer(200, {**created["createdNote"]["reply"], **changes})


def person(identifier: str, username: str) -> Answer:
    return Answer(200, [{"id": identifier, "username": username, "host": None}])


def asked(answers: Target, script: Mapping[str, Script]) -> dict[str, object]:
    """What is sent for an answer with the visibility of what it answers."""
    client, http = client_of({"notes/create": "035", **script})
    client.send(draft("fine for me", answers=answers))
    sent = http.called("notes/create")[0]
    sent.pop("i")
    return sent


def test_direct_answer_names_its_people_by_id() -> None:
    assert asked(DIRECT, {"notes/show": parent("035")}) == {
        "text": "fine for me",
        "visibility": "specified",
        "visibleUserIds": [BOB],
        "replyId": DIRECT.remote_id,
    }


def test_direct_answer_keeps_all_addressees() -> None:
    script = {"notes/show": parent("036"), "users/show": person(CAROL, "carol")}
    sent = asked(FILM, script)
    assert sent["visibleUserIds"] == [BOB, CAROL]
    assert "cw" not in sent


def test_people_whom_the_host_does_not_show_are_addressed_all_the_same() -> None:
    script = {"notes/show": parent("036"), "users/show": Answer(200, [])}
    assert asked(FILM, script)["visibleUserIds"] == [BOB, CAROL]


def test_answer_to_a_local_note_stays_local() -> None:
    sent = asked(Target("note", "atto8yxec5j0007q"), {"notes/show": parent("263")})
    assert (sent["localOnly"], sent["visibility"]) == (True, "public")
    assert "visibleUserIds" not in sent


def test_person_who_was_left_out_is_told() -> None:
    """Recorded: the host has bob only, although carol was to get it too."""
    client, _ = client_of({"notes/create": "036"})
    sent = client.send(draft("answer without ids", recipients=PEOPLE))
    assert sent.unreached == ("@carol@misskey.example",)


@pytest.mark.parametrize("changes", [{"visibility": "private"}, {"visibility": None}])
def test_answer_to_a_note_of_unknown_width_is_not_sent(
    changes: dict[str, object],
) -> None:
    client, http = client_of({"notes/show": parent("035", **changes)})
    with pytest.raises(PermanentError):
        client.send(draft(answers=DIRECT))
    assert http.called("notes/create") == []


def test_answer_without_knowing_what_it_answers_is_not_sent() -> None:
    client, http = client_of({"notes/show": Answer(503, "<h1>down</h1>")})
    with pytest.raises(TemporaryError) as failed:
        client.send(draft(answers=DIRECT))
    assert not isinstance(failed.value, OutcomeUnknown)
    assert http.called("notes/create") == []


@pytest.mark.parametrize(
    ("number", "error"),
    [
        ("024", PermanentError),
        ("308", PermanentError),
        ("040", PermanentError),
        ("043", PermanentError),
        ("047", PermanentError),
        ("127", PermanentError),
        ("186", PermanentError),
        ("192", CredentialsError),
        ("014", CredentialsError),
        ("018", NotSupported),
        ("128", TemporaryError),
        ("337", TemporaryError),
    ],
)
def test_refusal_of_the_host_says_that_nothing_was_sent(
    number: str, error: type[ProviderError]
) -> None:
    client, _ = client_of({"notes/create": number})
    with pytest.raises(error) as refused:
        client.send(PUBLIC)
    assert not isinstance(refused.value, OutcomeUnknown)


@pytest.mark.parametrize(
    "answer",
    [
        HostUnreachable("cut", code="cut-off"),
        DeadlinePassed("late"),
        Answer(502, "<h1>Bad gateway</h1>"),
        Answer(504, ""),
        Answer(408, ""),
        Answer(301, None),
        Answer(204, None),
        Answer(200, {}),
        Answer(200, {"createdNote": {"id": 7}}),
        Answer(200, '{"createdNote":'),
        Answer(202, {"error": {"code": "PROCESSING", "message": "wait", "id": "x"}}),
        recorded("246").answer,
    ],
    ids=str,
)
def test_answer_that_says_nothing_leaves_the_outcome_unknown(
    answer: Answer | HttpError,
) -> None:
    client, http = client_of({"notes/create": answer})
    with pytest.raises(OutcomeUnknown) as unknown:
        client.send(PUBLIC)
    assert unknown.value.code == "outcome-unknown"
    assert len(http.called("notes/create")) == 1


@pytest.mark.parametrize(
    "answer",
    [
        HostUnreachable("nobody", code="no-answer"),
        TlsFailed("expired", code="expired"),
        Answer(403, "<h1>Forbidden</h1>"),
        Answer(429, "<h1>Slow down</h1>"),
    ],
    ids=str,
)
def test_call_that_was_turned_away_is_surely_not_sent(
    answer: Answer | HttpError,
) -> None:
    client, _ = client_of({"notes/create": answer})
    with pytest.raises(TemporaryError) as failed:
        client.send(PUBLIC)
    assert not isinstance(failed.value, OutcomeUnknown)


def test_equal_note_that_the_host_gives_again_is_not_a_new_one() -> None:
    """MisskeyIO answers an equal call within a minute with the note of the first."""
    client, _ = client_of({"notes/create": "037"})
    again = replace(PUBLIC, known=frozenset({"attn3k4iy4y4001p"}))
    with pytest.raises(TemporaryError) as same:
        client.send(again)
    assert (same.value.code, same.value.retry_after) == ("taken-for-the-same", 60.0)
    assert not isinstance(same.value, OutcomeUnknown)
    assert client.send(PUBLIC).remote_id == "attn3k4iy4y4001p"


def test_still_at_it_says_when_to_look() -> None:
    still = {"error": {"code": "PROCESSING", "message": "wait", "id": "x"}}
    client, _ = client_of({"notes/create": Answer(202, still)})
    with pytest.raises(OutcomeUnknown) as unknown:
        client.send(PUBLIC)
    assert unknown.value.retry_after == 2.0


def test_picture_is_sent_as_a_file_with_its_words() -> None:
    client, http = client_of({"drive/files/create": "115"})
    assert client.upload(PICTURE) == "attn3uday4y4003k"
    assert http.called("drive/files/create") == [
        {
            "i": client.credentials["token"],
            "name": "dot.png",
            "comment": "one pixel",
            "isSensitive": "false",
            "force": "true",
        }
    ]
    assert [(f.name, f.mime, f.data) for f in http.files] == [
        ("dot.png", "image/png", b"\x89PNG")
    ]


@pytest.mark.parametrize("answer", ["116", "024", Answer(413, "too large")])
def test_picture_that_is_refused_is_refused_for_good(answer: Script) -> None:
    client, _ = client_of({"drive/files/create": answer})
    with pytest.raises(PermanentError):
        client.upload(PICTURE)


def test_file_that_is_no_picture_is_not_sent() -> None:
    client, http = client_of({})
    strange = replace(PICTURE, mime="image/png\r\nX-Other: 1")
    with pytest.raises(PermanentError) as refused:
        client.upload(strange)
    assert refused.value.code == "file-type"
    assert http.calls == []


def test_token_that_may_not_use_the_drive_is_not_asked_to() -> None:
    known = FACTS["2025.12"]
    facts = Facts(id=known.id, chat=known.chat, missing=("write:drive",))
    client, http = client_of({}, facts=facts.as_json())
    with pytest.raises(NotSupported) as refused:
        client.upload(PICTURE)
    assert refused.value.code == "no-permission-drive"
    assert http.calls == []


@pytest.mark.parametrize("number", ["060", "218", "233", "322"])
@examples(30)
@given(st.data())
def test_mutated_notes_never_stop_a_look(number: str, data: st.DataObject) -> None:
    rows = mutated_rows(copy.deepcopy(body_of(number)), data.draw)
    client, _ = client_of({"users/notes": Answer(200, rows)})
    for look in (PUBLIC, draft(answers=DIRECT), draft(recipients=PEOPLE)):
        assert len(client.find_sent(look)) <= len(rows)
        known = client.sent_before(look)
        assert client.find_sent(replace(look, known=known)) == ()


@pytest.mark.parametrize("number", ["148", "152", "176", "325", "326"])
@examples(30)
@given(st.data())
def test_mutated_chats_never_stop_a_look(number: str, data: st.DataObject) -> None:
    rows = Answer(200, mutated_rows(copy.deepcopy(body_of(number)), data.draw))
    names = ("chat/messages/search", "chat/history", "messaging/messages")
    version = "12.110" if number > "300" else "2025.12"
    client, _ = client_of(dict.fromkeys(names, rows), version=version)
    chat = Target("chat", "attn7to3y4y40044", BOB)
    look = draft("yes, here", answers=chat)
    client.find_sent(look)
    assert client.find_sent(replace(look, known=client.sent_before(look))) == ()
    look = draft("", answers=chat, file_ids=("a1",))
    client.sent_before(look)
    with suppress(TemporaryError):  # somebody may have written since
        client.find_sent(look)


@examples(60)
@given(ANYTHING, st.sampled_from([200, 202, 204, 400, 500]))
def test_anything_as_an_answer_stays_in_the_family(body: object, status: int) -> None:
    answer = Answer(status, body)
    names = ("notes/create", "notes/show", "users/show", "users/notes", "users/search")
    client, _ = client_of(dict.fromkeys(names, answer))
    for call in (
        lambda: client.send(draft(answers=DIRECT)),
        lambda: client.send(PUBLIC),
        lambda: client.find_sent(PUBLIC),
        lambda: client.find_people("bob"),
        lambda: client.react(DIRECT, "👍"),
    ):
        with suppress(ProviderError):
            call()

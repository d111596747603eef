"""Writing: send, reply, status changes, deleting; answers as the document has them."""

import json

import pytest

from simulators.mixi import Simulator
from tests.simulators.mixi.scene import INBOX, NOBODY, NOTICES, OUTBOX, Scene

SEND = "messages/@me/@self/@outbox"


def receive(sim: Simulator, title: str = "やあ", by: str = "mika") -> str:
    """Let sakura get a message; returns its id in her inbox."""
    return str(sim.message(by, "sakura", title, "本文")["inbox"])


def told(sim: Simulator, name: str) -> list[tuple[str, str, str]]:
    return [(row.title, row.body, row.other) for row in sim.inbox(name)]


# --- Sending --------------------------------------------------------------------------


def test_sending_answers_the_id_in_the_outbox(sim: Simulator, sakura: Scene) -> None:
    answer = sakura.send(recipients=[sim.id_of("ren")])
    assert answer.status_code == 200
    assert set(answer.json()) == {"id"}
    (entry,) = sakura.read(OUTBOX)
    assert entry["id"] == answer.json()["id"]
    assert told(sim, "ren") == [("件名", "本文", "sakura")]
    assert sim.inbox("ren")[0].status == "unread"


def test_copies_have_ids_of_their_own_or_share_one(
    sim: Simulator, sakura: Scene
) -> None:
    sakura.send(recipients=[sim.id_of("ren")])
    assert sim.inbox("ren")[0].id != sim.outbox("sakura")[0].id
    sim.silences(shared_ids=True)
    sakura.send(recipients=[sim.id_of("mika")])
    assert sim.inbox("mika")[0].id == sim.outbox("sakura")[1].id


def test_replying_reaches_the_sender_and_marks_replied(
    sim: Simulator, sakura: Scene
) -> None:
    message = receive(sim)
    answer = sakura.send(inReplyTo=message)
    assert answer.status_code == 200
    assert told(sim, "mika") == [("件名", "本文", "sakura")]
    assert sim.inbox("sakura")[0].status == "replied"
    assert sakura.send(inReplyTo=message).status_code == 200


def test_stranger_can_be_answered_unless_the_switch_forbids_it(
    sim: Simulator, sakura: Scene
) -> None:
    message = receive(sim, by="stranger")
    assert sakura.send(inReplyTo=message).status_code == 200
    sim.silences(reply_to_strangers=False)
    assert sakura.send(inReplyTo=message).json()["error"] == "access_denied"


def test_stranger_can_be_written_to_only_when_the_switch_allows_it(
    sim: Simulator, sakura: Scene
) -> None:
    answer = sakura.send(recipients=[sim.id_of("stranger")])
    assert (answer.status_code, answer.json()["error"]) == (403, "access_denied")
    sim.silences(friends_only=False)
    assert sakura.send(recipients=[sim.id_of("stranger")]).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"recipients": []},
        {"recipients": ["{ren}", "{mika}"]},
        {"recipients": "{ren}"},
        {"recipients": [7]},
        {"recipients": ["{ren}"], "inReplyTo": "{message}"},
        {"recipients": ["{ren}"], "inReplyTo": None},
        {"recipients": None, "inReplyTo": "{message}"},
        {"inReplyTo": 7},
        {"recipients": ["{ren}"], "title": ""},
        {"recipients": ["{ren}"], "title": None},
        {"recipients": ["{ren}"], "body": ["x"]},
    ],
)
def test_body_that_is_not_well_made_sends_nothing(
    sim: Simulator, sakura: Scene, body: dict[str, object]
) -> None:
    text = json.dumps({"title": "件名", "body": "本文", **body})
    for name in ("ren", "mika"):
        text = text.replace(f"{{{name}}}", sim.id_of(name))
    text = text.replace("{message}", receive(sim))
    headers = {"Content-Type": "application/json"}
    answer = sakura.call("POST", SEND, data=text, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert sim.outbox("sakura") == []


@pytest.mark.parametrize(
    ("switch", "body"),
    [
        ({"empty_body": "refuse"}, {"body": " \n"}),
        ({"longest_title": 3}, {"title": "四文字だ"}),
        ({"longest_body": 3}, {"body": "四文字だ"}),
    ],
)
def test_limits_of_a_letter_are_switches(
    sim: Simulator, sakura: Scene, switch: dict[str, object], body: dict[str, str]
) -> None:
    person = [sim.id_of("ren")]
    assert sakura.send(recipients=person, **body).status_code == 200
    sim.silences(**switch)
    assert sakura.send(recipients=person, **body).status_code == 400


def test_empty_title_is_a_switch(sim: Simulator, sakura: Scene) -> None:
    sim.silences(empty_title="accept")
    assert sakura.send(recipients=[sim.id_of("ren")], title="").status_code == 200


@pytest.mark.parametrize("error", ["not_found", "access_denied", "invalid_request"])
def test_unknown_recipient_is_refused_by_the_name_of_the_switch(
    sim: Simulator, sakura: Scene, error: str
) -> None:
    sim.silences(unknown_recipient=error)
    assert sakura.send(recipients=["nobody"]).json()["error"] == error


def test_prohibited_account_is_refused_in_the_documents_words(
    sim: Simulator, sakura: Scene
) -> None:
    sim.prohibit("sakura")
    assert sakura.send(recipients=[sim.id_of("ren")]).json() == {
        "error": "access_denied",
        "error_description": "your account is temporary prohibited",
    }
    sim.prohibit("sakura", prohibited=False)
    assert sakura.send(recipients=[sim.id_of("ren")]).status_code == 200


def test_blocked_person_is_refused(sim: Simulator, sakura: Scene) -> None:
    sim.block("ren", "sakura")
    answer = sakura.send(recipients=[sim.id_of("ren")])
    assert answer.json()["error"] == "access_denied"


@pytest.mark.parametrize("box", ["inbox", "noticebox", "gone", "trash"])
def test_only_messages_of_the_inbox_can_be_answered(
    sim: Simulator, sakura: Scene, box: str
) -> None:
    message = {
        "inbox": receive(sim),
        "noticebox": sim.notice("sakura", "お知らせ", "…")["id"],
        "trash": receive(sim),
    }.get(box, NOBODY)
    if box == "trash":
        sim.delete("sakura", str(message))
    answer = sakura.send(inReplyTo=message)
    assert answer.status_code == (200 if box == "inbox" else 404)


@pytest.mark.parametrize(
    ("charset", "name"),
    [
        ("utf-8", "UTF-8"),
        ("shift_jis", "Shift_JIS"),
        ("cp932", "windows-31j"),
        ("euc-jp", "EUC-JP"),
        ("iso-2022-jp", "ISO-2022-JP"),
        ("utf-16", "utf-16"),
    ],
)
def test_charset_of_a_request_is_that_of_its_content_type(
    sim: Simulator, sakura: Scene, charset: str, name: str
) -> None:
    body = {"title": "漢字", "body": "仮名", "recipients": [sim.id_of("ren")]}
    data = json.dumps(body, ensure_ascii=False).encode(charset)
    headers = {"Content-Type": f"application/json; charset={name}"}
    answer = sakura.call("POST", SEND, data=data, headers=headers)
    assert answer.status_code == 200
    assert told(sim, "ren") == [("漢字", "仮名", "sakura")]


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json; charset=klingon",
        "application/json; charset=rot13",
        "application/json; charset=ascii",
        "application/x-www-form-urlencoded",
        "",
    ],
)
def test_body_that_cannot_be_read_is_refused(
    sim: Simulator, sakura: Scene, content_type: str
) -> None:
    body = {"title": "漢字", "body": "", "recipients": [sim.id_of("ren")]}
    data = json.dumps(body, ensure_ascii=False).encode()
    headers = {"Content-Type": content_type}
    assert sakura.call("POST", SEND, data=data, headers=headers).status_code == 400


@pytest.mark.parametrize("data", ["", "{", "[]", "7", '{"title":' * 5000])
def test_body_that_is_no_object_is_refused(sakura: Scene, data: str) -> None:
    headers = {"Content-Type": "application/json"}
    assert sakura.call("POST", SEND, data=data, headers=headers).status_code == 400


# --- Status ---------------------------------------------------------------------------


def test_status_goes_forward_and_never_back(sim: Simulator, sakura: Scene) -> None:
    message = receive(sim)
    for status, code in (
        ("read", 200),
        ("read", 200),
        ("replied", 200),
        ("read", 409),
        ("unread", 400),
    ):
        assert sakura.mark(INBOX, message, status).status_code == code
    assert sim.inbox("sakura")[0].status == "replied"


def test_status_answers_are_the_documents(sim: Simulator, sakura: Scene) -> None:
    message = receive(sim)
    done = sakura.mark(INBOX, message, "replied")
    assert done.json() == {"status": "status changed"}
    assert sakura.mark(INBOX, message, "read").json() == {
        "error": "status_conflicted",
        "error_description": "status cannot be changed",
    }


def test_same_status_again_can_be_a_conflict(sim: Simulator, sakura: Scene) -> None:
    message = receive(sim)
    sim.silences(same_status="conflict")
    codes = [sakura.mark(INBOX, message, "read").status_code for _ in range(2)]
    assert codes == [200, 409]


@pytest.mark.parametrize("error", ["status_conflicted", "invalid_request"])
def test_notice_becomes_read_but_never_replied(
    sim: Simulator, sakura: Scene, error: str
) -> None:
    notice = sim.notice("sakura", "お知らせ", "…")["id"]
    sim.silences(notice_replied=error)
    assert sakura.mark(NOTICES, notice, "replied").json()["error"] == error
    assert sakura.mark(NOTICES, notice, "read").status_code == 200
    assert sim.notices("sakura")[0].status == "read"


def test_sent_message_has_no_status(sim: Simulator, sakura: Scene) -> None:
    message = sim.message("sakura", "ren", "a", "b")["outbox"]
    assert sakura.mark(OUTBOX, message, "read").status_code == 404


@pytest.mark.parametrize("code", [400, 404, 500])
@pytest.mark.parametrize("error", ["not_found", "status_conflicted", "access_denied"])
def test_number_of_a_named_error_is_a_switch(
    sim: Simulator, sakura: Scene, error: str, code: int
) -> None:
    sim.silences(**{f"{error}_status": code})
    message = receive(sim)
    match error:
        case "not_found":
            answer = sakura.mark(INBOX, NOBODY, "read")
        case "status_conflicted":
            sim.mark_replied("sakura", message)
            answer = sakura.mark(INBOX, message, "read")
        case _:
            answer = sakura.send(recipients=[sim.id_of("stranger")])
    assert (answer.status_code, answer.json()["error"]) == (code, error)


# --- Deleting -------------------------------------------------------------------------


def test_deleting_moves_a_message_to_the_trash(sim: Simulator, sakura: Scene) -> None:
    message = receive(sim)
    path = f"messages/@me/@self/@inbox/{message}"
    answer = sakura.call("DELETE", path)
    assert (answer.status_code, answer.json()) == (200, {"status": "delete done"})
    assert sakura.read(INBOX) == []
    assert [row.id for row in sim.trash("sakura")] == [message]
    assert sakura.call("DELETE", path).json() == {
        "error": "not_found",
        "error_description": "message not found",
    }
    sim.restore("sakura", message)
    assert [row["id"] for row in sakura.read(INBOX)] == [message]


def test_other_person_keeps_their_copy(sim: Simulator, sakura: Scene) -> None:
    sent = sim.message("sakura", "ren", "a", "b")["outbox"]
    answer = sakura.call("DELETE", f"messages/@me/@self/@outbox/{sent}")
    assert answer.status_code == 200
    assert sakura.read(OUTBOX) == []
    assert len(sim.inbox("ren")) == 1


def test_deleted_notice_is_gone_for_good(sim: Simulator, sakura: Scene) -> None:
    notice = sim.notice("sakura", "お知らせ", "…")["id"]
    answer = sakura.call("DELETE", f"messages/@me/@self/@noticebox/{notice}")
    assert answer.status_code == 200
    assert sim.trash("sakura") == []
    assert sim.find("sakura", str(notice)) is None


def test_body_is_ignored_when_the_address_has_an_id(
    sim: Simulator, sakura: Scene
) -> None:
    first, second = receive(sim), receive(sim)
    path = f"messages/@me/@self/@inbox/{first}"
    assert sakura.call("DELETE", path, json={"ids": [second]}).status_code == 200
    assert [row.id for row in sim.inbox("sakura")] == [second]


@pytest.mark.parametrize("box", [INBOX, OUTBOX, NOTICES])
def test_many_are_deleted_by_their_ids(sim: Simulator, sakura: Scene, box: str) -> None:
    for place in range(3):
        receive(sim)
        sim.message("sakura", "ren", str(place), "")
        sim.notice("sakura", str(place), "")
    ids = [str(row["id"]) for row in sakura.read(box)]
    answer = sakura.delete(box, *ids[:2], ids[0])
    assert (answer.status_code, answer.json()) == (200, {"status": "delete done"})
    assert [row["id"] for row in sakura.read(box)] == ids[2:]


@pytest.mark.parametrize(
    ("behaviour", "code", "left"),
    [("nothing", 404, 2), ("partial", 404, 0), ("success", 200, 0)],
)
def test_bulk_with_an_unknown_id_behaves_in_three_ways(
    sim: Simulator, sakura: Scene, behaviour: str, code: int, left: int
) -> None:
    sim.silences(unknown_id=behaviour)
    answer = sakura.delete(INBOX, receive(sim), NOBODY, receive(sim))
    assert answer.status_code == code
    assert len(sim.inbox("sakura")) == left


@pytest.mark.parametrize(
    ("switch", "code", "left"),
    [("refuse", 400, 1), ("nothing", 200, 1), ("everything", 200, 0)],
)
@pytest.mark.parametrize("body", [{"ids": []}, {}, None])
def test_empty_wish_is_a_switch(
    sim: Simulator,
    sakura: Scene,
    body: dict[str, object] | None,
    switch: str,
    code: int,
    left: int,
) -> None:
    receive(sim)
    sim.silences(empty_ids=switch)
    answer = sakura.call("DELETE", "messages/@me/@self/@inbox", json=body)
    assert answer.status_code == code
    assert len(sim.inbox("sakura")) == left


@pytest.mark.parametrize("code", [400, 413])
def test_too_many_ids_are_refused(sim: Simulator, sakura: Scene, code: int) -> None:
    sim.silences(max_ids=1, too_many_ids_status=code)
    answer = sakura.delete(INBOX, receive(sim), receive(sim))
    assert answer.status_code == code
    assert len(sim.inbox("sakura")) == 2


@pytest.mark.parametrize("ids", ["abc", [7], {"a": 1}, None])
def test_ids_that_are_no_list_of_ids_are_refused(sakura: Scene, ids: object) -> None:
    path = "messages/@me/@self/@inbox"
    assert sakura.call("DELETE", path, json={"ids": ids}).status_code == 400

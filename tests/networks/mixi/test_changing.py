"""Marking and deleting, with everything that the document leaves open about it."""

from urllib.parse import quote

import pytest

from inboxhub.lib.http import DeadlinePassed
from inboxhub.networks.base import Outcome, Target
from inboxhub.networks.errors import TemporaryError
from tests.networks.mixi.host import (
    WRITES,
    Call,
    Mailbox,
    Script,
    answer,
    body_of,
    client_of,
    row,
    targets,
)
from tests.networks.replay import Answer

DONE, GONE = Outcome("done"), Outcome("gone")
DENIED = "access_denied"


def mailbox(count: int = 120, bulk: str = "nothing") -> Mailbox:
    return Mailbox([row(number) for number in range(count, 0, -1)], bulk=bulk)


# --- Marking --------------------------------------------------------------------------


def test_marking_read_says_what_the_document_says() -> None:
    paths = [f"{WRITES}/@inbox/m1", f"{WRITES}/@noticebox/n1"]
    client, host = client_of({f"PUT {path}": "status-changed" for path in paths})
    marked = client.mark_read([Target("inbox", "m1"), Target("notice", "n1")])
    assert marked == [DONE, DONE]
    assert [call.path for call in host.calls] == paths
    assert [call.body for call in host.calls] == [body_of("mark-request")] * 2


def test_marking_replied_is_for_received_messages_only() -> None:
    path = f"PUT {WRITES}/@inbox/m1"
    client, host = client_of({path: "status-changed"})
    asked = [Target("inbox", "m1"), Target("notice", "n1"), Target("outbox", "s1")]
    notice, own = Outcome("failed", "notice-no-reply"), Outcome("failed", "your-own")
    assert client.mark_replied(asked) == [DONE, notice, own]
    assert host.names == [path]
    assert host.calls[0].body == {"status": "replied"}


def test_own_message_is_read_without_a_call() -> None:
    client, host = client_of({})
    assert client.mark_read(targets(["s1"], "outbox")) == [DONE]
    assert host.calls == []


@pytest.mark.parametrize("status", [400, 403, 409, 500, 503])
def test_message_that_is_further_already_is_done(status: int) -> None:
    conflict = Answer(status, body_of("status-conflicted"))
    client, _ = client_of({f"PUT {WRITES}/@inbox/m1": conflict})
    assert client.mark_read(targets(["m1"])) == [DONE]
    assert client.mark_replied(targets(["m1"])) == [DONE]


@pytest.mark.parametrize("status", [400, 404, 410, 500])
def test_message_that_does_not_exist_is_gone(status: int) -> None:
    absent = Answer(status, body_of("not-found"))
    client, _ = client_of({f"PUT {WRITES}/@inbox/m1": absent})
    assert client.mark_read(targets(["m1"])) == [GONE]


def test_refused_mark_fails_with_mixis_code_and_the_next_is_tried() -> None:
    script: dict[str, Script] = {
        f"PUT {WRITES}/@inbox/m1": "access-denied",
        f"PUT {WRITES}/@inbox/m2": "status-changed",
    }
    client, _ = client_of(script)
    assert client.mark_read(targets(["m1", "m2"])) == [Outcome("failed", DENIED), DONE]


@pytest.mark.parametrize("one", ["00123", "a/b", "x?y", "50%", "a..b", "メ モ", "#1"])
def test_id_is_percent_encoded_in_paths(one: str) -> None:
    path = f"{WRITES}/@inbox/{quote(one, safe='')}"
    client, host = client_of({f"PUT {path}": "status-changed"})
    assert client.mark_read(targets([one])) == [DONE]
    assert host.calls[0].path == path


@pytest.mark.parametrize("one", ["", " ", ".", "..", "\x00", "\ud800", "x" * 300])
def test_id_that_cannot_stand_in_a_path_is_never_sent(one: str) -> None:
    client, host = client_of({})
    assert client.mark_read(targets([one])) == [Outcome("failed", "bad-id")]
    assert host.calls == []


@pytest.mark.parametrize("body", ["", "<html>", [], None, "[]", '"ok"'])
def test_success_that_cannot_be_read_is_tried_again(body: object) -> None:
    client, _ = client_of({f"PUT {WRITES}/@inbox/m1": Answer(200, body)})
    with pytest.raises(TemporaryError):
        client.mark_read(targets(["m1"]))


# --- Deleting -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "tray"),
    [("inbox", "@inbox"), ("outbox", "@outbox"), ("notice", "@noticebox")],
)
def test_single_message_is_deleted_by_its_address(source: str, tray: str) -> None:
    name = f"DELETE {WRITES}/{tray}/m1"
    client, host = client_of({name: "delete-done"})
    assert client.delete(targets(["m1"], source)) == [DONE]
    assert host.names == [name]
    assert host.calls[0].body is None


def test_several_are_deleted_by_one_call_as_the_document_says() -> None:
    name = f"DELETE {WRITES}/@inbox"
    client, host = client_of({name: "delete-done"})
    ids = ["a1a1a1a1a1", "b2b2b2b2b2b2", "c3c3c3c3c3c3"]
    client.delete([*targets(ids), *targets(["d4"])])
    assert host.names == [name]
    assert host.calls[0].body == {"ids": [*ids, "d4"]}
    assert body_of("delete-request") == {"ids": ids}


@pytest.mark.parametrize(
    ("source", "tray"),
    [("inbox", "@inbox"), ("outbox", "@outbox"), ("notice", "@noticebox")],
)
def test_many_are_deleted_in_calls_of_fifty(source: str, tray: str) -> None:
    box = mailbox(120)
    ids = box.ids
    client, host = client_of(box.script(tray))
    assert client.delete(targets(ids, source)) == [DONE] * 120
    parts = [call.body["ids"] for call in host.calls if isinstance(call.body, dict)]
    assert [len(part) for part in parts] == [50, 50, 20]
    assert box.rows == []


def test_targets_of_all_trays_keep_their_order() -> None:
    script = {
        f"DELETE {WRITES}/{tray}/x": name
        for tray, name in (
            *(("@inbox", "delete-done"), ("@outbox", "not-found")),
            ("@noticebox", "access-denied"),
        )
    }
    client, _ = client_of(script)
    asked = [Target(source, "x") for source in ("notice", "outbox", "inbox", "note")]
    outcomes = [o.error or o.state for o in client.delete(asked)]
    assert outcomes == ["access_denied", "gone", "done", "no-such-box"]


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("totals", [True, False])
@pytest.mark.parametrize("bulk", ["nothing", "rest", "quiet"])
def test_unknown_id_among_many_ends_with_all_done(
    bulk: str,
    *,
    totals: bool,
    named: bool,
) -> None:
    box = mailbox(60, bulk)
    box.totals, box.named = totals, named
    kept = box.ids[50:]
    client, host = client_of(box.script())
    ids = [*box.ids[:20], "unknown", *box.ids[20:49]]
    outcomes = client.delete(targets(ids))
    assert {outcome.state for outcome in outcomes} <= {"done", "gone"}
    assert set(box.ids) == {"m11", *kept}
    assert len(host.calls) < 12
    if bulk == "nothing":
        assert [o for o, one in zip(outcomes, ids, strict=True) if o == GONE] == [GONE]


def test_messages_too_far_back_to_be_looked_for_are_deleted_all_the_same() -> None:
    box = mailbox(1000)
    client, _ = client_of(box.script())
    oldest = box.ids[-30:]
    assert client.delete(targets([*oldest, "unknown"])) == [DONE] * 30 + [GONE]
    assert len(box.rows) == 970


def test_lost_answer_is_repeated_and_finds_them_gone() -> None:
    box = mailbox(40)
    name = f"DELETE {WRITES}/@inbox"
    lost = [True]

    def cut(call: Call) -> Answer:
        done = box.delete_many(call)
        if lost and lost.pop():
            raise DeadlinePassed("the server did not answer in time")
        return done

    client, _ = client_of(box.script() | {name: cut})
    ids = box.ids[:30]
    with pytest.raises(TemporaryError):
        client.delete(targets(ids))
    assert client.delete(targets(ids)) == [GONE] * 30
    assert len(box.rows) == 10


def test_too_many_ids_are_halved_until_mixi_takes_them() -> None:
    box = mailbox(50)
    box.most_ids = 20
    client, host = client_of(box.script())
    assert client.delete(targets(box.ids)) == [DONE] * 50
    assert not any(call.method == "GET" for call in host.calls)
    assert box.rows == []


def test_body_that_is_dropped_on_the_way_ends_one_by_one() -> None:
    box = mailbox(8)
    refused = Answer(400, {"error": "invalid_request", "error_description": "no ids"})
    client, _ = client_of(box.script() | {f"DELETE {WRITES}/@inbox": refused})
    assert client.delete(targets(box.ids)) == [DONE] * 8
    assert box.rows == []


def test_account_that_may_not_delete_is_not_asked_for_each() -> None:
    ids = [f"m{number}" for number in range(50)]
    tray = f"DELETE {WRITES}/@inbox"
    names = [tray, *(f"{tray}/{one}" for one in ids)]
    client, host = client_of(dict.fromkeys(names, "access-denied"))
    assert client.delete(targets(ids)) == [Outcome("failed", DENIED)] * 50
    assert len(host.calls) == 4


def test_message_that_may_not_be_deleted_keeps_no_other_from_it() -> None:
    box = mailbox(20)
    tray = f"DELETE {WRITES}/@inbox"

    def denied(call: Call) -> Answer:
        assert isinstance(call.body, dict)
        if "m13" in call.body["ids"]:
            return answer("access-denied")
        return box.delete_many(call)

    script = box.script() | {tray: denied, f"{tray}/m13": "access-denied"}
    client, _ = client_of(script)
    outcomes = client.delete(targets(box.ids))
    assert [outcome.error for outcome in outcomes if outcome != DONE] == [DENIED]
    assert box.ids == ["m13"]


@pytest.mark.parametrize("ids", [[], [""], ["\x00", " "]])
def test_nothing_to_delete_sends_nothing(ids: list[str]) -> None:
    client, host = client_of({})
    asked = targets(ids)
    assert client.delete(asked) == [Outcome("failed", "bad-id")] * len(asked)
    assert host.calls == []


def test_id_that_no_path_can_hold_is_deleted_by_the_list() -> None:
    name = f"DELETE {WRITES}/@inbox"
    client, host = client_of({name: "delete-done"})
    assert client.delete(targets([".."])) == [DONE]
    assert host.calls[0].body == {"ids": [".."]}


def test_same_target_twice_is_deleted_once() -> None:
    client, host = client_of({f"DELETE {WRITES}/@inbox/m1": "delete-done"})
    assert client.delete(targets(["m1", "m1"])) == [DONE, DONE]
    assert len(host.calls) == 1

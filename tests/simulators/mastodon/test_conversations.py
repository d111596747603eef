"""Rows of conversations: who gets one, when it is unread, how it goes and comes back."""

import pytest

from simulators.mastodon import Simulator
from tests.simulators.mastodon.scene import Scene

LIST = "GET /api/v1/conversations"
Rows = list[dict[str, object]]


@pytest.fixture
def known(sim: Simulator) -> Simulator:
    """Alice knows bob and carol, so their private words arrive."""
    for person in ("bob", "carol"):
        sim.follow("alice", person)
    return sim


def rows(scene: Scene) -> Rows:
    found = scene.call(LIST).json()
    assert isinstance(found, list)
    return found


def people(row: dict[str, object]) -> list[str]:
    accounts = row["accounts"]
    assert isinstance(accounts, list)
    return sorted(str(account["acct"]) for account in accounts)


def test_private_words_make_a_row_for_both(known: Simulator, alice: Scene) -> None:
    status = known.direct("bob", "alice", "hello")["id"]
    (row,) = rows(alice)
    assert (row["unread"], people(row)) == (True, ["bob"])
    last = row["last_status"]
    assert isinstance(last, dict)
    assert last["id"] == status
    (sent,) = rows(Scene(known, known.token("bob")))
    assert (sent["unread"], people(sent)) == (False, ["alice"])


def test_answering_marks_the_row_read(known: Simulator, alice: Scene) -> None:
    status = known.direct("bob", "alice", "hello")["id"]
    known.reply("alice", str(status), "hi")
    (row,) = rows(alice)
    assert row["unread"] is False


@pytest.mark.parametrize("sim", ["gotosocial"], indirect=True)
def test_gotosocial_leaves_an_answered_row_unread(sim: Simulator, alice: Scene) -> None:
    status = sim.direct("bob", "alice", "hello")["id"]
    sim.reply("alice", str(status), "hi")
    (row,) = rows(alice)
    assert row["unread"] is True


def test_another_person_opens_another_row(known: Simulator, alice: Scene) -> None:
    status = known.direct("bob", "alice", "hello")["id"]
    known.direct("bob", "alice,carol", "all of you", reply_to=str(status))
    known.direct("bob", "alice", "new thread")
    found = [people(row) for row in rows(alice)]
    assert found == [["bob"], ["bob", "carol"], ["bob"]]


def test_words_to_oneself_name_oneself(known: Simulator, alice: Scene) -> None:
    known.status("alice", "note to self", visibility="direct")
    (row,) = rows(alice)
    assert (people(row), row["unread"]) == (["alice"], False)


def test_reading_and_unreading(known: Simulator, alice: Scene) -> None:
    known.direct("bob", "alice", "hello")
    alice.names["row"] = str(rows(alice)[0]["id"])
    for verb, unread in (("read", False), ("unread", True), ("read", False)):
        answer = alice.call(f"POST /api/v1/conversations/$row/{verb}")
        assert answer.json()["unread"] is unread
        assert known.rows_of("alice")[0].unread is unread


def test_rows_of_others_do_not_exist(known: Simulator, alice: Scene) -> None:
    known.direct("bob", "carol", "secret")
    (row,) = known.rows_of("bob")
    for call in (
        "POST /api/v1/conversations/{}/read",
        "DELETE /api/v1/conversations/{}",
    ):
        assert alice.call(call.format(row.id)).status_code == 404


def test_removed_row_comes_back_with_the_next_word(
    known: Simulator, alice: Scene
) -> None:
    first = known.direct("bob", "alice", "hello")["id"]
    row = str(rows(alice)[0]["id"])
    assert alice.call(f"DELETE /api/v1/conversations/{row}").json() == {}
    assert alice.call(f"DELETE /api/v1/conversations/{row}").status_code == 404
    assert known.find_status(str(first)) is not None
    known.direct("bob", "alice", "again", reply_to=str(first))
    (back,) = known.rows_of("alice")
    assert back.id != row
    assert len(back.status_ids) == 1


def test_deleting_the_newest_status_shows_the_one_before(
    known: Simulator, alice: Scene
) -> None:
    first = known.direct("bob", "alice", "one")["id"]
    second = known.reply("bob", str(first), "two")["id"]
    known.delete_status(str(second))
    last = rows(alice)[0]["last_status"]
    assert isinstance(last, dict)
    assert last["id"] == first
    known.delete_status(str(first))
    assert rows(alice) == []


def test_row_has_no_last_status_while_it_is_being_deleted(
    known: Simulator, alice: Scene
) -> None:
    status = known.direct("bob", "alice", "hello")["id"]
    known.slow(60)
    known.delete_status(str(status))
    assert rows(alice)[0]["last_status"] is None
    known.advance(61)
    assert rows(alice) == []


def test_row_may_vanish_without_a_word(known: Simulator, alice: Scene) -> None:
    known.direct("bob", "alice", "hello")
    known.lose_row(known.rows_of("alice")[0].id)
    assert rows(alice) == []


def test_muted_thread_makes_no_row(known: Simulator, alice: Scene) -> None:
    first = str(known.direct("bob", "alice", "hello")["id"])
    assert alice.call(f"POST /api/v1/statuses/{first}/mute").json()["muted"] is True
    alice.call(f"DELETE /api/v1/conversations/{known.rows_of('alice')[0].id}")
    known.reply("bob", first, "are you there?")
    assert rows(alice) == []
    alice.call(f"POST /api/v1/statuses/{first}/unmute")
    known.reply("bob", first, "now?")
    assert len(rows(alice)) == 1


def test_edit_does_not_touch_the_row(known: Simulator, alice: Scene) -> None:
    status = str(known.direct("bob", "alice", "hello")["id"])
    alice.call(f"POST /api/v1/conversations/{known.rows_of('alice')[0].id}/read")
    known.edit_status(status, "@alice hello there")
    (row,) = rows(alice)
    assert row["unread"] is False
    assert "hello there" in str(row["last_status"])


@pytest.mark.parametrize("sim", ["sharkey"], indirect=True)
def test_sharkey_only_lists(sim: Simulator, alice: Scene) -> None:
    sim.direct("bob", "alice", "hello")
    (row,) = rows(alice)
    answer = alice.call(f"POST /api/v1/conversations/{row['id']}/read")
    assert answer.status_code == 401


def test_context_holds_the_whole_thread(known: Simulator, alice: Scene) -> None:
    first = str(known.direct("bob", "alice", "one")["id"])
    second = str(known.reply("alice", first, "two")["id"])
    third = str(known.reply("bob", second, "three")["id"])
    known.direct("bob", "carol", "not for alice", reply_to=second)
    found = alice.call(f"GET /api/v1/statuses/{second}/context").json()
    assert [row["id"] for row in found["ancestors"]] == [first]
    assert [row["id"] for row in found["descendants"]] == [third]

"""Sending to simulated hosts over real sockets, also when the answer never comes."""

from datetime import UTC, datetime

import pytest

from inboxhub.networks.base import RemoteAuthor
from inboxhub.networks.errors import OutcomeUnknown, PermanentError, TemporaryError
from inboxhub.networks.mastodon import Client
from inboxhub.networks.writing import Draft
from simulators.mastodon import Simulator
from tests.networks.mastodon.live import everywhere, person, received, to, written

POST = "api/v1/statuses"


@everywhere
def test_answer_reaches_all_and_only_the_people(sim: Simulator, client: Client) -> None:
    parent = received(sim, others=",carol,erin@remote.example")
    sent = client.send(written(client, "hi all", answers=parent))
    (status,) = sim.statuses_of("alice")
    assert (status.text, status.visibility) == (
        "@bob @carol @erin@remote.example hi all",
        "direct",
    )
    assert (status.reply_to, status.id) == (parent.remote_id, sent.remote_id)
    assert sent.unreached == ()
    assert sent.message is not None
    assert (sent.message.source, sent.message.outgoing) == ("direct", True)
    assert "alice" not in status.text


@everywhere
def test_lost_answer_is_found_once(sim: Simulator, client: Client) -> None:
    draft = written(client, "only once", answers=received(sim))
    sim.fault(POST, "lost", times=1)
    with pytest.raises(OutcomeUnknown):
        client.send(draft)
    (status,) = sim.statuses_of("alice")
    (found,) = client.find_sent(draft)
    assert found.remote_id == status.id
    assert found.message is not None
    assert found.unreached == ()
    assert len(sim.statuses_of("alice")) == 1


@everywhere
@pytest.mark.parametrize("kind", ["drop", "status"])
def test_what_never_arrived_is_not_found(
    sim: Simulator, client: Client, kind: str
) -> None:
    draft = written(client, "not yet", answers=received(sim))
    sim.fault(POST, kind, times=1)
    with pytest.raises(OutcomeUnknown):
        client.send(draft)
    assert client.find_sent(draft) == ()
    assert client.send(draft).remote_id
    assert len(sim.statuses_of("alice")) == 1


@everywhere
@pytest.mark.parametrize("kind", ["truncate", "cut"])
def test_half_an_answer_decides_nothing(
    sim: Simulator, client: Client, kind: str
) -> None:
    draft = written(client, "half", recipients=(person(sim, "bob"),))
    sim.fault(POST, kind, times=1)
    with pytest.raises(OutcomeUnknown):
        client.send(draft)
    (found,) = client.find_sent(draft)
    assert sim.find_status(found.remote_id)


@everywhere
def test_same_words_of_before_are_not_taken_for_it(
    sim: Simulator, client: Client
) -> None:
    parent = received(sim)
    client.send(written(client, "ok", answers=parent))
    draft = written(client, "ok", answers=parent)
    assert client.find_sent(draft) == ()
    client.send(draft)
    assert len(client.find_sent(draft)) == 1


@everywhere
def test_same_words_to_somebody_else_are_not_taken_for_it(
    sim: Simulator, client: Client
) -> None:
    first = written(client, "ok", recipients=(person(sim, "bob"),))
    second = written(client, "ok", recipients=(person(sim, "carol"),))
    client.send(first)
    assert client.find_sent(second) == ()
    client.send(second)
    assert [len(client.find_sent(one)) for one in (first, second)] == [1, 1]


@everywhere
def test_clock_of_the_host_does_not_hide_what_was_sent(
    sim: Simulator, client: Client
) -> None:
    sim.direct("alice", "bob", "an old one")
    sim.advance(1)
    draft = written(client, "late?", answers=received(sim))
    draft = Draft(
        key=draft.key,
        started_at=datetime(2040, 1, 1, tzinfo=UTC),
        text=draft.text,
        answers=draft.answers,
        known=draft.known,
    )
    client.send(draft)
    assert len(client.find_sent(draft)) == 1


def test_same_key_is_one_status_on_mastodon(sim: Simulator, client: Client) -> None:
    draft = written(client, "hi", answers=received(sim))
    assert client.send(draft).remote_id == client.send(draft).remote_id
    (call,) = sim.calls("POST /api/v1/statuses")[:1]
    assert call.headers["Idempotency-Key"] == draft.key


def test_key_of_a_deleted_status_is_told(sim: Simulator, client: Client) -> None:
    draft = written(client, "hi", answers=received(sim))
    sim.delete_status(client.send(draft).remote_id)
    with pytest.raises(PermanentError) as caught:
        client.send(draft)
    assert caught.value.code == "sent-and-deleted"
    assert client.find_sent(draft) == ()


@everywhere
@pytest.mark.parametrize("text", ["tell @dave not", "@dave hi", "so,@dave: look"])
def test_third_person_named_in_a_direct_message_stops_it(
    sim: Simulator, client: Client, text: str
) -> None:
    draft = written(client, text, answers=received(sim))
    with pytest.raises(PermanentError) as caught:
        client.send(draft)
    assert caught.value.code == "unexpected-people"
    assert sim.statuses_of("alice") == []


@everywhere
def test_added_person_may_be_named(sim: Simulator, client: Client) -> None:
    dave = person(sim, "dave")
    draft = written(
        client, "@dave is here too", answers=received(sim), recipients=(dave,)
    )
    assert client.send(draft).unreached == ()
    (status,) = sim.statuses_of("alice")
    assert status.text == "@bob @dave is here too"


@everywhere
def test_person_of_a_host_that_is_gone_is_not_reached(
    sim: Simulator, client: Client
) -> None:
    ghost = RemoteAuthor("9" * 18, "@ghost@gone.example", "Ghost")
    draft = written(client, "hello?", recipients=(person(sim, "bob"), ghost))
    assert client.send(draft).unreached == ("@ghost@gone.example",)
    (found,) = client.find_sent(draft)
    assert found.unreached == ("@ghost@gone.example",)


@everywhere
def test_direct_message_for_nobody_is_not_sent(sim: Simulator, client: Client) -> None:
    with pytest.raises(PermanentError) as caught:
        client.send(written(client, "to nobody"))
    assert caught.value.code == "no-recipient"
    assert sim.statuses_of("alice") == []


@pytest.mark.parametrize(
    ("parent", "wanted", "given"),
    [
        ("public", "", "public"),
        ("public", "direct", "direct"),
        ("public", "private", "private"),
        ("unlisted", "public", "unlisted"),
        ("unlisted", "", "unlisted"),
        ("private", "", "direct"),
        ("private", "public", "private"),
        ("direct", "public", "direct"),
    ],
)
def test_answer_is_never_wider_than_what_it_answers(
    sim: Simulator, client: Client, parent: str, wanted: str, given: str
) -> None:
    asked = sim.mention("bob", "alice", "what do you say?", visibility=parent)
    source = "direct" if parent == "direct" else "status"
    answers = to(str(asked["id"]), source)
    client.send(written(client, "this", answers=answers, visibility=wanted))
    (status,) = sim.statuses_of("alice")
    assert status.visibility == given


@everywhere
def test_answer_to_a_boost_answers_what_was_boosted(
    sim: Simulator, client: Client
) -> None:
    original = sim.status("bob", "look at this")["id"]
    boost = to(str(sim.reblog("carol", str(original))["id"]), "status")
    draft = written(client, "nice", answers=boost)
    client.send(draft)
    (status,) = sim.statuses_of("alice")
    assert (status.text, status.reply_to) == ("@bob nice", original)
    assert len(client.find_sent(draft)) == 1


@everywhere
def test_answer_to_what_is_gone_is_not_sent(sim: Simulator, client: Client) -> None:
    parent = received(sim)
    sim.delete_status(parent.remote_id)
    with pytest.raises(PermanentError) as caught:
        client.send(written(client, "too late", answers=parent))
    assert caught.value.code == "answered-is-gone"
    assert sim.calls("POST /api/v1/statuses") == []


def test_refusal_is_told_in_the_words_of_the_host(
    sim: Simulator, client: Client
) -> None:
    draft = written(client, "x" * 501, answers=received(sim))
    with pytest.raises(PermanentError) as caught:
        client.send(draft)
    told = "Validation failed: Text character limit of 500 exceeded"
    assert caught.value.stored == told


def test_pause_is_a_pause_and_nothing_was_sent(sim: Simulator, client: Client) -> None:
    draft = written(client, "hi", answers=received(sim))
    sim.limit("posting", 0, 10_800)
    with pytest.raises(TemporaryError) as caught:
        client.send(draft)
    assert not isinstance(caught.value, OutcomeUnknown)
    assert caught.value.code == "too-many-calls"
    assert sim.statuses_of("alice") == []


def test_person_whom_the_host_did_not_know_is_reached(
    sim: Simulator, client: Client
) -> None:
    sim.person_elsewhere("zoe@far.example")
    (zoe,) = client.find_people("zoe@far.example")
    sent = client.send(written(client, "hi", recipients=(zoe,)))
    assert sent.unreached == ()
    (status,) = sim.statuses_of("alice")
    assert status.text == "@zoe@far.example hi"

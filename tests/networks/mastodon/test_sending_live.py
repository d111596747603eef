"""Sending to simulated hosts over real sockets, also when the answer never comes."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from uuid import uuid4

import pytest

from inboxhub.lib.http import Http
from inboxhub.networks.base import (
    OutcomeUnknown,
    PermanentError,
    RemoteAuthor,
    Target,
    TemporaryError,
)
from inboxhub.networks.budget import Budgets
from inboxhub.networks.mastodon import Client
from inboxhub.networks.writing import Draft, Upload
from simulators import mastodon
from simulators.mastodon import Simulator

POST = "api/v1/statuses"
PROFILES = ["4.6", "4.1", "3.5", "gotosocial"]
everywhere = pytest.mark.parametrize("sim", PROFILES, indirect=True)


@pytest.fixture
def sim(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """The newest version, or the one that the test names by indirect parametrization."""
    with mastodon.running(profile=getattr(request, "param", "4.6")) as sim:
        sim.policy("alice", for_private_mentions="accept")
        yield sim


@pytest.fixture
def client(sim: Simulator) -> Client:
    """Alice's."""
    return client_of(sim)


def client_of(sim: Simulator, scopes: list[str] | None = None) -> Client:
    found = Client(
        Http(private_hosts=[sim.host]),
        sim.host,
        {"token": sim.token("alice", scopes), "scope": " ".join(scopes or [])},
    )
    # On this clock a moment passes with every look, so that no test waits.
    found.budgets = Budgets(count(1000.0, 0.25).__next__, lambda _seconds: None)
    return found


def person(sim: Simulator, acct: str) -> RemoteAuthor:
    handle = f"@{acct}" if "@" in acct else f"@{acct}@{sim.state.domain}"
    return RemoteAuthor(sim.id_of(acct), handle, acct)


def to(status: str, source: str = "direct") -> Target:
    return Target(source, status)


def written(
    client: Client,
    text: str,
    *,
    answers: Target | None = None,
    recipients: tuple[RemoteAuthor, ...] = (),
    visibility: str = "",
    files: tuple[str, ...] = (),
) -> Draft:
    """A draft on its first try."""
    draft = Draft(
        key=str(uuid4()),
        started_at=datetime.now(UTC),
        text=text,
        answers=answers,
        recipients=recipients,
        visibility=visibility,
        file_ids=files,
    )
    known = client.sent_before(draft)
    return Draft(
        key=draft.key,
        started_at=draft.started_at,
        text=text,
        answers=answers,
        recipients=recipients,
        visibility=visibility,
        file_ids=files,
        known=known,
    )


def received(sim: Simulator, *, by: str = "bob", others: str = "") -> Target:
    """A direct message to alice."""
    return to(str(sim.direct(by, f"alice{others}", "hello?")["id"]))


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


@everywhere
def test_picture_goes_along(sim: Simulator, client: Client) -> None:
    file_id = client.upload(
        Upload('猫 "1".png', "image/png", b"bytes", "a cat", sensitive=True)
    )
    draft = written(client, "look", answers=received(sim), files=(file_id,))
    sent = client.send(draft)
    assert sent.message is not None
    (picture,) = sent.message.attachments
    assert (picture.description, picture.sensitive) == ("a cat", True)
    (stored,) = sim.state.media.values()
    assert (stored.content, stored.mime) == (b"bytes", "image/png")
    assert len(client.find_sent(draft)) == 1


def test_picture_that_takes_long_is_waited_for(sim: Simulator) -> None:
    sim.slow(3600)
    client = client_of(sim)
    seconds: list[float] = []

    def wait(some: float) -> None:
        seconds.append(some)
        if len(seconds) == 3:
            sim.finish()

    client.budgets = Budgets(count(1000.0, 0.25).__next__, wait)
    file_id = client.upload(Upload("cat.png", "image/png", b"bytes"))
    assert sim.state.media[file_id].ready
    assert len(seconds) == 3


def test_picture_that_takes_too_long_comes_later(
    sim: Simulator, client: Client
) -> None:
    sim.slow(3600)
    with pytest.raises(TemporaryError) as caught:
        client.upload(Upload("cat.png", "image/png", b"bytes"))
    assert caught.value.code == "PROCESSING"


@pytest.mark.parametrize("seconds", [0, 3600])
def test_picture_that_the_host_fails_at_is_refused(
    sim: Simulator, client: Client, seconds: int
) -> None:
    sim.slow(seconds)
    sim.spoil_uploads()
    with pytest.raises(PermanentError) as caught:
        client.upload(Upload("cat.png", "image/png", b"bytes"))
    assert caught.value.stored == "Error processing thumbnail for uploaded media"


@everywhere
def test_favourite_is_given_and_taken_back(sim: Simulator, client: Client) -> None:
    target = received(sim)
    for _ in range(2):
        assert client.react(target, "⭐").state == "done"
    assert [n.type for n in sim.notifications_of("bob")] == ["favourite"]
    for _ in range(2):
        assert client.unreact(target, "⭐").state == "done"
    assert sim.notifications_of("bob") == []
    assert client.react(target, "🎉").error == "not-offered"
    sim.delete_status(target.remote_id)
    assert client.react(target, "⭐").state == "gone"


@everywhere
def test_follow_request_is_answered_once(sim: Simulator, client: Client) -> None:
    for name in ("bob", "carol"):
        sim.request_follow(name, "alice")
    bob, carol = (
        Target("follow_request", sim.id_of(name)) for name in ("bob", "carol")
    )
    assert [o.state for o in client.accept([bob, bob])] == ["done", "gone"]
    assert [o.state for o in client.reject([carol, carol])] == ["done", "gone"]
    assert sim.follow_requests_of("alice") == []
    assert list(sim.state.follows) == [(sim.id_of("bob"), sim.id_of("alice"))]


def test_filtered_person_is_let_in_or_thrown_out(
    sim: Simulator, client: Client
) -> None:
    sim.policy("alice", for_private_mentions="filter")
    for name in ("bob", "carol"):
        sim.direct(name, "alice", "let me in")
    carol, bob = (
        Target("notification_request", row.id)
        for row in sorted(
            sim.requests_of("alice"),
            key=lambda row: sim.state.users[row.from_id].acct,
            reverse=True,
        )
    )
    assert [o.state for o in client.accept([bob, bob])] == ["done", "gone"]
    assert [o.state for o in client.reject([carol])] == ["done"]
    assert len(sim.rows_of("alice")) == 1
    assert sim.requests_of("alice") == []


@everywhere
def test_all_notices_are_cleared(sim: Simulator, client: Client) -> None:
    sim.mention("bob", "alice", "hello")
    client.clear_notices()
    assert sim.notifications_of("alice") == []
    client.clear_notices()


@everywhere
def test_people_are_found_by_what_is_typed(sim: Simulator, client: Client) -> None:
    sim.person_elsewhere("zoe@far.example")
    typed = ["bob", "@bob", f"@bob@{sim.state.domain}", f"{sim.url}/@bob"]
    for text in typed:
        first = client.find_people(text)[0]
        assert (first.remote_id, first.handle) == (
            sim.id_of("bob"),
            f"@bob@{sim.state.domain}",
        )
    (zoe,) = client.find_people("@zoe@far.example")
    assert zoe.handle == "@zoe@far.example"
    assert client.find_people("alice") == ()
    assert client.find_people("nobody@nowhere.example") == ()
    assert client.find_people("  ") == ()


def test_person_whom_the_host_did_not_know_is_reached(
    sim: Simulator, client: Client
) -> None:
    sim.person_elsewhere("zoe@far.example")
    (zoe,) = client.find_people("zoe@far.example")
    sent = client.send(written(client, "hi", recipients=(zoe,)))
    assert sent.unreached == ()
    (status,) = sim.statuses_of("alice")
    assert status.text == "@zoe@far.example hi"

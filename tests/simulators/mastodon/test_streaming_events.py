"""What happens on a host as events of its streams: to whom, when, and to whom not."""

import json
from time import monotonic

import pytest
from websockets.exceptions import ConnectionClosed

from simulators.mastodon import Simulator
from tests.simulators.ears import named
from tests.simulators.mastodon.ears import Ear, listening, opened, payload_of
from tests.simulators.mastodon.scene import Scene

GOTOSOCIAL = pytest.mark.parametrize("sim", ["gotosocial"], indirect=True)
BOTH = pytest.mark.parametrize("sim", ["4.6", "gotosocial"], indirect=True)
OLD = pytest.mark.parametrize("sim", ["4.1"], indirect=True)
CONVERSATION = ("direct", "conversation")
MENTION = ("user", "notification mention")
ROWS = "/api/v1/conversations"


def let_in(sim: Simulator, person: str = "alice") -> None:
    sim.policy(person, for_private_mentions="accept")


def closed_without_code(ear: Ear) -> bool:
    with pytest.raises(ConnectionClosed) as closed:
        ear.until(lambda frame: False)
    return closed.value.rcvd is not None and closed.value.rcvd.code == 1005


# --- Direct messages ------------------------------------------------------------------


def test_words_of_a_stranger_are_not_told(sim: Simulator) -> None:
    with listening(sim, "user", "direct") as ear:
        sim.direct("bob", "alice", "you do not know me")
        assert ear.settled() == []
    assert len(sim.requests_of("alice")) == 1


def test_merge_in_the_background_tells_of_itself(sim: Simulator, alice: Scene) -> None:
    sim.direct("bob", "alice", "let me in")
    request = sim.requests_of("alice")[0].id
    sim.slow(0.1)
    with listening(sim, "user", "direct") as ear:
        alice.call(f"POST /api/v1/notifications/requests/{request}/accept")
        assert ear.next()["event"] == "conversation"
        assert (ear.next()["event"], ear.heard[-1]["payload"]) == (
            "notifications_merged",
            "1",
        )


@BOTH
def test_reading_elsewhere_is_told_by_mastodon_only(
    sim: Simulator, alice: Scene
) -> None:
    let_in(sim)
    alice.headers["User-Agent"] = "test"
    sim.direct("bob", "alice", "hello")
    row = sim.rows_of("alice")[0].id
    with listening(sim, "direct") as ear:
        alice.call(f"POST {ROWS}/{row}/read")
        alice.call(f"POST {ROWS}/{row}/unread")
        alice.call(f"DELETE {ROWS}/{row}")
        told = [payload_of(frame)["unread"] for frame in ear.frames()]
    mastodon = sim.state.profile.software == "mastodon"
    assert told == ([False, True] if mastodon else [])


@BOTH
def test_own_message_is_a_conversation_on_mastodon_only(sim: Simulator) -> None:
    with listening(sim, "user", "direct") as ear:
        sim.direct("alice", "bob", "hello")
        own = [CONVERSATION] if sim.state.profile.software == "mastodon" else []
        assert ear.settled() == [("user", "update"), *own]


def test_older_message_that_goes_shortens_its_row(sim: Simulator) -> None:
    let_in(sim)
    first = named(sim.direct("bob", "alice", "one"))
    second = named(sim.reply("bob", first, "two"))
    with listening(sim, "direct") as ear:
        sim.delete_status(first)
        (frame,) = ear.frames()
        assert payload_of(frame)["last_status"]
        sim.delete_status(second)
        assert ear.settled() == []


@BOTH
def test_deleted_message_is_a_bare_id(sim: Simulator) -> None:
    let_in(sim)
    first = named(sim.direct("bob", "alice", "regretted"))
    with listening(sim, "user") as ear:
        sim.delete_status(first)
        (frame,) = ear.frames()
    assert frame == {"stream": ["user"], "event": "delete", "payload": first}


@GOTOSOCIAL
def test_gotosocial_tells_deletions_to_all_and_on_direct(sim: Simulator) -> None:
    status = named(sim.status("bob", "not for kai", visibility="private"))
    with listening(sim, "direct", user="kai") as ear:
        sim.delete_status(status)
        assert ear.settled() == [("direct", "delete")]


@GOTOSOCIAL
def test_gotosocial_tells_an_edit_as_another_notification(sim: Simulator) -> None:
    status = named(sim.direct("bob", "alice", "helo"))
    with listening(sim, "user") as ear:
        sim.edit_status(status, "@alice hello")
        sim.edit_status(status, "@alice hello!")
        first, second = (payload_of(frame) for frame in ear.frames())
    assert first["type"] == second["type"] == "update"
    assert first["id"] != second["id"]


@OLD
def test_older_hosts_do_not_tell_strangers_edits(sim: Simulator) -> None:
    status = named(sim.mention("bob", "alice", "helo"))
    with listening(sim, "user", "user:notification") as ear:
        sim.edit_status(status, "@alice hello")
        assert ear.settled() == []


# --- The home timeline ----------------------------------------------------------------


@BOTH
def test_home_brings_what_followed_people_say(sim: Simulator) -> None:
    let_in(sim)
    sim.follow("alice", "bob")
    carols = named(sim.status("carol", "not followed"))
    with listening(sim, "user") as ear:
        sim.status("bob", "to all")
        sim.status("bob", "to followers", visibility="private")
        sim.reply("bob", carols, "whom alice does not follow")
        sim.reblog("bob", carols)
        sim.direct("bob", "carol", "not for alice")
        sim.direct("bob", "alice", "for alice")
        sim.mute("alice", "bob")
        sim.status("bob", "muted")
        assert ear.settled() == [("user", "update")] * 4 + [MENTION]


def test_boost_that_is_taken_back_is_deleted(sim: Simulator, alice: Scene) -> None:
    status = named(sim.status("bob", "good"))
    with listening(sim, "user") as ear:
        boost = alice.call(f"POST /api/v1/statuses/{status}/reblog").json()["id"]
        alice.call(f"POST /api/v1/statuses/{status}/unreblog")
        new, gone = ear.frames()
    assert (new["event"], payload_of(new)["id"]) == ("update", boost)
    assert (gone["event"], gone["payload"]) == ("delete", boost)


# --- Notices --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sim", ["4.6", "4.1", "3.5", "gotosocial"], indirect=True, ids=str
)
def test_each_kind_of_notification_is_told(sim: Simulator) -> None:
    status = named(sim.status("alice", "mine", choices=["tea", "coffee"]))
    with (
        listening(sim, "user:notification")
        if _names(sim)
        else opened(sim, sim.token("alice"), query="stream=user:notification") as ear
    ):
        sim.await_streams(lambda found: found[0].listens if found else False)
        sim.favourite("bob", status)
        sim.reblog("bob", status)
        sim.follow("bob", "alice")
        sim.request_follow("dave", "alice")
        sim.end_poll(status)
        sim.notice("alice", "something_new", by="bob")
        kinds = [event.partition(" ")[2] for _, event in ear.settled()]
    assert kinds == [
        "favourite",
        "reblog",
        "follow",
        "follow_request",
        "poll",
        "something_new",
    ]


def _names(sim: Simulator) -> bool:
    """Say whether the stream may be asked for by a frame."""
    return sim.state.profile.software == "mastodon"


@pytest.mark.parametrize(
    ("sim", "told"),
    [
        ("4.6", []),
        ("4.1", [{"stream": ["user"], "event": "filters_changed"}]),
        (
            "gotosocial",
            [{"stream": ["user"], "event": "filters_changed", "payload": ""}],
        ),
    ],
    indirect=["sim"],
)
def test_changed_filters_are_told_differently(
    sim: Simulator, alice: Scene, told: list[object]
) -> None:
    alice.headers["User-Agent"] = "test"
    with listening(sim, "user") as ear:
        words = {"title": "quiet", "context": ["home"]}
        made = alice.call("POST /api/v2/filters", words).json()["id"]
        alice.call(f"DELETE /api/v2/filters/{made}")
        assert ear.frames() == told * 2


def test_announcements_are_told_to_everybody(sim: Simulator) -> None:
    with listening(sim, "user") as one, listening(sim, "user", user="kai") as other:
        news = named(sim.announce("<p>soon</p>"))
        sim.react_to_announcement("bob", news, "🤔")
        sim.take_down(news)
        for ear in (one, other):
            new, reaction, gone = ear.frames()
            assert "read" not in payload_of(new)
            assert payload_of(reaction) == {
                "name": "🤔",
                "count": 1,
                "announcement_id": news,
            }
            assert gone["payload"] == news


# --- Tokens that die ------------------------------------------------------------------


def test_revoked_token_closes_its_own_streams_only(sim: Simulator) -> None:
    scopes = ["read"]
    with (
        listening(sim, "user") as other,
        opened(sim, sim.token("alice", scopes)) as ear,
    ):
        ear.subscribe("user")
        sim.revoke("alice", token=sim.token("alice", scopes))
        assert closed_without_code(ear)
        sim.mention("bob", "alice", "hello")
        assert other.settled() == [MENTION]


@pytest.mark.parametrize("how", ["program", "page", "disable", "vacuum"])
def test_every_way_to_lose_a_token_closes_streams(sim: Simulator, how: str) -> None:
    token = sim.token("alice")
    with opened(sim, token) as ear:
        ear.subscribe("user")
        match how:
            case "disable":
                sim.disable("alice")
            case "vacuum":
                sim.vacuum_apps()
            case _:
                _revoke(sim, token, page=how == "page")
        assert closed_without_code(ear)
    assert sim.connections() == []


def _revoke(sim: Simulator, token: str, *, page: bool) -> None:
    scene = Scene(sim)
    if page:
        url = "POST /oauth/authorized_applications"
        assert scene.form(url, token=token[:10]).status_code == 302
        return
    app = sim.state.apps[sim.state.tokens[token].app_id]
    words = {"client_id": app.client_id, "client_secret": app.client_secret}
    assert scene.form("POST /oauth/revoke", token=token, **words).status_code == 200


@GOTOSOCIAL
def test_gotosocial_goes_on_telling_a_revoked_token(sim: Simulator) -> None:
    with listening(sim, "user") as ear:
        sim.revoke("alice")
        sim.mention("bob", "alice", "still here?")
        assert ear.settled() == [MENTION]


# --- Late, early, never ---------------------------------------------------------------


def test_nothing_is_told_again(sim: Simulator) -> None:
    with listening(sim, "user"):
        pass
    sim.await_streams(lambda found: not found)
    sim.mention("bob", "alice", "nobody listens")
    with listening(sim, "user") as ear:
        assert ear.settled() == []


def test_events_may_be_held_back_until_the_api_knows_all(
    sim: Simulator, alice: Scene
) -> None:
    with listening(sim, "user") as ear:
        sim.hold_streams()
        for text in ("one", "two"):
            sim.mention("bob", "alice", text)
        assert len(alice.call("GET /api/v1/notifications").json()) == 2
        with pytest.raises(TimeoutError):
            ear.socket.recv(timeout=0)
        sim.release_streams()
        sim.mention("bob", "alice", "three")
        contents = [json.dumps(payload_of(frame)) for frame in ear.frames()]
    assert len(contents) == 3
    for word, content in zip(("one", "two", "three"), contents, strict=True):
        assert word in content


def test_events_may_be_late_and_keep_their_order(sim: Simulator) -> None:
    with listening(sim, "user") as ear:
        begun = monotonic()
        sim.stream_lag(0.2)
        sent = [named(sim.mention("bob", "alice", str(n))) for n in range(5)]
        frames = ear.frames()
        assert monotonic() - begun >= 0.2
    found = [payload_of(frame)["status"] for frame in frames]
    assert [row["id"] for row in found if isinstance(row, dict)] == sent


def test_lists_may_be_late_behind_the_events(sim: Simulator, alice: Scene) -> None:
    let_in(sim)
    first = named(sim.direct("bob", "alice", "old"))
    sim.api_lag(60)
    with listening(sim, "user", "direct") as ear:
        sim.reply("bob", first, "new")
        sim.direct("carol", "alice", "new as well")
        assert ear.settled() == [MENTION, CONVERSATION] * 2
    rows = alice.call(f"GET {ROWS}").json()
    assert [row["last_status"]["id"] for row in rows] == [first]
    assert len(alice.call("GET /api/v1/notifications").json()) == 1
    sim.advance(61)
    assert len(alice.call(f"GET {ROWS}").json()) == 2
    assert len(alice.call("GET /api/v1/notifications").json()) == 3

"""Statuses are published, answered, edited, deleted; what is refused and why."""

import pytest

from simulators.mastodon import Simulator
from tests.simulators.mastodon.scene import Scene

POST = "POST /api/v1/statuses"
KEY = {"Idempotency-Key": "one-key"}
WORDS = {"status": "@bob hello", "visibility": "direct"}


def test_same_key_gives_the_same_status(sim: Simulator, alice: Scene) -> None:
    first = alice.call(POST, WORDS, KEY).json()["id"]
    assert (
        alice.call(POST, {**WORDS, "status": "@bob other"}, KEY).json()["id"] == first
    )
    assert len(sim.statuses_of("alice")) == 1
    yuki = Scene(sim, sim.token("yuki"))
    assert yuki.call(POST, WORDS, KEY).json()["id"] != first


@pytest.mark.parametrize(
    ("sim", "made"), [("4.6", 1), ("4.1", 2), ("3.5", 2)], indirect=["sim"]
)
def test_posts_at_once_with_one_key_are_two_before_the_lock(
    sim: Simulator, alice: Scene, made: int
) -> None:
    sim.slow(10)
    for _ in range(2):
        alice.call(POST, WORDS, KEY)
    assert len(sim.statuses_of("alice")) == made
    sim.finish()
    alice.call(POST, WORDS, KEY)
    assert len(sim.statuses_of("alice")) == made


def test_key_is_forgotten_after_an_hour(sim: Simulator, alice: Scene) -> None:
    first = alice.call(POST, WORDS, KEY).json()["id"]
    sim.advance(3_601)
    assert alice.call(POST, WORDS, KEY).json()["id"] != first


def test_key_of_a_deleted_status_is_not_found(sim: Simulator, alice: Scene) -> None:
    first = alice.call(POST, WORDS, KEY).json()["id"]
    alice.call(f"DELETE /api/v1/statuses/{first}")
    assert alice.call(POST, WORDS, KEY).status_code == 404


@pytest.mark.parametrize("sim", ["gotosocial"], indirect=True)
def test_gotosocial_ignores_the_key(sim: Simulator, alice: Scene) -> None:
    for _ in range(2):
        alice.call(POST, WORDS, KEY)
    assert len(sim.statuses_of("alice")) == 2


@pytest.mark.parametrize(
    ("sim", "status"),
    [("4.6", 422), ("4.1", 200), ("gotosocial", 200)],
    indirect=["sim"],
)
def test_unexpected_reader_stops_the_post(
    sim: Simulator, alice: Scene, status: int
) -> None:
    body: dict[str, object] = {
        "status": "@bob did you hear from @carol?",
        "allowed_mentions": [sim.id_of("bob")],
    }
    answer = alice.call(POST, body)
    assert answer.status_code == status
    if status == 422:
        (found,) = answer.json()["unexpected_accounts"]
        assert found["acct"] == "carol"
        assert sim.statuses_of("alice") == []


def test_only_known_names_are_addressed(sim: Simulator, alice: Scene) -> None:
    text = "@bob @nobody @erin@remote.example mail@carol https://x.example/@dave"
    answer = alice.call(POST, {"status": text, "visibility": "direct"}).json()
    names = [mention["acct"] for mention in answer["mentions"]]
    assert names == ["bob", "erin@remote.example"]


def test_reply_does_not_inherit_the_visibility(sim: Simulator, alice: Scene) -> None:
    sim.follow("alice", "bob")
    status = sim.direct("bob", "alice", "hello")["id"]
    body = {"status": "@bob hi", "in_reply_to_id": status}
    answer = alice.call(POST, body).json()
    assert (answer["visibility"], answer["in_reply_to_id"]) == ("public", status)
    assert answer["in_reply_to_account_id"] == sim.id_of("bob")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"status": ""}, "can't be blank"),
        ({"status": "x" * 501}, "500"),
        ({"status": "x", "media_ids": ["1"]}, "File"),
        ({"status": "x", "media_ids": list("12345")}, "more than 4 files"),
        ({"status": "x", "visibility": "loud"}, "visibility"),
    ],
)
def test_invalid_post_is_refused_with_a_reason(
    alice: Scene, body: dict[str, object], words: str
) -> None:
    answer = alice.call(POST, body)
    assert answer.status_code == 422
    assert words in answer.json()["error"]


def test_long_addresses_count_as_short(alice: Scene) -> None:
    link = "https://example.org/" + "x" * 400
    text = f"{link} {'y' * 476} @bob"
    assert alice.call(POST, {"status": text}).status_code == 422
    text = f"{link} {'y' * 470} @bob"
    assert alice.call(POST, {"status": text}).status_code == 200


def test_reply_to_what_one_cannot_see_is_not_found(
    sim: Simulator, alice: Scene
) -> None:
    status = sim.direct("bob", "carol", "secret")["id"]
    body = {"status": "what?", "in_reply_to_id": status}
    answer = alice.call(POST, body, {"Accept-Language": "ja"})
    assert (answer.status_code, answer.json()) == (
        404,
        {"error": "レコードが見つかりません"},
    )


def test_text_becomes_markup_as_mastodon_writes_it(alice: Scene) -> None:
    text = (
        "@bob <b> &\nhttps://www.example.org/a/very/long/path/that/is/cut #Tag\n\nend"
    )
    content = alice.call(POST, {"status": text}).json()["content"]
    assert content.startswith('<p><span class="h-card" translate="no"><a href="')
    assert "&lt;b&gt; &amp;<br />" in content
    assert '<span class="invisible">https://www.</span>' in content
    assert '<span class="ellipsis">example.org/a/very/long/path/t</span>' in content
    assert content.endswith("#<span>Tag</span></a></p><p>end</p>")


def test_only_the_author_deletes(sim: Simulator, alice: Scene) -> None:
    theirs = sim.status("bob", "mine")["id"]
    assert alice.call(f"DELETE /api/v1/statuses/{theirs}").status_code == 404
    own = alice.call(POST, {"status": "oops"}).json()["id"]
    gone = alice.call(f"DELETE /api/v1/statuses/{own}").json()
    assert gone["text"] == "oops"
    assert "content" not in gone
    assert alice.call(f"GET /api/v1/statuses/{own}").status_code == 404
    assert alice.call(f"DELETE /api/v1/statuses/{own}").status_code == 404


@pytest.mark.parametrize("sim", ["gotosocial"], indirect=True)
def test_gotosocial_forbids_deleting_others(sim: Simulator, alice: Scene) -> None:
    theirs = sim.status("bob", "mine")["id"]
    assert alice.call(f"DELETE /api/v1/statuses/{theirs}").status_code == 403


def test_direct_status_is_not_boosted(sim: Simulator, alice: Scene) -> None:
    own = sim.direct("alice", "bob", "for you")["id"]
    assert alice.call(f"POST /api/v1/statuses/{own}/reblog").status_code == 403
    public = sim.status("bob", "for all")["id"]
    boost = alice.call(f"POST /api/v1/statuses/{public}/reblog").json()
    assert boost["reblog"]["id"] == public
    assert boost["reblog"]["reblogged"] is True


def test_favourite_is_told_and_taken_back(sim: Simulator, alice: Scene) -> None:
    status = sim.status("kai", "hello")["id"]
    for _ in range(2):
        answer = alice.call(f"POST /api/v1/statuses/{status}/favourite").json()
        assert (answer["favourited"], answer["favourites_count"]) == (True, 1)
    assert [row.type for row in sim.notifications_of("kai")] == ["favourite"]
    answer = alice.call(f"POST /api/v1/statuses/{status}/unfavourite").json()
    assert answer["favourites_count"] == 0
    assert sim.notifications_of("kai") == []


def test_edit_keeps_the_history(sim: Simulator, alice: Scene) -> None:
    own = alice.call(POST, {"status": "one"}).json()["id"]
    sim.advance(60)
    edited = alice.call(f"PUT /api/v1/statuses/{own}", {"status": "two"}).json()
    assert edited["content"] == "<p>two</p>"
    assert edited["edited_at"] > edited["created_at"]
    history = alice.call(f"GET /api/v1/statuses/{own}/history").json()
    assert [state["content"] for state in history] == ["<p>one</p>", "<p>two</p>"]


def test_own_statuses_hold_direct_ones(sim: Simulator, alice: Scene) -> None:
    sim.direct("alice", "bob", "for you")
    sim.direct("alice", "carol", "for you too")
    url = f"GET /api/v1/accounts/{sim.id_of('alice')}/statuses"
    assert len(alice.call(url).json()) == 2
    assert len(Scene(sim, sim.token("bob")).call(url).json()) == 1
    assert Scene(sim).call(url).json() == []


def test_many_are_fetched_and_the_missing_left_out(
    sim: Simulator, alice: Scene
) -> None:
    ids = [str(sim.status("bob", str(place))["id"]) for place in range(2)]
    ids.append(str(sim.direct("bob", "carol", "secret")["id"]))
    found = alice.call("GET /api/v1/statuses", {"id[]": [*ids, "1"]}).json()
    assert [row["id"] for row in found] == ids[:2]


def test_filter_is_named_on_what_it_fits(sim: Simulator, alice: Scene) -> None:
    rule: dict[str, object] = {
        "title": "Food",
        "context": ["notifications"],
        "filter_action": "hide",
        "keywords_attributes": [{"keyword": "cake"}],
    }
    alice.call("POST /api/v2/filters", rule)
    status = sim.mention("bob", "alice", "Cake!")["id"]
    found = alice.call(f"GET /api/v1/statuses/{status}").json()["filtered"]
    assert found[0]["filter"]["filter_action"] == "hide"
    assert found[0]["keyword_matches"] == ["cake"]

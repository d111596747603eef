"""Notes that are sent to simulated hosts: whom they reach, and that they are sent once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from inboxhub.networks.errors import OutcomeUnknown, PermanentError, TemporaryError
from inboxhub.networks.misskey import Client
from inboxhub.networks.misskey.names import BREAK
from inboxhub.networks.writing import Upload
from simulators import pictures
from simulators.misskey import Simulator
from simulators.misskey.records import Note
from tests.networks.misskey.writing import PROFILES, draft, note, people, told

profiles = pytest.mark.parametrize("sim", PROFILES, indirect=True)
before_the_work = pytest.mark.parametrize("kind", ["drop", "status"])
after_the_work = pytest.mark.parametrize("kind", ["cut", "lost", "truncate"])


def written(sim: Simulator, user: str = "alice") -> Note:
    """The newest note of somebody."""
    return sim.notes_of(user)[-1]


def ids(sim: Simulator, *accts: str) -> set[str]:
    return {sim.id_of(acct) for acct in accts}


# --- Whom an answer reaches -----------------------------------------------------------


@profiles
def test_direct_answer_reaches_all_of_the_talk(sim: Simulator, client: Client) -> None:
    asked = sim.direct("bob", "alice, carol", "lunch?")
    sent = client.send(draft("gladly", answers=note(asked)))
    mine = written(sim)
    assert (mine.text, mine.visibility) == ("gladly", "specified")
    assert mine.reply_id == asked["id"]
    assert set(mine.visible_user_ids) == ids(sim, "bob", "carol")
    assert (sent.remote_id, sent.unreached) == (mine.id, ())
    message = told(sent.message)
    assert message.outgoing
    assert message.conversation_key == ",".join(sorted(ids(sim, "bob", "carol")))


def test_answer_to_own_direct_note_reaches_its_people(
    sim: Simulator, client: Client
) -> None:
    mine = sim.direct("alice", "bob, carol", "lunch?")
    client.send(draft("or dinner?", answers=note(mine, outgoing=True)))
    assert set(written(sim).visible_user_ids) == ids(sim, "bob", "carol")


def test_recipient_of_an_answer_comes_on_top(sim: Simulator, client: Client) -> None:
    asked = sim.direct("bob", "alice", "lunch?")
    added = people(sim, ["carol"])
    client.send(draft("with carol", answers=note(asked), recipients=added))
    assert set(written(sim).visible_user_ids) == ids(sim, "bob", "carol")


def test_answer_names_those_of_other_hosts(sim: Simulator, client: Client) -> None:
    asked = sim.direct("yuki@remote.example", "alice, bob", "@alice @bob lunch?")
    client.send(draft("gladly", answers=note(asked)))
    assert written(sim).text == "@yuki@remote.example gladly"
    client.send(draft("@yuki@remote.example gladly", answers=note(asked)))
    assert written(sim).text == "@yuki@remote.example gladly"


def test_public_answer_names_the_others_of_the_talk(
    sim: Simulator, client: Client
) -> None:
    asked = sim.note("bob", "@alice @carol what now?")
    client.send(draft("wait", answers=note(asked)))
    mine = written(sim)
    assert (mine.text, mine.visibility) == ("@carol wait", "public")
    assert set(mine.mentions) == ids(sim, "bob", "carol")


def test_answer_in_a_crowd_names_as_many_as_the_host_lets(
    sim: Simulator, client: Client
) -> None:
    crowd = [f"guest{number}" for number in range(25)]
    for name in crowd:
        sim.person(name)
    asked = sim.note("bob", " ".join(f"@{name}" for name in crowd))
    sent = client.send(draft("oh", answers=note(asked)))
    assert set(written(sim).mentions) == ids(sim, "bob", *crowd[:19])
    assert len(sent.unreached) == 6


@pytest.mark.parametrize("visibility", ["public", "specified"])
def test_names_in_the_text_address_nobody_else(
    sim: Simulator, client: Client, visibility: str
) -> None:
    asked = sim.note("bob", "@alice hm?", visibility=visibility, to=["alice"])
    text = "ask @carol, @yuki@remote.example or @bob; see https://a.example/@carol"
    sent = client.send(draft(text, answers=note(asked), content_warning="@carol"))
    mine = written(sim)
    assert set(mine.mentions) == ids(sim, "bob")
    assert (mine.text or "").replace(BREAK, "") == text
    assert "https://a.example/@carol" in (mine.text or "")
    assert client.find_sent(draft(text, answers=note(asked), content_warning="@carol"))
    assert sent.unreached == ()


@pytest.mark.parametrize(
    "hidden",
    [
        "#https://@mallory@evil.example",
        ":https://@mallory@evil.example",
        "<plain>`</plain> @mallory@evil.example `",
        r"\(`\) @mallory@evil.example `",
    ],
)
def test_name_hidden_in_a_link_or_in_code_is_broken(
    sim: Simulator, client: Client, hidden: str
) -> None:
    asked = sim.note("bob", "@alice hm?", visibility="specified", to=["alice"])
    new = draft(hidden, answers=note(asked), content_warning=hidden)
    client.send(new)
    mine = written(sim)
    for text in (mine.text or "", mine.cw or ""):
        assert f"@{BREAK}mallory@{BREAK}evil.example" in text
    assert client.find_sent(new)


@pytest.mark.parametrize("visibility", ["public", "home", "followers", "specified"])
@profiles
def test_answer_is_as_wide_as_what_it_answers(
    sim: Simulator, client: Client, visibility: str
) -> None:
    asked = sim.note("bob", "@alice hm?", visibility=visibility, to=["alice"])
    client.send(draft(answers=note(asked)))
    assert written(sim).visibility == visibility


@pytest.mark.parametrize(
    ("parent", "wanted"),
    [("specified", "followers"), ("followers", "home"), ("home", "public")],
)
@profiles
def test_answer_is_never_wider(
    sim: Simulator, client: Client, parent: str, wanted: str
) -> None:
    asked = sim.note("bob", "@alice hm?", visibility=parent, to=["alice"])
    with pytest.raises(PermanentError) as refused:
        client.send(draft(answers=note(asked), visibility=wanted))
    assert refused.value.code == "too-wide"
    assert sim.notes_of("alice") == []


def test_answer_may_be_narrower(sim: Simulator, client: Client) -> None:
    asked = sim.note("bob", "@alice @carol hm?")
    client.send(draft(answers=note(asked), visibility="specified"))
    assert written(sim).visibility == "specified"
    assert set(written(sim).visible_user_ids) == ids(sim, "bob", "carol")


def test_answer_in_a_channel_is_never_taken_for_private(
    sim: Simulator, client: Client
) -> None:
    asked = sim.note("bob", "@alice hm?", channel="c1")
    with pytest.raises(PermanentError) as refused:
        client.send(draft("a secret", answers=note(asked), visibility="specified"))
    assert refused.value.code == "channel-public"
    assert sim.notes_of("alice") == []
    client.send(draft("no secret", answers=note(asked)))
    assert (written(sim).visibility, written(sim).channel_id) == ("public", "c1")


def test_answer_stays_on_the_host_and_keeps_its_warning(
    sim: Simulator, client: Client
) -> None:
    asked = sim.note("bob", "@alice hm?", cw="film", local_only=True)
    sent = client.send(draft(answers=note(asked), content_warning="film"))
    assert (written(sim).local_only, written(sim).cw) == (True, "film")
    assert told(sent.message).content_warning == "film"


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (lambda sim: sim.direct("bob", "carol", "x"), "CANNOT_REPLY_TO_AN_INVISIBLE"),
        (lambda sim: {"id": "attn3j42y4y40018"}, "answered-is-gone"),
        (lambda sim: sim.renote("bob", sim.note("carol", "x")["id"]), "CANNOT_REPLY"),
    ],
    ids=["not for me", "gone", "renote"],
)
def test_what_cannot_be_answered_is_refused_for_good(
    sim: Simulator, client: Client, made: object, code: str
) -> None:
    assert callable(made)
    with pytest.raises(PermanentError) as refused:
        client.send(draft(answers=note(made(sim))))
    assert refused.value.code.startswith(code)
    assert sim.notes_of("alice") == []


def test_block_and_forbidden_words_are_refused_for_good(
    sim: Simulator, client: Client
) -> None:
    asked = sim.mention("bob", "alice", "hm?")
    sim.prohibit("casino")
    with pytest.raises(PermanentError) as refused:
        client.send(draft("a casino", answers=note(asked)))
    assert refused.value.code == "CONTAINS_PROHIBITED_WORDS"
    sim.block("bob", "alice")
    with pytest.raises(PermanentError) as refused:
        client.send(draft(answers=note(asked)))
    assert refused.value.code == "YOU_HAVE_BEEN_BLOCKED"


# --- New notes, text and pictures -----------------------------------------------------


@profiles
def test_new_note_is_for_its_recipients_only(sim: Simulator, client: Client) -> None:
    to = people(sim, ["bob", "yuki@remote.example"])
    sent = client.send(draft("a new one", recipients=to))
    mine = written(sim)
    assert mine.visibility == "specified"
    assert set(mine.visible_user_ids) == ids(sim, "bob", "yuki@remote.example")
    assert mine.text == "@yuki@remote.example a new one"
    assert [found.remote_id for found in client.find_sent(draft("a new one"))] == []
    look = draft("a new one", recipients=to)
    assert [found.remote_id for found in client.find_sent(look)] == [sent.remote_id]


def test_open_note_names_its_recipients(sim: Simulator, client: Client) -> None:
    to = people(sim, ["bob", "carol"])
    client.send(draft("look, @bob", recipients=to, visibility="home"))
    assert (written(sim).text, written(sim).visibility) == ("@carol look, @bob", "home")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, "no-recipient"),
        ({"visibility": "secret"}, "not-offered"),
        ({"visibility": "public", "text": " \u3000\n\0"}, "empty"),
        ({"visibility": "public", "text": "x" * 3001}, "too-long"),
        ({"visibility": "chat"}, "no-recipient"),
        ({"visibility": "home", "content_warning": "x" * 101}, "warning-too-long"),
        ({"visibility": "home", "content_warning": "@bob " * 20}, "warning-too-long"),
        ({"visibility": "public", "file_ids": ("a",) * 17}, "too-many-files"),
    ],
    ids=str,
)
def test_note_that_nobody_could_get_is_not_sent(
    sim: Simulator, client: Client, values: dict[str, object], code: str
) -> None:
    with pytest.raises(PermanentError) as refused:
        client.send(replace(draft(), **values))  # type: ignore[arg-type]  # a table
    assert refused.value.code == code
    assert sim.notes_of("alice") == []


@profiles
def test_text_arrives_whole_but_for_what_hosts_choke_on(
    sim: Simulator, client: Client
) -> None:
    text = "  a\0b\r\nc\ud800 \u202e字 <script> " + "🙂" * 2_900 + "\u3000 "
    sent = client.send(draft(text, visibility="public"))
    assert written(sim).text == "ab\nc \u202e字 <script> " + "🙂" * 2_900
    look = draft(text, visibility="public")
    assert [found.remote_id for found in client.find_sent(look)] == [sent.remote_id]


def test_names_in_front_are_left_out_where_there_is_no_room(
    sim: Simulator, client: Client
) -> None:
    asked = sim.direct("yuki@remote.example", "alice", "tell me all")
    client.send(draft("x" * 2_990, answers=note(asked)))
    assert written(sim).text == "x" * 2_990
    assert written(sim).visible_user_ids == [sim.id_of("yuki@remote.example")]


@profiles
def test_picture_goes_along_with_its_description(
    sim: Simulator, client: Client
) -> None:
    data = pictures.webp("cat-blob", (8, 8))
    picture = Upload("../a\\cat.webp", "image/webp", data, "a cat", sensitive=True)
    file_id = client.upload(picture)
    kept = sim.state.files[file_id]
    assert (kept.content, kept.mime) == (data, "image/webp")
    assert (kept.name, kept.comment, kept.sensitive) == ("__a_cat.webp", "a cat", True)
    sent = client.send(draft("", visibility="public", file_ids=(file_id,)))
    assert written(sim).file_ids == [file_id]
    assert [a.description for a in told(sent.message).attachments] == ["a cat"]
    look = draft("", visibility="public", file_ids=(file_id,))
    assert [found.remote_id for found in client.find_sent(look)] == [sent.remote_id]


# --- Once -----------------------------------------------------------------------------


@after_the_work
@profiles
def test_lost_answer_is_found_once(sim: Simulator, client: Client, kind: str) -> None:
    asked = sim.direct("bob", "alice, carol", "lunch?")
    mine = draft(" gladly ", answers=note(asked))
    mine = replace(mine, known=client.sent_before(mine))
    sim.fault("api/notes/create", kind, times=1)
    with pytest.raises(OutcomeUnknown) as unknown:
        client.send(mine)
    assert unknown.value.code == "outcome-unknown"
    assert [found.remote_id for found in client.find_sent(mine)] == [written(sim).id]
    assert len(sim.notes_of("alice")) == 1


@before_the_work
@profiles
def test_what_never_arrived_is_not_found(
    sim: Simulator, client: Client, kind: str
) -> None:
    asked = sim.direct("bob", "alice", "lunch?")
    mine = draft("gladly", answers=note(asked))
    sim.fault("api/notes/create", kind, times=1)
    with pytest.raises(OutcomeUnknown):
        client.send(mine)
    assert client.find_sent(mine) == ()
    sent = client.send(mine)
    assert [found.remote_id for found in client.find_sent(mine)] == [sent.remote_id]


def test_equal_answer_of_a_moment_ago_is_another_one(
    sim: Simulator, client: Client
) -> None:
    asked = sim.direct("bob", "alice", "lunch?")
    first = client.send(draft("ok", answers=note(asked)))
    again = draft("ok", answers=note(asked))
    again = replace(again, known=client.sent_before(again))
    assert first.remote_id in again.known
    assert client.find_sent(again) == ()
    second = client.send(again)
    assert [found.remote_id for found in client.find_sent(again)] == [second.remote_id]


@profiles
@pytest.mark.parametrize("hours", [9, -9])
def test_note_is_found_whatever_our_clock_says(
    sim: Simulator, client: Client, hours: int
) -> None:
    asked, started_at = note(sim.direct("bob", "alice", "lunch?")), draft().started_at
    for _earlier in range(2):
        mine = draft(
            "ok", answers=asked, started_at=started_at + timedelta(hours=hours)
        )
        mine = replace(mine, known=client.sent_before(mine))
        assert client.find_sent(mine) == ()
        sent = client.send(mine)
        assert [one.remote_id for one in client.find_sent(mine)] == [sent.remote_id]


def test_note_is_found_after_the_host_has_put_its_clock_back(
    sim: Simulator, client: Client
) -> None:
    sim.state.skew = 3_600_000
    sim.note("alice", "from tomorrow")
    sim.state.skew = 0
    mine = draft(visibility="public")
    mine = replace(mine, known=client.sent_before(mine))
    sent = client.send(mine)
    assert [found.remote_id for found in client.find_sent(mine)] == [sent.remote_id]


def test_old_note_that_moves_up_is_not_taken_for_a_new_one(
    sim: Simulator, client: Client
) -> None:
    """What is listed at all is the newest hundred: deleting one shows one more."""
    sim.state.skew = -3_600_000
    sim.note("alice", "hello")
    sim.state.skew = 0
    others = [sim.note("alice", f"another {number}") for number in range(100)]
    mine = draft(visibility="public")
    ahead = replace(mine, started_at=mine.started_at + timedelta(hours=3))
    ahead = replace(ahead, known=client.sent_before(ahead))
    sim.delete_note(str(others[0]["id"]))
    assert client.find_sent(ahead) == ()


def test_start_by_our_clock_counts_where_the_hosts_is_not_known(
    sim: Simulator, client: Client
) -> None:
    mine = draft(visibility="public")
    sent = client.send(mine)
    ahead = replace(mine, started_at=mine.started_at + timedelta(hours=3))
    assert client.find_sent(ahead) == ()
    assert [found.remote_id for found in client.find_sent(mine)] == [sent.remote_id]


def test_look_up_leaves_other_notes_out(sim: Simulator, client: Client) -> None:
    asked = sim.direct("bob", "alice", "lunch?")
    to_bob, to_carol = people(sim, ["bob"]), people(sim, ["carol"])
    for other in (
        draft("gladly", recipients=to_bob),
        draft("gladly", recipients=to_carol, visibility="public"),
        draft("gladly", answers=note(sim.direct("carol", "alice", "dinner?"))),
        draft("gladly!", answers=note(asked)),
        draft("gladly", answers=note(asked), content_warning="food"),
    ):
        client.send(other)
    assert client.find_sent(draft("gladly", answers=note(asked))) == ()
    later = draft("gladly", recipients=to_bob)
    late = replace(later, started_at=later.started_at + timedelta(hours=1))
    assert client.find_sent(late) == ()
    assert len(client.find_sent(later)) == 1


def test_refused_for_too_many_calls_is_surely_not_sent(
    sim: Simulator, client: Client
) -> None:
    sim.fault("api/notes/create", "limit", header="7", times=1)
    with pytest.raises(TemporaryError) as refused:
        client.send(draft(visibility="public"))
    assert not isinstance(refused.value, OutcomeUnknown)
    assert refused.value.retry_after == pytest.approx(8.0)
    assert sim.notes_of("alice") == []

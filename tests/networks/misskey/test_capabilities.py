"""What is found out about a host and a token, and what it means for verbs and boxes."""

import json

import pytest

from inboxhub.networks.capabilities import NEW, Capabilities
from inboxhub.networks.errors import CredentialsError, PermanentError, TemporaryError
from inboxhub.networks.misskey.permissions import ASKED
from inboxhub.networks.misskey.writable import WIDTHS
from tests.networks.misskey.accounts import client_of
from tests.networks.replay import Answer, Script, body_of, recorded

NO_DISMISS = "no-permission-dismiss"
NEWEST: dict[str, Script] = {
    "meta": "001",
    "endpoints": "002",
    "i": "012",
    "i/notifications": "095",
    "chat/history": "148",
    "following/requests/list": "104",
    "/nodeinfo/2.1": "005",
}
MIDDLE = NEWEST | {"meta": "201", "endpoints": "202", "i": "203"}
OLD: dict[str, Script] = {
    "meta": "303",
    "endpoints": "304",
    "i": "305",
    "i/notifications": "313",
    "messaging/history": "325",
    "following/requests/list": Answer(200, []),
}


def found(
    script: dict[str, Script],
    *,
    version: str = "2025.12",
    token: str = "a" * 32,
) -> Capabilities:
    client, _ = client_of(script, version=version, token=token, facts={})
    return client.capabilities()


def me(number: str, **changes: object) -> Answer:
    raw = body_of(number)
    assert isinstance(raw, dict)
    return Answer(200, raw | changes)


def test_newest_host_has_everything_on() -> None:
    able = found(NEWEST)
    assert (able.software, able.version) == ("misskey", "2025.12.2")
    assert (able.host_name, able.domain) == ("Example server", "misskey.example")
    assert set(able.boxes.values()) == {""}
    assert able.warnings == ()
    assert able.max_text == 3000
    assert able.docs_url == "https://misskey.example/api-doc"
    assert able.revoke_url == "https://misskey.example/settings/apps"


def test_probes_change_nothing_on_the_host() -> None:
    client, http = client_of(NEWEST, facts={})
    client.capabilities()
    assert all(query["markAsRead"] is False for query in http.called("i/notifications"))
    asked = {endpoint for endpoint, _ in http.calls} - {*ASKED.values()}
    assert asked == set(NEWEST)
    assert "i" not in http.called("meta")[0]


def test_permission_to_write_is_probed_without_what_the_call_would_need() -> None:
    client, http = client_of(NEWEST, facts={})
    client.capabilities()
    probes = [query for endpoint, query in http.calls if endpoint in ASKED.values()]
    assert len(probes) == len(ASKED) - 1  # one is of older hosts
    assert all(query.keys() == {"i"} for query in probes)


DENIED = recorded("024").answer


@pytest.mark.parametrize(
    ("permission", "verb", "source", "reason"),
    [
        ("write:notes", "delete", "note:own", "no-permission-notes"),
        ("write:reactions", "react", "note", "no-permission-reactions"),
        ("write:reactions", "unreact", "note", "no-permission-reactions"),
        ("write:chat", "react", "chat", "no-permission-chat"),
        ("write:chat", "accept", "invitation", "no-permission-chat"),
        ("write:following", "accept", "follow_request", "no-permission-follows"),
        ("write:following", "reject", "follow_request", "no-permission-follows"),
        ("write:notifications", "clear-notices", "notification", NO_DISMISS),
    ],
)
def test_missing_permission_is_the_reason(
    permission: str, verb: str, source: str, reason: str
) -> None:
    able = found(NEWEST | {ASKED[permission]: DENIED})
    name, _, own = source.partition(":")
    ability = able.ability(verb, name, own=bool(own))
    assert (ability.reach, ability.reason) == ("nowhere", reason)
    assert able.warnings == ("no-permission-answering",)
    whole = found(NEWEST).ability(verb, name, own=bool(own))
    assert (whole.reach, whole.reason) == ("server", "")


def test_refused_parameters_say_that_the_permission_is_there() -> None:
    refused = dict.fromkeys(ASKED.values(), recorded("041").answer)
    assert found(NEWEST | refused).warnings == ()


def test_key_that_may_do_everything_is_not_probed() -> None:
    client, http = client_of(NEWEST, token="a" * 16, facts={})
    client.capabilities()
    assert not any(http.called(endpoint) for endpoint in ASKED.values())


def test_host_that_fails_at_a_probe_is_taken_for_able() -> None:
    failing = Answer(503, "<h1>Bad gateway</h1>")
    assert found(NEWEST | dict.fromkeys(ASKED.values(), failing)).warnings == ()


def test_answers_and_new_notes_say_what_fits_into_them() -> None:
    able = found(NEWEST)
    note = able.written("note")
    assert (note.max_text, note.people, note.files) == (3000, 20, 16)
    assert note.visibilities == WIDTHS
    assert note.content_warning
    chat = able.written("chat")
    assert (chat.max_text, chat.people, chat.files, chat.visibilities) == (
        2000,
        1,
        1,
        (),
    )
    assert able.written(NEW).visibilities[:2] == ("specified", "chat")
    assert able.written("notification").reason == "not-offered"
    stored = json.loads(json.dumps(able.as_json()))
    assert Capabilities.from_json(stored).writing == able.writing


def test_host_without_chat_offers_none() -> None:
    able = found(MIDDLE, version="2024.11")
    assert able.written("chat").reason == "chat-off"
    assert able.written(NEW).visibilities == WIDTHS
    assert able.ability("react", "chat", own=False).reach == "nowhere"


def test_old_host_writes_old_chats_and_cannot_clear_notices() -> None:
    able = found(OLD, version="12.110")
    assert able.written("chat").max_text == 3000
    assert able.ability("react", "chat", own=False).reason == "no-reactions-to-it"
    clear = able.ability("clear-notices", "notification", own=False)
    assert (clear.reach, clear.reason) == ("nowhere", "no-clear")
    delete = able.ability("delete", "notification", own=False)
    assert (delete.reach, delete.reason) == ("nowhere", "no-delete-notices")


def test_chat_that_may_only_be_read_is_not_written() -> None:
    policies = {"chatAvailability": "readonly", "rateLimitFactor": 1}
    able = found(NEWEST | {"i": me("012", policies=policies)})
    assert able.written("chat").reason == "chat-read-only"
    assert able.ability("react", "chat", own=False).reason == "chat-read-only"
    assert able.ability("delete", "chat", own=True).reason == "chat-read-only"


def test_token_that_may_not_use_the_drive_sends_no_pictures() -> None:
    able = found(NEWEST | {"drive/files/delete": DENIED})
    assert (able.written("note").files, able.written("chat").files) == (0, 0)
    assert able.written("note").reason == ""


def test_verbs_say_how_far_they_reach_on_the_newest_host() -> None:
    able = found(NEWEST)
    read = able.ability("mark-read", "chat", own=False)
    assert (read.reach, read.unit, read.effect) == (
        "server",
        "conversation",
        "read-chat",
    )
    assert able.ability("mark-read", "note", own=False).reach == "here"
    assert able.ability("mark-read", "notification", own=False).reach == "here"
    delete = able.ability("delete", "note", own=True)
    assert (delete.reach, delete.effect) == ("server", "delete-note")
    assert able.ability("delete", "note", own=False).reason == "not-yours"
    assert able.ability("delete", "chat", own=True).effect == "delete-chat"
    notice = able.ability("delete", "notification", own=False)
    assert (notice.reach, notice.reason) == ("nowhere", "only-all-notices-delete")
    assert able.ability("remove", "chat", own=False).reach == "nowhere"
    assert able.ability("hide", "invitation", own=False).reach == "here"
    assert able.ability("mark-unread", "chat", own=False).reach == "here"


def test_every_verb_covers_every_source() -> None:
    able = found(NEWEST)
    for verb in ("mark-read", "mark-unread", "hide", "unhide", "remove", "delete"):
        for source in ("note", "chat"):
            assert able.ability(verb, source, own=True).reason != "not-offered"
        for source in ("note", "chat", "notification", "follow_request", "invitation"):
            ability = able.ability(verb, source, own=False)
            assert ability.effect or ability.reason not in {"", "not-offered"}


def test_thousand_deletes_take_hours() -> None:
    delete = found(NEWEST).ability("delete", "note", own=True)
    assert delete.duration(1) == pytest.approx(1.1)
    assert delete.duration(290) == pytest.approx(319)
    assert 3 * 3600 < delete.duration(1000) < 3.5 * 3600


def test_middle_host_has_no_chat_keeps_dots_and_takes_answers_along() -> None:
    able = found(MIDDLE, version="2024.11")
    assert set(able.warnings) == {"chat-none", "note-dots", "delete-answers"}
    assert able.ability("mark-read", "chat", own=False).reach == "here"
    delete = able.ability("delete", "note", own=True)
    assert delete.effect == "delete-note-answers"


def test_old_host_can_mark_single_notices_and_chat_messages_read() -> None:
    able = found(OLD, version="12.110")
    assert set(able.warnings) == {"listing-marks-notices", "delete-answers"}
    notice = able.ability("mark-read", "notification", own=False)
    assert (notice.reach, notice.effect, notice.batch) == ("server", "read-notice", 100)
    chat = able.ability("mark-read", "chat", own=False)
    assert (chat.unit, chat.effect) == ("message", "read-chat-message")
    assert able.software == "misskey"


def test_old_host_is_probed_without_touching_its_mentions() -> None:
    client, http = client_of(OLD, version="12.110", facts={})
    client.capabilities()
    query = http.called("i/notifications")[0]
    assert query["excludeTypes"] == ["mention", "reply"]


@pytest.mark.parametrize(
    ("endpoint", "missing", "warning"),
    [
        ("i/notifications", "read:notifications", "no-permission-notices"),
        ("chat/history", "read:chat", "chat-no-permission"),
        ("following/requests/list", "read:following", "no-permission-following"),
    ],
)
def test_permission_that_is_missing_is_named(
    endpoint: str,
    missing: str,
    warning: str,
) -> None:
    able = found(NEWEST | {endpoint: "027"})
    assert able.facts["missing"] == [missing]
    assert warning in able.warnings


def test_boxes_without_their_permission_are_off_with_a_reason() -> None:
    able = found(NEWEST | {"i/notifications": "027", "following/requests/list": "027"})
    assert able.boxes == {
        "messages": "",
        "mentions": "",
        "notices": "no-permission-notices",
        "requests": "no-permission-requests",
    }


def test_chat_switched_off_by_the_host_is_off() -> None:
    able = found(NEWEST | {"chat/history": "195"})
    assert able.facts["chat"] == "none"
    assert "chat-off" in able.warnings
    assert able.ability("mark-read", "chat", own=False).reach == "here"


def test_probe_with_an_internal_error_does_not_stop_the_link() -> None:
    able = found(
        NEWEST
        | {
            "following/requests/list": Answer(
                500, {"error": {"code": "INTERNAL_ERROR"}}
            )
        }
    )
    assert able.facts["missing"] == []


def test_token_that_may_not_read_the_account_is_refused() -> None:
    with pytest.raises(PermanentError) as caught:
        found(NEWEST | {"i": "025"})
    assert caught.value.code == "PERMISSION_DENIED"


@pytest.mark.parametrize("number", ["013", "136", "191", "306"])
def test_dead_token_and_suspended_account_need_a_sign_in(number: str) -> None:
    with pytest.raises(CredentialsError):
        found(NEWEST | {"i": number})


def test_native_token_and_moved_account_are_warned_about() -> None:
    script = NEWEST | {"i": me("012", movedTo="https://elsewhere.example/@alice")}
    able = found(script, token="a" * 16)
    assert set(able.warnings) == {"native-token", "account-moved"}


@pytest.mark.parametrize(
    ("factor", "rate"),
    [(0, 0.0), (0.5, 0.5), (None, 1.0), ("1", 1.0), (-1, 1.0), (True, 1.0)],
)
def test_rate_is_what_the_host_says(factor: object, rate: float) -> None:
    able = found(NEWEST | {"i": me("012", policies={"rateLimitFactor": factor})})
    assert able.facts["rate"] == rate


@pytest.mark.parametrize(
    ("software", "version", "warned"),
    [
        ("misskey", "2025.8.0", False),
        ("misskey", "2026.1.0", False),
        ("misskey", "2025.7.0", True),
        ("misskey", "2025.12.0-io.1", True),
        ("sharkey", "2025.12.0", True),
        ("cherrypick", "4.17.1", True),
    ],
)
def test_answers_that_die_with_a_note_are_warned_about(
    software: str,
    version: str,
    *,
    warned: bool,
) -> None:
    meta = recorded("001").body
    assert isinstance(meta, dict)
    info = {"software": {"name": software, "version": version}}
    able = found(
        NEWEST
        | {
            "meta": Answer(200, meta | {"version": version}),
            "/nodeinfo/2.1": Answer(200, info),
        },
    )
    assert ("delete-answers" in able.warnings) is warned


def test_host_that_does_not_list_its_endpoints_still_links() -> None:
    able = found(NEWEST | {"endpoints": "018"})
    assert able.facts["chat"] == "none"


@pytest.mark.parametrize("body", [{}, [], "x", {"version": 5}, {"version": ""}])
def test_meta_that_is_none_is_temporary(body: object) -> None:
    with pytest.raises(TemporaryError):
        found(NEWEST | {"meta": Answer(200, body)})


def test_stored_form_is_json_and_comes_back() -> None:
    able = found(NEWEST)
    stored = json.loads(json.dumps(able.as_json()))
    again = Capabilities.from_json(stored)
    assert again.ability("delete", "note", own=True) == able.ability(
        "delete",
        "note",
        own=True,
    )
    client, _ = client_of(NEWEST, facts=again.facts)
    assert [listing.name for listing in client.listings()] == [
        *("mentions", "own", "notifications", "chat", "requests"),
    ]


def test_client_without_facts_finds_them_by_itself() -> None:
    client, http = client_of(NEWEST | {"notes/mentions": "051"}, facts={})
    assert len(client.pull("mentions", None).items) == 7
    client.pull("mentions", None)
    assert len(http.called("endpoints")) == 1


def test_listings_leave_out_what_the_token_may_not() -> None:
    script = NEWEST | {"i/notifications": "027", "following/requests/list": "027"}
    client, _ = client_of(script | {"chat/history": "028"}, facts={})
    assert [listing.name for listing in client.listings()] == ["mentions", "own"]


def test_identity_shows_the_domain_that_the_host_gives() -> None:
    meta = recorded("001").body
    assert isinstance(meta, dict)
    other = Answer(200, meta | {"uri": "https://handles.example/"})
    client, _ = client_of(NEWEST | {"meta": other}, facts={})
    identity = client.whoami()
    assert identity.remote_id == "attmpzsgy4y40006"
    assert (identity.handle, identity.domain) == (
        "@alice@handles.example",
        "handles.example",
    )
    assert identity.name == "Aya ✨"


@pytest.mark.parametrize("body", [[], {}, {"id": 5}, {"id": "a1"}, {"username": "x"}])
def test_identity_that_cannot_be_read_is_temporary(body: object) -> None:
    client, _ = client_of(NEWEST | {"i": Answer(200, body)}, facts={})
    with pytest.raises(TemporaryError):
        client.whoami()


@pytest.mark.parametrize("body", [[], {}, None, "text", ["notes/create"], [{"i": 1}]])
@pytest.mark.parametrize("call", ["endpoints", "i"])
def test_odd_answer_switches_nothing_off(call: str, body: object) -> None:
    """What is unclear is asked again; a day without chats would be a high price."""
    with pytest.raises(TemporaryError):
        found(NEWEST | {call: Answer(200, body)})


@pytest.mark.parametrize("verb", ["accept", "reject"])
def test_old_chats_have_no_rooms_to_be_invited_to(verb: str) -> None:
    ability = found(OLD, version="12.110").ability(verb, "invitation", own=False)
    assert (ability.reach, ability.reason) == ("nowhere", "not-offered")

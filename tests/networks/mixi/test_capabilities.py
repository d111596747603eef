"""Who the account is, what it may, and what that means for verbs and boxes."""

import json

import pytest

from inboxhub.networks.base import Identity
from inboxhub.networks.capabilities import Capabilities
from inboxhub.networks.errors import (
    CredentialsError,
    PermanentError,
    ProviderError,
    TemporaryError,
)
from tests.networks.mixi.host import (
    INBOX,
    ME,
    NOTICES,
    OUTBOX,
    Script,
    body_of,
    client_of,
    messages,
)
from tests.networks.replay import Answer

WHO = "GET /people/@me/@self"
ALL: dict[str, Script] = {
    WHO: "me",
    f"GET {INBOX}": "inbox",
    f"GET {OUTBOX}": "outbox",
    f"GET {NOTICES}": "noticebox",
}
SOURCES = (("inbox", False), ("outbox", True), ("notice", False))


def found(script: dict[str, Script] | None = None, **credentials: str) -> Capabilities:
    client, _ = client_of(ALL | (script or {}), facts={}, **credentials)
    return client.capabilities()


def test_identity_is_that_of_the_token() -> None:
    client, host = client_of(ALL)
    assert client.whoami() == Identity(
        remote_id=ME,
        handle="ニックネーム",
        name="ニックネーム",
        avatar_url="http://img.mixi.net/img/basic/common/noimage_member180.gif",
        url=f"http://mixi.jp/show_friend.pl?uid={ME}",
        domain="mixi.jp",
    )
    assert host.names == [WHO]


def test_identity_may_come_in_a_list() -> None:
    body = {"entry": [body_of("me")["entry"]]}
    client, _ = client_of({WHO: Answer(200, body)})
    assert client.whoami().remote_id == ME


def test_identity_without_a_name_is_shown_by_its_id() -> None:
    client, _ = client_of({WHO: Answer(200, {"entry": {"id": ME}})})
    assert (client.whoami().handle, client.whoami().name) == (ME, ME)


@pytest.mark.parametrize(
    "body",
    [
        *([], {}, {"entry": None}, {"entry": []}, {"entry": [{}, {}]}, {"entry": {}}),
        *({"entry": {"id": 5}}, {"entry": {"id": "", "displayName": "x"}}, "<html>"),
    ],
)
def test_identity_that_cannot_be_read_is_temporary(body: object) -> None:
    client, _ = client_of({WHO: Answer(200, body)})
    with pytest.raises(TemporaryError):
        client.whoami()


@pytest.mark.parametrize(
    ("held", "error"),
    [("r_message", CredentialsError), ("r_profile", PermanentError)],
)
def test_missing_permission_to_see_the_profile_is_named(
    held: str,
    error: type[ProviderError],
) -> None:
    client, _ = client_of({WHO: Answer(403, "")}, scope=held)
    with pytest.raises(error, match="r_profile"):
        client.whoami()


def test_account_with_all_permissions_can_everything() -> None:
    able = found()
    assert (able.software, able.host_name, able.domain) == ("mixi", "mixi", "mixi.jp")
    assert (able.boxes["messages"], able.boxes["notices"]) == ("", "")
    assert able.boxes["mentions"] == able.boxes["requests"] == "not-offered"
    assert able.warnings == ()


def test_verbs_say_what_they_really_do() -> None:
    able = found()
    for source, own in (("inbox", False), ("outbox", True)):
        delete = able.ability("delete", source, own=own)
        assert (delete.reach, delete.effect) == ("server", "delete-to-trash")
    assert able.ability("delete", "notice", own=False).effect == "delete-for-good"
    for source in ("inbox", "notice"):
        read = able.ability("mark-read", source, own=False)
        assert (read.reach, read.effect) == ("server", "read-for-good")
    assert able.ability("mark-read", "outbox", own=True).reach == "here"
    assert able.ability("mark-replied", "inbox", own=False).effect == "replied-for-good"
    assert able.ability("mark-replied", "notice", own=False).reach == "nowhere"
    for source, own in SOURCES:
        assert able.ability("mark-unread", source, own=own).reach == "here"
        assert able.ability("hide", source, own=own).reach == "here"
        assert able.ability("remove", source, own=own).reach == "nowhere"


def test_every_verb_covers_every_source() -> None:
    for able in (found(), found(scope="r_profile r_message")):
        for verb in ("mark-read", "mark-replied", "delete", "hide", "unhide", "remove"):
            for source, own in SOURCES:
                ability = able.ability(verb, source, own=own)
                assert ability.effect or ability.reason not in {"", "not-offered"}


def test_thousand_deletes_take_less_than_a_minute() -> None:
    delete = found().ability("delete", "inbox", own=False)
    assert delete.batch == 50
    assert delete.duration(1000) < 60


def test_without_permission_to_write_nothing_reaches_mixi() -> None:
    able = found(scope="r_profile r_message")
    assert able.warnings == ("no-permission-write",)
    assert able.ability("mark-read", "inbox", own=False).reach == "here"
    assert able.ability("mark-replied", "inbox", own=False).reach == "nowhere"
    delete = able.ability("delete", "inbox", own=False)
    assert (delete.reach, delete.reason) == ("nowhere", "no-permission-write")


def test_without_permission_to_read_no_tray_is_asked() -> None:
    client, host = client_of(ALL, facts={}, scope="r_profile w_message")
    able = client.capabilities()
    assert host.names == [WHO]
    assert able.warnings == ("no-permission-read", "no-permission-notices")
    assert able.boxes["messages"] == "no-permission-read"
    assert able.boxes["notices"] == "no-permission-notices"
    client.facts = able.facts
    assert client.listings() == ()


def test_tray_that_mixi_does_not_list_is_left_out() -> None:
    able = found({f"GET {NOTICES}": Answer(403, "")})
    assert able.boxes["notices"] == "no-permission-notices"
    client, _ = client_of(ALL, facts=able.facts)
    assert [listing.name for listing in client.listings()] == ["inbox", "outbox"]


def test_trouble_while_asking_is_passed_on() -> None:
    with pytest.raises(TemporaryError):
        found({f"GET {NOTICES}": Answer(503, "")})
    with pytest.raises(CredentialsError):
        found({f"GET {INBOX}": "expired-token"})


def test_asking_changes_nothing_on_mixi() -> None:
    client, host = client_of(ALL, facts={})
    client.capabilities()
    assert {call.method for call in host.calls} == {"GET"}
    assert all(call.query.get("fields") == "id" for call in host.calls[1:])


def test_listings_show_messages_first() -> None:
    client, host = client_of(ALL)
    names = [(listing.name, listing.box) for listing in client.listings()]
    assert names == [
        ("inbox", "messages"),
        ("notice", "notices"),
        ("outbox", "messages"),
    ]
    assert host.calls == []


def test_stored_form_is_json_and_comes_back() -> None:
    able = found()
    again = Capabilities.from_json(json.loads(json.dumps(able.as_json())))
    assert again.ability("delete", "notice", own=False) == able.ability(
        "delete",
        "notice",
        own=False,
    )
    client, _ = client_of(ALL, facts=again.facts)
    (sent,) = messages(client.pull("outbox", None))
    assert sent.author is not None
    assert (sent.author.remote_id, sent.author.name) == (ME, "ニックネーム")


def test_client_without_facts_finds_them_by_itself() -> None:
    client, host = client_of(ALL, facts={})
    client.pull("outbox", None)
    client.pull("outbox", None)
    assert host.names.count(WHO) == 1


def test_permission_to_use_the_account_cannot_be_taken_back_by_us() -> None:
    client, host = client_of({})
    assert client.revoke() is False
    assert host.calls == []


def test_what_was_sent_is_looked_at_with_every_third_look() -> None:
    client, _ = client_of({})
    pauses = {listing.name: listing.pause for listing in client.listings()}
    assert (pauses["inbox"], pauses["notice"]) == (0, 0)
    assert 120 < pauses["outbox"] <= 180


def test_whole_trays_are_compared_every_six_hours() -> None:
    client, _ = client_of({})
    assert client.reconcile_every == 6 * 3600


def test_letters_have_a_title_and_go_to_one_person() -> None:
    able = found()
    for source in ("inbox", "outbox", "new"):
        letter = able.written(source)
        assert (letter.reason, letter.title, letter.people) == ("", True, 1)
    assert able.written("notice").reason == "notice-no-reply"


@pytest.mark.parametrize(
    ("scope", "reason"),
    [
        ("r_profile r_message", "no-permission-write"),
        ("r_profile w_message", "no-permission-read"),
    ],
)
def test_nothing_is_written_without_the_permissions(scope: str, reason: str) -> None:
    assert found(scope=scope).written("new").reason == reason

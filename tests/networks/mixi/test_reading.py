"""The three trays, read by lists and one by one, as the document shows them."""

from datetime import UTC, datetime

import pytest

from inboxhub.networks.base import RemoteAuthor, RemoteMessage, Target, Unreadable
from inboxhub.networks.errors import NotFound, NotSupported, TemporaryError
from inboxhub.networks.mixi.listing import fetch
from inboxhub.networks.mixi.trays import INBOX as INBOX_TRAY
from inboxhub.networks.mixi.trays import NOTICEBOX, Tray
from inboxhub.networks.mixi.trays import OUTBOX as OUTBOX_TRAY
from tests.networks.mixi.host import (
    FRIEND,
    INBOX,
    ME,
    NOTICES,
    OUTBOX,
    body_of,
    client_of,
    messages,
)
from tests.networks.replay import Answer

RECIPIENT = ",".join(
    f"recipient.{name}" for name in ("id", "displayName", "profileUrl", "thumbnailUrl")
)
SENT_AT = datetime(2010, 11, 10, 8, 26, 23, tzinfo=UTC)
PROFILE = "http://mixi.jp/redirect_friend_api.pl?puid=xxxxxxxxxxxxx&client_id=xxxxxxxx"


def only(listing: str, path: str, file: str) -> RemoteMessage:
    client, _ = client_of({f"GET {path}": file})
    (message,) = messages(client.pull(listing, None))
    return message


def test_received_message_of_the_document_is_read() -> None:
    message = only("inbox", INBOX, "inbox")
    assert (message.source, message.box, message.kind) == (
        *("inbox", "messages", "message"),
    )
    assert message.remote_id == "e5f820e4f9f459b91c3730cc261e2629"
    assert (message.title, message.text, message.html) == ("タイトル", "本文", "")
    assert message.sent_at == SENT_AT
    assert message.author == RemoteAuthor(
        remote_id=FRIEND,
        handle="ニックネーム",
        name="ニックネーム",
        avatar_url=f"http://mixi.jp/photo/user/{FRIEND}_2105834213.jpg",
        url=PROFILE,
    )
    assert message.conversation_key == FRIEND
    assert not message.outgoing
    assert (message.unread, message.replied) == (False, True)
    assert message.extra == {}
    assert message.visibility == "direct"


def test_sent_message_of_the_document_is_mine_in_the_same_conversation() -> None:
    message = only("outbox", OUTBOX, "outbox")
    assert (message.source, message.box, message.outgoing) == (
        "outbox",
        "messages",
        True,
    )
    assert message.author == RemoteAuthor(ME, "わたし", "わたし")
    assert message.conversation_key == only("inbox", INBOX, "inbox").conversation_key
    assert [person.remote_id for person in message.participants] == [FRIEND]
    assert (message.unread, message.replied) == (None, False)
    assert message.extra == {}


def test_notice_of_the_document_stands_alone_and_is_from_mixi() -> None:
    message = only("notice", NOTICES, "noticebox")
    assert (message.source, message.box, message.kind) == (
        "notice",
        "notices",
        "notice",
    )
    assert message.conversation_key == f"notice:{message.remote_id}"
    assert message.author is not None
    assert message.author.name == "mixi"
    assert message.author.avatar_url.endswith("/mixi_logo_thumbnail001.gif")
    assert (message.unread, message.replied, message.extra) == (False, False, {})


def test_same_id_in_two_trays_is_two_messages() -> None:
    sent, notice = (
        only("outbox", OUTBOX, "outbox"),
        only("notice", NOTICES, "noticebox"),
    )
    assert sent.remote_id == notice.remote_id
    assert (sent.source, sent.remote_id) != (notice.source, notice.remote_id)


@pytest.mark.parametrize(
    ("source", "path", "file", "own"),
    [
        (
            "inbox",
            INBOX,
            "inbox",
            "sender.id,sender.displayName,sender.profileUrl,sender.thumbnailUrl,status",
        ),
        (
            "outbox",
            OUTBOX,
            "outbox",
            RECIPIENT,
        ),
        (
            "notice",
            NOTICES,
            "noticebox",
            "sender.displayName,sender.thumbnailUrl,status",
        ),
    ],
)
def test_every_field_is_asked_for_in_lists_and_alone(
    source: str,
    path: str,
    file: str,
    own: str,
) -> None:
    row = body_of(file)["entry"][0]  # type: ignore[index]  # as the document has it
    one = f"{path}/{row['id']}"
    client, host = client_of({f"GET {path}": file, f"GET {one}": file})
    (listed,) = messages(client.pull(source, None))
    assert client.get(Target(source, row["id"])) == listed
    assert host.names == [f"GET {path}", f"GET {one}"]
    assert {call.query["fields"] for call in host.calls} == {
        f"id,body,timeSent,title,{own}",
    }


def test_single_message_may_come_as_an_object() -> None:
    raw = body_of("inbox")["entry"][0]  # type: ignore[index]  # as the document has it
    client, _ = client_of({f"GET {INBOX}/{raw['id']}": Answer(200, {"entry": raw})})
    message = client.get(Target("inbox", raw["id"]))
    assert isinstance(message, RemoteMessage)
    assert message.title == "タイトル"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(200, {"entry": []}), NotFound),
        (Answer(400, body_of("not-found")), NotFound),
        (Answer(200, {"entry": [{"id": "another", "title": ""}]}), TemporaryError),
        (Answer(200, {"entry": None}), TemporaryError),
        (Answer(200, {}), TemporaryError),
    ],
)
def test_single_message_that_is_not_there(
    answer: Answer, error: type[Exception]
) -> None:
    client, _ = client_of({f"GET {INBOX}/m1": answer})
    with pytest.raises(error):
        client.get(Target("inbox", "m1"))


def test_paths_may_name_the_account_by_its_own_id() -> None:
    script = {
        f"GET /messages/{ME}/@inbox": "inbox",
        f"PUT /messages/{ME}/@self/@inbox/m1": "status-changed",
    }
    client, host = client_of(script)
    client.person = ME
    assert messages(client.pull("inbox", None))
    client.mark_read([Target("inbox", "m1")])
    assert set(host.names) == set(script)


@pytest.mark.parametrize("tray", [INBOX_TRAY, OUTBOX_TRAY, NOTICEBOX])
def test_subset_of_fields_is_what_is_asked_for(tray: Tray) -> None:
    client, host = client_of({f"GET /messages/@me/{tray.path}": "inbox"})
    fetch(client.line, tray, fields=("id", "title", "timeSent"))
    assert host.calls[0].query["fields"] == "id,title,timeSent"


@pytest.mark.parametrize(
    ("tray", "field"),
    [(NOTICEBOX, "sender.id"), (OUTBOX_TRAY, "status"), (INBOX_TRAY, "recipient.id")],
)
def test_field_of_another_tray_is_never_asked_for(tray: Tray, field: str) -> None:
    client, host = client_of({})
    with pytest.raises(NotSupported):
        fetch(client.line, tray, fields=("id", field))
    assert host.calls == []


def test_message_without_what_was_not_asked_for_is_still_one() -> None:
    row = {"id": "m1", "title": ""}
    client, _ = client_of({f"GET {INBOX}": Answer(200, {"entry": [row]})})
    (message,) = messages(client.pull("inbox", None))
    assert (message.title, message.text, message.unread) == ("", "", None)
    assert (message.undated, message.extra) == (True, {})


@pytest.mark.parametrize("entry", [None, {}, "x", 7, {"id": "m1"}])
def test_listing_without_a_list_is_unreadable_and_not_empty(entry: object) -> None:
    client, _ = client_of({f"GET {INBOX}": Answer(200, {"entry": entry})})
    with pytest.raises(TemporaryError):
        client.pull("inbox", None)


def test_empty_listing_is_an_empty_page() -> None:
    client, _ = client_of({f"GET {INBOX}": Answer(200, {"entry": []})})
    assert client.pull("inbox", None).items == ()


@pytest.mark.parametrize("bad", [None, 7, [], {}, "x", {"id": 123, "title": "x"}])
def test_entry_that_is_none_is_counted_and_the_next_arrives(bad: object) -> None:
    rows = [bad, {"id": "m1", "title": "good"}]
    client, _ = client_of({f"GET {INBOX}": Answer(200, {"entry": rows})})
    good, unreadable = client.pull("inbox", None).items
    assert good.remote_id == "m1"
    assert unreadable == Unreadable("inbox", "", "an entry without an id")


def test_thread_asks_nothing() -> None:
    client, host = client_of({})
    assert client.thread(Target("inbox", "m1")) == ()
    assert host.calls == []


def test_unknown_listing_and_source_are_not_supported() -> None:
    client, _ = client_of({})
    with pytest.raises(NotSupported):
        client.pull("trash", None)
    with pytest.raises(NotSupported):
        client.get(Target("note", "m1"))

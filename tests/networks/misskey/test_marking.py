"""Marking read, deleting, looking up one message, its thread, and what is missing."""

import pytest

from inboxhub.networks.base import Outcome, RemoteMessage, Target
from inboxhub.networks.errors import (
    CredentialsError,
    NotFound,
    NotSupported,
    TemporaryError,
)
from tests.networks.misskey.accounts import GROUP, client_of, messages
from tests.networks.replay import Answer, Script, body_of

BOB, ROOM = "attmpzv5y4y40009", "attn3obqy4y4002h"
NOTE = Target("note", "attnnhdnc5j0001c")
DONE, GONE = Outcome("done"), Outcome("gone")
OK = Answer(204, None)


def own(identifier: str, source: str = "note") -> Target:
    return Target(source, identifier, BOB, outgoing=True)


def test_chat_is_marked_read_once_for_all_its_messages() -> None:
    timeline = "chat/messages/user-timeline"
    client, http = client_of({timeline: "153"})
    targets = [Target("chat", "a1", BOB), Target("chat", "a2", BOB)]
    assert client.mark_read(targets) == [DONE, DONE]
    assert [(q["userId"], q["limit"]) for q in http.called(timeline)] == [(BOB, 1)]


def test_room_is_marked_read_by_its_own_timeline() -> None:
    client, http = client_of({"chat/messages/room-timeline": "179"})
    assert client.mark_read([Target("chat", "a1", f"room:{ROOM}")]) == [DONE]
    assert http.called("chat/messages/room-timeline")[0]["roomId"] == ROOM


def test_chat_that_is_gone_is_told_so() -> None:
    client, _ = client_of({"chat/messages/user-timeline": "158"})
    assert client.mark_read([Target("chat", "a1", BOB)]) == [GONE]


def test_marking_notes_read_asks_the_host_nothing() -> None:
    client, http = client_of({})
    notice = Target("notification", "a1", notification_id="a1")
    assert client.mark_read([NOTE, notice]) == [DONE, DONE]
    assert http.calls == []


def test_old_host_marks_one_notice_read() -> None:
    client, http = client_of({"notifications/read": "314"}, version="12.110")
    assert client.mark_read([Target("notification", "n1")]) == [DONE]
    assert http.called("notifications/read")[0]["notificationId"] == "n1"


def test_old_host_that_takes_single_notices_only_gets_them_one_by_one() -> None:
    client, http = client_of({"notifications/read": ["315", "314"]}, version="12.110")
    notices = [Target("notification", "n1"), Target("notification", "n2")]
    assert client.mark_read(notices) == [DONE, DONE]
    sent = http.called("notifications/read")
    assert sent[0]["notificationIds"] == ["n1", "n2"]
    assert [query["notificationId"] for query in sent[1:]] == ["n1", "n2"]


def test_old_chat_is_marked_read_message_by_message() -> None:
    client, http = client_of({"messaging/messages/read": "327"}, version="12.110")
    targets = [Target("chat", "a1", "atto3s4viu"), Target("chat", "a2", "atto3s4viu")]
    assert client.mark_read(targets) == [DONE, DONE]
    sent = http.called("messaging/messages/read")
    assert [query["messageId"] for query in sent] == ["a1", "a2"]


def test_own_note_is_deleted_and_no_value_is_success() -> None:
    client, http = client_of({"notes/delete": "119"})
    assert client.delete([own("attn3j3ty4y40017")]) == [DONE]
    assert http.called("notes/delete")[0]["noteId"] == "attn3j3ty4y40017"


def test_second_delete_is_gone_already() -> None:
    client, _ = client_of({"notes/delete": "121", "chat/messages/delete": "169"})
    assert client.delete([own("a1"), own("a2", "chat")]) == [GONE, GONE]


def test_what_others_wrote_is_not_even_tried() -> None:
    client, http = client_of({})
    outcomes = client.delete([NOTE, Target("chat", "a1", BOB)])
    assert [outcome.state for outcome in outcomes] == ["failed", "failed"]
    assert http.calls == []


def test_refused_delete_fails_with_the_hosts_code() -> None:
    client, _ = client_of({"notes/delete": "122"})
    (outcome,) = client.delete([own("a1")])
    assert outcome.state == "failed"
    assert outcome.error == "ACCESS_DENIED"


def test_too_fast_delete_waits_as_long_as_the_host_says_and_a_second() -> None:
    client, http = client_of({"notes/delete": "120"})
    with pytest.raises(TemporaryError) as caught:
        client.delete([own("a1")])
    assert caught.value.retry_after == 2.0
    assert caught.value.sent
    with pytest.raises(TemporaryError) as held:
        client.delete([own("a1")])
    assert not held.value.sent
    assert len(http.calls) == 1


def test_refused_token_is_raised_and_is_no_outcome() -> None:
    client, _ = client_of({"notes/delete": "136"})
    with pytest.raises(CredentialsError):
        client.delete([own("a1")])


def test_deletes_are_held_back_at_the_budget() -> None:
    client, http = client_of({"notes/delete": OK})
    assert client.delete([own("a1")]) == [DONE]
    with pytest.raises(TemporaryError) as caught:
        client.delete([own("a2")])
    assert not caught.value.sent
    assert 0 < (caught.value.retry_after or 0) <= 1.1
    assert len(http.calls) == 1


def test_one_note_is_shown_as_it_is_now() -> None:
    client, _ = client_of({"notes/show": "071"})
    found = client.get(Target("note", "attn3j21y4y40013"))
    assert isinstance(found, RemoteMessage)
    assert (found.kind, found.box) == ("mention", "mentions")
    assert found.text.startswith("@alice bold party :blobcat: https://example.org/")


def test_note_that_is_gone_is_not_found() -> None:
    client, _ = client_of({"notes/show": "069"})
    with pytest.raises(NotFound):
        client.get(NOTE)


def test_note_that_is_not_for_me_is_withheld() -> None:
    client, _ = client_of({"notes/show": "067"})
    found = client.get(NOTE)
    assert isinstance(found, RemoteMessage)
    assert found.withheld


def test_single_notice_cannot_be_fetched_again() -> None:
    client, _ = client_of({})
    with pytest.raises(NotSupported):
        client.get(Target("notification", "a1"))


def test_follow_request_is_shown_until_it_is_answered() -> None:
    client, _ = client_of({"following/requests/list": ["104", Answer(200, [])]})
    request = Target("follow_request", "attmpzxiy4y4000c")
    assert isinstance(client.get(request), RemoteMessage)
    with pytest.raises(NotFound):
        client.get(request)


def test_thread_has_ancestors_the_note_and_its_answers_oldest_first() -> None:
    chain = body_of("234")
    assert isinstance(chain, list)
    client, _ = client_of(
        {
            "notes/conversation": Answer(200, chain[1:]),
            "notes/show": Answer(200, chain[0]),
            "notes/children": "236",
        },
        me=GROUP,
    )
    items = messages(client.thread(Target("note", chain[0]["id"])))
    assert items == sorted(items, key=lambda message: message.sent_at)
    assert len(items) == len(chain) + 2
    assert items[len(chain) - 1].remote_id == chain[0]["id"]


def test_thread_of_a_note_whose_parent_is_gone_is_the_note() -> None:
    client, _ = client_of(
        {
            "notes/conversation": "126",
            "notes/show": "125",
            "notes/children": Answer(200, []),
        },
    )
    assert len(client.thread(Target("note", "attn3yz0y4y4003o"))) == 1


def test_chat_has_no_thread_to_fetch() -> None:
    client, http = client_of({})
    assert client.thread(Target("chat", "a1", BOB)) == ()
    assert http.calls == []


def notes(*ids: str) -> list[Target]:
    return [Target("note", identifier) for identifier in ids]


def test_missing_notes_are_found_in_bulk_and_confirmed() -> None:
    asked = notes("attnnhdnc5j0001c", "attnnhuzc5j0001v", "attnnhgmc5j0001o")
    client, http = client_of({"notes/show-partial-bulk": "237", "notes/show": "069"})
    assert client.missing(asked) == set(notes("attnnhuzc5j0001v"))
    assert len(http.called("notes/show")) == 1


def test_bulk_answer_that_is_not_true_is_not_believed() -> None:
    script: dict[str, Script] = {
        "notes/show-partial-bulk": Answer(200, []),
        "notes/show": "243",
    }
    client, http = client_of(script)
    assert client.missing(notes("a1", "a2")) == frozenset()
    assert len(http.called("notes/show")) == 3


@pytest.mark.parametrize("bulk", ["018", Answer(200, [{"id": 5}]), Answer(200, [None])])
def test_hosts_without_bulk_are_asked_one_by_one(bulk: str | Answer) -> None:
    client, _ = client_of(
        {"notes/show-partial-bulk": bulk, "notes/show": ["069", "243"]},
    )
    assert client.missing(notes("a1", "a2")) == set(notes("a1"))


def test_note_of_a_muted_or_suspended_author_is_not_missing() -> None:
    client, _ = client_of({"notes/show": ["243", "193"]}, version="2024.11")
    assert client.missing(notes("a1", "a2")) == frozenset()


@pytest.mark.parametrize(
    "answer", ["026", "067", Answer(400, {"error": {"code": "X"}})]
)
def test_only_the_hosts_own_word_makes_a_note_missing(answer: str | Answer) -> None:
    client, _ = client_of({"notes/show": answer})
    assert client.missing(notes("a1")) == frozenset()


def test_host_in_trouble_raises_instead_of_calling_notes_missing() -> None:
    client, _ = client_of({"notes/show": Answer(404, "<html>gone</html>")})
    with pytest.raises(TemporaryError):
        client.missing(notes("a1"))


def test_answered_follow_request_is_missing() -> None:
    client, _ = client_of({"following/requests/list": "104"})
    asked = [
        Target("follow_request", "attmpzxiy4y4000c"),
        Target("follow_request", BOB),
    ]
    assert client.missing(asked) == {asked[1]}


def test_verbs_that_misskey_does_not_have_are_refused() -> None:
    client, _ = client_of({})
    with pytest.raises(NotSupported):
        client.mark_unread([NOTE])
    with pytest.raises(NotSupported):
        client.remove([NOTE])
    assert client.revoke() is False


def test_received_chat_message_of_an_unknown_talk_is_never_missing() -> None:
    client, http = client_of({"chat/messages/show": "177"})
    assert client.missing([Target("chat", "a1")]) == frozenset()
    assert http.calls == []

"""Each network's verbs: offered where they exist, with the reason where they do not."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from messaging.models import Message, Operation, OperationItem
from tests.factories import NOON, make_author, make_conversation, make_message
from tests.messaging.views.networks import (
    EVERYWHERE,
    mastodon_account,
    misskey_account,
    mixi_account,
)
from tests.messaging.views.pages import html_of, page, post, post_htmx

BUTTON = re.compile(r'<button [^>]*data-verb="([a-z-]+)"[^>]*title="([^"]*)"')


def buttons(html: str, start: str, end: str) -> dict[str, str]:
    """Verbs with what their buttons say, between two places of the page."""
    part = html.partition(start)[2].partition(end)[0]
    return dict(BUTTON.findall(part))


def toolbar(client: Client, message: Message) -> dict[str, str]:
    html = page(client, f"/c/{message.conversation_id}/")
    return buttons(html, "data-toolbar", "</form>")


def menu(client: Client, message: Message) -> dict[str, str]:
    html = page(client, f"/c/{message.conversation_id}/")
    return buttons(html, f'id="menu-{message.pk}"', "</form>")


def row_tools(client: Client, message: Message) -> set[str]:
    html = page(client).partition(f'id="conversation-{message.conversation_id}"')[2]
    return set(buttons(html, "row-tools", "</li>"))


@pytest.fixture
def on_mastodon(user: User) -> Message:
    account = mastodon_account(user, read_policy=EVERYWHERE)
    return make_message(account=account, source="direct", unread=True)


@pytest.fixture
def on_mixi(user: User) -> Message:
    return make_message(account=mixi_account(user), source="inbox", title="t")


@pytest.fixture
def on_misskey(user: User) -> Message:
    return make_message(account=misskey_account(user))


def test_mastodon_removes_from_the_list(client: Client, on_mastodon: Message) -> None:
    assert row_tools(client, on_mastodon) == {"mark-read", "remove", "hide"}
    assert toolbar(client, on_mastodon)["remove"] == "Remove from my list… (y)"
    assert menu(client, on_mastodon)["remove"] == "Remove from my list…"
    assert "mark-replied" not in page(client)


def test_reading_says_what_it_does_on_the_server(
    client: Client,
    on_mastodon: Message,
) -> None:
    words = "Mark read, on the server too (u) – the whole conversation is marked read"
    assert toolbar(client, on_mastodon)["mark-read"].startswith(words)


def test_reading_stays_here_where_the_person_chose_that(
    client: Client,
    user: User,
) -> None:
    account = mastodon_account(user)
    mention = make_message(
        account=account, source="status", box="mentions", unread=True
    )
    assert toolbar(client, mention)["mark-read"] == "Mark read (only here) (u)"
    account.read_policy = EVERYWHERE
    account.save()
    words = "everything older is marked read there too"
    assert toolbar(client, mention)["mark-read"].endswith(words)


def test_mixi_marks_replied_once(client: Client, on_mixi: Message) -> None:
    assert row_tools(client, on_mixi) == {"mark-unread", "mark-replied", "hide"}
    assert toolbar(client, on_mixi)["mark-replied"] == "Mark replied on mixi"
    assert menu(client, on_mixi)["mark-replied"] == "Mark replied on mixi"
    Message.objects.update(remote_state="replied")
    assert "mark-replied" not in row_tools(client, on_mixi)
    assert "mark-replied" not in menu(client, on_mixi)


def test_mixi_marks_unread_only_here(client: Client, on_mixi: Message) -> None:
    assert menu(client, on_mixi)["mark-unread"] == "Mark unread (only here)"


def test_own_message_is_not_offered_to_be_unread(client: Client, user: User) -> None:
    mine = make_message(account=misskey_account(user), outgoing=True)
    offered = menu(client, mine)
    assert "hide" in offered
    assert "mark-unread" not in offered


def test_verb_that_another_network_has_says_why_not(
    client: Client,
    on_mastodon: Message,
    on_mixi: Message,
    on_misskey: Message,
) -> None:
    words = "Not possible: mixi has no list of your own to remove it from"
    assert menu(client, on_mixi)["remove"].endswith(words)
    assert toolbar(client, on_mixi)["remove"].endswith(words)
    words = "Not possible: misskey.example has no list of your own to remove it from"
    assert menu(client, on_misskey)["remove"].endswith(words)
    words = "Not possible: written by others; only they can delete it"
    assert menu(client, on_mastodon)["delete"].endswith(words)
    assert menu(client, on_mixi)["delete"] == "Delete on the server…"


def test_verb_that_no_network_has_is_not_in_the_page(
    client: Client,
    on_misskey: Message,
) -> None:
    assert not {"remove", "mark-replied"} & set(menu(client, on_misskey))
    assert "/confirm/remove/" not in page(client)
    assert "/confirm/mark-replied/" not in page(client)


def test_own_part_of_a_conversation_can_be_deleted(client: Client, user: User) -> None:
    conversation = make_conversation(mastodon_account(user))
    make_message(conversation, source="direct", outgoing=True, sort_key=1_000)
    theirs = make_message(conversation, source="direct", sort_key=2_000)
    assert toolbar(client, theirs)["delete"] == "Delete on the server… (#)"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"gone_at": NOON}, "no longer on mastodon.example"),
        ({}, "the account is unlinked"),
    ],
)
def test_message_out_of_reach_says_so(
    client: Client,
    user: User,
    on_mastodon: Message,
    state: dict[str, object],
    words: str,
) -> None:
    mixi_account(user, provider="mastodon", host="two.example")
    if state:
        Message.objects.update(**state)
    else:
        on_mastodon.account.status = "unlinked"
        on_mastodon.account.save()
        mastodon_account(user, host="three.example")
    assert menu(client, on_mastodon)["remove"].endswith(words)


def test_bar_offers_what_some_network_has(
    client: Client,
    on_mastodon: Message,
    on_mixi: Message,
) -> None:
    bar = buttons(page(client), "data-selection", "<ul")
    assert set(bar) == {
        *("mark-read", "mark-unread", "hide"),
        *("mark-replied", "remove", "delete", "accept", "reject"),
    }


def test_marking_replied_asks_first_and_says_where_it_is_possible(
    client: Client,
    on_mastodon: Message,
    on_mixi: Message,
) -> None:
    ids = f"message={on_mastodon.pk}&message={on_mixi.pk}"
    html = page(client, f"/confirm/mark-replied/?{ids}")
    assert "marked replied on mixi; that cannot be taken back there" in html
    assert "Not possible: mastodon.example does not offer this." in html
    assert "What is marked replied cannot be taken back on its server." in html
    assert "Start marking 1 message replied" in html
    assert "Hide this one here instead" not in html
    assert not Operation.objects.exists()


def test_marking_replied_waits_a_moment_in_which_it_can_be_undone(
    client: Client,
    on_mixi: Message,
) -> None:
    html = post_htmx(client, "mark-replied", message=on_mixi.pk)
    assert "1 message will be marked replied" in html
    assert "data-undo" in html
    item = OperationItem.objects.get()
    assert (item.verb, item.state) == ("mark-replied", "pending")


def test_whole_conversation_is_marked_replied_by_its_latest_message(
    client: Client,
    user: User,
) -> None:
    conversation = make_conversation(mixi_account(user))
    friend = make_author(conversation.account)
    for moment in (1_000, 2_000):
        make_message(conversation, source="inbox", author=friend, sort_key=moment)
    latest = make_message(conversation, source="inbox", author=friend, sort_key=3_000)
    make_message(conversation, source="outbox", outgoing=True, sort_key=4_000)
    post(client, "mark-replied", conversation=conversation.pk)
    assert [item.message_id for item in OperationItem.objects.all()] == [latest.pk]


def test_removing_a_conversation_says_what_comes_back(
    client: Client,
    on_mastodon: Message,
) -> None:
    html = page(client, f"/confirm/remove/?message={on_mastodon.pk}")
    assert "others keep theirs, and it comes back with the next message" in html
    assert "cannot be brought back" not in html


def test_mixi_trash_is_no_loss_but_a_notice_is(
    client: Client,
    on_mixi: Message,
) -> None:
    html = page(client, f"/confirm/delete/?message={on_mixi.pk}")
    assert "moved to the trash of mixi, where they can be restored" in html
    assert "cannot be brought back" not in html
    notice = make_message(account=on_mixi.account, source="notice", box="notices")
    html = page(client, f"/confirm/delete/?message={on_mixi.pk}&message={notice.pk}")
    assert "notices: deleted on mixi for good, without a trash" in html
    assert "1 of these messages cannot be brought back." in html


def test_limits_of_the_host_are_told_in_hours(client: Client, user: User) -> None:
    account = mastodon_account(user)
    ids = [
        make_message(account=account, source="status", outgoing=True, box="mentions").pk
        for _ in range(100)
    ]
    answer = client.post(
        "/confirm/delete/", {"message": ",".join(map(str, ids)), "next": "/"}
    )
    assert "about 1 h 30 min" in html_of(answer)


def test_changed_toolbar_and_menu_come_back_with_their_network(
    client: Client,
    on_mixi: Message,
) -> None:
    shown = f"/c/{on_mixi.conversation_id}/"
    html = post_htmx(client, "mark-unread", shown=shown, message=on_mixi.pk)
    bar = buttons(html, f'id="toolbar-{on_mixi.conversation_id}"', "</form>")
    assert "on the server too" in bar["mark-read"]
    assert bar["mark-replied"] == "Mark replied on mixi"
    found = buttons(html, f'id="menu-{on_mixi.pk}"', "</form>")
    assert found["mark-replied"] == "Mark replied on mixi"


def test_filter_chips_follow_the_counts(client: Client, on_mixi: Message) -> None:
    html = post_htmx(client, "mark-unread", message=on_mixi.pk)
    assert 'id="chips"' in html
    html = post_htmx(client, "mark-read", shown="/c/1/", message=on_mixi.pk)
    assert 'id="chips"' not in html

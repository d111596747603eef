"""`sync`, `messages` and `operate` as an operator and a script use them."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Account
from messaging.models import Message
from simulators.misskey import Simulator
from tests.factories import make_account, make_author, make_message, make_user
from tests.messaging.conftest import Link
from tests.messaging.views.networks import mastodon_account, mixi_account

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> list[dict[str, object]]:
    out = StringIO()
    call_command(*arguments, "--json", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.fixture
def account(sim: Simulator, link: Link) -> Account:
    sim.direct("hana", "taro", "written by me")
    sim.direct("taro", "hana", "written to me")
    sim.mention("taro", "hana", "release notes")
    return link()


def test_sync_tells_each_box(account: Account) -> None:
    lines = run("sync", "--user", "me")
    by_box = {line["box"]: line for line in lines}
    keys = {"account", "box", "new", "changed", "gone", "unreadable", "error"}
    assert set(by_box["mentions"]) == keys
    assert sum(int(str(line["new"])) for line in lines) >= 3
    again = run("sync", "--account", str(account.pk))
    assert {line["new"] for line in again} == {0}


def test_sync_fails_with_one_line_when_a_host_is_away(
    sim: Simulator,
    account: Account,
) -> None:
    sim.fault("*", "status", status=503)
    with pytest.raises(CommandError, match=sim.host):
        run("sync", "--account", str(account.pk))


def test_sync_of_an_unknown_account_says_so() -> None:
    with pytest.raises(CommandError, match="no such linked account"):
        run("sync", "--account", "4711")


@pytest.mark.usefixtures("account")
def test_messages_lists_what_matches_newest_first() -> None:
    run("sync", "--user", "me")
    lines = run("messages", "me", "written")
    assert {line["text"] for line in lines} == {"written by me", "written to me"}
    times = [str(line["sent_at"]) for line in lines]
    assert times == sorted(times, reverse=True)
    assert set(lines[0]) == {
        *("id", "account", "provider", "host", "box", "kind", "remote_id", "author"),
        *("title", "text", "sent_at", "unread", "remote_state", "outgoing"),
    }
    assert len(run("messages", "me", "--limit", "1")) == 1
    assert {line["box"] for line in run("messages", "me", "--box", "mentions")} == {
        "mentions",
    }


def test_messages_never_shows_another_users() -> None:
    make_user("me")
    make_message(text="of somebody else")
    assert run("messages", "me") == []


def test_messages_of_an_unknown_user_says_so() -> None:
    with pytest.raises(CommandError, match="no user"):
        run("messages", "nobody")


def test_messages_of_no_length_are_refused() -> None:
    make_user("me")
    with pytest.raises(CommandError, match="--limit -1"):
        run("messages", "me", "--limit", "-1")


@pytest.mark.parametrize(
    "query",
    ["", "  ", "written is:unraed", "-is:unraed", "word " * 41, "x" * 1001],
)
def test_operate_refuses_a_query_that_may_match_too_much(query: str) -> None:
    message = make_message(account=make_account(make_user("me")), text="written")
    with pytest.raises(CommandError, match="Nothing was done"):
        call_command("operate", "me", "hide", "--yes", "--", query)
    message.refresh_from_db()
    assert message.hidden_at is None


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("written",), "A dry run: nothing was done. --yes does it."),
        (("unheard-of",), "No message matches."),
        (("written", "--yes"), "Stored; the server does the work."),
        (("written", "--yes", "--wait"), "Done."),
    ],
)
def test_operate_says_what_came_of_it(words: tuple[str, ...], line: str) -> None:
    make_message(
        account=make_account(make_user("me")), text="written", folded="written"
    )
    out = StringIO()
    call_command("operate", "me", "hide", *words, stdout=out)
    assert out.getvalue().splitlines()[-1] == line


def test_operate_without_yes_changes_nothing(
    sim: Simulator,
    account: Account,
) -> None:
    run("sync", "--user", "me")
    notes = len(sim.notes_of("hana"))
    lines = run("operate", "me", "delete", "written")
    assert lines == [
        {"account": account.pk, "matching": 2, "possible": 1, "not_possible": 1},
    ]
    assert len(sim.notes_of("hana")) == notes


def test_operate_with_wait_does_it_on_the_server(
    sim: Simulator,
    account: Account,
) -> None:
    run("sync", "--user", "me")
    lines = run("operate", "me", "delete", "written", "--yes", "--wait")
    assert (lines[0]["done"], lines[0]["failed"], lines[0]["skipped"]) == (1, 0, 1)
    assert not sim.notes_of("hana")


def test_operate_with_yes_alone_leaves_the_work_to_the_server(
    sim: Simulator,
    account: Account,
) -> None:
    run("sync", "--user", "me")
    run("operate", "me", "delete", "written", "--yes")
    assert sim.notes_of("hana")
    assert account.items.filter(state="pending").count() == 1


def test_messages_takes_any_limit() -> None:
    make_message(account=make_account(make_user("me")))
    assert len(run("messages", "me", "--limit", str(10**30))) == 1


def test_operate_marks_replied_only_where_a_network_has_that() -> None:
    me = make_user("me")
    mixi = mixi_account(me)
    received = make_message(account=mixi, source="inbox", text="hi", folded="hi")
    make_message(account=mixi, source="notice", box="notices", text="hi", folded="hi")
    make_message(account=mastodon_account(me), text="hi", folded="hi", source="direct")
    dry = run("operate", "me", "mark-replied", "hi")
    assert [(line["possible"], line["not_possible"]) for line in dry] == [
        (1, 1),
        (0, 1),
    ]
    run("operate", "me", "mark-replied", "provider:mixi in:messages", "--yes")
    waiting = mixi.items.filter(state="pending")
    assert [item.message_id for item in waiting] == [received.pk]


def test_operate_removes_from_the_list_where_a_network_has_one() -> None:
    me = make_user("me")
    make_message(account=mixi_account(me), source="inbox", text="hi", folded="hi")
    theirs = make_message(
        account=mastodon_account(me),
        source="direct",
        text="hi",
        folded="hi",
    )
    run("operate", "me", "remove", "provider:mastodon hi", "--yes")
    theirs.refresh_from_db()
    assert theirs.hidden_at is not None
    assert Message.objects.shown().count() == 1


@pytest.mark.parametrize(
    ("query", "handles"),
    [
        ("provider:mixi", ["花子"]),
        ("is:replied", ["花子"]),
        ("host:mastodon.example", [None]),
    ],
)
def test_messages_tells_each_network_the_same_way(
    query: str,
    handles: list[str | None],
) -> None:
    me = make_user("me")
    mixi = mixi_account(me)
    hanako = make_author(mixi, name="花子", handle="花子")
    make_message(account=mixi, author=hanako, source="inbox", remote_state="replied")
    make_message(account=mastodon_account(me), author=None, kind="announcement")
    lines = run("messages", "me", query)
    assert [line["author"] for line in lines] == handles
    assert all(line["provider"] in ("mixi", "mastodon") for line in lines)


def test_operate_fails_when_something_could_not_be_done(
    sim: Simulator,
    account: Account,
) -> None:
    run("sync", "--user", "me")
    sim.fault("api/notes/delete", "status", status=413)
    with pytest.raises(CommandError, match="1 could not be done"):
        run("operate", "me", "delete", "written", "--yes", "--wait")


class Impatient(StringIO):
    """Somebody who presses Ctrl+C as soon as they read that it will take a while."""

    def write(self, text: str) -> int:
        super().write(text)
        raise KeyboardInterrupt


def test_operate_says_what_it_waits_for_and_can_be_left(
    sim: Simulator,
    account: Account,
) -> None:
    run("sync", "--user", "me")
    sim.fault("*", "status", status=503)
    words = Impatient()
    with pytest.raises(CommandError, match="Stopped waiting: 1 still open; the server"):
        call_command(
            *("operate", "me", "delete", "in:sent written", "--yes", "--wait"),
            stderr=words,
        )
    assert sim.host in words.getvalue()
    assert account.items.get().state == "pending"


def test_operate_fails_while_the_account_has_to_sign_in_again(
    sim: Simulator,
    account: Account,
) -> None:
    run("sync", "--user", "me")
    sim.revoke("hana")
    with pytest.raises(CommandError, match="1 still wait: sign in again as @hana@"):
        run("operate", "me", "delete", "in:sent written", "--yes", "--wait")
    assert account.items.get().state == "pending"

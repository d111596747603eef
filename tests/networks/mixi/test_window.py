"""The window: the newest messages, looked at again for what was done to them elsewhere."""

from datetime import timedelta

import pytest

from inboxhub.lib.http import BodyTooLarge
from inboxhub.networks.base import Page, RemoteMessage
from inboxhub.networks.mixi import Client
from tests.networks.mixi.host import (
    INBOX,
    Call,
    Host,
    Mailbox,
    Script,
    client_of,
    messages,
    row,
)
from tests.networks.replay import Answer

MINUTES = 10


def mailbox(count: int) -> Mailbox:
    return Mailbox([row(number) for number in range(count, 0, -1)])


def looked(box: Mailbox, source: str = "@inbox") -> tuple[Client, Host, str]:
    """A client that has pulled everything, and what it handed on."""
    client, host = client_of(box.script(source))
    listing = {"@inbox": "inbox", "@outbox": "outbox", "@noticebox": "notice"}[source]
    newest = client.pull(listing, None).newest
    host.calls.clear()
    return client, host, newest


def later(box: Mailbox, minutes: float = MINUTES) -> None:
    box.now += timedelta(minutes=minutes)


def found(page: Page) -> dict[str, RemoteMessage]:
    return {message.remote_id: message for message in messages(page)}


def asked(host: Host) -> list[tuple[bool, str]]:
    """Of each call: whether it asked only for what is newer, and where it began."""
    return [
        ("updatedSince" in call.query, call.query.get("startIndex", "0"))
        for call in host.calls
    ]


@pytest.mark.parametrize("source", ["@inbox", "@noticebox"])
def test_status_changed_elsewhere_shows_within_ten_minutes(source: str) -> None:
    box = mailbox(120)
    client, host, newest = looked(box, source)
    box.rows[30]["status"] = box.rows[99]["status"] = "read"
    later(box)
    page = client.pull("inbox" if source == "@inbox" else "notice", None, newest=newest)
    shown = found(page)
    assert len(shown) == 100
    assert [one for one, m in shown.items() if not m.unread] == ["m90", "m21"]
    assert (asked(host), page.next) == (
        [(True, "0"), (False, "0"), (False, "50")],
        None,
    )


def test_reply_sent_elsewhere_shows_within_ten_minutes() -> None:
    box = mailbox(3)
    client, _, newest = looked(box)
    box.rows[1]["status"] = "replied"
    later(box)
    shown = found(client.pull("inbox", None, newest=newest))
    assert [one for one, m in shown.items() if m.replied] == ["m2"]


def test_message_restored_from_the_trash_is_among_the_newest_again() -> None:
    box = mailbox(20)
    restored = box.rows.pop(5)
    client, _, newest = looked(box)
    box.rows.insert(5, restored)
    assert restored["id"] not in found(client.pull("inbox", None, newest=newest))
    later(box)
    assert restored["id"] in found(client.pull("inbox", None, newest=newest))


def test_look_is_taken_every_ten_minutes_only() -> None:
    box = mailbox(3)
    client, host, newest = looked(box)
    for _ in range(40):
        later(box, 1)
        newest = client.pull("inbox", None, newest=newest).newest
    assert len(host.calls) == 40 + 4


@pytest.mark.parametrize("minutes", [-9, 0, 9])
def test_nobody_looks_again_before_it_is_time(minutes: int) -> None:
    box = mailbox(3)
    client, host, newest = looked(box)
    later(box, minutes)
    client.pull("inbox", None, newest=newest)
    assert asked(host) == [(True, "0")]


def test_clock_that_went_back_does_not_put_the_look_off() -> None:
    box = mailbox(3)
    client, host, newest = looked(box)
    later(box, -600)
    client.pull("inbox", None, newest=newest)
    assert asked(host) == [(True, "0"), (False, "0")]


@pytest.mark.parametrize("newest", ["2010-11-10T08:26:23Z", "2010-11-10T08:26:23Z x y"])
def test_time_of_the_look_that_is_none_means_that_it_is_time(newest: str) -> None:
    client, host = client_of(mailbox(3).script())
    page = client.pull("inbox", None, newest=newest)
    assert asked(host) == [(True, "0"), (False, "0")]
    assert page.newest.endswith(" 2011-11-11T00:00:00Z")


def test_what_was_sent_has_no_status_to_look_for() -> None:
    box = mailbox(3)
    client, host, newest = looked(box, "@outbox")
    later(box)
    client.pull("outbox", None, newest=newest)
    assert asked(host) == [(True, "0")]


def test_short_slices_make_more_of_them_but_not_many() -> None:
    box = mailbox(300)
    box.clamp = 30
    client, host, newest = looked(box)
    later(box)
    shown = found(client.pull("inbox", None, newest=newest))
    assert (len(shown), len(host.calls)) == (120, 5)


def test_listing_that_is_oldest_first_is_looked_at_from_its_end() -> None:
    box = Mailbox([row(number) for number in range(1, 401)])
    client, host, newest = looked(box)
    box.rows[310]["status"] = "read"
    later(box)
    shown = found(client.pull("inbox", None, newest=newest))
    assert [one for one, m in shown.items() if not m.unread] == ["m311"]
    assert len(host.calls) == 4


def test_new_messages_and_the_window_come_on_one_page() -> None:
    box = mailbox(60)
    client, _, newest = looked(box)
    box.rows[:0] = [row(number) for number in range(110, 60, -1)]
    box.rows[:0] = [row(number) for number in range(170, 110, -1)]
    later(box)
    page = client.pull("inbox", None, newest=newest)
    moments = [message.sent_at for message in messages(page)]
    assert moments == sorted(moments, reverse=True)
    assert len(found(page)) == 100
    assert page.next is not None  # of what is newer
    assert "m61" in found(client.pull("inbox", client.pull("inbox", page.next).next))


def test_message_too_large_to_load_does_not_end_the_look() -> None:
    box = mailbox(60)

    def heavy(call: Call) -> Answer:
        if int(call.query["count"]) > 10:
            raise BodyTooLarge("the answer is larger than 9 bytes")
        return box.listed(call)

    script: dict[str, Script] = {f"GET {INBOX}": heavy}
    client, host = client_of(script)
    newest = "2010-11-11T20:00:00Z 2010-11-11T20:00:00Z"
    shown = found(client.pull("inbox", None, newest=newest))
    assert len(shown) == 40
    assert len(host.calls) == 10

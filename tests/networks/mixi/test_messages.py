"""What is in an entry: people without ids, HTML or text, odd times, hostile signs."""

from datetime import UTC, datetime

import pytest

from inboxhub.lib.html import clean
from inboxhub.networks.base import RemoteMessage
from inboxhub.networks.mixi.messages import read_message
from inboxhub.networks.mixi.people import MIXI_ITSELF
from inboxhub.networks.mixi.trays import INBOX, NOTICEBOX, OUTBOX, Tray
from tests.networks.mixi.host import row

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def read(tray: Tray = INBOX, **members: object) -> RemoteMessage:
    item = read_message(row(1) | members, tray, None, NOW)
    assert isinstance(item, RemoteMessage)
    return item


@pytest.mark.parametrize(
    "sender", [None, {}, "x", 7, [], {"id": "", "displayName": " "}]
)
def test_message_from_nobody_known_stands_alone(sender: object) -> None:
    message = read(sender=sender)
    assert message.author is None
    assert message.conversation_key == "inbox:m1"


def test_person_who_is_no_friend_has_a_conversation_by_name() -> None:
    message = read(sender={"displayName": "知人", "profileUrl": "http://mixi.jp/x"})
    assert message.author is not None
    assert message.author.remote_id == message.conversation_key == "name:知人"
    assert message.author.url == ""
    assert message.extra["no_id"] is True
    other = read(sender={"id": "name:知人", "displayName": "別人"})
    assert other.conversation_key == "name:別人"


def test_nobody_can_pose_as_mixi() -> None:
    message = read(sender={"id": MIXI_ITSELF, "displayName": "mixi"})
    assert message.author is not None
    assert message.author.remote_id == "name:mixi"
    notice = read(NOTICEBOX, sender={"id": "x", "displayName": "mixi"})
    assert notice.author is not None
    assert notice.author.remote_id == MIXI_ITSELF


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("", "rdqz7s6ew176q"),
        ("あ" * 10_000, "あ" * 200),
        ("abc\u202egnp.exe", "abcgnp.exe"),
        ("two\nlines", "two lines"),
    ],
    ids=["empty", "long", "turned", "lines"],
)
def test_name_is_one_short_line(told: str, name: str) -> None:
    message = read(sender={"id": "rdqz7s6ew176q", "displayName": told})
    assert message.author is not None
    assert message.author.name == name


HTML = '<p>Hi<script>alert(1)</script><img src=x onerror="x()"> <a href="javascript:x">'


def test_html_is_html_in_notices_only() -> None:
    notice = read(NOTICEBOX, body=HTML)
    assert notice.html == HTML
    assert clean(notice.html) == "<p>Hi </p>"
    assert notice.text == "Hi"
    for tray in (INBOX, OUTBOX):
        literal = read(tray, body=HTML)
        assert (literal.text, literal.html) == (HTML, "")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("A & B\n1 < 2", "A & B\n1 < 2"),
        ("A &amp; B\nhttp://x.example/?a=1&b=2", "A & B\nhttp://x.example/?a=1&b=2"),
        ("&lt;script&gt;\u3000&#12354;", "<script>\u3000あ"),
    ],
)
def test_notice_without_tags_stays_text_with_its_lines(body: str, text: str) -> None:
    notice = read(NOTICEBOX, body=body)
    assert (notice.text, notice.html) == (text, "")


@pytest.mark.parametrize("body", ["\ud800A\x00B\ufeff\r\nC", "A\x00B\ud800\nC"])
def test_signs_that_cannot_be_stored_are_gone(body: str) -> None:
    message = read(body=body, title=body, sender={"id": "a", "displayName": body})
    assert (message.text, message.title) == ("AB\nC", "AB C")
    assert message.author is not None
    assert message.author.name == "AB C"


def test_signs_beyond_the_first_plane_stay() -> None:
    assert read(body="😀𠮷", title="👨‍👩‍👧").text == "😀𠮷"


def test_huge_text_is_cut() -> None:
    message = read(body="x" * 5_000_000, title="y" * 5_000_000)
    assert (len(message.text), len(message.title)) == (65_536, 500)


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("2010-11-10T17:26:23+09:00", "2010-11-10T08:26:23+00:00"),
        ("2010-11-10T08:26:23Z", "2010-11-10T08:26:23+00:00"),
        ("2010-11-10T17:26:23.5+09:00", "2010-11-10T08:26:23.500000+00:00"),
        ("2010-11-10T17:26:23", "2010-11-10T08:26:23+00:00"),
    ],
)
def test_time_is_read_in_every_form(told: str, moment: str) -> None:
    message = read(timeSent=told)
    assert message.sent_at.isoformat() == moment
    assert not message.undated


@pytest.mark.parametrize(
    "told",
    [
        *(
            None,
            7,
            "",
            "soon",
            "0001-01-01T00:00:00+09:00",
            "2010-11-10T24:00:00+09:00",
        ),
        *("1970-01-01T00:00:00Z", "2345-01-01T00:00:00Z", "9999-12-31T23:59:59-09:00"),
        *("1289377583", [], "x" * 1000),
    ],
)
def test_time_that_cannot_be_read_is_that_of_receipt(told: object) -> None:
    message = read(timeSent=told)
    assert message.sent_at == NOW
    assert message.undated


@pytest.mark.parametrize(
    ("status", "unread", "replied"),
    [("unread", True, False), ("read", False, False), ("replied", False, True)],
)
def test_status_says_whether_it_is_unread_and_whether_it_is_answered(
    status: str, *, unread: bool, replied: bool
) -> None:
    message = read(status=status)
    assert (message.unread, message.replied, message.extra) == (unread, replied, {})


def test_unknown_status_is_kept_and_counts_as_read() -> None:
    message = read(status="archived")
    assert (message.unread, message.replied) == (False, False)
    assert message.extra == {"status": "archived"}


@pytest.mark.parametrize("status", [None, 7, "", [], {}])
def test_status_that_is_none_says_nothing(status: object) -> None:
    assert read(status=status).unread is None


@pytest.mark.parametrize("told", ["00123", "1e5", "a/b", "x?y%z", "..", "メ モ"])
def test_id_is_a_string_as_it_is(told: str) -> None:
    assert read(id=told).remote_id == told


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "//x.example/a.png",
        "http://x y",
        7,
        "ftp://x",
        "http://\x00",
    ],
)
def test_address_that_is_no_web_address_is_left_out(address: object) -> None:
    sender = {"id": "a", "displayName": "b", "thumbnailUrl": address}
    message = read(sender=sender | {"profileUrl": address})
    assert message.author is not None
    assert (message.author.avatar_url, message.author.url) == ("", "")

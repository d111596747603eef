"""Statuses: what one is to me, and what of it is kept."""

from collections.abc import Mapping

import pytest

from inboxhub.networks.base import RemoteMessage, Unreadable
from inboxhub.networks.mastodon.statuses import read_status
from tests.networks.mastodon.accounts import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    GOTOSOCIAL,
    HOST,
    person,
    status,
    viewer_of,
)
from tests.networks.replay import body_of, recorded

ME, ANN, BEN = person("1001", "me"), person("1002", "ann"), person("1003", "ben")
VIEWER = viewer_of(me="1001")


def read(raw: object, **more: object) -> RemoteMessage:
    found = read_status(raw, VIEWER, **more)  # type: ignore[arg-type]  # hint, parents
    assert isinstance(found, RemoteMessage)
    return found


def direct(
    identifier: str, author: Mapping[str, object], *to: Mapping[str, object]
) -> object:
    return status(identifier, author, *to, visibility="direct")


def test_direct_status_belongs_to_the_set_of_its_people() -> None:
    received = read(direct("2001", ANN, ME, BEN))
    answered = read(direct("2002", ME, BEN, ANN))
    assert received.conversation_key == answered.conversation_key == "1002,1003"
    assert (received.source, received.box, received.kind) == (
        "direct",
        "messages",
        "message",
    )
    assert (received.outgoing, answered.outgoing) == (False, True)


def test_direct_status_to_nobody_is_with_myself() -> None:
    assert read(direct("2001", ME)).conversation_key == "self"


def test_status_says_whom_an_answer_goes_to() -> None:
    ann, ben = {"1002": "@ann@mastodon.example"}, {"1003": "@ben@mastodon.example"}
    assert read(direct("2001", ANN, ME, BEN, ANN)).extra["audience"] == ann | ben
    assert read(direct("2002", ANN, ME)).extra["audience"] == ann
    assert read(direct("2003", ME, BEN)).extra["audience"] == ben


def test_crowd_is_counted() -> None:
    crowd = [person(str(5000 + number), f"guest{number}") for number in range(101)]
    assert read(direct("2001", ANN, ME, *crowd)).extra["audience"] == 102


def test_conversation_does_not_depend_on_whom_else_i_know() -> None:
    one = read(direct("2001", ANN, ME))
    other = read(direct("2002", ANN, ME, BEN))
    assert one.conversation_key != other.conversation_key


@pytest.mark.parametrize(
    ("raw", "kind", "key", "box"),
    [
        (status("2001", ANN, ME), "mention", "status:2001", "mentions"),
        (
            status("2002", ANN, ME, in_reply_to_id="9", in_reply_to_account_id="1001"),
            "reply",
            "status:9",
            "mentions",
        ),
        (
            status("2003", ANN, in_reply_to_id="9", in_reply_to_account_id="1001"),
            "reply",
            "status:9",
            "mentions",
        ),
        (
            status("2004", ME, ANN, in_reply_to_id="8", in_reply_to_account_id="1002"),
            "reply",
            "status:8",
            "mentions",
        ),
        (
            status("2005", ME, in_reply_to_id="8", in_reply_to_account_id="1001"),
            "post",
            "status:8",
            "mentions",
        ),
        (status("2006", ME), "post", "status:2006", "mentions"),
        (status("2007", ANN), "post", "post:1002:2026-08-01", "notices"),
        (
            status("2008", ANN, reblog=status("7", ME)),
            "boost",
            "boost:7:2026-08-01",
            "notices",
        ),
        (
            status(
                "2009",
                ANN,
                quote={"state": "accepted", "quoted_status": status("6", ME)},
            ),
            "quote",
            "status:2009",
            "mentions",
        ),
    ],
)
def test_kind_and_conversation_follow_from_the_status(
    raw: object, kind: str, key: str, box: str
) -> None:
    found = read(raw)
    assert (found.kind, found.conversation_key, found.box) == (kind, key, box)


def test_own_answer_stands_beside_what_it_answers() -> None:
    theirs = status("2002", ANN, ME, in_reply_to_id="9", in_reply_to_account_id="1001")
    mine = status("2004", ME, ANN, in_reply_to_id="2002", in_reply_to_account_id="1002")
    found = read(mine, parents={"2002": theirs})
    assert found.conversation_key == read(theirs).conversation_key == "status:9"


@pytest.mark.parametrize("visibility", ["limited", "local", "mutuals_only", None, 7])
def test_unknown_visibility_is_no_direct_message(visibility: object) -> None:
    found = read(status("2001", ANN, ME, visibility=visibility))
    assert (found.source, found.kind) == ("status", "mention")


def test_text_is_the_plain_html() -> None:
    html = "<p>Hello <b>you</b><br>there</p><p>&lt;3</p>"
    found = read(status("2001", ANN, ME, content=html))
    assert (found.html, found.text) == (html, "Hello you\nthere\n\n<3")


def test_hostile_html_is_plain_in_the_text() -> None:
    html = "<script>alert(1)</script><p onclick=x>a<span style='x'>b</p>" + "<i>" * 9999
    found = read(status("2001", ANN, ME, content=html))
    assert found.text == "ab"


def test_hostile_quote_is_read_in_linear_time() -> None:
    quote = {"state": "accepted", "quoted_status": status("6", ME)}
    for html in (" " * 65_000, '<p class="quote-inline">' * 2_700, "<p" * 32_000):
        found = read(status("2001", ANN, content=html, quote=quote))
        assert found.kind == "quote"


def test_content_of_a_long_address_stays_whole_in_the_text() -> None:
    html = (
        '<p><a href="https://example.org/a"><span class="invisible">https://</span>'
        '<span class="ellipsis">example.org</span><span class="invisible">/a</span></a></p>'
    )
    assert read(status("2001", ANN, ME, content=html)).text == "https://example.org/a"


def test_quote_brings_its_status_instead_of_the_fallback_link() -> None:
    found = read(recorded("059", "mastodon").body)
    quote = found.extra["quote"]
    assert isinstance(quote, dict)
    assert (quote["text"], quote["remote_id"]) == ("Toot!", "117020582917124092")
    assert "RE:" not in found.text
    assert "quote-inline" not in found.html


def test_quote_that_was_taken_back_leaves_the_fallback_link() -> None:
    found = read(recorded("061", "mastodon").body)
    assert "quote" not in found.extra
    assert found.text.startswith("RE:")


def test_files_have_addresses_sizes_and_descriptions() -> None:
    raw = recorded("027", "mastodon").body
    assert isinstance(raw, dict)
    for file in raw["media_attachments"]:
        for name in ("url", "preview_url"):
            file[name] = file[name].replace("http://localhost:3000", f"https://{HOST}")
    first, second = read(raw).attachments
    assert first.url.startswith(f"https://{HOST}/")
    assert (first.width, first.height, first.mime) == (600, 600, "image/*")
    assert first.description == "John Lennon doing a funny walk"
    assert first.sensitive
    assert "watson" in second.description


def test_file_without_an_address_is_left_out_and_one_elsewhere_is_linked() -> None:
    files = [
        {"type": "image", "url": None, "preview_url": None},
        {"type": "unknown", "url": None, "remote_url": "https://far.example/a.bin"},
        {"type": ["x"], "url": "https://far.example/b", "meta": 5},
        {"type": "image", "url": "javascript:alert(1)"},
    ]
    found = read(status("2001", ANN, ME, media_attachments=files))
    assert [(f.url, f.mime) for f in found.attachments] == [
        ("https://far.example/a.bin", ""),
        ("https://far.example/b", ""),
    ]


def test_poll_has_choices_votes_and_my_own() -> None:
    poll = {
        "options": [
            {"title": "a", "votes_count": 3},
            {"title": "b", "votes_count": None},
        ],
        "multiple": True,
        "expires_at": "2026-08-02T00:00:00.000Z",
        "own_votes": [1],
    }
    found = read(status("2001", ANN, ME, poll=poll))
    assert found.extra["poll"] == {
        "choices": [
            {"text": "a", "votes": 3, "mine": False},
            {"text": "b", "votes": 0, "mine": True},
        ],
        "multiple": True,
        "ends_at": "2026-08-02T00:00:00+00:00",
    }


def test_emoji_are_those_of_this_object_only() -> None:
    emojis = [
        {"shortcode": "cat", "url": "https://far.example/cat.png"},
        {"shortcode": "a b", "url": "https://far.example/x.png"},
        {"shortcode": "dog", "url": "javascript:x"},
    ]
    found = read(status("2001", {**ANN, "emojis": emojis}, ME, emojis=emojis[:1]))
    assert found.emojis == {"cat": "https://far.example/cat.png"}
    assert found.author
    assert found.author.emojis == {"cat": "https://far.example/cat.png"}


def test_warning_language_and_edit_are_kept() -> None:
    more = {
        "spoiler_text": "food",
        "language": "zh-TW",
        "edited_at": "2026-08-02T00:00:00Z",
    }
    found = read(status("2001", ANN, ME, **more))
    assert (found.content_warning, found.lang) == ("food", "zh-TW")
    assert found.edited_at
    assert found.edited_at.isoformat() == "2026-08-02T00:00:00+00:00"


def test_status_without_a_page_has_its_uri() -> None:
    found = read(status("2001", ANN, ME, url=None))
    assert found.url == found.uri == f"https://{HOST}/statuses/2001"


def test_favourites_are_reactions() -> None:
    found = read(status("2001", ANN, ME, favourites_count=3, favourited=True))
    assert found.extra["reactions"] == {"⭐": 3}
    assert found.extra["my_reaction"] == "⭐"


def test_people_of_elsewhere_keep_their_host() -> None:
    author = {**ANN, "acct": "ann@far.example", "display_name": ""}
    found = read(status("2001", author, ME)).author
    assert found
    assert (found.handle, found.name) == ("@ann@far.example", "ann")
    assert found.avatar_url.endswith("ann-still.png")


def test_mentioned_people_are_not_described_by_their_mention() -> None:
    """A mention has neither name nor picture, and would blank those that are known."""
    found = read(direct("2001", ANN, ME, BEN))
    assert [p.remote_id for p in found.participants] == ["1002"]


@pytest.mark.parametrize("raw", [None, 7, "text", [], {}, {"id": 3.5}, {"id": "../x"}])
def test_what_is_no_status_is_unreadable(raw: object) -> None:
    found = read_status(raw, VIEWER)
    assert isinstance(found, Unreadable)
    assert found.remote_id == ""


@pytest.mark.parametrize("name", ["account", "created_at"])
def test_status_without_author_or_time_is_unreadable(name: str) -> None:
    found = read_status({**status("2001", ANN), name: None}, VIEWER)
    assert isinstance(found, Unreadable)
    assert (found.source, found.remote_id) == ("status", "2001")


def test_ids_stay_text_beyond_64_bits() -> None:
    assert (
        read(status("123456789012345678901234", ANN)).remote_id
        == "123456789012345678901234"
    )
    assert read(status("2001", ANN, id=2**53 + 1)).remote_id == "9007199254740993"


def test_recorded_context_is_one_conversation() -> None:
    viewer = viewer_of(GOTOSOCIAL)
    raws = [recorded(number, "gotosocial").body for number in ("030", "031", "033")]
    keys = [read_status(raw, viewer) for raw in raws]
    found = [item.conversation_key for item in keys if isinstance(item, RemoteMessage)]
    assert found[:2] == [BOB, BOB]
    assert set(found[2].split(",")) <= {CAROL, DAVE}
    assert ALICE not in ",".join(found)


def test_misskey_answers_are_no_statuses() -> None:
    rows = body_of("051")
    assert isinstance(rows, list)
    assert all(isinstance(read_status(raw, VIEWER), Unreadable) for raw in rows)

"""Notes that are shown and never stored: safe on the page, and gone from everywhere else."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from inboxhub.networks.base import Attachment, RemoteAuthor, RemoteMessage
from messaging import cards
from messaging.live_page import Look, rendered
from messaging.models import Message
from tests.factories import make_account

pytestmark = pytest.mark.django_db

PICTURE = "https://misskey.example/a.png"
HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
NOTE = RemoteMessage(
    source="note",
    remote_id="n1",
    box="mentions",
    kind="post",
    conversation_key="k",
    sent_at=datetime(2025, 11, 21, 5, tzinfo=UTC),
    author=RemoteAuthor("u1", "@taro@misskey.example", "Taro", PICTURE),
    text="Hello :cat:",
    emojis={"cat": PICTURE},
    visibility="public",
    url="https://misskey.example/notes/n1",
    attachments=(Attachment(PICTURE, PICTURE, "image/png", "a.png"),),
    extra={
        "reactions": {"🎉": 2},
        "poll": {"choices": [{"text": "yes", "votes": 3}], "multiple": False},
    },
)


def shown(note: RemoteMessage, language: str = "en") -> str:
    """The card as the owner of an account sees it, made without asking any row."""
    account = make_account()
    card = cards.unpacked(cards.packed(note), account)
    look = Look(account.owner, language, ZoneInfo("Asia/Tokyo"))
    context: dict[str, object] = {"message": card, "account": account}
    return rendered(look, "live_card", context)


def test_card_has_what_a_note_has() -> None:
    html = shown(NOTE)
    for part in ("Taro", "@taro@misskey.example", "Hello", "🎉", "yes", "14:00"):
        assert part in html
    assert 'href="https://misskey.example/notes/n1"' in html
    assert not Message.objects.exists()


def test_card_speaks_the_language_of_the_page() -> None:
    assert "リアクション" in shown(NOTE, "ja")


def test_note_that_a_filter_covers_is_folded() -> None:
    covered = {**NOTE.extra, "filtered": "Spoilers"}
    html = shown(replace(NOTE, extra=covered, content_warning="the film"))
    summary, inside = html.split("<summary>")[1].split("</summary>")[:2]
    assert "Covered by your filter “Spoilers”" in summary
    assert "the film" not in summary
    assert "the film" in inside
    assert "Hello" in inside


@pytest.mark.parametrize("field", ["text", "html", "content_warning", "url", "kind"])
def test_hostile_note_is_harmless(field: str) -> None:
    hostile: dict[str, Any] = {field: HOSTILE}
    html = shown(replace(NOTE, **hostile))
    assert "<script" not in html
    assert "onerror=" not in html.replace("onerror=&quot;", "")


def test_html_of_a_note_is_cleaned_before_anything_shows_it() -> None:
    told = cards.packed(replace(NOTE, html=HOSTILE + "<p>kept</p>"))
    assert cards.unpacked(told, make_account()).html == "<p>kept</p>"


def test_hostile_author_is_harmless() -> None:
    author = RemoteAuthor("u", HOSTILE, HOSTILE, "javascript:alert(1)", HOSTILE)
    html = shown(replace(NOTE, author=author, remote_id='"><script>'))
    assert "<script" not in html
    assert "javascript:" not in html


def test_note_without_author_can_be_shown() -> None:
    assert "Hello" in shown(replace(NOTE, author=None))


def test_pictures_of_a_card_come_through_our_own_door() -> None:
    html = shown(NOTE)
    addresses = [part.partition('"')[0] for part in html.split('src="')[1:]]
    assert len(addresses) == 3
    assert all(address.startswith("/media/") for address in addresses)

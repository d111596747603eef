"""Notes that are shown and never stored: safe on the page, and gone from everywhere else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User

from inboxhub.networks.base import Attachment, RemoteAuthor, RemoteMessage
from messaging import cards, live_page
from messaging.live_page import Look
from messaging.models import Message
from messaging.views import media
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
    return live_page._rendered(look, "live_card", context)


def test_card_has_what_a_note_has() -> None:
    html = shown(NOTE)
    for part in ("Taro", "@taro@misskey.example", "Hello", "🎉", "yes", "14:00"):
        assert part in html
    assert 'href="https://misskey.example/notes/n1"' in html
    assert not Message.objects.exists()


def test_card_speaks_the_language_of_the_page() -> None:
    assert "リアクション" in shown(NOTE, "ja")


@pytest.mark.parametrize("field", ["text", "html", "content_warning", "url", "kind"])
def test_hostile_note_is_harmless(field: str) -> None:
    html = shown(replace(NOTE, **{field: HOSTILE}))
    assert "<script" not in html
    assert "onerror=" not in html.replace("onerror=&quot;", "")


def test_hostile_author_is_harmless() -> None:
    author = RemoteAuthor("u", HOSTILE, HOSTILE, "javascript:alert(1)", HOSTILE)
    html = shown(replace(NOTE, author=author, remote_id='"><script>'))
    assert "<script" not in html
    assert "javascript:" not in html


def test_note_without_author_can_be_shown() -> None:
    assert "Hello" in shown(replace(NOTE, author=None))


@pytest.fixture
def passing() -> Iterator[None]:
    token = cards.passing.set(True)
    yield
    cards.passing.reset(token)


def addresses(html: str) -> list[str]:
    return [part.partition('"')[0] for part in html.split('src="')[1:]]


def test_pictures_of_cards_are_our_own_and_do_not_count_for_long(
    monkeypatch: pytest.MonkeyPatch, client: object
) -> None:
    found = addresses(shown(NOTE))
    assert len(found) == 3
    assert all(address.startswith("/media/") for address in found)


@pytest.mark.usefixtures("passing")
@pytest.mark.parametrize(("later", "counts"), [(0, True), (1, True), (2, False)])
def test_picture_of_a_card_counts_an_hour_or_two(
    monkeypatch: pytest.MonkeyPatch,
    rf: object,
    later: int,
    counts: bool,  # noqa: FBT001
) -> None:
    user = User.objects.create_user("me")
    path = media.media_url(user.pk, PICTURE)
    hour = media._hour()
    monkeypatch.setattr(media, "_hour", lambda: hour + later)
    assert path

"""The Japanese catalogue is complete, and pages in Japanese are Japanese throughout."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings as installed
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from pytest_django import Settings

from accounts.models import Account
from inboxhub.networks.capabilities import Ability, Capabilities
from messaging.templatetags.page import ago, day_and_clock, day_heading, row_time
from tests.factories import make_account, make_message, make_user

CATALOGUE = Path(installed.LOCALE_PATHS[0], "ja", "LC_MESSAGES", "django.po")
FIELD = re.compile(r'^(msg\w+(?:\[\d\])?) ((?:"(?:[^"\\]|\\.)*"\s*)+)', re.MULTILINE)
FILLED_IN = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|</?\w+>")
UNWANTED = ("お客様", "申請", "！", "ございます", "致します")

SENTENCE = re.compile(r"[A-Za-z’']+(?:[ ,]+[A-Za-z’']+){2,}")
REMOTE = ("bdi", "code", "kbd", "script", "style")
READ_ALOUD = ("title", "aria-label", "placeholder", "data-nothing", "data-failed")
VOID = ("input", "img", "br", "link", "meta")

ABLE = Capabilities(
    software="misskey",
    version="2025.12.2",
    boxes={"requests": "no-permission-requests"},
    abilities={
        "mark-read": {"chat": Ability("server", effect="read-chat")},
        "mark-unread": {"chat": Ability("here", reason="no-mark-unread")},
        "delete": {"note": Ability("nowhere", reason="not-yours")},
    },
    warnings=("native-token",),
).as_json()


class Entry(NamedTuple):
    english: str
    japanese: str
    fuzzy: bool


class Reader(HTMLParser):
    """Collects what a page says itself: no remote words, no names of languages."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._skipped: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        self.said += [names[name] or "" for name in READ_ALOUD if name in names]
        remote = (
            tag in REMOTE or names.get("lang") == "en" or names.get("class") == "text"
        )
        if tag not in VOID and (self._skipped or remote):
            self._skipped.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            self._skipped.pop()

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.said.append(data)

    def english(self) -> list[str]:
        """Runs of three or more English words."""
        return [text.strip() for text in self.said if SENTENCE.search(text)]


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """The language of a page would stay for the tests that follow."""
    with override("en"):
        yield


@pytest.fixture
def account(client: Client, settings: Settings, db: None) -> Account:
    """With one message; its owner is signed in."""
    settings.INBOXHUB_URL = "http://testserver"
    user = make_user("hana")
    client.force_login(user)
    account = make_account(user, capabilities=ABLE)
    make_message(account=account, unread=True, text="These words are not our own.")
    return account


def entries() -> Iterator[Entry]:
    """Every text of the catalogue; a plural stands for its singular too."""
    for block in CATALOGUE.read_text(encoding="utf-8").split("\n\n"):
        parts = {
            name: ast.literal_eval(f"({text})") for name, text in FIELD.findall(block)
        }
        english = parts.get("msgid_plural") or parts.get("msgid", "")
        japanese = parts.get("msgstr") or parts.get("msgstr[0]", "")
        if english:
            yield Entry(english, japanese, fuzzy="#, fuzzy" in block)


def read(client: Client, language: str, address: str) -> Reader:
    client.cookies[installed.LANGUAGE_COOKIE_NAME] = language
    return Reader(client.get(address).content.decode())


def test_every_text_is_translated_for_good() -> None:
    assert list(entries())
    assert [e for e in entries() if e.fuzzy or not e.japanese.strip()] == []


def test_translations_keep_all_that_is_filled_in() -> None:
    lost = [
        e
        for e in entries()
        if set(FILLED_IN.findall(e.english)) != set(FILLED_IN.findall(e.japanese))
    ]
    assert lost == []


def test_translations_keep_to_our_plain_style() -> None:
    assert [e for e in entries() if any(word in e.japanese for word in UNWANTED)] == []


@pytest.mark.parametrize(
    "address",
    ["/", "/accounts/", "/accounts/{pk}/", "/accounts/{pk}/unlink/", "/accounts/link/"],
)
def test_page_in_japanese_says_nothing_in_english(
    client: Client,
    account: Account,
    address: str,
) -> None:
    here = address.format(pk=account.pk)
    assert read(client, "en", here).english()
    assert read(client, "ja", here).english() == []


@pytest.mark.parametrize(
    "address", ["/accounts/login/", "/accounts/signup/", "/nowhere/"]
)
def test_page_for_strangers_says_nothing_in_english(
    client: Client,
    settings: Settings,
    db: None,
    address: str,
) -> None:
    settings.INBOXHUB_URL = "http://testserver"
    settings.INBOXHUB_SIGNUP = "open"  # both pages are there without anybody
    assert read(client, "en", address).english()
    assert read(client, "ja", address).english() == []


def test_moments_are_written_the_japanese_way() -> None:
    long_ago = datetime(2020, 3, 1, 5, 2, tzinfo=UTC)
    with override("ja"):
        assert day_and_clock(long_ago) == "2020年3月1日 05:02"
        assert row_time(long_ago) == "2020年3月1日"
        assert day_heading("yesterday") == "昨日"
        assert day_heading("2025-11-19") == "11月19日（水）"
        assert day_heading("2025-03") == "2025年3月"
        assert ago(timezone.now()) == "たった今"


def test_moment_of_this_year_leaves_the_year_out() -> None:
    now = timezone.now().replace(month=11, day=21, hour=14, minute=2)
    with override("ja"):
        assert day_and_clock(now) == "11月21日 14:02"


def test_clock_is_that_of_the_browser(client: Client, account: Account) -> None:
    """Browsers tell their zone as their script encodes it."""
    client.cookies["time_zone"] = "Asia%2FTokyo"
    client.cookies[installed.LANGUAGE_COOKIE_NAME] = "ja"
    assert "2025年11月21日 21:00" in client.get("/").content.decode()

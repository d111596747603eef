"""What the database holds of a session signs nobody in."""

from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import AsyncClient, Client
from django.utils import timezone
from pytest_django import Settings

from tests.accounts.test_canary import database_as_text
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

Browser = Client | AsyncClient
CLOSED = "/accounts/password/change/"


@pytest.fixture(autouse=True)
def address_of_the_site(settings: Settings) -> None:
    """That of Django's test client."""
    settings.INBOXHUB_URL = "http://testserver"


def sign_in(browser: Client) -> None:
    """By the page, as a person does."""
    make_user("hana")
    answer = browser.post("/accounts/login/", {"login": "hana", "password": PASSWORD})
    assert answer["Location"] == "/"


def cookie_of(browser: Browser) -> str:
    """What the browser sends so that it is known."""
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def is_signed_in(browser: Client) -> bool:
    return browser.get(CLOSED).status_code == 200


def with_cookie(value: str) -> Client:
    """Another browser that somebody gave a cookie."""
    browser = Client()
    browser.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: value})
    return browser


def test_cookie_is_nowhere_in_the_database() -> None:
    browser = Client()
    sign_in(browser)
    assert is_signed_in(with_cookie(cookie_of(browser)))
    assert cookie_of(browser) not in database_as_text()


def test_sessions_that_have_ended_go_when_somebody_signs_in() -> None:
    sign_in(Client())
    ended = Session.objects.get()
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    client = Client()
    client.post("/accounts/login/", {"login": "hana", "password": PASSWORD})
    assert Session.objects.get().session_key != ended.session_key


def test_row_of_a_session_signs_nobody_in() -> None:
    browser = Client()
    sign_in(browser)
    assert not is_signed_in(with_cookie(Session.objects.get().session_key))
    assert is_signed_in(browser)


def test_session_that_was_stored_under_its_cookie_signs_nobody_in() -> None:
    """As in a backup from before rows had digests."""
    browser = Client()
    sign_in(browser)
    old = "k" * 32
    Session.objects.update(session_key=old)
    assert not is_signed_in(with_cookie(old))


def test_signing_in_leaves_nothing_of_the_session_before() -> None:
    browser = Client()
    browser.session.save()  # the test client's way to begin one for a visitor
    before = cookie_of(browser)
    sign_in(browser)
    assert is_signed_in(browser)
    assert cookie_of(browser) != before
    assert Session.objects.count() == 1
    assert not is_signed_in(with_cookie(before))


def test_signing_out_deletes_the_row() -> None:
    browser = Client()
    sign_in(browser)
    kept = with_cookie(cookie_of(browser))
    browser.post("/accounts/logout/")
    assert not Session.objects.exists()
    assert not is_signed_in(kept)


def test_another_password_ends_the_other_sessions_only() -> None:
    here, elsewhere = Client(), Client()
    sign_in(here)
    sign_in(elsewhere)
    fresh = "quite another password"
    here.post(CLOSED, {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh})
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)


def test_session_that_is_over_signs_nobody_in() -> None:
    browser = Client()
    sign_in(browser)
    Session.objects.update(expire_date="2020-01-01T00:00:00Z")
    assert not is_signed_in(browser)


def test_asynchronous_side_stores_the_same_digest() -> None:
    """Its methods are written a second time, in Django and so in ours."""
    browser = AsyncClient()
    async_to_sync(browser.aforce_login)(make_user("hana"))
    first = cookie_of(browser)
    assert first not in database_as_text()
    assert is_signed_in(with_cookie(first))
    store, row = type(browser.session), Session.objects.get().session_key
    assert async_to_sync(store(first).aget)("_auth_user_id")
    assert async_to_sync(store(row).aget)("_auth_user_id") is None
    async_to_sync(store(first).acycle_key)()
    assert Session.objects.count() == 1
    assert not is_signed_in(with_cookie(first))


def test_key_is_taken_where_its_digest_is() -> None:
    browser = Client()
    sign_in(browser)
    key, row = cookie_of(browser), Session.objects.get().session_key
    store = browser.session
    assert store.exists(key)
    assert not store.exists(row)
    assert async_to_sync(store.aexists)(key)
    assert not async_to_sync(store.aexists)(row)

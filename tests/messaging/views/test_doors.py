"""Every address of the site: signed out, it leads to the sign-in page or says no more."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.factories import PASSWORD, make_user
from tests.messaging.views.pages import html_of, page

# Anybody may ask for these; the networks' pages of allauth are off (404).
PUBLIC = re.compile(
    r"/accounts/(login|signup|inactive|email|confirm-email|password/reset)/.*"
    r"|/accounts/(3rdparty|social)/.*|/(theme|language)/|/media/.*",
)
VALUES = {"int": "1", "uuid": "1b671a64-40d5-491e-99b0-da01ff1f3341"}


def addresses(resolver: URLResolver, prefix: str = "/") -> Iterator[str]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, path)
        elif isinstance(entry, URLPattern):
            yield _example(path)


def _example(path: str) -> str:
    path = re.sub(r"<(\w+):\w+>", lambda found: VALUES.get(found[1], "x"), path)
    path = re.sub(r"\(\?P<\w+>[^)]*\)", "x", path)
    return re.sub(r"[\^$]", "", path)


ALL = sorted(set(addresses(get_resolver())))


@pytest.mark.parametrize("address", [a for a in ALL if not PUBLIC.fullmatch(a)])
def test_address_is_closed_to_those_who_are_signed_out(
    client: Client,
    db: None,
    address: str,
) -> None:
    make_user("hana")
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code == 302, address
        assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("address", [a for a in ALL if PUBLIC.fullmatch(a)])
def test_public_address_answers_without_an_error(
    client: Client,
    db: None,
    address: str,
) -> None:
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code in (200, 302, 404, 405)


def test_htmx_of_someone_signed_out_loads_the_sign_in_page(
    client: Client,
    db: None,
) -> None:
    answer = client.get("/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"].startswith("/accounts/login/")
    assert answer.content == b""


def test_person_signs_in_and_out(client: Client, db: None) -> None:
    make_user("hana")
    data = {"login": "hana", "password": PASSWORD}
    assert client.post("/accounts/login/", data)["Location"] == "/"
    assert "Link your first account" in page(client)
    client.post("/accounts/logout/")
    assert client.get("/").status_code == 302


def test_wrong_password_is_told_and_the_name_kept(client: Client, db: None) -> None:
    make_user("hana")
    answer = client.post("/accounts/login/", {"login": "hana", "password": "x"})
    html = html_of(answer)
    assert 'role="alert"' in html
    assert 'value="hana"' in html


def test_too_many_tries_are_stopped_with_a_page(client: Client, db: None) -> None:
    make_user("hana")
    data = {"login": "hana", "password": "wrong"}
    answers = [client.post("/accounts/login/", data) for _ in range(40)]
    html = html_of(answers[-1])
    assert "Too many" in html
    assert 'role="alert"' in html


def test_first_visitor_is_led_to_create_the_owner(client: Client, db: None) -> None:
    assert client.get("/accounts/login/")["Location"] == "/accounts/signup/"
    assert "Create the owner" in page(client, "/accounts/signup/")
    make_user("hana")
    assert 'href="/accounts/signup/"' not in page(client, "/accounts/login/")
    assert "Sign-up is closed" in page(client, "/accounts/signup/")


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/reauthenticate/",
        "/accounts/logout/",
    ],
)
def test_allauths_pages_look_like_ours(
    client: Client, user: User, address: str
) -> None:
    client.post("/accounts/login/", {"login": "hana", "password": PASSWORD})
    html = html_of(client.get(address, follow=True))
    assert 'class="card entrance-card"' in html
    assert 'id="side"' in html


def test_no_page_has_script_or_style_in_itself(client: Client, user: User) -> None:
    for address in ("/", "/accounts/", "/accounts/password/change/", "/nowhere/"):
        html = html_of(client.get(address))
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style| style=| on[a-z]+=", html)


def test_page_that_is_not_there_is_ours(client: Client, user: User) -> None:
    assert "Not here or not yours" in page(client, "/nowhere/", status=404)


def test_form_without_token_is_explained(user: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    answer = strict.post("/hide/", {"message": "1"})
    assert answer.status_code == 403
    assert "This page was too old" in html_of(answer)


@pytest.mark.parametrize(("theme", "kept"), [("dark", "dark"), ("system", "")])
def test_theme_is_kept_in_a_cookie(
    client: Client, theme: str, kept: str, db: None
) -> None:
    client.post("/theme/", {"theme": theme, "next": "/accounts/signup/"})
    html = page(client, "/accounts/signup/")
    assert ('data-theme="dark"' in html) == bool(kept)


def test_theme_that_is_none_is_left_out(client: Client, db: None) -> None:
    client.cookies["theme"] = '"><script>'
    assert "<script>" not in page(client, "/accounts/signup/")


def test_language_can_be_chosen_before_signing_in(client: Client, db: None) -> None:
    data = {"language": "ja", "next": "/accounts/signup/"}
    client.post("/language/", data)
    assert '<html lang="ja"' in page(client, "/accounts/signup/")
    assert settings.LANGUAGE_COOKIE_NAME in client.cookies


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/email/",
        "/accounts/confirm-email/x/",
        "/accounts/password/reset/",
        "/accounts/password/reset/key/1-x/",
    ],
)
def test_pages_that_need_mail_are_not_there(
    client: Client, db: None, address: str
) -> None:
    assert client.get(address).status_code == 404
    assert client.post(address, {"email": "a@b.example"}).status_code == 404

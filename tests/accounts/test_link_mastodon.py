"""Linking accounts on hosts with Mastodon's API, as a browser does it."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client
from pytest_django import Settings

from accounts.models import Account, HostApp, PendingLink
from simulators.mastodon import Simulator, running
from tests.accounts.flows import (
    Answer,
    approval_page,
    approve,
    begin,
    come_back,
    link,
    newest_try,
    signed_in,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db

APPS, TOKEN = "POST /api/v1/apps", "POST /oauth/token"
CALLBACKS = ["mastodon/callback/mastodon.example/", "mixi/callback/"]
SCOPES = (
    "read write:conversations write:notifications write:statuses"
    " write:favourites write:media write:follows"
)


def back_of(host: Simulator) -> str:
    """Where the host sends the browser: each host has an address of its own."""
    return f"http://testserver/accounts/mastodon/callback/{host.host}/"


def query_of(preview: Answer) -> dict[str, str]:
    """What the page of approval is asked, each parameter once."""
    asked = parse_qs(urlsplit(approval_page(preview)).query, strict_parsing=True)
    assert all(len(values) == 1 for values in asked.values())
    return {name: value for name, [value] in asked.items()}


def refused(answer: Answer) -> str:
    """The code of a page that says why nothing was linked."""
    assert answer.status_code == 422
    assert not Account.objects.exists()
    code: str = answer.context["code"]
    return code


def test_preview_shows_the_host_and_what_is_asked(mastodon_host: Simulator) -> None:
    preview = begin(signed_in(), f"@alice@{mastodon_host.host}")
    page = preview.content.decode()
    assert "Mastodon Example" in page
    assert f"Continue to {mastodon_host.host} to approve" in page
    for scope in SCOPES.split():
        assert f"<code>{scope}</code>" in page
    assert "I have approved, but was not sent back" not in page
    assert not Account.objects.exists()


def test_approval_is_asked_with_a_proof_and_for_any_account(
    mastodon_host: Simulator,
) -> None:
    asked = query_of(begin(signed_in(), mastodon_host.host))
    app = HostApp.objects.get()
    assert asked == {
        "response_type": "code",
        "client_id": app.client["client_id"],
        "redirect_uri": back_of(mastodon_host),
        "scope": SCOPES,
        "state": newest_try().state,
        "code_challenge": asked["code_challenge"],
        "code_challenge_method": "S256",
        "force_login": "true",
        "lang": "en",
    }
    assert newest_try().details["code_verifier"] not in str(asked)


def test_approval_links_the_account(mastodon_host: Simulator) -> None:
    account = link(signed_in("me"), mastodon_host)
    assert account.owner == make_user("me")
    assert (account.provider, account.host) == ("mastodon", mastodon_host.host)
    assert account.remote_id == mastodon_host.id_of("alice")
    assert account.handle == f"@alice@{mastodon_host.host}"
    assert account.credentials["scope"] == SCOPES
    assert [*account.able.warnings] == ["private-filtered"]
    assert not SocialAccount.objects.exists()
    assert not SocialToken.objects.exists()


def test_second_account_of_the_host_is_another_row(mastodon_host: Simulator) -> None:
    browser = signed_in()
    link(browser, mastodon_host, "alice")
    link(browser, mastodon_host, "yuki")
    assert Account.objects.count() == 2
    assert len(mastodon_host.calls(APPS)) == 1


def test_linking_again_renews_the_row(mastodon_host: Simulator) -> None:
    browser = signed_in()
    first = link(browser, mastodon_host)
    answer = come_back(
        browser,
        approve(mastodon_host, begin(browser, mastodon_host.host)),
    )
    assert answer["Location"] == f"/accounts/{first.pk}/linked/?renewed=1"
    assert Account.objects.count() == 1


def test_two_tries_in_two_tabs_both_come_back(mastodon_host: Simulator) -> None:
    browser = signed_in()
    first = approve(mastodon_host, begin(browser, mastodon_host.host), "alice")
    second = approve(mastodon_host, begin(browser, mastodon_host.host), "yuki")
    assert come_back(browser, second).status_code == 302
    assert come_back(browser, first).status_code == 302
    assert Account.objects.count() == 2


@pytest.mark.parametrize("profile", ["3.5", "4.1", "gotosocial"])
def test_other_servers_are_linked(
    profile: str, settings: Settings, free_budgets: None
) -> None:
    with running(profile=profile, limits=False) as host:
        settings.INBOXHUB_PRIVATE_HOSTS = [host.host]
        account = link(signed_in(), host)
    assert account.provider == "mastodon"
    assert account.credentials["token"]


def test_person_who_denies_links_nothing(mastodon_host: Simulator) -> None:
    browser = signed_in()
    begin(browser, mastodon_host.host)
    query = f"error=access_denied&error_description=x&state={newest_try().state}"
    answer = come_back(browser, f"{back_of(mastodon_host)}?{query}")
    assert refused(answer) == "denied"
    page = answer.content.decode()
    assert "refused on" in page
    assert f'name="address" value="{mastodon_host.host}"' in page
    assert "Start again" in page


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "unclear"),
        ("code=", "unclear"),
        ("code=abc&error=access_denied", "unclear"),
        ("error=server_error", "turned-back"),
        ("error=%3Cscript%3E", "turned-back"),
        ("code=made-up", "code-stale"),
    ],
)
def test_answer_that_is_no_approval_links_nothing(
    mastodon_host: Simulator,
    query: str,
    code: str,
) -> None:
    browser = signed_in()
    begin(browser, mastodon_host.host)
    back = f"{back_of(mastodon_host)}?state={newest_try().state}&{query}"
    answer = come_back(browser, back)
    assert refused(answer) == code
    assert "<script>" not in answer.content.decode().split("<main")[1]


def test_try_is_used_up_by_any_answer(mastodon_host: Simulator) -> None:
    browser = signed_in()
    callback = approve(mastodon_host, begin(browser, mastodon_host.host))
    query = f"error=access_denied&state={newest_try().state}"
    come_back(browser, f"{back_of(mastodon_host)}?{query}")
    assert refused(come_back(browser, callback)) == "used"


def test_callback_works_once(mastodon_host: Simulator) -> None:
    browser = signed_in()
    callback = approve(mastodon_host, begin(browser, mastodon_host.host))
    come_back(browser, callback)
    again = come_back(browser, callback)
    assert again.context["code"] == "used"
    assert len(mastodon_host.calls(TOKEN)) == 1


def test_approval_after_ten_minutes_is_too_late(mastodon_host: Simulator) -> None:
    browser = signed_in()
    callback = approve(mastodon_host, begin(browser, mastodon_host.host))
    PendingLink.objects.update(created_at="2025-01-01T00:00Z")
    assert refused(come_back(browser, callback)) == "too-late"
    assert mastodon_host.calls(TOKEN) == []


def test_callback_in_another_session_links_nothing(mastodon_host: Simulator) -> None:
    browser = signed_in("ann")
    callback = approve(mastodon_host, begin(browser, mastodon_host.host))
    for other in (signed_in("ann"), signed_in("eve")):
        assert refused(come_back(other, callback)) == "not-yours"
    browser.logout()
    browser.force_login(make_user("eve"))
    assert refused(come_back(browser, callback)) == "not-yours"
    assert mastodon_host.calls(TOKEN) == []


@pytest.mark.parametrize("query", ["", "?state=", "?code=1", f"?state={'x' * 9000}"])
@pytest.mark.parametrize("callback", CALLBACKS)
def test_callback_without_a_start_links_nothing(callback: str, query: str) -> None:
    answer = signed_in().get(f"/accounts/{callback}{query}")
    assert refused(answer) == "not-yours"


@pytest.mark.parametrize("callback", CALLBACKS)
def test_callback_takes_a_get_only(callback: str) -> None:
    browser = signed_in()
    for method in ("post", "head", "put"):
        answer = getattr(browser, method)(f"/accounts/{callback}")
        assert answer.status_code == 405


def test_callback_of_another_network_links_nothing(mastodon_host: Simulator) -> None:
    """The secret is good for the network that it was made for."""
    browser = signed_in()
    callback = approve(mastodon_host, begin(browser, mastodon_host.host))
    moved = f"/accounts/mixi/callback/?{urlsplit(callback).query}"
    assert refused(come_back(browser, moved)) == "not-yours"
    assert come_back(browser, callback).status_code == 302


def test_code_of_one_try_is_of_no_use_to_another(mastodon_host: Simulator) -> None:
    """The proof (PKCE) binds it: somebody else's approval cannot be slipped in."""
    eve, ann = signed_in("eve"), signed_in("ann")
    stolen = approve(mastodon_host, begin(eve, mastodon_host.host), "kai")
    code = parse_qs(urlsplit(stolen).query)["code"][0]
    begin(ann, mastodon_host.host)
    query = f"code={code}&state={newest_try().state}"
    answer = come_back(ann, f"{back_of(mastodon_host)}?{query}")
    assert refused(answer) == "code-stale"


@pytest.mark.parametrize(
    "fault",
    [
        ("status", 503, "html"),
        ("status", 200, "html"),
        ("body", 503, "json"),
        ("body", 503, "null"),
        ("body", 503, "list"),
        ("cut", 503, "html"),
        ("truncate", 503, "html"),
        ("limit", 503, "html"),
    ],
)
@pytest.mark.parametrize("where", ["oauth/token", "api/v1/accounts/*"])
def test_trouble_on_the_way_links_nothing(
    mastodon_host: Simulator,
    where: str,
    fault: tuple[str, int, str],
) -> None:
    browser = signed_in()
    callback = approve(mastodon_host, begin(browser, mastodon_host.host))
    kind, status, body = fault
    mastodon_host.fault(where, kind, status=status, body=body)
    answer = come_back(browser, callback)
    assert refused(answer)
    assert "Nothing was linked" in answer.content.decode()
    assert "Start again" in answer.content.decode()


def test_fewer_scopes_are_named_and_switched_off(mastodon_host: Simulator) -> None:
    mastodon_host.grant_only(["read", "write:statuses"])
    browser = signed_in()
    account = link(browser, mastodon_host)
    assert account.credentials["scope"] == "read write:statuses"
    assert "no-permission-conversations" in account.able.warnings
    page = browser.get(f"/accounts/{account.pk}/linked/").content.decode()
    assert "<code>write:conversations</code>" in page
    assert "<code>write:notifications</code>" in page
    assert "<code>write:media</code>" in page
    assert "<code>write:favourites</code>" in page
    assert "<code>write:follows</code>" in page
    assert "<code>write:statuses</code>" not in page
    assert f'href="/accounts/{account.pk}/renew/"' in page


def test_two_users_may_link_the_same_account(mastodon_host: Simulator) -> None:
    ann = link(signed_in("ann"), mastodon_host)
    bob = link(signed_in("bob"), mastodon_host)
    assert ann.pk != bob.pk
    assert ann.credentials["token"] == bob.credentials["token"]


def test_sign_in_again_wants_the_same_account(mastodon_host: Simulator) -> None:
    browser = signed_in()
    account = link(browser, mastodon_host, "alice")
    again = browser.post(f"/accounts/{account.pk}/renew/", follow=True)
    answer = come_back(browser, approve(mastodon_host, again, "yuki"))
    assert answer.context["code"] == "other-account"
    assert Account.objects.get().credentials == account.credentials
    again = browser.post(f"/accounts/{account.pk}/renew/", follow=True)
    assert come_back(browser, approve(mastodon_host, again)).status_code == 302


# --- Pasted tokens --------------------------------------------------------------------


def paste(browser: Client, host: Simulator, token: str) -> Answer:
    begin(browser, host.host)
    address = f"/accounts/link/{newest_try().pk}/token/"
    return browser.post(address, {"token": token}, follow=True)


def test_pasted_token_links_the_account(mastodon_host: Simulator) -> None:
    token = mastodon_host.token("alice")
    answer = paste(signed_in(), mastodon_host, f" {token[:9]}\n{token[9:]} ")
    assert "Linked as" in answer.content.decode()
    assert Account.objects.get().credentials == {"token": token}


def test_pasted_token_with_few_scopes_is_told(mastodon_host: Simulator) -> None:
    token = mastodon_host.token("alice", ["read:accounts", "read:statuses"])
    page = paste(signed_in(), mastodon_host, token).content.decode()
    assert "This access token lacks permissions" in page
    assert "<code>read</code>" in page


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("A" * 43, "token-refused"),
        ("{}", "token-malformed"),
        ("[" * 3000, "token-refused"),
        ('{"access_token": 5}', "token-malformed"),
        ("トークン", "token-malformed"),
    ],
)
def test_wrong_token_is_refused_and_not_shown_again(
    mastodon_host: Simulator,
    token: str,
    code: str,
) -> None:
    answer = paste(signed_in(), mastodon_host, token)
    assert refused(answer) == code
    assert len(token) < 3 or token not in answer.content.decode()


def test_token_help_speaks_of_this_network(mastodon_host: Simulator) -> None:
    page = begin(signed_in(), mastodon_host.host).content.decode()
    assert "open Preferences, then Development" in page
    assert "16 characters" not in page

"""Who may sign up, and that nobody signs in by way of a network."""

import threading

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.models import SocialAccount, SocialLogin, SocialToken
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.db import connection
from django.http import Http404
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings

from accounts.adapter import AccountAdapter
from accounts.models import PendingLink
from tests.factories import PASSWORD, make_user

SIGN_UP = "/accounts/signup/"


def sign_up(client: Client, name: str) -> int:
    answer = client.post(SIGN_UP, {"username": name, "password1": PASSWORD})
    return answer.status_code


@pytest.mark.django_db
def test_first_visitor_signs_up_without_an_email_address(client: Client) -> None:
    assert client.get(SIGN_UP).status_code == 200
    assert sign_up(client, "owner") == 302
    assert client.session["_auth_user_id"] == str(User.objects.get().pk)
    assert not EmailAddress.objects.exists()


@pytest.mark.django_db
def test_second_visitor_finds_sign_up_closed(client: Client) -> None:
    make_user("owner")
    sign_up(client, "guest")
    assert list(User.objects.values_list("username", flat=True)) == ["owner"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("policy", "users"),
    [("open", 2), ("closed", 1), ("nonsense", 1)],
)
def test_policy_decides_about_further_visitors(
    client: Client,
    settings: Settings,
    policy: str,
    users: int,
) -> None:
    make_user("owner")
    settings.INBOXHUB_SIGNUP = policy
    sign_up(client, "guest")
    assert User.objects.count() == users


@pytest.mark.django_db(transaction=True)
def test_two_first_visitors_at_once_make_one_owner(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both forms are found good while nobody has signed up yet; then both go on."""
    together = threading.Barrier(2, timeout=20)
    check = AccountAdapter.clean_password

    def check_together(*args: object, **options: object) -> str:
        together.wait()
        password: str = check(*args, **options)
        return password

    monkeypatch.setattr(AccountAdapter, "clean_password", check_together)

    def visit(name: str) -> None:
        sign_up(Client(), name)
        connection.close()

    visitors = [threading.Thread(target=visit, args=[name]) for name in ("ann", "bob")]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join(timeout=30)
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_late_first_visitor_is_sent_to_the_closed_page(client: Client) -> None:
    """The form was shown to two; the other one was faster."""
    client.get(SIGN_UP)
    make_user("owner")
    answer = client.post(
        SIGN_UP,
        {"username": "late", "password1": PASSWORD},
        follow=True,
    )
    assert answer.status_code == 200
    assert "account/signup_closed.html" in [t.name for t in answer.templates]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/accounts/3rdparty/",
        "/accounts/3rdparty/signup/",
        "/accounts/3rdparty/login/cancelled/",
        "/accounts/social/connections/",
        "/accounts/social/signup/",
    ],
)
def test_pages_of_networks_to_sign_in_with_do_not_exist(
    client: Client,
    address: str,
) -> None:
    assert client.get(address).status_code == 404
    client.force_login(make_user())
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404


@pytest.mark.django_db
def test_sign_in_page_offers_no_network(client: Client) -> None:
    make_user("owner")
    assert b"misskey" not in client.get("/accounts/login/").content.lower()
    assert not SocialAccount.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("process", ["login", "redirect", "connect"])
@pytest.mark.parametrize("begun", [True, False])
def test_social_sign_in_ends_nowhere_whatever_starts_it(
    rf: RequestFactory,
    process: str,
    begun: bool,
) -> None:
    """Only the claimed link of somebody signed in gets through the hook."""
    owner = make_user("owner")
    pending = PendingLink.objects.create(
        user=owner,
        provider="misskey",
        host="misskey.example",
        purpose=PendingLink.Purpose.LINK,
        claimed_at=timezone.now() if begun and process != "connect" else None,
    )
    request = rf.get("/")
    request.user = owner if begun else AnonymousUser()
    request.session = SessionStore()
    account = SocialAccount(provider="misskey", uid="1")
    token = SocialToken(account=account, token="T" * 32)
    login = SocialLogin(account=account, token=token)
    login.state = {"process": process, "pending": str(pending.pk)}
    with pytest.raises(Http404):
        complete_social_login(request, login)
    assert User.objects.count() == 1
    assert not SocialAccount.objects.exists()


@pytest.mark.django_db
def test_guessing_passwords_is_stopped_for_the_right_one_too(client: Client) -> None:
    make_user("owner")
    cache.clear()
    for _ in range(6):
        client.post("/accounts/login/", {"login": "owner", "password": "wrong"})
    client.post("/accounts/login/", {"login": "owner", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_first_visit_leads_to_the_page_that_makes_the_owner() -> None:
    browser = Client()
    first = browser.get("/accounts/login/?next=/accounts/")
    assert first["Location"] == "/accounts/signup/?next=/accounts/"
    make_user("owner")
    assert browser.get("/accounts/login/").status_code == 200

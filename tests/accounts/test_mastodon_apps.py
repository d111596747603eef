"""Our app on a host with Mastodon's API: registered once, and anew when forgotten."""

import threading
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django import Settings

from accounts.models import Account, HostApp
from accounts.providers.mastodon import registering
from inboxhub.keys import new_key
from inboxhub.networks import mastodon
from simulators.mastodon import Simulator
from tests.accounts.flows import (
    LINK,
    Answer,
    approve,
    begin,
    come_back,
    link,
    newest_try,
    signed_in,
)
from tests.accounts.test_link_mastodon import TOKEN, back_of, query_of, refused

pytestmark = pytest.mark.django_db

APPS = "POST /api/v1/apps"


def link_by(browser: Client, host: Simulator, preview: Answer) -> int:
    answer = come_back(browser, approve(host, preview))
    assert answer.status_code == 302
    return int(answer["Location"].split("/")[2])


@pytest.mark.django_db(transaction=True)
def test_two_users_at_once_register_once(mastodon_host: Simulator) -> None:
    mastodon_host.fault("api/v1/apps", "delay", seconds=0.3)
    together = threading.Barrier(3, timeout=20)
    tries: list[Answer] = []

    def open_it(name: str) -> None:
        browser = signed_in(name)
        together.wait()
        tries.append(begin(browser, mastodon_host.host))
        connection.close()

    tabs = [threading.Thread(target=open_it, args=[name]) for name in ("a", "b", "c")]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join(timeout=60)
    assert len(mastodon_host.calls(APPS)) == 1
    assert len({query_of(preview)["client_id"] for preview in tries}) == 1


@pytest.mark.django_db(transaction=True)
def test_other_process_that_registers_is_waited_for(mastodon_host: Simulator) -> None:
    """All processes of a site share the cache."""
    host, browser = mastodon_host.host, signed_in()
    assert cache.add(f"registering:{host}", "", 30)
    tries: list[Answer] = []

    def open_it() -> None:
        tries.append(begin(browser, host))
        connection.close()

    tab = threading.Thread(target=open_it)
    tab.start()
    tab.join(timeout=1.0)
    assert tab.is_alive()
    client = {"client_id": "first", "client_secret": "secret-of-the-first"}
    key = {"host": host, "redirect_uri": back_of(mastodon_host)}
    HostApp.objects.create(provider="mastodon", client=client, **key)
    cache.delete(f"registering:{host}")
    tab.join(timeout=60)
    assert query_of(tries[0])["client_id"] == "first"
    assert mastodon_host.calls(APPS) == []


def test_process_that_was_killed_holds_nobody_for_ever(
    mastodon_host: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registering, "PATIENCE", 0.2)
    claim = f"registering:{mastodon_host.host}"
    cache.add(claim, "", 60)
    browser = signed_in()
    assert refused(begin(browser, mastodon_host.host)) == "busy"
    monkeypatch.setattr(registering, "PATIENCE", 30.0)
    cache.touch(claim, 1)  # a second of it is left
    preview = begin(browser, mastodon_host.host)
    assert link_by(browser, mastodon_host, preview)


def test_app_of_a_faster_process_is_taken(
    mastodon_host: Simulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both have registered; the row of the first one is everybody's."""
    register = mastodon.register

    def register_while_another_does(*args: Any, **options: Any) -> mastodon.App:
        back = back_of(mastodon_host)
        key = {"host": mastodon_host.host, "redirect_uri": back}
        client = {"client_id": "first", "client_secret": "secret-of-the-first"}
        HostApp.objects.create(provider="mastodon", client=client, **key)
        return register(*args, **options)

    monkeypatch.setattr(mastodon, "register", register_while_another_does)
    preview = begin(signed_in(), mastodon_host.host)
    assert query_of(preview)["client_id"] == "first"
    assert HostApp.objects.count() == 1


def test_app_that_the_host_forgot_is_registered_anew_once(
    mastodon_host: Simulator,
) -> None:
    browser = signed_in()
    callback = approve(mastodon_host, begin(browser, mastodon_host.host))
    mastodon_host.vacuum_apps()
    answer = come_back(browser, callback)
    assert refused(answer) == "app-unknown"
    page = answer.content.decode()
    assert "has been registered there anew" in page
    assert len(mastodon_host.calls(APPS)) == 2
    fresh = newest_try()
    assert f'href="/accounts/link/{fresh.pk}/"' in page
    preview = browser.get(f"/accounts/link/{fresh.pk}/")
    assert come_back(browser, approve(mastodon_host, preview)).status_code == 302
    assert len(mastodon_host.calls(APPS)) == 2
    assert HostApp.objects.count() == 1


def test_host_that_knows_no_app_at_all_makes_no_loop(mastodon_host: Simulator) -> None:
    browser = signed_in()
    callback = approve(mastodon_host, begin(browser, mastodon_host.host))
    mastodon_host.fault("oauth/token", "status", status=401)
    assert refused(come_back(browser, callback)) == "app-unknown"
    assert len(mastodon_host.calls(TOKEN)) <= 1
    assert len(mastodon_host.calls(APPS)) == 2


def test_forgotten_app_that_cannot_be_registered_says_so(
    mastodon_host: Simulator,
) -> None:
    browser = signed_in()
    callback = approve(mastodon_host, begin(browser, mastodon_host.host))
    mastodon_host.vacuum_apps()
    mastodon_host.fault("api/v1/apps", "status", status=403)
    answer = come_back(browser, callback)
    assert refused(answer) == "app-refused"
    mastodon_host.faults.clear()
    link(browser, mastodon_host)


def test_app_that_was_not_used_for_long_is_asked_about(
    mastodon_host: Simulator,
) -> None:
    """Otherwise the person would end on the host's own page of errors."""
    browser = signed_in()
    begin(browser, mastodon_host.host)
    mastodon_host.vacuum_apps()
    HostApp.objects.update(checked_at="2025-01-01T00:00Z")
    link(browser, mastodon_host)
    assert len(mastodon_host.calls(APPS)) == 2
    HostApp.objects.update(checked_at="2025-01-01T00:00Z")
    link(browser, mastodon_host, "yuki")
    assert len(mastodon_host.calls(APPS)) == 2


def test_approval_page_without_our_scopes_is_asked_with_plain_ones(
    mastodon_host: Simulator,
) -> None:
    browser = signed_in()
    begin(browser, mastodon_host.host)
    with mastodon_host.state.lock:  # it took the app, and does not know its scopes
        for app in mastodon_host.state.apps.values():
            app.scopes = ["read:accounts"]
    query = f"error=invalid_scope&state={newest_try().state}"
    answer = come_back(browser, f"{back_of(mastodon_host)}?{query}")
    assert refused(answer) == "scope-refused"
    preview = browser.get(f"/accounts/link/{newest_try().pk}/")
    assert query_of(preview)["scope"] == "read write"
    page = preview.content.decode()
    assert "knows no finer permissions" in page
    assert "<code>write</code>" in page
    account = Account.objects.get(pk=link_by(browser, mastodon_host, preview))
    assert [*account.able.warnings] == ["private-filtered"]


@pytest.mark.parametrize("by_hand", [{}, {"provider": "mastodon"}])
@pytest.mark.parametrize("error", ["invalid_scope", "invalid_client"])
def test_callback_that_lies_changes_nothing_for_others(
    mastodon_host: Simulator, error: str, by_hand: dict[str, str]
) -> None:
    """Whoever is signed in can call their own address of coming back."""
    browser = signed_in()
    browser.post(LINK, {"address": mastodon_host.host, **by_hand}, follow=True)
    before = HostApp.objects.values_list("plain", "checked_at").get()
    client = HostApp.objects.get().client
    query = f"error={error}&state={newest_try().state}"
    come_back(browser, f"{back_of(mastodon_host)}?{query}")
    assert HostApp.objects.values_list("plain", "checked_at").get() == before
    assert HostApp.objects.get().client == client
    assert len(mastodon_host.calls(APPS)) == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [(403, "app-refused"), (422, "app-refused"), (429, "too-many-calls")],
)
def test_host_that_registers_nobody_leaves_the_token_as_a_way(
    mastodon_host: Simulator,
    status: int,
    code: str,
) -> None:
    mastodon_host.fault("api/v1/apps", "status", status=status)
    browser = signed_in()
    preview = begin(browser, mastodon_host.host)
    assert refused(preview) == code
    page = preview.content.decode()
    assert "to approve" not in page
    assert '<details class="card" open>' in page
    assert f'name="address" value="{mastodon_host.host}"' in page
    again = browser.get(f"/accounts/link/{newest_try().pk}/").content.decode()
    assert "Try again" in again
    address = f"/accounts/link/{newest_try().pk}/token/"
    token = mastodon_host.token("alice")
    assert browser.post(address, {"token": token}).status_code == 302


def test_trouble_of_registering_passes_with_another_try(
    mastodon_host: Simulator,
) -> None:
    mastodon_host.fault("api/v1/apps", "status", times=1, status=502)
    browser = signed_in()
    assert refused(begin(browser, mastodon_host.host)) == "status-502"
    preview = begin(browser, mastodon_host.host)
    assert link_by(browser, mastodon_host, preview)


def test_renewal_that_cannot_register_says_so(mastodon_host: Simulator) -> None:
    browser = signed_in()
    account = link(browser, mastodon_host)
    HostApp.objects.all().delete()
    mastodon_host.fault("api/v1/apps", "status", status=503)
    answer = browser.post(f"/accounts/{account.pk}/renew/")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'action="/accounts/{account.pk}/renew/"' in page


def test_network_chosen_by_hand_is_registered_with(mastodon_host: Simulator) -> None:
    """Where discovery finds nothing, the person may know better."""
    mastodon_host.fault(".well-known/*", "status", status=403)
    form = {"address": mastodon_host.host, "provider": "mastodon"}
    preview = signed_in().post(LINK, form, follow=True)
    assert query_of(preview)["client_id"] == HostApp.objects.get().client["client_id"]


def test_app_under_a_lost_key_is_registered_anew(
    mastodon_host: Simulator,
    settings: Settings,
) -> None:
    """Accounts ask to sign in again then, and that must work."""
    browser = signed_in()
    account = link(browser, mastodon_host)
    settings.INBOXHUB_KEYS = new_key("t9")
    preview = browser.post(f"/accounts/{account.pk}/renew/", follow=True)
    assert come_back(browser, approve(mastodon_host, preview)).status_code == 302
    assert len(mastodon_host.calls(APPS)) == 2
    assert Account.objects.get().credentials["token"]

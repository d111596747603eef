"""Linking by the approval page of the host, as a browser does it."""

import html
import re
import threading

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import Account, PendingLink
from inboxhub.networks import misskey
from inboxhub.networks.budget import Budgets
from messaging.models import Cursor
from simulators.misskey import Simulator, running
from tests.accounts.flows import (
    LINK,
    Answer,
    approval_page,
    approve,
    begin,
    come_back,
    link,
    newest_try,
    signed_in,
)
from tests.factories import make_message, make_user

pytestmark = pytest.mark.django_db


def test_preview_shows_the_host_before_anything_happens_there(sim: Simulator) -> None:
    page = begin(signed_in(), f"@alice@{sim.host}").content.decode()
    assert "Misskey Example" in page
    assert "2025.12" in page
    assert f"Continue to {sim.host} to approve" in page
    assert sim.host in page
    assert not Account.objects.exists()


def test_host_that_is_named_like_its_software_still_tells_its_version(
    settings: Settings,
) -> None:
    with running(name="misskey") as sim:
        settings.INBOXHUB_PRIVATE_HOSTS = [sim.host]
        page = begin(signed_in(), sim.host).content.decode()
    assert "misskey 2025.12" in page


def test_icon_of_the_host_comes_through_our_own_door(sim: Simulator) -> None:
    browser = signed_in()
    page = begin(browser, sim.host).content.decode()
    assert 'src="http' not in page
    icon = re.search(r'<img src="(/media/[^"]+)"', page)
    assert icon
    answer = browser.get(html.unescape(icon[1]))
    assert answer["Content-Type"].startswith("image/")
    assert signed_in("eve").get(html.unescape(icon[1])).status_code == 404


def test_preview_names_each_permission_that_is_asked_for(sim: Simulator) -> None:
    preview = begin(signed_in(), sim.host)
    asked = approval_page(preview).split("permission=")[1].split("&")[0]
    names = asked.replace("%3A", ":").split("%2C")
    assert len(names) > 5
    page = preview.content.decode()
    assert [name for name in names if f"<code>{name}</code>" not in page] == []


def test_approval_links_the_account(sim: Simulator) -> None:
    browser = signed_in("me")
    answer = come_back(browser, approve(sim, begin(browser, sim.host)))
    account = Account.objects.get()
    assert answer["Location"] == f"/accounts/{account.pk}/linked/"
    assert account.owner == make_user("me")
    assert (account.provider, account.host) == ("misskey", sim.host)
    assert account.remote_id == sim.id_of("alice")
    assert account.handle == f"@alice@{sim.host}"
    assert account.status == Account.Status.ACTIVE
    assert account.next_pull_at is not None
    assert account.able.version == "2025.12.2"


def test_linked_page_says_who_it_is_and_asks_for_the_count(sim: Simulator) -> None:
    browser = signed_in()
    account = link(browser, sim)
    page = browser.get(f"/accounts/{account.pk}/linked/").content.decode()
    assert f"Linked as <bdi>@alice@{sim.host}</bdi>" in page
    assert f'hx-get="/accounts/{account.pk}/progress/"' in page


def test_link_leaves_no_rows_in_the_tables_of_allauth(sim: Simulator) -> None:
    link(signed_in(), sim)
    assert not SocialAccount.objects.exists()
    assert not SocialToken.objects.exists()


def test_several_accounts_of_one_host_get_colours_of_their_own(sim: Simulator) -> None:
    browser = signed_in()
    alice, hana = link(browser, sim, "alice"), link(browser, sim, "hana")
    assert alice.pk != hana.pk
    assert alice.colour != hana.colour


def test_each_try_has_a_session_of_its_own(sim: Simulator) -> None:
    browser = signed_in()
    first = approval_page(begin(browser, sim.host))
    second = approval_page(begin(browser, sim.host))
    assert first.split("?")[0] != second.split("?")[0]


def test_two_tries_in_two_tabs_both_come_back(sim: Simulator) -> None:
    browser = signed_in()
    first = approve(sim, begin(browser, sim.host), "alice")
    second = approve(sim, begin(browser, sim.host), "hana")
    assert come_back(browser, second).status_code == 302
    assert come_back(browser, first).status_code == 302
    assert Account.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_link_begun_while_another_tab_still_searches_is_not_forgotten(
    sim: Simulator,
) -> None:
    slow, quick = signed_in("me"), Client()
    quick.cookies = slow.cookies
    struck = sim.faults.struck
    sim.fault(".well-known/nodeinfo", "delay", times=1, seconds=0.5)
    previews: list[Answer] = []

    def search_slowly() -> None:
        previews.append(begin(slow, sim.host))
        connection.close()

    tab = threading.Thread(target=search_slowly)
    tab.start()
    while sim.faults.struck == struck:
        assert tab.is_alive()
    previews.append(begin(quick, sim.host))
    tab.join(timeout=20)
    for preview, person in zip(previews, ("alice", "hana"), strict=True):
        assert come_back(quick, approve(sim, preview, person)).status_code == 302


def test_person_who_was_not_sent_back_presses_the_button(sim: Simulator) -> None:
    browser = signed_in()
    approve(sim, begin(browser, sim.host))
    answer = browser.post(f"/accounts/misskey/{newest_try().pk}/")
    assert answer.status_code == 302
    assert Account.objects.get().handle == f"@alice@{sim.host}"


def test_pages_of_linking_are_for_those_signed_in(client: Client) -> None:
    for address in (LINK, "/accounts/1/renew/", "/accounts/misskey/callback/"):
        assert client.get(address)["Location"].startswith("/accounts/login/")


def test_old_tries_are_swept_away(sim: Simulator) -> None:
    """They hold secrets, sealed as they are."""
    browser = signed_in()
    for one in (browser, signed_in()):
        begin(one, sim.host)
    PendingLink.objects.update(created_at="2025-01-01T00:00Z")
    begin(browser, sim.host)
    assert PendingLink.objects.count() == 1


@pytest.mark.parametrize("profile", ["12.110", "2024.11"])
def test_older_versions_can_be_linked(profile: str, settings: Settings) -> None:
    with running(profile=profile, limits=False) as old:
        settings.INBOXHUB_PRIVATE_HOSTS = [old.host]
        account = link(signed_in(), old)
    assert account.able.version.startswith(profile)


def test_host_that_is_busy_with_our_calls_is_waited_for(
    sim: Simulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A token is handed out once; it is not thrown away for a moment's budget."""
    budgets = Budgets()
    monkeypatch.setattr(misskey.Client, "budgets", budgets)
    browser = signed_in()
    callback = approve(sim, begin(browser, sim.host))
    budgets.silence((sim.host,), 2.2)
    assert come_back(browser, callback).status_code == 302


def test_pages_of_linking_ask_the_database_little(
    sim: Simulator,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    browser = signed_in()
    account = link(browser, sim)
    begin(browser, sim.host)
    pages = (
        LINK,
        f"/accounts/link/{newest_try().pk}/",
        f"/accounts/{account.pk}/linked/",
        f"/accounts/{account.pk}/renew/",
        f"/accounts/{account.pk}/progress/",
    )
    for page in pages:
        with django_assert_max_num_queries(12):
            assert browser.get(page).status_code == 200


def test_progress_counts_the_messages_of_the_account(sim: Simulator) -> None:
    browser = signed_in("me")
    account = link(browser, sim)
    fragment = f"/accounts/{account.pk}/progress/"
    assert "The first messages are coming" in browser.get(fragment).content.decode()
    make_message(account=account)
    assert "1 message so far" in browser.get(fragment).content.decode()
    for listing in ("mentions", "own"):
        Cursor.objects.create(
            account=account,
            box="mentions",
            listing=listing,
            pulled_at=timezone.now(),
            oldest="position",
            history_done=True,
        )
    assert "hx-get" in browser.get(fragment).content.decode()  # others come yet
    Account.objects.filter(pk=account.pk).update(pulled_at=timezone.now())
    done = browser.get(fragment).content.decode()
    assert "1 message is here" in done
    assert "hx-get" not in done
    assert signed_in("eve").get(fragment).status_code == 404

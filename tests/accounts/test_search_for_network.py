"""Typing an address: the host is found, or a sentence says why not and what to do."""

from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.clients import outgoing
from accounts.models import PendingLink
from simulators.misskey import Simulator, running
from tests.accounts.flows import LINK, Answer, begin, link, newest_try, signed_in
from tests.lib.certificates import Authority
from tests.lib.servers import always, answer, serving

pytestmark = pytest.mark.django_db


def refusal(answer: Answer) -> tuple[str, str]:
    """The code and the page of a search that led nowhere; the input is kept."""
    assert answer.status_code == 422
    assert not PendingLink.objects.exists()
    code: str = answer.context["code"]
    return code, answer.content.decode()


@pytest.mark.parametrize("typed", ["@alice@{}", "alice@{}", "http://{}/@alice", " {} "])
def test_all_spellings_lead_to_the_host(sim: Simulator, typed: str) -> None:
    begin(signed_in(), typed.format(sim.host))
    assert newest_try().host == sim.host


def test_full_width_letters_are_read(sim: Simulator) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if c != " " else c for c in f"@me@{sim.host}")
    begin(signed_in(), wide)
    assert newest_try().host == sim.host


def test_empty_form_says_what_to_type() -> None:
    _code, page = refusal(begin(signed_in(), "  "))
    assert "for example mastodon.example" in page


@pytest.mark.parametrize(
    "typed",
    ["hello world", "@me", "ftp://misskey.example", "https://", "a@b@c", "x" * 2000],
)
def test_what_is_no_host_says_what_to_type(typed: str) -> None:
    _code, page = refusal(begin(signed_in(), typed))
    assert "This is no name of a server" in page


@pytest.mark.parametrize(
    "typed",
    [
        "127.0.0.1",
        "localhost",
        "192.168.1.1:3000",
        "2130706433",
        "[::1]",
        "http://nas.local",
    ],
)
def test_private_address_says_how_an_operator_allows_it(typed: str) -> None:
    _code, page = refusal(begin(signed_in(), typed))
    assert "INBOXHUB_PRIVATE_HOSTS" in page


def test_address_that_cannot_be_read_is_kept_in_the_form() -> None:
    page = begin(signed_in(), '"><script>alert(1)</script>').content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_host_that_does_not_answer(settings: Settings) -> None:
    with running() as gone:
        settings.INBOXHUB_PRIVATE_HOSTS = [gone.host]
    outgoing.cache_clear()
    _code, page = refusal(begin(signed_in(), gone.host))
    assert "did not answer" in page
    assert gone.host in page


def test_similar_host_that_is_linked_already_is_offered(
    sim: Simulator,
    settings: Settings,
) -> None:
    browser = signed_in()
    account = link(browser, sim)
    account.host = "misskey.example"
    type(account).objects.update(host="misskey.example")
    PendingLink.objects.all().delete()
    with running() as gone:
        settings.INBOXHUB_PRIVATE_HOSTS = [gone.host, "misskex.example:80"]
    outgoing.cache_clear()
    _code, page = refusal(begin(browser, "misskex.example:80"))
    assert f"{LINK}?address=misskey.example" in page


@pytest.mark.parametrize(
    "fault",
    [
        ("status", 404, "html"),
        ("status", 403, "html"),
        ("body", 503, "html"),
        ("body", 503, "list"),
        ("body", 503, "null"),
    ],
)
def test_web_page_that_is_no_network_offers_the_choice_by_hand(
    sim: Simulator,
    fault: tuple[str, int, str],
) -> None:
    kind, status, body = fault
    sim.fault("*", kind, status=status, body=body)
    code, page = refusal(begin(signed_in(), sim.host))
    assert code == "unknown-network"
    assert '<select id="id_provider" name="provider"' in page


@pytest.mark.parametrize("kind", ["cut", "hang", "truncate"])
def test_host_in_trouble_is_told_from_one_that_is_none(
    sim: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    monkeypatch.setattr(outgoing(), "_deadline", 0.3)
    sim.fault("*", kind)
    _code, page = refusal(begin(signed_in(), sim.host))
    assert "try again" in page or "choose the network by hand" in page


def test_network_chosen_by_hand_leads_to_the_preview(sim: Simulator) -> None:
    sim.fault("*", "status", status=403)
    form = {"address": sim.host, "provider": "misskey"}
    answer = signed_in().post(LINK, form, follow=True)
    assert f"Continue to {sim.host} to approve" in answer.content.decode()


def test_network_chosen_by_hand_opens_no_private_host() -> None:
    form = {"address": "127.0.0.1", "provider": "misskey"}
    code, _page = refusal(signed_in().post(LINK, form))
    assert code == "ip-address"


@pytest.mark.parametrize("provider", ["twitter", "x", "misskey' --"])
def test_unknown_network_in_the_form_is_refused(sim: Simulator, provider: str) -> None:
    answer = signed_in().post(LINK, {"address": sim.host, "provider": provider})
    assert answer.status_code == 422
    assert not PendingLink.objects.exists()


def test_other_domain_of_the_host_is_shown_before_going_on(settings: Settings) -> None:
    with running(uri="https://misskey.example") as sim:
        settings.INBOXHUB_PRIVATE_HOSTS = [sim.host]
        page = begin(signed_in(), sim.host).content.decode()
    assert "Handles of this server end in <bdi>@misskey.example</bdi>" in page


def test_certificate_of_somebody_else_is_named_as_such(
    settings: Settings,
    tmp_path: Path,
) -> None:
    context = Authority(tmp_path).server("127.0.0.1")
    with serving(always(answer(b"{}")), tls=context) as server:
        settings.INBOXHUB_PRIVATE_HOSTS = [f"https://{server.host}"]
        outgoing.cache_clear()
        _code, page = refusal(begin(signed_in(), server.host))
    assert "certificate" in page
    assert "choose the network by hand" not in page

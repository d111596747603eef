"""The doors for scripts: link_account and accounts."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.clients import client_for
from accounts.models import Account
from inboxhub.networks.misskey import PERMISSIONS
from simulators.mastodon import Simulator as Mastodon
from simulators.misskey import Simulator
from simulators.mixi import Simulator as Mixi
from tests.accounts.flows import link, signed_in
from tests.factories import make_account, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Standard input: what is written here is read by the command."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stdin", stream)
    return stream


def run(stream: io.StringIO, text: str, *arguments: str) -> str:
    stream.write(text)
    stream.seek(0)
    out = io.StringIO()
    call_command("link_account", *arguments, stdout=out)
    return out.getvalue()


def test_command_makes_the_row_of_the_pages(
    sim: Simulator,
    typed: io.StringIO,
) -> None:
    by_page = link(signed_in("me"), sim)
    out = run(typed, sim.token("alice") + "\n", "me", "misskey", sim.host, "--json")
    assert json.loads(out) == {
        "id": by_page.pk,
        "provider": "misskey",
        "host": sim.host,
        "handle": f"@alice@{sim.host}",
        "status": "active",
        "renewed": True,
        "missing": [],
    }
    assert Account.objects.count() == 1


def test_command_links_a_new_account(sim: Simulator, typed: io.StringIO) -> None:
    make_user("me")
    token = sim.token("hana")
    out = run(typed, token, "me", "misskey", f"@hana@{sim.host}")
    assert f"Linked @hana@{sim.host} (Misskey)" in out
    assert token not in out
    assert Account.objects.get().host == sim.host


def test_command_names_missing_permissions(
    sim: Simulator,
    typed: io.StringIO,
) -> None:
    make_user("me")
    given = [name for name in PERMISSIONS if name not in ("read:chat", "write:drive")]
    out = run(typed, sim.token("alice", given), "me", "misskey", sim.host)
    assert out.endswith("the token lacks read:chat, write:drive\n")


def test_command_reads_the_whole_answer_of_the_check(
    sim: Simulator,
    typed: io.StringIO,
) -> None:
    make_user("me")
    answer = json.dumps({"ok": True, "token": sim.token("alice"), "user": {"id": "x"}})
    run(typed, answer, "me", "misskey", sim.host)
    assert Account.objects.get().remote_id == sim.id_of("alice")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nobody", "misskey", "misskey.example"), "no user named nobody"),
        (("me", "twitter", "twitter.example"), "no network named twitter"),
        (("me", "misskey", "what is this"), "no name of a server"),
        (("me", "misskey", "10.0.0.1"), "INBOXHUB_PRIVATE_HOSTS"),
        (("me", "misskey", "localhost:3000"), "INBOXHUB_PRIVATE_HOSTS"),
    ],
)
def test_command_says_in_one_line_why_it_failed(
    typed: io.StringIO,
    arguments: tuple[str, ...],
    sentence: str,
) -> None:
    make_user("me")
    with pytest.raises(CommandError, match=sentence) as failure:
        run(typed, "A" * 32, *arguments)
    assert "\n" not in str(failure.value)
    assert not Account.objects.exists()


@pytest.mark.parametrize("text", ["", "\n"])
def test_command_without_a_token_says_where_it_belongs(
    sim: Simulator,
    typed: io.StringIO,
    text: str,
) -> None:
    make_user("me")
    typed.write(text)
    typed.seek(0)
    with pytest.raises(CommandError, match="standard input"):
        call_command("link_account", "me", "misskey", sim.host)
    assert not Account.objects.exists()


@pytest.mark.parametrize("text", ["{}", "[1", '{"token": 5}', "n o t a token?"])
def test_command_refuses_what_is_no_token(
    sim: Simulator,
    typed: io.StringIO,
    text: str,
) -> None:
    make_user("me")
    with pytest.raises(CommandError, match="This is no access token"):
        run(typed, text, "me", "misskey", sim.host)


def test_command_names_a_refused_token_without_showing_it(
    sim: Simulator,
    typed: io.StringIO,
) -> None:
    make_user("me")
    with pytest.raises(CommandError, match="does not accept this token") as failure:
        run(typed, "CANARY" * 5, "me", "misskey", sim.host)
    assert "CANARY" not in str(failure.value)


def test_command_links_an_account_on_mastodon(
    mastodon_host: Mastodon,
    typed: io.StringIO,
) -> None:
    make_user("me")
    token = mastodon_host.token("alice")
    out = run(typed, f"{token}\n", "me", "mastodon", mastodon_host.host, "--json")
    assert json.loads(out)["handle"] == f"@alice@{mastodon_host.host}"
    assert token not in out


def test_command_reads_the_token_answer_of_mastodon(
    mastodon_host: Mastodon,
    typed: io.StringIO,
) -> None:
    make_user("me")
    token = mastodon_host.token("alice", ["read", "write:statuses"])
    answer = {"access_token": token, "scope": "read write:statuses", "created_at": 1}
    out = run(typed, json.dumps(answer), "me", "mastodon", mastodon_host.host)
    assert "the token lacks write:conversations, write:notifications" in out
    assert Account.objects.get().credentials["scope"] == "read write:statuses"


def test_command_reads_the_token_answer_of_mixi(
    mixi_host: Mixi,
    typed: io.StringIO,
) -> None:
    make_user("me")
    answer = mixi_host.token_answer("sakura")
    out = run(typed, json.dumps(answer), "me", "mixi", mixi_host.host, "--json")
    told = json.loads(out)
    assert (told["host"], told["handle"]) == (mixi_host.host, "さくら")
    assert told["missing"] == []
    assert str(answer["access_token"]) not in out
    mixi_host.expire("sakura")
    assert client_for(Account.objects.get()).whoami().name == "さくら"


@pytest.mark.parametrize("name", ["access_token", "refresh_token"])
def test_command_wants_both_tokens_of_mixi(
    mixi_host: Mixi,
    typed: io.StringIO,
    name: str,
) -> None:
    make_user("me")
    answer = mixi_host.token_answer("sakura")
    del answer[name]
    with pytest.raises(CommandError, match="whole JSON") as failure:
        run(typed, json.dumps(answer), "me", "mixi", mixi_host.host)
    assert not any(str(value) in str(failure.value) for value in answer.values())


def test_command_links_mixi_at_its_own_host_only(
    mixi_host: Mixi,
    typed: io.StringIO,
) -> None:
    make_user("me")
    answer = json.dumps(mixi_host.token_answer("sakura"))
    with pytest.raises(CommandError, match=f"are on {mixi_host.host} here"):
        run(typed, answer, "me", "mixi", "api.mixi.example")
    assert not Account.objects.exists()


def test_command_says_what_the_operator_has_to_set(
    mixi_host: Mixi,
    typed: io.StringIO,
    settings: Settings,
) -> None:
    settings.MIXI_CLIENT_ID = ""
    make_user("me")
    with pytest.raises(CommandError, match="set MIXI_CLIENT_ID and MIXI_CLIENT_SECRET"):
        run(typed, "{}", "me", "mixi", mixi_host.host)
    assert mixi_host.calls() == []


def listed(*arguments: str) -> list[str]:
    out = io.StringIO()
    call_command("accounts", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_accounts_lists_those_of_the_user() -> None:
    account = make_account(make_user("me"), last_error="status-503")
    make_account(make_user("other"))
    [line] = listed("me", "--json")
    assert json.loads(line) == {
        "id": account.pk,
        "provider": "misskey",
        "host": "misskey.example",
        "handle": account.handle,
        "status": "active",
        "next_pull_at": None,
        "last_error": "status-503",
    }
    [line] = listed("me")
    assert account.handle in line


def test_accounts_of_nobody_is_a_failure() -> None:
    with pytest.raises(CommandError, match="no user named nobody"):
        listed("nobody")

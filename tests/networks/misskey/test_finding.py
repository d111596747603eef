"""People by handle and by name, on simulated hosts."""

from collections.abc import Iterator

import pytest

from inboxhub.networks.errors import TemporaryError
from inboxhub.networks.misskey import Client
from simulators import misskey
from simulators.misskey import Simulator
from tests.networks.misskey.accounts import client_of
from tests.networks.misskey.writing import PROFILES, client_on
from tests.networks.replay import Answer, Script, recorded


@pytest.fixture(params=PROFILES)
def sim(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    with misskey.running(profile=request.param, delays=0) as sim:
        sim.person("bobby")
        sim.person("bob@remote.example")
        yield sim


@pytest.fixture
def client(sim: Simulator) -> Client:
    return client_on(sim)


@pytest.mark.parametrize(
    ("text", "first", "others"),
    [
        ("bob", "bob", {"bobby", "bob@remote.example"}),
        ("@bob", "bob", {"bobby", "bob@remote.example"}),
        (" @BOB@remote.example ", "bob@remote.example", set()),
        ("bob@", "", set()),
        ("Carol :blob", "carol", set()),
        ("bobb", "bobby", set()),
        ("alice", "", set()),
        ("nobody@remote.example", "", set()),
        ("", "", set()),
    ],
)
def test_person_is_found(
    sim: Simulator, client: Client, text: str, first: str, others: set[str]
) -> None:
    found = [one.remote_id for one in client.find_people(text)]
    assert found[:1] == ([sim.id_of(first)] if first else [])
    assert set(found[1:]) == {sim.id_of(acct) for acct in others}


def test_handle_with_the_hosts_own_name_is_of_the_host(
    sim: Simulator, client: Client
) -> None:
    domain = client.capabilities().domain
    found = client.find_people(f"@bob@{domain}")
    assert found[0].remote_id == sim.id_of("bob")
    assert found[0].handle == f"@bob@{domain}"


@pytest.mark.parametrize("code", ["FAILED_TO_RESOLVE_REMOTE_USER", "INTERNAL_ERROR"])
def test_person_whom_another_host_does_not_tell_about_is_nobody(code: str) -> None:
    error = {"error": {"code": code, "message": "Failed to resolve.", "id": "x"}}
    script = {
        "users/show": Answer(500, error),
        "users/search-by-username-and-host": Answer(200, []),
    }
    client, _ = client_of(script)
    assert client.find_people("@ann@gone.example") == ()


def test_host_that_lets_nobody_search_still_shows_a_handle() -> None:
    refused = recorded("024").answer
    script: dict[str, Script] = {
        "users/show": "033",
        "users/search-by-username-and-host": refused,
        "users/search": refused,
    }
    client, _ = client_of(script)
    assert [one.handle for one in client.find_people("bob")] == ["@bob@misskey.example"]


def test_host_that_is_down_is_told() -> None:
    client, _ = client_of({"users/show": Answer(503, "<h1>down</h1>")})
    with pytest.raises(TemporaryError):
        client.find_people("bob")

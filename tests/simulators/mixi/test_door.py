"""The door of the API: tokens, scopes, 401 and 403, limits."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest
import requests

from simulators.mixi import Simulator
from tests.simulators.mixi.scene import INBOX, NOTICES, Scene

SELF = "people/@me/@self"
REALM = "api.mixi-platform.com"
EXPIRED = 'error_description="The access token expired"'


@pytest.mark.parametrize("scheme", ["Bearer", "OAuth", "bearer"])
def test_both_schemes_open(sakura: Scene, scheme: str) -> None:
    assert sakura.call("GET", SELF, scheme=scheme).status_code == 200


@pytest.mark.parametrize("name", ["access_token", "oauth_token"])
def test_token_in_the_query_opens_and_is_not_remembered(
    sim: Simulator, sakura: Scene, name: str
) -> None:
    url = f"{sim.api_url}/{SELF}"
    answer = requests.get(url, params={name: sakura.token}, timeout=5)
    assert answer.status_code == 200
    assert sakura.token not in repr(sim.calls())


@pytest.mark.parametrize(
    ("form", "header"),
    [
        ("old", "OAuth error='expired_token',realm='api.mixi-platform.com'"),
        (
            "rfc",
            f'Bearer realm="{REALM}", error="invalid_token", {EXPIRED}',
        ),
        ("none", None),
    ],
)
def test_expired_token_is_told_in_every_form(
    sim: Simulator, sakura: Scene, form: str, header: str | None
) -> None:
    sim.silences(challenge=form)
    sim.expire("sakura")
    answer = sakura.call("GET", SELF)
    assert answer.status_code == 401
    assert answer.headers.get("WWW-Authenticate") == header


@pytest.mark.parametrize(
    ("form", "start"), [("json", '{"error"'), ("empty", ""), ("html", "<!doctype")]
)
def test_body_of_a_refusal_is_a_switch(sim: Simulator, form: str, start: str) -> None:
    sim.silences(challenge_body=form)
    answer = Scene(sim, "made-up").call("GET", SELF)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("OAuth error='invalid_token'")
    assert answer.text[: len(start) or None] == start


def test_call_without_a_token_is_401_without_a_reason(sim: Simulator) -> None:
    answer = requests.get(f"{sim.api_url}/{SELF}", timeout=5)
    assert answer.status_code == 401
    header = answer.headers["WWW-Authenticate"]
    assert header == "OAuth realm='api.mixi-platform.com'"
    assert answer.content == b""


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", SELF, "r_profile"),
        ("GET", "people/@me/@friends", "r_profile"),
        ("GET", "messages/@me/@inbox", "r_message"),
        ("GET", "messages/@me/@noticebox", "r_message"),
        ("POST", "messages/@me/@self/@outbox", "w_message"),
        ("PUT", "messages/@me/@self/@inbox/x", "w_message"),
        ("DELETE", "messages/@me/@self/@inbox", "w_message"),
        ("DELETE", "messages/@me/@self/@noticebox/x", "w_message"),
    ],
)
def test_each_call_needs_its_scope(
    sim: Simulator, method: str, path: str, scope: str
) -> None:
    every = {"r_profile", "r_message", "w_message"}
    others = " ".join(sorted(every - {scope}))
    refused = Scene(sim, sim.token("sakura", scopes=others)).call(method, path)
    assert refused.status_code == 403
    assert "insufficient_scope" in refused.headers["WWW-Authenticate"]
    assert refused.json()["error"] == "insufficient_scope"
    allowed = Scene(sim, sim.token("sakura", scopes=scope)).call(method, path)
    assert allowed.status_code != 403


def test_scope_of_notices_is_a_switch(sim: Simulator) -> None:
    reader = Scene(sim, sim.token("sakura", scopes="r_message"))
    sim.silences(notice_scopes="both")
    path = f"messages/@me/{NOTICES}"
    assert reader.call("GET", path).status_code == 403
    assert reader.call("GET", f"messages/@me/{INBOX}").status_code == 200


def test_own_id_stands_for_me_and_no_other_does(sim: Simulator, sakura: Scene) -> None:
    for name, status in (("sakura", 200), ("ren", 403)):
        person = sim.id_of(name)
        assert sakura.call("GET", f"people/{person}/@self").status_code == status
        assert sakura.call("GET", f"messages/{person}/@inbox").status_code == status


def test_who_has_left_has_no_valid_token(sim: Simulator, sakura: Scene) -> None:
    sim.leave("sakura")
    answer = sakura.call("GET", SELF)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")


def test_limit_is_a_503_that_ends_with_its_minute(
    sim: Simulator, sakura: Scene
) -> None:
    sim.silences(calls_per_minute=2)
    codes = [sakura.call("GET", SELF).status_code for _ in range(3)]
    assert codes == [200, 200, 503]
    assert Scene(sim, sim.token("ren")).call("GET", SELF).status_code == 200
    sim.advance(61)
    assert sakura.call("GET", SELF).status_code == 200


def test_limit_can_count_the_whole_program(sim: Simulator, sakura: Scene) -> None:
    sim.silences(calls_per_minute=1, limit_per="client")
    assert sakura.call("GET", SELF).status_code == 200
    assert Scene(sim, sim.token("ren")).call("GET", SELF).status_code == 503


@pytest.mark.parametrize("form", ["none", "seconds", "date"])
def test_busy_host_names_its_time_in_every_form(
    sim: Simulator, sakura: Scene, form: str
) -> None:
    sim.silences(retry_after=form)
    sim.busy(1)
    answer = sakura.call("GET", SELF)
    assert answer.status_code == 503
    header = answer.headers.get("Retry-After")
    if form == "date":
        assert header is not None
        wait = parsedate_to_datetime(header) - datetime.now(UTC)
        assert 50 < wait.total_seconds() < 70
    else:
        assert header == (None if form == "none" else "60")
    assert sakura.call("GET", SELF).status_code == 200


def test_answers_carry_the_date_of_the_hosts_clock(
    sim: Simulator, sakura: Scene
) -> None:
    sim.advance(86_400)
    date = parsedate_to_datetime(sakura.call("GET", SELF).headers["Date"])
    assert 86_300 < (date - datetime.now(UTC)).total_seconds() < 86_500

"""The token endpoint: codes, refreshing, and its refusals."""

import pytest
import requests

from simulators.mixi import Simulator
from tests.simulators.mixi.scene import (
    Scene,
    ask_token,
    consent_url,
    query_of,
    renew,
    trade,
)

MINUTE, HOUR, DAY = 60, 3_600, 86_400


def code_for(sim: Simulator, **query: str) -> str:
    return query_of(sim.approve(consent_url(sim, **query), "sakura"))["code"]


def works(sim: Simulator, token: object) -> bool:
    answer = Scene(sim, str(token)).call("GET", "people/@me/@self")
    assert answer.status_code in (200, 401)
    return answer.status_code == 200


def test_code_is_traded_for_the_documented_answer(sim: Simulator) -> None:
    answer = trade(sim)
    told = answer.json()
    assert answer.headers["Cache-Control"] == "no-store"
    assert told | {"access_token": "", "refresh_token": ""} == {
        "access_token": "",
        "refresh_token": "",
        "expires_in": 900,
        "token_type": "Bearer",
        "scope": "r_profile r_message w_message",
    }
    assert works(sim, told["access_token"])


def test_code_is_good_once_and_using_it_twice_ends_its_tokens(sim: Simulator) -> None:
    form = {"grant_type": "authorization_code", "code": code_for(sim)}
    first = ask_token(sim, **form).json()
    second = ask_token(sim, **form)
    assert (second.status_code, second.json()["error"]) == (400, "invalid_grant")
    assert not works(sim, first["access_token"])


def test_code_lives_three_minutes(sim: Simulator) -> None:
    code = code_for(sim)
    sim.advance(3 * MINUTE + 1)
    answer = ask_token(sim, grant_type="authorization_code", code=code)
    assert answer.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"redirect_uri": ""}, "invalid_request"),
        ({"redirect_uri": "http://other.example/"}, "invalid_grant"),
        ({"code": "made-up"}, "invalid_grant"),
        ({"code": ""}, "invalid_request"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": ""}, "invalid_client"),
    ],
)
def test_wrong_trade_is_refused_by_name(
    sim: Simulator, form: dict[str, str], error: str
) -> None:
    answer = trade(sim, **form)
    assert answer.json()["error"] == error
    assert answer.status_code == (401 if error == "invalid_client" else 400)
    assert answer.headers["X-MIXI-GRAPH-API-SPEC"] == "131072"


def test_body_must_be_a_form_without_doubles(sim: Simulator) -> None:
    form = {"grant_type": "server_state", "client_id": sim.client.id}
    assert requests.post(sim.token_url, json=form, timeout=5).status_code == 400
    doubled = [*form.items(), ("client_id", sim.client.id)]
    assert requests.post(sim.token_url, data=doubled, timeout=5).status_code == 400
    assert requests.get(sim.token_url, params=form, timeout=5).status_code == 405


def test_server_state_must_come_back_with_the_code(sim: Simulator) -> None:
    word = ask_token(sim, grant_type="server_state").json()["server_state"]
    form = {"grant_type": "authorization_code"}
    missing = ask_token(sim, **form, code=code_for(sim, server_state=word))
    assert missing.json()["error"] == "invalid_grant"
    code = code_for(sim, server_state=word)
    assert ask_token(sim, **form, code=code, server_state=word).status_code == 200


def test_access_token_ends_after_fifteen_minutes_and_is_renewed(
    sim: Simulator,
) -> None:
    old = trade(sim).json()
    sim.advance(15 * MINUTE + 1)
    assert not works(sim, old["access_token"])
    new = renew(sim, old["refresh_token"]).json()
    assert works(sim, new["access_token"])
    assert set(new) == set(old)


@pytest.mark.parametrize(
    ("rotation", "told", "old_lives"),
    [
        ("rotate", "new", False),
        ("grace", "new", True),
        ("keep", "same", True),
        ("absent", "none", True),
    ],
)
def test_rotation_is_a_switch(
    sim: Simulator, rotation: str, told: str, old_lives: bool
) -> None:
    sim.silences(rotation=rotation)
    old = trade(sim).json()["refresh_token"]
    new = renew(sim, old).json().get("refresh_token")
    assert told == ("none" if new is None else "same" if new == old else "new")
    assert (renew(sim, old).status_code == 200) is old_lives


@pytest.mark.parametrize(("always", "life"), [(False, 6 * HOUR), (True, 90 * DAY)])
def test_check_box_decides_how_long_refreshing_works(
    sim: Simulator, always: bool, life: int
) -> None:
    word = sim.token_answer("sakura", always=always)["refresh_token"]
    sim.advance(life - 10)
    word = renew(sim, word).json()["refresh_token"]
    sim.advance(life + 10)
    assert renew(sim, word).json()["error"] == "invalid_grant"


def test_refreshing_may_ask_for_less_but_not_for_more(sim: Simulator) -> None:
    word = sim.token_answer("sakura", scopes="r_profile r_message")["refresh_token"]
    more = renew(sim, word, scope="w_message")
    assert more.json()["error"] == "invalid_scope"
    assert renew(sim, word, scope="r_profile").json()["scope"] == "r_profile"


@pytest.mark.parametrize(
    ("told", "expected"),
    [("number", 900), ("text", "900"), ("-5", -5), ("1e12", 1e12), ('"soon"', "soon")],
)
def test_expires_in_takes_every_form(
    sim: Simulator, told: str, expected: object
) -> None:
    sim.silences(expires_in=told)
    assert sim.token_answer("sakura")["expires_in"] == expected


def test_expires_in_that_is_no_json_cannot_be_told(sim: Simulator) -> None:
    with pytest.raises(ValueError, match="Expecting value"):
        sim.silences(expires_in="soon")


@pytest.mark.parametrize("ends", [False, True])
def test_second_consent_may_end_the_first(sim: Simulator, ends: bool) -> None:
    sim.silences(new_code_ends_old_tokens=ends)
    first, second = trade(sim).json(), trade(sim).json()
    assert works(sim, first["access_token"]) is not ends
    assert works(sim, second["access_token"])


def test_answer_of_the_old_method_lacks_members(sim: Simulator) -> None:
    sim.silences(expires_in="absent", scheme_told="", scope_told=False)
    assert set(trade(sim).json()) == {"access_token", "refresh_token"}


def test_fewer_scopes_are_granted_when_the_switch_says_so(sim: Simulator) -> None:
    sim.silences(withheld="w_message r_profile")
    assert trade(sim).json()["scope"] == "r_message"


def test_basic_authentication_is_a_switch(sim: Simulator) -> None:
    word = str(sim.token_answer("sakura")["refresh_token"])
    form = {"grant_type": "refresh_token", "refresh_token": word}
    pair = (sim.client.id, sim.client.secret)
    refused = requests.post(sim.token_url, data=form, auth=pair, timeout=5)
    assert refused.json()["error"] == "invalid_client"
    sim.silences(basic=True)
    answer = requests.post(sim.token_url, data=form, auth=pair, timeout=5)
    assert answer.status_code == 200


def test_refused_program_gets_invalid_client_until_it_is_accepted(
    sim: Simulator,
) -> None:
    word = sim.token_answer("sakura")["refresh_token"]
    sim.refuse_client()
    assert renew(sim, word).json()["error"] == "invalid_client"
    sim.refuse_client(refused=False)
    assert renew(sim, word).status_code == 200


def test_no_secret_is_remembered(sim: Simulator) -> None:
    answer = trade(sim).json()
    renew(sim, answer["refresh_token"])
    works(sim, answer["access_token"])
    remembered = repr(sim.calls())
    for word in (
        sim.client.secret,
        *(answer[k] for k in ("access_token", "refresh_token")),
    ):
        assert word not in remembered
    assert [call.status for call in sim.calls("token")] == [200, 200]

"""OAuth: what a person allows is what the program gets, once, and until it is revoked."""

import pytest
import requests

from simulators.mastodon import Simulator
from tests.simulators.mastodon.oauth import BACK, SCOPES, Browser, Program, told
from tests.simulators.mastodon.scene import Scene


@pytest.fixture
def program(sim: Simulator) -> Program:
    program = Program(sim)
    assert program.register().status_code == 200
    return program


def whose(sim: Simulator, token: str) -> str:
    answer = Scene(sim, token).call("GET /api/v1/accounts/verify_credentials")
    return str(answer.json().get("username"))


def test_page_names_the_program_and_its_scopes(program: Program) -> None:
    page = requests.get(program.address(), timeout=5).text
    assert "Inbox &lt;b&gt;" in page
    assert "write:conversations" in page


def test_page_speaks_japanese_to_japanese_browsers(program: Program) -> None:
    headers = {"Accept-Language": "ja,en;q=0.5"}
    page = requests.get(program.address(), headers=headers, timeout=5).text
    assert "承認" in page


def test_approving_leads_to_a_token_of_that_person(program: Program) -> None:
    browser = Browser(program.sim)
    browser.open(program.address())
    browser.press("allow", user="yuki")
    back = browser.back()
    assert (back["state"], back["from"]) == ("a b", "there")
    answer = program.exchange(back["code"])
    assert answer.json()["scope"] == SCOPES
    assert whose(program.sim, answer.json()["access_token"]) == "yuki"


def test_denying_tells_the_program(program: Program) -> None:
    browser = Browser(program.sim)
    browser.open(program.address())
    browser.press("deny", user="yuki")
    assert browser.back()["error"] == "access_denied"
    assert browser.back()["state"] == "a b"


def test_signed_in_person_is_not_asked_again(program: Program) -> None:
    browser = Browser(program.sim)
    browser.open(program.address())
    browser.press("allow", user="yuki")
    program.exchange(browser.back()["code"])
    browser.open(program.address())
    token = program.exchange(browser.back()["code"]).json()["access_token"]
    assert whose(program.sim, token) == "yuki"


def test_forced_sign_in_offers_everybody(program: Program) -> None:
    browser = Browser(program.sim)
    browser.open(program.address())
    browser.press("allow", user="yuki")
    program.exchange(browser.back()["code"])
    browser.open(program.address(force_login="true"))
    browser.press("allow", user="kai")
    token = program.exchange(browser.back()["code"]).json()["access_token"]
    assert whose(program.sim, token) == "kai"


def test_second_authorization_gives_the_same_token(program: Program) -> None:
    assert program.token() == program.token()
    assert program.token() != program.token("yuki")


@pytest.mark.parametrize("sim", ["gotosocial"], indirect=True)
def test_gotosocial_signs_in_first_and_gives_new_tokens(program: Program) -> None:
    browser = Browser(program.sim)
    browser.open(program.address())
    browser.press(user="kai")
    browser.press("allow")
    first = program.exchange(browser.back()["code"]).json()
    assert whose(program.sim, first["access_token"]) == "kai"
    assert program.token("kai") != program.token("kai")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"client_id": "unknown"}, "unknown client"),
        ({"redirect_uri": "http://elsewhere.example/"}, "redirect uri"),
        ({"scope": "admin:read"}, "scope"),
        ({"code_challenge_method": "plain"}, "S256"),
        ({"response_type": "token"}, "response type"),
    ],
)
def test_bad_address_is_shown_and_not_sent_back(
    program: Program, given: dict[str, str], words: str
) -> None:
    answer = requests.get(program.address(**given), timeout=5, allow_redirects=False)
    assert answer.status_code in (400, 401)
    assert words in answer.text


@pytest.mark.parametrize(
    ("given", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"redirect_uri": "http://localhost/"}, 400, "invalid_grant"),
        ({"code_verifier": "wrong"}, 400, "invalid_grant"),
        ({"code": "wrong"}, 400, "invalid_grant"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
    ],
)
def test_wrong_exchange_is_refused(
    program: Program, given: dict[str, str], status: int, error: str
) -> None:
    answer = program.exchange(**{"code": program.code(), **given})
    assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.parametrize("sim", ["gotosocial"], indirect=True)
def test_gotosocial_refuses_in_its_own_words(program: Program) -> None:
    code = program.code()
    wrong = program.exchange(code, client_secret="wrong")
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_client")
    elsewhere = program.exchange(code, redirect_uri="http://localhost/")
    assert elsewhere.status_code == 403
    assert elsewhere.json()["error"] == "invalid redirect uri"
    assert program.exchange(code, code_verifier="wrong").status_code == 200
    again = program.exchange(code)
    assert again.json()["error"] == "sql: no rows in result set"


def test_code_is_good_once_and_for_ten_minutes(program: Program) -> None:
    code = program.code()
    assert program.exchange(code).status_code == 200
    assert program.exchange(code).json()["error"] == "invalid_grant"
    late = program.code()
    program.sim.advance(601)
    assert program.exchange(late).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("sim", ["4.1"], indirect=True)
def test_old_host_ignores_the_verifier(program: Program) -> None:
    assert program.exchange(program.code(), code_verifier="").status_code == 200


def test_revoked_token_is_dead_and_revoking_again_is_fine(program: Program) -> None:
    token = program.token()
    url, form = f"{program.sim.url}/oauth/revoke", {**program.client, "token": token}
    for _ in range(2):
        answer = requests.post(url, data=form, timeout=5)
        assert (answer.status_code, answer.json()) == (200, {})
    assert whose(program.sim, token) == "None"


def test_foreign_token_is_not_revoked(program: Program) -> None:
    token = program.sim.token("alice")
    form = {**program.client, "token": token}
    answer = requests.post(f"{program.sim.url}/oauth/revoke", data=form, timeout=5)
    assert (answer.status_code, answer.json()["error"]) == (403, "unauthorized_client")
    assert whose(program.sim, token) == "alice"


def test_vacuumed_program_is_unknown_until_it_registers_again(program: Program) -> None:
    code = program.code()
    program.sim.vacuum_apps()
    answer = program.exchange(code)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert requests.get(program.address(), timeout=5).status_code == 401
    program.register()
    assert whose(program.sim, program.token()) == "alice"


def test_person_may_grant_less_than_was_asked(program: Program) -> None:
    program.sim.grant_only(["read"])
    answer = program.exchange(program.code())
    assert answer.json()["scope"] == "read"
    url = program.sim.approve(program.address(), "alice", ["read:accounts"])
    answer = program.exchange(told(url)["code"])
    assert answer.json()["scope"] == "read:accounts"


def test_code_can_be_copied_where_nobody_is_called_back(sim: Simulator) -> None:
    program = Program(sim)
    oob = "urn:ietf:wg:oauth:2.0:oob"
    program.register(redirect_uris=oob)
    browser = Browser(sim)
    browser.open(program.address(redirect_uri=oob))
    browser.press("allow", user="kai")
    shown = requests.get(browser.answer.headers["Location"], timeout=5).text
    assert browser.back()["code"] in shown


def test_disabled_person_cannot_sign_in(program: Program) -> None:
    token = program.token()
    program.sim.disable("alice")
    browser = Browser(program.sim)
    browser.open(program.address(force_login="true"))
    browser.press("allow", user="alice")
    assert browser.answer.status_code == 403
    answer = Scene(program.sim, token).call("GET /api/v1/accounts/verify_credentials")
    assert answer.status_code == 403


def test_registering_is_limited_by_address(sim: Simulator) -> None:
    program = Program(sim)
    found = [program.register().status_code for _ in range(6)]
    assert found == [200] * 5 + [429]
    sim.limits(on=False)
    assert program.register().status_code == 200


@pytest.mark.parametrize(
    "given",
    [
        {"client_name": ""},
        {"redirect_uris": "javascript:alert(1)"},
        {"redirect_uris": ""},
        {"redirect_uris": "not a uri"},
        {"scopes": "read banana"},
    ],
)
def test_bad_registration_is_refused(sim: Simulator, given: dict[str, str]) -> None:
    answer = Program(sim).register(**given)
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("Validation failed")


def test_app_token_is_no_person(program: Program) -> None:
    form = {"grant_type": "client_credentials", **program.client}
    answer = requests.post(f"{program.sim.url}/oauth/token", data=form, timeout=5)
    scene = Scene(program.sim, answer.json()["access_token"])
    assert scene.call("GET /api/v1/apps/verify_credentials").status_code == 200
    refused = scene.call("GET /api/v1/accounts/verify_credentials")
    assert refused.status_code == 422


def test_narrow_scopes_open_only_their_own(sim: Simulator) -> None:
    scene = Scene(sim, sim.token("alice", ["write:statuses"]))
    answer = scene.call("GET /api/v1/accounts/verify_credentials")
    assert answer.status_code == 403
    assert "authorized scopes" in answer.json()["error"]
    japanese = scene.call(
        "GET /api/v1/accounts/verify_credentials", headers={"Accept-Language": "ja"}
    )
    assert "スコープ" in japanese.json()["error"]


def test_redirect_is_the_registered_one(program: Program) -> None:
    assert program.sim.approve(program.address(), "alice").startswith(
        BACK.partition("?")[0]
    )


@pytest.mark.parametrize("sim", ["gotosocial"], indirect=True)
def test_gotosocial_shows_no_page_as_json(program: Program) -> None:
    headers = {"Accept": "application/json"}
    answer = requests.get(program.address(), headers=headers, timeout=5)
    assert answer.status_code == 406


@pytest.mark.parametrize("sim", ["gotosocial"], indirect=True)
def test_gotosocial_shows_mistakes_after_the_sign_in(program: Program) -> None:
    browser = Browser(program.sim)
    browser.open(program.address(client_id="unknown"))
    assert browser.answer.status_code == 200
    browser.press(user="kai")
    assert browser.answer.status_code == 401
    assert "unknown client" in browser.answer.text


def test_tokens_end_and_are_renewed_when_the_host_says_so(program: Program) -> None:
    program.sim.token_life(600)
    first = program.exchange(program.code()).json()
    assert first["expires_in"] == 600
    assert whose(program.sim, first["access_token"]) == "alice"
    program.sim.advance(700)
    assert whose(program.sim, first["access_token"]) == "None"
    again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = program.exchange("", **again).json()
    assert whose(program.sim, second["access_token"]) == "alice"
    assert program.exchange("", **again).json()["error"] == "invalid_grant"

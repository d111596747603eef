"""The consent page: what a person agrees to is what the program gets."""

import pytest
import requests

from simulators import mixi
from simulators.mixi import Simulator
from simulators.visitor import Visitor
from tests.simulators.mixi.scene import (
    CALLBACK,
    ask_token,
    consent_url,
    query_of,
    trade,
)


def decide(sim: Simulator, url: str, **form: str) -> str:
    """Press a button of the page; returns where it leads."""
    answer = requests.post(url, data=form, allow_redirects=False, timeout=5)
    assert answer.status_code == 302
    return answer.headers["Location"]


def open_page(url: str, language: str = "en") -> requests.Response:
    headers = {"Accept-Language": language}
    return requests.get(url, headers=headers, allow_redirects=False, timeout=5)


@pytest.mark.parametrize(("language", "word"), [("en", "Agree"), ("ja", "同意する")])
def test_page_names_program_scopes_and_people(
    sim: Simulator, language: str, word: str
) -> None:
    page = open_page(consent_url(sim, display="touch", user="ren"), language).text
    for text in (sim.client.id, "w_message", "さくら", 'value="ren" checked', word):
        assert text in page
    assert "とおりすがり" not in page


def test_visitor_finds_the_form_and_comes_back_with_a_code(sim: Simulator) -> None:
    visitor = Visitor(sim.url)
    visitor.open(
        consent_url(sim, redirect_uri=f"{sim.url}/connect_authorize_success.html")
    )
    form = visitor.form_with("user", "decision", "always")
    visitor.submit(form, user="sakura", decision="allow", always="1")
    assert query_of(visitor.answer.url)["state"] == "a state/+"
    assert query_of(visitor.answer.url)["code"]
    assert visitor.answer.status_code == 200


def test_agreeing_leads_to_the_registered_address_with_code_and_state(
    sim: Simulator,
) -> None:
    target = decide(sim, consent_url(sim), user="ren", decision="allow")
    assert target.startswith(CALLBACK)
    assert set(query_of(target)) == {"from", "code", "state"}
    assert query_of(target)["state"] == "a state/+"


def test_refusing_says_access_denied(sim: Simulator) -> None:
    url = consent_url(sim)
    target = decide(sim, url, decision="deny")
    expected = {"from": "here", "error": "access_denied", "state": "a state/+"}
    assert query_of(target) == expected
    assert query_of(sim.refuse(url)) == expected


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": ""}, "invalid_request"),
        ({"scope": ""}, "invalid_request"),
        ({"scope": "r_message r_everything"}, "invalid_scope"),
        ({"server_state": "made-up"}, "invalid_request"),
    ],
)
def test_wrong_question_is_sent_back_as_an_error(
    sim: Simulator, query: dict[str, str], error: str
) -> None:
    answer = open_page(consent_url(sim, **query))
    assert answer.status_code == 302
    told = query_of(answer.headers["Location"])
    assert (told["error"], told["state"]) == (error, "a state/+")


@pytest.mark.parametrize(
    "query", [{"client_id": "other"}, {"redirect_uri": "http://evil.example/"}]
)
def test_wrong_program_is_told_on_the_page_and_sent_nowhere(
    sim: Simulator, query: dict[str, str]
) -> None:
    answer = open_page(consent_url(sim, **query))
    assert answer.status_code == 400
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    ("switch", "uri", "status"),
    [
        ("checked", CALLBACK, 200),
        ("ignored", "http://other.example/", 200),
        ("refused", CALLBACK, 400),
        ("refused", "", 200),
    ],
)
def test_redirect_parameter_is_a_switch(
    sim: Simulator, switch: str, uri: str, status: int
) -> None:
    sim.silences(redirect_parameter=switch)
    assert open_page(consent_url(sim, redirect_uri=uri)).status_code == status


def test_pkce_is_ignored(sim: Simulator) -> None:
    url = consent_url(sim, code_challenge="x", code_challenge_method="S256")
    code = query_of(sim.approve(url, "sakura"))["code"]
    answer = ask_token(sim, grant_type="authorization_code", code=code)
    assert answer.status_code == 200


def test_only_owners_can_agree(sim: Simulator) -> None:
    form = {"user": "mika", "decision": "allow"}
    answer = requests.post(consent_url(sim), data=form, timeout=5)
    assert answer.status_code == 400


def test_without_a_registered_address_the_helper_page_is_it() -> None:
    with mixi.running() as sim:
        target = sim.approve(consent_url(sim), "sakura")
        assert target.startswith(f"{sim.url}/connect_authorize_success.html?code=")
        assert open_page(target).status_code == 200


def test_settings_page_takes_the_permission_away(sim: Simulator) -> None:
    answer = trade(sim).json()
    page = f"{sim.url}/list_apps.pl"
    assert "さくら" in open_page(page).text
    requests.post(page, data={"user": "sakura"}, timeout=5)
    assert "さくら" not in open_page(page).text
    word = answer["refresh_token"]
    refused = ask_token(sim, grant_type="refresh_token", refresh_token=word)
    assert refused.json()["error"] == "invalid_grant"

"""Errors of a network become sentences in the reader's language, never raw codes."""

import re

import pytest
from django.utils.translation import override

from inboxhub.networks.misskey import call
from inboxhub.networks.mixi import call as mixi_call
from inboxhub.networks.reaching import UNREACHED
from messaging import wording
from messaging.wording.errors import SENTENCES

HOST = "misskey.example"
OURS = {code for code, _sentence in UNREACHED.values()}
FINAL = {code for code, _sentence in call.FINAL.values()}
OF_MISSKEY = {*call.SENTENCES, *call.SIGN_IN, *call.NO_ENDPOINT, *FINAL}
OF_MIXI = {*mixi_call.SENTENCES, *mixi_call.TOKEN_ERRORS, mixi_call.INSUFFICIENT}
ENGLISH = re.compile(r"[A-Za-z’']+(?:[ ,]+[A-Za-z’']+){2,}")


@pytest.mark.parametrize("code", sorted(OURS | OF_MISSKEY | OF_MIXI))
def test_code_of_a_call_has_its_own_sentence(code: str) -> None:
    assert code in SENTENCES


@pytest.mark.parametrize(
    "code",
    [*sorted(SENTENCES), "status-503", "status-413", "NO_SUCH_CLIP", "SOMETHING_NEW"],
)
def test_problem_is_a_japanese_sentence_on_a_japanese_page(code: str) -> None:
    assert wording.problem(code, HOST).count(HOST) == 1
    with override("ja"):
        text = wording.problem(code, HOST)
    assert HOST in text
    assert text.endswith("。")
    assert not ENGLISH.search(text)


def test_status_says_whose_fault_it_is() -> None:
    assert "did not accept" in wording.problem("status-413", HOST)
    assert "with an error (status 503)" in wording.problem("status-503", HOST)


def test_what_does_not_exist_is_said_whatever_it_is() -> None:
    assert "no longer exists" in wording.problem("NO_SUCH_CLIP", HOST)


def test_unknown_code_is_named_for_help() -> None:
    assert wording.problem("NEW_ONE", HOST) == f"{HOST} refused (code NEW_ONE)."


def test_text_that_is_no_code_stays_as_it_is() -> None:
    assert wording.problem("100% of its own words", HOST) == "100% of its own words"
    assert wording.problem("", HOST) == ""


def test_thing_whose_message_is_gone_has_a_name() -> None:
    assert wording.source_name("follow_request") == "Follow request"
    assert wording.source_name("of-another-release") == "Notice"

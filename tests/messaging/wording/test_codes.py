"""Every code that a client gives has a sentence; an unknown one breaks nothing."""

import pytest

from inboxhub.networks.misskey.abilities import abilities
from inboxhub.networks.misskey.facts import CHAT, MESSAGING, NO_CHAT, Facts
from inboxhub.networks.misskey.notices import KINDS as NOTICE_KINDS
from messaging import wording
from messaging.wording.kinds import KINDS, UNKNOWN
from messaging.wording.verbs import EFFECTS, REASONS


@pytest.mark.parametrize("chat", [CHAT, MESSAGING, NO_CHAT])
@pytest.mark.parametrize("old_notices", [True, False])
@pytest.mark.parametrize("cascades", [True, False])
def test_what_a_misskey_host_can_do_is_worded(
    chat: str,
    old_notices: bool,
    cascades: bool,
) -> None:
    facts = Facts(chat=chat, old_notices=old_notices)
    for by_source in abilities(facts, cascades=cascades).values():
        for ability in by_source.values():
            assert not ability.effect or ability.effect in EFFECTS
            assert not ability.reason or ability.reason in REASONS


@pytest.mark.parametrize("kind", sorted(set(NOTICE_KINDS.values())))
def test_kind_of_notice_is_worded(kind: str) -> None:
    assert wording.kind(kind) is KINDS[kind]


def test_unknown_codes_are_shown_as_they_are() -> None:
    assert wording.kind("other:new") is UNKNOWN
    assert wording.reason("some-new-reason", "host.example") == "some new reason"
    assert wording.effect("some-new-effect", "host.example") == ""
    assert wording.item_problem("the host's own words", "host.example")
    assert "host.example" in wording.item_problem("", "host.example")


def test_host_is_named_in_the_reason() -> None:
    assert "host.example" in wording.reason("already-gone", "host.example")

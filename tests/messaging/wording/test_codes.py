"""Every code that a client gives has a sentence; an unknown one breaks nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product

import pytest

from inboxhub.networks.base import RemoteMessage, Unreadable
from inboxhub.networks.capabilities import Ability
from inboxhub.networks.mastodon import abilities as mastodon
from inboxhub.networks.mastodon import notices as mastodon_notices
from inboxhub.networks.mastodon.facts import Facts as MastodonFacts
from inboxhub.networks.misskey.abilities import abilities as misskey_abilities
from inboxhub.networks.misskey.facts import CHAT, MESSAGING, NO_CHAT, Facts
from inboxhub.networks.misskey.notices import KINDS as MISSKEY_KINDS
from inboxhub.networks.misskey.permissions import ASKED
from inboxhub.networks.misskey.writable import writing as misskey_writing
from inboxhub.networks.mixi.abilities import abilities as mixi_abilities
from inboxhub.networks.mixi.messages import read_message
from inboxhub.networks.mixi.trays import TRAYS
from inboxhub.networks.values import Viewer
from messaging import wording
from messaging.views.verbs import ASKS_FIRST
from messaging.wording.accounts import SOURCES, SOURCES_OF_BOX
from messaging.wording.effects import EFFECTS, LASTING, REASONS
from messaging.wording.kinds import KIND_OF_SOURCE, KINDS, UNKNOWN
from tests.messaging.wording.codes import error_codes

NETWORKS = ("misskey", "mastodon", "mixi")
# Said while an account is linked, or something is sent: in words of other pages.
ELSEWHERE = {
    *("miauth-not-approved", "token-malformed", "code-stale"),
    *("app-unknown", "app-refused", "scope-refused"),
}
MODULES_ELSEWHERE = {"sending"}
VIEWER = Viewer("me", "https://mastodon.example", "mastodon.example")
MOMENT = "2026-11-21T12:00:00.000Z"
PERSON = {"id": "7", "acct": "ann", "username": "ann"}

Tables = dict[str, dict[str, Ability]]


def misskey() -> Iterator[tuple[str, str, Ability]]:
    flags = (True, False)
    for chat, old, cascades in product((CHAT, MESSAGING, NO_CHAT), flags, flags):
        facts = Facts(chat=chat, old_notices=old)
        yield from _flat(misskey_abilities(facts, cascades=cascades))
    for chat, quiet in product((CHAT, MESSAGING, NO_CHAT), flags):
        for missing in ((), tuple(ASKED)):
            facts = Facts(
                chat=chat, old_notices=True, quiet=quiet, missing=missing, flush=quiet
            )
            yield from _flat(misskey_abilities(facts, cascades=False))


def mastodons() -> Iterator[tuple[str, str, Ability]]:
    """Hosts that lack one thing each, and tokens that may do only one."""
    listings = (mastodon.CONVERSATIONS, mastodon.NOTICES, mastodon.MARKERS)
    hosts = [
        MastodonFacts(unreading=True),
        MastodonFacts(reading=False),
        MastodonFacts(removing=False),
        MastodonFacts(dismissing=False),
        MastodonFacts(clearing=False),
        *(MastodonFacts(missing={name: "off"}) for name in listings),
        MastodonFacts(scopes=("read",)),
    ]
    for facts in hosts:
        yield from _flat(mastodon.abilities(facts))


def mixis() -> Iterator[tuple[str, str, Ability]]:
    for writes in (True, False):
        yield from _flat(mixi_abilities(writes=writes))


def _flat(table: object) -> Iterator[tuple[str, str, Ability]]:
    assert isinstance(table, dict)
    for verb, by_source in table.items():
        for source, ability in by_source.items():
            yield verb, source, ability


ALL_ABILITIES = sorted({*misskey(), *mastodons(), *mixis()}, key=str)


@pytest.mark.parametrize("verb_source_ability", ALL_ABILITIES, ids=str)
def test_what_a_host_can_do_is_worded(
    verb_source_ability: tuple[str, str, Ability],
) -> None:
    _verb, source, ability = verb_source_ability
    assert not ability.effect or ability.effect in EFFECTS
    assert not ability.reason or ability.reason in REASONS
    assert ability.reach != "server" or ability.effect
    assert ability.reach != "nowhere" or ability.reason
    assert source in SOURCES or source.removesuffix(":own") in SOURCES


@pytest.mark.parametrize("chat", [CHAT, MESSAGING, NO_CHAT])
@pytest.mark.parametrize("missing", [(), tuple(ASKED)], ids=["all", "nothing"])
@pytest.mark.parametrize("quiet", [True, False])
def test_why_nothing_can_be_written_is_worded(
    chat: str, missing: tuple[str, ...], quiet: bool
) -> None:
    facts = Facts(chat=chat, missing=missing, quiet=quiet)
    for written in misskey_writing(facts).values():
        assert not written.reason or written.reason in REASONS


def test_every_effect_of_a_verb_that_asks_is_lasting_or_not_on_purpose() -> None:
    asking = {
        ability.effect
        for verb, _source, ability in ALL_ABILITIES
        if verb in ASKS_FIRST and ability.effect
    }
    assert asking - LASTING == {
        *("delete-to-trash", "remove-conversation", "accept-follow", "accept-sender"),
        *("reject-follow", "join-room", "ignore-invitation"),
    }
    assert asking >= LASTING


def test_box_of_every_source_tells_its_read_policy() -> None:
    named = {source for sources in SOURCES_OF_BOX.values() for source in sources}
    told = {source for verb, source, _ in ALL_ABILITIES if verb == "mark-read"}
    assert {source for source in told if not source.endswith(":own")} <= named


@pytest.mark.parametrize("network", NETWORKS)
def test_error_of_a_client_is_a_sentence(network: str) -> None:
    host = "host.example"
    codes = error_codes(f"inboxhub.networks.{network}", MODULES_ELSEWHERE) - ELSEWHERE
    assert len(codes) > 5
    unworded = {
        code
        for code in codes
        if f"(code {code})" in wording.problem(code, host) and code not in REASONS
    }
    assert not unworded


@pytest.mark.parametrize(
    "kind",
    sorted({*MISSKEY_KINDS.values(), *mastodon_notices.KINDS.values()}),
)
def test_kind_of_notice_is_worded(kind: str) -> None:
    assert wording.kind(kind) is KINDS[kind]


@pytest.mark.parametrize(
    "item",
    [
        mastodon_notices.read_follow_request(
            PERSON, VIEWER, datetime(2026, 11, 21, tzinfo=UTC)
        ),
        mastodon_notices.read_notification_request(
            {"id": "1", "account": PERSON, "updated_at": MOMENT},
            VIEWER,
        ),
        mastodon_notices.read_announcement(
            {"id": "1", "content": "<p>Hi</p>", "published_at": MOMENT},
            VIEWER,
        ),
        *(
            read_message({"id": "1"}, tray, None, datetime(2026, 11, 21, tzinfo=UTC))
            for tray in TRAYS.values()
        ),
    ],
    ids=lambda item: item.source,
)
def test_kind_of_a_thing_that_a_client_reads_is_worded(
    item: RemoteMessage | Unreadable,
) -> None:
    assert isinstance(item, RemoteMessage)
    assert item.kind in KINDS
    name = KINDS[KIND_OF_SOURCE.get(item.source, "notice")].name
    assert wording.source_name(item.source) == str(name)


def test_unknown_codes_are_shown_as_they_are() -> None:
    assert wording.kind("other:new") is UNKNOWN
    assert wording.reason("some-new-reason", "host.example") == "some new reason"
    assert wording.effect("some-new-effect", "host.example") == ""
    assert wording.item_problem("the host's own words", "host.example")
    assert "host.example" in wording.item_problem("", "host.example")


def test_host_is_named_in_the_reason() -> None:
    assert "host.example" in wording.reason("already-gone", "host.example")

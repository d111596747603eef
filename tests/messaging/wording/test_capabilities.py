"""What hosts cannot do, told by clients of scripted hosts, is worded to the last code."""

from collections.abc import Iterator, Mapping

import pytest

from accounts.models import Account
from inboxhub.networks.capabilities import Capabilities
from inboxhub.networks.mastodon.facts import Facts
from messaging import wording
from messaging.models import Operation
from messaging.wording.accounts import WARNINGS
from messaging.wording.effects import REASONS
from tests.networks.mastodon import accounts as mastodon
from tests.networks.mixi import host as mixi
from tests.networks.replay import Answer

LISTINGS = (
    *("conversations", "notifications", "markers"),
    *("follow_requests", "notifications/requests", "announcements"),
)
FORBIDDEN = Answer(403, {"error": "This action is outside the authorized scopes"})
SCOPES = ("read", "read write", "read write:conversations", "")
TRAYS = {
    "GET /people/@me/@self": "me",
    f"GET {mixi.INBOX}": "inbox",
    f"GET {mixi.OUTBOX}": "outbox",
    f"GET {mixi.NOTICES}": "noticebox",
}


def of_mastodon() -> Iterator[Capabilities]:
    """Hosts that give all, forbid all, lack all; tokens of all kinds; GoToSocial."""
    for answer in (mastodon.listing(), FORBIDDEN, mastodon.NO_ROUTE):
        for scope in SCOPES:
            yield _asked(_script(answer, "mastodon"), scope)
    yield _asked(_script(mastodon.listing(), "gotosocial"), "")


def _script(listing: Answer, software: str) -> dict[str, Answer]:
    links = {"links": [{"href": f"https://{mastodon.HOST}/nodeinfo/2.0"}]}
    node = {"software": {"name": software, "version": "1.0"}}
    me = mastodon.person(mastodon.ALICE, "alice")
    return {
        **{f"GET /api/v1/{name}": listing for name in LISTINGS},
        "GET /.well-known/nodeinfo": Answer(200, links),
        "GET /nodeinfo/2.0": Answer(200, node),
        "GET /api/v2/instance": mastodon.mastodon("021"),
        "GET /api/v1/accounts/verify_credentials": Answer(200, me),
    }


def _asked(script: Mapping[str, Answer], scope: str) -> Capabilities:
    credentials = {"scope": scope} if scope else None
    client, _host = mastodon.client_of(
        script, Facts(), credentials=credentials, unknown=True
    )
    return client.capabilities()


def of_mixi() -> Iterator[Capabilities]:
    for scope in ("r_profile", "r_profile r_message", mixi.SCOPES):
        client, _host = mixi.client_of(TRAYS, facts={}, scope=scope)
        yield client.capabilities()


@pytest.mark.parametrize(
    ("provider", "found"),
    [
        *(("mastodon", found) for found in of_mastodon()),
        *(("mixi", found) for found in of_mixi()),
    ],
)
def test_what_is_off_and_what_to_beware_of_is_worded(
    provider: str,
    found: Capabilities,
) -> None:
    account = Account(
        provider=provider,
        host="host.example",
        handle="@me@host.example",
        capabilities=found.as_json(),
    )
    assert set(found.warnings) <= set(WARNINGS)
    assert {code for code in found.boxes.values() if code} <= set(REASONS)
    for line in wording.verb_lines(account):
        assert line.words not in ("yes", "only here", "no: ")
        assert all(name and ":" not in name for name in line.sources)


def test_scripts_above_bring_out_every_warning() -> None:
    told = {code for found in (*of_mastodon(), *of_mixi()) for code in found.warnings}
    assert told >= {
        *("no-conversations", "no-permission-messages", "no-permission-notices"),
        *("no-permission-following", "no-permission-conversations", "shared-limit"),
        *("no-permission-dismiss", "no-permission-delete"),
        *("no-permission-read", "no-permission-write"),
    }


def test_server_is_called_what_handles_end_in_and_a_network_of_one_by_its_name() -> (
    None
):
    mine = Account(provider="mixi", host="api.mixi-platform.com", handle="me@work")
    assert wording.server_name(mine) == "mixi"
    assert "mixi" in wording.warning("no-permission-write", mine)
    other = Account(provider="mastodon", host="m.example", handle="@me@example")
    assert wording.server_name(other) == "example"


def test_verb_that_a_network_lacks_altogether_is_listed_as_such() -> None:
    found = next(of_mastodon())
    account = Account(
        provider="mastodon",
        host="m.example",
        capabilities=found.as_json(),
    )
    lines = [x for x in wording.verb_lines(account) if x.verb == "Mark replied"]
    assert [(line.reach, line.words) for line in lines] == [
        ("nowhere", "no: m.example does not offer this"),
    ]


def test_server_that_was_not_asked_yet_has_no_lines() -> None:
    assert wording.verb_lines(Account(provider="mastodon", host="m.example")) == []


def test_everything_that_can_be_asked_of_an_account_is_listed() -> None:
    account = Account(provider="mixi", capabilities=next(of_mixi()).as_json())
    told = {line.verb for line in wording.verb_lines(account)}
    here_alone = {"Hide here", "Show again"}
    of_their_own = {"Refresh", "Send", "Take the reaction back"}
    verbs = {str(label) for label in Operation.Verb.labels}
    assert told == verbs - here_alone - of_their_own
    cleared = [x for x in wording.verb_lines(account) if x.verb.startswith("Clear")]
    assert [(x.sources, x.words) for x in cleared] == [
        ((), "no: mixi does not offer this"),
    ]

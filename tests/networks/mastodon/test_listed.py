"""Pages of conversations: their limit, and where they begin, on simulated hosts."""

from collections.abc import Iterator, Sequence

import pytest

from inboxhub.lib.http import Http
from inboxhub.networks.mastodon.call import Line
from inboxhub.networks.mastodon.facts import Facts
from inboxhub.networks.mastodon.rows import listed
from inboxhub.networks.mastodon.session import Rows, Session
from inboxhub.networks.values import Viewer, mapping_of
from simulators import mastodon
from simulators.mastodon import Simulator
from tests.networks.mastodon.accounts import HOST, TOKEN, Host, listing

PEOPLE = ("bob", "yuki", "kai", "carol", "dave")
ROWS = "GET /api/v1/conversations"


@pytest.fixture(params=["4.6", "4.1", "3.5", "gotosocial"])
def sim(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    with mastodon.running(profile=request.param, limits=False) as host:
        host.policy("alice", for_private_mentions="accept")
        yield host


def session_on(http: Http, host: str, token: str) -> Session:
    line = Line(http, host, token=token)
    return Session(line, Viewer("", line.origin, host), Facts())


def alices(sim: Simulator) -> Session:
    http = Http(private_hosts=[sim.host])
    return session_on(http, sim.host, sim.token("alice"))


def last_statuses(page: Rows) -> list[str]:
    rows = map(mapping_of, page.rows)
    return [str(mapping_of(row["last_status"])["id"]) for row in rows]


def talked_to(sim: Simulator) -> Sequence[str]:
    """The last statuses of alice's conversations, the newest first."""
    return [str(sim.direct(one, "alice", "hello")["id"]) for one in PEOPLE][::-1]


def test_pages_have_the_wanted_limit_and_place(sim: Simulator) -> None:
    newest = talked_to(sim)
    session = alices(sim)
    assert last_statuses(listed(session)) == newest
    assert last_statuses(listed(session, limit=2)) == newest[:2]
    older = listed(session, limit=2, max_id=newest[1])
    assert last_statuses(older) == newest[2:4]
    assert last_statuses(listed(session, limit=2, since_id=newest[4])) == newest[:2]
    assert last_statuses(listed(session, limit=2, min_id=newest[4])) == newest[2:4]


def test_link_of_a_page_leads_on_with_its_limit(sim: Simulator) -> None:
    newest = talked_to(sim)
    session = alices(sim)
    found: list[str] = []
    page = listed(session, limit=2)
    while page.rows:
        found += last_statuses(page)
        if not page.following:
            break
        page = listed(session, page.following, limit=2)
    assert found == newest


def test_what_is_not_wanted_is_not_asked() -> None:
    host = Host({ROWS: listing()})
    session = session_on(host, HOST, TOKEN)
    listed(session)
    listed(session, limit=5, max_id="9", since_id="1", min_id="2")
    first, second = host.called(ROWS)
    assert first.query == [("limit", "40")]
    assert second.query == [
        *(("limit", "5"), ("max_id", "9"), ("since_id", "1"), ("min_id", "2")),
    ]

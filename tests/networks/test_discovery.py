"""Which network a host is: by nodeinfo's hint and by what its endpoints answer."""

import pytest

from inboxhub.lib.http import (
    DeadlinePassed,
    HostRefused,
    HostUnreachable,
    HttpError,
    TlsFailed,
)
from inboxhub.networks.discovery import Found, discover
from inboxhub.networks.errors import ProviderError
from tests.networks.replay import Answer, Replay, Script

HOST = "misskey.example"
NODEINFO = "/.well-known/nodeinfo"
GONE = Answer(404, "<html>no such page</html>")
NOTHING: dict[str, Script] = {
    NODEINFO: GONE,
    "meta": GONE,
    "endpoints": GONE,
    "/api/v2/instance": GONE,
    "/api/v1/instance": GONE,
}
MISSKEY = NOTHING | {"meta": "001", "endpoints": "002"}
INSTANCE = Answer(
    200,
    {
        "domain": "social.example",
        "title": "Social",
        "version": "4.3.0",
        "icon": [{"src": "https://social.example/s.png"}, {"src": "https://x/l.png"}],
        "thumbnail": {"url": "https://social.example/t.png"},
    },
)
OLD_INSTANCE = Answer(
    200,
    {
        "uri": "old.social.example",
        "title": "Old",
        "version": "3.5.1",
        "thumbnail": "https://old.social.example/t.png",
    },
)


def find(script: dict[str, Script], host: str = HOST) -> Found:
    return discover(Replay(script), host)


def hint(name: str, host: str = HOST) -> dict[str, Script]:
    href = f"https://{host}/nodeinfo/2.0"
    document = {"software": {"name": name, "version": "1.2.3"}}
    return {
        NODEINFO: Answer(200, {"links": [{"rel": "x", "href": href}]}),
        "/nodeinfo/2.0": Answer(200, document),
    }


def test_misskey_is_found_although_its_nodeinfo_is_refused() -> None:
    found = find(MISSKEY | {NODEINFO: "004"})
    assert found.provider == "misskey"
    assert found.facts.software == "misskey"
    assert (found.facts.version, found.facts.name) == ("2025.12.2", "Example server")
    assert found.facts.domain == HOST
    assert found.facts.docs_url == f"https://{HOST}/api-doc"


@pytest.mark.parametrize("number", ["201", "303"])
def test_older_misskey_is_found(number: str) -> None:
    assert find(MISSKEY | {"meta": number}).provider == "misskey"


def test_fork_is_shown_by_its_own_name() -> None:
    found = find(MISSKEY | hint("Sharkey"))
    assert (found.provider, found.facts.software) == ("misskey", "sharkey")


def test_mastodon_is_found() -> None:
    found = find(NOTHING | {"/api/v2/instance": INSTANCE} | hint("mastodon"))
    assert found.provider == "mastodon"
    assert (found.facts.name, found.facts.domain) == ("Social", "social.example")
    assert found.facts.icon_url == "https://x/l.png"


def test_mastodon_without_nodeinfo_and_of_an_old_version_is_found() -> None:
    found = find(NOTHING | {"/api/v1/instance": OLD_INSTANCE})
    assert found.provider == "mastodon"
    assert found.facts.domain == "old.social.example"
    assert found.facts.icon_url == "https://old.social.example/t.png"


def test_host_with_both_that_lists_its_endpoints_is_misskey() -> None:
    assert find(MISSKEY | {"/api/v2/instance": INSTANCE}).provider == "misskey"


@pytest.mark.parametrize("endpoints", [GONE, Answer(200, []), Answer(200, {})])
def test_host_with_both_that_does_not_list_them_is_mastodon(endpoints: Answer) -> None:
    script = MISSKEY | {"endpoints": endpoints, "/api/v2/instance": INSTANCE}
    assert find(script).provider == "mastodon"


def test_closed_mastodon_is_known_by_its_nodeinfo() -> None:
    closed = Answer(401, {"error": "This API requires an authenticated user"})
    script = NOTHING | {"/api/v2/instance": closed, "/api/v1/instance": closed}
    found = find(script | hint("mastodon"))
    assert (found.provider, found.facts.software) == ("mastodon", "mastodon")


@pytest.mark.parametrize(
    "document",
    [
        Answer(200, "<html>"),
        Answer(200, {"links": "x"}),
        Answer(200, {"links": [None, {"href": 5}, {"href": "https://evil.example/n"}]}),
        Answer(301, None, {"location": "https://evil.example/"}),
        Answer(500, None),
        DeadlinePassed("slow"),
    ],
)
def test_unclean_nodeinfo_means_unknown_and_not_no_network(document: Script) -> None:
    assert find(MISSKEY | {NODEINFO: document}).provider == "misskey"


def test_nodeinfo_of_another_host_is_not_fetched() -> None:
    http = Replay(MISSKEY | hint("mastodon", host="evil.example"))
    assert discover(http, HOST).provider == "misskey"
    assert "/nodeinfo/2.0" not in {path for path, _ in http.calls}


def test_host_that_answers_but_is_nothing_we_know_has_no_provider() -> None:
    found = find(NOTHING)
    assert found.provider == ""
    assert found.facts.name == HOST


@pytest.mark.parametrize("body", [{}, {"version": "1"}, {"ok": True}, [], "x", 7])
def test_host_that_says_yes_to_everything_is_nothing_we_know(body: object) -> None:
    assert find(dict.fromkeys(NOTHING, Answer(200, body))).provider == ""


def test_host_that_sends_its_callers_away_says_where() -> None:
    away = Answer(
        301, None, {"location": "https://www.misskey.example/api/v2/instance"}
    )
    found = find(dict.fromkeys(NOTHING, away))
    assert (found.provider, found.moved_to) == ("", "www.misskey.example")


@pytest.mark.parametrize(
    "failure",
    [
        HostUnreachable("down", code="no-such-name"),
        TlsFailed("bad"),
        DeadlinePassed(""),
    ],
    ids=lambda failure: type(failure).__name__,
)
def test_silent_host_is_an_error_that_keeps_its_cause(failure: HttpError) -> None:
    with pytest.raises(ProviderError) as caught:
        find(dict.fromkeys(NOTHING, failure))
    assert caught.value.__cause__ is failure


def test_refused_host_is_an_error() -> None:
    class Refusing(Replay):
        def origin(self, host: str) -> str:
            raise HostRefused("private", code="private-address")

    with pytest.raises(ProviderError) as caught:
        discover(Refusing({}), "10.0.0.1")
    assert isinstance(caught.value.__cause__, HostRefused)


def test_search_ends_in_time_when_the_host_hangs() -> None:
    now = [0.0]

    class Hanging(Replay):
        def request(self, method: str, url: str, **options: object) -> object:  # type: ignore[override]  # only the deadline matters here
            deadline = options["deadline"]
            assert isinstance(deadline, float)
            now[0] += deadline
            raise DeadlinePassed("hangs")

    with pytest.raises(ProviderError):
        discover(Hanging({}), HOST, clock=lambda: now[0])
    assert now[0] <= 6.1


@pytest.mark.parametrize("host", ["mixi.jp", "api.mixi-platform.com", "m.mixi.jp"])
def test_mixi_is_known_by_its_name(host: str) -> None:
    http = Replay({})
    assert discover(http, host).provider == "mixi"
    assert http.calls == []


def test_host_that_only_looks_like_mixi_is_asked() -> None:
    assert find(NOTHING, host="notmixi.jp").provider == ""

"""The `Link` header is followed literally, and only on the host itself."""

import pytest

from inboxhub.networks.errors import PermanentError
from inboxhub.networks.mastodon.links import Position, Query, address, next_of
from tests.networks.mastodon.accounts import HOST
from tests.networks.replay import recorded

ORIGIN = f"https://{HOST}"
PATH = "/api/v1/conversations"
QUERY: Query = {"limit": "40"}
HERE = f"{ORIGIN}{PATH}?limit=40&max_id=9"
FOUND = f"{PATH}?limit=40&max_id=9"


@pytest.mark.parametrize(
    "header",
    [
        f'<{HERE}>; rel="next"',
        f'<{HERE}>; rel="next", <{ORIGIN}/x?min_id=10>; rel="prev"',
        f'<{ORIGIN}/x?min_id=10>; rel="prev", <{HERE}>; rel="next"',
        f"<{HERE}>;rel=next",
        f'<{HERE}> ; title="a, b; c" ; REL = "last NEXT"',
        f'<{ORIGIN}/x?a=1,2;3>; rel="prev",<{HERE}>;rel="next"',
    ],
)
def test_next_page_is_found_however_the_header_is_written(header: str) -> None:
    assert next_of(header, ORIGIN, PATH, QUERY) == FOUND


@pytest.mark.parametrize(
    "header",
    [
        "",
        f'<{HERE}>; rel="prev"',
        f"<{HERE}>",
        "<>; rel=next",
        "rel=next",
        f'<{HERE}; rel="next"',
        f'<{ORIGIN}{PATH}>; rel="next"',
        '<https://[::1?max_id=3>; rel="next"',
        f'<{HERE}{"9" * 3000}>; rel="next"',
        "<" * 9000,
    ],
)
def test_header_without_a_next_page_ends_the_listing(header: str) -> None:
    assert next_of(header, ORIGIN, PATH, QUERY) == ""


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/steal?limit=40&max_id=9",
        "http://mastodon.example/api/v1/conversations?limit=40&max_id=9",
        "https://mastodon.example:8443/other?limit=40&max_id=9",
        "https://mastodon.example@evil.example/?limit=40&max_id=9",
        "//evil.example/steal?limit=40&max_id=9",
        "/api/v1/conversations?limit=40&max_id=9",
    ],
)
def test_of_an_address_elsewhere_only_the_query_is_taken(link: str) -> None:
    assert next_of(f'<{link}>; rel="next"', ORIGIN, PATH, QUERY) == FOUND


def test_path_on_the_same_host_is_followed_as_it_is() -> None:
    link = f'<{ORIGIN}/proxied/api/v1/conversations?limit=40&max_id=9>; rel="next"'
    assert next_of(link, ORIGIN, PATH, QUERY) == f"/proxied{FOUND}"


def test_what_the_link_does_not_repeat_is_added() -> None:
    query: Query = {"limit": "80", "types[]": ("a", "b")}
    found = next_of(f'<{ORIGIN}{PATH}?max_id=9>; rel="next"', ORIGIN, PATH, query)
    assert found == f"{PATH}?max_id=9&limit=80&types%5B%5D=a&types%5B%5D=b"


@pytest.mark.parametrize(("number", "page"), [("048", "page-1"), ("053", "page-6")])
def test_recorded_walk_ends_without_a_link(number: str, page: str) -> None:
    call = recorded(number, "gotosocial")
    assert call.name.endswith(page)
    link = call.headers.get("link", "")
    found = next_of(link, "http://localhost:8085", PATH, QUERY)
    last = "01M7YFA4M4W4GGFNWA5X7YH1F1"
    assert found == (f"{PATH}?limit=3&max_id={last}" if page == "page-1" else "")


def test_query_writes_lists_as_hosts_read_them() -> None:
    assert address(PATH, {"id[]": ("1", "2")}) == f"{PATH}?id%5B%5D=1&id%5B%5D=2"
    assert address(PATH, {}) == PATH


@pytest.mark.parametrize(
    "position",
    [
        Position(),
        Position(FOUND),
        Position(FOUND, since="18", expand=("21", "20")),
        Position(expand=("01M7YFA4M4W4GGFNWA5X7YH1F1",)),
        Position(FOUND, marker="7"),
    ],
)
def test_position_comes_back_as_it_was(position: Position) -> None:
    assert Position.read(str(position)) == position


def test_position_with_nothing_left_is_none() -> None:
    assert Position(since="18").following() is None
    assert Position(expand=("1", "2")).without(2).following() is None


@pytest.mark.parametrize(
    "position", ["x", "https://evil.example/", "//evil.example/x", "/a\nb", "/a\x00"]
)
def test_position_that_is_none_is_refused(position: str) -> None:
    with pytest.raises(PermanentError):
        Position.read(position)

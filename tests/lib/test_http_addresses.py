"""Where outgoing HTTP may go: names, their addresses, and redirects, over real sockets."""

import socket
from collections.abc import Sequence

import pytest
import responses

from inboxhub.lib.http import HostRefused, HostUnreachable, Http
from tests.lib.servers import Server, always, answer, reaching, redirect, serving


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1"),
        *(
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:0:7f00:1::",
            "fe80::1%lo",
            "fd00::1",
        ),
    ],
)
def test_name_of_a_private_address_is_refused(address: str) -> None:
    http = Http(resolver=lambda name, port: [address])
    with pytest.raises(HostRefused) as refusal:
        http.request("GET", "https://misskey.example/")
    assert refusal.value.code == "private-address"


def test_one_private_address_among_several_refuses_all() -> None:
    http = Http(resolver=lambda name, port: ["93.184.216.34", "10.0.0.1"])
    with pytest.raises(HostRefused):
        http.request("GET", "https://misskey.example/")


def test_name_is_looked_up_once_and_that_address_is_used() -> None:
    asked: list[str] = []

    def changing(name: str, port: int) -> Sequence[str]:
        asked.append(name)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    with serving(always(answer())) as server:
        host = f"changing.test:{server.port}"
        http = Http(private_hosts=(host,), resolver=changing)
        assert http.request("GET", f"http://{host}/").status == 200
        http.request("GET", f"http://{host}/")
    assert asked == ["changing.test"]


def test_name_that_becomes_private_is_refused_at_the_next_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dialled: list[object] = []

    def dead(connection: socket.socket, address: object) -> None:
        dialled.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", dead)
    found = iter([["93.184.216.34"], ["127.0.0.1"]])
    http = Http(resolver=lambda name, port: next(found))
    with pytest.raises(HostUnreachable):
        http.request("GET", "https://misskey.example/")
    with pytest.raises(HostRefused):
        http.request("GET", "https://misskey.example/")
    assert dialled == [("93.184.216.34", 443)]


@pytest.mark.parametrize(
    "url",
    [
        *("http://misskey.example/", "https://127.0.0.1/", "https://[::1]/"),
        *("https://2130706433/", "https://0x7f.1/", "https://0177.0.0.1/"),
        *("https://127.1/", "https://１２７.0.0.1/", "https://localhost/"),
        *("https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/"),
        *("https://misskey.example:22/", "https://misskey.example./"),
        *("https://me@misskey.example/", "https://misskey.example\\@evil.example/"),
        *("ftp://misskey.example/", "file:///etc/passwd", "data:,x", "//x.example/"),
        *("https://", "", "https://[::1", "https://a℀b.example/", "gopher://x.example"),
    ],
)
def test_address_that_hides_or_leaves_the_rules_is_refused(url: str) -> None:
    def never(name: str, port: int) -> Sequence[str]:
        raise AssertionError(name)

    with pytest.raises(HostRefused):
        Http(resolver=never).request("GET", url)


def test_private_host_is_reached_by_its_own_scheme_and_port_only() -> None:
    with serving(always(answer())) as server, serving(always(answer())) as other:
        http = reaching(server)
        for url in (f"https://{server.host}/", f"http://{other.host}/"):
            with pytest.raises(HostRefused):
                http.request("GET", url)
    assert not server.connections
    assert not other.connections


def test_redirect_is_not_followed_unless_allowed() -> None:
    with serving(always(redirect("/b"))) as server:
        assert reaching(server).request("GET", f"http://{server.host}/a").status == 302
    assert len(server.seen) == 1


def test_redirect_is_followed_on_the_same_host_with_its_headers() -> None:
    with serving(always(redirect("/b?c=字"), answer(b"there"))) as server:
        response = reaching(server).request(
            "GET",
            f"http://{server.host}/a",
            headers={"Authorization": "Bearer t"},
            redirects=1,
        )
    assert response.body == b"there"
    assert response.url == f"http://{server.host}/b?c=字"
    assert server.seen[1].startswith(b"GET /b?c=%E5%AD%97 ")
    assert b"Authorization: Bearer t" in server.seen[1]


def test_authorization_stays_behind_when_the_host_changes() -> None:
    target = "http://localhost:{}/"

    def to_the_other_name(connection: socket.socket, server: Server) -> None:
        always(redirect(target.format(server.port)), answer())(connection, server)

    with serving(to_the_other_name) as server:
        http = Http(private_hosts=(server.host, f"localhost:{server.port}"))
        http.request(
            "GET",
            f"http://{server.host}/",
            headers={"Authorization": "Bearer t", "X-Kept": "1"},
            redirects=1,
        )
    assert b"Bearer t" in server.seen[0]
    assert b"Bearer t" not in server.seen[1]
    assert b"X-Kept: 1" in server.seen[1]


def test_redirects_end_after_the_allowed_number() -> None:
    with serving(always(redirect("/again"))) as server:
        response = reaching(server).request(
            "GET", f"http://{server.host}/", redirects=3
        )
    assert response.status == 302
    assert len(server.seen) == 4


@pytest.mark.parametrize(
    "target",
    [
        *("http://127.0.0.1:1/", "https://127.0.0.1/", "//169.254.169.254/latest/"),
        *("https://localhost/", "https://2130706433/", "https://me@misskey.example/"),
        *("http://misskey.example/", "file:///etc/passwd", "http://[", "javascript:x"),
    ],
)
def test_each_redirect_passes_the_same_checks(target: str) -> None:
    with serving(always(redirect(target))) as server, pytest.raises(HostRefused):
        reaching(server).request("GET", f"http://{server.host}/", redirects=3)
    assert len(server.seen) == 1


@responses.activate
def test_public_host_does_not_redirect_to_a_private_one() -> None:
    with serving(always(answer())) as server:
        responses.add_passthru(f"http://{server.host}")
        target = {"Location": f"http://{server.host}/"}
        responses.get("https://misskey.example/", status=302, headers=target)
        with pytest.raises(HostRefused) as refusal:
            reaching(server).request("GET", "https://misskey.example/", redirects=1)
    assert refusal.value.code == "redirect"
    assert not server.connections


@responses.activate
def test_plain_call_sends_nothing_of_ours() -> None:
    responses.get("http://img.example.com/a", body=b"there")
    answer = Http().fetch_plain(
        "http://img.example.com:80/a", accept="image/png", deadline=5.0, cap=100
    )
    assert (answer.body, answer.url) == (b"there", "http://img.example.com/a")
    sent = responses.calls[0].request.headers
    assert sent["Accept"] == "image/png"
    assert not {"Authorization", "Cookie", "Referer"} & set(sent)


@pytest.mark.parametrize(
    "target",
    [
        *("http://127.0.0.1:1/", "http://169.254.169.254/latest/", "http://localhost/"),
        *("http://img.example.com:8080/", "http://me@img.example.com/", "file:///x"),
    ],
)
@responses.activate
def test_plain_call_is_redirected_by_the_same_rules(target: str) -> None:
    headers = {"Location": target}
    responses.get("http://img.example.com/a", status=302, headers=headers)
    with pytest.raises(HostRefused):
        Http().fetch_plain(
            "http://img.example.com/a", accept="*", deadline=5.0, cap=9, redirects=3
        )
    assert len(responses.calls) == 1


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "::1"])
def test_plain_name_of_a_private_address_is_refused(address: str) -> None:
    http = Http(resolver=lambda name, port: [address])
    with pytest.raises(HostRefused) as refusal:
        http.fetch_plain("http://img.example.com/", accept="*", deadline=5.0, cap=9)
    assert refusal.value.code == "private-address"


def test_private_host_keeps_its_way_in_plain_calls() -> None:
    with serving(always(answer(b"there"))) as server:
        url = f"http://{server.host}/"
        found = reaching(server).fetch_plain(url, accept="*", deadline=5.0, cap=9)
    assert found.body == b"there"


def test_post_never_follows() -> None:
    with pytest.raises(ValueError, match="GET"):
        Http().request("POST", "https://misskey.example/", redirects=1)


@pytest.mark.parametrize(
    ("origin", "url", "inside"),
    [
        ("https://misskey.example", "https://other.example", False),
        ("https://misskey.example", "http://server.lan.example:3000/", True),
        ("https://misskey.example", "https://TLS.lan.example:8443/", True),
        ("http://server.lan.example:3000", "https://tls.lan.example:8443/", False),
        ("https://misskey.example", "not an address", False),
    ],
)
def test_private_host_is_named_to_us_by_private_hosts_only(
    origin: str, url: str, *, inside: bool
) -> None:
    hosts = ("server.lan.example:3000", "https://tls.lan.example:8443")
    assert Http(private_hosts=hosts).leads_inside(origin, url) is inside

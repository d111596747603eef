"""Outgoing HTTPS on loopback: whose certificate, which trust, what deadline."""

import os
import socket
import ssl
from datetime import timedelta
from pathlib import Path

import pytest

from inboxhub.lib.http import DeadlinePassed, HostUnreachable, Http, TlsFailed
from tests.lib.certificates import Authority
from tests.lib.servers import (
    PATIENCE,
    Server,
    always,
    answer,
    cut_off,
    dripping,
    received,
    redirect,
    serving,
)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


def reaching(
    server: Server, ca_file: Path, name: str = "localhost"
) -> tuple[Http, str]:
    origin = f"https://{name}:{server.port}"
    http = Http(
        private_hosts=(origin,),
        ca_file=str(ca_file),
        resolver=lambda name, port: ["127.0.0.1"],
    )
    return http, f"{origin}/"


def test_server_of_our_own_authority_is_trusted(authority: Authority) -> None:
    with serving(always(answer()), tls=authority.server("localhost")) as server:
        http, url = reaching(server, authority.file)
        assert http.request("GET", url).status == 200
        http.request("GET", url)
        assert server.connections == 1


def test_authority_counts_for_private_hosts_only(
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connect = socket.socket.connect
    with serving(always(answer()), tls=authority.server("public.example")) as server:
        here = ("127.0.0.1", server.port)
        # A public address, as far as the program can see.
        monkeypatch.setattr(socket.socket, "connect", lambda s, _: connect(s, here))
        http = Http(
            private_hosts=("https://nas.test:8443",),
            ca_file=str(authority.file),
            resolver=lambda name, port: ["93.184.216.34"],
        )
        with pytest.raises(TlsFailed) as failure:
            http.request("GET", "https://public.example/")
    assert failure.value.code == "untrusted"
    assert server.connections == 1
    assert not server.seen


@pytest.mark.parametrize(
    ("name", "self_signed", "valid_for", "code"),
    [
        ("other.test", False, timedelta(days=1), "wrong-name"),
        ("localhost", True, timedelta(days=1), "self-signed"),
        ("localhost", False, timedelta(days=-1), "expired"),
    ],
)
def test_certificate_that_is_not_the_hosts_is_refused(
    authority: Authority,
    name: str,
    self_signed: bool,
    valid_for: timedelta,
    code: str,
) -> None:
    tls = authority.server(name, self_signed=self_signed, valid_for=valid_for)
    with serving(always(answer()), tls=tls) as server:
        http, url = reaching(server, authority.file)
        with pytest.raises(TlsFailed) as failure:
            http.request("GET", url)
    assert failure.value.code == code
    assert not server.seen


def test_certificate_of_a_stranger_is_refused(
    authority: Authority,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    stranger = Authority(tmp_path_factory.mktemp("stranger"))
    with serving(always(answer()), tls=stranger.server("localhost")) as server:
        http, url = reaching(server, authority.file)
        with pytest.raises(TlsFailed):
            http.request("GET", url)


def test_server_is_asked_by_its_name(authority: Authority) -> None:
    asked: list[str | None] = []
    tls = authority.server("nas.test")

    def note(_: ssl.SSLObject, name: str | None, __: ssl.SSLContext) -> None:
        asked.append(name)

    tls.sni_callback = note
    with serving(always(answer()), tls=tls) as server:
        http, url = reaching(server, authority.file, "nas.test")
        assert http.request("GET", url).status == 200
    assert asked == ["nas.test"]


def test_server_without_tls_is_told_apart(authority: Authority) -> None:
    def plain_http(connection: socket.socket, server: Server) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with serving(plain_http) as server:
        http, url = reaching(server, authority.file)
        with pytest.raises(TlsFailed) as failure:
            http.request("GET", url)
    assert failure.value.code == "no-tls"


@pytest.mark.parametrize(
    "start", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"]
)
@pytest.mark.parametrize("after", [0, 1], ids=["fresh", "reused"])
def test_tls_that_breaks_after_the_request_is_no_failed_handshake(
    authority: Authority, start: bytes, after: int
) -> None:
    """Whoever sent something must not take it for never sent."""

    def break_tls(connection: socket.socket, server: Server) -> None:
        for _ in range(after):
            received(connection, server)
            connection.sendall(answer())
        received(connection, server)
        if start:
            connection.sendall(start)
        with socket.socket(fileno=os.dup(connection.fileno())) as below:
            below.sendall(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
        server.stopped.wait(PATIENCE)

    with serving(break_tls, tls=authority.server("localhost")) as server:
        http, url = reaching(server, authority.file)
        for _ in range(after):
            http.request("GET", url)
        with pytest.raises(HostUnreachable) as failure:
            http.request("POST", url, json_body={"text": "hello"})
        assert server.connections == 1
    assert failure.value.code == "cut-off"
    assert b"hello" in server.seen[-1]


def test_handshake_that_fails_after_a_redirect_is_told_as_such(
    authority: Authority,
) -> None:
    def plain_http(connection: socket.socket, server: Server) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    tls = authority.server("localhost")
    with serving(plain_http) as there:
        target = f"https://localhost:{there.port}"
        with serving(always(redirect(f"{target}/")), tls=tls) as server:
            origin = f"https://localhost:{server.port}"
            http = Http(
                private_hosts=(origin, target),
                ca_file=str(authority.file),
                resolver=lambda name, port: ["127.0.0.1"],
            )
            with pytest.raises(TlsFailed) as failure:
                http.request("GET", f"{origin}/", redirects=1)
    assert failure.value.code == "no-tls"


def test_connection_cut_in_the_handshake_is_unreachable(authority: Authority) -> None:
    def hang_up(connection: socket.socket, server: Server) -> None:
        connection.recv(1)

    with serving(hang_up) as server:
        http, url = reaching(server, authority.file)
        with pytest.raises(HostUnreachable):
            http.request("GET", url)


def test_connection_cut_in_the_body_is_unreachable(authority: Authority) -> None:
    behaviour = cut_off(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}")
    with serving(behaviour, tls=authority.server("localhost")) as server:
        http, url = reaching(server, authority.file)
        with pytest.raises(HostUnreachable):
            http.request("GET", url)


def test_drip_in_the_handshake_ends_at_the_deadline(authority: Authority) -> None:
    def drip(connection: socket.socket, server: Server) -> None:
        connection.sendall(b"\x16\x03\x03\x40\x00")  # a handshake record of 16 KiB
        while not server.stopped.wait(0.02):
            connection.sendall(b"\x02")

    with serving(drip) as server:
        http, url = reaching(server, authority.file)
        with pytest.raises(DeadlinePassed):
            http.request("GET", url, deadline=0.3)


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\n\r\n"])
@pytest.mark.parametrize("after", [0, 1], ids=["fresh", "reused"])
def test_drip_inside_tls_ends_at_the_deadline(
    authority: Authority,
    start: bytes,
    after: int,
) -> None:
    tls = authority.server("localhost")
    with serving(dripping(start, after=after), tls=tls) as server:
        http, url = reaching(server, authority.file)
        for _ in range(after):
            http.request("GET", url)
        with pytest.raises(DeadlinePassed):
            http.request("GET", url, deadline=0.3)
        assert server.connections == 1

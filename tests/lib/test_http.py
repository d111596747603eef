"""Outgoing HTTP over real loopback sockets: what is sent, limits, faults."""

import gzip
import json
import socket
import threading
from collections.abc import Sequence

import pytest
import responses

from inboxhub.lib.http import (
    BodyTooLarge,
    DeadlinePassed,
    FilePart,
    HostUnreachable,
    Http,
    HttpError,
    NotJson,
)
from tests.lib.servers import (
    OK,
    SHORT,
    Behaviour,
    Server,
    always,
    answer,
    cut_off,
    dripping,
    endless,
    reaching,
    redirect,
    serving,
)

MEGABYTE = 1024 * 1024


# --- What is sent, what comes back ----------------------------------------------------


def test_post_sends_json_and_returns_any_status() -> None:
    refusal = answer(
        b'{"error":1}', status="400 Bad", headers="X-RateLimit-Reset: 9\r\n"
    )
    with serving(always(refusal)) as server:
        response = reaching(server).request(
            "POST",
            f"http://{server.host}/api/i?x=1",
            json_body={"i": "字"},
            headers={"Authorization": "Bearer t"},
        )
    assert response.status == 400
    assert response.headers["x-ratelimit-reset"] == "9"
    assert response.json() == {"error": 1}
    head, _, body = server.seen[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /api/i?x=1 HTTP/1.1\r\n")
    assert b"Authorization: Bearer t" in head
    assert b"Accept-Encoding: gzip\r\n" in head
    assert b"python" not in head
    assert json.loads(body) == {"i": "字"}


def test_form_is_sent_as_a_form() -> None:
    with serving(always(answer())) as server:
        reaching(server).request("POST", f"http://{server.host}/", form={"a": "b c"})
    assert server.seen[0].endswith(b"\r\n\r\na=b+c")


def test_file_is_sent_beside_the_fields_of_its_form() -> None:
    file = FilePart('猫"\r\nX-Evil: 1', "image/png", b"\x00\xff\r\n--")
    with serving(always(answer())) as server:
        url = f"http://{server.host}/"
        reaching(server).request("POST", url, form={"a": "字"}, files={"file": file})
    head, _, body = server.seen[0].partition(b"\r\n\r\n")
    boundary = head.partition(b"multipart/form-data; boundary=")[2].split(b"\r\n")[0]
    fields, whole, end = body.removeprefix(b"--" + boundary).split(b"--" + boundary)
    assert fields.endswith('name="a"\r\n\r\n字\r\n'.encode())
    assert whole.endswith(b"Content-Type: image/png\r\n\r\n\x00\xff\r\n--\r\n")
    assert b"\r\nX-Evil" not in whole
    assert end == b"--\r\n"
    assert "xff" not in repr(file)


def test_connection_is_used_again_by_the_same_thread_only() -> None:
    with serving(always(answer())) as server:
        http, url = reaching(server), f"http://{server.host}/"
        http.request("GET", url)
        http.request("GET", url)
        assert server.connections == 1
        other = threading.Thread(target=http.request, args=["GET", url])
        other.start()
        other.join()
        assert server.connections == 2


def test_cookies_are_not_kept() -> None:
    with serving(always(answer(headers="Set-Cookie: a=b\r\n"))) as server:
        http = reaching(server)
        http.request("GET", f"http://{server.host}/")
        http.request("GET", f"http://{server.host}/")
    assert b"ookie" not in server.seen[1]


def test_proxies_and_netrc_of_the_environment_are_ignored(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("default login a password b")
    monkeypatch.setenv("NETRC", str(netrc))
    with serving(always(answer())) as proxy, serving(always(answer())) as server:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://{proxy.host}")
        reaching(server).request("GET", f"http://{server.host}/")
    assert not proxy.connections
    assert b"Authorization" not in server.seen[0]


def test_ipv6_host_is_reached() -> None:
    with serving(always(answer()), address="::1") as server:
        host = f"[::1]:{server.port}"
        assert (
            Http(private_hosts=(host,)).request("GET", f"http://{host}/").status == 200
        )
    assert f"Host: {host}".encode() in server.seen[0]


@responses.activate
def test_recorded_answers_stand_in_for_the_network() -> None:
    responses.post("https://misskey.example/api/meta", json={"version": "2025.12"})
    response = Http().request("POST", "https://misskey.example/api/meta", json_body={})
    assert response.json() == {"version": "2025.12"}


@pytest.mark.parametrize(
    "body",
    [b"<!DOCTYPE html>", b"", b'{"a":', b"\xff\xfe\x00", b"[" * 100_000, b"NaN"],
)
def test_answer_that_is_no_json_says_so(body: bytes) -> None:
    with serving(always(answer(body))) as server:
        response = reaching(server).request("GET", f"http://{server.host}/")
    with pytest.raises(NotJson):
        response.json()


# --- Size -----------------------------------------------------------------------------


def test_body_of_exactly_the_cap_is_whole() -> None:
    with serving(always(answer(b"x" * 1000))) as server:
        http = reaching(server)
        assert len(http.request("GET", f"http://{server.host}/", cap=1000).body) == 1000


def test_gzip_bomb_is_stopped_at_the_cap() -> None:
    bomb = answer(
        gzip.compress(b"0" * 200 * MEGABYTE), headers="Content-Encoding: gzip\r\n"
    )
    with serving(always(bomb)) as server, pytest.raises(BodyTooLarge):
        reaching(server).request("GET", f"http://{server.host}/", cap=MEGABYTE)


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (OK + b"\r\n", b"x" * 65536),
        (
            OK + b"Transfer-Encoding: chunked\r\n\r\n",
            b"8000\r\n" + b"x" * 0x8000 + b"\r\n",
        ),
        (OK + b"Content-Length: 999999999999\r\n\r\n", b"x" * 65536),
    ],
    ids=["until-close", "chunked", "length"],
)
def test_endless_body_is_stopped_at_the_cap(start: bytes, piece: bytes) -> None:
    with serving(endless(start, piece)) as server, pytest.raises(BodyTooLarge):
        reaching(server).request("GET", f"http://{server.host}/", cap=MEGABYTE)


def test_body_of_a_redirect_is_not_read() -> None:
    start = b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n\r\n"
    with serving(endless(start, b"x" * 65536)) as server:
        response = reaching(server).request("GET", f"http://{server.host}/", cap=10)
    assert (response.status, response.body) == (302, b"")


# --- Time -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"HTTP/1.1 200",
        OK + b"X-Long: ",
        OK + b"Content-Length: 9999\r\n\r\n",
        OK + b"\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
    ],
    ids=["nothing", "status", "header", "length", "until-close", "chunk"],
)
@pytest.mark.parametrize("after", [0, 1], ids=["fresh", "reused"])
def test_drip_ends_at_the_deadline(start: bytes, after: int) -> None:
    with serving(dripping(start, after=after)) as server:
        http, url = reaching(server), f"http://{server.host}/"
        for _ in range(after):
            http.request("GET", url)
        with pytest.raises(DeadlinePassed):
            http.request("GET", url, deadline=SHORT)
        assert server.connections == 1


def test_http_is_usable_after_a_deadline() -> None:
    with serving(dripping(b"")) as slow, serving(always(answer())) as server:
        http = Http(private_hosts=(slow.host, server.host))
        with pytest.raises(DeadlinePassed):
            http.request("GET", f"http://{slow.host}/", deadline=SHORT)
        assert http.request("GET", f"http://{server.host}/").status == 200


def test_short_deadline_does_not_wait_for_a_long_one() -> None:
    begun = threading.Event()

    def drip(connection: socket.socket, server: Server) -> None:
        begun.set()
        dripping(b"")(connection, server)

    with serving(drip) as server:
        http, url = reaching(server), f"http://{server.host}/"
        ended: list[Exception] = []

        def call_with_patience() -> None:
            try:
                http.request("GET", url, deadline=20)
            except HttpError as error:
                ended.append(error)

        patient = threading.Thread(target=call_with_patience)
        patient.start()
        # The watchdog waits for the long one already when the short one comes.
        assert begun.wait(10)
        with pytest.raises(DeadlinePassed):
            http.request("GET", url, deadline=SHORT)
        assert not ended
        server.stopped.set()
        patient.join()
    assert isinstance(ended[0], HostUnreachable)


def test_silent_server_ends_at_the_deadline_of_the_program() -> None:
    def silence(connection: socket.socket, server: Server) -> None:
        server.stopped.wait()

    with serving(silence) as server:
        http = Http(private_hosts=(server.host,), deadline=SHORT)
        with pytest.raises(DeadlinePassed):
            http.request("GET", f"http://{server.host}/", deadline=60)


def test_redirects_share_one_deadline() -> None:
    now = iter([0.0, *([1.0] * 6), *([31.0] * 100)])
    with serving(always(redirect("/next"))) as server:
        http = Http(private_hosts=(server.host,), clock=lambda: next(now))
        with pytest.raises(DeadlinePassed):
            http.request("GET", f"http://{server.host}/", redirects=3)
    assert len(server.seen) == 1


def test_look_up_that_hangs_ends_at_the_deadline() -> None:
    released = threading.Event()

    def hang(name: str, port: int) -> Sequence[str]:
        released.wait()
        return []

    http = Http(resolver=hang)
    with pytest.raises(DeadlinePassed):
        http.request("GET", "https://misskey.example/", deadline=SHORT)
    released.set()


# --- Faults ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "behaviour",
    [
        cut_off(b""),
        cut_off(OK + b"Content-Length: 100\r\n\r\n{}"),
        cut_off(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhe"),
        cut_off(b"this is no HTTP\r\n\r\n"),
        cut_off(OK + b"X: " + b"x" * 70_000 + b"\r\n\r\n"),
        cut_off(OK + b"Content-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip!"),
    ],
    ids=["silent", "length", "chunk", "noise", "header", "gzip"],
)
def test_broken_answer_is_an_unreachable_host(behaviour: Behaviour) -> None:
    with serving(behaviour) as server, pytest.raises(HostUnreachable):
        reaching(server).request("GET", f"http://{server.host}/")


def test_port_where_nobody_listens_is_unreachable() -> None:
    with serving(always(answer())) as server:
        pass
    with pytest.raises(HostUnreachable) as failure:
        reaching(server).request("GET", f"http://{server.host}/")
    assert failure.value.code == "no-answer"


@pytest.mark.parametrize("error", [socket.gaierror(-2, "no"), UnicodeError(), None])
def test_name_that_does_not_exist_is_unreachable(error: Exception | None) -> None:
    def nowhere(name: str, port: int) -> Sequence[str]:
        if error:
            raise error
        return []

    with pytest.raises(HostUnreachable) as failure:
        Http(resolver=nowhere).request("GET", "https://misskey.example/")
    assert failure.value.code == "no-such-name"


def test_next_address_is_tried_when_the_first_is_dead() -> None:
    with serving(always(answer())) as server:
        host = f"many.test:{server.port}"
        http = Http(
            private_hosts=(host,),
            resolver=lambda name, port: ["127.0.0.2", "127.0.0.1"],
        )
        assert http.request("GET", f"http://{host}/").status == 200


def test_header_with_a_line_break_is_not_sent() -> None:
    headers = {"Authorization": "Bearer a\r\nX-Evil: 1"}
    with serving(always(answer())) as server, pytest.raises(HttpError) as failure:
        reaching(server).request("GET", f"http://{server.host}/", headers=headers)
    assert failure.value.code == "request"
    assert not server.seen

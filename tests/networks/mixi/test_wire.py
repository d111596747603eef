"""What really goes over the line, byte by byte, to a server on loopback."""

import json

import pytest

from inboxhub.networks.base import Target
from inboxhub.networks.mixi import Client
from tests.lib.servers import Server, always, answer, reaching, serving
from tests.networks.mixi.host import FACTS, ME, SCOPES, TOKEN, body_of

DONE = answer(json.dumps(body_of("delete-done")).encode())


def client_on(server: Server) -> Client:
    return Client(
        reaching(server),
        server.host,
        {
            "token": TOKEN,
            "scheme": "OAuth",
            "scope": SCOPES,
            "api_url": f"http://{server.host}/2/",
        },
        remote_id=ME,
        facts=FACTS,
    )


def sent(server: Server) -> tuple[str, dict[str, str], bytes]:
    """The request line, the headers and the body of the only request."""
    (request,) = server.seen
    head, _, body = request.partition(b"\r\n\r\n")
    line, *headers = head.decode().split("\r\n")
    pairs = (header.split(": ", 1) for header in headers)
    return line, {name.lower(): value for name, value in pairs}, body


def test_delete_of_several_has_its_body() -> None:
    with serving(always(DONE)) as server:
        outcomes = client_on(server).delete(
            [Target("inbox", f"m{n}") for n in range(4)]
        )
    line, headers, body = sent(server)
    assert {outcome.state for outcome in outcomes} == {"done"}
    assert line == "DELETE /2/messages/@me/@self/@inbox HTTP/1.1"
    assert headers["authorization"] == f"OAuth {TOKEN}"
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert json.loads(body) == {"ids": ["m0", "m1", "m2", "m3"]}


@pytest.mark.parametrize(
    ("one", "encoded"),
    [
        ("a/../b", "a%2F..%2Fb"),
        ("x?y#z", "x%3Fy%23z"),
        ("50%2F", "50%252F"),
        ("メ", "%E3%83%A1"),
    ],
)
def test_odd_id_stays_one_segment_of_the_path(one: str, encoded: str) -> None:
    with serving(always(DONE)) as server:
        client_on(server).delete([Target("notice", one)])
    line, _, _ = sent(server)
    assert line == f"DELETE /2/messages/@me/@self/@noticebox/{encoded} HTTP/1.1"


@pytest.mark.parametrize("charset", ["utf-8", "Shift_JIS", "EUC-JP", "ISO-2022-JP"])
def test_body_says_the_same_in_every_charset_that_is_declared(charset: str) -> None:
    done = answer(json.dumps(body_of("delete-done")).encode())
    ids = ["日本語", "😀", "a\\b", '"q"', "~"]
    with serving(always(done)) as server:
        client = client_on(server)
        client.charset = charset
        client.delete([Target("outbox", one) for one in ids])
    _, headers, body = sent(server)
    assert headers["content-type"] == f"application/json; charset={charset}"
    assert json.loads(body.decode(charset)) == {"ids": ids}


def test_time_with_an_offset_arrives_whole() -> None:
    page = answer(json.dumps({"entry": []}).encode())
    with serving(always(page)) as server:
        client_on(server).pull("outbox", None, newest="2010-11-10T17:26:23+09:00")
    line, headers, body = sent(server)
    assert "updatedSince=2010-11-10T08%3A16%3A23Z" in line
    assert (TOKEN in line, body, "content-type" in headers) == (False, b"", False)

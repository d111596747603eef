"""What nobody asked for is not even received: large bodies, known and unknown length."""

import socket
from collections.abc import Iterator

import pytest
import requests

from tests.processes.site import Site, site

pytestmark = pytest.mark.wide

MEGABYTE = b"x" * 1024 * 1024
DEADLINE = 20.0


@pytest.fixture(scope="module")
def running_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("site"), []) as made:
        yield made


def taken(running_site: Site, head: str, body: bytes, most: int) -> tuple[int, bytes]:
    """How many times `body` could be sent before the end, and the answer's first line."""
    address = ("localhost", running_site.port)
    with socket.create_connection(address, timeout=DEADLINE) as connection:
        connection.sendall(
            f"POST / HTTP/1.1\r\nHost: localhost\r\n{head}\r\n\r\n".encode()
        )
        sent = 0
        try:
            for sent in range(most):  # noqa: B007
                connection.sendall(body)
            return most, connection.recv(4096).partition(b"\r\n")[0]
        except OSError:
            return sent, b""


def test_body_that_says_it_is_too_large_is_refused_at_once(running_site: Site) -> None:
    sent, line = taken(running_site, "Content-Length: 5000000000", b"", 0)
    assert (sent, line[:12]) == (0, b"HTTP/1.1 413")


def test_endless_body_is_cut_off(running_site: Site) -> None:
    chunk = b"100000\r\n" + MEGABYTE + b"\r\n"
    sent, _line = taken(running_site, "Transfer-Encoding: chunked", chunk, 100)
    assert sent < 50


def test_server_goes_on_after_refusals(running_site: Site) -> None:
    for _number in range(20):
        taken(running_site, "Content-Length: 5000000000", b"", 0)
    answer = requests.get(f"{running_site.url}/accounts/login/", timeout=DEADLINE)
    assert answer.status_code == 200
    assert "Traceback" not in running_site.log.read_text()


def test_body_a_little_too_large_gets_a_page(running_site: Site) -> None:
    form = {"next": "x" * 3_000_000}
    answer = requests.post(f"{running_site.url}/theme/", form, timeout=DEADLINE)
    assert answer.status_code in (400, 403)
    assert "</html>" in answer.text

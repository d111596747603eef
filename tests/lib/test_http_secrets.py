"""No secret of a call is in its errors, in what hangs on them, or in a log."""

import pytest

from inboxhub.lib.http import HostRefused, Http, HttpError, NotJson
from tests.lib.servers import (
    OK,
    SHORT,
    Behaviour,
    always,
    answer,
    cut_off,
    dripping,
    reaching,
    redirect,
    serving,
)

CANARY = "canary-c4f9"


def whole(error: BaseException) -> str:
    """Everything that the error drags along, as a crash reporter would print it."""
    inner = [e for e in (error.__cause__, error.__context__) if e is not None]
    texts = [str(error), repr(error), repr(vars(error)), *map(whole, inner)]
    return "\n".join(texts)


def outcome(http: Http, url: str) -> str:
    """All that is to be seen of a call with the canary in it."""
    headers = {"Authorization": f"Bearer {CANARY}"}
    try:
        response = http.request(
            "GET",
            f"{url}{CANARY}?i={CANARY}",
            headers=headers,
            deadline=SHORT,
            cap=50,
            redirects=1,
        )
    except HttpError as error:
        return whole(error)
    return repr(response)


@pytest.mark.parametrize(
    "behaviour",
    [
        cut_off(b""),
        cut_off(OK + b"Content-Length: 100\r\n\r\n" + CANARY.encode()),
        cut_off(b"HTTP/1.1 " + CANARY.encode() + b"\r\n\r\n"),
        cut_off(OK + CANARY.encode() + b"\r\n\r\n"),
        dripping(OK + b"\r\n" + CANARY.encode()),
        always(redirect(f"http://127.0.0.1:1/?i={CANARY}")),
        always(redirect(f"https://{CANARY}:{CANARY}@[")),
        always(answer(b"x" * 100 + CANARY.encode())),
    ],
    ids=["cut", "cut-body", "status", "header", "drip", "private", "garbled", "large"],
)
def test_no_secret_is_in_an_error_or_a_log(
    behaviour: Behaviour,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    with serving(behaviour) as server:
        shown = outcome(reaching(server), f"http://{server.host}/")
    assert server.seen
    assert CANARY not in shown
    assert CANARY not in caplog.text


def test_unreadable_answer_is_not_in_the_error() -> None:
    with serving(always(answer(f"<p>{CANARY}".encode()))) as server:
        response = reaching(server).request("GET", f"http://{server.host}/")
    with pytest.raises(NotJson) as failure:
        response.json()
    assert CANARY not in whole(failure.value)


def test_refused_address_is_not_in_the_error() -> None:
    for url in (
        f"https://me:{CANARY}@x.example/",
        f"https://[{CANARY}/",
        f"x:{CANARY}",
    ):
        with pytest.raises(HostRefused) as refusal:
            Http().request("GET", url)
        assert CANARY not in whole(refusal.value)


def test_header_that_cannot_be_sent_is_not_in_the_error() -> None:
    headers = {"Authorization": f"Bearer {CANARY}\n"}
    with serving(always(answer())) as server, pytest.raises(HttpError) as failure:
        reaching(server).request("GET", f"http://{server.host}/", headers=headers)
    assert CANARY not in whole(failure.value)

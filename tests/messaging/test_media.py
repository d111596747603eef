"""Remote pictures through our own door: for whom, which, how often fetched."""

import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import responses
from django.contrib.auth.models import User
from django.core.signing import Signer
from django.template import Context, Template
from django.test import Client, RequestFactory
from PIL import Image
from pytest_django import Settings

from accounts.clients import outgoing
from inboxhub.lib import pictures
from inboxhub.lib.http import Http
from messaging.cards import passing
from messaging.views import media
from messaging.views.media import media_url
from tests.factories import make_user
from tests.lib.servers import Behaviour, Server, always, answer, cut_off, serving

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_cache(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.VAR = tmp_path
    settings.INBOXHUB_URL = "http://testserver"
    yield
    media.kept.cache_clear()
    media.failures.forget()


@pytest.fixture
def me() -> User:
    return make_user("me")


def picture(kind: str = "PNG", size: tuple[int, int] = (200, 100)) -> bytes:
    output = io.BytesIO()
    Image.new("RGB", size, "teal").save(output, kind)
    return output.getvalue()


def browser(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def get(user: User | None, path: str) -> "Answer":
    return browser(user).get(path)


def shown(server: Server, user: User, settings: Settings, width: int = 0) -> "Answer":
    """What the user gets for a picture of this server."""
    settings.INBOXHUB_PRIVATE_HOSTS = [server.host]
    outgoing.cache_clear()
    return get(user, media_url(user.pk, f"http://{server.host}/a.png?b=c", width))


def test_picture_is_shown_as_it_is(me: User, settings: Settings) -> None:
    with serving(always(answer(picture()))) as server:
        response = shown(server, me, settings)
    assert response.status_code == 200
    assert response.content == picture()
    assert response["Content-Type"] == "image/png"
    assert server.seen[0].startswith(b"GET /a.png?b=c ")
    assert b"Cookie" not in server.seen[0]
    assert b"Referer" not in server.seen[0]


def test_picture_can_do_nothing_in_the_browser(me: User, settings: Settings) -> None:
    with serving(always(answer(picture()))) as server:
        response = shown(server, me, settings)
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == "inline"
    assert response["Cache-Control"] == "private, max-age=604800, immutable"


@pytest.mark.parametrize(
    ("asked", "made"), [(32, 56), (56, 56), (96, 160), (9999, 1600)]
)
def test_width_is_rounded_up_to_one_that_we_make(
    me: User,
    settings: Settings,
    asked: int,
    made: int,
) -> None:
    with serving(always(answer(picture(size=(2000, 1000))))) as server:
        response = shown(server, me, settings, asked)
    assert response["Content-Type"] == "image/webp"
    assert Image.open(io.BytesIO(response.content)).size == (made, made // 2)


def test_picture_is_fetched_once_for_everybody(me: User, settings: Settings) -> None:
    with serving(always(answer(picture()))) as server:
        first = shown(server, me, settings, 56)
        media.kept.cache_clear()
        second = shown(server, make_user("other"), settings, 56)
    assert first.content == second.content
    assert len(server.seen) == 1


def test_file_that_the_disk_has_spoilt_is_missing(
    me: User,
    settings: Settings,
    tmp_path: Path,
) -> None:
    with serving(always(answer(picture()))) as server:
        assert shown(server, me, settings).status_code == 200
        for file in (tmp_path / "media").glob("*/*"):
            file.write_bytes(b"\0" * 100)
        assert shown(server, me, settings).status_code == 404


def test_picture_that_found_no_place_is_asked_for_again(
    me: User,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pictures, "_places", threading.BoundedSemaphore(1))
    monkeypatch.setattr(pictures, "WAITING_SECONDS", 0.01)
    with serving(always(answer(picture()))) as server:
        with pictures._place():
            response = shown(server, me, settings, 56)
        assert response.status_code == 404
        assert response["Cache-Control"] == "private, max-age=0"
        assert shown(server, me, settings, 56).status_code == 200


@pytest.mark.parametrize("who", ["stranger", "nobody"])
def test_stranger_gets_404(me: User, settings: Settings, who: str) -> None:
    with serving(always(answer(picture()))) as server:
        assert shown(server, me, settings).status_code == 200
        path = media_url(me.pk, f"http://{server.host}/a.png?b=c")
        user = make_user("eve") if who == "stranger" else None
        assert get(user, path).status_code == 404


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "x:y",
        Signer(salt="another").sign_object([1, "https://misskey.example/a.png"]),
        Signer(salt="messaging.media").sign("bm90IGpzb24"),
        Signer(salt="messaging.media").sign_object("one"),
        Signer(salt="messaging.media").sign_object([1, 2, 3]),
    ],
    ids=["noise", "signature", "salt", "json", "shape", "length"],
)
def test_forged_token_gets_404(me: User, token: str) -> None:
    assert get(me, f"/media/{token}/").status_code == 404


@pytest.mark.parametrize(("hours", "status"), [(0, 200), (1, 200), (2, 404)])
def test_picture_of_what_does_not_stay_counts_for_an_hour_or_two(
    me: User,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    hours: int,
    status: int,
) -> None:
    with passing_pictures(), serving(always(answer(picture()))) as server:
        settings.INBOXHUB_PRIVATE_HOSTS = [server.host]
        outgoing.cache_clear()
        path = media_url(me.pk, f"http://{server.host}/a.png")
        now = time.time()
        monkeypatch.setattr("time.time", lambda: now + hours * 3600)
        assert get(me, path).status_code == status
        assert get(make_user("eve"), path).status_code == 404


def test_picture_of_what_does_not_stay_is_kept_nowhere(
    me: User, settings: Settings
) -> None:
    with passing_pictures(), serving(always(answer(picture()))) as server:
        response = shown(server, me, settings)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, max-age=3600"
    assert not [path for path in settings.VAR.rglob("*") if path.is_file()]


@contextmanager
def passing_pictures() -> Iterator[None]:
    token = passing.set(True)
    try:
        yield
    finally:
        passing.reset(token)


def test_width_that_we_do_not_make_gets_404(me: User, settings: Settings) -> None:
    with serving(always(answer(picture()))) as server:
        settings.INBOXHUB_PRIVATE_HOSTS = [server.host]
        outgoing.cache_clear()
        path = media_url(me.pk, f"http://{server.host}/a.png")
        for width in ("57", "-1", "x", "", "１６０"):
            assert get(me, f"{path}?w={width}").status_code == 404
    assert not server.seen


def test_remote_address_is_not_in_ours(me: User) -> None:
    path = media_url(me.pk, "https://misskey.example/canary.png")
    assert "canary" not in path
    assert "misskey" not in path
    assert path == media_url(me.pk, "https://misskey.example/canary.png")


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "javascript:alert(1)",
            "data:image/png;base64,AAAA",
            "/a.png",
            "//h/a.png",
        ),
        *(
            "http://misskey.example/a.png",
            "https://127.0.0.1/a.png",
            "https://nas/a.png",
        ),
        *("https://me@misskey.example/a.png", "https://misskey.example/" + "a" * 3000),
    ],
)
def test_address_that_we_would_not_fetch_has_no_path(me: User, url: str) -> None:
    assert media_url(me.pk, url) == ""


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1/a.png", "http://nas/a.png", "http://me@img.mixi.net/a.png"),
        *(
            "http://img.mixi.net:8080/a.png",
            "ftp://img.mixi.net/a.png",
            "http://[::1]/",
        ),
        *(
            "http://img.mixi.net:443/a.png",
            "http://localhost/",
            "http://169.254.169.254/",
        ),
    ],
)
def test_plain_address_keeps_to_the_other_rules(me: User, url: str) -> None:
    assert media_url(me.pk, url, plain=True) == ""


def test_plain_address_is_let_through_only_where_asked(me: User) -> None:
    url = "http://img.mixi.net/img/a.png"
    assert media_url(me.pk, url) == ""
    path = media_url(me.pk, url, plain=True)
    assert path
    assert "mixi" not in path


@pytest.mark.parametrize(
    ("provider", "shown"),
    [("mixi", True), ("mastodon", False), ("misskey", False), ("", False)],
)
def test_page_lets_plain_pictures_through_for_mixi_alone(
    me: User,
    rf: RequestFactory,
    provider: str,
    shown: bool,
) -> None:
    request = rf.get("/")
    request.user = me
    template = Template("{% load media %}{% media_url url 56 provider %}")
    values = {"request": request, "provider": provider}
    url = "http://img.mixi.net/img/a.png"
    assert bool(template.render(Context({**values, "url": url}))) == shown


@responses.activate
def test_plain_picture_is_fetched_as_it_is(me: User) -> None:
    responses.get("http://img.mixi.net/a.png", body=picture())
    answer = get(me, media_url(me.pk, "http://img.mixi.net/a.png", 56, plain=True))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/webp"
    assert "Cookie" not in responses.calls[0].request.headers
    assert "Authorization" not in responses.calls[0].request.headers


@responses.activate
def test_token_for_another_address_does_not_become_a_plain_one(me: User) -> None:
    responses.get("http://img.mixi.net/a.png", body=picture())
    token = Signer(salt="messaging.media").sign_object(
        [me.pk, "http://img.mixi.net/a.png"],
        compress=True,
    )
    assert get(me, f"/media/{token}/").status_code == 404
    assert not responses.calls


def test_plain_picture_of_a_private_address_is_missing(
    me: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    http = Http(resolver=lambda name, port: ["10.0.0.1"])
    monkeypatch.setattr(media, "outgoing", lambda: http)
    path = media_url(me.pk, "http://img.mixi.net/a.png", plain=True)
    assert path
    assert get(me, path).status_code == 404


def test_proxy_that_is_switched_off_shows_no_picture(
    me: User, settings: Settings
) -> None:
    path = media_url(me.pk, "https://misskey.example/a.png")
    settings.INBOXHUB_MEDIA_PROXY = False
    assert media_url(me.pk, "https://misskey.example/a.png") == ""
    assert get(me, path).status_code == 404


@pytest.mark.parametrize(
    "behaviour",
    [
        always(
            answer(b"<script>alert(1)</script>", headers="Content-Type: image/png\r\n")
        ),
        always(answer(b'<svg xmlns="http://www.w3.org/2000/svg"/>')),
        always(answer(picture(), status="404 Not Found")),
        always(answer(picture("BMP"))),
        always(answer(picture()[:-40])),
        always(
            answer(status="302 Found", headers="Location: http://169.254.169.254/\r\n")
        ),
        always(answer(status="302 Found", headers="Location: /again\r\n")),
        cut_off(b""),
        cut_off(
            b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + b"x" * 11 * 2**20
        ),
    ],
    ids=["html", "svg", "status", "kind", "cut", "inside", "circle", "silent", "large"],
)
def test_what_is_no_picture_is_missing_and_not_asked_again(
    me: User,
    settings: Settings,
    behaviour: Behaviour,
) -> None:
    with serving(behaviour) as server:
        response = shown(server, me, settings)
        assert response.status_code == 404
        assert response["Cache-Control"] == "private, max-age=300"
        asked = len(server.seen)
        assert shown(server, me, settings).status_code == 404
        assert len(server.seen) == asked


def test_redirect_to_a_picture_is_followed(me: User, settings: Settings) -> None:
    moved = answer(status="301 Moved", headers="Location: /b.png\r\n")
    with serving(always(moved, answer(picture()))) as server:
        assert shown(server, me, settings).content == picture()


def test_dead_host_is_not_called_for_each_picture(
    me: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def nowhere(name: str, port: int) -> list[str]:
        asked.append(name)
        return []

    http = Http(resolver=nowhere)
    monkeypatch.setattr(media, "outgoing", lambda: http)
    for name in ("a", "b", "c"):
        path = media_url(me.pk, f"https://dead.example/{name}.png")
        assert get(me, path).status_code == 404
    assert asked == ["dead.example"]


def test_page_gets_the_path_for_the_one_who_looks(me: User, rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = me
    template = Template("{% load media %}{% media_url url 56 %}")
    url = "https://misskey.example/a.png"
    page = template.render(Context({"request": request, "url": url}))
    assert page == media_url(me.pk, url, 56)


def test_post_is_no_way_to_get_a_picture(me: User) -> None:
    assert browser(me).post("/media/x/").status_code == 405

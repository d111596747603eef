"""Remote pictures through our own door: fetched, checked, made small, kept on disk.

A browser never asks the remote host, which would learn when and where somebody reads.
"""

import hashlib
import threading
import time
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.clients import CLIENTS, outgoing
from inboxhub.lib.disk_cache import DiskCache
from inboxhub.lib.http import MEDIA_CAP, HostUnreachable, HttpError
from inboxhub.lib.pictures import Busy, NotAPicture, checked, kind_of, made_small
from messaging.cards import passing

WIDTHS = (56, 160, 640, 1600)
CACHE_CAP = 1024**3
FETCH_SECONDS = 5.0
LONGEST_ADDRESS = 2048
MISSING_SECONDS = 300
PLAIN_PICTURES = frozenset(
    name for name, speaker in CLIENTS.items() if speaker.client.plain_pictures
)
PLAIN, PASSING = "plain", "passing"
HOUR = 3600
HOST_REST_SECONDS = 60
_ACCEPT = "image/avif,image/webp,image/png,image/jpeg,image/gif"
_HEADERS = {
    "Cache-Control": "private, max-age=604800, immutable",
    "Content-Disposition": "inline",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}
_PASSING = {"Cache-Control": f"private, max-age={HOUR}"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a token is for. `keep` is whether the picture stays on disk."""

    url: str
    plain: bool = False
    keep: bool = True


class _Failures:
    """What failed a moment ago, so that a page of dead pictures does not wait for each."""

    MOST = 10_000

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._lock = threading.Lock()

    def note(self, name: str, seconds: float) -> None:
        with self._lock:
            if len(self._until) >= self.MOST:
                self._until.clear()
            self._until[name] = time.monotonic() + seconds

    def forget(self) -> None:
        with self._lock:
            self._until.clear()

    def recent(self, name: str) -> bool:
        return self._until.get(name, 0.0) > time.monotonic()


failures = _Failures()


@cache
def kept() -> DiskCache:
    return DiskCache(settings.VAR / "media", CACHE_CAP)


def media_url(user_id: int, url: str, width: int = 0, *, plain: bool = False) -> str:
    """Our own path for a remote picture, which answers this user only.

    `width` in pixels is rounded up to one that we make; 0 is the picture as it is.
    `plain` lets `http://` addresses through. Where what is rendered will not stay
    (`cards.passing`), the path counts for an hour or two and its picture is not kept.
    Empty when the picture cannot be shown: the page then shows initials or a link.
    """
    if not settings.INBOXHUB_MEDIA_PROXY or not 0 < len(url) <= LONGEST_ADDRESS:
        return ""
    if not outgoing().allows(url, plain=plain):
        return ""
    asked: list[object] = [user_id, url, PLAIN] if plain else [user_id, url]
    if passing.get():
        asked = [user_id, url, PASSING, _hour()]
    token = _signer().sign_object(asked, compress=True)
    path = reverse("messaging:media", args=[token])
    if not width:
        return path
    size = next((made for made in WIDTHS if made >= width), WIDTHS[-1])
    return f"{path}?{urlencode({'w': size})}"


@require_safe
@login_not_required  # the one who is signed out gets 404, as any stranger
def media(request: HttpRequest, token: str) -> HttpResponse:
    """The picture behind a signed path; 404 when it is not theirs, or not to be had."""
    asked = _asked(request, token)
    size = request.GET.get("w", "0")
    if asked is None or size not in ("0", *map(str, WIDTHS)):
        return _missing()
    width = int(size)
    name = hashlib.sha256(f"{width} {asked.url}".encode()).hexdigest()
    try:
        body = kept().get(name) or _fetched(asked, width, name)
        kind = kind_of(body)
    except Busy:
        return _missing(seconds=0)
    except NotAPicture:
        return _missing()
    headers = _HEADERS if asked.keep else _HEADERS | _PASSING
    return HttpResponse(body, content_type=f"image/{kind}", headers=headers)


def _signer() -> Signer:
    return Signer(salt="messaging.media")


def _hour() -> int:
    return int(time.time()) // HOUR


def _asked(request: HttpRequest, token: str) -> Asked | None:
    """None unless the token was made for the one who asks, and still counts."""
    if not settings.INBOXHUB_MEDIA_PROXY or not request.user.is_authenticated:
        return None
    try:
        user_id, *asked = _signer().unsign_object(token)
    except (BadSignature, ValueError, TypeError):
        return None
    if user_id != request.user.pk:
        return None
    match asked:
        case [str(url)]:
            return Asked(url)
        case [str(url), "plain"]:
            return Asked(url, plain=True)
        case [str(url), "passing", int(hour)] if _hour() - hour in (0, 1):
            return Asked(url, keep=False)
        case _:
            return None


def _fetched(asked: Asked, width: int, name: str) -> bytes:
    """The picture from its host, checked; NotAPicture when there is none."""
    if failures.recent(name) or failures.recent(urlsplit(asked.url).netloc):
        raise NotAPicture("failed a moment ago")
    try:
        body = _downloaded(asked.url, plain=asked.plain)
        if width:
            body = made_small(body, width)
        else:
            checked(body)
    except HostUnreachable as error:
        failures.note(error.host or name, HOST_REST_SECONDS)
        raise NotAPicture("has no host") from None
    except (HttpError, NotAPicture):
        failures.note(name, MISSING_SECONDS)
        raise NotAPicture("is none") from None
    if asked.keep:
        kept().put(name, body)
    return body


def _downloaded(url: str, *, plain: bool) -> bytes:
    http = outgoing()
    if plain:
        response = http.fetch_plain(
            url,
            accept=_ACCEPT,
            deadline=FETCH_SECONDS,
            cap=MEDIA_CAP,
            redirects=3,
        )
    else:
        response = http.request(
            "GET",
            url,
            headers={"Accept": _ACCEPT},
            deadline=FETCH_SECONDS,
            cap=MEDIA_CAP,
            redirects=3,
        )
    if response.status != 200:
        raise NotAPicture(f"status {response.status}")
    return response.body


def _missing(seconds: int = MISSING_SECONDS) -> HttpResponse:
    age = f"private, max-age={seconds}"
    return HttpResponse(status=404, headers={"Cache-Control": age})

"""`Http`: one request at a time, under every rule, with an answer or a typed error."""

import json
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Never
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

import requests
import urllib3

from inboxhub.lib.http.dial import Adapter, Call, Resolver, system_resolver, trust
from inboxhub.lib.http.errors import (
    BodyTooLarge,
    DeadlinePassed,
    HostRefused,
    HttpError,
    NotJson,
    failure_of,
)
from inboxhub.lib.http.hosts import (
    DEFAULT_PORTS,
    authority,
    canonical_host,
    check_public,
    private_origins,
    split_host,
)

JSON_CAP = 4 * 1024 * 1024
MEDIA_CAP = 10 * 1024 * 1024
DEADLINE = 30.0
PING_EVERY = 45.0
MOST_REDIRECTS = 3
_REDIRECTS = {301, 302, 303, 307, 308}
_CHUNK = 65536
_HEADERS = {"User-Agent": "InboxHub", "Accept": "*/*", "Accept-Encoding": "gzip"}

# Their lines below an error show whole addresses, with the query.
for _name in ("urllib3.connection", "urllib3.connectionpool"):
    logging.getLogger(_name).setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class Response:
    """An answer of any status. Header names are lower-case."""

    url: str = field(repr=False)
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def json(self) -> object:
        """The parsed body; NotJson when it is none."""
        with suppress(ValueError, RecursionError):
            return json.loads(self.body, parse_constant=_no_number)
        # Raised out here: the parser's own error carries the whole body.
        raise NotJson("the answer is not JSON")


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file in a multipart body; `name` is what it is called there."""

    name: str
    mime: str
    data: bytes = field(repr=False)


def _no_number(name: str) -> Never:
    raise ValueError(name)  # NaN and Infinity are Python's, not JSON's


class _Session(requests.Session):
    """Keeps nothing of what it sees, and looks at no environment and no redirect."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.headers.clear()
        self.headers.update(_HEADERS)
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: requests would read the redirect's body whole, whatever its size."""


class Http:
    """Outgoing HTTP with one set of rules. Safe to share between threads.

    `private_hosts` are the only exceptions from the rules for hosts: `host:port` speaks
    http, `https://host:port` TLS, where `ca_file` is trusted besides the public
    authorities. `deadline` (seconds) is an upper limit for every call. `ping_every` is
    after how many seconds a WebSocket is asked whether somebody is still there.
    """

    def __init__(
        self,
        *,
        private_hosts: Sequence[str] = (),
        ca_file: str = "",
        resolver: Resolver = system_resolver,
        clock: Callable[[], float] = time.monotonic,
        deadline: float = DEADLINE,
        ping_every: float = PING_EVERY,
    ) -> None:
        self.ping_every = ping_every
        self._private = private_origins(private_hosts)
        self._trust = trust()
        self._private_trust = trust(ca_file) if ca_file else self._trust
        self._resolver = resolver
        self._clock = clock
        self._deadline = deadline
        self._kept = threading.local()

    def check(self, host: str) -> None:
        """HostRefused when the host may not be reached, whatever its name leads to."""
        host = canonical_host(host)
        if host not in self._private:
            check_public(host)

    def origin(self, host: str) -> str:
        """`https://host`, or what is said for a private host; HostRefused as `check`."""
        self.check(host)
        host = canonical_host(host)
        return self._private.get(host, f"https://{host}")

    def allows(self, url: str, *, plain: bool = False) -> bool:
        """Whether `request` (`plain`: `fetch_plain`) would try this address at all."""
        try:
            self._checked(url, plain=plain)
        except HostRefused:
            return False
        return True

    def leads_inside(self, origin: str, url: str) -> bool:
        """Whether a public host at `origin` names an address on a private host.

        The operator allowed that host for the people here, not for other hosts' words.
        """
        try:
            checked = self._checked(url)
        except HostRefused:
            return False
        return self._is_private(checked) and not self._is_private(origin)

    def dial(
        self, url: str, deadline: float
    ) -> tuple[socket.socket, ssl.SSLContext | None, str]:
        """A connection for a `ws://` or `wss://` address, and what TLS there must trust.

        Under the rules for addresses; None where the connection is plain. The third is
        the address as it was dialled. Blocks.
        """
        scheme, colon, rest = url.partition("://")
        schemes = {"ws": "http", "wss": "https"}
        checked = self._checked(f"{schemes.get(scheme, '')}{colon}{rest}")
        name, port = split_host(urlsplit(checked).netloc)
        with Call(
            min(deadline, self._deadline),
            clock=self._clock,
            resolver=self._resolver,
            private=self._private,
        ) as call:
            dialled = call.dial(name, port or DEFAULT_PORTS[schemes[scheme]])
        address = f"{scheme}{checked.removeprefix(schemes[scheme])}"
        if scheme == "ws":
            return dialled, None, address
        trusted = self._private_trust if self._is_private(checked) else self._trust
        return dialled, trusted, address

    def request(
        self,
        method: str,
        url: str,
        *,
        json_body: Mapping[str, object] | None = None,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, FilePart] | None = None,
        headers: Mapping[str, str] | None = None,
        deadline: float = DEADLINE,
        cap: int = JSON_CAP,
        redirects: int = 0,
    ) -> Response:
        """The answer of any status, a redirect too unless `redirects` allows to follow.

        `deadline` (seconds) covers all of it: look-up, TLS, redirects, the last byte.
        `cap` counts the bytes of the body after decompression. Only a GET may follow
        redirects, at most three, each to a host that passes the same checks. With
        `files`, by the names of their fields, the body is multipart, with `form` in it.
        """
        if redirects and method != "GET":
            raise ValueError("only a GET may follow redirects")
        request = requests.Request(
            method,
            self._checked(url),
            headers=dict(headers or {}),
            json=json_body,
            data=form,
            files={
                name: (file.name, file.data, file.mime)
                for name, file in (files or {}).items()
            },
        )
        return self._followed(request, deadline, cap, redirects, plain=False)

    def fetch_plain(
        self,
        url: str,
        *,
        accept: str,
        deadline: float,
        cap: int,
        redirects: int = 0,
    ) -> Response:
        """GET, also of an `http://` address of a public host: for what is no secret.

        Anybody on the way may read and change it. Otherwise as `request`, but nothing is
        sent along.
        """
        checked = self._checked(url, plain=True)
        request = requests.Request("GET", checked, headers={"Accept": accept})
        return self._followed(request, deadline, cap, redirects, plain=True)

    def _followed(
        self,
        request: requests.Request,
        deadline: float,
        cap: int,
        redirects: int,
        *,
        plain: bool,
    ) -> Response:
        if redirects > MOST_REDIRECTS:
            raise ValueError("at most three redirects are followed")
        with Call(
            min(deadline, self._deadline),
            clock=self._clock,
            resolver=self._resolver,
            private=self._private,
        ) as call:
            for _ in range(redirects):
                response = self._answer(call, request, cap)
                if not (target := _redirect_target(response)):
                    return response
                request = self._redirected(request, target, plain=plain)
            return self._answer(call, request, cap)

    def _checked(self, url: str, *, plain: bool = False) -> str:
        """The address with a canonical host that may be reached, without fragment."""
        parts = _parts(url)
        if parts.scheme not in DEFAULT_PORTS or "@" in parts.netloc:
            code = "userinfo" if "@" in parts.netloc else "scheme"
            raise HostRefused("This kind of address is not used.", code=code)
        name, port = split_host(parts.netloc)
        if plain and parts.scheme == "http" and not self._knows(name, port or 80):
            if port not in (None, DEFAULT_PORTS["http"]):
                text = "A server is reached at its standard port only."
                raise HostRefused(text, code="port")
            check_public(name)
            return urlunsplit(("http", name, parts.path or "/", parts.query, ""))
        origin = self.origin(authority(name, port or DEFAULT_PORTS[parts.scheme]))
        if parts.scheme != urlsplit(origin).scheme:
            raise HostRefused("Only https:// addresses are used.", code="scheme")
        return urlunsplit((*urlsplit(origin)[:2], parts.path or "/", parts.query, ""))

    def _redirected(
        self,
        request: requests.Request,
        target: str,
        *,
        plain: bool,
    ) -> requests.Request:
        here = urlsplit(request.url)
        _parts(target)  # urljoin would raise what it cannot read
        url = self._checked(urljoin(request.url, target), plain=plain)
        there = urlsplit(url)
        if there[:2] == here[:2]:
            return requests.Request("GET", url, headers=request.headers)
        if self._is_private(url) and not self._is_private(request.url):
            text = f"{here.hostname} redirects into a private network"
            raise HostRefused(text, code="redirect")
        kept = {
            name: value
            for name, value in request.headers.items()
            if name.lower() not in ("authorization", "cookie")
        }
        return requests.Request("GET", url, headers=kept)

    def _knows(self, name: str, port: int) -> bool:
        return authority(name, port) in self._private

    def _is_private(self, url: str) -> bool:
        return "://".join(urlsplit(url)[:2]) in self._private.values()

    def _answer(self, call: Call, request: requests.Request, cap: int) -> Response:
        host = urlsplit(request.url).netloc
        seconds = call.remaining()
        call.spoken = False
        try:
            response = self._sent(request, seconds, cap)
        except HttpError:
            raise
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            failure = failure_of(error, host, spoken=call.spoken)
        except (OSError, ValueError) as error:
            failure = failure_of(error, host, spoken=call.spoken)
        else:
            # Shut down at the deadline, a body without a length looks complete.
            call.remaining()
            return response
        # Raised out here so that it does not drag along the library's own error, which
        # shows the address with its query.
        if call.fired:
            failure = DeadlinePassed(f"{host} did not answer in time")
        raise failure

    def _sent(self, request: requests.Request, seconds: float, cap: int) -> Response:
        session = self._session()
        with session.send(
            session.prepare_request(request),
            allow_redirects=False,
            stream=True,
            timeout=seconds,
        ) as answer:
            follow = answer.status_code in _REDIRECTS
            return Response(
                url=request.url,
                status=answer.status_code,
                headers={name.lower(): value for name, value in answer.headers.items()},
                body=b"" if follow else _body(answer, cap),
            )

    def _session(self) -> requests.Session:
        """This thread's own: connections are reused, but never shared."""
        session = getattr(self._kept, "session", None)
        if session is None:
            session = self._kept.session = _Session()
            session.mount("https://", Adapter(self._trust))
            session.mount("http://", Adapter(self._trust))
            private = Adapter(self._private_trust)
            for origin in self._private.values():
                session.mount(f"{origin}/", private)
        return session


def _parts(url: str) -> SplitResult:
    with suppress(ValueError):
        return urlsplit(url)
    # Raised out here: the standard library's own error shows the address.
    raise HostRefused("This address cannot be read.", code="spelling")


def _redirect_target(response: Response) -> str:
    if response.status not in _REDIRECTS:
        return ""
    # Header bytes reach us as Latin-1, but addresses are UTF-8 where not ASCII.
    location = response.headers.get("location", "").encode("latin-1", "ignore")
    return location.decode("utf-8", "replace")


def _body(answer: requests.Response, cap: int) -> bytes:
    body = bytearray()
    for chunk in answer.iter_content(_CHUNK):
        body += chunk
        if len(body) > cap:
            raise BodyTooLarge(f"the answer is larger than {cap} bytes")
    return bytes(body)

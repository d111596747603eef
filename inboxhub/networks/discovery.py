"""Which network a host belongs to, found out without any token.

nodeinfo comes first, as a hint: whatever is not clean there means "unknown", never "no
network". Then the networks' own public endpoints are asked. A host that speaks both
Misskey's and Mastodon's API, and lists its endpoints, is Misskey.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from inboxhub.lib.http import Http, HttpError, NotJson, Response
from inboxhub.networks import nodeinfo
from inboxhub.networks.base import HostFacts
from inboxhub.networks.errors import ProviderError, TemporaryError
from inboxhub.networks.misskey.call import send
from inboxhub.networks.misskey.facts import read_endpoints, read_meta
from inboxhub.networks.nodeinfo import Software
from inboxhub.networks.reaching import unreached
from inboxhub.networks.values import (
    Viewer,
    host_of,
    line_of,
    mapping_of,
    mappings_of,
    media_of,
)

IN_ALL = 6.0  # seconds
EACH = 2.0

# mixi is one place, known by its name.
MIXI_DOMAINS = ("mixi.jp", "mixi-platform.com")
# Software that surely has Mastodon's API and not Misskey's: half the calls are spared.
MASTODON_ONLY = {
    "mastodon",
    "hometown",
    "glitch-soc",
    "gotosocial",
    "pleroma",
    "akkoma",
    "pixelfed",
    "takahe",
    "mitra",
    "friendica",
}
REDIRECTS = {301, 302, 303, 307, 308}


@dataclass(frozen=True, slots=True)
class Found:
    """A host's network; `provider` is empty for one that answers and is none we know.

    `moved_to` is another host to which this one sends its callers: to be shown to the
    person, never followed.
    """

    provider: str
    facts: HostFacts
    moved_to: str = ""


def discover(
    http: Http,
    host: str,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> Found:
    """Ask the host what it is, for six seconds at most.

    Raises the ProviderError family when nothing answers there at all.
    """
    if any(host == name or host.endswith(f".{name}") for name in MIXI_DOMAINS):
        return Found("mixi", HostFacts("mixi", "", name="mixi", domain="mixi.jp"))
    return _Search(http, host, clock).run()


class _Search:
    """One search: what is left of its time, and whether anything answered."""

    def __init__(self, http: Http, host: str, clock: Callable[[], float]) -> None:
        self.http = http
        self.host = host
        self.clock = clock
        self.ends_at = clock() + IN_ALL
        self.failure: HttpError | None = None
        self.answered = False
        self.moved_to = ""
        self.origin = self.checked_origin()

    def checked_origin(self) -> str:
        try:
            return self.http.origin(self.host)
        except HttpError as error:
            raise unreached(error, self.host) from error

    def run(self) -> Found:
        hint = nodeinfo.listed(self.http, self.host, deadline=self.patience() / 2)
        self.answered = hint is not None
        if hint and hint.name in MASTODON_ONLY:
            found = self.mastodon(hint)
            if found:
                return Found("mastodon", found)
        misskey = self.misskey(hint)
        if misskey and self.lists_endpoints():
            return Found("misskey", misskey)
        mastodon = self.mastodon(hint)
        if mastodon:
            return Found("mastodon", mastodon)
        if misskey:
            return Found("misskey", misskey)
        if not self.answered:
            raise self.silence()
        return Found("", self.unknown(hint), self.moved_to)

    def patience(self) -> float:
        """Seconds for the next call; never nothing, which would be no call at all."""
        return max(0.05, min(EACH, self.ends_at - self.clock()))

    def over(self) -> bool:
        return self.clock() >= self.ends_at

    def misskey(self, hint: Software | None) -> HostFacts | None:
        """Misskey API: `meta`."""
        answer = mapping_of(self.ask_misskey("meta", {"detail": False}))
        meta = read_meta(answer, self.host, self.origin)
        if meta is None or "maxNoteTextLength" not in answer:
            return None
        return HostFacts(
            software=hint.name if hint else "misskey",
            version=meta.version,
            name=meta.name,
            domain=meta.domain,
            icon_url=meta.icon_url,
            docs_url=f"{self.origin}/api-doc",
        )

    def lists_endpoints(self) -> bool:
        return "notes/create" in read_endpoints(self.ask_misskey("endpoints", {}))

    def ask_misskey(self, endpoint: str, query: dict[str, object]) -> object:
        if self.over():
            return None
        try:
            answer = send(
                self.http,
                self.host,
                endpoint,
                query,
                deadline=self.patience(),
            )
        except ProviderError as error:
            if isinstance(error.__cause__, HttpError):
                self.failure = error.__cause__
            else:
                self.answered = True
            return None
        self.answered = True
        return answer

    def mastodon(self, hint: Software | None) -> HostFacts | None:
        """Mastodon API: `/api/v2/instance`, before 4.0 `/api/v1/instance`.

        Servers with limited federation refuse it without a token; there nodeinfo counts.
        """
        for version in ("v2", "v1"):
            response = self.get(f"/api/{version}/instance")
            facts = _instance(response, self.host, self.origin, hint)
            if facts is not None:
                return facts
            refused = response is not None and response.status in (401, 403)
            if refused and hint and hint.name in MASTODON_ONLY:
                return self.unknown(hint)
        return None

    def get(self, path: str) -> Response | None:
        if self.over():
            return None
        try:
            url = f"{self.origin}{path}"
            response = self.http.request("GET", url, deadline=self.patience())
        except HttpError as error:
            self.failure = error
            return None
        self.answered = True
        if response.status in REDIRECTS:
            target = host_of(response.headers.get("location"))
            self.moved_to = target if target != self.host else self.moved_to
        return response

    def silence(self) -> TemporaryError:
        if self.failure is None:
            return TemporaryError(f"{self.host} did not answer", code="no-answer")
        error = unreached(self.failure, self.host)
        error.__cause__ = self.failure
        return error

    def unknown(self, hint: Software | None) -> HostFacts:
        return HostFacts(
            software=hint.name if hint else "",
            version=hint.version if hint else "",
            name=self.host,
            domain=self.host,
        )


def _instance(
    response: Response | None,
    host: str,
    origin: str,
    hint: Software | None,
) -> HostFacts | None:
    """An Instance entity of either version; None for everything else."""
    if response is None or response.status != 200:
        return None
    try:
        instance = mapping_of(response.json())
    except NotJson:
        return None
    named = instance.get("account_domain") or instance.get("domain")
    named = named or instance.get("uri")
    version = line_of(instance.get("version"), 60)
    if not isinstance(named, str) or not version:
        return None
    return HostFacts(
        software=hint.name if hint else "mastodon",
        version=version,
        name=line_of(instance.get("title"), 200) or host,
        domain=host_of(named) or host_of(f"https://{named}") or host,
        icon_url=_icon(instance, Viewer("", origin, host)),
    )


def _icon(instance: dict[object, object], viewer: Viewer) -> str:
    """The largest icon (4.3), or the picture of the host."""
    icons = [icon.get("src") for icon in mappings_of(instance.get("icon"), 20)]
    thumbnail = instance.get("thumbnail")
    pictures = [*reversed(icons), mapping_of(thumbnail).get("url"), thumbnail]
    return next((found for p in pictures if (found := media_of(p, viewer))), "")

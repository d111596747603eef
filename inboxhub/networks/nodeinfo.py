"""What software a host says it runs, by its nodeinfo document: a hint, for display.

Only a clean answer counts; a refused, redirected or strange one means "unknown".
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from inboxhub.lib.http import Http, HttpError

LONGEST = 60


@dataclass(frozen=True, slots=True)
class Software:
    """As the host spells it, in lower case: `misskey`, `mastodon`, `sharkey` …"""

    name: str
    version: str


def listed(http: Http, host: str, *, deadline: float) -> Software | None:
    """By way of `/.well-known/nodeinfo`, whose document must be on the same host.

    Two calls, each within `deadline` seconds.
    """
    match _get(http, host, "/.well-known/nodeinfo", deadline):
        case {"links": list(entries)}:
            for entry in entries[:10]:
                match entry:
                    case {"href": str(href)} if _host_of(href) == host:
                        path = urlsplit(href).path
                        return at(http, host, path, deadline=deadline)
                    case _:
                        continue
        case _:
            pass
    return None


def at(http: Http, host: str, path: str, *, deadline: float) -> Software | None:
    """The document at a known path, such as Misskey's `/nodeinfo/2.1`."""
    match _get(http, host, path, deadline):
        case {"software": {"name": str(name), "version": str(version)}}:
            return Software(name[:LONGEST].lower().strip(), version[:LONGEST].strip())
        case _:
            return None


def _host_of(address: str) -> str:
    try:
        parts = urlsplit(address)
        return parts.netloc.lower() if parts.scheme in {"http", "https"} else ""
    except ValueError:
        return ""


def _get(http: Http, host: str, path: str, deadline: float) -> object:
    try:
        url = f"{http.origin(host)}{path}"
        response = http.request("GET", url, deadline=deadline)
        return response.json() if response.status == 200 else None
    except HttpError:
        return None

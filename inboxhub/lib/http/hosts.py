"""Which hosts may be reached: names made canonical, addresses that are refused."""

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from unicodedata import normalize
from urllib.parse import urlsplit

import idna

from inboxhub.lib.http.errors import HostRefused

Address = IPv4Address | IPv6Address
LONGEST_TYPED = 4096
DEFAULT_PORTS = {"http": 80, "https": 443}

# An explicit list: `is_global` calls several of these global, differently in each Python.
_REFUSED = tuple(
    ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24"),
        *("192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
        *("224.0.0.0/4", "240.0.0.0/4"),
        *("::/128", "::1/128", "100::/64", "2001::/32", "2001:db8::/32", "2002::/16"),
        *("3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
    )
)
# An IPv4 address in the last 32 bits: compatible, mapped, and the two kinds of NAT64.
_WITH_IPV4_INSIDE = tuple(
    ip_network(network)
    for network in ("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/96")
)
# Local NAT64 may put the IPv4 address elsewhere; what is not judged is refused.
_LOCAL_NAT64 = ip_network("64:ff9b:1::/48")

_LOCAL_NAMES = ("localhost", "local", "internal", "home.arpa", "onion")
_label = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_number = re.compile(r"[0-9]+|0x[0-9a-f]*")
_port = re.compile(r"[0-9]{1,5}")
_HINT = "Type the name of a server, for example misskey.example."


def refused(address: Address) -> bool:
    """Whether the address is private, reserved or otherwise not a public server's."""
    if isinstance(address, IPv6Address):
        if any(address in network for network in _WITH_IPV4_INSIDE):
            return refused(IPv4Address(int(address) & 0xFFFFFFFF))
        if address in _LOCAL_NAT64:
            return True
    return any(address in network for network in _REFUSED)


def canonical_host(typed: str) -> str:
    """`host[:port]` in lower-case IDNA from whatever a person types for a server.

    Takes a name, `@me@host`, `me@host`, `acct:me@host` or any http(s) address; port 443,
    and 80 after `http://`, are left out. HostRefused with a sentence for people when
    that is no host, or one of the spellings that only serve to hide an address. Whether
    the host may be reached is `Http.check`'s question.
    """
    if len(typed) > LONGEST_TYPED:
        raise HostRefused(_HINT, code="spelling")
    text = normalize("NFKC", typed).strip().replace("\u3002", ".")
    if "://" in text:
        return _host_of_address(text)
    text = re.split(r"[/?#\\]", text.removeprefix("//"), maxsplit=1)[0]
    if text.lower().startswith("acct:"):
        text = text[len("acct:") :]
    user, at, host = text.removeprefix("@").rpartition("@")
    if not at and text.startswith("@"):
        raise HostRefused(
            "Type the server too, for example @me@misskey.example.",
            code="empty",
        )
    if "@" in user or (at and not user):
        raise HostRefused(_HINT, code="spelling")
    return authority(*split_host(host))


def _host_of_address(text: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:
        raise HostRefused(_HINT, code="spelling") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise HostRefused("Only https:// addresses can be used.", code="scheme")
    if "@" in parts.netloc:
        raise HostRefused(
            "An address with a name or password in it is not used.",
            code="userinfo",
        )
    name, port = split_host(parts.netloc)
    return authority(name, 443 if port == DEFAULT_PORTS[parts.scheme] else port)


def authority(name: str, port: int | None) -> str:
    """`name`, `name:port` or `[v6]:port`; the port of https is not written."""
    shown = f"[{name}]" if ":" in name else name
    return shown if port in (None, 443) else f"{shown}:{port}"


def split_host(host: str) -> tuple[str, int | None]:
    """The canonical name (IPv6 without brackets) and the port, None when not given."""
    if not host:
        raise HostRefused(_HINT, code="empty")
    name, colon, port = host.rpartition(":")
    if not colon or (host.startswith("[") and host.endswith("]")):
        return _canonical_name(host), None
    if not _port.fullmatch(port) or not 0 < int(port) < 65536:
        raise HostRefused("The port after the colon is not a number.", code="port")
    return _canonical_name(name), int(port)


def _canonical_name(name: str) -> str:
    name = name.lower()
    if name.startswith("[") and name.endswith("]"):
        return _ipv6(name[1:-1])
    if not name.isascii():
        name = _punycode(name)
    if name.endswith("."):
        raise HostRefused("Leave out the dot at the end of the name.", code="spelling")
    labels = name.split(".")
    if len(name) > 253 or not all(_label.fullmatch(label) for label in labels):
        raise HostRefused(_HINT, code="spelling")
    if _number.fullmatch(labels[-1]):
        # What resolvers read as a number, in any base: only 127.0.0.1's form is clear.
        return _ipv4(name)
    return name


def _punycode(name: str) -> str:
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise HostRefused(_HINT, code="spelling") from None


def _ipv4(name: str) -> str:
    try:
        return str(IPv4Address(name))
    except ValueError:
        text = "A server is typed by its name, not by a number."
        raise HostRefused(text, code="ip-address") from None


def _ipv6(name: str) -> str:
    try:
        address = IPv6Address(name)
    except ValueError:
        raise HostRefused(_HINT, code="spelling") from None
    if address.scope_id:
        raise HostRefused(_HINT, code="spelling")
    return address.compressed


def is_address(name: str) -> bool:
    """Whether a canonical name is an IP address."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def check_public(host: str) -> None:
    """HostRefused unless the canonical host could be a public server's."""
    name, port = split_host(host)
    if is_address(name):
        text = "A server is typed by its name, not by a number."
        raise HostRefused(text, code="ip-address")
    if "." not in name or name.endswith(tuple(f".{local}" for local in _LOCAL_NAMES)):
        text = "This name belongs to a private network, which may not be reached."
        raise HostRefused(text, code="local-name")
    if port not in (None, 443):
        text = "A server is reached at its standard port only; leave out the number."
        raise HostRefused(text, code="port")


def private_origins(entries: Sequence[str]) -> dict[str, str]:
    """Canonical host → origin, from `host:port` (http) and `https://host:port` (TLS).

    ValueError names an entry that is neither: no wildcard, no network, no path.
    """
    origins = {}
    for entry in entries:
        scheme, mark, rest = entry.strip().rpartition("://")
        try:
            name, port = split_host(rest)
        except HostRefused as error:
            raise ValueError(f"not a host:port of a private host: {entry}") from error
        scheme = scheme.lower() if mark else "http"
        if port is None or scheme not in DEFAULT_PORTS:
            raise ValueError(f"not a host:port of a private host: {entry}")
        shown = f"[{name}]" if ":" in name else name
        origins[authority(name, port)] = f"{scheme}://{shown}:{port}"
    return origins

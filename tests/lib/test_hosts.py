"""Names of hosts as people type them, and the addresses that are never reached."""

from ipaddress import ip_address, ip_network

import pytest

from inboxhub.lib.http import HostRefused, Http, canonical_host
from inboxhub.lib.http.hosts import refused


@pytest.mark.parametrize(
    "typed",
    [
        *("misskey.example", " MISSKEY.example\n", "ｍｉｓｓｋｅｙ．ｅｘａｍｐｌｅ"),
        *("@me@misskey.example", "me@misskey.example", "＠me＠misskey.example"),
        *("acct:me@misskey.example", "ACCT:me@misskey.example"),
        *("https://misskey.example", "https://misskey.example:443/@me?a=b#c"),
        *(
            "http://misskey.example/",
            "http://misskey.example:80",
            "//misskey.example/x",
        ),
        *("HTTPS://Misskey.Example/@me", "misskey.example/@other@mastodon.example"),
        *("misskey.example:443", "misskey。example"),
    ],
)
def test_whatever_a_person_types_becomes_the_host(typed: str) -> None:
    assert canonical_host(typed) == "misskey.example"


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("日本語.jp", "xn--wgv71a119e.jp"),
        ("xn--wgv71a119e.jp", "xn--wgv71a119e.jp"),
        ("Bücher.example", "xn--bcher-kva.example"),
        ("аррӏе.example", "xn--80ak6aa92e.example"),  # Cyrillic: shown as what it is
        ("localhost:5001", "localhost:5001"),
        ("http://127.0.0.1:5001/@me", "127.0.0.1:5001"),
        ("１２７.0.0.1:5001", "127.0.0.1:5001"),
        ("https://[0:0::1]:8443/x", "[::1]:8443"),
        ("misskey.example:8443", "misskey.example:8443"),
    ],
)
def test_host_has_one_spelling(typed: str, host: str) -> None:
    assert canonical_host(typed) == host


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("@me", "empty"),
        ("me@", "empty"),
        ("https:///path", "empty"),
        ("2130706433", "ip-address"),
        ("0x7f000001", "ip-address"),
        ("0x7f.1", "ip-address"),
        ("0177.0.0.1", "ip-address"),
        ("127.1", "ip-address"),
        ("１２７.1", "ip-address"),
        ("①②⑦.1", "ip-address"),
        ("127.0.0.1.", "spelling"),
        ("misskey.example.", "spelling"),
        ("misskey..example", "spelling"),
        ("-misskey.example", "spelling"),
        ("mis key.example", "spelling"),
        ("mis_key.example", "spelling"),
        ("misskey.example\x00", "spelling"),
        ("a@b@misskey.example", "spelling"),
        ("::1", "spelling"),
        ("[::1%25eth0]", "spelling"),
        ("[::1", "spelling"),
        ("http://[::1", "spelling"),
        ("x" * 64 + ".example", "spelling"),
        ("x." * 130 + "example", "spelling"),
        ("misskey.example/" + "x" * 5000, "spelling"),
        ("https://me@misskey.example", "userinfo"),
        ("https://me:secret@misskey.example", "userinfo"),
        ("ftp://misskey.example", "scheme"),
        ("javascript://misskey.example", "scheme"),
        ("misskey.example:0", "port"),
        ("misskey.example:65536", "port"),
        ("misskey.example:x", "port"),
        ("misskey.example:", "port"),
    ],
)
def test_what_is_no_host_is_refused_with_a_sentence(typed: str, code: str) -> None:
    with pytest.raises(HostRefused) as refusal:
        canonical_host(typed)
    assert refusal.value.code == code
    assert str(refusal.value).endswith(".")
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("127.0.0.1", "ip-address"),
        ("93.184.216.34", "ip-address"),
        ("[::1]", "ip-address"),
        ("[2606:4700::1111]", "ip-address"),
        ("localhost", "local-name"),
        ("printer", "local-name"),
        ("nas.local", "local-name"),
        ("a.localhost", "local-name"),
        ("db.internal", "local-name"),
        ("misskey.example:22", "port"),
        ("misskey.example:80", "port"),
        ("localhost:5002", "local-name"),
        ("127.0.0.1:5002", "ip-address"),
    ],
)
def test_host_that_is_no_public_server_is_refused(host: str, code: str) -> None:
    http = Http(private_hosts=("127.0.0.1:5001", "localhost:5001"))
    with pytest.raises(HostRefused) as refusal:
        http.check(host)
    assert refusal.value.code == code
    with pytest.raises(HostRefused):
        http.origin(host)


def test_origin_of_public_and_private_hosts() -> None:
    http = Http(
        private_hosts=(
            "127.0.0.1:5001",
            "https://nas.local:8443",
            "[::1]:5001",
            "x:80",
        ),
    )
    assert http.origin("misskey.example") == "https://misskey.example"
    assert http.origin("127.0.0.1:5001") == "http://127.0.0.1:5001"
    assert http.origin("nas.local:8443") == "https://nas.local:8443"
    assert http.origin("[::1]:5001") == "http://[::1]:5001"
    assert http.origin("x:80") == "http://x:80"


@pytest.mark.parametrize(
    "entry",
    ["localhost", "*:5001", "10.0.0.0/8", "ftp://nas:21", "", "nas:port", "http://nas"],
)
def test_private_host_that_is_no_host_and_port_is_an_error(entry: str) -> None:
    with pytest.raises(ValueError, match="private host"):
        Http(private_hosts=(entry,))


@pytest.mark.parametrize(
    "address",
    [
        *(
            "0.0.0.0",  # noqa: S104 - to be refused, not bound
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.255",
        ),
        *("169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1"),
        *("192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.9"),
        *("224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
        *("64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::7f00:1"),
        *("64:ff9b:1:7f00:1::", "64:ff9b:1:7f00:1:0:808:808", "100::1"),
        *(
            "2001::1",
            "2001:0:7f00:1::",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:808:808::",
        ),
        *("3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%lo"),
        *("fec0::1", "ff02::1", "ff0e::1"),
    ],
)
def test_private_and_reserved_addresses_are_refused(address: str) -> None:
    assert refused(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        *("93.184.216.34", "8.8.8.8", "172.32.0.1", "100.128.0.1", "192.0.1.1"),
        *("2606:4700:4700::1111", "2001:4860:4860::8888", "2400:cb00::1"),
        *("::ffff:8.8.8.8", "64:ff9b::808:808", "64:ff9b:1::808:808"),
    ],
)
def test_public_addresses_are_not_refused(address: str) -> None:
    assert not refused(ip_address(address))


RANGES = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
    *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24"),
    *("192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
    *("224.0.0.0/4", "240.0.0.0/4", "::/120", "::ffff:7f00:0/104", "::a00:0/104"),
    *("64:ff9b::c0a8:0/112", "64:ff9b:1::ac10:0/108", "100::/64", "2001::/32"),
    *("2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10"),
    *("fec0::/10", "ff00::/8"),
)


def test_name_that_leads_into_a_refused_range_is_refused_from_end_to_end() -> None:
    networks = [ip_network(network) for network in RANGES]
    ends = [str(end) for network in networks for end in (network[0], network[-1])]
    found = {f"host{number}.example": end for number, end in enumerate(ends)}
    http = Http(resolver=lambda name, port: [found[name]])
    for name in found:
        with pytest.raises(HostRefused) as refusal:
            http.request("GET", f"https://{name}/")
        assert refusal.value.code == "private-address"


@pytest.mark.parametrize(
    "address",
    [
        *("1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0"),
        *("126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0"),
        *("172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0"),
        *("192.0.1.255", "192.0.3.0", "192.88.98.255", "192.88.100.0"),
        *("192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0"),
        *("198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0"),
        *("223.255.255.255", "2001:1::", "2001:db7:ffff::", "2001:db9::", "2003::"),
    ],
)
def test_neighbours_of_refused_ranges_are_not_refused(address: str) -> None:
    assert not refused(ip_address(address))

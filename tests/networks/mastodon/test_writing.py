"""What can be written, answered and cleared, by what hosts are and tokens may."""

import pytest

from inboxhub.networks.capabilities import NEW
from inboxhub.networks.mastodon.facts import Facts
from tests.networks.mastodon.test_capabilities import (
    TODAY,
    V2,
    capabilities,
    instance,
    node,
    reach,
)


def test_mastodon_of_today_takes_answers() -> None:
    found, _ = capabilities(TODAY)
    assert reach(found, "react", "status") == ("server", "favourite")
    assert reach(found, "unreact", "direct", own=True) == ("server", "unfavourite")
    assert reach(found, "react", "notification") == ("nowhere", "no-reactions-to-it")
    assert reach(found, "accept", "notification_request") == ("server", "accept-sender")
    assert reach(found, "reject", "follow_request") == ("server", "reject-follow")
    assert reach(found, "accept", "status") == ("nowhere", "only-requests")
    assert reach(found, "clear-notices", "notification") == ("server", "clear-notices")
    assert found.reactions == ("⭐",)
    new, answer = found.written(NEW), found.written("direct")
    assert new.visibilities == ("direct", "private", "unlisted", "public")
    assert (answer.visibilities, answer.max_text) == (("direct",), 500)
    assert (new.files, new.max_bytes, new.described) == (4, 16_777_216, True)
    assert (new.counts_signs, new.short_names, new.per_address) == (True, True, 23)
    assert "image/png" in new.mimes
    assert all(mime.startswith("image/") for mime in new.mimes)
    assert found.written("notification").reason == "not-offered"


def test_token_that_may_not_write_writes_nothing() -> None:
    found, _ = capabilities(TODAY, scope="read write:favourites")
    for source in ("direct", "status", NEW):
        assert found.written(source).reason == "no-permission-send"


def test_addresses_count_as_the_host_says() -> None:
    told = {"statuses": {"characters_reserved_per_url": 25}}
    card = instance("0.20.0", configuration=told)
    found, _ = capabilities({**TODAY, **node("gotosocial"), V2: card})
    new = found.written(NEW)
    assert (new.counts_signs, new.short_names, new.per_address) == (False, False, 25)


@pytest.mark.parametrize("name", ["pixelfed", "sharkey"])
def test_software_that_clears_nothing(name: str) -> None:
    found, _ = capabilities({**TODAY, **node(name)})
    assert reach(found, "clear-notices", "notification") == ("nowhere", "no-clear")


def test_host_without_limits_of_its_own_has_those_of_mastodon() -> None:
    found, _ = capabilities({**TODAY, V2: instance("2.7.2 (compatible; Takahe 1.0)")})
    new = found.written(NEW)
    assert (new.max_text, new.files, new.max_bytes) == (500, 4, 8_388_608)
    assert "image/jpeg" in new.mimes
    assert Facts.from_json(found.facts).guarding is False


@pytest.mark.parametrize(
    ("version", "guards"),
    [("4.1.25", False), ("4.2.0", True), ("4.4.1+glitch", True), ("10.0.0", True)],
)
def test_host_refuses_unexpected_people_since_4_2(
    version: str, *, guards: bool
) -> None:
    script = {**TODAY, **node("mastodon"), V2: instance(version)}
    found, _ = capabilities(script)
    assert Facts.from_json(found.facts).guarding is guards


def test_old_name_of_a_permission_counts() -> None:
    found, _ = capabilities(TODAY, scope="read follow")
    assert reach(found, "accept", "follow_request") == ("server", "accept-follow")

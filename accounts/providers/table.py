"""The one table of the networks that can be linked."""

from accounts.linking import LinkRefused
from accounts.providers.mastodon import way as mastodon
from accounts.providers.misskey import way as misskey
from accounts.providers.mixi import way as mixi
from accounts.providers.way import Way

PROVIDERS: dict[str, Way] = {
    "misskey": misskey.WAY,
    "mastodon": mastodon.WAY,
    "mixi": mixi.WAY,
}


def way_to(provider: str, host: str) -> Way:
    """The network's way, when an account on that host can be linked at all.

    LinkRefused `not-set-up` where the operator has to do something first, and
    `other-place` when the network has only one host, which is another.
    """
    way = PROVIDERS[provider]
    lack = way.lack()
    if lack:
        raise LinkRefused(
            "not-set-up",
            wanted=" and ".join(lack.variables),
            got=lack.redirect_uri,
        )
    place = way.place()
    if place and host != place:
        raise LinkRefused("other-place", wanted=place, got=host)
    return way


def spoken(provider: str, host: str) -> str:
    """How sentences name the host: a network that is one place has a better name."""
    way = PROVIDERS[provider]
    return way.name if way.place() else host

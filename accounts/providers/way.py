"""What each network must say about linking: a plain value per network."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import PendingLink
from inboxhub.networks.base import Capabilities


@dataclass(frozen=True, slots=True)
class Ask:
    """Something that we ask a host for, and why, in words for the person."""

    permissions: tuple[str, ...]
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Way:
    """One network's way: what is asked for, where to approve, how to read a token.

    `approve_url` is an address of the remote host for a plain link. `credentials`
    reads a pasted token or a whole token answer, and raises the ProviderError family.
    `missing` is what a token turned out not to be allowed, as far as the host tells.
    `approved` names the address for those who approved but were not sent back.
    """

    name: str
    asks: Callable[[], tuple[Ask, ...]]
    approve_url: Callable[[PendingLink], str]
    credentials: Callable[[str], dict[str, str]]
    missing: Callable[[Capabilities], tuple[Ask, ...]]
    approved: str
    token_help: Callable[[], str]

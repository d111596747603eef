"""What each network must say about linking: a plain value per network."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from accounts.models import PendingLink
from inboxhub.networks.base import HostFacts
from inboxhub.networks.capabilities import Capabilities


@dataclass(frozen=True, slots=True)
class Ask:
    """Something that we ask a host for, and why, in words for the person."""

    permissions: tuple[str, ...]
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Lack:
    """What the operator has to set before anybody can link an account."""

    variables: tuple[str, ...]
    redirect_uri: str


def _nothing_needed(host: str, facts: HostFacts) -> dict[str, str]:
    return {}


def _no_text() -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Way:
    """One network's way: what is asked for, where to approve, how to read a token.

    `prepare` asks a host for what one approval needs and gives the details that the
    pending link keeps; `asks` and `approve_url` read them. `approve_url` is an address
    of the remote host for a plain link, empty where those details are missing.
    `credentials` reads a pasted token or a whole token answer. These raise the
    ProviderError family. `missing` is what a token turned out not to be allowed, as far
    as the host tells.

    `approved` names the address for those who approved but were not sent back. `place`
    is the host of a network that has only one, and `lack` what is not set for it.
    `token_help` is empty where a person cannot make a token. `hint` is said before the
    approval, `afterword` behind it. `revokes`: a host can take a token back from us.
    """

    name: str
    asks: Callable[[Mapping[str, str]], tuple[Ask, ...]]
    approve_url: Callable[[PendingLink], str]
    credentials: Callable[[str], dict[str, str]]
    missing: Callable[[Capabilities], tuple[Ask, ...]]
    prepare: Callable[[str, HostFacts], dict[str, str]] = _nothing_needed
    approved: str = ""
    place: Callable[[], str] = _no_text
    lack: Callable[[], Lack | None] = lambda: None
    token_help: Callable[[], str] = _no_text
    token_warning: Callable[[], str] = _no_text
    hint: Callable[[Mapping[str, str]], str] = lambda _details: ""
    afterword: Callable[[], str] = _no_text
    revokes: bool = False


def only(groups: tuple[Ask, ...], wanted: Callable[[str], bool]) -> tuple[Ask, ...]:
    """The groups as far as their permissions are `wanted`."""
    found = (
        Ask(tuple(p for p in group.permissions if wanted(p)), group.what, group.why)
        for group in groups
    )
    return tuple(group for group in found if group.permissions)

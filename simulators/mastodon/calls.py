"""What an endpoint is, what it gets to see of a call, and what it gives back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from simulators.mastodon.params import Params
from simulators.mastodon.records import Token, User
from simulators.mastodon.state import State

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Upload:
    """The file part of a multipart body."""

    name: str
    mime: str
    content: bytes


@dataclass(slots=True)
class Call:
    """One permitted call; `caller` is None where no person stands behind it."""

    state: State
    method: str
    path: str
    params: Params
    names: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, object] = field(default_factory=dict)
    address: str = ""
    caller: User | None = None
    token: Token | None = None
    upload: Upload | None = None
    language: str = "en"

    @property
    def user(self) -> User:
        """Return the caller of an endpoint that needs one."""
        if self.caller is None:
            raise LookupError("this endpoint has no caller")
        return self.caller

    @property
    def viewer(self) -> str | None:
        """Return the caller's id, or None for an anonymous call."""
        return self.caller.id if self.caller else None

    @property
    def id(self) -> str:
        """Return the id that the path names."""
        return self.names["id"]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is more than a 200 with JSON; `tail` follows the body as it is."""

    body: object
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    tail: str = ""


ANYBODY, APP, PERSON = "anybody", "app", "person"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint: its address with `{names}`, what it does, who may call it.

    `run` returns JSON or an Answer. One of `scopes` (with the plain `read` or `write`
    before the colon) must be granted. `needs` is a word of `Profile.has`.
    """

    method: str
    path: str
    run: Callable[[Call], object]
    scopes: Sequence[str] = ()
    who: str = PERSON
    needs: str = ""
    limits: Sequence[str] = ()

    def accepted(self) -> frozenset[str]:
        """Return every scope that opens this endpoint."""
        whole = {scope.partition(":")[0] for scope in self.scopes}
        return frozenset({*self.scopes, *whole})

"""What an endpoint is, and what it gets to see of a call."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from simulators.misskey.params import Params, Schema
from simulators.misskey.records import Note, Token, User
from simulators.misskey.state import State

Json = dict[str, object]


@dataclass(slots=True)
class Call:
    """One checked call; `user` is None only where no credential is needed."""

    state: State
    params: Params
    caller: User | None = None
    token: Token | None = None
    upload: "Upload | None" = None

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

    def note(self) -> Note | None:
        """Return the note that `noteId` names."""
        return self.state.notes.get(self.params.text("noteId"))


@dataclass(frozen=True, slots=True)
class Upload:
    """The file part of a multipart body."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint: what it does, what it takes, who may call it.

    `run` returns JSON, or None for 204. `kind` is the permission a token needs;
    `kind_from_13` where version 12 asked for none.
    """

    run: Callable[[Call], object]
    schema: Schema = field(default_factory=dict)
    required: Sequence[str] = ()
    credential: bool = True
    kind: str = ""
    kind_from_13: bool = False
    secure: bool = False
    check: Callable[[Mapping[str, object]], None] | None = None

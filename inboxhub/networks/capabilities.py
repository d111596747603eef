"""What an account can do on its host, verb by verb, and why not."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

SERVER, HERE, NOWHERE = "server", "here", "nowhere"


@dataclass(frozen=True, slots=True)
class Ability:
    """What a verb does to the messages of one source.

    `reach` says how far it goes: to the server, only here, or nowhere at all. `effect`
    and `reason` are codes; messaging has the sentences. `unit` is what one call covers:
    a message (up to `batch` of them) or a whole conversation. `seconds` is the host's
    limit, per call; `quota` how many calls it allows in each `window` of seconds, 0 when
    it does not count them.
    """

    reach: str
    effect: str = ""
    reason: str = ""
    unit: str = "message"
    batch: int = 1
    seconds: float = 0.2
    quota: int = 0
    window: float = 3600.0

    def duration(self, count: int) -> float:
        """About how many seconds the host's limits make `count` units take."""
        calls = -(-count // self.batch)
        if not self.quota:
            return calls * self.seconds
        windows, rest = divmod(max(calls - 1, 0), self.quota)
        return windows * self.window + (rest + min(calls, 1)) * self.seconds

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The stored form back; unknown keys of an older release are left out."""
        known = cls.__dataclass_fields__
        return cls(**{key: value for key, value in stored.items() if key in known})


@dataclass(frozen=True, slots=True)
class Writing:
    """What can be written, as the answer to messages of one source or as a new one.

    `reason` is the code why nothing can, empty when something can. `max_text` is in
    characters as the host counts them, 0 where it does not say. `visibilities` are the
    network's own words, the narrowest first; for an answer those that the answered
    message allows are a part of them. How a text is counted says `length`. `files` is how many pictures may go along, of up
    to `max_bytes` each and of the types in `mimes`; `described`: with alternative text.
    """

    reason: str = ""
    max_text: int = 0
    title: bool = False
    content_warning: bool = False
    visibilities: tuple[str, ...] = ()
    limits: Mapping[str, int] = field(default_factory=dict)
    """The same for some visibilities, where it is another one."""
    counts_signs: bool = False
    """What a reader takes for one sign is one, instead of each code point."""
    counts_warning: bool = False
    per_address: int = 0
    """Every address is so many; 0: as many as it has."""
    short_names: bool = False
    """`@name@host` is as long as `@name`."""
    names: str = ""
    """Whose names are put in front of the text: `all`, `away` (those of other hosts, and
    where more than they can see it all but the answered one's author), or nobody's."""
    long_title: int = 0
    """Titles beyond so many code points may be refused; 0: nobody knows of a limit."""
    people: int = 1
    """How many may be addressed at once."""
    files: int = 0
    max_bytes: int = 0
    mimes: tuple[str, ...] = ()
    described: bool = False

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The stored form back; unknown keys of an older release are left out."""
        known = cls.__dataclass_fields__
        values = {key: value for key, value in stored.items() if key in known}
        for name in ("visibilities", "mimes"):
            values[name] = tuple(values.get(name, ()))
        return cls(**values)


NEW = "new"
NOTHING = Writing(reason="not-offered")


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What this account can do on its host.

    `abilities` maps verb → source → Ability, where a source is followed by `:own` for
    what the person wrote (`note:own`). `boxes` maps a box to the code of the reason why
    it is off, empty when it is on, and `timelines` so what a stream can bring for looking
    at. `writing` maps the source of what is answered to what can be written, and `NEW`
    to what can be without answering; `reactions` are those that the host is known to
    take, empty where any emoji will do. `facts` belongs to the client, which gets it back.
    """

    software: str = ""
    version: str = ""
    host_name: str = ""
    domain: str = ""
    docs_url: str = ""
    revoke_url: str = ""
    max_text: int = 0
    boxes: Mapping[str, str] = field(default_factory=dict)
    timelines: Mapping[str, str] = field(default_factory=dict)
    abilities: Mapping[str, Mapping[str, Ability]] = field(default_factory=dict)
    writing: Mapping[str, Writing] = field(default_factory=dict)
    reactions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)

    def ability(self, verb: str, source: str, *, own: bool) -> Ability:
        """What `verb` does to such a message; `reach` is `nowhere` when unknown."""
        sources = self.abilities.get(verb, {})
        name = f"{source}:own" if own else source
        return sources.get(name) or Ability(NOWHERE, reason="not-offered")

    def written(self, source: str) -> Writing:
        """What can be written to answer such a message, or with `NEW` by itself."""
        return self.writing.get(source, NOTHING)

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> Self:
        """The stored form back; unknown keys of an older release are left out."""
        known = {key: stored[key] for key in stored if key in cls.__dataclass_fields__}
        abilities = known.get("abilities")
        if isinstance(abilities, dict):
            known["abilities"] = {
                verb: {
                    source: Ability.from_json(value)
                    for source, value in sources.items()
                }
                for verb, sources in abilities.items()
            }
        writing = known.get("writing")
        if isinstance(writing, dict):
            known["writing"] = {k: Writing.from_json(v) for k, v in writing.items()}
        return cls(**known)  # type: ignore[arg-type]  # as_json wrote these values

"""Reads the demo world's texts: people and letters."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from simulators.mixi.reading import JAPAN

_FOLDER = Path(__file__).with_name("texts")
_HEADING = re.compile(r"(\w+) (?:([<>]) (\w+)|!)")
_AGO = re.compile(r"(\d+)([mh])")
_DAY = re.compile(r"(\d+)d (\d+):(\d+)(?::(\d+))?")


@dataclass(frozen=True, slots=True)
class Somebody:
    """Somebody of the demo world, with the names of their friends."""

    name: str
    display: str
    picture: str
    traits: tuple[str, ...]
    friends: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A letter of the demo world; `direction` is `<`, `>` or empty for a notice.

    `owner` is whose box it was written down for, `status` what its receiver made of it.
    """

    owner: str
    direction: str
    other: str
    when: str
    status: str
    trashed: bool
    title: str
    body: str

    def moment(self, now: float) -> int:
        """Return the second that it was sent in, as seen from `now`."""
        if found := _AGO.fullmatch(self.when):
            return int(now) - int(found[1]) * {"m": 60, "h": 3600}[found[2]]
        found = _DAY.fullmatch(self.when)
        if found is None:
            raise ValueError(self.when)
        days, hour, minute, second = (int(part or 0) for part in found.groups())
        day = datetime.fromtimestamp(now, JAPAN) - timedelta(days=days)
        moment = day.replace(hour=hour, minute=minute, second=second, microsecond=0)
        return int(moment.timestamp())


def people() -> list[Somebody]:
    """Return everybody, owners first."""
    found = []
    for row in _rows("people"):
        name, display, picture, traits, friends = (
            part.strip() for part in row.split("|")
        )
        found.append(
            Somebody(
                name, display, picture, tuple(traits.split()), tuple(friends.split())
            )
        )
    return found


def letters() -> list[Written]:
    """Return all letters, oldest first."""
    found: list[Written] = []
    lines: list[str] = []
    for row in _rows("letters"):
        if row != "%":
            lines.append(row)
            continue
        found.append(_letter(lines[0], "\n".join(lines[1:])))
        lines = []
    return found


def _letter(heading: str, body: str) -> Written:
    who, when, status, title = (part.strip() for part in heading.split("|", 3))
    found = _HEADING.fullmatch(who)
    if found is None:
        raise ValueError(heading)
    owner, direction, other = found[1], found[2] or "", found[3] or ""
    state, *more = status.split()
    return Written(owner, direction, other, when, state, "trash" in more, title, body)


def _rows(name: str) -> list[str]:
    text = (_FOLDER / f"{name}.txt").read_text("utf-8")
    return [row for row in text.splitlines() if not row.startswith("# ")]

"""Reads the texts of a demo world: people, conversations, posts, single lines."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

Voice = TypeVar("Voice")
_PICTURE = re.compile(r"\{pic=(\S+) alt=([^}]*)\}")
_WARNING = re.compile(r"\{cw=([^}]*)\}")
_ESCAPE = re.compile(r"\\u([0-9a-f]{4})")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the demo world."""

    acct: str
    name: str
    language: str
    picture: str
    traits: tuple[str, ...]
    about: str


@dataclass(frozen=True, slots=True)
class Line:
    """What one person says: `who` is `<`, `>`, `@` or a letter with `<`."""

    who: str
    text: str
    cw: str = ""
    picture: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """A conversation or a post with its answers, and what its heading says."""

    heading: dict[str, str]
    lines: list[Line] = field(default_factory=list)

    @property
    def language(self) -> str:
        """Return `ja` or `en`."""
        return self.heading["lang"]

    @property
    def kind(self) -> str:
        """Return `dm`, `chat` or `group`."""
        return self.heading.get("kind", "dm")


def _plain(text: str) -> str:
    """Turn the escapes of a text file into what they stand for."""
    text = text.replace("\\n", "\n")
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text).strip()


def line(who: str, written: str) -> Line:
    """Return a line with its warning and picture taken out of the text."""
    warning, picture = _WARNING.search(written), _PICTURE.search(written)
    text = _WARNING.sub("", _PICTURE.sub("", written))
    return Line(
        who,
        _plain(text),
        cw=_plain(warning[1]) if warning else "",
        picture=picture[1] if picture else "",
        alt=_plain(picture[2]) if picture else "",
    )


def fill(text: str, chosen: Mapping[str, str]) -> str:
    """Put chosen words where `{name}` stands."""
    for name, word in chosen.items():
        text = text.replace(f"{{{name}}}", word)
    return text


def cut_open(lines: list[Line]) -> list[Line]:
    """Return the lines up to the last word of the other side."""
    last = max(place for place, row in enumerate(lines) if row.who != ">")
    return lines[: last + 1]


def speaker(voices: Sequence[Voice], who: str) -> Voice:
    """Return who says a line: the owner for `>`, otherwise the partner it names."""
    if who == ">":
        return voices[0]
    return voices[1 + "abc".index(who[0])] if len(who) > 1 else voices[1]


class Texts:
    """The text files of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _rows(self, name: str) -> list[str]:
        text = (self._folder / f"{name}.txt").read_text("utf-8")
        return [row for row in text.splitlines() if row.strip()]

    def people(self) -> list[Person]:
        """Return everybody, owners first."""
        found = []
        for row in self._rows("people"):
            if row.startswith("#"):
                continue
            acct, name, language, picture, traits, about = map(
                str.strip, row.split("|")
            )
            who = tuple(traits.split())
            found.append(
                Person(acct, _plain(name), language, picture, who, _plain(about))
            )
        return found

    def scripts(self, name: str) -> list[Script]:
        """Return the conversations or posts of one file."""
        found: list[Script] = []
        for row in self._rows(name):
            if row.startswith("# ") and "=" in row:
                pairs = re.findall(r"(\w+)=(.*?)(?=\s\w+=|$)", row[2:])
                found.append(Script(dict(pairs)))
            elif not row.startswith(("#", "=")):
                mark = re.match(r"([abc]?[<>]|@) (.*)", row)
                who, written = (mark[1], mark[2]) if mark else ("", row)
                found[-1].lines.append(line(who, written))
        return found

    def words(self) -> dict[str, dict[str, list[str]]]:
        """Return the words that fill `{place}` and the like, by language and name."""
        lists: dict[str, dict[str, list[str]]] = {"ja": {}, "en": {}}
        for row in self._rows("short"):
            if row.startswith("= "):
                heading, *choices = (part.strip() for part in row[2:].split("|"))
                language, name = heading.split()
                lists[language][name] = choices
        return lists

    def mentions(self) -> list[tuple[str, str]]:
        """Return open notes to owners with their language, as written."""
        rows = [row.partition(" | ") for row in self._rows("mentions")]
        return [(language, text) for language, bar, text in rows if bar]

    def answers(self) -> dict[tuple[str, str], list[str]]:
        """Return what is said under posts, by language and by who says it."""
        found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for row in self._rows("answers"):
            if not row.startswith("#"):
                language, who, text = row.split(" ", 2)
                found[language, who].append(_plain(text))
        return dict(found)

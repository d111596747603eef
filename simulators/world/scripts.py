"""Which of the written conversations and posts happen when, in any demo world."""

from collections.abc import Iterator
from dataclasses import replace

from simulators.world.texts import Line, Script, Texts, cut_open, fill
from simulators.world.timeline import HOUR, Timeline

WANTED = 28  # conversations per owner, long and short together
OPEN = 7  # the newest ones, which end with a word of the other side


class Talks:
    """Chooses conversations for owners, those that fit any of them in turn."""

    def __init__(self, texts: Texts, timeline: Timeline) -> None:
        self._texts = texts
        self._timeline = timeline
        self._short = [row for row in texts.scripts("short") if row.lines]
        self._words = texts.words()
        self._next_short = 0

    def of(self, owner: str) -> Iterator[tuple[Script, list[tuple[Line, int]]]]:
        """Yield each conversation of an owner, and its lines with their moments."""
        timeline = self._timeline
        scripts = [*self._texts.scripts(owner)]
        while len(scripts) < WANTED:
            scripts.append(self._filled(self._pick_short()))
        timeline.rng.shuffle(scripts)
        for place, script in enumerate(scripts):
            lines = script.lines if place >= OPEN else cut_open(script.lines)
            gap = float(script.heading.get("gap", 20))
            moments = [timeline.age(place, len(scripts))]
            while len(moments) < len(lines):
                moments.append(moments[-1] - timeline.pause(gap))
            yield script, list(zip(lines, reversed(moments), strict=True))

    def _pick_short(self) -> Script:
        script = self._short[self._next_short % len(self._short)]
        self._next_short += 1
        return script

    def _filled(self, script: Script) -> Script:
        chosen = {
            name: self._timeline.rng.choice(choices)
            for name, choices in self._words[script.language].items()
        }
        lines = [replace(row, text=fill(row.text, chosen)) for row in script.lines]
        return replace(script, lines=lines)


def posts(texts: Texts, timeline: Timeline) -> Iterator[tuple[str, Script, int]]:
    """Yield the posts of all owners with their moments, the newest some hours old."""
    by_owner: dict[str, list[Script]] = {}
    for script in texts.scripts("posts"):
        by_owner.setdefault(script.heading["owner"], []).append(script)
    for owner, scripts in by_owner.items():
        timeline.rng.shuffle(scripts)
        for place, script in enumerate(scripts):
            yield owner, script, timeline.age(place, len(scripts)) - 5 * HOUR

"""Compares an answer with a recorded one: same keys, same JSON types."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Comparison:
    """Where two answers differ in keys or types; values do not matter.

    `maps` are names of objects whose keys name things of the host; `nullable` what one
    scene fills, another leaves empty.
    """

    maps: Collection[str] = ()
    nullable: Collection[str] = ()

    def misfits(self, expected: object, found: object, path: str = "$") -> list[str]:
        """Return what is missing, too much or of another type, each with its path.

        Each item of a list must fit one of the recorded items.
        """
        name = path.rpartition(".")[2]
        if expected is None or (found is None and name in self.nullable):
            return []
        if isinstance(expected, dict) and isinstance(found, dict):
            return [] if name in self.maps else self._objects(expected, found, path)
        if isinstance(expected, list) and isinstance(found, list):
            return self._lists(expected, found, path)
        kinds = {type(expected), type(found)}
        if len(kinds) > 1 and kinds != {int, float}:
            return [f"{path}: {type(expected).__name__}, not {type(found).__name__}"]
        return []

    def _objects(
        self, expected: dict[str, object], found: dict[str, object], path: str
    ) -> list[str]:
        lacking, extra = expected.keys() - found.keys(), found.keys() - expected.keys()
        wrong = [f"{path}: {key} is missing" for key in lacking]
        wrong += [f"{path}: {key} is too much" for key in extra]
        for key in expected.keys() & found.keys():
            wrong += self.misfits(expected[key], found[key], f"{path}.{key}")
        return wrong

    def _lists(
        self, expected: list[object], found: list[object], path: str
    ) -> list[str]:
        if expected and not found:
            return [f"{path}: empty"]
        wrong: list[str] = []
        for place, item in enumerate(found):
            where = f"{path}[{place}]"
            tries = [self.misfits(model, item, where) for model in expected]
            if tries and all(tries):
                wrong += sorted(tries, key=len)[0]
        return wrong

"""The names of the rows that a test made on a simulated host."""

from dataclasses import dataclass, field

Json = dict[str, object]


@dataclass
class Rows:
    """`$name` stands for the id of a row in what is sent."""

    names: dict[str, str] = field(default_factory=dict, kw_only=True)

    def fill(self, value: object) -> object:
        """Replace names of rows by their ids."""
        if isinstance(value, str) and value.startswith("$"):
            return self.names[value[1:]]
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        return value

    def name(self, name: str, result: Json) -> str:
        """Remember the row that an action made."""
        self.names[name] = str(result["id"])
        return self.names[name]

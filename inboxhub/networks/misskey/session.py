"""What every call of a client needs: the line, whose eyes, what is known of the host."""

from collections.abc import Mapping
from dataclasses import dataclass

from inboxhub.networks.errors import TemporaryError
from inboxhub.networks.misskey.call import Line
from inboxhub.networks.misskey.facts import Facts
from inboxhub.networks.values import Viewer


@dataclass(frozen=True, slots=True)
class Session:
    """One account's work with its host."""

    line: Line
    viewer: Viewer
    facts: Facts

    def call(
        self,
        endpoint: str,
        parameters: Mapping[str, object] | None = None,
    ) -> object:
        """A call that reads: it waits a moment for its budget."""
        return self.line.call(endpoint, parameters)

    def change(self, endpoint: str, parameters: Mapping[str, object]) -> None:
        """A call that changes something: what else is to do must not wait for it."""
        self.line.call(endpoint, parameters, patient=False)

    def create(self, endpoint: str, parameters: Mapping[str, object]) -> object:
        """As `change`, for what has an answer."""
        return self.line.call(endpoint, parameters, patient=False)

    def rows(
        self,
        endpoint: str,
        parameters: Mapping[str, object] | None = None,
    ) -> list[object]:
        """The answer of a listing; TemporaryError when it is no list."""
        answer = self.call(endpoint, parameters)
        if not isinstance(answer, list):
            raise TemporaryError(
                f"{self.line.host} gave no list where one belongs",
                code="not-a-list",
            )
        return answer

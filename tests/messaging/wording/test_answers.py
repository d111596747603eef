"""Several requests that were decided at once are counted, as other messages are."""

import pytest

from messaging import wording
from messaging.models import Operation


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({"total": 5, "done": 5}, "5 requests rejected"),
        ({"total": 5, "done": 4, "skipped": 1}, "4 requests rejected"),
        ({"total": 2, "done": 1, "skipped": 1}, "1 request rejected"),
        ({"total": 5, "done": 3, "failed": 2}, "2 of 5 requests are still open."),
        ({"total": 3, "skipped": 3}, "Not possible for any of the selected messages."),
        ({"total": 1, "done": 1}, "1 request rejected"),
    ],
)
def test_decided_requests_are_counted(counts: dict[str, int], words: str) -> None:
    operation = Operation(verb="reject", state="done", **counts)
    assert wording.operation_sentence(operation) == words

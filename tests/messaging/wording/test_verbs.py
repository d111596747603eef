"""What is asked before a verb and said afterwards goes by what really happens."""

import pytest

from messaging import wording
from messaging.models import Operation


@pytest.mark.parametrize(
    ("verb", "effects", "words"),
    [
        ("delete", {"delete-to-trash": 3}, ""),
        ("delete", {"delete-for-good": 2}, "What is deleted cannot be brought back."),
        ("delete", {"delete-status": 1}, "What is deleted cannot be brought back."),
        (
            "delete",
            {"delete-to-trash": 812, "delete-for-good": 1200},
            "1,200 of these messages cannot be brought back.",
        ),
        ("remove", {"remove-conversation": 4}, ""),
        ("remove", {"dismiss-notice": 4}, "What is removed cannot be brought back."),
        (
            "remove",
            {"remove-conversation": 4, "dismiss-notice": 1},
            "1 of these messages cannot be brought back.",
        ),
        (
            "mark-replied",
            {"replied-for-good": 1},
            "What is marked replied cannot be taken back on its server.",
        ),
        ("delete", {}, ""),
    ],
)
def test_what_lasts_goes_by_the_effect(
    verb: str,
    effects: dict[str, int],
    words: str,
) -> None:
    assert wording.confirmation(verb, effects).lasting == words


def test_consent_is_asked_for_what_is_lost_alone() -> None:
    both = {"delete-to-trash": 812, "delete-for-good": 300}
    words = "I understand that 300 messages cannot be brought back"
    assert wording.confirmation("delete", both).understood == words
    assert not wording.confirmation("delete", {"delete-to-trash": 1}).understood
    assert not wording.confirmation("mark-replied", {"replied-for-good": 1}).understood


def test_button_carries_verb_and_number() -> None:
    both = {"delete-to-trash": 812, "delete-for-good": 300}
    assert (
        wording.confirmation("delete", both).button == "Start deleting 1,112 messages"
    )
    one = {"replied-for-good": 1}
    words = "Start marking 1 message replied"
    assert wording.confirmation("mark-replied", one).button == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, ""),
        (1.5, ""),
        (13.4, "about 13 s"),
        (20, "about 20 s"),
        (79, "about 80 s"),
        (89.6, "about 90 s"),
        (600, "about 10 min"),
        (60_000, "about 16 h 40 min"),
    ],
)
def test_duration_is_in_the_unit_that_people_count_in(
    seconds: float,
    words: str,
) -> None:
    assert wording.duration(seconds) == words


@pytest.mark.parametrize("state", ["running", "done"])
@pytest.mark.parametrize("verb", Operation.Verb.values)
def test_every_verb_says_what_was_done(verb: str, state: str) -> None:
    known = wording.done_sentence(Operation(verb=verb, state=state, total=2, done=2))
    fetched = wording.done_sentence(
        Operation(verb="refresh", state=state, total=2, done=2)
    )
    local = state == "running" and verb in ("hide", "unhide")
    assert (known == fetched) == (verb == "refresh" or local)

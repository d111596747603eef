"""Sentences for codes: kinds of messages, verbs and what they really do, accounts."""

from messaging.wording.accounts import (
    SOURCES_OF_BOX,
    VerbLine,
    account_status,
    box_name,
    verb_lines,
    warning,
)
from messaging.wording.errors import problem
from messaging.wording.kinds import VISIBILITIES, Kind, Text, kind, source_name
from messaging.wording.verbs import (
    Confirmation,
    confirmation,
    done_sentence,
    effect,
    item_problem,
    read_quietly,
    reason,
)

__all__ = [
    "SOURCES_OF_BOX",
    "VISIBILITIES",
    "Confirmation",
    "Kind",
    "Text",
    "VerbLine",
    "account_status",
    "box_name",
    "confirmation",
    "done_sentence",
    "effect",
    "item_problem",
    "kind",
    "problem",
    "read_quietly",
    "reason",
    "source_name",
    "verb_lines",
    "warning",
]

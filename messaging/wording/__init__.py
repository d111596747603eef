"""Sentences for codes: kinds of messages, verbs and what they really do, accounts."""

from messaging.wording.accounts import (
    VerbLine,
    account_status,
    box_name,
    read_effects,
    read_reasons,
    verb_lines,
    warning,
)
from messaging.wording.effects import effect, reason
from messaging.wording.errors import problem
from messaging.wording.kinds import Kind, Text, kind, source_name, visibility
from messaging.wording.servers import domain_name, nobody, server_name
from messaging.wording.variants import shown_kind
from messaging.wording.verbs import (
    Confirmation,
    confirmation,
    done_sentence,
    duration,
    item_problem,
    read_quietly,
)

__all__ = [
    "Confirmation",
    "Kind",
    "Text",
    "VerbLine",
    "account_status",
    "box_name",
    "confirmation",
    "domain_name",
    "done_sentence",
    "duration",
    "effect",
    "item_problem",
    "kind",
    "nobody",
    "problem",
    "read_effects",
    "read_quietly",
    "read_reasons",
    "reason",
    "server_name",
    "shown_kind",
    "source_name",
    "verb_lines",
    "visibility",
    "warning",
]

"""Sentences for codes: kinds of messages, verbs and what they really do, accounts."""

from messaging.wording.accounts import (
    VerbLine,
    account_status,
    box_name,
    passed_over,
    read_effects,
    read_reasons,
    verb_lines,
    warning,
)
from messaging.wording.effects import effect, reason
from messaging.wording.errors import problem
from messaging.wording.kinds import Kind, Text, kind, source_name, visibility
from messaging.wording.operations import (
    CALLED_OFF,
    heard,
    lane_state,
    moment_of,
    operation_sentence,
    outcome,
    outcome_reason,
    pace,
)
from messaging.wording.servers import nobody, server_name
from messaging.wording.variants import shown_kind
from messaging.wording.verbs import (
    Confirmation,
    confirmation,
    conversations_with,
    done_sentence,
    duration,
    item_problem,
    nothing_left,
    read_quietly,
    selected,
)
from messaging.wording.writing import (
    LARGEST_PICTURE,
    audience_changed,
    in_the_way,
    not_possible,
    not_sent,
)

__all__ = [
    "CALLED_OFF",
    "LARGEST_PICTURE",
    "Confirmation",
    "Kind",
    "Text",
    "VerbLine",
    "account_status",
    "audience_changed",
    "box_name",
    "confirmation",
    "conversations_with",
    "done_sentence",
    "duration",
    "effect",
    "heard",
    "in_the_way",
    "item_problem",
    "kind",
    "lane_state",
    "moment_of",
    "nobody",
    "not_possible",
    "not_sent",
    "nothing_left",
    "operation_sentence",
    "outcome",
    "outcome_reason",
    "pace",
    "passed_over",
    "problem",
    "read_effects",
    "read_quietly",
    "read_reasons",
    "reason",
    "selected",
    "server_name",
    "shown_kind",
    "source_name",
    "verb_lines",
    "visibility",
    "warning",
]

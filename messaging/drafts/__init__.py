"""What a person writes: drafts, their pictures, and what is asked for to send them.

Nothing here calls a network but `find_people`; the sending is done by
`messaging.sync.sending`.
"""

from messaging.drafts.editing import (
    attach,
    blank,
    describe,
    detach,
    find_people,
    open_draft,
    save,
)
from messaging.drafts.outgoing import (
    as_remote,
    discard,
    it_arrived,
    pull_soon,
    send,
    send_again,
    send_now,
    undecided,
)
from messaging.drafts.problems import (
    Refused,
    narrowed,
    people,
    problems,
    visibilities,
    writing_of,
)
from messaging.operations import LOOKS_PER_TRY, MOST_LOOKS

__all__ = [
    "LOOKS_PER_TRY",
    "MOST_LOOKS",
    "Refused",
    "as_remote",
    "attach",
    "blank",
    "describe",
    "detach",
    "discard",
    "find_people",
    "it_arrived",
    "narrowed",
    "open_draft",
    "people",
    "problems",
    "pull_soon",
    "save",
    "send",
    "send_again",
    "send_now",
    "undecided",
    "visibilities",
    "writing_of",
]

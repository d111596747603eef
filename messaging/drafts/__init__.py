"""What a person writes: drafts, their pictures, and what is asked for to send them.

Nothing here calls a network but `find_people`; the sending is done by
`messaging.sync.sending`.
"""

from messaging.drafts.audience import (
    CHANGED,
    audience,
    is_sure,
    opened,
    outgrown,
    stored,
    visibility,
)
from messaging.drafts.editing import (
    attach,
    blank,
    describe,
    detach,
    find_people,
    kept,
    made_new,
    open_draft,
    save,
)
from messaging.drafts.length import most, names_in_front, used
from messaging.drafts.offered import people, visibilities, writers, writing_of
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
from messaging.drafts.problems import Refused, problems
from messaging.operations import LOOKS_PER_TRY, MOST_LOOKS

__all__ = [
    "CHANGED",
    "LOOKS_PER_TRY",
    "MOST_LOOKS",
    "Refused",
    "as_remote",
    "attach",
    "audience",
    "blank",
    "describe",
    "detach",
    "discard",
    "find_people",
    "is_sure",
    "it_arrived",
    "kept",
    "made_new",
    "most",
    "names_in_front",
    "open_draft",
    "opened",
    "outgrown",
    "people",
    "problems",
    "pull_soon",
    "save",
    "send",
    "send_again",
    "send_now",
    "stored",
    "undecided",
    "used",
    "visibilities",
    "visibility",
    "writers",
    "writing_of",
]

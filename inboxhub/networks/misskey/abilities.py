"""What each verb does on a Misskey host, in codes; messaging has the sentences."""

from collections.abc import Mapping

from inboxhub.networks.base import HERE, NOWHERE, SERVER, Ability
from inboxhub.networks.misskey.facts import CHAT, MESSAGING, Facts

SOURCES = (
    "note",
    "note:own",
    "chat",
    "chat:own",
    "notification",
    "follow_request",
    "invitation",
)
NOTICE_BATCH = 100
DELETE_SECONDS = 1.1
DELETES_AN_HOUR = 290

Abilities = Mapping[str, Mapping[str, Ability]]


def abilities(facts: Facts, *, cascades: bool) -> Abilities:
    """Verb → source → what it does. `cascades`: deleting a note deletes its answers."""
    return {
        "mark-read": _mark_read(facts),
        "mark-unread": _everywhere(Ability(HERE, reason="no-mark-unread")),
        "hide": _everywhere(Ability(HERE, effect="hide-here")),
        "unhide": _everywhere(Ability(HERE, effect="hide-here")),
        "remove": _everywhere(Ability(NOWHERE, reason="no-remove")),
        "delete": _delete(facts, cascades=cascades),
    }


def _everywhere(ability: Ability) -> dict[str, Ability]:
    return dict.fromkeys(SOURCES, ability)


def _mark_read(facts: Facts) -> dict[str, Ability]:
    found = _everywhere(Ability(HERE, reason="only-all-notices"))
    found["note:own"] = found["chat:own"] = Ability(HERE, reason="your-own")
    found["follow_request"] = found["invitation"] = Ability(
        HERE, reason="no-read-state"
    )
    if facts.old_notices:
        notice = Ability(SERVER, effect="read-notice", batch=NOTICE_BATCH)
        found["notification"] = found["note"] = notice
    if facts.chat == CHAT:
        found["chat"] = Ability(SERVER, effect="read-chat", unit="conversation")
    elif facts.chat == MESSAGING:
        found["chat"] = Ability(SERVER, effect="read-chat-message")
    else:
        found["chat"] = Ability(HERE, reason="chat-off")
    return found


def _delete(facts: Facts, *, cascades: bool) -> dict[str, Ability]:
    found = _everywhere(Ability(NOWHERE, reason="not-yours"))
    found["notification"] = Ability(NOWHERE, reason="only-all-notices-delete")
    found["follow_request"] = found["invitation"] = Ability(
        NOWHERE,
        reason="answer-request",
    )
    found["note:own"] = Ability(
        SERVER,
        effect="delete-note-answers" if cascades else "delete-note",
        seconds=DELETE_SECONDS,
        quota=DELETES_AN_HOUR,
    )
    if facts.chat == CHAT:
        found["chat:own"] = Ability(SERVER, effect="delete-chat")
    elif facts.chat == MESSAGING:
        found["chat:own"] = Ability(
            SERVER,
            effect="delete-chat",
            seconds=DELETE_SECONDS,
            quota=DELETES_AN_HOUR,
        )
    else:
        found["chat:own"] = Ability(NOWHERE, reason="chat-off")
    return found

"""What each verb does on a Misskey host, in codes; messaging has the sentences."""

from collections.abc import Mapping

from inboxhub.networks.capabilities import HERE, NOWHERE, SERVER, Ability
from inboxhub.networks.misskey.facts import CHAT, MESSAGING, Facts
from inboxhub.networks.misskey.writable import chat_reason

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
UNREACT_TO_NOTE = Ability(SERVER, effect="unreact", seconds=3.3, quota=55)

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
        "react": _react(facts, Ability(SERVER, effect="react")),
        "unreact": _react(facts, UNREACT_TO_NOTE),
        "accept": _answer(facts, "accept-follow", "join-room"),
        "reject": _answer(facts, "reject-follow", "ignore-invitation"),
        "clear-notices": {"notification": _clear(facts)},
    }


def _everywhere(ability: Ability) -> dict[str, Ability]:
    return dict.fromkeys(SOURCES, ability)


def _mark_read(facts: Facts) -> dict[str, Ability]:
    found = _everywhere(Ability(HERE, reason="only-all-notices"))
    found["note:own"] = found["chat:own"] = Ability(HERE, reason="your-own")
    found["follow_request"] = found["invitation"] = Ability(
        HERE, reason="no-read-state"
    )
    if facts.old_notices and "write:notifications" in facts.missing:
        notice = Ability(HERE, reason="no-permission-dismiss")
        found["notification"] = found["note"] = notice
    elif facts.old_notices:
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
    why = "only-all-notices-delete" if facts.flush else "no-delete-notices"
    found["notification"] = Ability(NOWHERE, reason=why)
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
    if "write:notes" in facts.missing:
        found["note:own"] = Ability(NOWHERE, reason="no-permission-notes")
    found["chat:own"] = _delete_chat(facts)
    return found


def _delete_chat(facts: Facts) -> Ability:
    if reason := chat_reason(facts):
        return Ability(NOWHERE, reason=reason)
    if facts.chat == CHAT:
        return Ability(SERVER, effect="delete-chat")
    return Ability(
        SERVER,
        effect="delete-chat",
        seconds=DELETE_SECONDS,
        quota=DELETES_AN_HOUR,
    )


def _react(facts: Facts, note: Ability) -> dict[str, Ability]:
    """To a note, `note` is what happens; to what others chat it is not counted."""
    found = _everywhere(Ability(NOWHERE, reason="no-reactions-to-it"))
    if "write:reactions" in facts.missing:
        found["note"] = Ability(NOWHERE, reason="no-permission-reactions")
    else:
        found["note"] = note
    found["note:own"] = found["note"]
    if facts.chat == CHAT:
        why = chat_reason(facts)
        able = Ability(SERVER, effect=note.effect)
        found["chat"] = Ability(NOWHERE, reason=why) if why else able
        found["chat:own"] = Ability(NOWHERE, reason="no-reactions-to-own")
    return found


def _answer(facts: Facts, follow: str, invitation: str) -> dict[str, Ability]:
    found = _everywhere(Ability(NOWHERE, reason="only-requests"))
    may_follow = "write:following" not in facts.missing
    found["follow_request"] = (
        Ability(SERVER, effect=follow)
        if may_follow
        else Ability(NOWHERE, reason="no-permission-follows")
    )
    # The chats before 13.7 know no rooms to be invited to.
    why = "not-offered" if facts.chat == MESSAGING else chat_reason(facts)
    found["invitation"] = (
        Ability(NOWHERE, reason=why) if why else Ability(SERVER, effect=invitation)
    )
    return found


def _clear(facts: Facts) -> Ability:
    if not facts.flush:
        return Ability(NOWHERE, reason="no-clear")
    if "write:notifications" in facts.missing:
        return Ability(NOWHERE, reason="no-permission-dismiss")
    return Ability(SERVER, effect="clear-notices")

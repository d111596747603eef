"""What each verb does on mixi, in codes; messaging has the sentences."""

from collections.abc import Mapping

from inboxhub.networks.capabilities import HERE, NEW, NOWHERE, SERVER, Ability, Writing
from inboxhub.networks.mixi.changing import BATCH
from inboxhub.networks.mixi.limits import OF_ACCOUNT

RECEIVED, SENT, NOTICE = "inbox", "outbox:own", "notice"
SOURCES = (RECEIVED, SENT, NOTICE)
# Another form of mixi's for messages takes no longer ones; the API says nothing.
LONG_TITLE = 100

Abilities = Mapping[str, Mapping[str, Ability]]


def abilities(*, writes: bool) -> Abilities:
    """Verb → source → what it does. `writes`: the token may change messages."""
    changes = _changes() if writes else _no_changes()
    return changes | {
        "mark-unread": _everywhere(Ability(HERE, reason="no-mark-unread")),
        "hide": _everywhere(Ability(HERE, effect="hide-here")),
        "unhide": _everywhere(Ability(HERE, effect="hide-here")),
        "remove": _everywhere(Ability(NOWHERE, reason="no-own-list")),
    }


def writing(*, writes: bool, looks: bool) -> Mapping[str, Writing]:
    """Source → what can be written to answer it: plain text with a title, to one person.

    `looks`: the token may look into the outbox, without which nobody could tell after a
    lost answer whether something was sent.
    """
    if not writes:
        letter = Writing(reason="no-permission-write")
    elif not looks:
        letter = Writing(reason="no-permission-read")
    else:
        letter = Writing(title=True, long_title=LONG_TITLE)
    return {
        "inbox": letter,
        "outbox": letter,
        "notice": Writing(reason="notice-no-reply"),
        NEW: letter,
    }


def _changes() -> dict[str, Mapping[str, Ability]]:
    read = Ability(SERVER, effect="read-for-good", seconds=OF_ACCOUNT.interval)
    trash = Ability(
        SERVER,
        effect="delete-to-trash",
        batch=BATCH,
        seconds=OF_ACCOUNT.interval,
    )
    for_good = Ability(
        SERVER,
        effect="delete-for-good",
        batch=BATCH,
        seconds=OF_ACCOUNT.interval,
    )
    replied = Ability(SERVER, effect="replied-for-good", seconds=OF_ACCOUNT.interval)
    return {
        "mark-read": {
            RECEIVED: read,
            SENT: Ability(HERE, reason="your-own"),
            NOTICE: read,
        },
        "mark-replied": {
            RECEIVED: replied,
            SENT: Ability(NOWHERE, reason="your-own"),
            NOTICE: Ability(NOWHERE, reason="notice-no-reply"),
        },
        "delete": {RECEIVED: trash, SENT: trash, NOTICE: for_good},
    }


def _no_changes() -> dict[str, Mapping[str, Ability]]:
    here = Ability(HERE, reason="no-permission-write")
    nowhere = Ability(NOWHERE, reason="no-permission-write")
    return {
        "mark-read": _everywhere(here) | {SENT: Ability(HERE, reason="your-own")},
        "mark-replied": _everywhere(nowhere),
        "delete": _everywhere(nowhere),
    }


def _everywhere(ability: Ability) -> dict[str, Ability]:
    return dict.fromkeys(SOURCES, ability)

"""What each verb does on a host with Mastodon's API, in codes; messaging words them."""

from collections.abc import Mapping

from inboxhub.networks.capabilities import HERE, NOWHERE, SERVER, Ability
from inboxhub.networks.mastodon.facts import Facts
from inboxhub.networks.mastodon.limits import CHANGE_SECONDS, DELETES, DELETES_WITHIN

CONVERSATIONS, NOTICES, MARKERS = "conversations", "notifications", "markers"
FOLLOWS, FILTERED, ANNOUNCEMENTS = "follow-requests", "filtered", "announcements"
SOURCES = (
    *("direct", "direct:own", "status", "status:own", "notification"),
    *("follow_request", "notification_request", "announcement"),
)
REQUESTS = ("follow_request", "notification_request")
MARKER_BATCH = 500

Abilities = Mapping[str, Mapping[str, Ability]]


def abilities(facts: Facts) -> Abilities:
    """Verb → source → what it does."""
    return {
        "mark-read": _mark_read(facts),
        "mark-unread": _mark_unread(facts),
        "hide": _everywhere(Ability(HERE, effect="hide-here")),
        "unhide": _everywhere(Ability(HERE, effect="hide-here")),
        "remove": _remove(facts),
        "delete": _delete(facts),
        "react": _favourite(facts, "favourite"),
        "unreact": _favourite(facts, "unfavourite"),
        "accept": _answer(facts, "accept-follow", "accept-sender"),
        "reject": _answer(facts, "reject-follow", "dismiss-sender"),
        "clear-notices": {"notification": _clear(facts)},
    }


def _everywhere(ability: Ability) -> dict[str, Ability]:
    return dict.fromkeys(SOURCES, ability)


def _conversation(effect: str) -> Ability:
    return Ability(SERVER, effect=effect, unit="conversation", seconds=CHANGE_SECONDS)


def _rows_reason(facts: Facts, *, offered: bool, otherwise: str) -> str:
    """Why the rows of conversations stay as they are; empty when they need not."""
    if not facts.gives(CONVERSATIONS):
        return "no-conversations"
    if not offered:
        return otherwise
    allowed = facts.may("write:conversations")
    return "" if allowed else "no-permission-conversations"


def _mark_read(facts: Facts) -> dict[str, Ability]:
    found = _everywhere(Ability(HERE, reason="no-read-state"))
    found["direct:own"] = found["status:own"] = Ability(HERE, reason="your-own")
    found["announcement"] = Ability(HERE, reason="announcement-here")
    why = _rows_reason(facts, offered=facts.reading, otherwise="no-mark-read")
    read = _conversation("read-conversation")
    found["direct"] = Ability(HERE, reason=why) if why else read
    if not facts.gives(MARKERS):
        older = Ability(HERE, reason="no-markers")
    elif not facts.may("write:statuses"):
        older = Ability(HERE, reason="no-permission-markers")
    else:
        older = Ability(
            SERVER,
            effect="read-older",
            batch=MARKER_BATCH,
            seconds=CHANGE_SECONDS,
        )
    found["status"] = found["notification"] = older
    return found


def _mark_unread(facts: Facts) -> dict[str, Ability]:
    found = _everywhere(Ability(HERE, reason="no-mark-unread-notices"))
    found["direct:own"] = found["status:own"] = Ability(HERE, reason="your-own")
    for source in (*REQUESTS, "announcement"):
        found[source] = Ability(HERE, reason="no-read-state")
    why = _rows_reason(facts, offered=facts.unreading, otherwise="no-mark-unread")
    unread = _conversation("unread-conversation")
    found["direct"] = Ability(HERE, reason=why) if why else unread
    return found


def _remove(facts: Facts) -> dict[str, Ability]:
    found = _everywhere(Ability(NOWHERE, reason="no-list-of-it"))
    for source in REQUESTS:
        found[source] = Ability(NOWHERE, reason="answer-request")
    otherwise = "no-remove-conversation"
    why = _rows_reason(facts, offered=facts.removing, otherwise=otherwise)
    row = Ability(NOWHERE, reason=why) if why else _conversation("remove-conversation")
    found["direct"] = found["direct:own"] = row
    if not facts.dismissing or not facts.gives(NOTICES):
        dismiss = Ability(NOWHERE, reason="no-dismiss")
    elif not facts.may("write:notifications"):
        dismiss = Ability(NOWHERE, reason="no-permission-dismiss")
    else:
        dismiss = Ability(SERVER, effect="dismiss-notice", seconds=CHANGE_SECONDS)
    found["status"] = found["notification"] = dismiss
    return found


def _delete(facts: Facts) -> dict[str, Ability]:
    found = _everywhere(Ability(NOWHERE, reason="not-yours"))
    removing = _remove(facts)["notification"]
    why = "remove-instead" if removing.reach == SERVER else removing.reason
    found["notification"] = Ability(NOWHERE, reason=why)
    for source in REQUESTS:
        found[source] = Ability(NOWHERE, reason="answer-request")
    own = Ability(NOWHERE, reason="no-permission-delete")
    if facts.may("write:statuses"):
        own = Ability(
            SERVER,
            effect="delete-status",
            seconds=1.0,
            quota=DELETES,
            window=DELETES_WITHIN,
        )
    found["direct:own"] = found["status:own"] = own
    return found


def _favourite(facts: Facts, effect: str) -> dict[str, Ability]:
    found = _everywhere(Ability(NOWHERE, reason="no-reactions-to-it"))
    able = _change(
        effect,
        allowed=facts.may("write:favourites"),
        otherwise="no-permission-favourites",
    )
    for source in ("direct", "direct:own", "status", "status:own"):
        found[source] = able
    return found


def _answer(facts: Facts, follow: str, sender: str) -> dict[str, Ability]:
    found = _everywhere(Ability(NOWHERE, reason="only-requests"))
    found["follow_request"] = _change(
        follow,
        allowed=facts.may("write:follows") or facts.may("follow"),
        otherwise="no-permission-follows",
    )
    found["notification_request"] = _change(
        sender,
        allowed=facts.may("write:notifications"),
        otherwise="no-permission-senders",
    )
    return found


def _clear(facts: Facts) -> Ability:
    if not facts.clearing or not facts.gives(NOTICES):
        return Ability(NOWHERE, reason="no-clear")
    return _change(
        "clear-notices",
        allowed=facts.may("write:notifications"),
        otherwise="no-permission-dismiss",
    )


def _change(effect: str, *, allowed: bool, otherwise: str) -> Ability:
    if not allowed:
        return Ability(NOWHERE, reason=otherwise)
    return Ability(SERVER, effect=effect, seconds=CHANGE_SECONDS)

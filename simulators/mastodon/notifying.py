"""Notifications, and the policy that lets them through, holds them back, drops them."""

from simulators.mastodon import talks
from simulators.mastodon.records import (
    ACCEPT,
    DIRECT,
    DROP,
    FILTER,
    Notification,
    Request,
    Status,
)
from simulators.mastodon.state import State
from simulators.mastodon.streaming import emit
from simulators.mastodon.waiting import filtered_from, request_from

DAY = 86_400_000
# what nobody is told of oneself
FROM_OTHERS = {
    "mention",
    "quote",
    "favourite",
    "reblog",
    "follow",
    "follow_request",
    "status",
    "update",
    "quoted_update",
}
# what no policy holds back: the host's own words and what one asked for
UNFILTERED = {
    "admin.sign_up",
    "admin.report",
    "poll",
    "update",
    "quoted_update",
    "severed_relationships",
    "moderation_warning",
    "annual_report",
    "status",
}


def notify(
    state: State,
    user_id: str,
    kind: str,
    from_id: str,
    *,
    status: Status | None = None,
    moment: int | None = None,
    extra: dict[str, object] | None = None,
) -> Notification | None:
    """Tell somebody who lives here; None where it reaches nobody or is dropped.

    A filtered one is kept, waits in the requests and makes no conversation; a direct
    mention that passes makes or lifts the receiver's row.
    """
    if state.users[user_id].host is not None or _unwanted(
        state, user_id, from_id, kind, status
    ):
        return None
    decision = verdict(state, user_id, from_id, kind, status)
    if decision == DROP:
        return None
    created = state.now if moment is None else moment
    row_id = state.ids.count("notification", created)
    row = Notification(row_id, created, user_id, kind, from_id, extra=extra or {})
    row.status_id, row.filtered = status.id if status else None, decision == FILTER
    row.arrived = state.now if state.lag else 0
    state.notifications[user_id].append(row)
    emit.notified(state, row)
    direct = kind == "mention" and status and status.visibility == DIRECT
    if row.filtered:
        _ask(state, row)
    elif direct and status is not None:
        talks.add(state, user_id, status)
    return row


def _unwanted(
    state: State, user_id: str, from_id: str, kind: str, status: Status | None
) -> bool:
    if user_id == from_id and kind in FROM_OTHERS:
        return True
    if (user_id, from_id) in state.blocks or (user_id, from_id) in state.mutes:
        return True
    return status is not None and (user_id, status.thread) in state.muted_threads


def verdict(
    state: State, user_id: str, from_id: str, kind: str, status: Status | None
) -> str:
    """Return what the receiver's policy does with a notification."""
    if "requests" not in state.profile.has or kind in UNFILTERED:
        return ACCEPT
    if user_id == from_id or (user_id, from_id) in state.permitted:
        return ACCEPT
    policy = state.users[user_id].policy
    rules = [policy[name] for name in _matching(state, user_id, from_id, status)]
    return DROP if DROP in rules else FILTER if FILTER in rules else ACCEPT


def _matching(
    state: State, user_id: str, from_id: str, status: Status | None
) -> list[str]:
    """Return the rules of a policy that speak of this sender."""
    sender = state.users[from_id]
    known = state.follows_whom(user_id, from_id)
    private = status is not None and status.visibility == DIRECT
    answer = status is not None and _asked_for(state, user_id, status)
    cases = {
        "for_not_following": not known,
        "for_not_followers": not state.follows_whom(from_id, user_id),
        "for_new_accounts": state.now - sender.created < 30 * DAY and not known,
        "for_private_mentions": private and not known and not answer,
        "for_limited_accounts": sender.limited and not known,
        "for_bots": sender.bot and not known,
    }
    return [name for name, fits in cases.items() if fits]


def _asked_for(state: State, user_id: str, status: Status) -> bool:
    """Say whether a status answers one in which the receiver addressed its author."""
    parent = state.statuses.get(status.reply_to or "")
    return (
        parent is not None
        and parent.user_id == user_id
        and status.user_id in parent.mentions
    )


def _ask(state: State, row: Notification) -> None:
    """Make or renew the request of a stranger; only mentions make one."""
    if row.type != "mention":
        return
    known = request_from(state, row.user_id, row.from_id)
    if known is not None:
        known.updated, known.status_id = row.created, row.status_id
        return
    made = Request(
        state.ids.make(row.created),
        row.created,
        row.created,
        row.user_id,
        row.from_id,
        row.status_id,
    )
    state.requests[made.id] = made


def accept_request(state: State, request: Request) -> None:
    """Let a person through for ever; what waited is merged in the background."""
    state.permitted.add((request.user_id, request.from_id))
    del state.requests[request.id]

    def merge() -> None:
        for row in filtered_from(state, request.user_id, request.from_id):
            row.filtered = False
            status = state.statuses.get(row.status_id or "")
            if row.type == "mention" and status and status.visibility == DIRECT:
                talks.add(state, request.user_id, status)
        emit.merged(state, request.user_id)

    state.later(merge)


def dismiss_request(state: State, request: Request) -> None:
    """Throw away what waits of a person; later words wait anew."""
    del state.requests[request.id]
    kept = [
        row
        for row in state.notifications[request.user_id]
        if not (row.filtered and row.from_id == request.from_id)
    ]
    state.notifications[request.user_id][:] = kept


def forget_status(state: State, status_id: str) -> None:
    """Take away every notification of a status that is gone."""
    for rows in state.notifications.values():
        rows[:] = [row for row in rows if row.status_id != status_id]
    for request in state.requests.values():
        if request.status_id == status_id:
            request.status_id = None


def end_poll(state: State, status: Status, moment: int | None = None) -> None:
    """End a poll; its author and everybody who voted is told."""
    poll = status.poll
    if poll is None or poll.ended:
        return
    poll.ended, poll.expires = True, state.now if moment is None else moment
    voters = {user for choice in poll.choices for user in choice.voters}
    for user_id in sorted({status.user_id, *voters}):
        notify(state, user_id, "poll", status.user_id, status=status, moment=moment)

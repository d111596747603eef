"""Notifications, requests, conversations and announcements as JSON."""

from simulators.mastodon.pack import accounts
from simulators.mastodon.pack.moments import iso
from simulators.mastodon.pack.statuses import status
from simulators.mastodon.profiles import GOTOSOCIAL
from simulators.mastodon.records import Announcement, Notification, Request, Row
from simulators.mastodon.state import State
from simulators.mastodon.waiting import filtered_from

Json = dict[str, object]
GROUPED = {"favourite", "reblog", "follow", "admin.sign_up"}
HALF_A_DAY = 12 * 3_600_000
MOST_COUNTED = 100


def group_key(row: Notification) -> str:
    """Return the name of the group that a notification falls into."""
    if row.type not in GROUPED:
        return f"ungrouped-{row.id}"
    span = row.created // HALF_A_DAY * 12
    about = f"{row.status_id}-" if row.status_id else ""
    return f"{row.type}-{about}{span}"


def notification(state: State, row: Notification) -> Json:
    """Return a notification as its receiver sees it."""
    plain = state.profile.software == GOTOSOCIAL
    about = state.statuses.get(row.status_id or "")
    built: Json = {
        "id": row.id,
        "type": row.type,
        "created_at": iso(row.created, whole_seconds=plain),
        "group_key": group_key(row),
        "account": accounts.account(state, state.users[row.from_id]),
        "status": status(state, about, row.user_id) if about else None,
    }
    packed = state.profile.pick("notification", built)
    if about is None:
        packed.pop("status", None)
    return packed | row.extra


def request(state: State, row: Request) -> Json:
    """Return a waiting request with its newest status, if that is still there."""
    about = state.statuses.get(row.status_id or "")
    count = len(filtered_from(state, row.user_id, row.from_id))
    shown = about is not None and state.may_see(row.user_id, about)
    return {
        "id": row.id,
        "created_at": iso(row.created),
        "updated_at": iso(row.updated),
        "notifications_count": str(min(count, MOST_COUNTED)),
        "account": accounts.account(state, state.users[row.from_id]),
        "last_status": status(state, about, row.user_id) if about and shown else None,
    }


def conversation(state: State, row: Row) -> Json:
    """Return a row; its last status is null while that is being deleted."""
    people = [state.users[user] for user in row.people if user in state.users]
    last = state.statuses.get(row.status_ids[-1])
    shown = last is not None and not last.deleting
    return {
        "id": row.id,
        "unread": row.unread,
        "accounts": [
            accounts.account(state, user)
            for user in (people if row.people else [state.users[row.user_id]])
        ],
        "last_status": status(state, last, row.user_id) if last and shown else None,
    }


def announcement(row: Announcement, viewer: str) -> Json:
    """Return a word from the staff."""
    return {
        "id": row.id,
        "content": row.html,
        "starts_at": iso(row.starts) if row.starts else None,
        "ends_at": iso(row.ends) if row.ends else None,
        "all_day": False,
        "published_at": iso(row.created),
        "updated_at": iso(row.created),
        "read": viewer in row.dismissed_by,
        "mentions": [],
        "statuses": [],
        "tags": [],
        "emojis": [],
        "reactions": [
            {"name": name, "count": len(who), "me": viewer in who}
            for name, who in row.reactions.items()
        ],
    }

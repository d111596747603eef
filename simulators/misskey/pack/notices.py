"""Notifications as JSON; None for those whose note, user or invitation is gone."""

from simulators.misskey.pack import chats, notes, users
from simulators.misskey.pack.moments import iso
from simulators.misskey.records import Notification, User
from simulators.misskey.state import State

Json = dict[str, object]


def notification(state: State, row: Notification, viewer: User) -> Json | None:
    """Return one notification as its owner gets it."""
    packed: Json = {"id": row.id, "createdAt": iso(row.created), "type": row.type}
    if not state.profile.modern:
        packed["isRead"] = row.read
    if row.user_id is not None:
        sender = state.users.get(row.user_id)
        if sender is None:
            return None
        packed |= {"userId": row.user_id, "user": users.lite(state, sender)}
    if row.note_id is not None:
        note = state.notes.get(row.note_id)
        if note is None:
            return None
        packed["note"] = notes.note(state, note, viewer.id)
    if row.room_id is not None:
        room = state.rooms.get(row.room_id)
        if room is None or viewer.id not in room.invited:
            return None
        packed["invitation"] = chats.invitation(state, room, viewer.id)
    if row.type == "roleAssigned":
        packed["role"] = _role(state, str(row.extra["role"]), row.created)
        return packed
    return packed | row.extra


def _role(state: State, name: str, moment: int) -> Json:
    policies = state.profile.shapes["me"].get("policies")
    return {
        "id": name.lower(),
        "createdAt": iso(moment),
        "updatedAt": iso(moment),
        "name": name,
        "description": "",
        "color": None,
        "iconUrl": None,
        "target": "manual",
        "condFormula": {},
        "isPublic": True,
        "isAdministrator": False,
        "isModerator": False,
        "isExplorable": False,
        "asBadge": False,
        "preserveAssignmentOnMoveAccount": False,
        "canEditMembersByModerator": False,
        "displayOrder": 0,
        "policies": {
            key: {"useDefault": True, "priority": 0, "value": value}
            for key, value in (policies if isinstance(policies, dict) else {}).items()
        },
        "usersCount": 1,
    }

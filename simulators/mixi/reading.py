"""Message API, reading: `GET /2/messages/{user}/@inbox`, `@outbox`, `@noticebox`."""

import re
from datetime import datetime, timedelta, timezone

from simulators.mixi import mail
from simulators.mixi.door import Call
from simulators.mixi.errors import Refusal, invalid_request, not_found
from simulators.mixi.paging import page, single
from simulators.mixi.people import profile_url, thumbnail_url
from simulators.mixi.records import BOXES, Box, Message

COUNT = 50
JAPAN = timezone(timedelta(hours=9))
_SINCE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII
)
_PERSON = ("id", "displayName", "profileUrl", "thumbnailUrl")
ALWAYS = ("id", "title")
FIELDS: dict[Box, tuple[str, ...]] = {
    "inbox": (
        *("id", "body", "timeSent", "title"),
        *(f"sender.{name}" for name in _PERSON),
        "status",
    ),
    "outbox": (
        *("id", "body", "timeSent", "title"),
        *(f"recipient.{name}" for name in _PERSON),
    ),
    "noticebox": (
        *("id", "body", "timeSent", "title"),
        *("sender.displayName", "sender.thumbnailUrl"),
        "status",
    ),
}
DEFAULTS: dict[Box, tuple[str, ...]] = {
    "inbox": ("id", "title", "timeSent", "sender.id", "sender.displayName"),
    "outbox": ("id", "title", "timeSent", "recipient.id", "recipient.displayName"),
    "noticebox": ("id", "title", "timeSent", "sender.displayName"),
}
FRIENDS_ONLY = ("id", "profileUrl")
LOGO = "/img/basic/common/mixi_logo_thumbnail001.gif"
Json = dict[str, object]


def box_of(call: Call) -> Box:
    """Return the box that an address names; refuses others."""
    name = call.path["box"]
    for box in BOXES:
        if name == f"@{box}":
            return box
    raise not_found("no such box")


def everything(call: Call) -> Json:
    """Answer a list."""
    box = box_of(call)
    fields = _fields(call, box)
    rows = [row for row in _since(call, box) if not row.trashed]
    return page(
        call,
        _ordered(call, rows),
        lambda row: _entry(call, row, fields),
        count=COUNT,
        most=call.state.silences.max_count,
    )


def one(call: Call) -> Json:
    """Answer for one message: the same shape as a list, with one entry."""
    box = box_of(call)
    fields = _fields(call, box)
    silences = call.state.silences
    try:
        row = mail.find(call.state, call.person, box, call.path["id"])
    except Refusal:
        if silences.single_unknown == "empty":
            return single(call, [])
        raise
    if silences.single_marks_read and row.status == "unread":
        mail.change_status(call.state, row, "read")
    entry = _entry(call, row, fields)
    answer = single(call, [entry])
    if silences.single_shape == "object":
        answer["entry"] = entry
    return answer


def _fields(call: Call, box: Box) -> tuple[str, ...]:
    written = call.query.get("fields", "")
    if not written:
        return DEFAULTS[box]
    asked = written.split(",")
    if "@all" in asked:
        return FIELDS[box]
    unknown = set(asked) - set(FIELDS[box])
    if unknown and call.state.silences.unknown_field == "refuse":
        raise invalid_request("fields has a name that is not known")
    return (*ALWAYS, *asked)


def _since(call: Call, box: Box) -> list[Message]:
    """Return the messages of a box that are newer than `updatedSince`."""
    rows = list(mail.boxed(call.state, call.person, box).values())
    written = call.query.get("updatedSince")
    if written is None:
        return rows
    moment = _moment(written)
    silences = call.state.silences

    def newer(row: Message) -> bool:
        when = row.changed if silences.since_sees_changes else row.sent
        return when > moment or (silences.since_inclusive and when == moment)

    return [row for row in rows if newer(row)]


def _moment(written: str) -> float:
    """Read an xs:dateTime; a `+` that was not escaped has become a space."""
    if not _SINCE.fullmatch(written):
        raise invalid_request("updatedSince is no xs:dateTime")
    try:
        return datetime.fromisoformat(written).timestamp()
    except (ValueError, OverflowError):
        raise invalid_request("updatedSince is no xs:dateTime") from None


def _ordered(call: Call, rows: list[Message]) -> list[Message]:
    match call.state.silences.order:
        case "newest":
            return sorted(rows, key=lambda row: (row.sent, row.arrived), reverse=True)
        case "oldest":
            return sorted(rows, key=lambda row: (row.sent, row.arrived))
        case "none":
            return sorted(rows, key=lambda row: row.id)


def _entry(call: Call, row: Message, fields: tuple[str, ...]) -> Json:
    if row.odd:
        return row.raw  # type: ignore[return-value]  # whatever a test wants told
    whole: Json = {
        "id": row.id,
        "status": row.status,
        "timeSent": time_sent(row),
        "title": row.title,
        "body": row.body,
    }
    entry = {name: whole[name] for name in whole if name in fields}
    role = "recipient" if row.box == "outbox" else "sender"
    person = _person(call, row)
    told = {key: value for key, value in person.items() if f"{role}.{key}" in fields}
    if told or call.state.silences.empty_person == "empty":
        entry[role] = told
    return entry


def _person(call: Call, row: Message) -> Json:
    """Return the other side; mixi itself for notices, no id of who is no friend."""
    state = call.state
    if row.box == "noticebox":
        return {"displayName": "mixi", "thumbnailUrl": f"{state.origin}{LOGO}"}
    other = state.person(row.other)
    person: Json = {
        "id": other.id,
        "displayName": other.display,
        "thumbnailUrl": thumbnail_url(state, other),
        "profileUrl": profile_url(state, other),
    }
    if not state.are_friends(call.person.name, other.name):
        for name in FRIENDS_ONLY:
            del person[name]
    return person


def time_sent(row: Message) -> str:
    """Return a message's moment as mixi writes it: Japan's time, whole seconds."""
    return datetime.fromtimestamp(row.sent, JAPAN).isoformat(timespec="seconds")

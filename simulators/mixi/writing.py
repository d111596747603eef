"""Message API, writing: send, reply, change the status, delete one or many."""

from simulators.mixi import mail
from simulators.mixi.bodies import read
from simulators.mixi.door import Call
from simulators.mixi.errors import Refusal, access_denied, invalid_request, not_found
from simulators.mixi.reading import box_of
from simulators.mixi.records import Box, Message, Person

SENT: dict[str, str] = {"status": "status changed"}
DELETED: dict[str, str] = {"status": "delete done"}
Json = dict[str, object]


def send(call: Call) -> Json:
    """Send a new message, or answer one that came; the id is the outbox copy's."""
    if call.path["box"] != "@outbox":
        raise not_found("no such box")
    body = read(call.raw, call.content_type)
    letter = _letter(call, body)
    if "recipients" in body and "inReplyTo" in body:
        raise invalid_request("recipients and inReplyTo exclude each other")
    if call.person.prohibited:
        raise access_denied()
    if "inReplyTo" in body:
        return _reply(call, letter, body["inReplyTo"])
    recipient = _recipient(call, body.get("recipients"))
    return {"id": mail.deliver(call.state, call.person, recipient, letter)[0].id}


def _reply(call: Call, letter: mail.Letter, answered: object) -> Json:
    if not isinstance(answered, str):
        raise invalid_request("inReplyTo is not a message id")
    original = mail.find(call.state, call.person, "inbox", answered)
    recipient = call.state.person(original.other)
    strangers = call.state.silences.reply_to_strangers
    _check_reach(call, recipient, friends_only=not strangers)
    sent, _ = mail.deliver(call.state, call.person, recipient, letter)
    if original.status != "replied":
        mail.change_status(call.state, original, "replied")
    return {"id": sent.id}


def _letter(call: Call, body: Json) -> mail.Letter:
    title, text = body.get("title"), body.get("body")
    silences = call.state.silences
    if not isinstance(title, str) or not isinstance(text, str):
        raise invalid_request("title and body are required")
    if not title.strip() and silences.empty_title == "refuse":
        raise invalid_request("title is empty")
    if not text.strip() and silences.empty_body == "refuse":
        raise invalid_request("body is empty")
    if 0 < silences.longest_title < len(title):
        raise invalid_request("title is too long")
    if 0 < silences.longest_body < len(text):
        raise invalid_request("body is too long")
    return mail.Letter(title, text)


def _recipient(call: Call, recipients: object) -> Person:
    match recipients:
        case [str(person_id)]:
            pass
        case _:
            raise invalid_request("recipients must hold one user id")
    person = call.state.by_id.get(person_id)
    if person is None or person.left:
        error = call.state.silences.unknown_recipient
        raise Refusal(error, "the recipient does not exist")
    _check_reach(call, person, friends_only=call.state.silences.friends_only)
    return person


def _check_reach(call: Call, person: Person, *, friends_only: bool) -> None:
    me = call.person.name
    if friends_only and not call.state.are_friends(me, person.name):
        raise access_denied("the recipient is not your friend")
    if (person.name, me) in call.state.blocks or person.left:
        raise access_denied("the recipient does not accept your messages")


def mark(call: Call) -> Json:
    """Change the status of a message or notice."""
    box = box_of(call)
    if box == "outbox":
        raise not_found("sent messages have no status")
    body = read(call.raw, call.content_type)
    row = mail.find(call.state, call.person, box, call.path["id"])
    match body.get("status"):
        case "read" | "replied" as status:
            mail.change_status(call.state, row, status)
        case _:
            raise invalid_request("status must be read or replied")
    return {**SENT}


def delete_one(call: Call) -> Json:
    """Delete the message that the address names; the body is ignored."""
    row = mail.find(call.state, call.person, box_of(call), call.path["id"])
    mail.delete(call.state, call.person, row)
    return {**DELETED}


def delete_many(call: Call) -> Json:
    """Delete the messages whose ids the body holds."""
    box = box_of(call)
    ids = _ids(call, box)
    rows = mail.boxed(call.state, call.person, box)
    found = [row for row in _named(rows, ids) if not row.trashed]
    missing = len(found) < len(ids)
    behaviour = call.state.silences.unknown_id
    if not (missing and behaviour == "nothing"):
        for row in found:
            mail.delete(call.state, call.person, row)
    if missing and behaviour != "success":
        raise not_found()
    return {**DELETED}


def _named(rows: dict[str, Message], ids: list[str]) -> list[Message]:
    return [rows[message_id] for message_id in ids if message_id in rows]


def _ids(call: Call, box: Box) -> list[str]:
    """Return the ids to delete, each once; an empty wish is a switch's to decide."""
    silences = call.state.silences
    ids = read(call.raw, call.content_type).get("ids", []) if call.raw else []
    if not isinstance(ids, list) or not all(isinstance(row, str) for row in ids):
        raise invalid_request("ids must be a list of message ids")
    if 0 < silences.max_ids < len(ids):
        raise invalid_request("too many ids", silences.too_many_ids_status)
    if not ids:
        match silences.empty_ids:
            case "refuse":
                raise invalid_request("ids is empty")
            case "everything":
                rows = mail.boxed(call.state, call.person, box)
                return [row.id for row in rows.values() if not row.trashed]
            case "nothing":
                return []
    return list(dict.fromkeys(ids))

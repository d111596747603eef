"""What happens to messages: sent, read, answered, thrown away, brought back."""

from dataclasses import dataclass

from simulators.mixi.errors import Refusal, not_found, status_conflicted
from simulators.mixi.records import BOXES, INBOX_STATES, Box, Message, Person, Status
from simulators.mixi.state import State


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody sends; `moment` is the second that it is told to be from."""

    title: str
    body: str
    moment: int | None = None


def deliver(
    state: State, sender: Person, recipient: Person, letter: Letter
) -> tuple[Message, Message]:
    """Put a message into both people's boxes; returns outbox and inbox copies."""
    sent = _keep(state, sender, "outbox", letter, other=recipient.name)
    known = sent.id if state.silences.shared_ids else ""
    received = _keep(
        state, recipient, "inbox", letter, other=sender.name, message_id=known
    )
    sent.copy = received.id
    return sent, received


def notify(state: State, recipient: Person, letter: Letter) -> Message:
    """Put a notice from mixi into somebody's notice box."""
    return _keep(state, recipient, "noticebox", letter)


def put_raw(state: State, owner: Person, box: Box, raw: object) -> Message:
    """Put an entry into a box that is told as it stands, whatever it is."""
    row = _keep(state, owner, box, Letter("", ""))
    if isinstance(raw, dict) and isinstance(raw.get("id"), str):
        del boxed(state, owner, box)[row.id]
        row.id = raw["id"]
        boxed(state, owner, box)[row.id] = row
    row.raw, row.odd = raw, True
    return row


def _keep(
    state: State,
    owner: Person,
    box: Box,
    letter: Letter,
    *,
    other: str = "",
    message_id: str = "",
) -> Message:
    moment = int(state.now) if letter.moment is None else letter.moment
    row = Message(
        message_id or state.message_id(),
        box,
        moment,
        state.arrival(),
        letter.title,
        letter.body,
        other=other,
        status=None if box == "outbox" else "unread",
        changed=moment,
    )
    boxed(state, owner, box)[row.id] = row
    return row


def boxed(state: State, owner: Person, box: Box) -> dict[str, Message]:
    """Return everything in a box of somebody, the trash included."""
    return state.messages[owner.name, box]


def find(state: State, owner: Person, box: Box, message_id: str) -> Message:
    """Return a message that is in its box; refuses what is gone or in the trash."""
    row = boxed(state, owner, box).get(message_id)
    if row is None or row.trashed:
        raise not_found()
    return row


def change_status(state: State, row: Message, status: Status) -> None:
    """Move a message forward: unread, read, replied; refuses the way back."""
    if row.status == status:
        if state.silences.same_status == "conflict":
            raise status_conflicted()
        return
    if row.status is None or _rank(status) < _rank(row.status):
        raise status_conflicted()
    if row.box == "noticebox" and status == "replied":
        error = state.silences.notice_replied
        raise Refusal(error, "a notice cannot be replied")
    row.status, row.changed = status, state.now


def _rank(status: Status) -> int:
    return INBOX_STATES.index(status)


def delete(state: State, owner: Person, row: Message) -> None:
    """Move a message to the trash; a notice is gone for good."""
    if row.box == "noticebox":
        del boxed(state, owner, row.box)[row.id]
    else:
        row.trashed, row.changed = True, state.now


def restore(state: State, row: Message) -> None:
    """Bring a message back from the trash, as it was."""
    row.trashed, row.changed = False, state.now


def empty_trash(state: State, owner: Person) -> int:
    """Throw away for good what is in somebody's trash; returns how many."""
    gone = 0
    for box in BOXES:
        rows = boxed(state, owner, box)
        for message_id in [row.id for row in rows.values() if row.trashed]:
            del rows[message_id]
            gone += 1
    return gone

"""Sending once and for sure: no host has a key that would make a second try harmless.

Misskey API: `notes/create`; `users/notes` to look whether it was done, the only listing
that has the own notes for named people.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from inboxhub.networks.base import RemoteMessage
from inboxhub.networks.errors import OutcomeUnknown, PermanentError, TemporaryError
from inboxhub.networks.misskey.audience import Plan, cleaned, planned
from inboxhub.networks.misskey.ids import EPOCH, is_id
from inboxhub.networks.misskey.names import core
from inboxhub.networks.misskey.notes import Note, author_of, people_of, read_note
from inboxhub.networks.misskey.pull import LIMIT
from inboxhub.networks.misskey.session import Session
from inboxhub.networks.misskey.writable import MOST_FILES, SPECIFIED
from inboxhub.networks.reaching import NEVER_LEFT
from inboxhub.networks.values import Viewer, mapping_of, moment_of
from inboxhub.networks.writing import Draft, Sent

UNKNOWN = "outcome-unknown"
# How far our clock and the host's may be apart.
LEEWAY = timedelta(minutes=10)
# Stands among the known ids: the host's time of the newest that was there before.
BEFORE = "before:"
# Seconds in which MisskeyIO makes one of two equal calls.
SAME_FOR = 60.0
REFUSED = {"RATE_LIMIT_EXCEEDED", *NEVER_LEFT}


def send_note(session: Session, draft: Draft) -> Sent:
    """An answer, or a new note. See `base.Client.send`."""
    if len(draft.file_ids) > MOST_FILES:
        raise PermanentError("a note takes fewer pictures", code="too-many-files")
    if not cleaned(draft.text) and not draft.file_ids:
        raise PermanentError("there is nothing to send", code="empty")
    plan = planned(session, draft)
    answer = once(lambda: session.create("notes/create", _body(plan, draft)))
    note = mapping_of(mapping_of(answer).get("createdNote"))
    sent = _sent(note, session.viewer, plan)
    if sent is None:
        raise unknown(None)
    return new(sent, draft)


def find_note(session: Session, draft: Draft) -> tuple[Sent, ...]:
    """See `base.Client.find_sent`."""
    return _found(_own(session), draft, session.viewer)


def notes_before(session: Session, draft: Draft) -> frozenset[str]:
    """See `base.Client.sent_before`: equal notes of a moment ago, and when that was."""
    rows = _own(session)
    first = replace(draft, known=frozenset({before(rows)}))
    equal = _found(rows, first, session.viewer)
    return first.known | {sent.remote_id for sent in equal}


def once(call: Callable[[], object]) -> object:
    """The answer; OutcomeUnknown where the host may have done it and did not say so.

    A refusal of the host's own says that nothing was done, unless it is an internal
    error: that may have come after the deed.
    """
    try:
        return call()
    except TemporaryError as error:
        if not error.sent or error.code in REFUSED or _is_refusal(error.code):
            raise
        raise unknown(error.retry_after) from error


def unknown(retry_after: float | None) -> OutcomeUnknown:
    return OutcomeUnknown(
        "the server did not say whether it was sent",
        retry_after=retry_after,
        code=UNKNOWN,
    )


def new(sent: Sent, draft: Draft) -> Sent:
    """It, unless it was there before: forks give an equal one of a minute ago again."""
    if sent.remote_id in draft.known:
        raise TemporaryError(
            "the server takes it for the one before",
            retry_after=SAME_FOR,
            code="taken-for-the-same",
        )
    return sent


def before(rows: Iterable[object]) -> str:
    """To stand among the known ids: nothing of the draft's is older than these rows.

    Our clock may be far ahead; then what was sent would look older than the try.
    """
    told = (moment_of(mapping_of(row).get("createdAt")) for row in rows)
    newest = max((moment for moment in told if moment), default=EPOCH)
    return BEFORE + newest.isoformat()


def is_recent(raw: object, draft: Draft) -> bool:
    """Whether it can have been made by a try to send the draft, as far as it tells."""
    made_at = moment_of(raw)
    return made_at is None or made_at >= _since(draft) - LEEWAY


def _since(draft: Draft) -> datetime:
    """When the first try began at the earliest; by our clock where that is all."""
    told = (one.removeprefix(BEFORE) for one in draft.known if one.startswith(BEFORE))
    moments = [moment for moment in map(moment_of, told) if moment]
    return min([draft.started_at, *moments])


def _own(session: Session) -> list[object]:
    of_me = {"userId": session.viewer.me, "withReplies": True, "includeReplies": True}
    return session.rows("users/notes", of_me | {"limit": LIMIT})


def _found(rows: list[object], draft: Draft, viewer: Viewer) -> tuple[Sent, ...]:
    notes = [note for note in map(mapping_of, rows) if _is(note, draft, viewer)]
    found = [_sent(note, viewer, None) for note in notes]
    return tuple(s for s in found if s and s.remote_id not in draft.known)


def _is_refusal(code: str) -> bool:
    """A status by which whatever stands before the host has turned the call away."""
    return code.startswith("status-4") and code != "status-408"


def _body(plan: Plan, draft: Draft) -> dict[str, object]:
    """What is not used is left out: hosts refuse empty values."""
    body: dict[str, object] = {"visibility": plan.visibility}
    if plan.text:
        body["text"] = plan.text
    if plan.content_warning:
        body["cw"] = plan.content_warning
    if plan.visibility == SPECIFIED:
        body["visibleUserIds"] = list(plan.ids)
    if plan.reply_id:
        body["replyId"] = plan.reply_id
    if plan.local_only:
        body["localOnly"] = True
    if draft.file_ids:
        body["fileIds"] = list(draft.file_ids)
    return body


def _sent(note: Note, viewer: Viewer, plan: Plan | None) -> Sent | None:
    """None where the note has no id."""
    identifier = note.get("id")
    if not is_id(identifier):
        return None
    message = read_note(note, viewer)
    return Sent(
        remote_id=identifier,
        message=message if isinstance(message, RemoteMessage) else None,
        unreached=_unreached(note, plan) if plan else (),
    )


def _unreached(note: Note, plan: Plan) -> tuple[str, ...]:
    """Handles of those whom the host left out."""
    reached = {*people_of(note.get("visibleUserIds")), *people_of(note.get("mentions"))}
    return tuple(p.handle for p in plan.people if p.remote_id not in reached)


def _is(note: Note, draft: Draft, viewer: Viewer) -> bool:
    """Whether the note may be the draft; hosts may have made it narrower."""
    answered = draft.answers.remote_id if draft.answers else None
    return (
        core(note.get("text")) == core(cleaned(draft.text))
        and core(note.get("cw")) == core(cleaned(draft.content_warning))
        and author_of(note) == viewer.me
        and (note.get("replyId") or None) == answered
        and not is_id(note.get("renoteId"))
        and set(people_of(note.get("fileIds"))) == set(draft.file_ids)
        and _reaches(note, draft, viewer.me)
        and is_recent(note.get("createdAt"), draft)
    )


def _reaches(note: Note, draft: Draft, me: str) -> bool:
    """Whether the recipients are addressed by it, and for a new note nobody else."""
    wanted = {person.remote_id for person in draft.recipients} - {me}
    by_id = set(people_of(note.get("visibleUserIds"))) - {me}
    named = set(people_of(note.get("mentions"))) - {me}
    if note.get("visibility") != SPECIFIED:
        return draft.visibility != SPECIFIED and wanted <= named
    if draft.answers is not None:
        return wanted <= by_id
    return draft.visibility in ("", SPECIFIED) and wanted == by_id

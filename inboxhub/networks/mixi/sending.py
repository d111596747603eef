"""Sending once and for sure: mixi has no key that would make a second try harmless.

mixi Message API: "メッセージの送信". After an error with the code `UNKNOWN` the message
may have been sent, and nothing but a look into the outbox tells.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from inboxhub.networks.base import PermanentError, TemporaryError
from inboxhub.networks.budget import PATIENCE_OF_CHANGES
from inboxhub.networks.mixi.call import PAUSE, Ask, Line
from inboxhub.networks.mixi.credentials import WRITE
from inboxhub.networks.mixi.listing import rows_by_id, walk
from inboxhub.networks.mixi.trays import OUTBOX, write_path
from inboxhub.networks.mixi.values import id_of, moment_of
from inboxhub.networks.reaching import NEVER_LEFT
from inboxhub.networks.values import line_of, mapping_of, text_of

UNKNOWN = "outcome-unknown"
# How far our clock and mixi's may be apart.
LEEWAY = timedelta(minutes=5)
LOOKED_AT = (
    *("id", "title", "body", "timeSent", "recipient.id", "recipient.displayName"),
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be sent: to `recipient`, or as the answer to `in_reply_to`.

    `in_reply_to` is the id of a received message; the answer goes to its sender, and
    `recipient` then only helps to find it. `started_at` is the moment before the first
    try. `known` has the ids that were in the outbox by then, or were found before.
    """

    title: str = field(repr=False)
    text: str = field(repr=False)
    started_at: datetime
    recipient: str = ""
    recipient_name: str = ""
    in_reply_to: str = ""
    known: frozenset[str] = frozenset()


def send(line: Line, draft: Draft) -> str:
    """The id in the outbox.

    PermanentError: refused, nothing was sent. TemporaryError: nothing was sent, unless
    its code is `UNKNOWN`.
    """
    ask = Ask("POST", write_path(line.person, OUTBOX), WRITE, body=_body(draft))
    try:
        answer = line.call(ask, patience=PATIENCE_OF_CHANGES)
    except TemporaryError as error:
        # A status of 503 comes from whatever stands before mixi, after it too perhaps.
        if error.code in NEVER_LEFT or not error.sent:
            raise
        raise _unknown(error.retry_after if error.code == PAUSE else None) from error
    remote_id = id_of(mapping_of(answer.value).get("id"))
    if not remote_id:
        raise _unknown(None)
    return remote_id


def find_sent(line: Line, draft: Draft) -> tuple[str, ...]:
    """The ids of what was sent since the draft's start and is the same as it.

    One: it was sent. None: it was not, or mixi does not show it yet. More: nobody can
    tell. TemporaryError when the outbox moved under the look.
    """
    since = draft.started_at - LEEWAY
    whole = walk(line, OUTBOX, fields=LOOKED_AT, since=since)
    found = tuple(
        identifier
        for identifier, row in rows_by_id(whole.rows)
        if identifier not in draft.known and _is(row, draft, since)
    )
    if not found and not whole.complete and whole.counted:
        raise TemporaryError("the outbox changed under the look", code="moved")
    return found


def sent_ids(line: Line, since: datetime) -> frozenset[str]:
    """What is in the outbox already: to be known before a first try."""
    return walk(line, OUTBOX, fields=("id",), since=since - LEEWAY).ids


def _body(draft: Draft) -> dict[str, object]:
    """Never both of `recipients` and `inReplyTo`; the other one is left out."""
    body: dict[str, object] = {"title": draft.title, "body": draft.text}
    if draft.in_reply_to:
        return body | {"inReplyTo": draft.in_reply_to}
    if not id_of(draft.recipient):
        raise PermanentError("nobody was named to send to", code="no-recipient")
    return body | {"recipients": [draft.recipient]}


def _is(row: dict[object, object], draft: Draft, since: datetime) -> bool:
    sent_at = moment_of(row.get("timeSent"))
    return (
        _even(row.get("title")) == _even(draft.title)
        and _even(row.get("body")) == _even(draft.text)
        and (sent_at is None or sent_at >= since)
        and _is_to(row.get("recipient"), draft)
    )


def _is_to(raw: object, draft: Draft) -> bool:
    """By id; of people who are no friends mixi tells the name only."""
    person = mapping_of(raw)
    identifier = id_of(person.get("id"))
    if identifier and draft.recipient:
        return identifier == draft.recipient
    name = line_of(person.get("displayName"))
    return not (name and draft.recipient_name) or name == line_of(draft.recipient_name)


def _even(text: object) -> str:
    """Without what a server may change on the way: kinds of newlines, blanks at ends."""
    return "\n".join(line.rstrip() for line in text_of(text).split("\n")).strip()


def _unknown(retry_after: float | None) -> TemporaryError:
    return TemporaryError(
        "mixi did not say whether the message was sent",
        retry_after=retry_after,
        code=UNKNOWN,
    )

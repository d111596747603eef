"""Sending once and for sure: mixi has no key that would make a second try harmless.

mixi Message API: "メッセージの送信". Where no clear answer came, the message may have been
sent, and nothing but a look into the outbox tells.
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from inboxhub.networks.base import RemoteAuthor, RemoteMessage, Target
from inboxhub.networks.budget import PATIENCE_OF_CHANGES
from inboxhub.networks.errors import (
    OutcomeUnknown,
    PermanentError,
    ProviderError,
    TemporaryError,
)
from inboxhub.networks.mixi.call import PAUSE, Ask, Line
from inboxhub.networks.mixi.changing import find
from inboxhub.networks.mixi.credentials import WRITE
from inboxhub.networks.mixi.listing import fetch, rows_by_id, walk
from inboxhub.networks.mixi.messages import read_message
from inboxhub.networks.mixi.people import NAMELESS_PREFIX
from inboxhub.networks.mixi.trays import INBOX, OUTBOX, write_path
from inboxhub.networks.mixi.values import id_of, moment_of
from inboxhub.networks.reaching import NEVER_LEFT
from inboxhub.networks.values import line_of, mapping_of, text_of
from inboxhub.networks.writing import Draft, Sent

# A message gets its time when mixi has it; so much earlier none of ours can be.
LEEWAY = timedelta(minutes=5)
# Our clock counts as right as long as it is no further away from mixi's.
SAME_TIME = timedelta(minutes=1)
# Stands among the known ids: when the first try began, by mixi's clock.
BEGAN = "began:"


def send(line: Line, draft: Draft, me: RemoteAuthor | None) -> Sent:
    """mixi tells only the id; the message itself is fetched, if that can be.

    PermanentError: refused, nothing was sent. OutcomeUnknown: perhaps it was.
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
    return Sent(remote_id, _fetched(line, remote_id, me))


def find_sent(line: Line, draft: Draft, me: RemoteAuthor | None) -> tuple[Sent, ...]:
    """What was sent since the draft's start and is the same as it.

    TemporaryError when the outbox moved under the look.
    """
    since = _began(draft) - LEEWAY
    whole = walk(line, OUTBOX, since=since)
    found = tuple(
        Sent(identifier, _message(row, me))
        for identifier, row in rows_by_id(whole.rows)
        if identifier not in draft.known and _is(row, draft, since)
    )
    if not found and not whole.complete and whole.counted:
        raise TemporaryError("the outbox changed under the look", code="moved")
    return found


def sent_before(line: Line, draft: Draft) -> frozenset[str]:
    """What was in the outbox already, and what time it was for mixi."""
    since = draft.started_at - LEEWAY
    part = fetch(line, OUTBOX, fields=("id",), since=since)
    if part.last and abs(part.at - draft.started_at) < SAME_TIME:
        ids = frozenset(identifier for identifier, _row in rows_by_id(part.rows))
    else:
        ids = walk(line, OUTBOX, fields=("id",), since=part.at - LEEWAY).ids
    return ids | {BEGAN + part.at.isoformat()}


def _body(draft: Draft) -> dict[str, object]:
    """Never both of `recipients` and `inReplyTo`; the other one is left out."""
    if not draft.title.strip():
        raise PermanentError("a message of mixi needs a title", code="no-title")
    if draft.file_ids:
        raise PermanentError("mixi takes no pictures", code="no-pictures")
    body: dict[str, object] = {"title": draft.title, "body": draft.text}
    if draft.answers is not None and draft.answers.source == INBOX.source:
        if draft.recipients:
            raise PermanentError("one person is all", code="too-many-people")
        return body | {"inReplyTo": draft.answers.remote_id}
    return body | {"recipients": [_recipient(draft)]}


def _recipient(draft: Draft) -> str:
    """The one person's id: as chosen, or that of what was written to before."""
    people = [person.remote_id for person in draft.recipients]
    if draft.answers is not None:
        if draft.answers.source != OUTBOX.source:
            raise PermanentError(
                "mixi's notices take no answer", code="notice-no-reply"
            )
        people.append(draft.answers.conversation_key)
    if len(people) > 1:
        raise PermanentError("one person is all", code="too-many-people")
    if not people or not id_of(people[0]) or ":" in people[0]:
        raise PermanentError("nobody was named to send to", code="no-recipient")
    return people[0]


def _fetched(
    line: Line, remote_id: str, me: RemoteAuthor | None
) -> RemoteMessage | None:
    """It was sent, whatever comes of this."""
    with suppress(ProviderError):
        found = find(line, Target(OUTBOX.source, remote_id), me)
        return found if isinstance(found, RemoteMessage) else None
    return None


def _message(row: object, me: RemoteAuthor | None) -> RemoteMessage | None:
    message = read_message(row, OUTBOX, me, datetime.now(UTC))
    return message if isinstance(message, RemoteMessage) else None


def _began(draft: Draft) -> datetime:
    """When the first try began, by mixi's clock; by ours where it was not asked."""
    told = (one.removeprefix(BEGAN) for one in draft.known if one.startswith(BEGAN))
    moments = [moment for moment in map(moment_of, told) if moment]
    return min(moments, default=draft.started_at)


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
    wanted, name = _who(draft)
    identifier = id_of(person.get("id"))
    if identifier and wanted:
        return identifier == wanted
    told = line_of(person.get("displayName"))
    return not (told and name) or told == name


def _who(draft: Draft) -> tuple[str, str]:
    """The id and the name of the one person, as far as they are known."""
    for person in draft.recipients:
        return person.remote_id, line_of(person.name)
    # The conversation is with one person, or stands for a message from nobody.
    key = draft.answers.conversation_key if draft.answers else ""
    if key.startswith(NAMELESS_PREFIX):
        return "", key.removeprefix(NAMELESS_PREFIX)
    return ("" if ":" in key else key), ""


def _even(text: object) -> str:
    """Without what a server may change on the way: kinds of newlines, blanks at ends."""
    return "\n".join(line.rstrip() for line in text_of(text).split("\n")).strip()


def _unknown(retry_after: float | None) -> OutcomeUnknown:
    return OutcomeUnknown(
        "mixi did not say whether the message was sent",
        retry_after=retry_after,
        code="outcome-unknown",
    )

"""Sending a status once, and finding it again when nobody knows whether it was sent.

Mastodon API: `POST /api/v1/statuses`. `Idempotency-Key` makes several tries one, for an
hour and on Mastodon alone; so a look at my own statuses decides before any other try.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from inboxhub.lib.html import plain
from inboxhub.networks.base import RemoteAuthor, RemoteMessage
from inboxhub.networks.errors import (
    NotFound,
    OutcomeUnknown,
    PermanentError,
    TemporaryError,
)
from inboxhub.networks.mastodon.addressing import (
    VISIBILITIES,
    addressed,
    has_address,
    leading,
    once,
    people_in,
    rank,
    strangers,
    visibility_of,
    without_leading,
)
from inboxhub.networks.mastodon.call import Refused
from inboxhub.networks.mastodon.facts import MASTODON
from inboxhub.networks.mastodon.ids import id_of, newer, newest_of
from inboxhub.networks.mastodon.limits import POST
from inboxhub.networks.mastodon.links import Query
from inboxhub.networks.mastodon.media import is_sensitive, stored_id
from inboxhub.networks.mastodon.session import Session
from inboxhub.networks.mastodon.statuses import (
    DIRECT,
    STATUS,
    Raw,
    author_of,
    is_kept,
    people_of,
    read_status,
)
from inboxhub.networks.reaching import NEVER_LEFT
from inboxhub.networks.values import mapping_of, mappings_of, moment_of, text_of
from inboxhub.networks.writing import Draft, Sent

STATUSES = "/api/v1/statuses"
OWN: Query = {"limit": "40", "exclude_reblogs": "true"}
MOST_PAGES = 10
# How far our clock and the host's may be apart.
LEEWAY = timedelta(minutes=2)
NOTHING_YET = "0"  # older than every status
# Codes of answers that surely came before anything was done.
SURELY_NOT = {*NEVER_LEFT, "too-many-calls", "redirect"} | {
    f"status-{status}" for status in (401, 403, 404)
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a draft comes to: its text with all names, for whom, who may see it.

    `parent` is the status that it answers, empty for none.
    """

    text: str
    people: tuple[RemoteAuthor, ...]
    visibility: str
    parent: Raw


def send(session: Session, draft: Draft) -> Sent:
    """Send it. PermanentError, TemporaryError: surely not sent; see `OutcomeUnknown`."""
    plan = _planned(session, draft)
    body = _body(session, draft, plan)
    host = session.line.host
    try:
        answer = session.line.call("POST", STATUSES, body, kind=POST, key=draft.key)
    except NotFound as error:
        raise _not_found(session) from error
    except Refused as error:
        raise _refusal(session, error) from error
    except TemporaryError as error:
        if not error.sent or error.code in SURELY_NOT:
            raise
        raise OutcomeUnknown(
            f"nobody knows whether {host} has it",
            retry_after=error.retry_after,
            code=error.code,
        ) from error
    if not id_of(mapping_of(answer.value).get("id")):
        text = f"{host} did not say what became of it"
        raise OutcomeUnknown(text, code="not-json")
    return _sent(session, mapping_of(answer.value), plan.people, plan.parent)


def sent_before(session: Session) -> frozenset[str]:
    """The newest of my statuses: the draft's will be newer."""
    rows = session.page(_own(session), OWN).rows
    ids = [id_of(mapping_of(row).get("id")) for row in rows]
    return frozenset({newest_of(ids) or NOTHING_YET})


def find_sent(session: Session, draft: Draft) -> tuple[Sent, ...]:
    """My statuses since the draft's start that are the same as it."""
    parent, people = _around(session, draft)
    answered = {id_of(parent.get("id"))}
    if draft.answers and not parent:
        # Hosts forget what a status answered when that is deleted.
        answered |= {draft.answers.remote_id}
    return tuple(
        _sent(session, row, people, parent)
        for row in _since(session, draft)
        if _is(session, row, draft, answered)
    )


def _planned(session: Session, draft: Draft) -> Plan:
    if not draft.text.strip() and not draft.file_ids:
        raise PermanentError("there is nothing to send", code="empty")
    viewer, parent = session.viewer, _parent(session, draft)
    everybody = once([*people_in(parent, viewer), *draft.recipients])
    people = tuple(one for one in everybody if one.remote_id != viewer.me)
    visibility = VISIBILITIES[rank(draft.visibility)]
    if parent:
        mine = author_of(parent) == viewer.me
        visibility = visibility_of(draft.visibility, parent, mine=mine)
    nobody = visibility == "direct" and not any(map(has_address, people))
    if nobody or not all(map(has_address, draft.recipients)):
        raise PermanentError("nobody was named to send to", code="no-recipient")
    named = {one.remote_id or one.handle: one.handle for one in people}
    draft.hold(named, visibility, VISIBILITIES)
    # Hosts that do not look at `allowed_mentions` would let whom it names read it; the
    # warning becomes the text where there is none.
    said = f"{draft.text}\n{draft.content_warning}"
    if not session.facts.guarding and strangers(said, everybody, viewer):
        raise _unexpected()
    text = addressed(draft.text, people, viewer)
    return Plan(text, people, visibility, parent)


def _parent(session: Session, draft: Draft) -> Raw:
    """What is answered, as the host shows it now; empty where nothing is.

    Who answers a boost answers what was boosted.
    """
    if draft.answers is None:
        return {}
    if draft.answers.source not in {DIRECT, STATUS}:
        text = "a notice cannot be replied to"
        raise PermanentError(text, code="notice-no-reply")
    try:
        parent = mapping_of(session.get(f"{STATUSES}/{draft.answers.remote_id}"))
    except NotFound as error:
        text = f"{session.line.host} does not have it any more"
        raise NotFound(text, code="answered-is-gone") from error
    if id_of(parent.get("id")) != draft.answers.remote_id:
        text = f"{session.line.host} answered with something else"
        raise TemporaryError(text, code="not-an-object", sent=False)
    boosted = mapping_of(parent.get("reblog"))
    return boosted if id_of(boosted.get("id")) else parent


def _body(session: Session, draft: Draft, plan: Plan) -> dict[str, object]:
    """The visibility is always told: otherwise the account's own default counts.

    `allowed_mentions` (4.2, undocumented) makes the host refuse what would address
    others.
    """
    allowed = [session.viewer.me, *(person.remote_id for person in plan.people)]
    body: dict[str, object] = {
        "status": plan.text,
        "visibility": plan.visibility,
        "allowed_mentions": [one for one in allowed if one],
    }
    if plan.parent:
        body["in_reply_to_id"] = id_of(plan.parent.get("id"))
    if draft.content_warning.strip():
        body["spoiler_text"] = draft.content_warning
    if draft.file_ids:
        body["media_ids"] = [stored_id(one) for one in draft.file_ids]
        body["sensitive"] = any(map(is_sensitive, draft.file_ids))
    return body


def _refusal(session: Session, error: Refused) -> PermanentError:
    if mapping_of(error.told).get("unexpected_accounts"):
        return _unexpected()
    return session.line.worded(error)


def _not_found(session: Session) -> PermanentError:
    """What it answers was there a moment ago. Where keys count, this one is known, but

    its status is gone; other hosts mean that this cannot be answered.
    """
    host = session.line.host
    if session.facts.software in MASTODON:
        text = f"{host} had that before, and it was deleted since"
        return PermanentError(text, code="sent-and-deleted")
    return PermanentError(f"{host} lets nobody answer that", code="not-allowed")


def _unexpected() -> PermanentError:
    text = "the text names somebody whom it is not for"
    return PermanentError(text, code="unexpected-people")


def _sent(
    session: Session,
    row: Raw,
    people: tuple[RemoteAuthor, ...],
    parent: Raw,
) -> Sent:
    """What it became. My own broadcasts are not kept, so they are only named."""
    identifier = id_of(row.get("id"))
    parents = {id_of(parent.get("id")): parent}
    item = read_status(row, session.viewer, parents=parents)
    kept = item if isinstance(item, RemoteMessage) and is_kept(item) else None
    named = people_in(row, session.viewer)
    reached = {*people_of(row), *(one.handle.lower() for one in named)}
    unreached = (p for p in people if not {p.remote_id, p.handle.lower()} & reached)
    return Sent(identifier, kept, tuple(person.handle for person in unreached))


# --- Finding it again -----------------------------------------------------------------


def _own(session: Session) -> str:
    return f"/api/v1/accounts/{session.viewer.me}/statuses"


def _around(session: Session, draft: Draft) -> tuple[Raw, tuple[RemoteAuthor, ...]]:
    """What it answers and whom it is for, as far as that can still be told."""
    try:
        parent = _parent(session, draft)
    except PermanentError:
        parent = {}
    everybody = once([*people_in(parent, session.viewer), *draft.recipients])
    return parent, tuple(p for p in everybody if p.remote_id != session.viewer.me)


def _since(session: Session, draft: Draft) -> Iterator[Raw]:
    """My statuses that may be the draft's, the newest first.

    By their ids where it is known what was there before: clocks may differ.
    """
    fence, since = newest_of(draft.known), draft.started_at - LEEWAY
    position = ""
    for _number in range(MOST_PAGES):
        page = session.page(_own(session), OWN, position)
        for row in map(mapping_of, page.rows):
            identifier = id_of(row.get("id"))
            written_at = moment_of(row.get("created_at"))
            if not identifier or written_at is None:
                continue
            if not newer(identifier, fence) if fence else written_at < since:
                return
            yield row
        position = page.following
        if not position:
            return
    text = f"{session.line.host} lists too much since then"
    raise TemporaryError(text, code="listing", sent=False)


def _is(session: Session, row: Raw, draft: Draft, answered: set[str]) -> bool:
    """By what it answers, its files and its text.

    The names in front of an answer depend on what it answers, which may have changed.
    """
    files = mappings_of(row.get("media_attachments"), 32)
    return (
        author_of(row) == session.viewer.me
        and not mapping_of(row.get("reblog"))
        and id_of(row.get("in_reply_to_id")) in answered
        and {id_of(one.get("id")) for one in files}
        == set(map(stored_id, draft.file_ids))
        # A stored picture is in one status only, whatever a host makes of its text.
        and (bool(draft.file_ids) or _says_the_same(session, row, draft))
    )


def _says_the_same(session: Session, row: Raw, draft: Draft) -> bool:
    text = draft.text
    if draft.answers is None:
        text = addressed(text, draft.recipients, session.viewer)
    source = _source(session, row)
    told = plain(text_of(row.get("content"))) if source is None else source
    if draft.answers is None and _names(told) != _names(text):
        return False
    told, text = without_leading(told), without_leading(text)
    if source is None:
        return _letters(told) == _letters(text)
    return told.split() == text.split()


def _source(session: Session, row: Raw) -> str | None:
    """The text as it was typed: some hosts tell it at once, Mastodon since 3.5 if asked."""
    text = row.get("text")
    if isinstance(text, str) and text:
        return text
    try:
        source = session.get(f"{STATUSES}/{id_of(row.get('id'))}/source")
    except PermanentError:
        return None
    text = mapping_of(source).get("text")
    return text if isinstance(text, str) else None


def _names(text: str) -> set[str]:
    """Whom it begins with; pages show names without their hosts."""
    return {name.partition("@")[0] for name in leading(text)}


def _letters(text: str) -> str:
    """Without what markup changes."""
    return "".join(one for one in text if one.isalnum())

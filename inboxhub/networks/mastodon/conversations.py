"""What is done to whole conversations: to all rows that the host has of one.

The ids of the rows are known from the listing, so that the rows need not be looked for:
paged calls are few on Mastodon. What else has to be known is on the first page.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from inboxhub.networks.base import Outcome, Target
from inboxhub.networks.budget import PATIENCE_IN_A_ROW, PATIENCE_OF_CHANGES
from inboxhub.networks.errors import NotFound, NotSupported
from inboxhub.networks.mastodon.ids import id_of, newer, newest_of
from inboxhub.networks.mastodon.rows import PATH, Row, Walk
from inboxhub.networks.outcomes import DONE, GONE, tried

WRITTEN_AGAIN = Outcome("failed", "written-again")
# Of more than that many rows perhaps not all are known any more: then they are looked
# for. So many changes in a row take less than a minute.
MOST_KNOWN = 30


@dataclass(slots=True)
class Talk:
    """Messages of one conversation that a verb is for.

    `rows` are the ids of its rows, as far as they are known.
    """

    key: str
    ids: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)

    @property
    def newest(self) -> str:
        return newest_of(self.ids)


@dataclass(slots=True)
class Hand:
    """Does one thing to rows, one after the other."""

    walk: Walk
    method: str
    verb: str = ""
    patience: float = PATIENCE_OF_CHANGES

    def do(self, row_id: str, status_id: str = "") -> bool:
        """Whether the row was there; NotSupported when the host cannot do that at all.

        404 says "no such row" and "no such call" alike, so the list is asked again.
        After the first the others wait for their budget: put back in the middle, they
        would start anew.
        """
        line = self.walk.session.line
        try:
            line.call(
                self.method,
                f"{PATH}/{row_id}{self.verb}",
                patience=self.patience,
            )
        except NotFound:
            if self.walk.has(row_id, status_id):
                text = f"{line.host} does not offer that for conversations"
                raise NotSupported(text, code="not-offered") from None
            return False
        self.patience = PATIENCE_IN_A_ROW
        return True


def read(walk: Walk, targets: Iterable[Target]) -> dict[str, Outcome]:
    """The outcome for each conversation, by its key.

    No row is no work: there are none for filtered and muted people.
    """
    return _each(walk, targets, _read)


def unread(walk: Walk, targets: Iterable[Target]) -> dict[str, Outcome]:
    """The same; the newest row of each becomes unread."""
    return _each(walk, targets, _unread)


def remove(walk: Walk, targets: Iterable[Target]) -> dict[str, Outcome]:
    """The same. What nobody here has seen is not swept away: a row that is unread with

    a message newer than all of `targets`.
    """
    return _each(walk, targets, _remove)


def _each(
    walk: Walk,
    targets: Iterable[Target],
    verb: Callable[[Walk, Talk], Outcome],
) -> dict[str, Outcome]:
    talks: dict[str, Talk] = {}
    for target in targets:
        key = target.conversation_key
        talk = talks.setdefault(key, Talk(key))
        talk.ids.append(target.remote_id)
        known = filter(None, map(id_of, target.conversation_ids))
        talk.rows = list(dict.fromkeys([*talk.rows, *known]))
    outcomes: dict[str, Outcome] = {}
    for key, talk in talks.items():
        if len(talk.rows) > MOST_KNOWN:
            talk.rows = []
        outcomes[key] = tried(partial(verb, walk, talk))
    return outcomes


def _read(walk: Walk, talk: Talk) -> Outcome:
    hand = Hand(walk, "POST", "/read")
    if not talk.rows:
        for row in walk.holding(talk.key, talk.ids):
            if row.unread is not False and hand.do(row.id, row.last_id):
                walk.change(row.id, unread=False)
        return DONE
    known: Sequence[Row] = walk.first(talk.newest) if len(talk.rows) > 1 else ()
    already = {row.id for row in known if row.unread is False}
    for row_id in talk.rows:
        if row_id not in already and hand.do(row_id):
            walk.change(row_id, unread=False)
    return DONE


def _unread(walk: Walk, talk: Talk) -> Outcome:
    hand = Hand(walk, "POST", "/unread")
    shown = [row for row in walk.first(talk.newest) if row.id and row.key == talk.key]
    if talk.rows and not shown:
        newest = newest_of(talk.rows)  # the one that began last, most likely
        if hand.do(newest):
            return DONE
    rows = shown or walk.holding(talk.key, talk.ids)
    if rows and rows[0].unread is not True and hand.do(rows[0].id, rows[0].last_id):
        walk.change(rows[0].id, unread=True)
    return DONE


def _remove(walk: Walk, talk: Talk) -> Outcome:
    hand = Hand(walk, "DELETE")
    if talk.rows:
        top = [row for row in walk.first(talk.newest) if row.id]
        rows = [row for row in top if row.key == talk.key]
    else:
        rows = walk.holding(talk.key, talk.ids)
    later = [row for row in rows if row.unread and newer(row.last_id, talk.newest)]
    last = {row.id: row.last_id for row in rows}
    found = False
    for row_id in dict.fromkeys([*talk.rows, *last]):
        if row_id not in {row.id for row in later}:
            status_id = "" if talk.rows else last.get(row_id, "")
            found = hand.do(row_id, status_id) or found
            walk.drop(row_id)
    if later:
        return WRITTEN_AGAIN
    return DONE if found else GONE

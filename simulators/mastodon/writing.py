"""Statuses are written, edited, deleted, favoured and passed on."""

from dataclasses import dataclass, field

from simulators.mastodon import content, notifying, talks
from simulators.mastodon.notifying import notify
from simulators.mastodon.profiles import GOTOSOCIAL
from simulators.mastodon.records import DIRECT, PUBLIC, Edit, Poll, Status, User
from simulators.mastodon.state import State
from simulators.mastodon.streaming import emit


@dataclass(slots=True)
class Draft:
    """What somebody is about to publish.

    `moment` is when it was written, `arrived` when it reached this host; both in
    milliseconds, now if left out. `html` is markup of another host.
    """

    text: str = ""
    spoiler: str = ""
    sensitive: bool = False
    visibility: str = PUBLIC
    language: str | None = None
    reply: Status | None = None
    quote: Status | None = None
    media_ids: list[str] = field(default_factory=list)
    poll: Poll | None = None
    html: str | None = None
    url: str | None = None
    app: str = "Web"
    moment: int | None = None
    arrived: int | None = None
    addressed: list[User] = field(default_factory=list)


def write(state: State, author: User, draft: Draft) -> Status:
    """Publish, tell those whom it concerns, lift the rows of conversations."""
    moment = state.now if draft.moment is None else draft.moment
    people = {user.id: user for user in content.mentioned(state, draft.text)}
    people |= {user.id: user for user in draft.addressed}
    status_id = state.ids.make(moment)
    status = Status(
        id=status_id,
        created=moment,
        user_id=author.id,
        text=draft.text,
        spoiler=draft.spoiler,
        sensitive=draft.sensitive or bool(draft.spoiler),
        visibility=draft.visibility,
        language=draft.language or author.language,
        mentions=list(people),
        reply_to=draft.reply.id if draft.reply else None,
        reply_to_user=draft.reply.user_id if draft.reply else None,
        thread=draft.reply.thread if draft.reply else status_id,
        quote_of=draft.quote.id if draft.quote else None,
        media_ids=draft.media_ids,
        poll=draft.poll,
        emojis=content.emojis(state, f"{draft.text} {draft.spoiler}"),
        html=draft.html,
        url=draft.url,
        app=draft.app,
    )
    _keep(state, status)
    _tell(state, author, status, draft.arrived or moment)
    return status


def _keep(state: State, status: Status) -> None:
    state.statuses[status.id] = status
    mine = state.written_by[status.user_id]
    mine.append(status.id)
    if len(mine) > 1 and state.order(mine[-2]) > state.order(status.id):
        mine.sort(key=state.order)
    for table, other in (
        (state.replies_to, status.reply_to),
        (state.reblogs_of, status.reblog_of),
        (state.quotes_of, status.quote_of),
    ):
        if other is not None:
            table[other].append(status.id)


def _tell(state: State, author: User, status: Status, moment: int) -> None:
    emit.written(state, status)
    if status.visibility == DIRECT and author.host is None:
        talks.add(state, author.id, status)
    for user_id in status.mentions:
        notify(state, user_id, "mention", author.id, status=status, moment=moment)
    quoted = state.statuses.get(status.quote_of or "")
    if quoted is not None and "quotes" in state.profile.has:
        notify(state, quoted.user_id, "quote", author.id, status=status, moment=moment)
    if status.visibility == DIRECT or status.reply_to is not None:
        return
    for (follower, followee), link in state.follows.items():
        if followee == author.id and link.bell and follower not in status.mentions:
            notify(state, follower, "status", author.id, status=status, moment=moment)


def reblog(
    state: State, who: User, original: Status, moment: int | None = None
) -> Status:
    """Pass a status on; doing it twice gives the first one."""
    for known in state.reblogs_of[original.id]:
        if state.statuses[known].user_id == who.id:
            return state.statuses[known]
    created = state.now if moment is None else moment
    status_id = state.ids.make(created)
    status = Status(
        status_id,
        created,
        who.id,
        visibility=original.visibility,
        thread=status_id,
        reblog_of=original.id,
        language=original.language,
    )
    _keep(state, status)
    emit.written(state, status)
    notify(state, original.user_id, "reblog", who.id, status=original, moment=created)
    return status


def unreblog(state: State, who: User, original: Status) -> None:
    """Take back what was passed on, and the notification of it."""
    for known in list(state.reblogs_of[original.id]):
        if state.statuses[known].user_id == who.id:
            _forget(state, state.statuses[known])
    _untell(state, original, who, "reblog")


def favourite(
    state: State, who: User, status: Status, moment: int | None = None
) -> None:
    """Favour a status; a second time changes nothing."""
    if who.id in status.favourites:
        return
    created = state.now if moment is None else moment
    status.favourites[who.id] = created
    notify(state, status.user_id, "favourite", who.id, status=status, moment=created)


def unfavourite(state: State, who: User, status: Status) -> None:
    """Take a favourite back, and the notification of it."""
    status.favourites.pop(who.id, None)
    _untell(state, status, who, "favourite")


def _untell(state: State, status: Status, who: User, kind: str) -> None:
    rows = state.notifications[status.user_id]
    gone = (kind, who.id, status.id)
    rows[:] = [row for row in rows if (row.type, row.from_id, row.status_id) != gone]


def edit(
    state: State,
    status: Status,
    text: str,
    *,
    spoiler: str | None = None,
    moment: int | None = None,
) -> None:
    """Change a status; rows stay as they are, boosters and quoters are told.

    GoToSocial tells everybody who is mentioned instead, once more for every edit.
    """
    created = state.now if moment is None else moment
    before = status.edited or status.created
    kept = Edit(before, status.text, status.spoiler, status.sensitive)
    status.edits.append(kept)
    status.text, status.html, status.edited = text, None, created
    if spoiler is not None:
        status.spoiler = spoiler
    status.emojis = content.emojis(state, f"{text} {status.spoiler}")
    added = [
        user.id
        for user in content.mentioned(state, text)
        if user.id not in status.mentions
    ]
    status.mentions += added
    emit.edited(state, status)
    for user_id in added:
        notify(state, user_id, "mention", status.user_id, status=status, moment=created)
    for user_id, kind, about in _hearers(state, status):
        notify(state, user_id, kind, status.user_id, status=about, moment=created)


def _hearers(state: State, status: Status) -> list[tuple[str, str, Status]]:
    if state.profile.software == GOTOSOCIAL:
        return [(user_id, "update", status) for user_id in status.mentions]
    boosts = [state.statuses[row] for row in state.reblogs_of[status.id]]
    quotes = [state.statuses[row] for row in state.quotes_of[status.id]]
    if "quotes" not in state.profile.has:
        quotes = []
    return [
        *((boost.user_id, "update", status) for boost in boosts),
        *((quote.user_id, "quoted_update", quote) for quote in quotes),
    ]


def erase(state: State, status: Status) -> None:
    """Delete: gone for readers at once, from rows and notifications in the background.

    In between, a row that ends with it has no last status.
    """
    status.deleting = True
    state.later(lambda: _forget(state, status))


def _forget(state: State, status: Status) -> None:
    if state.statuses.pop(status.id, None) is None:
        return
    state.written_by[status.user_id].remove(status.id)
    for table, other in (
        (state.replies_to, status.reply_to),
        (state.reblogs_of, status.reblog_of),
        (state.quotes_of, status.quote_of),
    ):
        if other is not None and status.id in table[other]:
            table[other].remove(status.id)
    for boost in list(state.reblogs_of.pop(status.id, [])):
        _forget(state, state.statuses[boost])
    emit.erased(state, status)
    talks.drop(state, status)
    notifying.forget_status(state, status.id)

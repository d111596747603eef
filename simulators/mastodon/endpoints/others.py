"""People one mutes, blocks or follows, files one uploads, words of the staff."""

from collections.abc import Callable

from simulators.mastodon import people
from simulators.mastodon.calls import Answer, Call, Endpoint
from simulators.mastodon.endpoints.accounts import named
from simulators.mastodon.errors import ApiError, invalid, missing
from simulators.mastodon.pack import accounts
from simulators.mastodon.pack.notices import announcement
from simulators.mastodon.pack.statuses import media
from simulators.mastodon.records import Media, User

Json = dict[str, object]
Change = Callable[[Call, User], object]


def _related(change: Change) -> Callable[[Call], Json]:
    """Return an endpoint that changes what one is to somebody."""

    def run(call: Call) -> Json:
        who = named(call)
        change(call, who)
        return accounts.relationship(call.state, call.user, who)

    return run


def _follow(call: Call, who: User) -> None:
    if who.locked:
        people.request_follow(call.state, call.user, who)
    else:
        people.follow(call.state, call.user, who)


def _unfollow(call: Call, who: User) -> None:
    pair = (call.user.id, who.id)
    call.state.follows.pop(pair, None)
    call.state.follow_requests.pop(pair, None)


def _mute(call: Call, who: User) -> None:
    call.state.mutes.add((call.user.id, who.id))


def _unmute(call: Call, who: User) -> None:
    call.state.mutes.discard((call.user.id, who.id))


def _block(call: Call, who: User) -> None:
    call.state.blocks.add((call.user.id, who.id))


def _unblock(call: Call, who: User) -> None:
    call.state.blocks.discard((call.user.id, who.id))


def _upload(call: Call) -> object:
    """Keep a file; where the host is slow, its address comes later (202).

    The older call always waits until the file is ready.
    """
    if call.upload is None:
        raise invalid("file")
    state, now = call.state, call.state.now
    if call.upload.mime not in state.profile.file_types:
        raise ApiError("type")
    row = Media(
        state.ids.make(now),
        now,
        call.user.id,
        kind=_kind(call.upload.mime),
        content=call.upload.content,
        mime=call.upload.mime,
        description=call.params.text("description") or None,
        ready=False,
        failed=state.uploads_fail,
    )
    state.media[row.id] = row
    if call.path.startswith("/api/v1/"):
        row.ready = not row.failed
    else:
        state.later(lambda: setattr(row, "ready", not row.failed))
    if row.failed and (not state.delay or call.path.startswith("/api/v1/")):
        raise ApiError("processing")
    return Answer(media(state, row), 200 if row.ready else 202)


def _kind(mime: str) -> str:
    kind = mime.partition("/")[0]
    return kind if kind in ("image", "video", "audio") else "unknown"


def _file(call: Call) -> Answer:
    row = call.state.media.get(call.id)
    if row is None or row.user_id != call.user.id:
        raise missing("media")
    if row.failed:
        raise ApiError("processing")
    return Answer(media(call.state, row), 200 if row.ready else 206)


def _announcements(call: Call) -> list[Json]:
    every = call.params.flag("with_dismissed")
    return [
        announcement(row, call.user.id)
        for row in reversed(call.state.announcements.values())
        if every or call.user.id not in row.dismissed_by
    ]


def _dismiss(call: Call) -> Json:
    row = call.state.announcements.get(call.id)
    if row is None:
        raise missing("announcement")
    row.dismissed_by.add(call.user.id)
    return {}


def _verb(verb: str, change: Change, *scopes: str) -> Endpoint:
    path = f"/api/v1/accounts/{{id}}/{verb}"
    return Endpoint("POST", path, _related(change), scopes)


FILES = ("write:media",)
ENDPOINTS = [
    _verb("follow", _follow, "write:follows", "follow"),
    _verb("unfollow", _unfollow, "write:follows", "follow"),
    _verb("mute", _mute, "write:mutes", "follow"),
    _verb("unmute", _unmute, "write:mutes", "follow"),
    _verb("block", _block, "write:blocks", "follow"),
    _verb("unblock", _unblock, "write:blocks", "follow"),
    Endpoint("POST", "/api/v2/media", _upload, FILES, limits=("media",)),
    Endpoint("POST", "/api/v1/media", _upload, FILES, limits=("media",)),
    Endpoint("GET", "/api/v1/media/{id}", _file, FILES),
    Endpoint("GET", "/api/v1/announcements", _announcements, needs="announcements"),
    Endpoint(
        "POST",
        "/api/v1/announcements/{id}/dismiss",
        _dismiss,
        ("write:accounts",),
        needs="announcements",
    ),
]

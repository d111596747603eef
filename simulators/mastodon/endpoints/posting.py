"""Statuses are published, changed and deleted."""

from simulators.mastodon import content, people, writing
from simulators.mastodon.calls import Answer, Call, Endpoint
from simulators.mastodon.endpoints.statuses import show, visible
from simulators.mastodon.errors import ApiError, invalid, missing
from simulators.mastodon.pack import accounts
from simulators.mastodon.pack.statuses import status
from simulators.mastodon.profiles import GOTOSOCIAL
from simulators.mastodon.records import UNLISTED, VISIBILITIES, Choice, Poll, Status
from simulators.mastodon.state import State
from simulators.mastodon.writing import Draft

Json = dict[str, object]
KEY_LIVES = 3_600_000
TEXT_LIMITS = {"gotosocial": 5_000}
TEXT_LIMIT = 500


def _post(call: Call) -> object:
    """Answer `POST /api/v1/statuses`; a key that was used gives the same answer."""
    state = call.state
    key = (call.user.id, call.headers.get("Idempotency-Key", ""))
    if key[1] and "idempotency" in state.profile.has and key in state.keys:
        moment, status_id = state.keys[key]
        if state.now - moment < KEY_LIVES:
            return status(state, _still_there(call, status_id), call.viewer)
    draft = _draft(call)
    for acct in content.named(draft.text):
        people.resolve(state, acct)
    refusal = _unexpected(call, draft)
    if refusal is not None:
        return refusal
    row = writing.write(state, call.user, draft)
    _keep_key(state, key, row)
    return status(state, row, call.viewer)


def _keep_key(state: State, key: tuple[str, str], row: Status) -> None:
    """Remember the key of a post: before 4.6 only once all of its work is done."""

    def keep() -> None:
        state.keys[key] = (row.created, row.id)

    if key[1] and "key_lock" in state.profile.has:
        keep()
    elif key[1]:
        state.later(keep)


def _still_there(call: Call, status_id: str) -> Status:
    row = call.state.statuses.get(status_id)
    if row is None or row.deleting:
        raise missing("status")
    return row


def _draft(call: Call) -> Draft:
    params, state = call.params, call.state
    text = params.text("status")
    media_ids = _files(call)
    poll = _poll(call)
    if not text.strip() and not media_ids and poll is None:
        raise invalid("blank")
    _check_length(call, text)
    reply_id, quote_id = params.text("in_reply_to_id"), params.text("quoted_status_id")
    app = state.apps[call.token.app_id].name if call.token else "Web"
    plain = state.profile.software == GOTOSOCIAL
    default = UNLISTED if plain else call.user.privacy
    wanted = params.text("visibility") or default
    if wanted not in VISIBILITIES:
        raise invalid("visibility")
    return Draft(
        text=text,
        spoiler=params.text("spoiler_text"),
        sensitive=params.flag("sensitive"),
        visibility=wanted,
        language=params.text("language") or None,
        reply=_answered(call, reply_id) if reply_id else None,
        quote=visible(call, quote_id) if quote_id else None,
        media_ids=media_ids,
        poll=poll,
        app=app,
    )


def _answered(call: Call, status_id: str) -> Status:
    """Return what a post answers: of something passed on, the original."""
    row = visible(call, status_id)
    return visible(call, row.reblog_of) if row.reblog_of else row


def _check_length(call: Call, text: str) -> None:
    limit = TEXT_LIMITS.get(call.state.profile.software, TEXT_LIMIT)
    whole = content.length(call.params.text("spoiler_text") + text)
    if whole > limit:
        raise invalid("long", limit)


def _files(call: Call) -> list[str]:
    ids = call.params.texts("media_ids")
    most = call.state.profile.most_files
    if len(ids) > most:
        raise ApiError("media", limit=most)
    for row_id in ids:
        row = call.state.media.get(row_id)
        if row is None or row.user_id != call.user.id:
            raise invalid("file")
        if not row.ready:
            raise ApiError("not_ready")
    return ids


def _poll(call: Call) -> Poll | None:
    asked = call.params.branch("poll")
    options = asked.texts("options")
    if not options:
        return None
    now = call.state.now
    seconds = asked.number("expires_in", 86_400)
    return Poll(
        call.state.ids.count("poll", now),
        [Choice(text) for text in options],
        asked.flag("multiple"),
        now + seconds * 1000,
    )


def _unexpected(call: Call, draft: Draft) -> Answer | None:
    """Refuse a post that would reach others than `allowed_mentions[]` names."""
    if "allowed_mentions" not in call.params.given:
        return None
    if "unread" not in call.state.profile.has:  # as old as that route: 4.2
        return None
    allowed = {call.user.id, *call.params.texts("allowed_mentions")}
    named = content.mentioned(call.state, draft.text)
    others = [user for user in named if user.id not in allowed]
    if not others:
        return None
    words = ApiError("unexpected").text(call.language)
    shown = [accounts.account(call.state, user) for user in others]
    return Answer({"error": words, "unexpected_accounts": shown}, 422)


def _own(call: Call) -> Status:
    row = visible(call)
    if row.user_id != call.user.id:
        plain = call.state.profile.software == GOTOSOCIAL
        raise ApiError("forbidden") if plain else missing("status")
    return row


def _edit(call: Call) -> Json:
    row, text = _own(call), call.params.text("status")
    if not text.strip() and not row.media_ids:
        raise invalid("blank")
    _check_length(call, text)
    spoiler = call.params.text("spoiler_text")
    writing.edit(call.state, row, text, spoiler=spoiler)
    return show(call)


def _delete(call: Call) -> Json:
    """Answer with the status as it was; its source stands in for the content."""
    row = _own(call)
    shown = status(call.state, row, call.viewer)
    writing.erase(call.state, row)
    if call.state.profile.software != GOTOSOCIAL:
        del shown["content"]
    return shown | {"text": row.text}


WRITE, PATH = ("write:statuses",), "/api/v1/statuses"
ENDPOINTS = [
    Endpoint("POST", PATH, _post, WRITE, limits=("posting",)),
    Endpoint("PUT", f"{PATH}/{{id}}", _edit, WRITE, needs="edits", limits=("posting",)),
    Endpoint("DELETE", f"{PATH}/{{id}}", _delete, WRITE, limits=("deleting",)),
]

"""Statuses and what hangs on them as JSON."""

from simulators.mastodon import content
from simulators.mastodon.pack import accounts
from simulators.mastodon.pack.moments import iso
from simulators.mastodon.profiles import GOTOSOCIAL
from simulators.mastodon.records import PUBLIC, UNLISTED, Filter, Media, Poll, Status
from simulators.mastodon.state import State

Json = dict[str, object]
NOT_ASKED = {"automatic": [], "manual": [], "current_user": "denied"}
EVERYBODY = {"automatic": ["public"], "manual": [], "current_user": "automatic"}
_CLOSED = ["author", "mentioned", "me"]


def status(
    state: State, row: Status, viewer: str | None, *, quotes: bool = True
) -> Json:
    """Return a status as one person sees it; `quotes` False leaves out the quoted."""
    author = state.users[row.user_id]
    original = state.statuses.get(row.reblog_of or "")
    open_to_all = row.visibility in (PUBLIC, UNLISTED)
    built: Json = {
        "id": row.id,
        "created_at": iso(row.created),
        "in_reply_to_id": row.reply_to,
        "in_reply_to_account_id": row.reply_to_user,
        "sensitive": row.sensitive,
        "spoiler_text": row.spoiler,
        "visibility": row.visibility,
        "language": row.language,
        "uri": uri_of(state, row),
        "url": url_of(state, row),
        "edited_at": iso(row.edited) if row.edited else None,
        "reblog": status(state, original, viewer) if original else None,
        "application": state.profile.pick(
            "application", {"name": row.app, "website": None}
        ),
        "account": accounts.account(state, author),
        "quote": _quote(state, row, viewer) if quotes else None,
        "poll": poll(state, row.poll, viewer) if row.poll else None,
        "quote_approval": EVERYBODY if open_to_all else NOT_ASKED,
        "interaction_policy": _interaction(row),
        "pinned": False,
    }
    built |= _counts(state, row) | _relations(state, row, viewer)
    built |= _written(state, original or row)
    packed = state.profile.pick("status", built)
    if viewer == row.user_id and open_to_all:
        packed["pinned"] = False
    if state.profile.software == GOTOSOCIAL and author.host is not None:
        del packed["application"]
    return packed


def _written(state: State, row: Status) -> Json:
    """Return the words of a status and what they name."""
    return {
        "content": content.html(state, row),
        "text": row.text,
        "content_type": "text/plain",
        "media_attachments": _attachments(state, row),
        "mentions": _mentions(state, row),
        "tags": _tags(state, row),
        "emojis": accounts.emojis(state, row.emojis),
        "tagged_collections": [],
        "card": None,
    }


def _counts(state: State, row: Status) -> Json:
    return {
        "replies_count": len(state.replies_to[row.id]),
        "reblogs_count": len(state.reblogs_of[row.id]),
        "favourites_count": len(row.favourites),
        "quotes_count": len(state.quotes_of[row.id]),
    }


def _relations(state: State, row: Status, viewer: str | None) -> Json:
    """Return what the caller did with a status; nothing for nobody."""
    if viewer is None:
        return {}
    boosts = (state.statuses[boost].user_id for boost in state.reblogs_of[row.id])
    return {
        "favourited": viewer in row.favourites,
        "reblogged": viewer in boosts,
        "muted": (viewer, row.thread) in state.muted_threads,
        "bookmarked": viewer in row.bookmarks,
        "filtered": _filtered(state, row, viewer),
    }


def url_of(state: State, row: Status) -> str | None:
    """Return the address of a status's page; None where its host tells none."""
    if row.url is not None:
        return row.url or None
    author = state.users[row.user_id]
    middle = "statuses/" if state.profile.software == GOTOSOCIAL else ""
    return f"{accounts.url_of(state, author)}/{middle}{row.id}"


def uri_of(state: State, row: Status) -> str:
    """Return the global name of a status."""
    author = state.users[row.user_id]
    return f"{accounts.uri_of(state, author)}/statuses/{row.id}"


def _mentions(state: State, row: Status) -> list[Json]:
    people = [state.users[user_id] for user_id in row.mentions]
    return [
        {
            "id": user.id,
            "username": user.username,
            "url": accounts.url_of(state, user),
            "acct": user.acct,
        }
        for user in people
    ]


def _tags(state: State, row: Status) -> list[Json]:
    return [
        {"name": name, "url": f"{state.origin}/tags/{name}"}
        for name in content.tags(row.text)
    ]


def _quote(state: State, row: Status, viewer: str | None) -> Json | None:
    if row.quote_of is None:
        return None
    quoted = state.statuses.get(row.quote_of)
    if quoted is None:
        return {"state": "deleted", "quoted_status": None}
    if not state.may_see(viewer, quoted):
        return {"state": "unauthorized", "quoted_status": None}
    shown = status(state, quoted, viewer, quotes=False)
    return {"state": row.quote_state, "quoted_status": shown}


def _attachments(state: State, row: Status) -> list[Json]:
    known = [state.media[item] for item in row.media_ids if item in state.media]
    return [media(state, item) for item in known]


def media(state: State, row: Media) -> Json:
    """Return an attachment; its addresses are null while it is being processed."""
    url = f"{state.origin}/media/{row.id}" if row.ready else None
    size = {"width": row.width, "height": row.height}
    shape = {
        **size,
        "size": f"{row.width}x{row.height}",
        "aspect": row.width / row.height,
    }
    silent = row.kind in ("image", "gifv", "video")
    built: Json = {
        "id": row.id,
        "type": row.kind,
        "url": url,
        "preview_url": url if silent else None,
        "remote_url": None,
        "preview_remote_url": None,
        "text_url": None,
        "meta": {"original": shape, "small": dict(shape)} if silent else {},
        "description": row.description,
        "blurhash": "UGC~-#M{0JfkNFofR%M{IURj%Mt7E0oM%MR*" if silent else None,
    }
    return state.profile.pick("media", built)


def poll(state: State, row: Poll, viewer: str | None) -> Json:
    """Return a poll with its votes so far."""
    voters = {user for choice in row.choices for user in choice.voters}
    answer: Json = {
        "id": row.id,
        "expires_at": iso(row.expires) if row.expires else None,
        "expired": row.ended or (row.expires is not None and row.expires <= state.now),
        "multiple": row.multiple,
        "votes_count": sum(len(choice.voters) for choice in row.choices),
        "voters_count": len(voters),
        "options": [
            {"title": choice.text, "votes_count": len(choice.voters)}
            for choice in row.choices
        ],
        "emojis": [],
    }
    if viewer is not None:
        answer["voted"] = viewer in voters
        answer["own_votes"] = [
            place for place, choice in enumerate(row.choices) if viewer in choice.voters
        ]
    return answer


def _interaction(row: Status) -> Json:
    """Return GoToSocial's rules: who may do what with a status."""
    open_to_all = row.visibility in (PUBLIC, UNLISTED)
    talk = ["public", "me"] if open_to_all else _CLOSED
    rules = {
        "can_favourite": talk,
        "can_reply": talk,
        "can_reblog": talk if open_to_all else ["author"],
    }
    return {
        name: {
            "automatic_approval": who,
            "manual_approval": [],
            "always": who,
            "with_approval": [],
        }
        for name, who in rules.items()
    }


def _filtered(state: State, row: Status, viewer: str) -> list[Json]:
    """Return which of the caller's own filters fit a status, and why."""
    return [
        {
            "filter": rule_of(rule, whole=False),
            "keyword_matches": _words(rule, row) or None,
            "status_matches": [row.id] if row.id in rule.statuses.values() else None,
        }
        for rule in rules_for(state, row, viewer)
    ]


def rules_for(state: State, row: Status, viewer: str) -> list[Filter]:
    """Return somebody's filters that fit a status."""
    return [
        rule
        for rule in state.filters.values()
        if rule.user_id == viewer
        and not (rule.expires and rule.expires <= state.now)
        and (_words(rule, row) or row.id in rule.statuses.values())
    ]


def _words(rule: Filter, row: Status) -> list[str]:
    text = f"{row.spoiler} {row.text}".lower()
    return [word.keyword for word in rule.keywords if word.keyword.lower() in text]


def rule_of(rule: Filter, *, whole: bool = True) -> Json:
    """Return a filter; `whole` with its words and statuses."""
    answer: Json = {
        "id": rule.id,
        "title": rule.title,
        "context": rule.context,
        "expires_at": iso(rule.expires) if rule.expires else None,
        "filter_action": rule.action,
    }
    if whole:
        answer["keywords"] = [
            {"id": word.id, "keyword": word.keyword, "whole_word": word.whole_word}
            for word in rule.keywords
        ]
        answer["statuses"] = [
            {"id": key, "status_id": status_id}
            for key, status_id in rule.statuses.items()
        ]
    return answer

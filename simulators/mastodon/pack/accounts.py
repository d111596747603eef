"""Accounts, relationships and custom emojis as JSON."""

from html import escape

from simulators.mastodon.pack.moments import date, day, iso
from simulators.mastodon.profiles import GOTOSOCIAL
from simulators.mastodon.records import User
from simulators.mastodon.state import State
from simulators.mastodon.waiting import filtered_from

Json = dict[str, object]
OPEN = {"automatic": ["public"], "manual": [], "current_user": "automatic"}
CLOSED = {"automatic": [], "manual": [], "current_user": "denied"}


def url_of(state: State, user: User) -> str:
    """Return the address of somebody's page."""
    origin = state.origin if user.host is None else f"https://{user.host}"
    return f"{origin}/@{user.username}"


def uri_of(state: State, user: User) -> str:
    """Return the global name of somebody."""
    if user.host is not None:
        return f"https://{user.host}/users/{user.username}"
    kind = f"ap/users/{user.id}" if "new_app" in state.profile.has else None
    return f"{state.origin}/{kind or f'users/{user.username}'}"


def avatar_of(state: State, user: User) -> str:
    """Return the address of somebody's picture."""
    return f"{state.origin}/avatars/{user.picture or f'shapes-{user.id}'}.webp"


def account(state: State, user: User) -> Json:
    """Return an account as everybody sees it."""
    plain = state.profile.software == GOTOSOCIAL
    since = iso(user.created, whole_seconds=True) if plain else day(user.created)
    built: Json = {
        "id": user.id,
        "username": user.username,
        "acct": user.acct,
        "display_name": user.name,
        "locked": user.locked,
        "bot": user.bot,
        "group": False,
        "created_at": since,
        "note": f"<p>{escape(user.about)}</p>" if user.about else "",
        "url": url_of(state, user),
        "uri": uri_of(state, user),
        "emojis": emojis(state, user.emojis),
        "roles": [],
        "fields": [],
    }
    built |= _pictures(state, user) | _counts(state, user) | _wishes(user)
    packed = state.profile.pick("account", built)
    if user.limited:
        packed["limited"] = True
    return packed


def _pictures(state: State, user: User) -> Json:
    avatar = avatar_of(state, user)
    header = f"{state.origin}/headers/hills-{user.id}.webp"
    return {
        "avatar": avatar,
        "avatar_static": avatar,
        "avatar_description": "",
        "header": header,
        "header_static": header,
        "header_description": "",
    }


def _counts(state: State, user: User) -> Json:
    written = state.written_by[user.id]
    newest = state.statuses[written[-1]] if written else None
    return {
        "followers_count": sum(1 for pair in state.follows if pair[1] == user.id),
        "following_count": sum(1 for pair in state.follows if pair[0] == user.id),
        "statuses_count": len(written),
        "last_status_at": date(newest.created) if newest else None,
    }


def _wishes(user: User) -> Json:
    """Return how somebody wants to be found and featured."""
    return {
        "discoverable": True,
        "indexable": True,
        "hide_collections": None,
        "show_media": True,
        "show_media_replies": True,
        "show_featured": True,
        "noindex": False,
        "feature_approval": CLOSED if user.locked else OPEN,
    }


def credentials(state: State, user: User) -> Json:
    """Return somebody's own account, as `verify_credentials` does."""
    asking = sum(1 for pair in state.follow_requests if pair[1] == user.id)
    built: Json = {
        "privacy": user.privacy,
        "sensitive": False,
        "language": user.language,
        "note": user.about,
        "fields": [],
        "follow_requests_count": asking,
        "hide_collections": None,
        "discoverable": True,
        "indexable": True,
        "attribution_domains": [],
        "quote_policy": "public",
    }
    role: Json = {
        "id": "-99",
        "name": "",
        "permissions": "65536",
        "color": "",
        "highlighted": False,
        "collection_limit": 10,
    }
    own: Json = {
        "source": state.profile.pick("source", built),
        "role": state.profile.pick("role", role),
    }
    return account(state, user) | state.profile.pick("credentials", own)


def relationship(state: State, viewer: User, user: User) -> Json:
    """Return what two people are to each other, as the first one sees it."""
    there, back = (viewer.id, user.id), (user.id, viewer.id)
    link = state.follows.get(there)
    built: Json = {
        "id": user.id,
        "following": link is not None,
        "showing_reblogs": link is not None,
        "notifying": link is not None and link.bell,
        "languages": None,
        "followed_by": back in state.follows,
        "blocking": there in state.blocks,
        "blocked_by": back in state.blocks,
        "muting": there in state.mutes,
        "muting_notifications": there in state.mutes,
        "requested": there in state.follow_requests,
        "requested_by": back in state.follow_requests,
        "domain_blocking": False,
        "endorsed": False,
        "note": "",
    }
    return state.profile.pick("relationship", built)


def emojis(state: State, names: tuple[str, ...]) -> list[Json]:
    """Return the custom emojis that a text or name uses."""
    return [
        {
            "shortcode": name,
            "url": f"{state.origin}/emoji/{name}.webp",
            "static_url": f"{state.origin}/emoji/{name}.webp",
            "visible_in_picker": True,
        }
        for name in names
        if name in state.emojis
    ]


def policy(state: State, user: User) -> Json:
    """Return somebody's notification policy with what waits."""
    requests = [row for row in state.requests.values() if row.user_id == user.id]
    waiting = sum(len(filtered_from(state, user.id, row.from_id)) for row in requests)
    summary = {
        "pending_requests_count": len(requests),
        "pending_notifications_count": waiting,
    }
    return state.profile.pick("policy", {**user.policy, "summary": summary})

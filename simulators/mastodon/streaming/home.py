"""Which timelines a status stands in: of whose home, and of the public ones."""

from simulators.mastodon import content
from simulators.mastodon.records import DIRECT, PUBLIC, Status
from simulators.mastodon.state import State


def readers(state: State, status: Status) -> list[str]:
    """Return in whose home timeline a status stands: the author's first.

    Followers read all but direct ones that do not name them, and answers to people
    whom they do not follow.
    """
    followers = [
        follower
        for follower, followee in state.follows
        if followee == status.user_id and _reads(state, follower, status)
    ]
    return [status.user_id, *followers]


def _reads(state: State, follower: str, status: Status) -> bool:
    original = state.statuses.get(status.reblog_of or "")
    authors = {status.user_id, original.user_id if original else status.user_id}
    unwanted = state.mutes | state.blocks
    if any((follower, author) in unwanted for author in authors):
        return False
    if status.visibility == DIRECT and follower not in status.mentions:
        return False
    answered = status.reply_to_user
    if answered in (None, follower, status.user_id):
        return True
    return state.follows_whom(follower, answered or "")


def public_channels(state: State, status: Status) -> list[str]:
    """Return the timelines of everybody that a status stands in."""
    if status.visibility != PUBLIC or status.reblog_of is not None:
        return []
    place = "remote" if state.users[status.user_id].host else "local"
    tags = content.tags(status.text)
    found = [f"hashtag:{tag}" for tag in tags]
    found += [f"hashtag:local:{tag}" for tag in tags if place == "local"]
    if status.reply_to_user in (None, status.user_id):
        names = ["public", f"public:{place}"]
        found += [*names, *(f"{n}:media" for n in names if status.media_ids)]
    return found

"""What the network takes for a draft, and for whom it was meant so far."""

from django.contrib.auth.models import User

from accounts.models import Account
from inboxhub.networks.base import RemoteAuthor
from inboxhub.networks.capabilities import NEW, Writing
from messaging.models import Draft

FOLLOWERS = ("private", "followers")
"""How Mastodon and Misskey call what the followers of its author see."""


def writing_of(draft: Draft) -> Writing:
    """What the network takes for such a draft."""
    source = draft.answers.source if draft.answers else NEW
    return draft.account.able.written(source)


def visibilities(draft: Draft) -> tuple[str, ...]:
    """Those to choose from, the narrowest first: never wider than what is answered."""
    offered = writing_of(draft).visibilities
    if not draft.is_answer:
        return offered
    answered = draft.answers.visibility if draft.answers else ""
    widest = offered.index(answered) if answered in offered else -1
    return offered[: widest + 1]


def narrowed(draft: Draft) -> str:
    """The narrowest, where somebody else's words to their followers are answered.

    Empty otherwise. Whoever follows the one who answers are other people.
    """
    answers, offered = draft.answers, visibilities(draft)
    if answers is None or answers.outgoing or not offered:
        return ""
    return offered[0] if answers.visibility in FOLLOWERS else ""


def people(draft: Draft) -> tuple[RemoteAuthor, ...]:
    """The recipients as they were chosen."""
    return tuple(RemoteAuthor(**person) for person in draft.recipients)


def writers(user: User) -> list[Account]:
    """The accounts that a new message can be written with."""
    linked = Account.objects.of(user).linked()
    return [one for one in linked if not one.able.written(NEW).reason]

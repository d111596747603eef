"""What Misskey hosts allow of single endpoints, a little below it.

Misskey: the `limit` of each endpoint; `rateLimitFactor` scales it.
"""

from inboxhub.networks.budget import Rule

DELETING = (Rule(1, 1.1), Rule(290, 3600.0))
RULES: dict[str, tuple[Rule, ...]] = {
    "i/notifications": (Rule(20, 30.0),),
    "notes/create": (Rule(280, 3600.0),),
    "notes/delete": DELETING,
    "notes/reactions/delete": (Rule(1, 3.3), Rule(55, 3600.0)),
    "messaging/messages/delete": DELETING,
    "chat/messages/create-to-user": (Rule(450, 3600.0),),
    "chat/messages/create-to-room": (Rule(450, 3600.0),),
    "drive/files/create": (Rule(100, 3600.0),),
}
OLD_NOTICES = (Rule(10, 60.0),)


def rules_for(endpoint: str, *, old: bool) -> tuple[Rule, ...]:
    """`old` hosts (12.118 to 13.5) list notifications 15 times a minute at most."""
    if old and endpoint == "i/notifications":
        return OLD_NOTICES
    return RULES.get(endpoint, ())

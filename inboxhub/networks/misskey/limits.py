"""What Misskey hosts allow of single endpoints, a little below it.

Misskey: the `limit` of each endpoint; `rateLimitFactor` scales it.
"""

from inboxhub.networks.budget import Rule

DELETING = (Rule(1, 1.1), Rule(290, 3600.0))
RULES: dict[str, tuple[Rule, ...]] = {
    "i/notifications": (Rule(20, 30.0),),
    "notes/delete": DELETING,
    "messaging/messages/delete": DELETING,
}
OLD_NOTICES = (Rule(10, 60.0),)


def rules_for(endpoint: str, *, old: bool) -> tuple[Rule, ...]:
    """`old` hosts (12.118 to 13.5) list notifications 15 times a minute at most."""
    if old and endpoint == "i/notifications":
        return OLD_NOTICES
    return RULES.get(endpoint, ())

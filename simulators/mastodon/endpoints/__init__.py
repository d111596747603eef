"""All endpoints of all profiles in one table; the first that fits answers."""

from simulators.mastodon.calls import Endpoint
from simulators.mastodon.endpoints import (
    accounts,
    conversations,
    filters,
    notifications,
    others,
    posting,
    reactions,
    requests,
    server,
    statuses,
)
from simulators.mastodon.oauth import apps, tokens

ENDPOINTS: list[Endpoint] = [
    *server.ENDPOINTS,
    *apps.ENDPOINTS,
    *tokens.ENDPOINTS,
    *accounts.ENDPOINTS,
    *conversations.ENDPOINTS,
    *statuses.ENDPOINTS,
    *posting.ENDPOINTS,
    *reactions.ENDPOINTS,
    *requests.ENDPOINTS,
    *notifications.ENDPOINTS,
    *filters.ENDPOINTS,
    *others.ENDPOINTS,
]

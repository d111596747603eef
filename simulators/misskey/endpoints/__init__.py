"""All simulated endpoints by name."""

from simulators.misskey.calls import Endpoint
from simulators.misskey.endpoints import (
    account,
    chat,
    drive,
    following,
    messaging,
    notes,
    notifications,
    posting,
    reactions,
    rooms,
    searching,
    server,
    users,
)

ENDPOINTS: dict[str, Endpoint] = {
    **account.ENDPOINTS,
    **chat.ENDPOINTS,
    **drive.ENDPOINTS,
    **following.ENDPOINTS,
    **messaging.ENDPOINTS,
    **notes.ENDPOINTS,
    **notifications.ENDPOINTS,
    **posting.ENDPOINTS,
    **reactions.ENDPOINTS,
    **rooms.ENDPOINTS,
    **searching.ENDPOINTS,
    **server.ENDPOINTS,
    **users.ENDPOINTS,
}

"""What reaches the application besides pages is refused without a fuss."""

from collections.abc import Mapping

from asgiref.sync import async_to_sync

from inboxhub.asgi import application


def test_web_socket_is_refused_before_it_is_open() -> None:
    sent: list[Mapping[str, object]] = []

    async def receive() -> Mapping[str, object]:
        return {"type": "websocket.connect"}

    async def send(event: Mapping[str, object]) -> None:
        sent.append(event)

    async_to_sync(application)(
        {"type": "websocket", "path": "/", "headers": []}, receive, send
    )
    assert sent == [{"type": "websocket.close"}]

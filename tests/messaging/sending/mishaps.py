"""What goes wrong on the way out, in place of a client's methods; and what arrived."""

from collections.abc import Callable

from messaging.models import Draft, Message, Operation

TEXT = "Yes, at eight!"


class Killed(BaseException):
    """Stands for `kill -9`: nothing of the program handles it."""


def sent(operation: Operation) -> Message:
    """It is done, and this is the row that came of it."""
    operation.refresh_from_db()
    assert (operation.state, operation.done, operation.failed) == ("done", 1, 0)
    assert not Draft.objects.exists()
    message = operation.items.get().message
    assert message is not None
    assert message.outgoing
    return message


def raising(error: Exception, times: int = 1) -> Callable[..., object]:
    """In place of a client's method: fails so often, then does what it should."""

    def instead(real: Callable[..., object]) -> Callable[..., object]:
        left = [error] * times

        def call(*arguments: object) -> object:
            if left:
                raise left.pop()
            return real(*arguments)

        return call

    return instead


def dying(when: str) -> Callable[[Callable[..., object]], Callable[..., object]]:
    def instead(real: Callable[..., object]) -> Callable[..., object]:
        left = [True]

        def call(*arguments: object, **named: object) -> object:
            if not left:
                return real(*arguments, **named)
            left.clear()
            if when == "after":
                real(*arguments, **named)
            raise Killed

        return call

    return instead

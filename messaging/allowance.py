"""What a stream may bring in an hour: a host that sends without end must not fill the disk.

Messages beyond that are passed over and counted. Pulls find what is missing later, at
their own pace and up to their own limits.
"""

from django.core.cache import cache

HOUR = 3600
MOST_MESSAGES, MOST_CHARACTERS = 20_000, 100_000_000
SAY_EVERY = 10.0


class Allowance:
    """That of one account's stream. `now` is a clock in seconds that never goes back."""

    def __init__(self, now: float) -> None:
        self.passed_over = 0
        self._began, self._messages, self._characters = now, 0, 0
        self._said_at = now - HOUR

    def takes(self, messages: int, characters: int, now: float) -> bool:
        """Whether there is room for what a frame of so many characters brings."""
        if now - self._began > HOUR:
            self._began, self._messages, self._characters = now, 0, 0
            self.passed_over = 0
        self._characters += characters
        if self._messages < MOST_MESSAGES and self._characters <= MOST_CHARACTERS:
            return True
        self.passed_over += messages
        return False

    def stored(self, messages: int) -> None:
        """So many of them were new."""
        self._messages += messages

    def to_be_said(self, now: float) -> bool:
        """Whether it is time to say again how many were passed over."""
        if not self.passed_over or now - self._said_at < SAY_EVERY:
            return False
        self._said_at = now
        return True


def say(account_id: int, passed_over: int) -> None:
    """Let pages say it for an hour."""
    cache.set(_key(account_id), passed_over, HOUR)


def passed_over(account_id: int) -> int:
    """How many messages of the account's stream were not taken, as it was said last."""
    return int(cache.get(_key(account_id), 0))


def _key(account_id: int) -> str:
    return f"passed-over:{account_id}"

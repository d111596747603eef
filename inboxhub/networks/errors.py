"""How a network says no: what every client raises, and nothing else."""


class ProviderError(Exception):
    """A network said no, or something that nobody understands.

    The text is for people and logs: it never holds a token, a query string or a body.
    `code` is the network's own word for the error, or ours in lower case.
    """

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code

    @property
    def stored(self) -> str:
        """What rows and outcomes keep of it: the code, which pages can translate."""
        return self.code or str(self)


class TemporaryError(ProviderError):
    """Trying again later makes sense; `retry_after` in seconds, None when unknown.

    `sent` is False when the call was held back by our own budget or never left, so
    that it does not count as a try.
    """

    def __init__(
        self,
        message: str,
        *,
        retry_after: float | None = None,
        code: str = "",
        sent: bool = True,
    ) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after
        self.sent = sent


class OutcomeUnknown(TemporaryError):
    """It may have been done: only a look tells, and nothing may be repeated before."""


class PermanentError(ProviderError):
    """The same call would be refused again."""


class NotFound(PermanentError):
    """The remote object does not exist (any more)."""


class CredentialsError(ProviderError):
    """The network itself refused the token; only a new sign-in helps."""


class NotSupported(PermanentError):
    """This host cannot do that; `capabilities()` says so beforehand."""

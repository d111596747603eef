"""Everything that a browser complains about, and every address that it calls."""

from urllib.parse import urlsplit

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Request,
    Response,
    WebError,
)


class Watch:
    """Listens to all pages of a context.

    `allowed` are other sites that a person goes to on purpose.
    """

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.site = site
        self.problems: list[str] = []
        self.elsewhere: list[str] = []
        self.allowed: tuple[str, ...] = ()
        self.expected_status: set[int] = set()
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("dialog", self._dialog)

    def expect_status(self, *status: int) -> None:
        """Let answers with these numbers pass, and the browser's line about them."""
        self.expected_status.update(status)

    def check(self) -> None:
        assert not self.problems, "\n".join(self.problems)
        strange = [url for url in self.elsewhere if not url.startswith(self.allowed)]
        assert not strange, strange

    def _ours(self, address: str) -> bool:
        here, there = urlsplit(self.site), urlsplit(address)
        return (here.scheme, here.netloc) == (there.scheme, there.netloc)

    def _console(self, message: ConsoleMessage) -> None:
        page = message.page
        if message.type not in ("error", "warning"):
            return
        if page is not None and not self._ours(page.url):
            return
        # Said when a page is left while it connects; what a lost socket costs is tested.
        if "WebSocket connection to" in message.text:
            return
        said = any(f"status of {code}" in message.text for code in self.expected_status)
        if not said:
            self.problems.append(f"console {message.type}: {message.text}")

    def _error(self, error: WebError) -> None:
        self.problems.append(f"script error: {error.error}")

    def _request(self, request: Request) -> None:
        if not self._ours(request.url):
            self.elsewhere.append(request.url)

    def _response(self, response: Response) -> None:
        if not self._ours(response.url) or response.status < 500:
            return
        if response.status not in self.expected_status:
            self.problems.append(f"{response.status} from {response.url}")

    def _dialog(self, dialog: Dialog) -> None:
        self.problems.append(f"a dialog opened: {dialog.message}")
        dialog.dismiss()

"""The report of an operation: a table for spreadsheets, of any size."""

import csv
import io
import re
from collections.abc import AsyncIterator, Iterator

from channels.db import database_sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.signed_in import SignedInRequest
from messaging import wording
from messaging.models import Operation, OperationItem

ROWS = 500
"""So many are read and sent at once."""
START_OF_TEXT = 120
FORMULA = re.compile(r"(?:^|[;\t\r\n])[\s\"]*[=+\-@＝＋－＠]|^[\t\r\n]")
"""What makes a spreadsheet compute a cell instead of showing it.

After a semicolon too, which ends a cell where the comma writes decimals, and behind
quotes, which such a cell may begin with.
"""
BYTE_ORDER_MARK = "\ufeff"


@require_GET
@never_cache
def report(request: SignedInRequest, operation_id: int) -> HttpResponseBase:
    """What became of every message, as CSV; the words are in the reader's language."""
    found = get_object_or_404(Operation.objects.of(request.user), pk=operation_id)
    lines = Lines(found)
    streams = isinstance(request, ASGIRequest)
    return StreamingHttpResponse(
        lines.later() if streams else iter(lines),
        content_type="text/csv; charset=utf-8",
        headers={
            # Compressed on its way, each part would be a gzip member of its own, of which
            # browsers read the first alone.
            "Content-Encoding": "identity",
            "Content-Disposition": f'attachment; filename="inboxhub-{found.pk}.csv"',
        },
    )


class Lines:
    """The parts of the report, each read when it is sent.

    Language and clock are those of the request, which is over by then.
    """

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self.language = translation.get_language()
        self.zone = timezone.get_current_timezone()
        self.after = 0
        """The last item that was written."""

    def __iter__(self) -> Iterator[str]:
        yield self._head()
        while part := self._part():
            yield part

    async def later(self) -> AsyncIterator[str]:
        """The same for a server that waits for none of it."""
        yield self._head()
        while part := await database_sync_to_async(self._part)():
            yield part

    def _head(self) -> str:
        with translation.override(self.language):
            names = (
                *(_("Account"), _("Host"), _("Message"), _("Title or text")),
                *(_("Outcome"), _("Reason"), _("Time")),
            )
            return BYTE_ORDER_MARK + _written([names])

    def _part(self) -> str:
        """The next rows; empty after the last."""
        rows = self.operation.items.filter(pk__gt=self.after).order_by("pk")
        shown = ("message__title", "message__text", "message__url")
        items = rows.select_related("account", "message").only(
            *("operation", "state", "error", "gone", "source", "remote_id"),
            *("settled_at", "account__provider", "account__host", "account__handle"),
            *shown,
        )
        found = list(items[:ROWS])
        if not found:
            return ""
        self.after = found[-1].pk
        with translation.override(self.language), timezone.override(self.zone):
            return _written([_cells(item) for item in found])


def _cells(item: OperationItem) -> tuple[str, ...]:
    message = item.message
    text = (message.title or message.text) if message else ""
    settled = item.settled_at
    when = timezone.localtime(settled).isoformat(" ", "seconds") if settled else ""
    return (
        item.account.handle,
        item.account.host,
        (message.url if message else "") or item.remote_id,
        " ".join(text.split())[:START_OF_TEXT] or wording.source_name(item.source),
        wording.outcome(item),
        wording.outcome_reason(item),
        when,
    )


def _written(rows: list[tuple[str, ...]]) -> str:
    table = io.StringIO()
    writer = csv.writer(table, quoting=csv.QUOTE_ALL)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return table.getvalue()


def _harmless(cell: str) -> str:
    """As text for every spreadsheet, which hides the apostrophe or shows it."""
    return "'" + cell.replace(";", ",") if FORMULA.search(cell) else cell

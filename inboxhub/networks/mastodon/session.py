"""What every call of a client needs: the line, whose eyes, what is known of the host."""

from contextlib import suppress
from dataclasses import dataclass

from inboxhub.networks.errors import (
    NotFound,
    NotSupported,
    PermanentError,
    TemporaryError,
)
from inboxhub.networks.mastodon.call import Body, Line
from inboxhub.networks.mastodon.facts import Facts
from inboxhub.networks.mastodon.ids import id_of
from inboxhub.networks.mastodon.limits import CHANGE, PAGED, READ
from inboxhub.networks.mastodon.links import Query, address, next_of
from inboxhub.networks.values import Viewer, mapping_of

AT_ONCE = 20  # statuses that may be looked up in one call


@dataclass(frozen=True, slots=True)
class Rows:
    """One page of a listing: its rows and the address of the following page."""

    rows: list[object]
    following: str


@dataclass(frozen=True, slots=True)
class Session:
    """One account's work with its host."""

    line: Line
    viewer: Viewer
    facts: Facts

    def get(self, where: str, query: Query | None = None) -> object:
        return self.line.get(address(where, query or {})).value

    def change(
        self,
        method: str,
        where: str,
        body: Body = None,
        *,
        kind: str = CHANGE,
    ) -> object:
        return self.line.call(method, where, body, kind=kind).value

    def page(self, path: str, query: Query, position: str = "") -> Rows:
        """One page, the newest or the one at `position`.

        NotSupported when the host has no such listing, TemporaryError when the answer
        is no list.
        """
        paged = PAGED if position else READ
        where = position or address(path, query)
        try:
            answer = self.line.get(where, kind=paged)
        except NotFound:
            text = f"{self.line.host} does not offer {path}"
            raise NotSupported(text, code="not-offered") from None
        rows = self._list(answer.value)
        following = next_of(answer.link, self.line.origin, path, query)
        return Rows(rows, "" if following == position else following)

    def statuses(self, ids: list[str]) -> dict[str, object]:
        """Those of the statuses that the host still shows, by id.

        Mastodon API: `/api/v1/statuses` with `id[]` (4.3), otherwise one by one.
        """
        found: dict[str, object] = {}
        wanted = list(dict.fromkeys(ids))
        if self.facts.bulk and len(wanted) > 1:
            for start in range(0, len(wanted), AT_ONCE):
                part = tuple(wanted[start : start + AT_ONCE])
                rows = self._list(self.get("/api/v1/statuses", {"id[]": part}))
                found |= {id_of(mapping_of(row).get("id")): row for row in rows}
            return {one: found[one] for one in wanted if one in found}
        for one in wanted:
            with suppress(PermanentError):
                found[one] = self.get(f"/api/v1/statuses/{one}")
        return found

    def _list(self, value: object) -> list[object]:
        if not isinstance(value, list):
            raise TemporaryError(
                f"{self.line.host} gave no list where one belongs",
                code="not-a-list",
            )
        return value

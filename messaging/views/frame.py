"""What the frame around every page shows: boxes with counts, accounts, banners."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast
from urllib.parse import SplitResult, urlsplit

from django.contrib.auth.models import User
from django.db.models import Count
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.signed_in import SignedInRequest
from inboxhub.networks.base import SERVER
from messaging import attention
from messaging.forms import Filters
from messaging.models import Box, Conversation, Operation

THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Place:
    """One link of the navigation: `key` is its letter after `g`."""

    name: str
    label: str
    icon: str
    url: str
    count: int
    current: bool
    key: str
    account: Account | None = None


class Frame:
    """Asked piece by piece, so that a page without navigation costs no query."""

    def __init__(self, user: User, path: str, filters: Filters) -> None:
        self.user = user
        self.path = path
        self.filters = filters

    @property
    def reading(self) -> int | None:
        """The conversation whose messages are on the screen."""
        match self.path.strip("/").split("/"):
            case ["c", number] if number.isdecimal():
                return int(number)
            case _:
                return self.filters.open

    @cached_property
    def accounts(self) -> list[Account]:
        return list(Account.objects.of(self.user))

    @cached_property
    def linked(self) -> list[Account]:
        gone = (Account.Status.UNLINKED, Account.Status.ERASING)
        return [account for account in self.accounts if account.status not in gone]

    @cached_property
    def sign_in_needed(self) -> list[Account]:
        needed = Account.Status.SIGN_IN_NEEDED
        return [account for account in self.accounts if account.status == needed]

    @cached_property
    def unread(self) -> dict[tuple[int, str], int]:
        """Conversations with something unread, per account and box."""
        rows = Conversation.objects.of(self.user).shown().filter(unread_count__gt=0)
        counted = rows.values_list("account_id", "box").annotate(number=Count("pk"))
        return {(account, box): number for account, box, number in counted}

    @property
    def total(self) -> int:
        return sum(self.unread.values())

    @property
    def favicon(self) -> str:
        """The name of the picture with the number of unread conversations."""
        return str(self.total) if self.total <= 9 else "9plus"

    @cached_property
    def last_operation(self) -> Operation | None:
        return Operation.objects.of(self.user).order_by("-pk").first()

    @property
    def can_remove(self) -> bool:
        """Whether any network offers to take messages off the person's own list."""
        offered = (a.able.abilities.get("remove", {}) for a in self.linked)
        return any(x.reach == SERVER for verbs in offered for x in verbs.values())

    @property
    def boxes(self) -> list[Place]:
        labels = (
            ("", _("Inbox"), "inbox", "i"),
            (Box.MESSAGES.value, _("Messages"), "mail", "d"),
            (Box.MENTIONS.value, _("Mentions"), "at", "m"),
            (Box.NOTICES.value, _("Notices"), "bell", "n"),
            (Box.REQUESTS.value, _("Requests"), "user-plus", "r"),
            ("sent", _("Sent"), "send", "s"),
            ("hidden", _("Hidden"), "eye-off", "h"),
        )
        return [self._box(*label) for label in labels]

    def _box(self, name: str, label: str, icon: str, key: str) -> Place:
        chosen = set(self.filters.accounts)
        count = sum(
            number
            for (account, box), number in self.unread.items()
            if name in ("", box) and (not chosen or account in chosen)
        )
        here = self.path == "/" and self.filters.box == name
        url = self.filters.url(box=name, q="")
        return Place(name or "inbox", label, icon, url, count, here, key)

    @property
    def account_places(self) -> list[Place]:
        return [self._account(account) for account in self.accounts]

    def _account(self, account: Account) -> Place:
        box, chosen = self.filters.box, self.filters.accounts
        count = sum(
            number
            for (owner, its_box), number in self.unread.items()
            if owner == account.pk and (box not in Box.values or box == its_box)
        )
        here = chosen == (account.pk,)
        url = self.filters.url(accounts=() if here else (account.pk,), provider="")
        name = short_name(account)
        return Place(str(account.pk), name, "", url, count, here, "", account)


def short_name(account: Account) -> str:
    """`@me` of `@me@host`; what else a network calls it, as it is."""
    if account.handle.startswith("@"):
        return "@" + account.handle[1:].split("@")[0]
    return account.handle


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks, which puts the answer into the page that is on the screen."""
    return request.headers.get("HX-Request") == "true"


def shown_path(request: HttpRequest) -> str:
    """The path of the page on the screen, also for a fragment's request."""
    shown = _current_url(request).path
    return shown or request.path


def _current_url(request: HttpRequest) -> SplitResult:
    """What htmx says of the page on the screen; empty where it is no address."""
    try:
        return urlsplit(request.headers.get("HX-Current-URL", ""))
    except ValueError:
        return urlsplit("")


def list_filters(request: HttpRequest) -> Filters:
    """The filters of the list on the screen; none where the page is no list."""
    if request.path == "/":
        return Filters.read(request.GET)
    address = _current_url(request)
    if address.path == "/":
        return Filters.read(QueryDict(address.query[:4000]))
    return Filters()


def own_accounts(filters: Filters, accounts: Iterable[Account]) -> Filters:
    """The filters without accounts that are not the user's."""
    known = {account.pk for account in accounts}
    own = tuple(pk for pk in filters.accounts if pk in known)
    return replace(filters, accounts=own)


def frame_of(request: SignedInRequest) -> Frame:
    """The frame of this request, made once."""
    made = getattr(request, "inboxhub_frame", None)
    if isinstance(made, Frame):
        return made
    new = Frame(request.user, shown_path(request), list_filters(request))
    if new.filters.accounts:
        new.filters = own_accounts(new.filters, new.accounts)
    request.inboxhub_frame = new  # type: ignore[attr-defined]  # kept for this request
    return new


def frame(request: HttpRequest) -> dict[str, object]:
    """Template context: `frame` for those who are signed in, `theme` for everyone."""
    theme = request.COOKIES.get("theme", "")
    context: dict[str, object] = {"theme": theme if theme in THEMES else ""}
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        attention.watch(user.pk)
        context["frame"] = frame_of(cast(SignedInRequest, request))
    return context

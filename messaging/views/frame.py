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

from accounts.models import Account, Provider
from accounts.signed_in import SignedInRequest
from inboxhub.networks.capabilities import SERVER
from messaging import attention, events
from messaging.filters import Filters, number_of
from messaging.models import Box, Conversation
from messaging.views.progress import Bar, bar_of

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
    provider: str = ""


class Frame:
    """Asked piece by piece, so that a page without navigation costs no query."""

    def __init__(
        self, user: User, path: str, filters: Filters, *, seq: int = 0
    ) -> None:
        self.user = user
        self.path = path
        self.filters = filters
        self.seq = seq
        """The last event before anything else of the page was read."""

    @property
    def reading(self) -> int | None:
        """The conversation whose messages are on the screen."""
        match self.path.strip("/").split("/"):
            case ["c", number]:
                return number_of(number)
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
    def bar(self) -> Bar:
        """What is under way, for the foot of the page."""
        return bar_of(self.user)

    @cached_property
    def offered(self) -> frozenset[str]:
        """The verbs that at least one account can do something with on its server."""
        tables = (account.able.abilities for account in self.linked)
        return frozenset(
            verb
            for table in tables
            for verb, by_source in table.items()
            if any(ability.reach == SERVER for ability in by_source.values())
        )

    @property
    def can_remove(self) -> bool:
        """Whether any network offers to take messages off the person's own list."""
        return "remove" in self.offered

    @property
    def can_mark_replied(self) -> bool:
        """Whether any network knows which messages were replied to."""
        return "mark-replied" in self.offered

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
        counted = name in ("", *Box.values)
        count = self._unread(self.chosen_accounts, name) if counted else 0
        here = self.path == "/" and self.filters.box == name
        url = self.filters.url(box=name, q="")
        return Place(name or "inbox", label, icon, url, count, here, key)

    @property
    def account_places(self) -> list[Place]:
        return [self._account(account) for account in self.accounts]

    def _account(self, account: Account) -> Place:
        count = self._unread([account], self.filters.box)
        here = self.filters.accounts == (account.pk,)
        url = self.filters.url(accounts=() if here else (account.pk,), providers=())
        name = short_name(account)
        return Place(str(account.pk), name, "", url, count, here, "", account)

    @cached_property
    def chosen_accounts(self) -> list[Account]:
        """Those that the filters leave in the list; all without such a filter."""
        accounts, providers = self.filters.accounts, self.filters.providers
        return [
            account
            for account in self.accounts
            if (not accounts or account.pk in accounts)
            and (not providers or account.provider in providers)
        ]

    @property
    def network_places(self) -> list[Place]:
        """The networks, each alone; none where all accounts are on the same one."""
        return [self._network(provider) for provider in self._networks]

    def _network(self, provider: str) -> Place:
        here = self.filters.providers == (provider,)
        url = self.filters.url(accounts=(), providers=() if here else (provider,))
        return self._of_network(provider, url, here=here)

    @property
    def network_chips(self) -> list[Place]:
        """The networks, of which several can be chosen; their accounts go with them."""
        return [self._network_chip(provider) for provider in self._networks]

    def _network_chip(self, provider: str) -> Place:
        here = provider in self.filters.providers
        kept = tuple(p for p in self.filters.providers if p != provider)
        providers = kept if here else (*kept, provider)
        accounts = tuple(
            account.pk
            for account in self.accounts
            if account.pk in self.filters.accounts
            and (not providers or account.provider in providers)
        )
        url = self.filters.url(accounts=accounts, providers=providers)
        return self._of_network(provider, url, here=here)

    @property
    def account_chips(self) -> list[Place]:
        """The accounts of the chosen networks, of which several can be chosen."""
        providers, chosen = self.filters.providers, self.filters.accounts
        shown = [
            account
            for account in self.accounts
            if account.pk in chosen
            or (
                account in self.linked
                and (not providers or account.provider in providers)
            )
        ]
        return (
            [self._account_chip(a) for a in shown] if len(shown) > 1 or chosen else []
        )

    def _account_chip(self, account: Account) -> Place:
        chosen = self.filters.accounts
        here = account.pk in chosen
        others = tuple(pk for pk in chosen if pk != account.pk)
        url = self.filters.url(accounts=others if here else (*chosen, account.pk))
        count = self._unread([account], self.filters.box)
        name = short_name(account)
        return Place(str(account.pk), name, "", url, count, here, "", account)

    @cached_property
    def _networks(self) -> list[str]:
        used = {account.provider for account in self.accounts}
        return [p for p in Provider.values if p in used] if len(used) > 1 else []

    def _of_network(self, provider: str, url: str, *, here: bool) -> Place:
        of_it = [account for account in self.accounts if account.provider == provider]
        count = self._unread(of_it, self.filters.box)
        label = Provider(provider).label
        return Place(provider, label, "", url, count, here, "", provider=provider)

    def _unread(self, accounts: Iterable[Account], box: str) -> int:
        """Unread conversations of these accounts, in one box or in all."""
        ids = {account.pk for account in accounts}
        return sum(
            number
            for (account, its_box), number in self.unread.items()
            if account in ids and (box not in Box.values or box == its_box)
        )


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
    seq = 0 if wants_fragment(request) else events.last(request.user.pk)
    new = Frame(request.user, shown_path(request), list_filters(request), seq=seq)
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

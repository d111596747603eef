"""What the pages send us, checked: filters of the list, selections, small choices."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts.models import COLOURS, Provider
from inboxhub.lib.http import HostRefused, canonical_host
from inboxhub.networks.base import BOXES, HERE, SERVER

VIEWS = (*BOXES, "sent", "hidden")
MAX_IDS = 10_000
MAX_ID = 2**63 - 1
MAX_QUERY = 500


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list by keyset: everything after it is older."""

    sort_key: int
    id: int

    def __str__(self) -> str:
        return f"{self.sort_key}.{self.id}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """None for a broken one, which means the first page."""
        sort_key, _, pk = text.partition(".")
        if not (_digits(sort_key) and _digits(pk)):
            return None
        cursor = cls(int(sort_key), int(pk))
        return cursor if max(cursor.sort_key, cursor.id) <= MAX_ID else None


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20


def number_of(text: str) -> int | None:
    """An id, or None when it is none or would not fit a database's column."""
    return int(text) if _digits(text) and 0 < int(text) <= MAX_ID else None


@dataclass(frozen=True, slots=True)
class Filters:
    """What the inbox shows, as the URL says it; unknown or broken values are left out."""

    box: str = ""
    accounts: tuple[int, ...] = ()
    providers: tuple[str, ...] = ()
    unread: bool = False
    q: str = ""
    at: Cursor | None = None
    upto: Cursor | None = None
    open: int | None = None

    @classmethod
    def read(cls, query: MultiValueDict[str, str]) -> "Filters":
        box = query.get("box") or ""
        providers = dict.fromkeys(query.getlist("provider"))
        accounts = [number_of(value) for value in query.getlist("account")]
        return cls(
            box=box if box in VIEWS else "",
            accounts=tuple(dict.fromkeys(n for n in accounts if n))[:100],
            providers=tuple(p for p in providers if p in Provider.values),
            unread=(query.get("is") or "") == "unread",
            q=" ".join((query.get("q") or "").replace("\0", "").split())[:MAX_QUERY],
            at=Cursor.read(query.get("at") or ""),
            upto=Cursor.read(query.get("upto") or ""),
            open=number_of(query.get("open") or ""),
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything but the box keeps messages out of the list."""
        return bool(self.accounts or self.providers or self.unread or self.q)

    @property
    def of_messages(self) -> bool:
        """Whether the list shows single messages instead of conversations."""
        return bool(self.q) or self.box in ("sent", "hidden")

    def url(self, **changes: Any) -> str:
        """The address of this list with the changes; `at`, `upto`, `open` only if given."""
        place = {"at": None, "upto": None, "open": None, **changes}
        new = replace(self, **place)
        pairs = [
            ("box", new.box),
            *(("account", account) for account in new.accounts),
            *(("provider", provider) for provider in new.providers),
            ("is", "unread" if new.unread else ""),
            ("q", new.q),
            ("at", new.at),
            ("upto", new.upto),
            ("open", new.open),
        ]
        query = urlencode([(name, str(value)) for name, value in pairs if value])
        return f"/?{query}" if query else "/"


class IdsField(forms.Field):
    """Ids of rows: repeated, or separated by commas. Nothing but numbers passes."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Iterable[str] | None) -> list[int]:
        parts = [part for text in value or () for part in text.split(",") if part]
        if len(parts) > MAX_IDS:
            raise forms.ValidationError("too many", code="too_many")
        numbers = [number_of(part) for part in parts]
        if None in numbers:
            raise forms.ValidationError("not a number", code="invalid")
        return [number for number in numbers if number]


class LocalPathField(forms.CharField):
    """A path of our own to return to; anything else becomes the inbox."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> str:
        path = str(value or "")[:2000]
        ours = url_has_allowed_host_and_scheme(path, allowed_hosts=None)
        return path if ours and path.startswith("/") else "/"


class SelectionForm(forms.Form):
    """What a verb is for, and where to go afterwards."""

    message = IdsField(required=False)
    conversation = IdsField(required=False)
    next = LocalPathField()
    opened = forms.BooleanField(required=False)


class ChangesForm(forms.Form):
    """Which conversations and messages events told of."""

    message = IdsField(required=False)
    conversation = IdsField(required=False)


class LiveForm(forms.Form):
    """What the Live page looks at; broken numbers and names count as not given."""

    account = forms.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    host = forms.CharField(
        label=_("A Misskey server where you have no account"),
        max_length=MAX_QUERY,
        required=False,
    )
    channel = forms.CharField(max_length=20, required=False)

    def clean_host(self) -> str:
        """The host in its one spelling."""
        typed = self.cleaned_data["host"]
        if not typed:
            return ""
        try:
            return canonical_host(typed)
        except HostRefused:
            text = _("Type the name of a server, for example misskey.example.")
            raise forms.ValidationError(text) from None


class ReadPolicyForm(forms.Form):
    """How reading in one box of an account is told to the network."""

    box = forms.ChoiceField(choices=[(box, box) for box in BOXES])
    policy = forms.ChoiceField(choices=[(SERVER, SERVER), (HERE, HERE)])


class ColourForm(forms.Form):
    """One of the hues that mark an account."""

    colour = forms.TypedChoiceField(
        coerce=int,
        choices=[(number, str(number)) for number in range(1, COLOURS + 1)],
    )


class UnlinkForm(forms.Form):
    """Whether the messages stay here when an account is unlinked."""

    messages = forms.ChoiceField(choices=[("keep", "keep"), ("erase", "erase")])


class ThemeForm(forms.Form):
    """Light, dark, or what the device says."""

    theme = forms.ChoiceField(
        choices=[(name, name) for name in ("light", "dark", "system")]
    )
    next = LocalPathField()

"""What the pages send us, checked: selections and small choices."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.http import QueryDict
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts.models import COLOURS
from inboxhub.lib.http import HostRefused, canonical_host
from inboxhub.lib.text import tidy
from inboxhub.networks.base import BOXES
from inboxhub.networks.capabilities import HERE, SERVER
from messaging import search
from messaging.filters import MAX_ID, MAX_QUERY, Filters, number_of
from messaging.models import Operation

Verb = Operation.Verb
MAX_IDS = 10_000
LONGEST_ADDRESS = 4000
MAX_TEXT = 60_000
MAX_DESCRIPTION = 1_500


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


class ListField(forms.CharField):
    """The address of a list as its page writes it; becomes `Filters`, or None.

    What would be read as another list than the one it says, most of all as a wider
    one, is refused: an unknown account, a cut query, a broken value.
    """

    widget = forms.HiddenInput

    def __init__(self, *, required: bool = False) -> None:
        super().__init__(required=required, max_length=LONGEST_ADDRESS, strip=False)

    def clean(self, value: Any) -> Any:
        address = super().clean(value)
        if not address:
            return None
        filters = Filters.read(QueryDict(urlsplit(address).query))
        if filters.url() != address:
            raise forms.ValidationError("not a list", code="invalid")
        if not search.whole(filters.q):
            raise forms.ValidationError("too long", code="too_long")
        return filters


class SelectionForm(forms.Form):
    """What a verb is for, and where to go afterwards.

    `list` with `bound` is all of a list without `excluded`, whatever else is ticked;
    `older` all that is older than a message. `key` makes a click that comes twice one
    operation. `unless` leaves only those for which that verb is impossible.
    """

    message = IdsField(required=False)
    conversation = IdsField(required=False)
    list = ListField()
    bound = forms.IntegerField(required=False, min_value=0, max_value=MAX_ID)
    excluded = IdsField(required=False)
    older = forms.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    unless = forms.ChoiceField(
        required=False,
        choices=[(verb, verb) for verb in (Verb.REMOVE, Verb.DELETE)],
    )
    key = forms.UUIDField(required=False)
    next = LocalPathField()
    opened = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("list") is not None and given.get("bound") is None:
            raise forms.ValidationError("a list without its bound", code="invalid")
        return given


class ExtentForm(forms.Form):
    """Which list is asked about, and which of its rows, once it was chosen."""

    list = ListField(required=True)
    bound = forms.IntegerField(required=False, min_value=0, max_value=MAX_ID)
    row = IdsField(required=False)


class ReturnForm(forms.Form):
    """Where to go after a button."""

    next = LocalPathField()


class OlderForm(forms.Form):
    """Where a page of a list begins: after this row, or at the newest."""

    before = forms.IntegerField(required=False, min_value=1, max_value=MAX_ID)


class ClearNoticesForm(forms.Form):
    """That the person knows what is lost."""

    understood = forms.BooleanField()


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


class DraftForm(forms.Form):
    """What was typed, and which of its buttons was pressed.

    A line ends in one character, as hosts count it. The words of each picture are a
    `PictureForm` with its id in front.
    """

    MARKS = ("save", "send", "as-it-is", "find", "discard", "throw", "keep")

    do = forms.ChoiceField(required=False, choices=[(mark, mark) for mark in MARKS])
    draft = forms.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    ticket = forms.UUIDField(required=False)
    shown = forms.CharField(required=False, max_length=64)
    was = forms.CharField(required=False, max_length=64)
    text = forms.CharField(required=False, strip=False, max_length=MAX_TEXT)
    title = forms.CharField(required=False, max_length=MAX_TEXT)
    content_warning = forms.CharField(required=False, max_length=MAX_TEXT)
    visibility = forms.CharField(required=False, max_length=24)
    account = forms.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    find = forms.CharField(required=False, max_length=MAX_QUERY)
    add = forms.CharField(required=False, max_length=LONGEST_ADDRESS)
    drop = forms.CharField(required=False, max_length=255)
    detach = forms.IntegerField(required=False, min_value=1, max_value=MAX_ID)

    def clean_text(self) -> str:
        return tidy(self.cleaned_data["text"], MAX_TEXT)

    def clean_title(self) -> str:
        return " ".join(tidy(self.cleaned_data["title"], MAX_TEXT).split())

    def clean_content_warning(self) -> str:
        return " ".join(tidy(self.cleaned_data["content_warning"], MAX_TEXT).split())


class PictureForm(forms.Form):
    """A picture's words for those who cannot see it, and whether it is covered."""

    description = forms.CharField(required=False, max_length=MAX_DESCRIPTION)
    sensitive = forms.BooleanField(required=False)


class ReactionForm(forms.Form):
    """One emoji, or the name of a custom one between colons."""

    reaction = forms.CharField(max_length=200)

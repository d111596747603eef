"""What the pages send us, checked: selections and small choices."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts.models import COLOURS
from inboxhub.lib.http import HostRefused, canonical_host
from inboxhub.networks.base import BOXES, HERE, SERVER
from messaging.filters import MAX_ID, MAX_QUERY, number_of

MAX_IDS = 10_000


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

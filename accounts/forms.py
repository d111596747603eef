"""What people type to link an account: an address, a network, a token."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.providers.table import PROVIDERS

LONGEST_ADDRESS = 2048
LONGEST_TOKEN = 4096


class LinkForm(forms.Form):
    """A server's name, a handle or any address; the network only where asked for."""

    address = forms.CharField(
        label=_("Your server, or your handle on it"),
        max_length=LONGEST_ADDRESS,
        error_messages={
            "required": _(
                "Type your server's name, for example misskey.example,"
                " or your handle, for example @you@misskey.example.",
            ),
        },
    )
    provider = forms.ChoiceField(
        label=_("Network"),
        required=False,
        choices=[
            ("", _("Find out")),
            *((name, way.name) for name, way in PROVIDERS.items()),
        ],
    )


class TokenForm(forms.Form):
    """A pasted token, which is never put back into the page."""

    token = forms.CharField(
        label=_("Access token"),
        max_length=LONGEST_TOKEN,
        widget=forms.PasswordInput(
            render_value=False,
            attrs={"autocomplete": "off", "spellcheck": "false"},
        ),
        error_messages={"required": _("Paste the access token of your account.")},
    )


class CallbackForm(forms.Form):
    """What the browser brings back from the approval page of a host."""

    session = forms.UUIDField()
    state = forms.CharField(max_length=64)

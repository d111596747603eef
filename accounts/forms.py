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
        required=False,
    )
    provider = forms.ChoiceField(
        label=_("Network"),
        required=False,
        choices=[
            ("", _("Find out")),
            *((name, way.name) for name, way in PROVIDERS.items()),
        ],
    )

    def clean(self) -> dict[str, str]:
        """Only a network that is one place needs no address."""
        data: dict[str, str] = super().clean() or {}
        way = PROVIDERS.get(data.get("provider", ""))
        if "address" in data and not data["address"] and not (way and way.place()):
            text = _(
                "Type your server's name, for example mastodon.example,"
                " or your handle, for example @you@misskey.example.",
            )
            self.add_error("address", text)
        return data


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
    """What the browser brings back from MiAuth's page of approval."""

    session = forms.UUIDField()
    state = forms.CharField(max_length=64)


class AnswerForm(forms.Form):
    """What the browser brings back from a page of approval by OAuth 2."""

    state = forms.CharField(max_length=64)
    code = forms.CharField(max_length=LONGEST_TOKEN, required=False)
    error = forms.CharField(max_length=LONGEST_ADDRESS, required=False)

"""How Misskey accounts are linked: what we ask for and why, MiAuth's page, tokens."""

import json
from collections.abc import Mapping

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.clients import outgoing
from accounts.models import PendingLink
from accounts.providers.way import Ask, Way, only
from inboxhub.networks import misskey
from inboxhub.networks.capabilities import Capabilities

APPLICATION = "InboxHub"


def asks(details: Mapping[str, str]) -> tuple[Ask, ...]:
    """What the link asks for, in groups that a person can judge."""
    groups = (
        Ask(
            ("read:account",),
            _("Read your profile, and the notes that address you"),
            _("to show your direct notes, mentions and replies"),
        ),
        Ask(
            ("read:notifications",),
            _("Read your notifications"),
            _("to show reactions, renotes, follows and polls"),
        ),
        Ask(
            ("write:notifications",),
            _("Mark notifications as read, or clear them all"),
            _("only when you tell InboxHub to, where your server can do that"),
        ),
        Ask(
            ("read:chat", "read:messaging"),
            _("Read your chats"),
            _("to show them beside your other messages"),
        ),
        Ask(
            ("write:chat", "write:messaging"),
            _("Write chats, mark them as read and delete your chat messages"),
            _("only what you tell InboxHub to"),
        ),
        Ask(
            ("write:notes",),
            _("Write notes and delete notes of yours"),
            _("to answer, and to delete only those that you tell InboxHub to"),
        ),
        Ask(
            ("read:reactions", "write:reactions"),
            _("React to notes, and take that back"),
            _("only when you tell InboxHub to"),
        ),
        Ask(
            ("read:drive", "write:drive"),
            _("Put pictures into your drive"),
            _("to send those along that you attach"),
        ),
        Ask(
            ("read:following",),
            _("See who asks to follow you"),
            _("to show it under Requests"),
        ),
        Ask(
            ("write:following",),
            _("Accept or reject follow requests"),
            _("only when you tell InboxHub to"),
        ),
    )
    return only(groups, misskey.PERMISSIONS.__contains__)


def approve_url(pending: PendingLink) -> str:
    """MiAuth's page on the host; it sends the browser back to our callback."""
    back = settings.INBOXHUB_URL + reverse("misskey_callback")
    return misskey.miauth_url(
        outgoing().origin(pending.host),
        str(pending.pk),
        name=APPLICATION,
        icon=settings.INBOXHUB_URL + static("favicon/0.svg"),
        callback=f"{back}?{urlencode({'state': pending.state})}",
    )


def credentials(text: str) -> dict[str, str]:
    """From a pasted token, or from the whole answer of MiAuth's check."""
    if text.lstrip().startswith("{"):
        text = _token_of(text)
    return {"token": misskey.check_token_shape(text)}


def missing(able: Capabilities) -> tuple[Ask, ...]:
    """Found by asking the host, in ways that change nothing there."""
    refused = able.facts.get("missing")
    names = refused if isinstance(refused, list | tuple) else ()
    return only(asks({}), names.__contains__)


def token_help() -> str:
    """How a person makes a token by hand on this network."""
    return _(
        "On your server, open Settings, then API, and make an access token with the"
        " permissions listed above. Paste it here; it is stored encrypted and never"
        " shown again.",
    )


def token_warning() -> str:
    return _(
        "Do not use the account's own key of 16 characters: it can do everything, even"
        " what no app may.",
    )


def _token_of(answer: str) -> str:
    """Empty when it is no such answer, which the check of its shape then refuses."""
    try:
        found: object = json.loads(answer)
    except (ValueError, RecursionError):
        return ""
    match found:
        case {"token": str(token)}:
            return token
        case _:
            return ""


WAY = Way(
    name="Misskey",
    asks=asks,
    approve_url=approve_url,
    credentials=credentials,
    missing=missing,
    approved="misskey_approved",
    token_help=token_help,
    token_warning=token_warning,
)

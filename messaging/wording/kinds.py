"""Kinds of messages and how far they can be seen, in words and pictures."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of message is shown.

    `line` follows the author's name in a row, `sentence` stands alone above the message
    in its conversation; both are empty where the text itself says it all. Placeholders:
    `{who}`, `{emoji}`, `{title}`, `{type}`.
    """

    icon: str
    name: Text
    line: Text = ""
    sentence: Text = ""


KINDS: dict[str, Kind] = {
    "message": Kind("mail", _("Message")),
    "chat": Kind("message-circle", _("Chat")),
    "mention": Kind("at", _("Mention"), "", _("{who} mentioned you")),
    "reply": Kind("arrow-back-up", _("Reply"), "", _("{who} replied to you")),
    "quote": Kind("quote", _("Quote"), "", _("{who} quoted you")),
    "post": Kind("pencil", _("Post"), "", _("{who} posted")),
    "reaction": Kind(
        "mood-smile",
        _("Reaction"),
        _("reacted {emoji}"),
        _("{who} reacted {emoji}"),
    ),
    "renote": Kind(
        "repeat",
        _("Renote"),
        _("renoted your note"),
        _("{who} renoted your note"),
    ),
    "follow": Kind("user-plus", _("Follow"), _("follows you"), _("{who} follows you")),
    "follow-accepted": Kind(
        "check",
        _("Follow accepted"),
        _("accepted your follow request"),
        _("{who} accepted your follow request"),
    ),
    "follow-request": Kind(
        "user-plus",
        _("Follow request"),
        _("asks to follow you"),
        _("{who} asks to follow you"),
    ),
    "poll": Kind("list-check", _("Poll"), _("A poll has ended"), _("A poll has ended")),
    "invitation": Kind(
        "message-circle",
        _("Invitation"),
        _("invites you to {title}"),
        _("{who} invites you to {title}"),
    ),
    "role": Kind(
        "bell",
        _("Role"),
        _("You were given the role “{title}”"),
        _("You were given the role “{title}”"),
    ),
    "achievement": Kind(
        "bell",
        _("Achievement"),
        _("You earned the achievement “{title}”"),
        _("You earned the achievement “{title}”"),
    ),
    "export": Kind(
        "bell",
        _("Export"),
        _("An export is ready: {title}"),
        _("An export is ready: {title}"),
    ),
    "app": Kind("bell", _("App"), "{title}", "{title}"),
    "login": Kind(
        "alert-triangle",
        _("Sign-in"),
        _("New sign-in to this account"),
        _("New sign-in to this account"),
    ),
    "token": Kind(
        "alert-triangle",
        _("Access token"),
        _("An access token was made for this account"),
        _("An access token was made for this account"),
    ),
    "scheduled": Kind("clock", _("Scheduled post"), "{title}", "{title}"),
    "test": Kind("bell", _("Test"), _("A test notification"), _("A test notification")),
}


UNKNOWN = Kind(
    "help",
    _("Notice"),
    _("A kind of notice InboxHub does not know yet ({type})"),
    _("A kind of notice InboxHub does not know yet ({type})"),
)


def kind(code: str) -> Kind:
    """What is known of a kind; an unknown one is shown with its own word, `{type}`."""
    return KINDS.get(code, UNKNOWN)


KIND_OF_SOURCE = {
    "note": "post",
    "chat": "chat",
    "follow_request": "follow-request",
    "invitation": "invitation",
}


def source_name(source: str) -> str:
    """One thing of a source whose message is no longer here; `Notice` by default."""
    return str(kind(KIND_OF_SOURCE.get(source, "")).name)


VISIBILITIES: dict[str, tuple[str, Text]] = {
    "public": ("world", _("Public: everyone can see this")),
    "home": ("home", _("Unlisted: everyone can see this, outside public timelines")),
    "unlisted": (
        "home",
        _("Unlisted: everyone can see this, outside public timelines"),
    ),
    "followers": ("users", _("Followers only")),
    "private": ("users", _("Followers only")),
    "specified": ("lock", _("Only the people named here can see this")),
    "chat": ("lock", _("Only the people in this chat can see this")),
    "direct": ("lock", _("Only the people named here can see this")),
}

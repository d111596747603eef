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
    `{who}`, `{emoji}`, `{title}`, `{type}`, `{count}`, `{host}`.
    """

    icon: str
    name: Text
    line: Text = ""
    sentence: Text = ""


def _told(icon: str, name: Text, sentence: Text) -> Kind:
    """What nobody but the server says reads the same in a row and above the message."""
    return Kind(icon, name, sentence, sentence)


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
    "favourite": Kind(
        "star",
        _("Favourite"),
        _("favourited your post"),
        _("{who} favourited your post"),
    ),
    "renote": Kind(
        "repeat",
        _("Renote"),
        _("renoted your note"),
        _("{who} renoted your note"),
    ),
    "boost": Kind(
        "repeat",
        _("Boost"),
        _("boosted your post"),
        _("{who} boosted your post"),
    ),
    "update": Kind(
        "pencil",
        _("Edit"),
        _("edited a post that you boosted"),
        _("{who} edited a post that you boosted"),
    ),
    "quoted-update": Kind(
        "pencil",
        _("Edit"),
        _("edited a post that you quoted"),
        _("{who} edited a post that you quoted"),
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
    "notification-request": Kind(
        "filter",
        _("Filtered person"),
        _("is filtered by {host}"),
        _("{host} filters what comes from {who}"),
    ),
    "invitation": Kind(
        "message-circle",
        _("Invitation"),
        _("invites you to {title}"),
        _("{who} invites you to {title}"),
    ),
    "moved": Kind(
        "user-circle",
        _("Move"),
        _("moved to {title}"),
        _("{who} moved to {title}"),
    ),
    "pending": Kind(
        "clock",
        _("Waiting for your approval"),
        _("did something that waits for your approval on {host}"),
        _("{who} did something that waits for your approval on {host}"),
    ),
    "poll": _told("list-check", _("Poll"), _("A poll has ended")),
    "role": _told("bell", _("Role"), _("You were given the role “{title}”")),
    "achievement": _told(
        "bell",
        _("Achievement"),
        _("You earned the achievement “{title}”"),
    ),
    "export": _told("bell", _("Export"), _("An export is ready: {title}")),
    "app": _told("bell", _("App"), "{title}"),
    "notice": _told("bell", _("Notice"), "{title}"),
    "announcement": Kind(
        "broadcast",
        _("Announcement"),
        "",
        _("Announcement of {host}"),
    ),
    "login": _told("alert-triangle", _("Sign-in"), _("New sign-in to this account")),
    "token": _told(
        "alert-triangle",
        _("Access token"),
        _("An access token was made for this account"),
    ),
    "moderation": _told(
        "alert-triangle",
        _("Moderation warning"),
        _("The moderators of {host} sent this account a warning"),
    ),
    "severed": _told(
        "alert-triangle",
        _("Relationships cut"),
        _("Relationships with {title} were cut"),
    ),
    "annual-report": _told(
        "bell",
        _("Annual report"),
        _("Your report of the year {title} is ready on {host}"),
    ),
    "collection": Kind(
        "users",
        _("Collection"),
        _("added you to the collection “{title}”"),
        _("{who} added you to the collection “{title}”"),
    ),
    "collection-update": Kind(
        "users",
        _("Collection"),
        _("changed the collection “{title}”, which you are in"),
        _("{who} changed the collection “{title}”, which you are in"),
    ),
    "sign-up": Kind(
        "user-plus",
        _("Sign-up"),
        _("signed up on {host}"),
        _("{who} signed up on {host}"),
    ),
    "report": Kind(
        "alert-triangle",
        _("Report"),
        _("sent a report to the moderators of {host}"),
        _("{who} sent a report to the moderators of {host}"),
    ),
    "scheduled": _told("clock", _("Scheduled post"), "{title}"),
    "test": _told("bell", _("Test"), _("A test notification")),
}


UNKNOWN = Kind(
    "help",
    _("Notice"),
    _("A kind of notice InboxHub does not know yet ({type})"),
    _("A kind of notice InboxHub does not know yet ({type})"),
)
UNKNOWN_FROM = Kind(
    "help",
    _("Notice"),
    _("a kind of notice InboxHub does not know yet ({type})"),
    _("{who}: a kind of notice InboxHub does not know yet ({type})"),
)
UNKNOWN_TITLED = Kind("help", _("Notice"), "{title}", "{title}")


def kind(code: str) -> Kind:
    """What is known of a kind; an unknown one is shown with its own word, `{type}`."""
    return KINDS.get(code, UNKNOWN)


KIND_OF_SOURCE = {
    "note": "post",
    "status": "post",
    "direct": "message",
    "chat": "chat",
    "inbox": "message",
    "outbox": "message",
    "announcement": "announcement",
    "follow_request": "follow-request",
    "notification_request": "notification-request",
    "invitation": "invitation",
}


def source_name(source: str) -> str:
    """One thing of a source whose message is no longer here; `Notice` by default."""
    return str(kind(KIND_OF_SOURCE.get(source, "")).name)


NAMED_ONLY: Text = _("Only the people named here can see this")
UNLISTED: Text = _("Unlisted: everyone can see this, outside public timelines")

VISIBILITIES: dict[str, tuple[str, Text]] = {
    "public": ("world", _("Public: everyone can see this")),
    "home": ("home", UNLISTED),
    "unlisted": ("home", UNLISTED),
    "followers": ("users", _("Followers only")),
    "private": ("users", _("Followers only")),
    "mutuals_only": ("users", _("Only people who follow each other can see this")),
    "local": ("home", _("Only people on this server can see this")),
    "list": ("users", _("Only the people of a list can see this")),
    "limited": ("lock", _("Only some people can see this")),
    "specified": ("lock", NAMED_ONLY),
    "chat": ("lock", _("Only the people in this chat can see this")),
    "direct": ("lock", NAMED_ONLY),
}
UNKNOWN_VISIBILITY: tuple[str, Text] = (
    "lock",
    _("Not public; its server decides who can see this"),
)


def visibility(code: str) -> tuple[str, Text]:
    """The picture and the words; an unknown one is never taken for public."""
    return VISIBILITIES.get(code, UNKNOWN_VISIBILITY if code else ("", ""))

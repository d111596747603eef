"""Kinds of messages that read differently by a detail: an action, a category, a number."""

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from messaging.wording.kinds import (
    KINDS,
    UNKNOWN_FROM,
    UNKNOWN_TITLED,
    Kind,
    Text,
    kind,
)

WITHOUT = ""
"""The detail of what has none, where its kind is worded with one."""


def _as(code: str, line: Text, sentence: Text = "") -> Kind:
    return replace(KINDS[code], line=line, sentence=sentence or line)


VARIANTS: dict[str, dict[str, Kind]] = {
    "moderation": {
        "disable": _as("moderation", _("This account was disabled on {host}")),
        "mark_statuses_as_sensitive": _as(
            "moderation",
            _("The moderators of {host} marked some of your posts as sensitive"),
        ),
        "delete_statuses": _as(
            "moderation",
            _("The moderators of {host} removed some of your posts"),
        ),
        "sensitive": _as(
            "moderation",
            _("From now on {host} marks all your posts as sensitive"),
        ),
        "silence": _as("moderation", _("This account was limited on {host}")),
        "suspend": _as("moderation", _("This account was suspended on {host}")),
    },
    "report": {
        "spam": _as(
            "report",
            _("reported spam to the moderators of {host}"),
            _("{who} reported spam to the moderators of {host}"),
        ),
        "legal": _as(
            "report",
            _("reported unlawful content to the moderators of {host}"),
            _("{who} reported unlawful content to the moderators of {host}"),
        ),
        "violation": _as(
            "report",
            _("reported a broken rule to the moderators of {host}"),
            _("{who} reported a broken rule to the moderators of {host}"),
        ),
    },
    "pending": {
        "pending.favourite": _as(
            "pending",
            _("favourited your post; that waits for your approval on {host}"),
            _("{who} favourited your post; that waits for your approval on {host}"),
        ),
        "pending.reply": _as(
            "pending",
            _("replied to your post; that waits for your approval on {host}"),
            _("{who} replied to your post; that waits for your approval on {host}"),
        ),
        "pending.reblog": _as(
            "pending",
            _("boosted your post; that waits for your approval on {host}"),
            _("{who} boosted your post; that waits for your approval on {host}"),
        ),
    },
    "boost": {
        "of-others": _as("boost", _("boosted a post"), _("{who} boosted a post")),
    },
    "notification-request": {
        "counted": _as(
            "notification-request",
            _("notices held back: {count}"),
            _("{host} filters what comes from {who}; notices held back: {count}"),
        ),
    },
    "severed": {WITHOUT: _as("severed", _("Relationships were cut on {host}"))},
    "moved": {
        WITHOUT: _as(
            "moved",
            _("moved to another account"),
            _("{who} moved to another account"),
        ),
    },
    "annual-report": {
        WITHOUT: _as("annual-report", _("Your report of the year is ready on {host}")),
    },
    "collection": {
        WITHOUT: _as(
            "collection",
            _("added you to a collection"),
            _("{who} added you to a collection"),
        ),
    },
    "collection-update": {
        WITHOUT: _as(
            "collection-update",
            _("changed a collection that you are in"),
            _("{who} changed a collection that you are in"),
        ),
    },
    "notice": {WITHOUT: replace(KINDS["notice"], line="", sentence="")},
}
"""By kind, then by what `detail` says of the message."""


def shown_kind(
    code: str, *, title: str, extra: Mapping[str, object], named: bool
) -> Kind:
    """How one message of the kind is shown; `named` is whether somebody is behind it."""
    if code not in KINDS and title:
        return UNKNOWN_TITLED
    if code not in KINDS and named:
        return UNKNOWN_FROM
    return VARIANTS.get(code, {}).get(_detail(code, title, extra), kind(code))


def _detail(code: str, title: str, extra: Mapping[str, object]) -> str:
    match code, extra:
        case "pending", {"type": str(told)}:
            return told
        case "moved", {"moved_to": str(handle)}:
            return handle
        case "boost", {"context": {**context}} if context.get("mine") is not True:
            return "of-others"
        case "notification-request", {"request": {"count": int(count)}} if count:
            return "counted"
        case _:
            return title

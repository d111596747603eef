"""An account's state, what it can do and what not, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Account
from inboxhub.networks.base import HERE, NOWHERE, SERVER, Ability
from messaging.models import Box, Cursor, Operation
from messaging.wording.kinds import Text
from messaging.wording.verbs import effect, reason

Status = Account.Status
Verb = Operation.Verb

SOURCES: dict[str, Text] = {
    "note": gettext_lazy("notes of others"),
    "note:own": gettext_lazy("your notes"),
    "chat": gettext_lazy("chat messages of others"),
    "chat:own": gettext_lazy("your chat messages"),
    "notification": gettext_lazy("notices"),
    "follow_request": gettext_lazy("follow requests"),
    "invitation": gettext_lazy("invitations"),
}
SOURCES_OF_BOX: dict[str, tuple[str, ...]] = {
    "messages": ("note", "chat"),
    "mentions": ("note",),
    "notices": ("notification", "note"),
    "requests": ("follow_request", "invitation"),
}
WARNINGS: dict[str, Text] = {
    "native-token": gettext_lazy(
        "This account is linked with its all-powerful own token. Sign in again by"
        " approving InboxHub on {host}: that key can do less harm when it leaks.",
    ),
    "account-moved": gettext_lazy(
        "This account has moved elsewhere; link the new one to see what comes there.",
    ),
    "no-permission-notices": gettext_lazy(
        "Our key may not read notices. Sign in again to allow it.",
    ),
    "no-permission-following": gettext_lazy(
        "Our key may not see follow requests; they appear as notices without an answer."
        " Sign in again to allow it.",
    ),
    "chat-none": gettext_lazy("{host} has no chat."),
    "chat-no-permission": gettext_lazy(
        "Our key may not read chats. Sign in again to allow it.",
    ),
    "chat-off": gettext_lazy("{host} has switched chat off for this account."),
    "listing-marks-notices": gettext_lazy(
        "On this old version of Misskey, fetching mentions and notices marks them read"
        " on {host}, whatever you choose here.",
    ),
    "note-dots": gettext_lazy(
        "On this version of Misskey, fetching mentions clears the dot for new mentions"
        " on {host}, whatever you choose here.",
    ),
    "delete-answers": gettext_lazy(
        "On this version of Misskey, deleting a note of yours deletes all answers and"
        " quotes on {host} with it.",
    ),
}
"""By code of `Capabilities.warnings`; `{host}` is the account's server."""


@dataclass(frozen=True, slots=True)
class VerbLine:
    """What a verb does to some kinds of things: `reach` is server, here or nowhere.

    `sources` is empty where `words` name the things themselves.
    """

    verb: str
    sources: tuple[str, ...]
    reach: str
    words: str


def box_name(box: str) -> str:
    return str(Box(box).label)


def warning(code: str, account: Account) -> str:
    words = WARNINGS.get(code)
    return str(words).replace("{host}", account.host) if words else code


def verb_lines(account: Account) -> list[VerbLine]:
    """Every verb with what it does, kinds of things with the same effect together."""
    abilities = account.able.abilities
    lines = []
    for verb in (Verb.MARK_READ, Verb.MARK_UNREAD, Verb.REMOVE, Verb.DELETE):
        groups: dict[tuple[str, str], list[str]] = {}
        for source, ability in abilities.get(verb.value, {}).items():
            key = (ability.reach, _words(ability, account))
            groups.setdefault(key, []).append(str(SOURCES.get(source, source)))
        order = sorted(groups, key=lambda key: (SERVER, HERE, NOWHERE).index(key[0]))
        for reach, words in order:
            names = groups[reach, words]
            named = (_("everything"),) if len(groups) == 1 else tuple(names)
            if verb == Verb.DELETE and reach == SERVER:
                named = ()
            lines.append(VerbLine(str(verb.label), named, reach, words))
    return lines


def _words(ability: Ability, account: Account) -> str:
    if ability.reach == SERVER:
        return effect(ability.effect, account.host) or _("yes")
    if ability.reach == HERE:
        why = reason(ability.reason, account.host)
        return _("only here: %(why)s") % {"why": why} if why else _("only here")
    return _("no: %(why)s") % {"why": reason(ability.reason, account.host)}


def account_status(account: Account, cursors: Iterable[Cursor]) -> str:
    """How the account is, in one sentence."""
    names = {
        "host": account.host,
        "since": _clock(account.status_since),
        "next": _clock(account.next_pull_at),
    }
    match account.status:
        case Status.SIGN_IN_NEEDED:
            return _("Sign in again: %(host)s refused our key (%(since)s)") % names
        case Status.UNREACHABLE:
            text = _("%(host)s does not answer since %(since)s; next try %(next)s")
            return text % names
        case Status.PAUSED:
            return _("Paused since %(since)s") % names
        case Status.UNLINKED:
            return _("Unlinked since %(since)s; its messages stay readable") % names
        case Status.ERASING:
            return _("Unlinked; its messages are being erased")
        case _:
            return _active(account, cursors)


def _active(account: Account, cursors: Iterable[Cursor]) -> str:
    last = max(
        (cursor.pulled_at for cursor in cursors if cursor.pulled_at),
        default=None,
    )
    if last is None:
        return _("Linked; the first messages are coming")
    names = {"last": _clock(last), "next": _clock(account.next_pull_at)}
    if account.pull_wanted:
        return _("Checked %(last)s; checking again now") % names
    if account.next_pull_at is None:
        return _("Checked %(last)s") % names
    return _("Checked %(last)s, next at %(next)s") % names


def _clock(moment: datetime | None) -> str:
    """The time of day, with the day when it is not today."""
    if moment is None:
        return "–"
    local = timezone.localtime(moment)
    today = local.date() == timezone.localtime().date()
    return date_format(local, _("H:i") if today else _("j M, H:i"))

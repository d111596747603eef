"""An account's state, what it can do and what not, in words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from accounts.models import Account
from inboxhub.networks.capabilities import HERE, NOWHERE, SERVER, Ability
from messaging.models import Box, Cursor, Operation
from messaging.wording.effects import effect, reason
from messaging.wording.kinds import Text
from messaging.wording.servers import server_name

Status = Account.Status
Verb = Operation.Verb

SOURCES: dict[str, Text] = {
    "note": gettext_lazy("notes of others"),
    "note:own": gettext_lazy("your notes"),
    "chat": gettext_lazy("chat messages of others"),
    "chat:own": gettext_lazy("your chat messages"),
    "direct": gettext_lazy("direct messages of others"),
    "direct:own": gettext_lazy("your direct messages"),
    "status": gettext_lazy("posts of others"),
    "status:own": gettext_lazy("your posts"),
    "inbox": gettext_lazy("received messages"),
    "outbox:own": gettext_lazy("sent messages"),
    "notification": gettext_lazy("notices"),
    "notice": pgettext_lazy("on mixi", "notices"),
    "announcement": gettext_lazy("announcements"),
    "follow_request": gettext_lazy("follow requests"),
    "notification_request": gettext_lazy("filtered people"),
    "invitation": gettext_lazy("invitations"),
}
SOURCES_OF_BOX: dict[str, tuple[str, ...]] = {
    "messages": ("note", "chat", "direct", "inbox"),
    "mentions": ("note", "status"),
    "notices": ("notification", "note", "status", "notice", "announcement"),
    "requests": ("follow_request", "notification_request", "invitation"),
}
WARNINGS: dict[str, Text] = {
    "native-token": gettext_lazy(
        "This account is linked with its all-powerful own token. Sign in again by"
        " approving InboxHub on {host}: that key can do less harm when it leaks.",
    ),
    "account-moved": gettext_lazy(
        "This account has moved elsewhere; link the new one to see what comes there.",
    ),
    "no-permission-read": gettext_lazy(
        "Our key may not read messages on {host}. Sign in again to allow it.",
    ),
    "no-permission-write": gettext_lazy(
        "Our key may not change messages on {host}: nothing can be marked or deleted"
        " there. Sign in again to allow it.",
    ),
    "no-permission-messages": gettext_lazy(
        "Our key may not list conversations on {host}, so direct messages come by their"
        " notices alone. Sign in again to allow it.",
    ),
    "no-permission-conversations": gettext_lazy(
        "Our key may not mark conversations read or remove them on {host}. Sign in again"
        " to allow it.",
    ),
    "no-permission-dismiss": gettext_lazy(
        "Our key may not dismiss notices on {host}. Sign in again to allow it.",
    ),
    "no-permission-delete": gettext_lazy(
        "Our key may not delete your posts on {host}, nor keep the mark of what you have"
        " read. Sign in again to allow it.",
    ),
    "no-permission-favourites": gettext_lazy(
        "Our key may not favourite posts on {host}. Sign in again to allow it.",
    ),
    "no-permission-media": gettext_lazy(
        "Our key may not upload pictures to {host}. Sign in again to allow it.",
    ),
    "no-permission-follows": gettext_lazy(
        "Our key may not accept or reject follow requests on {host}. Sign in again to"
        " allow it.",
    ),
    "no-permission-notices": gettext_lazy(
        "Our key may not read notices. Sign in again to allow it.",
    ),
    "no-permission-following": gettext_lazy(
        "Our key may not list follow requests, so InboxHub learns of them by notices"
        " alone. Sign in again to allow it.",
    ),
    "no-permission-answering": gettext_lazy(
        "Our key may not do all that InboxHub offers on {host}: answering, reacting,"
        " sending pictures, clearing notices, accepting requests. Sign in again to allow"
        " it.",
    ),
    "no-conversations": gettext_lazy(
        "{host} keeps no list of conversations, so direct messages come by their notices"
        " alone.",
    ),
    "private-filtered": gettext_lazy(
        "{host} holds back private mentions of people whom you do not follow. They wait"
        " under Requests; your settings there can change that.",
    ),
    "private-dropped": gettext_lazy(
        "{host} drops private mentions of people whom you do not follow, as your"
        " settings there say. InboxHub never sees them.",
    ),
    "shared-limit": gettext_lazy(
        "{host} counts the calls of this whole site together, so with several accounts"
        " there everything takes longer.",
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

REACHES = (SERVER, HERE, NOWHERE)
NO_SOURCES = {"": Ability(NOWHERE, reason="not-offered")}
"""A verb that the network does not have at all."""

VERBS = (
    Verb.MARK_READ,
    Verb.MARK_UNREAD,
    Verb.MARK_REPLIED,
    Verb.REMOVE,
    Verb.DELETE,
    Verb.REACT,
    Verb.ACCEPT,
    Verb.REJECT,
    Verb.CLEAR,
)


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
    return str(words).replace("{host}", server_name(account)) if words else code


def passed_over(number: int, account: Account) -> str:
    """`number`: messages that a stream brought beyond an hour's allowance."""
    text = ngettext(
        "{host} sends more than InboxHub takes at once: {number} message was passed"
        " over in this hour. What is missing comes with the next checks.",
        "{host} sends more than InboxHub takes at once: {number} messages were passed"
        " over in this hour. What is missing comes with the next checks.",
        number,
    )
    return text.format(host=server_name(account), number=number)


def verb_lines(account: Account) -> list[VerbLine]:
    """Every verb with what it does, kinds of things with the same effect together.

    Nothing for an account whose server was not asked yet.
    """
    abilities = account.able.abilities
    lines: list[VerbLine] = []
    for verb in VERBS if abilities else ():
        lines += _lines_of(verb, abilities.get(verb.value) or NO_SOURCES, account)
    return lines


def _lines_of(
    verb: Operation.Verb,
    by_source: Mapping[str, Ability],
    account: Account,
) -> Iterator[VerbLine]:
    groups: dict[tuple[str, str], list[str]] = {}
    for source, ability in by_source.items():
        names = groups.setdefault((ability.reach, _words(ability, account)), [])
        names.append(str(SOURCES.get(source, source)))
    for reach, words in sorted(groups, key=lambda key: REACHES.index(key[0])):
        named = (_("everything"),) if len(groups) == 1 else tuple(groups[reach, words])
        if verb == Verb.CLEAR or (verb == Verb.DELETE and reach == SERVER):
            named = ()
        yield VerbLine(str(verb.label), named, reach, words)


def read_effects(account: Account, box: str) -> list[str]:
    """What telling the server that something in the box was read really does there."""
    by_source = account.able.abilities.get("mark-read", {})
    told = (by_source.get(source) for source in SOURCES_OF_BOX[box])
    host = server_name(account)
    words = (effect(a.effect, host) for a in told if a and a.reach == SERVER)
    return list(dict.fromkeys(filter(None, words)))


def read_reasons(account: Account, box: str) -> list[str]:
    """Why the server cannot be told that something in the box was read."""
    by_source = account.able.abilities.get("mark-read", {})
    told = (by_source.get(source) for source in SOURCES_OF_BOX[box])
    host = server_name(account)
    words = (reason(a.reason, host) for a in told if a and a.reach != SERVER)
    return list(dict.fromkeys(filter(None, words)))


def _words(ability: Ability, account: Account) -> str:
    host = server_name(account)
    why = reason(ability.reason, host)
    if ability.reach == SERVER:
        return effect(ability.effect, host) or _("yes")
    if ability.reach == HERE:
        return _("only here: %(why)s") % {"why": why} if why else _("only here")
    return _("no: %(why)s") % {"why": why}


def account_status(account: Account, cursors: Iterable[Cursor]) -> str:
    """How the account is, in one sentence."""
    names = {
        "host": server_name(account),
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

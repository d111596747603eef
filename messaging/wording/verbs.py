"""What a verb really does, why it is not possible, and what became of it."""

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Account
from inboxhub.networks.base import SERVER
from messaging.models import Operation
from messaging.wording.errors import problem
from messaging.wording.kinds import Text

Verb = Operation.Verb

EFFECTS: dict[str, Text] = {
    "hidden-here": gettext_lazy("hidden in InboxHub only; you can show it again"),
    "hide-here": gettext_lazy("hidden in InboxHub only; you can show it again"),
    "here-only": gettext_lazy("only here; {host} hears nothing of it"),
    "read-notice": gettext_lazy("marked read on {host} one by one"),
    "read-chat": gettext_lazy(
        "the whole chat is marked read on {host}; the other person sees nothing",
    ),
    "read-chat-message": gettext_lazy(
        "marked read on {host} one by one; the other person can see it",
    ),
    "delete-note": gettext_lazy(
        "your own notes: deleted for everyone; copies on other servers may stay",
    ),
    "delete-note-answers": gettext_lazy(
        "your own notes: deleted for everyone, and on {host} all answers and quotes"
        " with them, also those of other people; copies on other servers may stay",
    ),
    "delete-chat": gettext_lazy("your own chat messages: gone for both of you"),
}
"""By effect code of an `Ability`; `{host}` is the account's server."""

REASONS: dict[str, Text] = {
    "not-offered": gettext_lazy("{host} does not offer this"),
    "not-yours": gettext_lazy("written by others; only they can delete it"),
    "your-own": gettext_lazy("you wrote it yourself"),
    "already-gone": gettext_lazy("no longer on {host}"),
    "unlinked": gettext_lazy("the account is unlinked"),
    "policy-here": gettext_lazy("this box is set to “only here”"),
    "no-mark-unread": gettext_lazy("{host} knows no marking as unread"),
    "no-remove": gettext_lazy("{host} has no list of your own to remove it from"),
    "only-all-notices": gettext_lazy("{host} can only mark all notices read at once"),
    "only-all-notices-delete": gettext_lazy(
        "{host} can only clear all notices at once",
    ),
    "no-read-state": gettext_lazy("{host} keeps no read state for it"),
    "answer-request": gettext_lazy("a request is accepted or rejected, not deleted"),
    "chat-off": gettext_lazy("chat is off for this account on {host}"),
    "chat-none": gettext_lazy("{host} has no chat"),
    "no-permission-notices": gettext_lazy(
        "our key may not read notices; sign in again to allow it",
    ),
    "no-permission-requests": gettext_lazy(
        "our key may not read follow requests; sign in again to allow it",
    ),
}
"""By reason code: why something goes no further, or is not possible at all."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The words of the page that asks before a verb."""

    title: str
    button: str
    lasting: str
    """What cannot be brought back; empty when everything can."""


def effect(code: str, host: str) -> str:
    """What really happens; nothing for a code without a sentence."""
    return str(EFFECTS.get(code, "")).replace("{host}", host)


def reason(code: str, host: str) -> str:
    """Why not, or why only here; the code itself when nobody worded it."""
    if not code:
        return ""
    words = REASONS.get(code)
    return str(words).replace("{host}", host) if words else code.replace("-", " ")


def confirmation(verb: str, possible: int) -> Confirmation:
    match verb:
        case Verb.REMOVE:
            return Confirmation(
                title=_("Remove from my list"),
                button=ngettext(
                    "Remove %(number)s message",
                    "Remove %(number)s messages",
                    possible,
                )
                % {"number": _grouped(possible)},
                lasting="",
            )
        case _:
            return Confirmation(
                title=_("Delete on the server"),
                button=ngettext(
                    "Delete %(number)s message",
                    "Delete %(number)s messages",
                    possible,
                )
                % {"number": _grouped(possible)},
                lasting=_("What is deleted cannot be brought back."),
            )


def done_sentence(operation: Operation) -> str:
    """What was done, how far it is, or what is still on its way."""
    number = operation.total - operation.skipped
    if not operation.total:
        return _("Nothing to do: the messages are no longer here.")
    if not number:
        return _("Not possible for any of the selected messages.")
    names = {"number": _grouped(number)}
    if operation.state == Operation.State.RUNNING:
        return _running(operation.verb, number) % names
    if operation.failed:
        text = ngettext(
            "%(failed)s of %(number)s message failed.",
            "%(failed)s of %(number)s messages failed.",
            number,
        )
        return text % {**names, "failed": _grouped(operation.failed)}
    return _finished(operation.verb, number) % names


def _grouped(number: int) -> str:
    return number_format(number, force_grouping=True)


def _finished(verb: str, number: int) -> str:
    match verb:
        case Verb.MARK_READ:
            return ngettext(
                "%(number)s message marked read",
                "%(number)s messages marked read",
                number,
            )
        case Verb.MARK_UNREAD:
            return ngettext(
                "%(number)s message marked unread",
                "%(number)s messages marked unread",
                number,
            )
        case Verb.HIDE:
            return ngettext(
                "%(number)s message hidden here",
                "%(number)s messages hidden here",
                number,
            )
        case Verb.UNHIDE:
            return ngettext(
                "%(number)s message shown again",
                "%(number)s messages shown again",
                number,
            )
        case Verb.REMOVE:
            return ngettext(
                "%(number)s message removed from your list",
                "%(number)s messages removed from your list",
                number,
            )
        case Verb.DELETE:
            return ngettext(
                "%(number)s message deleted on the server",
                "%(number)s messages deleted on the server",
                number,
            )
        case _:
            return ngettext(
                "%(number)s message fetched again",
                "%(number)s messages fetched again",
                number,
            )


def _running(verb: str, number: int) -> str:
    match verb:
        case Verb.MARK_READ:
            return ngettext(
                "Marked read here; telling the server about %(number)s message …",
                "Marked read here; telling the server about %(number)s messages …",
                number,
            )
        case Verb.MARK_UNREAD:
            return ngettext(
                "Marked unread here; telling the server about %(number)s message …",
                "Marked unread here; telling the server about %(number)s messages …",
                number,
            )
        case Verb.REMOVE:
            return ngettext(
                "Removing %(number)s message from your list …",
                "Removing %(number)s messages from your list …",
                number,
            )
        case Verb.DELETE:
            return ngettext(
                "Deleting %(number)s message on the server …",
                "Deleting %(number)s messages on the server …",
                number,
            )
        case _:
            return ngettext(
                "Fetching %(number)s message again …",
                "Fetching %(number)s messages again …",
                number,
            )


def item_problem(error: str, host: str) -> str:
    """Why one message of an operation failed or was left out."""
    if error in REASONS:
        return reason(error, host)
    return problem(error, host) or _("%(host)s gave no reason") % {"host": host}


def read_quietly(reach: str, account: Account) -> str:
    """The quiet line of a conversation that was marked read by opening it."""
    if reach == SERVER:
        return _("Marked read · also on %(host)s") % {"host": account.host}
    return _("Marked read · only here")

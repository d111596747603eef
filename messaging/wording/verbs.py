"""What is asked before a verb, what is said while it runs, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Account
from inboxhub.networks.capabilities import SERVER
from messaging.models import Operation
from messaging.wording.answers import ANSWERS, answered
from messaging.wording.effects import LASTING, REASONS, reason
from messaging.wording.errors import problem
from messaging.wording.servers import server_name

Verb = Operation.Verb


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The words of the page that asks before a verb."""

    title: str
    button: str
    lasting: str
    """What cannot be brought back; empty when everything can."""
    understood: str
    """What the person must agree to first; empty when nothing is lost for good."""


def confirmation(verb: str, effects: Mapping[str, int]) -> Confirmation:
    """`effects`: how many of the messages that it is possible for have which effect."""
    possible = sum(effects.values())
    lasting = sum(number for code, number in effects.items() if code in LASTING)
    title, button = _question(verb, possible)
    names = {"number": _grouped(possible)}
    words = _lasting(verb, lasting, possible)
    return Confirmation(title, button % names, words, _understood(verb, lasting))


def _question(verb: str, number: int) -> tuple[str, str]:
    """The title, and the button that says yes."""
    match verb:
        case Verb.REMOVE:
            button = ngettext(
                "Start removing %(number)s message",
                "Start removing %(number)s messages",
                number,
            )
            return _("Remove from my list"), button
        case Verb.MARK_REPLIED:
            button = ngettext(
                "Start marking %(number)s message replied",
                "Start marking %(number)s messages replied",
                number,
            )
            return _("Mark replied"), button
        case Verb.ACCEPT:
            button = ngettext(
                "Accept %(number)s request", "Accept %(number)s requests", number
            )
            return _("Accept requests"), button
        case Verb.REJECT:
            button = ngettext(
                "Reject %(number)s request", "Reject %(number)s requests", number
            )
            return _("Reject or dismiss requests"), button
        case _:
            button = ngettext(
                "Start deleting %(number)s message",
                "Start deleting %(number)s messages",
                number,
            )
            return _("Delete on the server"), button


def selected(verb: str, chosen: int, possible: int, along: int) -> str:
    """How many were chosen, and for how many it is possible; `along` go with them."""
    # A message among the requests, which the verb is not for, makes them all messages.
    what = _what(verb if possible == chosen else "", chosen)
    names = {"what": what, "possible": _grouped(possible)}
    if possible == chosen:
        # Translators: “3 messages selected”, or “3 requests selected”.
        text = _("%(what)s selected. Nothing has happened yet.")
    elif possible:
        text = _(
            "%(what)s selected, possible for %(possible)s of them. Nothing has happened yet."
        )
    else:
        text = ngettext(
            "%(what)s selected. It is not possible for this one.",
            "%(what)s selected. It is possible for none of them.",
            chosen,
        )
    more = ngettext(
        "%(along)s more message goes with its conversation.",
        "%(along)s more messages go with their conversations.",
        along,
    )
    besides = [more % {"along": _grouped(along)}] if along else []
    return " ".join([text % names, *besides])


def _what(verb: str, number: int) -> str:
    """So many of what the verb is for."""
    if verb in (Verb.ACCEPT, Verb.REJECT):
        text = ngettext("%(number)s request", "%(number)s requests", number)
    else:
        text = ngettext("%(number)s message", "%(number)s messages", number)
    return text % {"number": _grouped(number)}


def conversations_with(conversations: int, messages: int) -> str:
    """Whole conversations, and how many messages they hold."""
    rows = ngettext(
        "%(number)s conversation", "%(number)s conversations", conversations
    ) % {"number": _grouped(conversations)}
    names = {"conversations": rows, "messages": _what("", messages)}
    # Translators: “3 conversations with 12 messages”.
    return _("%(conversations)s with %(messages)s") % names


def nothing_left(verb: str) -> str:
    """Why a verb has nothing to do although rows are ticked."""
    match verb:
        case Verb.MARK_READ:
            return _("Nothing that you ticked is unread.")
        case Verb.MARK_UNREAD:
            return _("What you ticked is unread already, or you wrote it.")
        case Verb.MARK_REPLIED:
            return _("Nothing that you ticked was written by others.")
        case _:
            return _("What you ticked is no longer here.")


def _lasting(verb: str, number: int, possible: int) -> str:
    """What cannot be brought back; empty when everything can."""
    if not number:
        return ""
    if verb == Verb.REJECT:
        return _("What is thrown away on the server cannot be brought back.")
    if verb == Verb.MARK_REPLIED:
        return _("What is marked replied cannot be taken back on its server.")
    if number < possible:
        text = ngettext(
            "%(number)s of these messages cannot be brought back.",
            "%(number)s of these messages cannot be brought back.",
            number,
        )
        return text % {"number": _grouped(number)}
    if verb == Verb.REMOVE:
        return _("What is removed cannot be brought back.")
    return _("What is deleted cannot be brought back.")


def _understood(verb: str, number: int) -> str:
    """What is agreed to before messages are lost; a mark loses none."""
    if not number or verb == Verb.MARK_REPLIED:
        return ""
    if verb == Verb.REJECT:
        return _("I understand that what was held back cannot be brought back")
    text = ngettext(
        "I understand that %(number)s message cannot be brought back",
        "I understand that %(number)s messages cannot be brought back",
        number,
    )
    return text % {"number": _grouped(number)}


def duration(seconds: float) -> str:
    """About how long something takes at the host's limits; nothing when it is short."""
    if seconds < 2:
        return ""
    if seconds < 90:
        exact = round(seconds)
        shown = exact if exact < 20 else 5 * round(exact / 5)
        return _("about %(seconds)s s") % {"seconds": shown}
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return _("about %(minutes)s min") % {"minutes": minutes}
    return _("about %(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}


def done_sentence(operation: Operation) -> str:
    """What was done, how far it is, or what is still on its way."""
    if operation.verb in ANSWERS:
        return answered(operation)
    number = operation.total - operation.skipped
    if not operation.total:
        return _("Nothing to do: the messages are no longer here.")
    if not number:
        return _("Not possible for any of the selected messages.")
    names = {"number": _grouped(number)}
    if operation.state in (Operation.State.WAITING, Operation.State.RUNNING):
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
        case Verb.MARK_REPLIED:
            return ngettext(
                "%(number)s message marked replied",
                "%(number)s messages marked replied",
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
        case Verb.CLEAR:
            return _("All notices cleared on the server")
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
        case Verb.MARK_REPLIED:
            return ngettext(
                "Marked read here; telling the server that %(number)s message is"
                " replied …",
                "Marked read here; telling the server that %(number)s messages are"
                " replied …",
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
        case Verb.CLEAR:
            return _("Clearing all notices on the server …")
        case _:
            return ngettext(
                "Fetching %(number)s message again …",
                "Fetching %(number)s messages again …",
                number,
            )


def item_problem(error: str, host: str) -> str:
    """Why one message of an operation failed or was left out."""
    if error == "unlinked-in-doubt":
        text = _("the account was unlinked during the call; perhaps %(host)s did it")
        return text % {"host": host}
    if error in REASONS:
        return reason(error, host)
    return problem(error, host) or _("%(host)s gave no reason") % {"host": host}


def read_quietly(reach: str, account: Account) -> str:
    """The quiet line of a conversation that was marked read by opening it."""
    if reach == SERVER:
        return _("Marked read · also on %(host)s") % {"host": server_name(account)}
    return _("Marked read · only here")

"""What is said of an operation: what it will do, how far it is, each account, each item."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from accounts.models import Account
from messaging.models import Operation, OperationItem
from messaging.wording.kinds import Text
from messaging.wording.servers import server_name
from messaging.wording.verbs import done_sentence, item_problem

Verb, State = Operation.Verb, Operation.State
ItemState = OperationItem.State
IN_DOUBT = "cancelled-in-doubt"
CALLED_OFF = ("cancelled", IN_DOUBT, "undone", "discarded")
"""Errors of items that the person did not want any more."""

LANES: dict[str, Text] = {
    "running": gettext_lazy("At work"),
    "waiting-for-host": gettext_lazy("Waiting for %(host)s"),
    "unreachable": gettext_lazy(
        "%(host)s does not answer; the next try comes by itself",
    ),
    "sign-in-needed": gettext_lazy(
        "%(host)s refused our key; it goes on once you have signed in again",
    ),
    "paused": pgettext_lazy("moment", "Paused"),
    "undo-window": gettext_lazy("Not begun yet"),
    "unlinked": gettext_lazy("The account is unlinked; what was left is given up"),
    "in-doubt": gettext_lazy(
        "The last call was under way; %(host)s is asked what became of it",
    ),
    "done": gettext_lazy("Finished"),
}
"""By the state of an account's lane; `%(host)s` is its server."""

LANES_UNTIL: dict[str, Text] = {
    "waiting-for-host": gettext_lazy("Waiting for %(host)s until %(time)s"),
    "unreachable": gettext_lazy("%(host)s does not answer; next try at %(time)s"),
}
"""The same where it is known until when."""
SOON = timedelta(minutes=1)
"""Within this a time without seconds may be the one that it is."""

MOMENTS: dict[str, Text] = {
    "asked": gettext_lazy("Asked for"),
    "begun": gettext_lazy("Started"),
    "paused": pgettext_lazy("moment", "Paused"),
    "resumed": gettext_lazy("Resumed"),
    "restarted": gettext_lazy("InboxHub was started again, and goes on"),
    "sign-in-needed": gettext_lazy("%(account)s needs you to sign in again"),
    "finished": gettext_lazy("Finished"),
    "retried": gettext_lazy("What had failed is tried again"),
    "cancelled": gettext_lazy("Cancelled"),
    "undone": gettext_lazy("Undone"),
}
"""What happens to an operation between its beginning and its end."""


def operation_sentence(operation: Operation) -> str:
    """What will be done, how far it is, or what was done."""
    number = operation.total - operation.skipped
    names = {"number": _grouped(number), "done": _grouped(operation.done)}
    if operation.undone_at and operation.verb in (Verb.HIDE, Verb.UNHIDE):
        return _("Undone. Nothing was changed.")
    match operation.state:
        case State.WAITING:
            return _waiting(operation.verb, number) % names
        case State.PAUSED:
            return _("Paused: %(done)s of %(number)s done.") % names
        case State.CANCELLED:
            return _cancelled(operation)
        case _:
            return done_sentence(operation)


def _grouped(number: int) -> str:
    return number_format(number, force_grouping=True)


def _waiting(verb: str, number: int) -> str:
    match verb:
        case Verb.DELETE:
            return ngettext(
                "%(number)s message will be deleted on the server",
                "%(number)s messages will be deleted on the server",
                number,
            )
        case Verb.REMOVE:
            return ngettext(
                "%(number)s message will be removed from your list",
                "%(number)s messages will be removed from your list",
                number,
            )
        case Verb.MARK_REPLIED:
            return ngettext(
                "%(number)s message will be marked replied",
                "%(number)s messages will be marked replied",
                number,
            )
        case Verb.SEND:
            return _("Your message will be sent")
        case Verb.ACCEPT:
            return ngettext(
                "%(number)s request will be accepted",
                "%(number)s requests will be accepted",
                number,
            )
        case Verb.REJECT:
            return ngettext(
                "%(number)s request will be rejected",
                "%(number)s requests will be rejected",
                number,
            )
        case _:
            return ngettext(
                "This will be done to %(number)s message",
                "This will be done to %(number)s messages",
                number,
            )


def _cancelled(operation: Operation) -> str:
    """Both ways to call it off: with nothing done, or with what stays done."""
    if operation.undone_at:
        # What was marked is marked back.
        return _("Undone.")
    if not operation.done:
        if _perhaps_done(operation):
            return _("Cancelled. The last call was under way: perhaps it was done.")
        return _("Undone. Nothing was changed.")
    text = ngettext(
        "Cancelled. %(done)s message was done before, and stays so.",
        "Cancelled. %(done)s messages were done before, and stay so.",
        operation.done,
    )
    return text % {"done": _grouped(operation.done)}


def _perhaps_done(operation: Operation) -> bool:
    """Whether a call was under way when it was called off, without an answer yet."""
    if operation.failed + operation.skipped < operation.total:
        return True
    # Called off before it began, as most are, no call was under way.
    begun = any(one["what"] == "begun" for one in operation.history)
    waited = operation.not_before is not None
    return (begun or not waited) and operation.items.filter(error=IN_DOUBT).exists()


def heard(operation: Operation, percent: int) -> str:
    """What a screen reader is told at the start, at each quarter, and at the end."""
    if operation.state == State.RUNNING and percent:
        names = {"percent": percent, "what": operation.get_verb_display()}
        return _("%(what)s: %(percent)s %% done") % names
    return operation_sentence(operation)


def lane_state(account: Account, state: str, until: datetime | None) -> str:
    """How the work of an operation stands at one account, and what happens next.

    `state` and `until` are those of a `messaging.course.Lane`.
    """
    names = {"host": server_name(account), "time": _clock(until)}
    later = until is not None and until - timezone.now() >= SOON
    dated = LANES_UNTIL.get(state) if later else None
    return str(dated or LANES.get(state, LANES["running"])) % names


def _clock(moment: datetime | None) -> str:
    """The time of day; with the day where that is another one."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    if local.date() == timezone.localdate():
        # Translators: time of day in Django's date format.
        return date_format(local, _("H:i"))
    # Translators: day and time of this year, in Django's date format.
    return date_format(local, _("j M, H:i"))


def pace(left: int, seconds: float) -> str:
    """How fast it goes on, by what is left in how many seconds."""
    if left < 2 or seconds < 2:
        return ""
    a_minute = 60 * left / seconds
    if a_minute >= 1:
        number = round(a_minute)
        text = ngettext(
            "about %(number)s a minute",
            "about %(number)s a minute",
            number,
        )
        return text % {"number": _grouped(number)}
    number = max(1, round(60 * a_minute))
    text = ngettext("about %(number)s an hour", "about %(number)s an hour", number)
    return text % {"number": _grouped(number)}


def moment_of(noted: Mapping[str, str]) -> str:
    """What happened to an operation at a moment of its history."""
    text = MOMENTS.get(noted.get("what", ""), "")
    return str(text) % {"account": noted.get("account", "")} if text else ""


def outcome(item: OperationItem) -> str:
    """What became of one message, in a word or two."""
    match item.state:
        case ItemState.DONE:
            return _("Already gone") if item.gone else _("Done")
        case ItemState.FAILED:
            return _("Failed")
        case ItemState.SKIPPED if item.error == "undone":
            return _("Undone")
        case ItemState.SKIPPED if item.error == IN_DOUBT:
            return _("Cancelled, perhaps done")
        case ItemState.SKIPPED if item.error in CALLED_OFF:
            return _("Cancelled")
        case ItemState.SKIPPED:
            return _("Not possible")
        case ItemState.UNKNOWN:
            return _("Not known yet")
        case ItemState.IN_FLIGHT:
            return _("On its way")
        case _:
            return _("Waiting")


def outcome_reason(item: OperationItem) -> str:
    """Why it was not done; what the last try said where it still waits."""
    names = {"host": server_name(item.account)}
    ended = item.operation.finished_at
    called_off = item.operation.state == State.CANCELLED
    match item.state:
        case ItemState.DONE if called_off and ended and _settled_after(item, ended):
            return _("It was done before the cancellation reached it.")
        case ItemState.DONE:
            return ""
        case ItemState.SKIPPED if item.error == IN_DOUBT:
            text = _(
                "The call broke off, and %(host)s does not tell what became of it."
            )
            return text % names
        case ItemState.UNKNOWN if item.verb != Verb.SEND:
            text = _("The call was under way; %(host)s is asked whether it was done.")
            return text % names
        case _ if item.error in CALLED_OFF:
            return ""
        case ItemState.FAILED:
            return item_problem(item.error, names["host"])
        case _:
            return item_problem(item.error, names["host"]) if item.error else ""


def _settled_after(item: OperationItem, moment: datetime) -> bool:
    return item.settled_at is not None and item.settled_at > moment

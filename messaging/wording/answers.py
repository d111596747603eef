"""What became of an answer: a message sent, a reaction, requests decided."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from messaging.models import Operation, OperationItem
from messaging.wording.effects import REASONS, reason
from messaging.wording.errors import problem
from messaging.wording.servers import server_name

Verb, State = Operation.Verb, Operation.State
ANSWERS = (Verb.SEND, Verb.REACT, Verb.UNREACT, Verb.ACCEPT, Verb.REJECT)


def answered(operation: Operation) -> str:
    """What was done, how far it is, or why it was not done."""
    if operation.state == State.RUNNING:
        return _going_on(operation.verb)
    if operation.total > 1:
        return _decided(operation)
    if operation.failed or operation.skipped:
        why = _why(operation)
        return f"{_not_done(operation.verb)} {why}".strip()
    number = operation.total
    names = {"number": number_format(number, force_grouping=True)}
    return _done(operation.verb, number) % names


def _decided(operation: Operation) -> str:
    """Of several requests; each has a reason of its own on the operation's page."""
    number = operation.total - operation.skipped
    names = {"number": number_format(number, force_grouping=True)}
    if not number:
        return _("Not possible for any of the selected messages.")
    if not operation.failed:
        return _done(operation.verb, number) % names
    text = ngettext(
        "%(failed)s of %(number)s request is still open.",
        "%(failed)s of %(number)s requests are still open.",
        number,
    )
    failed = number_format(operation.failed, force_grouping=True)
    return text % {**names, "failed": failed}


def _why(operation: Operation) -> str:
    """The first reason; a single answer has only one."""
    states = (OperationItem.State.FAILED, OperationItem.State.SKIPPED)
    items = operation.items.filter(state__in=states).exclude(error="")
    item = items.select_related("account").first()
    if item is None:
        return ""
    host = server_name(item.account)
    if item.error in REASONS:
        return _("Not possible: %(why)s") % {"why": reason(item.error, host)}
    return problem(item.error, host)


def _going_on(verb: str) -> str:
    match verb:
        case Verb.SEND:
            return _("Sending…")
        case Verb.REACT:
            return _("Telling the server about your reaction …")
        case Verb.UNREACT:
            return _("Taking your reaction back …")
        case _:
            return _("Telling the server what you decided …")


def _not_done(verb: str) -> str:
    match verb:
        case Verb.SEND:
            return _("Your message was not sent.")
        case Verb.REACT:
            return _("Your reaction was not given.")
        case Verb.UNREACT:
            return _("Your reaction was not taken back.")
        case _:
            return _("The request is still open.")


def _done(verb: str, number: int) -> str:
    match verb:
        case Verb.SEND:
            return _("Your message was sent")
        case Verb.REACT:
            return _("Your reaction was given")
        case Verb.UNREACT:
            return _("Your reaction was taken back")
        case Verb.ACCEPT:
            return ngettext(
                "%(number)s request accepted",
                "%(number)s requests accepted",
                number,
            )
        case _:
            return ngettext(
                "%(number)s request rejected",
                "%(number)s requests rejected",
                number,
            )

"""Why a draft cannot be sent yet, or was not: what is in the way, and what to do."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Account
from inboxhub.networks.capabilities import Writing
from inboxhub.networks.writing import Audience
from messaging.wording.effects import REASONS, reason
from messaging.wording.errors import problem
from messaging.wording.kinds import Text, visibility
from messaging.wording.servers import server_name

PROBLEMS: dict[str, Text] = {
    "unlinked": gettext_lazy(
        "This account is unlinked. Your text is kept; link the account again to send it."
    ),
    "sign-in-needed": gettext_lazy(
        "%(host)s refused our key. Your text is kept; sign in again, then send it."
    ),
    "answered-is-gone": gettext_lazy(
        "The message that you answer is no longer on %(host)s. Your text is kept; copy"
        " it into a new message."
    ),
    "other-account": gettext_lazy(
        "Only the account that got this message can answer it. Your text is kept."
    ),
    "empty": gettext_lazy("Write something first."),
    "too-long": gettext_lazy(
        "Your text is too long: %(host)s takes up to %(most)s characters. It is kept;"
        " make it shorter."
    ),
    "no-title": gettext_lazy("%(host)s wants a title. Give your message one."),
    "no-recipient": gettext_lazy("Choose who gets it."),
    "too-many-people": gettext_lazy(
        "%(host)s takes up to %(people)s people for one message. Take some out."
    ),
    "visibility": gettext_lazy(
        "%(host)s does not take that for this message. Choose again who can see it."
    ),
    "no-warning": gettext_lazy(
        "%(host)s has no content warning for this. Put it into the text instead."
    ),
    "no-pictures": gettext_lazy(
        "%(host)s takes no pictures here. Your text is kept; take the pictures out."
    ),
    "too-many-files": gettext_lazy(
        "%(host)s takes up to %(files)s pictures for one message. Take some out."
    ),
    "file-too-large": gettext_lazy(
        "That picture is too large: up to %(size)s MB is possible. Make it smaller."
    ),
    "file-type": gettext_lazy(
        "%(host)s does not take this kind of picture. Choose another one."
    ),
    "not-a-picture": gettext_lazy(
        "That file is no picture that InboxHub can read. Choose another one."
    ),
    "busy": gettext_lazy(
        "InboxHub is busy with other pictures. Your text is kept; try again in a moment."
    ),
    "audience-changed": gettext_lazy(
        "More people would get your answer, or could see it, than you were shown. Your"
        " text is kept; look whom it goes to now, then send it again."
    ),
    "sending": gettext_lazy("This is on its way already."),
    "sent-already": gettext_lazy("This was sent already."),
    "no-description": gettext_lazy(
        "A picture has no description. Describe it for those who cannot see it, or send"
        " it without."
    ),
}
"""By code; `%(host)s` is the account's server."""

LARGEST_PICTURE = 10 * 1024 * 1024
"""Bytes that we take at most, however much the network would."""


def in_the_way(code: str, account: Account, able: Writing) -> str:
    """Why the draft cannot be sent as it is, and what to do."""
    host = server_name(account)
    if code not in PROBLEMS:
        return not_possible(code, host)
    most = min(able.max_bytes or LARGEST_PICTURE, LARGEST_PICTURE)
    names = {
        "host": host,
        "most": number_format(able.max_text, force_grouping=True),
        "people": able.people,
        "files": able.files,
        "size": number_format(round(most / 1_048_576, 1) or 0.1),
    }
    return str(PROBLEMS[code]) % names


def audience_changed(shown: Audience | None, now: Audience | None) -> str:
    """What the person did not see when they pressed the button, in sentences."""
    said = []
    if shown and now and shown.people < now.people:
        number = number_format(now.people, force_grouping=True)
        told = ngettext(
            "It would now go to %(now)s person; you were shown %(shown)s.",
            "It would now go to %(now)s people; you were shown %(shown)s.",
            now.people,
        )
        said.append(told % {"now": number, "shown": number_format(shown.people)})
    elif shown and now and not now.handles.keys() <= shown.handles.keys():
        said.append(_("It would now go to other people than you were shown."))
    if shown and now and shown.visibility != now.visibility:
        who = visibility(now.visibility)[1]
        said.append(_("More people could see it now (%(who)s).") % {"who": who})
    if not said:
        return str(PROBLEMS["audience-changed"])
    end = _("Your text is kept; send it again if that is right.")
    return " ".join([*said, end])


def not_possible(code: str, host: str) -> str:
    """Why nothing can be written at all."""
    return _("Not possible: %(why)s") % {"why": reason(code or "not-offered", host)}


def not_sent(code: str, account: Account, able: Writing) -> str:
    """Why the last try failed; the text of the draft is kept."""
    if code in PROBLEMS or code in REASONS:
        return in_the_way(code, account, able)
    return problem(code, server_name(account))

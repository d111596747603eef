"""What went wrong with a network, in sentences: what happened, what it means, what next.

Rows hold the code alone, so that each page says it in its reader's language.
"""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging.wording.kinds import Text

CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{1,80}")
STATUS = re.compile(r"status-(\d{3})")

KEY_REFUSED = gettext_lazy(
    "%(host)s refused our key. Nothing was lost; sign in again.",
)
NO_KEY = gettext_lazy(
    "No usable key for %(host)s is stored. Nothing was lost; sign in again.",
)
NO_PERMISSION = gettext_lazy(
    "Our key may not do that on %(host)s. Nothing changed there; sign in again to"
    " allow it.",
)
PAUSE = gettext_lazy(
    "InboxHub waits so as not to call %(host)s too often. Nothing was lost; it goes on"
    " by itself.",
)
ASKED_TO_PAUSE = gettext_lazy(
    "%(host)s asks for a pause. Nothing was lost; InboxHub goes on by itself.",
)
UNREADABLE = gettext_lazy(
    "%(host)s gave an answer that InboxHub cannot read. Nothing was lost; the next try"
    " comes by itself.",
)
NOT_UNDERSTOOD = gettext_lazy(
    "%(host)s did not understand our request. Nothing changed there.",
)
NOT_OFFERED = gettext_lazy("%(host)s does not offer that. Nothing changed there.")
NOT_ALLOWED = gettext_lazy("%(host)s does not allow that. Nothing changed there.")
REFUSED = gettext_lazy("%(host)s refused. Nothing changed there.")
REQUEST_GONE = gettext_lazy(
    "The request was answered or taken back on %(host)s. The copy here stays.",
)
MESSAGE_GONE = gettext_lazy(
    "The message no longer exists on %(host)s, or is not yours. The copy here stays.",
)
GONE = gettext_lazy("It no longer exists on %(host)s. The copy here stays.")
NO_USABLE_ID = gettext_lazy(
    "The message has no id that %(host)s could be asked for. The copy here stays.",
)
HOST_FAILED = gettext_lazy(
    "%(host)s has an internal error. Nothing was lost; the next try comes by itself.",
)

SENTENCES: dict[str, Text] = {
    "AUTHENTICATION_FAILED": KEY_REFUSED,
    "CREDENTIAL_REQUIRED": KEY_REFUSED,
    "token-refused": KEY_REFUSED,
    "invalid_token": KEY_REFUSED,
    "expired_token": KEY_REFUSED,
    "unauthorized": KEY_REFUSED,
    "invalid_grant": gettext_lazy(
        "%(host)s has ended this sign-in. Nothing was lost; sign in again.",
    ),
    "no-token": NO_KEY,
    "no-refresh-token": NO_KEY,
    "no-token-answer": gettext_lazy(
        "%(host)s gave no new key this time. Nothing was lost; the next try comes by"
        " itself.",
    ),
    "operator-key": gettext_lazy(
        "%(host)s refused the key of this site, which only its operator can mend."
        " Nothing was lost; InboxHub goes on by itself then.",
    ),
    "other-host": gettext_lazy(
        "The settings of this site give another address for %(host)s than this account"
        " was linked at. Nothing was lost; link the account again, or ask the operator.",
    ),
    "account-refused": gettext_lazy(
        "%(host)s does not let this account in; it may be suspended or not confirmed"
        " yet. What was fetched stays; ask those who run the server.",
    ),
    "call-refused": gettext_lazy(
        "%(host)s refused this call, though not our key. Nothing was lost; the next try"
        " comes by itself.",
    ),
    "cannot-open": gettext_lazy(
        "The stored key for %(host)s cannot be opened with INBOXHUB_KEYS. Nothing was"
        " lost; bring the missing part back, or sign in again.",
    ),
    "YOUR_ACCOUNT_SUSPENDED": gettext_lazy(
        "%(host)s has suspended this account. What was fetched stays; ask those who run"
        " the server.",
    ),
    "YOUR_ACCOUNT_MOVED": gettext_lazy(
        "This account has moved, so %(host)s no longer lets it do that. Nothing changed"
        " there; link the new account.",
    ),
    "PERMISSION_DENIED": NO_PERMISSION,
    "insufficient_scope": NO_PERMISSION,
    "ROLE_PERMISSION_DENIED": gettext_lazy(
        "The rules of %(host)s do not let this account do that. Nothing changed there;"
        " ask those who run the server.",
    ),
    "ACCESS_DENIED": NOT_ALLOWED,
    "not-allowed": NOT_ALLOWED,
    "access_denied": gettext_lazy(
        "%(host)s does not allow that; it may have restricted this account for a while."
        " Nothing changed there.",
    ),
    "status_conflicted": gettext_lazy(
        "%(host)s does not let the message go back to that state. Nothing changed"
        " there.",
    ),
    "NO_SUCH_NOTE": gettext_lazy(
        "The note no longer exists on %(host)s. The copy here stays.",
    ),
    "NO_SUCH_MESSAGE": MESSAGE_GONE,
    "not_found": MESSAGE_GONE,
    "gone": GONE,
    "bad-id": NO_USABLE_ID,
    "no-ids": NO_USABLE_ID,
    "not-that": gettext_lazy(
        "%(host)s answered with another message than the one asked for. The copy here"
        " stays; the next try comes by itself.",
    ),
    "NO_SUCH_USER": gettext_lazy(
        "The person is no longer on %(host)s. The copy here stays.",
    ),
    "NO_SUCH_ROOM": gettext_lazy(
        "The chat room no longer exists on %(host)s. The copy here stays.",
    ),
    "NO_FOLLOW_REQUEST": REQUEST_GONE,
    "no-request": REQUEST_GONE,
    "INVALID_PARAM": NOT_UNDERSTOOD,
    "error": NOT_UNDERSTOOD,
    "field": NOT_UNDERSTOOD,
    "invalid_request": NOT_UNDERSTOOD,
    "YOU_HAVE_BEEN_BLOCKED": gettext_lazy(
        "The person has blocked this account on %(host)s. Nothing changed there.",
    ),
    "CHAT_REFUSED": gettext_lazy(
        "The person on %(host)s does not accept chats. Nothing changed there.",
    ),
    "NOT_A_MEMBER": gettext_lazy(
        "This account is not in that chat room on %(host)s. Nothing changed there.",
    ),
    "OWN_MESSAGE": gettext_lazy(
        "%(host)s does not do that to a message of your own. Nothing changed there.",
    ),
    "NOT_ACCESSIBLE": gettext_lazy(
        "%(host)s does not show the note to this account. Nothing changed there.",
    ),
    "RATE_LIMIT_EXCEEDED": ASKED_TO_PAUSE,
    "too-many-calls": ASKED_TO_PAUSE,
    "pause": ASKED_TO_PAUSE,
    "budget": PAUSE,
    "busy": PAUSE,
    "listing": PAUSE,
    "PROCESSING": gettext_lazy(
        "%(host)s is still at it. Nothing was lost; the next try comes by itself.",
    ),
    "changed-meanwhile": gettext_lazy(
        "Somebody else changed it on %(host)s at the same moment. Nothing was lost; the"
        " next try comes by itself.",
    ),
    "written-again": gettext_lazy(
        "Somebody has written again meanwhile, so the conversation stays in your list"
        " on %(host)s. Read the new message, then remove it again.",
    ),
    "redirect": gettext_lazy(
        "%(host)s sends its callers to another address. Nothing was lost; if it has"
        " moved for good, link the account there.",
    ),
    "cut-off": gettext_lazy(
        "The connection to %(host)s broke off. Nothing was lost; the next try comes by"
        " itself.",
    ),
    "host-unreachable": gettext_lazy(
        "Nothing answers at the address of %(host)s. Nothing was lost; the next try"
        " comes by itself.",
    ),
    "host-refused": gettext_lazy(
        "The address of %(host)s is not public, and InboxHub calls no others. Nothing"
        " was lost; if it is your own server, allow it in INBOXHUB_PRIVATE_HOSTS.",
    ),
    "tls-failed": gettext_lazy(
        "The certificate of %(host)s is not valid, so InboxHub does not talk to it."
        " Nothing was lost; the next try comes by itself.",
    ),
    "deadline-passed": gettext_lazy(
        "%(host)s did not answer in time. Nothing was lost; the next try comes by"
        " itself.",
    ),
    "body-too-large": gettext_lazy(
        "The answer of %(host)s was too large. Nothing was lost; the next try comes by"
        " itself.",
    ),
    "position": gettext_lazy(
        "InboxHub no longer knows where it stood in a listing of %(host)s. Nothing was"
        " lost; sync the account again.",
    ),
    "no-answer": UNREADABLE,
    "not-json": UNREADABLE,
    "not-a-list": UNREADABLE,
    "not-an-object": UNREADABLE,
    "not-misskey": UNREADABLE,
    "not-mastodon": UNREADABLE,
    "not-mixi": UNREADABLE,
    "no-endpoint": NOT_OFFERED,
    "UNKNOWN_API_ENDPOINT": NOT_OFFERED,
    "NO_SUCH_ENDPOINT": NOT_OFFERED,
    "not-offered": NOT_OFFERED,
    "no-such-box": NOT_OFFERED,
    "no-chat": gettext_lazy(
        "No chat on %(host)s belongs to this message. Nothing changed there.",
    ),
    "not-shown": gettext_lazy(
        "%(host)s does not show this message alone. The copy here stays as it was.",
    ),
    "refused": REFUSED,
    "host-error": HOST_FAILED,
    "INTERNAL_ERROR": HOST_FAILED,
    "internal-error": gettext_lazy(
        "InboxHub itself failed at this, not %(host)s. Nothing was lost; InboxHub’s log"
        " says why.",
    ),
}
"""By code of a ProviderError, the network's own or ours; `%(host)s` is the server."""


def problem(stored: str, host: str) -> str:
    """The sentence for what a row holds of an error; other texts stay as they are."""
    names = {"host": host, "code": stored}
    if stored in SENTENCES:
        return str(SENTENCES[stored]) % names
    if status := STATUS.fullmatch(stored):
        return _by_status(int(status[1]), host)
    if stored.startswith("NO_SUCH_"):
        return str(GONE) % names
    if CODE.fullmatch(stored):
        return _("%(host)s refused (code %(code)s).") % names
    return stored


def _by_status(status: int, host: str) -> str:
    names = {"host": host, "status": status}
    if 400 <= status < 500:
        text = _(
            "%(host)s did not accept our request (status %(status)s). Nothing was lost.",
        )
    else:
        text = _(
            "%(host)s answered with an error (status %(status)s). Nothing was lost; the"
            " next try comes by itself.",
        )
    return text % names

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
    "NO_SUCH_EMOJI": gettext_lazy(
        "%(host)s does not have that emoji. Nothing changed there.",
    ),
    "reaction-changed": gettext_lazy(
        "%(host)s did not take that emoji here and made ❤ of it, which is your reaction"
        " now.",
    ),
    "TOO_MANY_REACTIONS": gettext_lazy(
        "The message on %(host)s has no room for more reactions. Nothing changed there.",
    ),
    "ROOM_IS_FULL": gettext_lazy(
        "The chat room on %(host)s has no seat left. Nothing changed there.",
    ),
    "CANNOT_REACT_TO_RENOTE": gettext_lazy(
        "%(host)s takes no reactions to a renote. Nothing changed there.",
    ),
    "CANNOT_REPLY_TO_A_PURE_RENOTE": gettext_lazy(
        "%(host)s takes no answers to a renote. Nothing was sent.",
    ),
    "CANNOT_REPLY_TO_AN_INVISIBLE_NOTE": gettext_lazy(
        "%(host)s does not show the note to this account any more, so it cannot be"
        " answered. Nothing was sent.",
    ),
    "NO_SUCH_REPLY_TARGET": gettext_lazy(
        "What you answer is no longer on %(host)s. Nothing was sent; the text is kept.",
    ),
    "NO_SUCH_FILE": gettext_lazy(
        "A picture is no longer on %(host)s. Nothing was sent; attach it again.",
    ),
    "CONTAINS_TOO_MANY_MENTIONS": gettext_lazy(
        "%(host)s does not let so many be addressed at once. Nothing was sent.",
    ),
    "CONTAINS_PROHIBITED_WORDS": gettext_lazy(
        "%(host)s does not allow words of this text. Nothing was sent; change them.",
    ),
    "RECIPIENT_IS_YOURSELF": gettext_lazy(
        "%(host)s lets nobody chat with themselves. Nothing was sent.",
    ),
    "NO_FREE_SPACE": gettext_lazy(
        "Your drive on %(host)s is full. Nothing was sent; make room there.",
    ),
    "no-permission-drive": NO_PERMISSION,
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
    "unexpected-people": gettext_lazy(
        "The text names somebody whom it is not for, and %(host)s would let them read it."
        " Nothing was sent; add them to the recipients, or take the name out.",
    ),
    "audience-changed": gettext_lazy(
        "%(host)s would have given the answer, or shown it, to more people than the form"
        " said. Nothing was sent; the text is kept.",
    ),
    "too-wide": gettext_lazy(
        "%(host)s would show the answer to more people than what it answers. Nothing was"
        " sent; choose fewer people who can see it.",
    ),
    "channel-public": gettext_lazy(
        "What you answer is in a channel, where %(host)s makes every answer public."
        " Nothing was sent; write a new message instead, or answer publicly.",
    ),
    "chat-elsewhere": gettext_lazy(
        "A chat reaches only people on %(host)s itself. Nothing was sent; send it as a"
        " direct note instead.",
    ),
    "chat-went-on": gettext_lazy(
        "%(host)s could only tell by marking the chat read whether your message arrived."
        " Look there before you send it again.",
    ),
    "too-long": gettext_lazy(
        "The text is too long for %(host)s, with the names of those whom it is for."
        " Nothing was sent; make it shorter.",
    ),
    "too-many-people": gettext_lazy(
        "%(host)s does not let so many be addressed at once. Nothing was sent.",
    ),
    "taken-for-the-same": gettext_lazy(
        "%(host)s takes two equal messages within a minute for one. Nothing was lost; the"
        " next try comes by itself.",
    ),
    "warning-too-long": gettext_lazy(
        "The content warning is too long for %(host)s. Nothing was sent; make it"
        " shorter.",
    ),
    "file-type": gettext_lazy(
        "%(host)s gets pictures of common kinds only. Nothing was sent; choose another"
        " one.",
    ),
    "too-many-files": gettext_lazy(
        "%(host)s takes fewer pictures for one message. Nothing was sent.",
    ),
    "no-recipient": gettext_lazy(
        "It is for nobody whom %(host)s can reach. Nothing was sent; name somebody.",
    ),
    "empty": gettext_lazy("There was nothing to send to %(host)s."),
    "answered-is-gone": gettext_lazy(
        "What you answer is no longer on %(host)s. Nothing was sent; the text is kept.",
    ),
    "no-pictures": gettext_lazy(
        "%(host)s takes no pictures from InboxHub. Nothing was sent; take them out.",
    ),
    "notice-no-reply": gettext_lazy(
        "A notice of %(host)s cannot be replied to. Nothing was sent.",
    ),
    "sent-and-deleted": gettext_lazy(
        "%(host)s had this message before, and it was deleted there since. It was not"
        " sent again.",
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
    "interrupted": gettext_lazy(
        "InboxHub was stopped while it sent this, and asks %(host)s whether it arrived."
        " Nothing is sent twice; it goes on by itself.",
    ),
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

"""What a verb really does at each network, and why it goes no further."""

from django.utils.translation import gettext_lazy as _

from messaging.wording.kinds import Text

EFFECTS: dict[str, Text] = {
    "hidden-here": _("hidden in InboxHub only; you can show it again"),
    "hide-here": _("hidden in InboxHub only; you can show it again"),
    "here-only": _("only here; {host} hears nothing of it"),
    "read-notice": _("marked read on {host} one by one"),
    "read-chat": _(
        "the whole chat is marked read on {host}; the other person sees nothing",
    ),
    "read-chat-message": _(
        "marked read on {host} one by one; the other person can see it",
    ),
    "read-conversation": _(
        "the whole conversation is marked read on {host}; the others see nothing",
    ),
    "read-older": _(
        "{host} keeps one mark for all notices and mentions: everything older is marked"
        " read there too",
    ),
    "read-for-good": _("marked read on {host}; that cannot be taken back there"),
    "unread-conversation": _("the whole conversation is marked unread on {host}"),
    "replied-for-good": _(
        "marked replied on {host}; that cannot be taken back there",
    ),
    "remove-conversation": _(
        "the whole conversation leaves your list on {host}; others keep theirs, and it"
        " comes back with the next message",
    ),
    "dismiss-notice": _(
        "the notice is dismissed on {host} for good; the post it is about stays",
    ),
    "delete-note": _(
        "your own notes: deleted for everyone; copies on other servers may stay",
    ),
    "delete-note-answers": _(
        "your own notes: deleted for everyone, and on {host} all answers and quotes"
        " with them, also those of other people; copies on other servers may stay",
    ),
    "delete-chat": _("your own chat messages: gone for both of you"),
    "delete-status": _(
        "your own posts: deleted for everyone; copies on other servers may stay",
    ),
    "delete-to-trash": _(
        "messages: moved to the trash of {host}, where they can be restored; the other"
        " person keeps theirs",
    ),
    "delete-for-good": _("notices: deleted on {host} for good, without a trash"),
    "favourite": _("a favourite on {host}; the author hears of it"),
    "unfavourite": _("the favourite is taken back on {host}"),
    "react": _("your reaction on {host}; the author hears of it"),
    "unreact": _("your reaction is taken back on {host}"),
    "join-room": _("you join the chat room on {host}; all in it can see that"),
    "ignore-invitation": _(
        "the invitation is put away on {host}; whoever wrote it hears nothing of it",
    ),
    "accept-follow": _("the person follows you on {host} from now on"),
    "reject-follow": _("the request is refused on {host}"),
    "accept-sender": _(
        "what {host} holds back of this person comes in, and from now on everything does",
    ),
    "dismiss-sender": _(
        "what {host} holds back of this person is thrown away there; what comes later is"
        " held back anew",
    ),
    "clear-notices": _(
        "all notices on {host} are gone for good, those too that InboxHub never fetched",
    ),
}
"""By effect code of an `Ability`; `{host}` is the account's server."""

LASTING = frozenset(
    {
        *("delete-note", "delete-note-answers", "delete-chat", "delete-status"),
        *("delete-for-good", "dismiss-notice", "replied-for-good", "dismiss-sender"),
    },
)
"""Effects of the verbs that ask first which nobody can take back."""

REASONS: dict[str, Text] = {
    "not-offered": _("{host} does not offer this"),
    "not-yours": _("written by others; only they can delete it"),
    "your-own": _("you wrote it yourself"),
    "superseded": _("the opposite was asked for later"),
    "already-gone": _("no longer on {host}"),
    "unlinked": _("the account is unlinked"),
    "policy-here": _("this box is set to “only here”"),
    "no-mark-read": _("{host} cannot be told that a conversation was read"),
    "no-mark-unread": _("{host} cannot mark as unread"),
    "no-mark-unread-notices": _("{host} cannot mark single notices unread"),
    "no-remove": _("{host} has no list of your own to remove it from"),
    "no-own-list": _("{host} has no list of your own to remove it from"),
    "no-list-of-it": _("{host} keeps no list of it to remove it from"),
    "no-remove-conversation": _("{host} cannot take a conversation off your list"),
    "no-conversations": _("{host} keeps no list of conversations"),
    "no-dismiss": _("{host} cannot dismiss single notices"),
    "no-markers": _("{host} keeps no mark of what you have read"),
    "announcement-here": _(
        "{host} would need a permission for it that InboxHub does not ask for",
    ),
    "only-all-notices": _("{host} can only mark all notices read at once"),
    "only-all-notices-delete": _("{host} can only clear all notices at once"),
    "no-delete-notices": _("{host} cannot delete single notices"),
    "no-read-state": _("{host} keeps no read state for it"),
    "notice-no-reply": _("a notice cannot be replied to"),
    "answer-request": _("a request is accepted or rejected instead"),
    "remove-instead": _("a notice is removed from your list instead"),
    "chat-off": _("chat is off for this account on {host}"),
    "chat-none": _("{host} has no chat"),
    "no-permission-read": _(
        "our key may not read messages; sign in again to allow it",
    ),
    "no-permission-write": _(
        "our key may not change messages; sign in again to allow it",
    ),
    "no-permission-conversations": _(
        "our key may not change conversations; sign in again to allow it",
    ),
    "no-permission-markers": _(
        "our key may not move the mark of what you have read; sign in again to allow it",
    ),
    "no-permission-dismiss": _(
        "our key may not dismiss notices; sign in again to allow it",
    ),
    "no-permission-delete": _(
        "our key may not delete posts; sign in again to allow it",
    ),
    "no-permission-send": _("our key may not write posts; sign in again to allow it"),
    "no-permission-favourites": _(
        "our key may not favourite posts; sign in again to allow it",
    ),
    "no-permission-follows": _(
        "our key may not answer follow requests; sign in again to allow it",
    ),
    "no-permission-senders": _(
        "our key may not answer for filtered people; sign in again to allow it",
    ),
    "no-permission-notes": _(
        "our key may not write or delete notes; sign in again to allow it",
    ),
    "no-permission-chat": _(
        "our key may not write chats; sign in again to allow it",
    ),
    "no-permission-reactions": _(
        "our key may not react; sign in again to allow it",
    ),
    "chat-read-only": _("{host} lets this account read chats, but not write them"),
    "no-reactions-to-own": _("{host} takes no reactions to your own chat messages"),
    "no-reactions-to-it": _("{host} takes no reactions to it"),
    "only-requests": _("only requests are accepted or rejected"),
    "no-clear": _("{host} cannot clear all notices at once"),
    "no-permission-notices": _(
        "our key may not read notices; sign in again to allow it",
    ),
    "timeline-off": _("{host} has switched this timeline off"),
    "no-permission-timeline": _(
        "our key may not read posts; sign in again to allow it",
    ),
    "no-permission-requests": _(
        "our key may not read follow requests; sign in again to allow it",
    ),
}
"""By reason code: why something goes no further, or is not possible at all."""


def effect(code: str, host: str) -> str:
    """What really happens; nothing for a code without a sentence."""
    return str(EFFECTS.get(code, "")).replace("{host}", host)


def reason(code: str, host: str) -> str:
    """Why not, or why only here; the code itself when nobody worded it."""
    if not code:
        return ""
    words = REASONS.get(code)
    return str(words).replace("{host}", host) if words else code.replace("-", " ")

"""What the network of a message offers to do with it, said before the click."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Account
from inboxhub.networks.capabilities import HERE, NOWHERE, SERVER, Ability, Capabilities
from messaging import wording
from messaging.models import Message, Operation

Verb = Operation.Verb
REACHES = (SERVER, HERE, NOWHERE)
GONE = (Account.Status.UNLINKED, Account.Status.ERASING)
WITH_THREAD = frozenset({"note", "status", "direct"})
REQUESTS = {
    "follow_request": {
        Verb.ACCEPT: gettext_lazy("Accept"),
        Verb.REJECT: gettext_lazy("Reject"),
    },
    "notification_request": {
        Verb.ACCEPT: gettext_lazy("Accept"),
        Verb.REJECT: gettext_lazy("Dismiss"),
    },
    "invitation": {
        Verb.ACCEPT: gettext_lazy("Join"),
        Verb.REJECT: gettext_lazy("Ignore"),
    },
}
"""What the networks call the two answers to each kind of request."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One answer to a request, in its network's own words."""

    verb: str
    label: str
    icon: str
    effect: str

    @property
    def title(self) -> str:
        """Where there is no room for what it does."""
        return f"{self.label} – {self.effect}"


@dataclass(frozen=True, slots=True)
class Offer:
    """The verbs of one message, or of a conversation as its latest message has them.

    `remove_why` and `delete_why` say why not, empty where it is possible; `mark` is empty
    for an own message, which is never marked unread; `mark_note` is what the server does
    besides marking this one message.
    """

    mark: str
    mark_label: str
    mark_note: str
    replied: bool
    replied_label: str
    remove_why: str
    delete_why: str
    thread: str
    reply: bool
    reacts: bool
    only_reaction: str
    """The one reaction that there is; empty where any will do."""
    decisions: tuple[Decision, ...]
    """How a request can be answered."""

    @property
    def remove(self) -> bool:
        return not self.remove_why


class Offers:
    """Of one user's accounts; what an account can do is read once."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self.accounts: Mapping[int, Account] = {a.pk: a for a in accounts}
        self.able: dict[int, Capabilities] = {}

    def of(self, message: Message) -> Offer:
        """What can be done with this message."""
        return self._offer(message, (message.outgoing,), unread=message.unread)

    def of_conversation(self, latest: Message, *, unread: bool) -> Offer:
        """What can be done with something in the conversation, own messages or others'."""
        return self._offer(latest, (False, True), unread=unread)

    def reach(self, verb: str, message: Message) -> str:
        """How far the verb goes: to the server, only here, or nowhere."""
        return self._ability(verb, message, (message.outgoing,)).reach

    def _offer(self, message: Message, own: Sequence[bool], *, unread: bool) -> Offer:
        account = self.accounts[message.account_id]
        host = wording.server_name(account)
        verb = Verb.MARK_READ if unread else Verb.MARK_UNREAD
        mark = self._ability(verb, message, own)
        replied = self._ability(Verb.MARK_REPLIED, message, own)
        known = message.remote_state == Message.RemoteState.REPLIED
        return Offer(
            mark="" if own == (True,) and not unread else verb.value,
            mark_label=_mark_label(verb, mark.reach),
            mark_note=wording.effect(mark.effect, host),
            replied=replied.reach == SERVER and not known,
            replied_label=_("Mark replied on %(host)s") % {"host": host},
            remove_why=_why_not(self._ability(Verb.REMOVE, message, own), host),
            delete_why=_why_not(self._ability(Verb.DELETE, message, own), host),
            thread=_thread(message, host) if account.status not in GONE else "",
            reply=self._can_reply(message, account),
            reacts=self._ability(Verb.REACT, message, own).reach == SERVER,
            only_reaction=self._only_reaction(account),
            decisions=tuple(self._decisions(message, own, host)),
        )

    def _can_reply(self, message: Message, account: Account) -> bool:
        if account.status in GONE or message.gone_at is not None:
            return False
        return not self._able(account).written(message.source).reason

    def _only_reaction(self, account: Account) -> str:
        known = self._able(account).reactions
        return known[0] if len(known) == 1 else ""

    def _decisions(
        self, message: Message, own: Sequence[bool], host: str
    ) -> Iterator[Decision]:
        if message.source not in REQUESTS or message.hidden_at is not None:
            return
        for verb, icon in ((Verb.ACCEPT, "check"), (Verb.REJECT, "x")):
            ability = self._ability(verb, message, own)
            if ability.reach == SERVER:
                yield Decision(
                    verb=verb.value,
                    label=str(REQUESTS[message.source][verb]),
                    icon=icon,
                    effect=wording.effect(ability.effect, host),
                )

    def _able(self, account: Account) -> Capabilities:
        if account.pk not in self.able:
            self.able[account.pk] = account.able
        return self.able[account.pk]

    def _ability(self, verb: str, message: Message, own: Sequence[bool]) -> Ability:
        """The furthest that the verb goes, the account's read policy included."""
        account = self.accounts[message.account_id]
        marks = verb in (Verb.MARK_READ, Verb.MARK_UNREAD)
        if account.status in GONE or message.gone_at is not None:
            reason = "unlinked" if account.status in GONE else "already-gone"
            return Ability(HERE if marks else NOWHERE, reason=reason)
        if marks and account.read_policy.get(message.box) != SERVER:
            return Ability(HERE, reason="policy-here")
        able, source = self._able(account), message.source
        abilities = [able.ability(verb, source, own=one) for one in own]
        return min(abilities, key=lambda ability: REACHES.index(ability.reach))


def _mark_label(verb: str, reach: str) -> str:
    match verb, reach == SERVER:
        case Verb.MARK_READ, True:
            return _("Mark read, on the server too")
        case Verb.MARK_READ, False:
            return _("Mark read (only here)")
        case _, True:
            return _("Mark unread, on the server too")
        case _:
            return _("Mark unread (only here)")


def _why_not(ability: Ability, host: str) -> str:
    if ability.reach == SERVER:
        return ""
    why = wording.reason(ability.reason or "not-offered", host)
    return _("Not possible: %(why)s") % {"why": why}


def _thread(message: Message, host: str) -> str:
    """The words of the link to what stands around it; empty where there is nothing."""
    if message.source == "notification_request":
        return _("Show what %(host)s holds back") % {"host": host}
    if message.source in WITH_THREAD:
        return _("Show the thread on %(host)s") % {"host": host}
    return ""

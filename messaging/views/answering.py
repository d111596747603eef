"""What stands below a conversation: a form, what is on its way, or a button."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import Account
from messaging import drafts, wording
from messaging.models import Author, Draft, Message
from messaging.views.composer import GONE, Composer, composer_of
from messaging.views.under_way import Sending, sending_of

TALKS = ("messages", "mentions")


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands below a conversation: a form, what is on its way, or a button."""

    conversation_id: int
    account: Account
    message: Message | None
    """What the button answers."""
    why_not: str
    composer: Composer | None
    under_way: Sequence[Sending]


def answer_of(
    messages: Sequence[Message],
    account: Account,
    conversation_id: int,
    *,
    people: Sequence[Author],
    reply: Message | None = None,
    check: bool = False,
) -> Answer:
    """Below the newest messages; `reply` is the one that the person wants to answer."""
    kept = list(_kept(account.owner_id, conversation_id))
    editing = [one for one in kept if one.state == Draft.State.EDITING]
    draft = _chosen(editing, account, reply)
    message, why_not = _answerable(messages, account)
    composer = None
    if draft is not None:
        composer = composer_of(draft, people=people, check=check)
    return Answer(
        conversation_id=conversation_id,
        account=account,
        message=message,
        why_not=why_not,
        composer=composer,
        under_way=[
            sending_of(one.operation, one)
            for one in kept
            if one.state == Draft.State.SENDING and one.operation is not None
        ],
    )


def _kept(owner_id: int, conversation_id: int) -> QuerySet[Draft]:
    """The drafts that answer the conversation's messages, the newest in front."""
    rows = Draft.objects.filter(
        owner=owner_id,
        answers__conversation=conversation_id,
    )
    joined = rows.select_related("account", "answers__conversation", "operation")
    return joined.order_by("-changed_at", "-pk")


def _chosen(
    editing: Sequence[Draft], account: Account, reply: Message | None
) -> Draft | None:
    """The draft of what is to be answered; without a wish, the one changed last."""
    if reply is None:
        return editing[0] if editing else None
    for draft in editing:
        if draft.answers_id == reply.pk:
            return draft
    return drafts.blank(account.owner, account, reply)


def _answerable(
    messages: Sequence[Message], account: Account
) -> tuple[Message | None, str]:
    """The newest one that can be answered, another person's first; or why there is none.

    Nothing is said of what nobody answers, as a notice.
    """
    talk = [message for message in messages if message.box in TALKS][::-1]
    if not talk:
        return None, ""
    if account.status in GONE:
        return None, wording.not_possible("unlinked", wording.server_name(account))
    able, reason = account.able, ""
    for message in sorted(talk, key=lambda one: one.outgoing):
        written = able.written(message.source)
        if not written.reason and message.gone_at is None:
            return message, ""
        reason = reason or written.reason or "already-gone"
    return None, wording.not_possible(reason, wording.server_name(account))

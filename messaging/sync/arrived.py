"""What was sent has arrived: its message becomes a row, what it answers is answered."""

from django.utils import timezone

from accounts.models import Account
from inboxhub.networks.capabilities import SERVER
from inboxhub.networks.writing import Sent
from messaging import drafts, events
from messaging.models import Conversation, Draft, Message, OperationItem
from messaging.sync.ingest import ingest_surely


def arrived(account: Account, item: OperationItem, sent: Sent) -> None:
    """The message is a row, and the draft is none any more; inside a transaction."""
    message = _stored(account, sent)
    item.message, item.remote_id = message, sent.remote_id
    item.source = message.source if message else item.source
    item.before = {"unreached": list(sent.unreached)} if sent.unreached else {}
    item.save(update_fields=["message", "remote_id", "source", "before"])
    for draft in Draft.objects.filter(operation=item.operation_id):
        _answered(account, draft)
        draft.delete()


def _stored(account: Account, sent: Sent) -> Message | None:
    """The message's row; where the host tells only an id, a pull brings it."""
    told = sent.message
    if told is None:
        drafts.pull_soon(account)
        return None
    ingest_surely(account, told.box, [told], timezone.now())
    rows = account.messages.filter(source=told.source)
    return rows.filter(remote_id=told.remote_id).first()


def _answered(account: Account, draft: Draft) -> None:
    """The answered message is so for its network, too, where that has the state."""
    message = draft.answers
    if message is None or message.outgoing:
        return
    able = account.able.ability("mark-replied", message.source, own=False)
    if able.reach != SERVER:
        return
    rows = Message.objects.filter(pk=message.pk)
    rows.update(remote_state=Message.RemoteState.REPLIED, unread=False)
    Conversation.objects.filter(pk=message.conversation_id).recount()
    events.append(
        account.owner_id,
        "message.changed",
        messages=[message.pk],
        conversations=[message.conversation_id],
    )

"""What was written is to be sent: when, whether it arrived, and what is given up."""

from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from accounts.models import Account
from inboxhub.lib import doorbell
from inboxhub.lib.database import short_write
from inboxhub.networks import writing
from inboxhub.networks.capabilities import NEW
from inboxhub.networks.writing import Audience
from messaging import events
from messaging.drafts.audience import CHANGED, audience, opened, outgrown, stored
from messaging.drafts.offered import narrowed, people
from messaging.drafts.problems import Refused, problems
from messaging.models import Draft, Operation, OperationItem
from messaging.operations import LOOKS_PER_TRY, MOST_LOOKS, WINDOW_OF_ONE, settle

State = OperationItem.State
WRITTEN = (
    *("account_id", "text", "title"),
    *("content_warning", "visibility", "recipients"),
)
"""What a person has seen of a draft who sends it."""


def send(draft: Draft, *, key: str = "", shown: Audience | None = None) -> Operation:
    """Send it after the time in which that can be undone; Refused with a problem's code.

    To nobody but those whom the person was `shown`, or else its audience as it is now;
    and what `draft` holds, not what another page has made of it meanwhile.

    A click that comes twice is the same operation. `key`: of the form that was sent,
    which sends nothing a second time.
    """
    with short_write():
        row = _held(draft)
        if row.state == Draft.State.SENDING and row.operation is not None:
            return row.operation
        if any(getattr(row, name) != getattr(draft, name) for name in WRITTEN):
            raise Refused(CHANGED)
        if found := problems(row):
            raise Refused(found[0])
        row.shown = stored(shown or audience(row))
        if outgrown(row):
            raise Refused(CHANGED)
        if key and Operation.objects.filter(owner=row.owner_id, key=key).exists():
            raise Refused("sent-already")
        begins = timezone.now() + WINDOW_OF_ONE
        operation = Operation.objects.create(
            owner_id=row.owner_id,
            verb=Operation.Verb.SEND,
            state=Operation.State.WAITING,
            key=key,
            not_before=begins,
            total=1,
        )
        operation.items.create(
            account_id=row.account_id,
            verb=Operation.Verb.SEND,
            source=row.answers.source if row.answers else NEW,
            remote_id=f"draft:{row.key}",
            state=State.PENDING,
        )
        row.state, row.operation, row.error = Draft.State.SENDING, operation, ""
        row.save(update_fields=["state", "operation", "error", "shown"])
        events.append(row.owner_id, "operation.changed")
        doorbell.ring(row.account_id)
    return operation


def _held(draft: Draft) -> Draft:
    """The draft as it is now, and its account; Refused when there is none any more."""
    stored = Draft.objects.filter(pk=draft.pk)
    # What an account that is just unlinked gets now would wait for ever.
    held = Account.objects.select_for_update(no_key=True)
    account = held.filter(pk__in=stored.values("account")).first()
    row = stored.select_for_update().first()
    if row is None or account is None:
        raise Refused("sent-already")
    row.account = account
    return row


def send_now(operation: Operation) -> bool:
    """Wait no longer for an undo; False when that time is over anyway."""
    with short_write():
        waiting = Operation.objects.filter(pk=operation.pk, verb=Operation.Verb.SEND)
        if not waiting.filter(state=Operation.State.WAITING).update(
            state=Operation.State.RUNNING,
            not_before=None,
        ):
            return False
        _told(operation)
    operation.refresh_from_db()
    return True


def undecided(operation: Operation) -> bool:
    """Whether the network was asked in vain if it arrived: the person must decide."""
    asked = operation.items.filter(state=State.UNKNOWN, looks__gte=MOST_LOOKS)
    return operation.verb == Operation.Verb.SEND and asked.exists()


def it_arrived(operation: Operation) -> bool:
    """The person has seen it on the network: done. False when it was decided already."""
    sends = operation.items.filter(verb=Operation.Verb.SEND)
    item = sends.select_related("account").first()
    if item is None:
        return False
    with short_write():
        pull_soon(item.account)
        if not _decide(operation, state=State.DONE):
            return False
        operation.drafts.filter(state=Draft.State.SENDING).delete()
        _settle(operation)
    return True


def send_again(operation: Operation) -> bool:
    """The person has not found it on the network: once more, and looked for anew.

    False when it was decided already, or is still looked for.
    """
    with short_write():
        # The one try more that is made without asking is not given again.
        if not undecided(operation) or not _decide(
            operation,
            state=State.PENDING,
            not_before=None,
            looks=LOOKS_PER_TRY,
        ):
            return False
        # What is looked for later must not be what was found before.
        operation.drafts.update(started_at=None, known=[])
        Operation.objects.filter(pk=operation.pk).update(
            state=Operation.State.RUNNING,
            finished_at=None,
        )
        _told(operation)
    return True


def discard(draft: Draft) -> bool:
    """Forget the draft. False when it is on its way and can only be undone, or back.

    One of which nobody knows whether it was sent is given up; it may have been.
    """
    row = Draft.objects.filter(pk=draft.pk).select_related("operation").first()
    if row is None:
        return True
    if row.state != draft.state:
        return False
    with short_write():
        operation = row.operation
        if row.state == Draft.State.SENDING and operation is not None:
            if not _decide(operation, state=State.SKIPPED, error="discarded"):
                return False
            _settle(operation)
        stored = Draft.objects.filter(pk=row.pk)
        stored.filter(state=row.state).delete()
        return not stored.exists()


def _decide(operation: Operation, **values: object) -> bool:
    """What becomes of an item in doubt, by the person; False when there is none."""
    Operation.objects.select_for_update().get(pk=operation.pk)
    items = operation.items.filter(verb=Operation.Verb.SEND, state=State.UNKNOWN)
    return bool(items.update(**{"error": "", **values}))


def pull_soon(account: Account) -> None:
    """Have all listings looked at again, without comparing what is gone."""
    # Those that are looked at less often, too; never asked stays never asked.
    asked = account.cursors.exclude(pulled_at=None)
    asked.update(pulled_at=F("pulled_at") - timedelta(hours=1))
    account.next_pull_at = timezone.now()
    account.save(update_fields=["next_pull_at"])
    doorbell.ring(account.pk)


def as_remote(draft: Draft) -> writing.Draft:
    """The draft as a client gets it, with the pictures that are uploaded."""
    files = draft.files.exclude(remote_id="").order_by("pk")
    return writing.Draft(
        key=str(draft.key),
        started_at=draft.started_at or timezone.now(),
        text=draft.text,
        title=draft.title,
        content_warning=draft.content_warning,
        visibility=draft.visibility or narrowed(draft),
        answers=draft.answers.as_target() if draft.answers else None,
        recipients=people(draft),
        file_ids=tuple(files.values_list("remote_id", flat=True)),
        known=frozenset(draft.known),
        shown=opened(draft.shown),
    )


def _settle(operation: Operation) -> None:
    operation.items.filter(settled_at=None).update(settled_at=timezone.now())
    settle(operation)
    events.append(operation.owner_id, "operation.changed")


def _told(operation: Operation) -> None:
    events.append(operation.owner_id, "operation.changed")
    doorbell.ring(operation.items.get().account_id)

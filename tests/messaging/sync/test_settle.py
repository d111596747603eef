"""What is added up page by page is what a count of everything says."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Account
from inboxhub.networks.base import RemoteAuthor, RemoteMessage, Unreadable
from messaging.models import Conversation
from messaging.sync.ingest import ingest
from messaging.sync.settle import recount
from tests.factories import make_account

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
PEOPLE = [
    RemoteAuthor(f"a{n}", f"@a{n}@misskey.example", f"Person {n}") for n in range(12)
]


def item(draw: random.Random, number: int) -> RemoteMessage | Unreadable:
    """Something of one of three conversations; some with more people than are shown."""
    if draw.random() < 0.05:
        return Unreadable("note", f"n{number}", "nonsense")
    place = draw.randrange(3)
    people = (PEOPLE[:1], PEOPLE[:4], PEOPLE)[place]
    version = draw.randrange(3)
    return RemoteMessage(
        source="note",
        remote_id=f"n{number}",
        box="messages",
        kind="message",
        conversation_key=f"k{place}",
        sent_at=NOON + timedelta(minutes=draw.randrange(500)),
        author=draw.choice(people),
        outgoing=draw.random() < 0.2,
        text=f"version {version}",
        edited_at=NOON + timedelta(days=1, minutes=version) if version else None,
        unread=draw.choice((None, True, False)),
        participants=tuple(draw.sample(people, k=draw.randrange(len(people)))),
    )


def counted(account: Account) -> list[tuple[object, ...]]:
    rows = Conversation.objects.filter(account=account).order_by("key")
    return list(
        rows.values_list(
            *("key", "latest", "sort_key", "unread_count", "message_count"),
            "participant_count",
        )
    ) + [tuple(row.participants) for row in rows if row.participant_count <= 8]


@pytest.mark.parametrize("seed", range(12))
def test_counts_and_people_are_those_of_all_messages(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311  a test's
    account = make_account(linked_at=NOON)
    for _page in range(8):
        page = [item(draw, draw.randrange(40)) for _ in range(draw.randrange(1, 12))]
        ingest(account, "messages", page, timezone.now())
        if draw.random() < 0.3:  # the person hides one
            row = account.messages.order_by("?").first()
            if row is not None:
                account.messages.filter(pk=row.pk).update(hidden_at=timezone.now())
                Conversation.objects.filter(pk=row.conversation_id).recount()
        before = counted(account)
        few = Conversation.objects.filter(account=account, participant_count__lte=8)
        many = Conversation.objects.filter(account=account, participant_count__gt=8)
        recount(list(few.values_list("pk", flat=True)), {})
        many.recount()
        assert counted(account) == before

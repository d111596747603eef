"""Rows for tests: plain functions, every argument optional, the rest believable."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count

from django.contrib.auth.models import User

from accounts.models import Account
from messaging.models import Author, Conversation, Message

PASSWORD = "a long enough password"
NOON = datetime(2025, 11, 21, 12, 0, tzinfo=UTC)
_numbers = count(1)


def make_user(name: str = "") -> User:
    """A user with `PASSWORD`; the same name gives the same one."""
    name = name or f"user{next(_numbers)}"
    found = User.objects.filter(username=name).first()
    return found or User.objects.create_user(name, password=PASSWORD)


def make_account(owner: User | None = None, **values: object) -> Account:
    """A linked Misskey account with a token."""
    number = next(_numbers)
    fields: dict[str, object] = {
        "owner": owner or make_user(),
        "provider": "misskey",
        "host": "misskey.example",
        "remote_id": f"a{number}",
        "handle": f"@me{number}@misskey.example",
        "display_name": f"Me {number}",
        "credentials": {"token": "A" * 32},
    }
    return Account.objects.create(**{**fields, **values})


def make_author(account: Account | None = None, **values: object) -> Author:
    """Someone who writes to the account."""
    number = next(_numbers)
    fields: dict[str, object] = {
        "account": account or make_account(),
        "remote_id": f"u{number}",
        "handle": f"@user{number}@misskey.example",
        "name": f"User {number}",
    }
    return Author.objects.create(**{**fields, **values})


def make_conversation(
    account: Account | None = None,
    **values: object,
) -> Conversation:
    """A conversation without messages; `make_message` fills it and its counts."""
    account = account or make_account()
    fields: dict[str, object] = {
        "account": account,
        "owner": account.owner,
        "box": "messages",
        "key": f"k{next(_numbers)}",
    }
    return Conversation.objects.create(**{**fields, **values})


def make_message(
    conversation: Conversation | None = None,
    *,
    account: Account | None = None,
    box: str = "messages",
    **values: object,
) -> Message:
    """A message of its conversation, whose latest message and counts follow."""
    conversation = conversation or make_conversation(account, box=box)
    account = conversation.account
    fields: dict[str, object] = {
        "owner": account.owner,
        "account": account,
        "conversation": conversation,
        "box": conversation.box,
        "source": "note",
        "kind": "message",
        "remote_id": f"n{next(_numbers):09}",
        "text": "Hello",
        "visibility": "specified",
        "sent_at": NOON,
        **values,
    }
    if "author" not in fields and not fields.get("outgoing"):
        fields["author"] = make_author(account)
    fields.setdefault("sort_key", _milliseconds(fields["sent_at"]))
    message = Message.objects.create(**fields)
    follow(conversation)
    return message


def make_conversations(
    account: Account,
    number: int,
    *,
    sort_key: int | None = None,
    **values: object,
) -> None:
    """Many conversations of one message each, in few statements.

    They are one minute apart, or all at the same `sort_key`.
    """
    moments = [_milliseconds(NOON) - 60_000 * n for n in range(number)]
    author = make_author(account)
    conversations = Conversation.objects.bulk_create(
        Conversation(
            account=account,
            owner=account.owner,
            box=str(values.get("box", "messages")),
            key=f"k{next(_numbers)}",
            participants=[author.pk],
            participant_count=1,
            sort_key=moment if sort_key is None else sort_key,
            unread_count=int(bool(values.get("unread", False))),
            message_count=1,
        )
        for moment in moments
    )
    messages = Message.objects.bulk_create(
        Message(
            account=account,
            owner=account.owner,
            conversation=conversation,
            author=author,
            box=conversation.box,
            source="note",
            kind=str(values.get("kind", "message")),
            remote_id=f"n{next(_numbers):09}",
            text=f"Text of {conversation.key}",
            sent_at=NOON,
            sort_key=conversation.sort_key,
            unread=bool(values.get("unread", False)),
        )
        for conversation in conversations
    )
    for conversation, message in zip(conversations, messages, strict=True):
        conversation.latest = message
    Conversation.objects.bulk_update(conversations, ["latest"])


def follow(conversation: Conversation) -> None:
    """Bring the conversation's counts in line with its messages."""
    shown = conversation.messages.filter(hidden_at=None, gone_at=None)
    latest = shown.order_by("-sort_key", "-pk").first()
    people = shown.filter(outgoing=False, author__isnull=False)
    authors = list(
        dict.fromkeys(people.order_by("-sort_key").values_list("author", flat=True))
    )
    values: Mapping[str, object] = {
        "latest": latest,
        "sort_key": latest.sort_key if latest else 0,
        "unread_count": shown.filter(unread=True).count(),
        "message_count": shown.count(),
        "participants": authors[:8],
        "participant_count": len(authors),
    }
    Conversation.objects.filter(pk=conversation.pk).update(**values)
    conversation.refresh_from_db()


def _milliseconds(moment: object) -> int:
    assert isinstance(moment, datetime)
    return int(moment.timestamp() * 1000)

"""Rows to measure with: deterministic, Japanese and English, in bursts."""

import random
from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from accounts.models import Account
from inboxhub.networks.base import RemoteAuthor, RemoteMessage
from messaging.models import Author, Conversation, Message

END = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = [
    "会場",
    "は",
    "二階",
    "です",
    "明日",
    "の",
    "予定",
    "を",
    "送ります",
    "ありがとう",
    "請求書",
    "東京",
    "京都",
    "写真",
    "電車",
    "release",
    "notes",
    "meeting",
    "tomorrow",
    "thanks",
    "photo",
    "export",
    "button",
    "invoice",
    "please",
    "check",
    "later",
]
PER_CONVERSATION = 8
BATCH = 2000


def text(draw: random.Random) -> str:
    return " ".join(draw.choices(WORDS, k=draw.randint(4, 16)))


def make_accounts(number: int) -> list[Account]:
    """Accounts of one new user."""
    user = User.objects.create_user("me")
    return [
        Account.objects.create(
            owner=user,
            provider="misskey",
            host=f"misskey{n}.example",
            remote_id=f"me{n}",
            handle=f"@me@misskey{n}.example",
            colour=n % 8 + 1,
        )
        for n in range(number)
    ]


def fill(*, messages: int, accounts: int) -> User:
    """A user with so many messages, one minute apart, in conversations of eight."""
    draw = random.Random(1)
    rows = make_accounts(accounts)
    authors = [
        Author.objects.create(
            account=account,
            remote_id=f"a{n}",
            handle=f"@user{n}@remote.example",
            name=f"利用者 {n}",
        )
        for account in rows
        for n in range(20)
    ]
    made = 0
    while made < messages:
        with transaction.atomic():
            made += _burst(rows, authors, draw, made, min(BATCH, messages - made))
    with transaction.atomic():
        Conversation.objects.recount()
    return rows[0].owner


def _burst(
    accounts: list[Account],
    authors: list[Author],
    draw: random.Random,
    start: int,
    number: int,
) -> int:
    conversations = []
    for n in range(-(-number // PER_CONVERSATION)):
        author = draw.choice(authors)
        account = accounts[(author.pk - 1) * len(accounts) // len(authors)]
        conversations.append(
            Conversation(
                owner_id=account.owner_id,
                account=account,
                box=draw.choice(("messages", "mentions", "notices")),
                key=f"{start}-{n}",
                participants=[author.pk],
                participant_count=1,
            ),
        )
    Conversation.objects.bulk_create(conversations)
    Message.objects.bulk_create(
        _message(conversations[n // PER_CONVERSATION], draw, start + n)
        for n in range(number)
    )
    return number


def _message(conversation: Conversation, draw: random.Random, number: int) -> Message:
    moment = END - timedelta(minutes=number)
    words = text(draw)
    return Message(
        owner_id=conversation.owner_id,
        account_id=conversation.account_id,
        conversation=conversation,
        author_id=conversation.participants[0],
        box=conversation.box,
        source="note",
        kind="message",
        remote_id=f"n{number:09}",
        text=words,
        folded=words.casefold(),
        sent_at=moment,
        received_at=moment,
        sort_key=int(moment.timestamp() * 1000),
        unread=draw.random() < 0.1,
    )


def remote_pages(number: int, size: int) -> list[list[RemoteMessage]]:
    """Pages as a client gives them: half of each was on the page before, a tenth of
    that changed since."""
    draw = random.Random(2)
    pages: list[list[RemoteMessage]] = []
    fresh = 0
    for _page in range(number):
        known = [
            _changed(item) if draw.random() < 0.1 else item
            for item in (pages[-1][: size // 2] if pages else [])
        ]
        new = [_remote(fresh + n, draw) for n in range(size - len(known))]
        fresh += len(new)
        pages.append([*new, *known])
    return pages


def _remote(number: int, draw: random.Random) -> RemoteMessage:
    person = draw.randrange(200)
    return RemoteMessage(
        source="note",
        remote_id=f"n{number:09}",
        box="messages",
        kind="message",
        conversation_key=f"a{person}",
        sent_at=END + timedelta(seconds=number),
        author=RemoteAuthor(
            f"a{person}", f"@user{person}@remote.example", f"利用者 {person}"
        ),
        text=text(draw),
    )


def _changed(item: RemoteMessage) -> RemoteMessage:
    return RemoteMessage(
        source=item.source,
        remote_id=item.remote_id,
        box=item.box,
        kind=item.kind,
        conversation_key=item.conversation_key,
        sent_at=item.sent_at,
        author=item.author,
        text=f"{item.text} !",
        edited_at=(item.edited_at or item.sent_at) + timedelta(seconds=1),
    )

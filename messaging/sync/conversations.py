"""Where the items of a page belong: conversations, found by box and key, or made."""

from collections.abc import Iterable

from accounts.models import Account
from inboxhub.lib.database import insert_rows, update_rows
from inboxhub.lib.text import tidy
from inboxhub.networks.base import RemoteMessage, Unreadable
from messaging.models import Conversation
from messaging.sync.known import KnownConversation, Place, known_conversations

IDS_KEPT = 50
SHORT = 512

_INSERTED = [
    *("owner", "account", "box", "key", "title", "remote_ids", "participants"),
    *("participant_count", "sort_key", "unread_count", "message_count"),
]

Conversations = dict[Place, KnownConversation]


def place_of(item: RemoteMessage) -> Place:
    return item.box, item.conversation_key[:SHORT]


def unreadable_key(bad: Unreadable) -> str:
    return f"unreadable:{bad.source}:{bad.remote_id}"[:SHORT]


def store_conversations(
    account: Account,
    messages: Iterable[RemoteMessage],
    unreadable: Iterable[Place],
) -> Conversations:
    """Those of the messages, with what these tell of them; locked until the end."""
    titles: dict[Place, str] = dict.fromkeys(unreadable, "")
    told: dict[Place, list[str]] = {}
    for item in messages:
        place = place_of(item)
        if not titles.get(place):
            titles[place] = tidy(item.conversation_title, SHORT)
        if item.conversation_ids:
            told.setdefault(place, []).extend(item.conversation_ids)
    found = known_conversations(account.owner_id, account.pk, titles)
    new, changed = [], []
    for place, title in titles.items():
        row = found.get(place)
        ids = _ids(row.remote_ids if row else [], told.get(place, []))
        if row is None:
            row = KnownConversation(account.owner_id, account.pk, *place, title, ids)
            row.fresh = True
            found[place] = row
            new.append(row)
        elif (title and title != row.title) or ids != row.remote_ids:
            row.title, row.remote_ids = title or row.title, ids
            changed.append(row)
    for row, pk in zip(new, insert_rows(Conversation, new, _INSERTED), strict=True):
        row.id = pk
    update_rows(Conversation, changed, ["title", "remote_ids"])
    return found


def _ids(known: list[str], told: list[str]) -> list[str]:
    """Those known and those told, each once; of too many the last."""
    if not told:
        return known
    new = dict.fromkeys(one for one in told if one not in known)
    return [*known, *new][-IDS_KEPT:]

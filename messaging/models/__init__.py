"""The rows of messaging, by what they are about."""

from messaging.models.drafts import Draft, DraftFile
from messaging.models.events import Event, EventCounter
from messaging.models.inbox import (
    Author,
    Box,
    Conversation,
    ConversationQuerySet,
    Cursor,
    Message,
    MessageQuerySet,
)
from messaging.models.operations import (
    Operation,
    OperationItem,
    OperationItemQuerySet,
    OperationQuerySet,
)

__all__ = [
    "Author",
    "Box",
    "Conversation",
    "ConversationQuerySet",
    "Cursor",
    "Draft",
    "DraftFile",
    "Event",
    "EventCounter",
    "Message",
    "MessageQuerySet",
    "Operation",
    "OperationItem",
    "OperationItemQuerySet",
    "OperationQuerySet",
]

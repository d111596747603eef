"""What came in: authors, conversations, messages, and where each pull stands."""

from typing import Self

from django.contrib.auth.models import User
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from inboxhub.networks.base import Target


class Box(models.TextChoices):
    """Where a message lives. Sent and Hidden are views, not boxes."""

    MESSAGES = "messages", _("Messages")
    MENTIONS = "mentions", _("Mentions")
    NOTICES = "notices", _("Notices")
    REQUESTS = "requests", _("Requests")


class Author(models.Model):
    """Someone who wrote to an account (or the host itself); one row per account."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="authors")
    remote_id = models.CharField(max_length=255)
    handle = models.CharField(max_length=512)
    name = models.TextField()
    folded = models.TextField(default="", blank=True)
    """The name as `lib.text.fold` makes it, for the search."""
    avatar_url = models.TextField(default="", blank=True)
    url = models.TextField(default="", blank=True)
    emojis = models.JSONField(default=dict)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "remote_id"],
                name="author_stored_once",
            ),
        ]

    def __str__(self) -> str:
        return self.handle


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def of(self, user: User) -> Self:
        """Only what `user` may see. Every page's query starts here."""
        return self.filter(owner=user)

    def shown(self) -> Self:
        """Those with at least one message that is not hidden."""
        return self.filter(sort_key__gt=0)

    def newest_first(self) -> Self:
        return self.order_by("-sort_key", "-pk")

    def recount(self) -> int:
        """Make latest, order and counts say again what the shown messages are."""
        shown = Message.objects.filter(
            conversation=models.OuterRef("pk"), hidden_at=None
        )
        latest = shown.order_by("-sort_key", "-pk")
        count = models.Func(models.F("pk"), function="COUNT")
        counted = shown.order_by().values("conversation").annotate(n=count)
        zero = models.Value(0)
        return self.order_by().update(
            latest=models.Subquery(latest.values("pk")[:1]),
            sort_key=Coalesce(models.Subquery(latest.values("sort_key")[:1]), zero),
            message_count=Coalesce(models.Subquery(counted.values("n")), zero),
            unread_count=Coalesce(
                models.Subquery(counted.filter(unread=True).values("n")),
                zero,
            ),
        )


class Conversation(models.Model):
    """The row of the inbox: messages of one account and box that belong together."""

    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, models.CASCADE, related_name="conversations")
    box = models.CharField(max_length=16, choices=Box.choices)
    key = models.CharField(max_length=512)
    remote_ids = models.JSONField(default=list)
    """The network's own ids of it, where it has some, in the order they came up."""
    title = models.TextField(default="", blank=True)
    participants = models.JSONField(default=list)
    """Ids of up to eight authors, those who wrote last in front."""
    participant_count = models.PositiveIntegerField(default=0)
    latest = models.ForeignKey(
        "Message",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    sort_key = models.BigIntegerField(default=0)
    """That of the latest shown message; 0 when none is shown."""
    unread_count = models.PositiveIntegerField(default=0)
    message_count = models.PositiveIntegerField(default=0)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "box", "key"],
                name="conversation_stored_once",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-sort_key", "-id"], name="conversation_all"),
            models.Index(
                fields=["owner", "box", "-sort_key", "-id"],
                name="conversation_in_box",
            ),
            models.Index(
                fields=["account", "-sort_key", "-id"],
                name="conversation_of_account",
            ),
            models.Index(
                fields=["owner", "-sort_key", "-id"],
                condition=models.Q(unread_count__gt=0),
                name="conversation_unread",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.box} {self.key}"


class MessageQuerySet(models.QuerySet["Message"]):
    def of(self, user: User) -> Self:
        """Only what `user` may see. Every page's query starts here."""
        return self.filter(owner=user)

    def shown(self) -> Self:
        return self.filter(hidden_at=None)

    def unread(self) -> Self:
        return self.filter(unread=True)

    def newest_first(self) -> Self:
        return self.order_by("-sort_key", "-pk")


class Message(models.Model):
    """One row of a box, whatever the remote calls it; one per remote object."""

    class RemoteState(models.TextChoices):
        UNKNOWN = "", _("Unknown")
        UNREAD = "unread", _("Unread")
        READ = "read", _("Read")
        REPLIED = "replied", _("Replied")

    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, models.CASCADE, related_name="messages")
    conversation = models.ForeignKey(
        Conversation,
        models.CASCADE,
        related_name="messages",
    )
    author = models.ForeignKey(
        Author,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="messages",
    )
    box = models.CharField(max_length=16, choices=Box.choices)
    source = models.CharField(max_length=24)
    kind = models.CharField(max_length=64)
    remote_id = models.CharField(max_length=255)
    notification_id = models.CharField(max_length=255, default="", blank=True)
    outgoing = models.BooleanField(default=False)
    title = models.TextField(default="", blank=True)
    html = models.TextField(default="", blank=True)
    """Cleaned at ingest; empty when `text` is all there is."""
    text = models.TextField(default="", blank=True)
    content_warning = models.TextField(default="", blank=True)
    folded = models.TextField(default="", blank=True)
    """Title, warning, text and author as `lib.text.fold` makes them, for the search."""
    lang = models.CharField(max_length=35, default="", blank=True)
    attachments = models.JSONField(default=list)
    extra = models.JSONField(default=dict)
    visibility = models.CharField(max_length=24, default="", blank=True)
    url = models.TextField(default="", blank=True)
    uri = models.TextField(default="", blank=True)
    target = models.CharField(max_length=255, default="", blank=True)
    reply_to_remote_id = models.CharField(max_length=255, default="", blank=True)
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)
    sort_key = models.BigIntegerField()
    """Milliseconds: `sent_at`, at most five minutes after `received_at`."""
    remote_state = models.CharField(
        max_length=8,
        choices=RemoteState.choices,
        default=RemoteState.UNKNOWN,
        blank=True,
    )
    unread = models.BooleanField(default=False)
    """What the person sees."""
    marked = models.BooleanField(default=False)
    """The person said read or unread here: wins until the remote really changes."""
    edited_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)
    unreadable = models.BooleanField(default=False)
    content_hash = models.CharField(max_length=32, default="", blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "source", "remote_id"],
                name="message_stored_once",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-sort_key", "-id"], name="message_all"),
            models.Index(
                fields=["conversation", "-sort_key", "-id"],
                name="message_of_conversation",
            ),
            models.Index(
                fields=["account", "box", "-sort_key"],
                name="message_of_account_in_box",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}:{self.remote_id}"

    def as_target(self) -> Target:
        """What a client needs to know to do something with it."""
        return Target(
            self.source,
            self.remote_id,
            conversation_key=self.conversation.key,
            conversation_ids=tuple(self.conversation.remote_ids),
            notification_id=self.notification_id,
            outgoing=self.outgoing,
            seen_at=self.received_at,
        )


class Cursor(models.Model):
    """Where the pull of one listing stands.

    `newest` and the positions are opaque to all but the client. `floor` is the head of
    the listing at the last pull, and `gaps` are where interrupted pulls of the newest go
    on downwards, see `messaging.sync.floor`. `oldest` is where history goes on.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="cursors")
    box = models.CharField(max_length=16, choices=Box.choices)
    listing = models.CharField(max_length=32)
    newest = models.TextField(default="", blank=True)
    oldest = models.TextField(null=True, blank=True)  # noqa: DJ001  None: no older page
    floor = models.JSONField(default=list)
    gaps = models.JSONField(default=list)
    pulled_at = models.DateTimeField(null=True, blank=True)
    reached_at = models.DateTimeField(null=True, blank=True)
    """The time of the oldest message that the listing brought."""
    listed = models.PositiveIntegerField(default=0)
    """How many items history brought so far, against the account's limit."""
    history_done = models.BooleanField(default=False)
    full_at = models.DateTimeField(null=True, blank=True)
    unreadable_count = models.PositiveIntegerField(default=0)
    error = models.TextField(default="", blank=True)
    error_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "listing"],
                name="cursor_one_per_listing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.box} {self.listing}"

"""What was asked for: operations and their items."""

from datetime import datetime
from typing import Self

from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from messaging.models.inbox import Message

MOST_NOTED = 100


class OperationQuerySet(models.QuerySet["Operation"]):
    def of(self, user: User) -> Self:
        """Only what `user` may see. Every page's query starts here."""
        return self.filter(owner=user)

    def listed(self) -> Self:
        """Those that a person wants to see among what was asked for, the newest first."""
        quiet = models.Q(by_opening=True, state=Operation.State.DONE, failed=0)
        return self.exclude(quiet).order_by("-pk")

    def note(self, what: str, *, account: str = "", at: datetime | None = None) -> None:
        """Write into the history of each that this happened; in a transaction."""
        moment = (at or timezone.now()).isoformat()
        noted = {"what": what, "at": moment, "account": account}
        for operation in self.select_for_update().only("history").order_by("pk"):
            operation.history = [*operation.history, noted][-MOST_NOTED:]
            operation.save(update_fields=["history"])


class Operation(models.Model):
    """Something that a user asked for; a single click is a bulk of one."""

    class Verb(models.TextChoices):
        MARK_READ = "mark-read", _("Mark read")
        MARK_UNREAD = "mark-unread", _("Mark unread")
        MARK_REPLIED = "mark-replied", _("Mark replied")
        HIDE = "hide", _("Hide here")
        UNHIDE = "unhide", _("Show again")
        REMOVE = "remove", _("Remove from my list")
        DELETE = "delete", _("Delete on the server")
        REFRESH = "refresh", _("Refresh")
        SEND = "send", _("Send")
        REACT = "react", _("React")
        UNREACT = "unreact", _("Take the reaction back")
        ACCEPT = "accept", _("Accept")
        REJECT = "reject", _("Reject")
        CLEAR = "clear-notices", _("Clear all notices on the server")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")  # the time in which it can be undone
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    verb = models.CharField(max_length=16, choices=Verb.choices)
    state = models.CharField(max_length=9, choices=State.choices)
    selection = models.JSONField(default=dict)
    """How the items were chosen, see `messaging.selection`."""
    argument = models.CharField(max_length=255, default="", blank=True)
    """What the verb needs besides messages: the reaction."""
    key = models.CharField(max_length=36, default="", blank=True)
    """Made by the page that asks: a click that comes twice is one operation."""
    not_before = models.DateTimeField(null=True, blank=True)
    """Until then nothing is told to a network, and all of it can be undone."""
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    """Those that were gone already, `gone`, are among them."""
    gone = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    """When its local effect was taken back, after it was done."""
    by_opening = models.BooleanField(default=False)
    """Its messages became read because somebody looked at them, and nobody asked: the
    list of operations leaves it out unless something of it is open or failed."""
    history = models.JSONField(default=list, blank=True)
    """What happened between its beginning and its end: `what`, `at`, `account`."""

    objects = OperationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "key"],
                condition=~models.Q(key=""),
                name="operation_asked_once",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], name="operation_newest"),
            models.Index(
                fields=["owner", "-id"],
                condition=models.Q(state__in=["waiting", "running", "paused"]),
                name="operation_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.total}"


class OperationItemQuerySet(models.QuerySet["OperationItem"]):
    def open(self) -> Self:
        """Those that are not settled yet."""
        return self.filter(state__in=("pending", "in_flight", "unknown"))


class OperationItem(models.Model):
    """The part of an operation that concerns one message; outlives the message's row."""

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        IN_FLIGHT = "in_flight", _("On its way")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("Perhaps done")
        SKIPPED = "skipped", _("Not possible")

    operation = models.ForeignKey(
        Operation,
        models.CASCADE,
        related_name="items",
        db_index=False,  # `item_in_lane` and the constraint begin with it
    )
    account = models.ForeignKey(Account, models.CASCADE, related_name="items")
    message = models.ForeignKey(
        Message,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="items",
    )
    verb = models.CharField(max_length=16, choices=Operation.Verb.choices)
    source = models.CharField(max_length=24)
    remote_id = models.CharField(max_length=255)
    before = models.JSONField(default=dict)
    """What the local effect changed, to put it back when the remote refuses; of a send
    that is done, `unreached`: the handles of those whom it was not brought to."""
    state = models.CharField(max_length=9, choices=State.choices)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    looks = models.PositiveSmallIntegerField(default=0)
    """How often the remote was asked whether it was done."""
    error = models.TextField(default="", blank=True)
    gone = models.BooleanField(default=False)
    """It was gone from the remote already: done, too."""
    settled_at = models.DateTimeField(null=True, blank=True)
    fence = models.PositiveBigIntegerField(default=0)

    objects = OperationItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "account", "source", "remote_id"],
                name="item_once_per_operation",
            ),
        ]
        indexes = [
            models.Index(
                fields=["operation", "account", "state", "source", "id"],
                name="item_in_lane",
            ),
            models.Index(
                fields=["account", "state"],
                condition=models.Q(state__in=["pending", "in_flight", "unknown"]),
                name="item_open_of_account",
            ),
            models.Index(
                fields=["account", "not_before"],
                condition=models.Q(state="pending", not_before__isnull=False),
                name="item_to_go_on_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}:{self.remote_id} {self.state}"

"""Linked accounts, their credentials, and links that are on their way."""

import uuid
from datetime import datetime, timedelta
from typing import Any, Self

from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inboxhub.lib.fields import EncryptedJSONField
from inboxhub.lib.logs import remember_secret
from inboxhub.networks.base import MENTIONS, MESSAGES, NOTICES, REQUESTS
from inboxhub.networks.capabilities import HERE, SERVER, Capabilities

LINK_LIFETIME = timedelta(minutes=10)
COLOURS = 8


class Provider(models.TextChoices):
    """The networks that InboxHub knows; linking needs a line in `PROVIDERS` too."""

    MISSKEY = "misskey", "Misskey"
    MASTODON = "mastodon", "Mastodon"
    MIXI = "mixi", "mixi"

    @property
    def letters(self) -> str:
        """For its badge, where there is no room for the name."""
        return {"misskey": "MK", "mastodon": "MD", "mixi": "MX"}[self.value]


def default_read_policy() -> dict[str, str]:
    """Messages tell the server; the servers know single mentions and notices badly."""
    return {MESSAGES: SERVER, MENTIONS: HERE, NOTICES: HERE, REQUESTS: HERE}


def default_history() -> dict[str, int]:
    """How far back history is fetched, per box: whichever of the two is more."""
    return {"messages": 1000, "days": 90}


class AccountQuerySet(models.QuerySet["Account"]):
    def of(self, user: User) -> Self:
        """Only what `user` may see. Every page's query starts here."""
        return self.filter(owner=user)

    def of_same_remote(self, account: "Account") -> Self:
        """All links of one remote account, whoever's, in one order to lock them in."""
        same = self.filter(
            provider=account.provider,
            host=account.host,
            remote_id=account.remote_id,
        )
        return same.order_by("pk")

    def linked(self) -> Self:
        """Those that still have credentials: all but the unlinked ones."""
        gone = (Account.Status.UNLINKED, Account.Status.ERASING)
        return self.exclude(status__in=gone)

    def at_work(self) -> Self:
        """Those whose network is asked at all."""
        states = (Account.Status.ACTIVE, Account.Status.UNREACHABLE)
        return self.filter(status__in=states)


class Account(models.Model):
    """One linked account of one user; the same remote account of two users is two rows."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        SIGN_IN_NEEDED = "sign_in_needed", _("Sign in again")
        UNREACHABLE = "unreachable", _("Server does not answer")
        PAUSED = "paused", _("Paused")
        UNLINKED = "unlinked", _("Unlinked")
        ERASING = "erasing", _("Being erased")

    owner = models.ForeignKey(User, models.CASCADE, related_name="linked_accounts")
    provider = models.CharField(max_length=16, choices=Provider.choices)
    host = models.CharField(max_length=255)
    remote_id = models.CharField(max_length=255)
    handle = models.CharField(max_length=512)
    display_name = models.TextField(default="", blank=True)
    avatar_url = models.TextField(default="", blank=True)
    url = models.TextField(default="", blank=True)
    colour = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(
        max_length=16,
        choices=Status.choices,
        default=Status.ACTIVE,
    )
    status_since = models.DateTimeField(default=timezone.now)
    credentials = EncryptedJSONField(
        bound_to=("owner_id", "provider", "host", "remote_id"),
    )
    capabilities = models.JSONField(default=dict)
    capabilities_at = models.DateTimeField(null=True, blank=True)
    read_policy = models.JSONField(default=default_read_policy)
    history = models.JSONField(default=default_history)
    linked_at = models.DateTimeField(default=timezone.now)
    pulled_at = models.DateTimeField(null=True, blank=True)
    reconciled_at = models.DateTimeField(null=True, blank=True)
    """When all that is stored was last compared with the network's listings."""
    next_pull_at = models.DateTimeField(null=True, blank=True)
    pull_wanted = models.BooleanField(default=False)
    """The person asked for it: pull now, whatever `next_pull_at` says."""
    error_count = models.PositiveIntegerField(default=0)
    last_error = models.TextField(default="", blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)
    lease_holder = models.CharField(max_length=64, default="", blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_fence = models.PositiveBigIntegerField(default=0)
    stream_holder = models.CharField(max_length=64, default="", blank=True)
    stream_until = models.DateTimeField(null=True, blank=True)
    stream_open_at = models.DateTimeField(null=True, blank=True)
    """Since when its network tells news by itself; empty while it does not."""
    renewing_until = models.DateTimeField(null=True, blank=True)
    """Somebody fetches new credentials; until then nobody else does."""

    objects = AccountQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "provider", "host", "remote_id"],
                name="account_linked_once_per_user",
            ),
            models.CheckConstraint(
                condition=models.Q(colour__gte=1, colour__lte=COLOURS),
                name="account_colour_is_one_of_eight",
            ),
        ]
        indexes = [models.Index(fields=["status", "next_pull_at"], name="account_due")]

    def __str__(self) -> str:
        return f"{self.handle} ({self.provider})"

    @property
    def domain(self) -> str:
        """What handles of the host end in; the host itself may be reached elsewhere."""
        _name, at, domain = self.handle[1:].rpartition("@")
        return domain if at else self.host

    @property
    def streams(self) -> bool:
        """Whether news come by themselves, so that looking is only to make sure."""
        held = self.stream_until is not None and self.stream_until > timezone.now()
        return held and self.stream_open_at is not None

    @property
    def able(self) -> Capabilities:
        """What the account can do, as found the last time that its host was asked."""
        return Capabilities.from_json(self.capabilities)


class HostApp(models.Model):
    """This site as a host knows it: registered once for each host and redirect address.

    An empty `client` means that it has to be registered again. `plain` hosts know only
    scopes for everything, none for single kinds of things.
    """

    provider = models.CharField(max_length=16, choices=Provider.choices)
    host = models.CharField(max_length=255)
    redirect_uri = models.CharField(max_length=500)
    client = EncryptedJSONField(bound_to=("provider", "host", "redirect_uri"))
    plain = models.BooleanField(default=False)
    checked_at = models.DateTimeField(default=timezone.now)
    """When the host last knew the app, as far as we have seen."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "host", "redirect_uri"],
                name="host_app_registered_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.host}"


class PendingLinkQuerySet(models.QuerySet["PendingLink"]):
    def open_at(self, now: datetime) -> Self:
        """Those that may still be claimed."""
        return self.filter(claimed_at=None, created_at__gt=now - LINK_LIFETIME)


class PendingLink(models.Model):
    """A link that has started and not come back yet: valid 10 minutes, claimed once.

    `id` is the MiAuth session, a fresh UUID for each try. `state` binds it to the
    browser: the web session keeps it, the callback must bring the same one. `details`
    are what the network needs besides for this one approval.
    """

    class Purpose(models.TextChoices):
        LINK = "link", _("Link")
        RENEW = "renew", _("Sign in again")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    account = models.ForeignKey(
        Account,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    provider = models.CharField(max_length=16, choices=Provider.choices)
    host = models.CharField(max_length=255)
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    state = models.CharField(max_length=64)
    details = EncryptedJSONField(bound_to=("id",))
    host_facts = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)

    objects = PendingLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.purpose} {self.provider} {self.host}"

    @classmethod
    def from_db(cls, *args: Any, **options: Any) -> Self:
        """Whoever knows `id` may fetch the token, and it stands in logged addresses."""
        pending = super().from_db(*args, **options)
        remember_secret(str(pending.pk))
        return pending

"""What a person writes, until it is sent."""

import uuid
from typing import Self

from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from messaging.models.inbox import Message
from messaging.models.operations import Operation


class DraftQuerySet(models.QuerySet["Draft"]):
    def of(self, user: User) -> Self:
        """Only what `user` may see. Every page's query starts here."""
        return self.filter(owner=user)

    def give_back(self, error: str = "") -> None:
        """Those that are on their way were surely not sent: to be edited again.

        `error` is the code why. Runs inside a transaction.
        """
        for draft in self.filter(state=Draft.State.SENDING).select_for_update():
            draft.take_up_again(error)


class Draft(models.Model):
    """An answer or a new message; the row goes when it has surely been sent."""

    class State(models.TextChoices):
        EDITING = "editing", _("Draft")
        SENDING = "sending", _("Sending")

    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, models.CASCADE, related_name="drafts")
    answers = models.ForeignKey(
        Message,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="drafts",
    )
    is_answer = models.BooleanField(default=False)
    """So that an answer whose message was erased is never sent as a new message."""
    recipients = models.JSONField(default=list)
    """People besides those that an answer goes to anyway: `RemoteAuthor` as dicts."""
    title = models.TextField(default="", blank=True)
    content_warning = models.TextField(default="", blank=True)
    text = models.TextField(default="", blank=True)
    visibility = models.CharField(max_length=24, default="", blank=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.EDITING)
    operation = models.ForeignKey(
        Operation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="drafts",
    )
    """What sends it, or tried to the last time."""
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    """The same at every try to send this text; another one once it was changed."""
    started_at = models.DateTimeField(null=True, blank=True)
    known = models.JSONField(default=list)
    """With `started_at`: see `inboxhub.networks.writing.Draft`."""
    shown = models.JSONField(null=True, blank=True)
    """Whom an answer goes to, as the form said when it was sent the last time."""
    told = models.JSONField(null=True, blank=True)
    """The same as the host said, when it would have reached others than was shown."""
    error = models.TextField(default="", blank=True)
    """The code why the last try failed."""
    written_in = models.UUIDField(null=True, blank=True)
    """The form whose words these are; none where two were put together."""
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "answers"],
                condition=models.Q(state="editing"),
                name="draft_one_per_answer",
            ),
        ]
        indexes = [models.Index(fields=["owner", "-changed_at"], name="draft_newest")]

    def __str__(self) -> str:
        return f"draft {self.pk}"

    def take_up_again(self, error: str) -> None:
        """Being edited, with all that another answer to the same message has by now."""
        self.files.update(remote_id="")
        self._join_another()
        self.state, self.error = Draft.State.EDITING, error
        self.started_at, self.known, self.written_in = None, [], None
        self.changed_at = timezone.now()
        self.save()

    def _join_another(self) -> None:
        """There is one answer per message that is being edited; no text gets lost."""
        alike = Draft.objects.filter(owner=self.owner_id, answers=self.answers_id)
        editing = alike.filter(state=Draft.State.EDITING, is_answer=True)
        other = editing.exclude(pk=self.pk).exclude(answers=None).first()
        if other is None:
            return
        if other.text.strip() or other.files.exists():
            self.text = "\n\n".join(filter(None, (self.text, other.text)))
            self.key = uuid.uuid4()
            other.files.update(draft=self)
        other.delete()


class DraftFile(models.Model):
    """A picture that goes along."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    mime = models.CharField(max_length=64)
    data = models.BinaryField()
    description = models.TextField(default="", blank=True)
    sensitive = models.BooleanField(default=False)
    remote_id = models.CharField(max_length=255, default="", blank=True)
    """Where the host keeps it, once it was uploaded."""
    uploaded_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

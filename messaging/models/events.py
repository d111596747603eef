"""The per-user event log."""

from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone


class EventCounter(models.Model):
    """The last event number of a user; its row lock orders the commits."""

    owner = models.OneToOneField(User, models.CASCADE, primary_key=True)
    last_seq = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.owner_id}: {self.last_seq}"


class Event(models.Model):
    """A numbered fact for one user's browsers: a kind and ids, never content."""

    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=32)
    messages = models.JSONField(default=list)
    conversations = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "seq"],
                name="event_number_given_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"

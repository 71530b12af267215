from __future__ import annotations

from typing import ClassVar

from django.db import models


class Event(models.Model):
    """News as it was told; never changed."""

    name = models.CharField(max_length=100)
    version = models.PositiveSmallIntegerField()
    payload = models.JSONField()
    at = models.DateTimeField()


class Delivery(models.Model):
    """One event for one handler, handled exactly once."""

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        DEAD = "dead"

    event = models.ForeignKey(Event, on_delete=models.PROTECT)
    handler = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "handler"], name="events_once")]
        indexes: ClassVar = [
            models.Index(
                fields=["state", "at"], name="events_not_done", condition=models.Q(state__in=["pending", "dead"])
            ),
        ]

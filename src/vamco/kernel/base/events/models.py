from __future__ import annotations

from typing import ClassVar

from django.db import models


class Event(models.Model):
    """News as it was told; never changed."""

    name = models.CharField(max_length=100)
    version = models.PositiveSmallIntegerField()
    payload = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["name", "at"], name="events_by_time")]


class Delivery(models.Model):
    """One event for one handler, handled exactly once, unless somebody has it replayed."""

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        DEAD = "dead"
        DISCARDED = "discarded"

    event = models.ForeignKey(Event, on_delete=models.PROTECT)
    handler = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)  # class and code of the last error, never its text
    error = models.TextField(blank=True)  # the lines of code that led to it
    note = models.TextField(blank=True)  # why it was discarded
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "handler"], name="events_once")]
        indexes: ClassVar = [
            models.Index(
                fields=["state", "at"], name="events_not_done", condition=models.Q(state__in=["pending", "dead"])
            ),
        ]


class Replay(models.Model):
    """Events of a span of time for one handler, once more. `place` is the number of the last event that is behind it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        STOPPED = "stopped"

    handler = models.CharField(max_length=100)
    since = models.DateTimeField()
    until = models.DateTimeField()
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    upto = models.BigIntegerField()  # the newest event when it was asked for: what comes later is delivered anyway
    place = models.BigIntegerField(default=0)
    total = models.PositiveIntegerField()
    handled = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("asked_at")),
                name="events_replay_ends_after",
            ),
            models.UniqueConstraint(
                fields=["handler"], condition=models.Q(state__in=["waiting", "running"]), name="events_one_replay"
            ),
        ]

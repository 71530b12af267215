from __future__ import annotations

from typing import ClassVar

from django.db import models


class Work(models.Model):
    """What is known of a job beyond its row in the queue: how far it is, or why it failed.

    Only jobs that report or fail have one; the worker writes it, over a connection of its own.
    """

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        AGAIN = "again"  # failed, and another job tries once more
        FAILED = "failed"
        STOPPED = "stopped"

    job = models.BigIntegerField(primary_key=True)  # the queue forgets a job that is done; this outlives it
    task = models.CharField(max_length=128)
    state = models.CharField(max_length=10, choices=State.choices)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)  # class and code of the error, never its text
    trace = models.TextField(blank=True)
    began_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "works"
        indexes: ClassVar = [models.Index(fields=["state", "changed_at"], name="jobs_work_latest")]

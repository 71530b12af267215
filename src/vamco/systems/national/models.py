from __future__ import annotations

from typing import ClassVar

from django.db import models

from vamco.kernel.record.files.models import File
from vamco.kernel.work.cases.models import Case


class Line(models.Model):
    """What is said of one dossier to the portal: its messages go one after the other, in the order in which things happened.

    `number` is the dossier's number there. `told` is the last act of which there are messages, `next_at` when the first that waits
    may be tried, None when none does; `leased_until` keeps a second sender away while one is at work, and ends by itself.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40, unique=True)
    arrived = models.BooleanField(default=False)  # the portal took the dossier, and knows it already
    told = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_at"], name="national_line_due", condition=models.Q(next_at__isnull=False)),
        ]


class Message(models.Model):
    """One call of the portal about one act. What it says is read from the case when it is sent, so no personal data lie here.

    `place` orders the messages of a line; `key` is what the portal takes once. `refusals` counts how often it was refused, since
    each opens a case of its own.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        PARKED = "parked"
        LEFT = "left"

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="messages", db_index=False)
    place = models.PositiveIntegerField()
    seq = models.PositiveIntegerField()
    call = models.CharField(max_length=10)
    key = models.CharField(max_length=80, unique=True)
    at = models.DateTimeField()  # when what it tells of happened
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    sent_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=60, blank=True)
    refusals = models.PositiveSmallIntegerField(default=0)
    fault = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["line", "place"], name="national_message_place"),
            models.UniqueConstraint(fields=["line", "seq", "call"], name="national_message_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["at"], name="national_waiting", condition=models.Q(state="waiting")),
            models.Index(fields=["parked_at"], name="national_parked", condition=models.Q(state="parked")),
            models.Index(fields=["sent_at"], name="national_sent"),
        ]


class Uploaded(models.Model):
    """A file that the portal has, under its id there: it is given once."""

    file = models.OneToOneField(File, primary_key=True, on_delete=models.PROTECT, related_name="+")
    ref = models.CharField(max_length=100)
    digest = models.CharField(max_length=128)
    at = models.DateTimeField()


class Feed(models.Model):
    """How far a feed of the portal was read, and how the last look went."""

    name = models.CharField(max_length=20, primary_key=True)
    cursor = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=60, blank=True)
    unreadable = models.PositiveIntegerField(default=0)


class Arrival(models.Model):
    """A dossier that the portal handed over: the case that it became, or why it did not. Only its number is kept here."""

    number = models.CharField(max_length=40, unique=True)
    case = models.OneToOneField(Case, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=60, blank=True)
    procedure = models.CharField(max_length=20)
    office = models.CharField(max_length=40)

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from vamco.kernel.world.agencies.models import Agency
from vamco.kernel.world.people.models import Person
from vamco.systems.tickets.rules import queueing


class HallVersion(models.Model):
    """A hall, as a pack said it; never changed. `code` is the office's."""

    code = models.CharField(max_length=35)
    version = models.PositiveIntegerField()
    content = models.TextField()
    loaded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "version"], name="tickets_hall_version")]


class Counter(models.Model):
    """A counter of a hall, and who sits there now. What it is called and takes says the hall."""

    office = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    clerk = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["office", "number"], name="tickets_counter_once"),
            models.UniqueConstraint(fields=["clerk"], name="tickets_clerk_at_one", condition=Q(clerk__isnull=False)),
            models.CheckConstraint(
                condition=Q(clerk=None, opened_at=None) | Q(clerk__isnull=False, opened_at__isnull=False),
                name="tickets_counter_open",
            ),
        ]


class LastNumber(models.Model):
    """The last number that a service of an office gave on a day; one row is one counter, and its lock makes others wait."""

    office = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    letter = models.CharField(max_length=1)
    day = models.DateField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["office", "letter", "day"], name="tickets_number_series")
        ]


class Ticket(models.Model):
    """A place in a hall's queue. `code` cannot be guessed and is all that its public page asks for.

    `letter` and `number` are what is printed, `service` the queue that it stands in now. `person` is only known of a ticket that was
    taken by phone, and like the reason of a priority only until the day is closed. `subject` is what the clerk began with it.
    """

    code = models.CharField(max_length=30, unique=True)
    office = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    letter = models.CharField(max_length=1)
    number = models.PositiveIntegerField()
    service = models.CharField(max_length=1)
    channel = models.CharField(max_length=10)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default="waiting")
    priority = models.BooleanField(default=False)
    priority_reason = models.CharField(max_length=10, blank=True)
    only_counter = models.PositiveSmallIntegerField(default=0)  # sent to this one; 0 for any
    counter = models.PositiveSmallIntegerField(null=True)
    clerk = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    subject = models.CharField(max_length=60, blank=True)
    taken_at = models.DateTimeField()
    queued_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)  # first
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["office", "day", "letter", "number"], name="tickets_number_once"),
            models.UniqueConstraint(
                fields=["office", "person"],
                name="tickets_open_once",
                condition=Q(person__isnull=False, state__in=["waiting", "called"]),
            ),
            models.UniqueConstraint(
                fields=["office", "day", "counter"], name="tickets_one_at_counter", condition=Q(state="called")
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["office", "day", "-priority", "queued_at", "id"],
                name="tickets_queue",
                condition=Q(state="waiting"),
            )
        ]

    @property
    def text(self) -> str:
        """Return the number as it is printed."""
        return queueing.text(self.letter, self.number)


class Announcement(models.Model):
    """A call, and when screens show it: calls of one office follow one another, each for its whole time. Case PR-06."""

    office = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    counter = models.PositiveSmallIntegerField()
    called_at = models.DateTimeField()
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["office", "-id"], name="tickets_calls")]


class Device(models.Model):
    """A screen or kiosk of a hall. Its secret is known to the device only; here lies what it is found by."""

    office = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    set_up_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    set_up_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

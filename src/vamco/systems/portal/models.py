from __future__ import annotations

from typing import ClassVar

from django.db import models

from vamco.kernel.world.people.models import Person


class Office(models.Model):
    """An office that serves people, as the pack says; its hours are the agency's in the calendar."""

    agency = models.CharField(max_length=35, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    address = models.CharField(max_length=300)
    phone = models.CharField(max_length=30)
    note = models.CharField(max_length=300)
    note_en = models.CharField(max_length=300)
    place = models.CharField(max_length=10)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    order = models.IntegerField()


class Service(models.Model):
    """An entry of the service directory, as the pack says."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    purpose = models.CharField(max_length=400)
    purpose_en = models.CharField(max_length=400)
    runs_it = models.CharField(max_length=200)
    runs_it_en = models.CharField(max_length=200)
    system = models.CharField(max_length=30)  # of this platform; its mode and whether it is installed are known then
    mode = models.CharField(max_length=20)
    state = models.CharField(max_length=20)
    url = models.CharField(max_length=300)
    order = models.IntegerField()


class Downtime(models.Model):
    """An announcement of planned downtime; what it said before it was corrected is kept in its revisions."""

    content = models.JSONField()  # a DowntimeDraft
    begins = models.DateTimeField()
    ends = models.DateTimeField()
    in_time = models.BooleanField()
    announced_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    announced_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    revision = models.IntegerField(default=1)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.CharField(max_length=500, default="")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["ends"], name="portal_downtime_ends")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("begins")), name="portal_downtime_order")
        ]


class DowntimeVersion(models.Model):
    """What an announcement said until it was corrected."""

    downtime = models.ForeignKey(Downtime, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    content = models.JSONField()
    until = models.DateTimeField()
    because = models.CharField(max_length=500)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["downtime", "number"], name="portal_downtime_version")]


class Measurement(models.Model):
    """What the platform last found out about itself, for its label."""

    code = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()
    fine = models.BooleanField()
    facts = models.JSONField()


class Beat(models.Model):
    """How often in a day the platform's worker showed that it runs."""

    day = models.DateField(unique=True)
    count = models.IntegerField()
    first_at = models.DateTimeField()

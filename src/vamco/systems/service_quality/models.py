from __future__ import annotations

from typing import ClassVar

from django.db import models

from vamco.kernel.work.cases.models import Case
from vamco.kernel.world.agencies.models import Agency


class GroupVersion(models.Model):
    """A group of the score as a pack said it; never changed."""

    code = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    content = models.TextField()
    loaded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "version"], name="service_quality_version")]


class Fact(models.Model):
    """What counts of one dossier, by days on Vietnam's clock, as its own events say; no personal data.

    It is written anew from the dossier whenever news of it comes, so that hearing everything again gives the same rows. `due_on` is
    the day promised at reception, moved by pauses; an extension (form 04) does not move it: who was promised another day was late.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40)
    office = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    handler = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    procedure = models.CharField(max_length=20)
    channel = models.CharField(max_length=10)
    sent_on = models.DateField()
    received_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    finished_on = models.DateField(null=True)
    in_time = models.BooleanField(null=True)
    delivered_on = models.DateField(null=True)
    stored = models.BooleanField(default=False)
    synced = models.BooleanField(default=False)
    rating = models.PositiveSmallIntegerField(null=True)
    rated_on = models.DateField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["office", "received_on"], name="service_quality_received"),
            models.Index(fields=["office", "finished_on"], name="service_quality_finished"),
            models.Index(fields=["changed_at"], name="service_quality_changed"),
        ]


class Publication(models.Model):
    """How far a dataset was published: facts that changed later are not in it yet."""

    dataset = models.CharField(max_length=63, primary_key=True)
    upto = models.DateTimeField(null=True)
    at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=60, blank=True)

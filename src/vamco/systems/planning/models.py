from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from vamco.kernel.record.files.models import File
from vamco.kernel.world.agencies.models import Agency
from vamco.kernel.world.people.models import Person


class Upload(models.Model):
    """A spreadsheet that somebody uploaded; published once, or never. `prints` are fingerprints of its sheets by name."""

    kind = models.CharField(max_length=10)
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    prints = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "sha256"], name="planning_file_once", condition=models.Q(published_at__isnull=False)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-uploaded_at"], name="planning_uploads")]


class Published(models.Model):
    """What notices and projects have in common. `folded` is what they are found by; `communes` are codes of places."""

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=300)
    communes = ArrayField(models.CharField(max_length=10), default=list)
    hectares = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    note = models.TextField(blank=True)
    synthetic = models.BooleanField(default=False)
    folded = models.TextField()
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        abstract = True


class Notice(Published):
    """A planning notice: a draft on which people may comment, or a decision with its validity. `area` is GeoJSON in WGS 84."""

    kind = models.CharField(max_length=20)
    standing = models.CharField(max_length=10)
    number = models.CharField(max_length=80, blank=True)
    issuer = models.CharField(max_length=300)
    issued_on = models.DateField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    comment_from = models.DateField(null=True)
    comment_to = models.DateField(null=True)
    area = models.JSONField(null=True)
    successor = models.CharField(max_length=40, blank=True)
    summary = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["communes"], name="planning_notice_communes"),
            models.Index(fields=["-issued_on", "code"], name="planning_notices_newest"),
        ]


class Project(Published):
    """An investment project that calls for investors, or did. `capital` in đồng."""

    field = models.CharField(max_length=20)
    group = models.CharField(max_length=1)
    capital = models.BigIntegerField()
    land_origin = models.CharField(max_length=1000, blank=True)
    land_use = models.CharField(max_length=1000, blank=True)
    scale = models.CharField(max_length=1000, blank=True)
    planning_decision = models.CharField(max_length=300, blank=True)
    infrastructure = models.CharField(max_length=1000, blank=True)
    form = models.CharField(max_length=300, blank=True)
    clearance = models.CharField(max_length=1000, blank=True)
    state = models.CharField(max_length=12)
    foreign = models.BooleanField(default=False)
    listed_in = models.CharField(max_length=200, blank=True)
    list_decision = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["communes"], name="planning_project_communes"),
            models.Index(fields=["state", "field"], name="planning_projects_by_state"),
        ]


class Revision(models.Model):
    """What a publication changed in a notice or project; never changed itself. `fields`: name → [before, after]."""

    kind = models.CharField(max_length=10)
    code = models.CharField(max_length=40)
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    standing = models.CharField(max_length=10)
    fields = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "code", "-at"], name="planning_history")]

from __future__ import annotations

from typing import ClassVar

from django.db import models

from vamco.kernel.record.files.models import File
from vamco.kernel.world.agencies.models import Agency
from vamco.kernel.world.people.models import Person


class KindVersion(models.Model):
    """A definition as loaded; running cases stay on theirs."""

    code = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    content = models.JSONField()
    loaded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "version"], name="cases_kind_version")]


class Case(models.Model):
    """One thing that an agency (the handler) must do by a time, as another (the issuer) asked.

    `seq` counts the entries: who acts says which one was seen last, so that of two people at once one is refused.
    """

    kind = models.ForeignKey(KindVersion, on_delete=models.PROTECT)
    title = models.CharField(max_length=300)
    state = models.CharField(max_length=40)
    open = models.BooleanField(default=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    issuer = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    seq = models.PositiveIntegerField(default=0)
    key = models.CharField(max_length=100, unique=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["agency", "due_at"], name="cases_handler", condition=models.Q(open=True)),
            models.Index(fields=["issuer", "due_at"], name="cases_issuer", condition=models.Q(open=True)),
        ]


class Entry(models.Model):
    """One line of a case's timeline; never changed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entries")
    seq = models.PositiveIntegerField()
    act = models.CharField(max_length=40)
    from_state = models.CharField(max_length=40)
    to_state = models.CharField(max_length=40)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.TextField(blank=True)
    files = models.ManyToManyField(File, related_name="+")

    class Meta:
        verbose_name_plural = "entries"
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "seq"], name="cases_entry_place")]

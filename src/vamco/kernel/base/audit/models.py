from __future__ import annotations

from typing import ClassVar

from django.db import models


class Chain(models.Model):
    """The head of one chain of entries; an act locks it until it commits."""

    code = models.CharField(primary_key=True, max_length=64)
    seq = models.BigIntegerField(default=0)
    head = models.BinaryField(max_length=32, default=bytes(32))


class Entry(models.Model):
    """One act, written once. The database refuses UPDATE, DELETE and TRUNCATE."""

    chain = models.ForeignKey(Chain, on_delete=models.PROTECT)
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    act = models.CharField(max_length=100)
    actor = models.CharField(max_length=64)
    subject = models.CharField(max_length=200)
    purpose = models.CharField(max_length=200, blank=True)
    detail = models.JSONField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name_plural = "entries"
        constraints: ClassVar = [models.UniqueConstraint(fields=["chain", "seq"], name="audit_entry_place")]
        indexes: ClassVar = [
            models.Index(fields=["subject", "-id"], name="audit_by_subject"),
            models.Index(fields=["-at"], name="audit_by_time"),
        ]

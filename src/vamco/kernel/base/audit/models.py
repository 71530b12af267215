from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class Chain(models.Model):
    """The head of one chain of entries; `audit_append` locks it, last of all, until the act has committed."""

    code = models.CharField(primary_key=True, max_length=64)
    seq = models.BigIntegerField(default=0)
    head = models.BinaryField(max_length=32, default=bytes(32))


class Entry(models.Model):
    """One act, written once by `audit_append`. The database refuses everybody's UPDATE, DELETE and TRUNCATE.

    `commitments`: {"persons": [hash], "values": {name: hash}}, salted, or {}. What each hash stands for only a mention says.
    """

    # No constraint: only `audit_append` writes here, and it holds the chain.
    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    act = models.CharField(max_length=100)
    actor = models.CharField(max_length=64)
    subject = models.CharField(max_length=200)
    purpose = models.CharField(max_length=200, blank=True)
    detail = models.JSONField()
    commitments = models.JSONField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name_plural = "entries"
        constraints: ClassVar = [models.UniqueConstraint(fields=["chain", "seq"], name="audit_entry_place")]
        indexes: ClassVar = [
            models.Index(fields=["subject", "-id"], name="audit_by_subject"),
            BrinIndex(fields=["at"], name="audit_by_time", autosummarize=True),
        ]


class Mention(models.Model):
    """Leads from a person to an entry, and proves it by the salt. Erasing a person takes these away and leaves the entries."""

    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="mentions"
    )
    place = models.PositiveSmallIntegerField()  # in the entry's commitments, from 0
    person = models.CharField(max_length=64)  # "kind:id"
    salt = models.BinaryField(max_length=16)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["entry", "place"], name="audit_mention_place")]
        indexes: ClassVar = [models.Index(fields=["person", "-entry"], name="audit_by_person")]


class Checkpoint(models.Model):
    """Where all chains ended at a moment, signed with a key that is not in the database. Written by `audit_pin` alone."""

    number = models.BigIntegerField(primary_key=True)
    line = models.TextField()  # as `lib.checkpoints` writes it

    class Meta:
        ordering: ClassVar = ["number"]

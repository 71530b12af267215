from __future__ import annotations

from typing import ClassVar

from django.db import models

from vamco.kernel.world.places.models import Place


class Agency(models.Model):
    """A public body, and what it is today; what it was and will be stands in its versions.

    `path` is its place in today's tree: the codes from the top down to itself, each followed by a slash. One that has ended
    shows what it was last, and hangs below the one that alone took over from it: who reaches the heir's subtree reaches what it
    left. All but code and `synthetic` follow from the versions (`services.turn`).
    """

    code = models.CharField(max_length=35, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    short_name = models.CharField(max_length=60)
    sort_key = models.CharField(max_length=800)
    kind = models.CharField(max_length=30)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT)
    path = models.TextField()  # access looks for its beginning: one that were cut off would open other doors
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT)
    valid_from = models.DateField()  # 1 January of the year 1: since before records begin
    valid_to = models.DateField(null=True)  # last day, inclusive
    synthetic = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "agencies"
        indexes: ClassVar = [
            models.Index(fields=["path"], name="agencies_tree"),
            models.Index(fields=["sort_key"], name="agencies_order"),
        ]


class Version(models.Model):
    """What an agency is during a span of days: names, kind, agency above, place.

    Versions of one agency do not overlap (the database refuses it); what a correction replaces is kept as a Revision.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="versions")
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    short_name = models.CharField(max_length=60)
    sort_key = models.CharField(max_length=800)
    kind = models.CharField(max_length=30)
    parent = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=10, blank=True)  # a code, for a place may change while the agency goes on
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # last day, inclusive

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["agency", "valid_from"], name="agencies_version_from")]
        indexes: ClassVar = [models.Index(fields=["place"], name="agencies_place")]


class Revision(models.Model):
    """What a row of another table said before it was closed or corrected; written by the database itself."""

    table = models.CharField(max_length=63)
    row = models.BigIntegerField()
    content = models.JSONField()
    replaced_at = models.DateTimeField()


class Code(models.Model):
    """A code of an agency in a scheme during a span of days: one agency a code, and one code of a scheme an agency, a day."""

    code = models.CharField(max_length=35)
    scheme = models.CharField(max_length=10)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="codes")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # last day, inclusive
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "valid_from"], name="agencies_code_from")]


class Succession(models.Model):
    """On a day one agency took over, all or a part, from another."""

    class Kind(models.TextChoices):
        MERGED = "merged"  # into one that others came to as well, or that was there before
        SPLIT = "split"  # among several
        RENAMED = "renamed"  # whole and alone, and yet another body by law

    predecessor = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    on = models.DateField()
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["predecessor", "successor", "on"], name="agencies_one_succession")
        ]

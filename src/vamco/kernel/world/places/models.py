from __future__ import annotations

from typing import ClassVar

from django.db import models


class Place(models.Model):
    """An administrative unit during a span of days; a merger ends some and begins others, it never edits them.

    A new name, kind or unit above is a new row as well. Rows of one code do not overlap (the database refuses it); what a
    correction replaces is kept as a Revision.
    """

    class Kind(models.TextChoices):
        PROVINCE = "province"
        CITY = "city"  # run by the centre
        DISTRICT = "district"  # huyện, quận, thị xã, thành phố of a province, until 30 June 2025
        COMMUNE = "commune"
        WARD = "ward"
        SPECIAL_ZONE = "special_zone"  # since 1 July 2025
        TOWNSHIP = "township"  # thị trấn, until 30 June 2025

    code = models.CharField(max_length=10)
    name = models.CharField(max_length=100)
    full_name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    sort_key = models.CharField(max_length=400)
    folded = models.CharField(max_length=100)  # the name without its kind
    kind = models.CharField(max_length=20, choices=Kind.choices)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT)  # as on the first day
    lon = models.FloatField(null=True)  # these three may be unknown of a unit that has ended
    lat = models.FloatField(null=True)
    area_km2 = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    origin = models.CharField(max_length=100, blank=True)
    valid_from = models.DateField()  # 1 January of the year 1: since before records begin
    valid_to = models.DateField(null=True)  # last day, inclusive

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "valid_from"], name="places_code")]
        indexes: ClassVar = [
            models.Index(fields=["sort_key"], name="places_order"),
            models.Index(fields=["folded"], name="places_name"),
        ]


class Succession(models.Model):
    """On a day one unit took over, all or a part, from another."""

    class Kind(models.TextChoices):
        MERGED = "merged"  # into one that others came to as well, or that was there before
        SPLIT = "split"  # among several
        RENAMED = "renamed"  # whole and alone

    predecessor = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    on = models.DateField()
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["predecessor", "successor", "on"], name="places_one_succession")
        ]


class Revision(models.Model):
    """What a row of another table said before it was closed or corrected; written by the database itself."""

    table = models.CharField(max_length=63)
    row = models.BigIntegerField()
    content = models.JSONField()
    replaced_at = models.DateTimeField()


class MapLayer(models.Model):
    """A map of the communes: the pack's schematic one, or the province's own boundaries. The newest is shown."""

    name = models.CharField(max_length=100)
    schematic = models.BooleanField()
    source = models.CharField(max_length=300)
    geojson = models.JSONField()
    valid_from = models.DateField()  # since when the communes have these boundaries
    stored_at = models.DateTimeField()

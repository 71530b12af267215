from __future__ import annotations

from typing import ClassVar

from django.db import models


class Place(models.Model):
    """An administrative unit during a span of days; a merger ends some and begins others, it never edits them."""

    class Kind(models.TextChoices):
        PROVINCE = "province"
        COMMUNE = "commune"
        WARD = "ward"

    code = models.CharField(max_length=10)
    name = models.CharField(max_length=100)
    full_name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    sort_key = models.CharField(max_length=400)
    folded = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT)
    lon = models.FloatField()
    lat = models.FloatField()
    area_km2 = models.DecimalField(max_digits=9, decimal_places=2)
    origin = models.CharField(max_length=100, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # last day, inclusive

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "valid_from"], name="places_code")]
        indexes: ClassVar = [models.Index(fields=["sort_key"], name="places_order")]


class MapLayer(models.Model):
    """A map of the communes: the pack's schematic one, or the province's own boundaries. The newest is shown."""

    name = models.CharField(max_length=100)
    schematic = models.BooleanField()
    source = models.CharField(max_length=300)
    geojson = models.JSONField()
    stored_at = models.DateTimeField()

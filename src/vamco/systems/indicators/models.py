from __future__ import annotations

from typing import ClassVar

from django.db import models


class DefinitionVersion(models.Model):
    """A definition as it was loaded; the newest is in force. A changed definition is a new version."""

    code = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    content = models.JSONField()
    datasets = models.JSONField()
    active = models.BooleanField()
    loaded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "version"], name="indicators_version")]


class Settlement(models.Model):
    """One computation of one indicator: which definition, over which snapshots, and how many values it changed."""

    definition = models.ForeignKey(DefinitionVersion, on_delete=models.PROTECT)
    at = models.DateTimeField()
    engine = models.CharField(max_length=20)
    sources = models.JSONField()  # [{"dataset", "snapshot", "run"}]
    changed = models.PositiveIntegerField()


class Value(models.Model):
    """A value during the time in which it was the one known. Never edited but for the end of that time.

    `plan_year` is 0 where the indicator has none of its own; in January it tells the old plan's value of a day from the new one's.
    `missing` is contracts.Missing as JSON, None when nothing is missing.
    """

    indicator = models.CharField(max_length=20)
    period = models.CharField(max_length=10)
    period_end = models.DateField()
    place = models.CharField(max_length=10, blank=True)
    agency = models.CharField(max_length=35, blank=True)
    value = models.DecimalField(max_digits=38, decimal_places=6, null=True)
    numerator = models.DecimalField(max_digits=38, decimal_places=6, null=True)
    denominator = models.DecimalField(max_digits=38, decimal_places=6, null=True)
    rows = models.BigIntegerField()
    plan_year = models.PositiveSmallIntegerField(default=0, db_default=0)
    missing = models.JSONField(null=True)
    known_from = models.DateTimeField()
    known_to = models.DateTimeField(null=True)
    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(known_to=None) | models.Q(known_to__gte=models.F("known_from")),
                name="indicators_ends_after",
            ),
            models.UniqueConstraint(
                fields=["indicator", "place", "agency", "period", "plan_year"],
                name="indicators_current",
                condition=models.Q(known_to=None),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["indicator", "place", "agency", "-period_end"],
                name="indicators_series",
                condition=models.Q(known_to=None),
            ),
            models.Index(fields=["indicator", "period", "known_from"], name="indicators_past"),
        ]

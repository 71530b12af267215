from __future__ import annotations

from typing import ClassVar

from django.db import models


class Series(models.Model):
    """What is counted together, how long a count runs and how its numbers are written."""

    class Period(models.TextChoices):
        DAY = "day"
        MONTH = "month"
        YEAR = "year"

    code = models.CharField(max_length=60, primary_key=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    period = models.CharField(max_length=10, choices=Period.choices)
    form = models.CharField(max_length=100)
    repeats = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "series"


class Counter(models.Model):
    """The last number given in a series to a unit in a period; the row's lock is what keeps numbers without gaps."""

    pk = models.CompositePrimaryKey("series", "unit", "period")
    series = models.ForeignKey(Series, on_delete=models.PROTECT)
    unit = models.CharField(max_length=64)
    period = models.CharField(max_length=10)
    last = models.BigIntegerField()


class Taken(models.Model):
    """The register: which number was given to what. `key` names that within the series, as the act that took it does."""

    pk = models.CompositePrimaryKey("series", "key")
    series = models.ForeignKey(Series, on_delete=models.PROTECT)
    key = models.CharField(max_length=200)
    unit = models.CharField(max_length=64)
    period = models.CharField(max_length=10)
    day = models.DateField()
    n = models.BigIntegerField()
    text = models.CharField(max_length=100)

    class Meta:
        verbose_name_plural = "taken"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "unit", "period", "n"], name="numbers_taken_once")
        ]

from __future__ import annotations

from typing import ClassVar

from django.db import models

from vamco.kernel.world.places.models import Place


class Agency(models.Model):
    """A public body. `path` is its place in the tree: the codes from the top down to itself, each followed by a slash."""

    code = models.CharField(max_length=35, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    short_name = models.CharField(max_length=60)
    sort_key = models.CharField(max_length=800)
    kind = models.CharField(max_length=30)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT)
    path = models.CharField(max_length=300)
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # last day, inclusive
    synthetic = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "agencies"
        indexes: ClassVar = [
            models.Index(fields=["path"], name="agencies_tree"),
            models.Index(fields=["sort_key"], name="agencies_order"),
        ]

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from vamco.kernel.world.agencies.models import Agency
from vamco.kernel.world.places.models import Place


class Entry(models.Model):
    """Something that can be found: where it is shown, whose it is, and by which act one sees it.

    `words` holds what it is found by (see `rules.vector`); the text itself stays with its owner. `also` are further rights by which
    one sees it (see `rules.right_in`).
    """

    kind = models.CharField(max_length=60)
    ref = models.CharField(max_length=100)
    title = models.CharField(max_length=300)
    url = models.CharField(max_length=300)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, db_index=False)
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, db_index=False)
    act = models.CharField(max_length=100)
    also = ArrayField(models.TextField(), default=list, db_default=[])
    at = models.DateTimeField()
    words = SearchVectorField()

    class Meta:
        verbose_name_plural = "entries"
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "ref"], name="search_entry_of")]
        indexes: ClassVar = [
            GinIndex(fields=["words"], name="search_by_words", fastupdate=False),
            models.Index(fields=["-at", "-id"], name="search_newest"),
            models.Index(fields=["act"], name="search_acts"),
        ]

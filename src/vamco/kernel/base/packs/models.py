from __future__ import annotations

from typing import ClassVar

from django.db import models


class LoadedItem(models.Model):
    """An item of the pack as it holds now: what the files said at the last load, with what people edited on pages over it."""

    section = models.CharField(max_length=50)
    key = models.CharField(max_length=200)
    content = models.JSONField()
    origin = models.CharField(max_length=200, default="")  # where it stood: vietnam/roles.yaml:3
    loaded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["section", "key"], name="packs_item")]


class PageEdit(models.Model):
    """What somebody changed on a page in an item: the third layer, which no load overwrites."""

    section = models.CharField(max_length=50)
    key = models.CharField(max_length=200)
    fields = models.JSONField()  # by name, as they are now
    base = models.JSONField()  # the same fields, as the files had them at the edit
    actor = models.CharField(max_length=100)
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["section", "key"], name="packs_page_edit")]

from __future__ import annotations

from typing import ClassVar

from django.db import models


class LoadedItem(models.Model):
    """An item of the pack as it was last loaded: what tells an edit of the file from an edit on a page."""

    section = models.CharField(max_length=50)
    key = models.CharField(max_length=200)
    content = models.JSONField()
    loaded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["section", "key"], name="packs_item")]

from __future__ import annotations

from typing import ClassVar

from django.db import models

from vamco.kernel.world.people.models import Person


class SavedView(models.Model):
    """An address of a table that somebody comes back to, under a name of their own."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    listing = models.CharField(max_length=80)
    name = models.CharField(max_length=60)
    query = models.TextField()  # as `tables.rules.address` writes it
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "listing", "name"], name="web_view_name")]

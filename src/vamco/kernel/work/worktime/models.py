from __future__ import annotations

from typing import ClassVar

from django.db import models

from vamco.kernel.world.agencies.models import Agency


class LayerVersion(models.Model):
    """What the pack said of an agency's working time, or of everybody's (no agency), as loaded; never changed.

    The number of a row is the version of every calendar in which it is the newest one.
    """

    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    subtree = models.BooleanField()
    content = models.JSONField()  # a Layer
    loaded_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["agency", "id"], name="worktime_newest")]

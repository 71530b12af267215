from __future__ import annotations

from typing import ClassVar

from django.db import models


class SystemModeRow(models.Model):
    """The mode in force for a system; a system without a row is the province's own."""

    system = models.CharField(max_length=30, primary_key=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    platforms = models.JSONField()
    mode = models.CharField(max_length=20)
    reason = models.CharField(max_length=500)
    reason_en = models.CharField(max_length=500)

    class Meta:
        ordering: ClassVar = ["system"]

from __future__ import annotations

from typing import ClassVar

from django.db import models

from vamco.kernel.world.agencies.models import Agency


class File(models.Model):
    """A name given to a content, by an agency. Two files may share one content, which is stored once."""

    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT)
    stored_by = models.CharField(max_length=64)
    stored_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["sha256"], name="files_by_content")]

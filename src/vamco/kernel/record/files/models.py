from __future__ import annotations

from typing import ClassVar

from django.db import models

from vamco.kernel.record.files.contracts import Scan
from vamco.kernel.world.agencies.models import Agency


class Content(models.Model):
    """Bytes that are kept, once, however many files are made of them. `looked_at`: when a scanner last read them, or was to."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    scan = models.CharField(
        max_length=10, choices=[(scan.value, scan.value) for scan in Scan], default=Scan.UNSCANNED.value
    )
    found = models.CharField(max_length=200, blank=True)
    scanner = models.CharField(max_length=100, blank=True)
    looked_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["looked_at"], name="files_to_look_at")]


class File(models.Model):
    """A name given to a content, by an agency. Two files may share one content, which is stored once.

    A picture that somebody handed in has a `rendition`, which is what others see; the original is restricted. When a file need
    not be kept any longer its contents go and the row stays, because timelines point to it.
    """

    content = models.ForeignKey(Content, null=True, on_delete=models.PROTECT, db_column="sha256", related_name="files")
    rendition = models.ForeignKey(Content, null=True, on_delete=models.PROTECT, related_name="renditions")
    size = models.BigIntegerField()
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    signed = models.BooleanField(default=False)
    owner = models.CharField(max_length=100, blank=True)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT)
    stored_by = models.CharField(max_length=64)
    stored_at = models.DateTimeField()
    keep_until = models.DateField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner"], name="files_of_owner", condition=~models.Q(owner="")),
            models.Index(fields=["keep_until"], name="files_to_drop", condition=models.Q(dropped_at=None)),
        ]

    @property
    def sha256(self) -> str:
        """The content's SHA-256, "" once it is dropped."""
        return self.content_id or ""


class PictureFacts(models.Model):
    """What was cut out of a picture, for those who may see its original. `taken_at`: ISO, with a zone only if the camera told one."""

    file = models.OneToOneField(File, on_delete=models.CASCADE, primary_key=True, related_name="facts")
    taken_at = models.CharField(max_length=40, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)

from __future__ import annotations

from typing import ClassVar

from django.db import models

from vamco.kernel.record.files.models import File
from vamco.kernel.world.agencies.models import Agency


class TemplateVersion(models.Model):
    """A template as it was declared from a moment on; the newest is in force, older ones say how old documents were made."""

    code = models.CharField(max_length=60)
    version = models.IntegerField()
    content = models.JSONField()
    loaded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "version"], name="documents_template_version")]


class Issued(models.Model):
    """A document that left the house. The register knows nothing about persons: what is in it stands in the file alone."""

    code = models.CharField(max_length=16, unique=True)  # who has the document has the code; it cannot be guessed
    template = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    number = models.CharField(max_length=100)  # as long as the room `numbers` gives any
    issued_on = models.DateField()
    issued_at = models.DateTimeField()
    file = models.ForeignKey(File, null=True, on_delete=models.SET_NULL)
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.CharField(max_length=300)
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT)

    class Meta:
        verbose_name_plural = "issued"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(revoked_at=None) | models.Q(revoked_at__gte=models.F("issued_at")),
                name="documents_ends_after",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["agency", "-issued_at"], name="documents_by_agency")]


class Content(models.Model):
    """Bytes that are a document that was issued; a later timestamp makes further ones."""

    document = models.ForeignKey(Issued, on_delete=models.CASCADE)
    sha256 = models.CharField(max_length=64, unique=True)
    since = models.DateTimeField()


class Check(models.Model):
    """A check that failed or that cost much, kept as long as it counts against the next one; no address, only its keyed hash."""

    who = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["who", "-at"], name="documents_checks_by_who")]

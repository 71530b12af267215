from __future__ import annotations

from typing import ClassVar

from django.db import models


class CatalogueVersion(models.Model):
    """A version of something in the catalogue, as a pack said it; never changed."""

    code = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    content = models.TextField()
    loaded_at = models.DateTimeField()

    class Meta:
        abstract = True


class ProcedureVersion(CatalogueVersion):
    """A procedure; a dossier stays on the version on which it was received."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "version"], name="onestop_procedure_version")]


class LifeEventVersion(CatalogueVersion):
    """A life event."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "version"], name="onestop_life_event_version")]


class ProcedureFieldVersion(CatalogueVersion):
    """A field of procedures."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "version"], name="onestop_field_version")]


class PaperVersion(CatalogueVersion):
    """A paper that procedures ask for."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "version"], name="onestop_paper_version")]


class SearchWordVersion(CatalogueVersion):
    """What people type, and what it means."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "version"], name="onestop_word_version")]


class FilingWayVersion(CatalogueVersion):
    """A way to file."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "version"], name="onestop_way_version")]

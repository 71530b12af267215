from __future__ import annotations

from typing import ClassVar

from django.db import models

from vamco.kernel.world.people.models import Person


class FormVersion(models.Model):
    """A form as loaded; drafts stay on theirs. `content` is text, because jsonb forgets the order of questions."""

    code = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    content = models.TextField()
    loaded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "version"], name="forms_version")]


class Draft(models.Model):
    """Answers of one person that are not handed in yet. `code` stands in addresses and cannot be guessed.

    Handed in, the row stays and its answers go: they belong to what they were handed in for.
    """

    code = models.CharField(max_length=30, unique=True)
    form = models.ForeignKey(FormVersion, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    data = models.JSONField(default=dict)
    seen = models.JSONField(default=list)  # codes of the pages that were sent
    revision = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["person", "-saved_at"], name="forms_drafts_of_person", condition=models.Q(finished_at=None)
            ),
            models.Index(fields=["expires_at"], name="forms_drafts_to_drop"),
        ]

    @property
    def owner(self) -> str:
        """What files of the draft belong to."""
        return f"draft:{self.pk}"

from __future__ import annotations

from typing import ClassVar

from django.db import models

from vamco.kernel.world.agencies.models import Agency


class Person(models.Model):
    """A natural person known to the platform."""

    name = models.CharField(max_length=150)
    sort_key = models.CharField(max_length=600)
    folded = models.CharField(max_length=150)
    created_at = models.DateTimeField()


class Membership(models.Model):
    """A person holds a role in an agency during a span of days, both ends inclusive."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    role = models.CharField(max_length=40)
    title = models.CharField(max_length=150, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "valid_from"], name="people_by_person")]

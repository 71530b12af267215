from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from vamco.kernel.work.cases.models import Case
from vamco.kernel.world.people.models import Mandate, Organisation, Person


class Representation(models.Model):
    """What a case asks: that a person represents an organisation by law or charter. `mandate` is what an official confirmed."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    mandate = models.ForeignKey(Mandate, null=True, on_delete=models.PROTECT, related_name="+")


class Offer(models.Model):
    """A mandate that a principal, or who represents it, has offered to an agent, who accepts it or does not.

    A mandate is a contract: it begins when the agent has agreed. Source: Bộ luật Dân sự 2015, Đ. 562; Đ. 563 (one year where no
    time was agreed). Days are inclusive; `matters` null is all.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    matters = models.JSONField(null=True)
    offered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # answered, or taken back
    mandate = models.OneToOneField(Mandate, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person=None, organisation__isnull=False) | Q(person__isnull=False, organisation=None),
                name="parties_offer_of_one",
            ),
            models.CheckConstraint(condition=Q(person=None) | ~Q(person=F("agent")), name="parties_offer_to_another"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="parties_offer_days"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agent"], condition=Q(ended_at=None), name="parties_open_offers"),
        ]

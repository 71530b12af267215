from __future__ import annotations

from django.db import models


class Role(models.Model):
    """What people with a role may do, and how far from their agency.

    `acts`: each act's code with the states of the object in which it is allowed, null for all. A role that is `place_bound`
    reaches only what lies in the place that the agency serves, or below.
    """

    class Reach(models.TextChoices):
        ALL = "all"
        SUBTREE = "subtree"
        AGENCY = "agency"

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    reach = models.CharField(max_length=10, choices=Reach.choices)
    place_bound = models.BooleanField(default=False)
    acts = models.JSONField()

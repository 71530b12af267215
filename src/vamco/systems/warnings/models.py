from __future__ import annotations

from typing import ClassVar

from django.db import models

from vamco.kernel.work.cases.models import Case
from vamco.kernel.world.agencies.models import Agency
from vamco.kernel.world.people.models import Person


class Alarm(models.Model):
    """One episode; of each cause, in each plan year, there is at most one that fires.

    `denominator` is the one that it rests on; `unknown` why its newest answer is not comparable, "" when it is.
    """

    cause = models.CharField(max_length=10)
    indicator = models.CharField(max_length=20, blank=True)
    dataset = models.CharField(max_length=60, blank=True)
    place = models.CharField(max_length=10, blank=True)
    subject = models.CharField(max_length=35, blank=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, default="firing")
    handling = models.CharField(max_length=10, default="new")
    raised_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    period = models.CharField(max_length=10, blank=True)
    value = models.DecimalField(max_digits=38, decimal_places=6, null=True)
    target = models.DecimalField(max_digits=38, decimal_places=6, null=True)
    gap = models.DecimalField(max_digits=38, decimal_places=6, null=True)
    value_id = models.BigIntegerField(null=True)
    due_at = models.DateTimeField(null=True)
    missed = models.PositiveSmallIntegerField(default=0)
    plan_year = models.PositiveSmallIntegerField(default=0)
    denominator = models.DecimalField(max_digits=38, decimal_places=6, null=True)
    unknown = models.CharField(max_length=20, blank=True, default="")
    unknown_since = models.DateTimeField(null=True)
    unknown_detail = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(resolved_at=None) | models.Q(resolved_at__gte=models.F("raised_at")),
                name="warnings_ends_after",
            ),
            models.UniqueConstraint(
                fields=["cause", "indicator", "dataset", "place", "subject", "plan_year"],
                name="warnings_one_episode",
                condition=models.Q(state="firing"),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-level", "raised_at"], name="warnings_firing", condition=models.Q(state="firing")),
        ]


class Step(models.Model):
    """One line of an alarm's history; never changed."""

    alarm = models.ForeignKey(Alarm, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    what = models.CharField(max_length=20)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    level = models.PositiveSmallIntegerField()
    detail = models.JSONField(default=dict)


class Decision(models.Model):
    """What stands beside the case of a confirmed alarm that waits until an agency decides on it."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT)
    alarm = models.ForeignKey(Alarm, on_delete=models.PROTECT, related_name="decisions")


class Directive(models.Model):
    """What stands beside the case of a directive.

    `period`, `value` and `gap` are those of the alarm when the directive was issued; empty where they were not kept.
    `sending` is the form that issued it together with others.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT)
    alarm = models.ForeignKey(Alarm, on_delete=models.PROTECT, related_name="directives")
    text = models.TextField()
    period = models.CharField(max_length=10, blank=True, default="")
    value = models.DecimalField(max_digits=38, decimal_places=6, null=True)
    gap = models.DecimalField(max_digits=38, decimal_places=6, null=True)
    sending = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sending", "alarm"], name="warnings_sent_once"),
        ]

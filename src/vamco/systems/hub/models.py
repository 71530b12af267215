from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from vamco.kernel.record.files.models import File
from vamco.kernel.world.agencies.models import Agency
from vamco.kernel.world.people.models import Person


class Dataset(models.Model):
    """A table of the lake under contract, and which of its snapshots is the one in force."""

    code = models.CharField(max_length=63, unique=True)
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT)
    contract = models.ForeignKey("ContractVersion", null=True, on_delete=models.PROTECT, related_name="+")
    known_since = models.DateTimeField()
    snapshot = models.BigIntegerField(null=True)
    published_at = models.DateTimeField(null=True)
    rows = models.BigIntegerField(default=0)
    run = models.ForeignKey("Run", null=True, on_delete=models.PROTECT, related_name="+")
    told_late_for = models.DateTimeField(null=True)  # the newest missed due time that was told


class ContractVersion(models.Model):
    """A contract as it was loaded; never changed, so that a run can always say what it was measured against."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    loaded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["dataset", "number"], name="hub_contract_version")]


class Source(models.Model):
    """A system that data are collected from."""

    code = models.CharField(max_length=63, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    content = models.JSONField()
    collected_at = models.DateTimeField(null=True)
    failures = models.JSONField(default=dict)  # by dataset: {"code", "message", "data"}


class SourceState(models.Model):
    """How far a source was read, for one dataset; moves in the transaction that took the delivery in."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE)
    dataset = models.CharField(max_length=63)
    state = models.JSONField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "dataset"], name="hub_source_state")]


_ALL = models.F("accepted") + models.F("repeated") + models.F("quarantined")
_ADDS_UP = (
    models.Q(state="running")
    | models.Q(state__in=["published", "held"], rows=_ALL)
    | models.Q(state="unchanged", rows=models.F("repeated"), accepted=0, quarantined=0)
    | models.Q(
        state__in=["refused", "failed"],
        accepted=0,
        rows__gte=models.F("repeated") + models.F("quarantined"),
    )
)
"""Every row has an end. Of a refused batch none was taken; its good rows are those that neither repeat nor are bad."""


class Run(models.Model):
    """One delivery and what became of it.

    `slices` says which part of the table it filled ("*" is all of it), and `in_force` that this part has not been replaced
    since: the same content then changes nothing and is not taken in again. `delivered_at` is when the sender last changed the file,
    `as_of` the day on which the file says that it was true, `shortfall` what its open quarantine carries (see
    contracts.Shortfall). `key` is that of the delivery. `waived` has the codes of the reasons to hold it that a person set aside.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="runs")
    contract = models.ForeignKey(ContractVersion, on_delete=models.PROTECT)
    source = models.CharField(max_length=63)
    name = models.CharField(max_length=255)
    layout = models.JSONField()
    file = models.ForeignKey(File, null=True, on_delete=models.PROTECT)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    fingerprint = models.CharField(max_length=64)
    key = models.CharField(max_length=520, default="")
    state = models.CharField(max_length=10)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    rows = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    quarantined = models.BigIntegerField(default=0)
    repeated = models.BigIntegerField(default=0)
    revised = models.BigIntegerField(default=0)
    kept = models.BigIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    as_of = models.DateField(null=True)
    shortfall = models.JSONField(default=dict)  # {"amounts": {column: text}, "unread": [column]}
    findings = models.JSONField(default=list)  # [{"code", "rows", "severity"}]
    reason = models.JSONField(null=True)  # {"code", "message", "data"}
    waived = ArrayField(models.TextField(), default=list)
    snapshot = models.BigIntegerField(null=True)
    slices = ArrayField(models.TextField(), default=list)
    in_force = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(finished_at=None) | models.Q(finished_at__gte=models.F("started_at")),
                name="hub_run_ends_after",
            ),
            models.CheckConstraint(condition=_ADDS_UP, name="hub_run_adds_up"),
            models.UniqueConstraint(
                fields=["dataset", "fingerprint"],
                name="hub_once",
                condition=models.Q(in_force=True),
            ),
            models.UniqueConstraint(
                fields=["dataset"],
                name="hub_one_at_a_time",
                condition=models.Q(state="running"),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["dataset", "-id"], name="hub_runs_of_dataset"),
            models.Index(fields=["snapshot"], name="hub_run_of_snapshot", condition=~models.Q(snapshot=None)),
        ]


class Voiding(models.Model):
    """A person's decision that rows in quarantine of a run are no data, and, once it was taken back, who did and why.

    `reason` is the code that the rows share, "" for all that were open. `rows` is how many they were then.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="voidings")
    reason = models.CharField(max_length=200, blank=True)
    rows = models.BigIntegerField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.TextField()
    undone_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_note = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(undone_by=None, undone_at=None, undone_note="")
                | models.Q(undone_by__isnull=False, undone_at__isnull=False, undone_at__gte=models.F("at")),
                name="hub_voiding_undone_whole",
            ),
        ]


class Quarantined(models.Model):
    """A row that was not taken, with all its reasons.

    For appended rows, whose place a later delivery may fill: `key_hash` tells apart the keys that could be read, `amounts` has what
    could be read of the numbers, and `settled` is the run that said something newer of the same row. `void`: a person said that it
    is no data. It is open, and marks values, while it is neither.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    row = models.BigIntegerField()
    reasons = ArrayField(models.TextField())
    content = models.JSONField()
    key_hash = models.CharField(max_length=32, null=True)  # noqa: DJ001  # of no key, not of an empty one
    amounts = models.JSONField(null=True)  # {column: text or None}
    settled = models.ForeignKey(Run, null=True, on_delete=models.CASCADE, related_name="+")
    void = models.ForeignKey(Voiding, null=True, on_delete=models.PROTECT, related_name="quarantined")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "row"], name="hub_quarantined_row")]


class Kept(models.Model):
    """A row of an earlier delivery that stays in the table, because its successor in `run` is in quarantine there."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    row = models.BigIntegerField()  # the successor's
    of_run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    of_row = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "of_run", "of_row"], name="hub_kept_once")]


class Receipt(models.Model):
    """One look at a source that found something to say of a dataset, also when the content was unchanged.

    `covers_until` is the last day that the content speaks of, by which lateness is judged; None when it says no day.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="receipts")
    source = models.CharField(max_length=63)
    name = models.CharField(max_length=255)
    at = models.DateTimeField()
    kind = models.CharField(max_length=10)
    run = models.ForeignKey(Run, null=True, on_delete=models.PROTECT, related_name="+")
    covers_until = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["dataset", "-id"], name="hub_receipts_of_dataset")]


class Reported(models.Model):
    """How far one of those who are expected to report in a dataset has reported: a commune or an agency, by its code."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="reported")
    code = models.CharField(max_length=35)
    until = models.DateField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["dataset", "code"], name="hub_reported_once")]

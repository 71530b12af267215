from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from vamco.kernel.record.files.models import File
from vamco.kernel.work.cases.models import Case
from vamco.kernel.world.people.models import Person, Sealed


class PurposeVersion(models.Model):
    """A purpose as loaded; a consent stays on the version that was seen. Never changed."""

    code = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    content = models.TextField()
    loaded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "version"], name="privacy_purpose_version")]


class ClockVersion(models.Model):
    """A clock as loaded, with all its dated terms."""

    code = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    content = models.TextField()
    loaded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "version"], name="privacy_clock_version")]


class RuleVersion(models.Model):
    """A line of the retention table as loaded."""

    code = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    content = models.TextField()
    loaded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "version"], name="privacy_rule_version")]


class Setting(models.Model):
    """How the province runs the protection of personal data; one row, of the pack."""

    code = models.CharField(max_length=10, primary_key=True)
    show_officials = models.BooleanField()
    show_officials_source = models.CharField(max_length=300)
    export_days = models.PositiveSmallIntegerField()
    handler = models.CharField(max_length=40, blank=True)


class Consent(models.Model):
    """Consent given or withdrawn; never changed. The newest of a person and purpose counts. `by` acted: the person, or their agent."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    purpose = models.CharField(max_length=40)
    seen = models.ForeignKey(PurposeVersion, on_delete=models.PROTECT, related_name="+")
    given = models.BooleanField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "purpose", "-id"], name="privacy_consent_newest")]


class Request(models.Model):
    """What is known of a data subject's request beside its case. `term` is the clock for completion as it was that day, as JSON.

    `subject`: what it is about, such as a purpose's code. Source: Luật 91/2025/QH15; NĐ 356/2025/NĐ-CP.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="+")
    right = models.CharField(max_length=10)
    subject = models.CharField(max_length=60, blank=True)
    term = models.JSONField()
    answer_due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["answer_due_at"], name="privacy_unanswered", condition=Q(answered_at=None, reminded_at=None)
            )
        ]


class Export(Sealed):
    """A copy of all that is held of a person, encrypted; the key lies sealed in this row and goes when it is fetched or expires.

    `request` is its case, as proof that it was given.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    request = models.OneToOneField(Request, on_delete=models.PROTECT, related_name="export")
    state = models.CharField(max_length=10)  # waiting, ready, fetched, expired
    file = models.ForeignKey(File, null=True, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True)  # of the ZIP in the clear
    size = models.PositiveBigIntegerField(default=0)
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "-asked_at"], name="privacy_exports_of"),
            models.Index(fields=["key"], name="privacy_export_key"),
            models.Index(fields=["expires_at"], name="privacy_export_ends", condition=Q(state="ready")),
        ]

    @property
    def context(self) -> str:
        """What the key is sealed to: row and person."""
        return f"privacy.export:{self.pk}:{self.person_id}"

    @property
    def found_as(self) -> str:
        """Return the kind of text."""
        return "privacy.export"


class Erasure(models.Model):
    """The deletion of a person's data by a request: one row for each holding, written in the transaction that erased it."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="erasures", db_index=False)
    holding = models.CharField(max_length=60)
    deleted = models.PositiveIntegerField()
    anonymised = models.PositiveIntegerField()
    kept = models.PositiveIntegerField()
    reason = models.CharField(max_length=300, blank=True)
    reason_en = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["request", "holding"], name="privacy_erased_once")]


class Breach(models.Model):
    """A breach of personal data, or a serious incident, beside its case: one record from which both documents are made.

    `detected_at` is T0. Source: Luật 91/2025/QH15, Đ. 23 (72 hours); NĐ 331/2026/NĐ-CP, Đ. 31(2)d (24 and 72 hours; second-hand).
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="+")
    detected_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    personal = models.BooleanField()
    serious = models.BooleanField()
    what = models.TextField()
    affected = models.TextField()  # which data or systems
    whose = models.CharField(max_length=500)
    persons = models.PositiveIntegerField(null=True)
    consequences = models.TextField()
    measures = models.TextField()
    contact = models.CharField(max_length=300)
    tell_persons = models.BooleanField()
    first_due_at = models.DateTimeField(null=True)
    report_due_at = models.DateTimeField(null=True)
    personal_due_at = models.DateTimeField(null=True)
    first_sent_at = models.DateTimeField(null=True)
    report_sent_at = models.DateTimeField(null=True)
    personal_sent_at = models.DateTimeField(null=True)
    told = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "breaches"


class RetentionRun(models.Model):
    """One night's run over the retention table."""

    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class RetentionLine(models.Model):
    """What a run found and deleted of one holding: counts only. `skipped` says why nothing was deleted."""

    run = models.ForeignKey(RetentionRun, on_delete=models.CASCADE, related_name="lines", db_index=False)
    holding = models.CharField(max_length=60)
    due = models.PositiveIntegerField(null=True)
    deleted = models.PositiveIntegerField(default=0)
    skipped = models.CharField(max_length=20, blank=True)  # unverified, no_term, no_function

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "holding"], name="privacy_retention_once")]

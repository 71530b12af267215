from __future__ import annotations

from typing import ClassVar

from django.db import models

from vamco.kernel.record.files.models import File
from vamco.kernel.world.agencies.models import Agency
from vamco.kernel.world.people.models import Organisation, Person
from vamco.kernel.world.places.models import Place


class Audience(models.Model):
    """Who can do something with cases: pairs of a party and an act of access. Kinds with the same pairs share one.

    So what a person sees is asked by audience, of which there are few, and not by version of kind. `rights` is JSON:
    `[["handler", "desk.handle_request"], …]`, sorted; of the applicant only the act by which they see the case.
    """

    rights = models.TextField(unique=True)


class KindVersion(models.Model):
    """A definition as loaded; running cases stay on theirs. `content` is text, because jsonb forgets the order of buttons."""

    code = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    content = models.TextField()
    loaded_at = models.DateTimeField()
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "version"], name="cases_kind_version")]


class Case(models.Model):
    """One thing that an agency (the handler) must do by a time, as another (the issuer) asked.

    `seq` counts the entries: who acts says which one was seen last, so that of two people at once one is refused.
    `holder`, `needed` and `taken_by` say whose turn it is, and `step_due_at` until when by plan; `agency` answers for the case. They
    differ from each other while the issuer has the turn, or while `handed_to` has not said whether it takes the case. `left_with`
    is who had it in hand at the agency that had the turn before. While the applicant or a machine has the turn, no agency is holder.

    `applicant` or `applicant_organisation` is who asked for it, where the kind has an applicant and one is known. `place` is where
    it lies, `matter` its field of law, `terms` what was promised other than what its kind says.
    """

    # No index holds the state: so most acts change no index at all.
    kind = models.ForeignKey(KindVersion, on_delete=models.PROTECT)
    title = models.CharField(max_length=300)
    state = models.CharField(max_length=40)
    open = models.BooleanField(default=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    issuer = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+", db_index=False)
    applicant = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    applicant_organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    matter = models.CharField(max_length=40, blank=True)
    terms = models.TextField(blank=True)
    opened_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    seq = models.PositiveIntegerField(default=0)
    key = models.CharField(max_length=100, unique=True)
    holder = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    needed = models.CharField(max_length=60, blank=True)
    taken_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    left_with = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    handed_to = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    step_due_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    escalate_at = models.DateTimeField(null=True)
    escalated = models.PositiveSmallIntegerField(default=0)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts", db_index=False)
    part = models.CharField(max_length=40, blank=True)
    open_parts = models.PositiveSmallIntegerField(default=0)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(applicant=None) | models.Q(applicant_organisation=None), name="cases_one_applicant"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None) | models.Q(closed_at__gte=models.F("opened_at")),
                name="cases_ends_after",
            ),
        ]
        indexes: ClassVar = [
            # An inbox is a range of the first for each agency in reach, or of the second for who reaches everywhere.
            models.Index(fields=["holder", "due_at", "id"], name="cases_turn", condition=models.Q(open=True)),
            models.Index(fields=["due_at", "id"], name="cases_due", condition=models.Q(open=True)),
            models.Index(fields=["issuer", "due_at", "id"], name="cases_issued", condition=models.Q(open=True)),
            models.Index(fields=["agency", "due_at", "id"], name="cases_handled", condition=models.Q(open=True)),
            models.Index(fields=["taken_by", "due_at", "id"], name="cases_taken", condition=models.Q(open=True)),
            # Of an audience with few cases these are read, and not all that an agency ever issued.
            models.Index(fields=["audience"], name="cases_seen_by", condition=models.Q(open=True)),
            models.Index(
                fields=["place", "due_at", "id"],
                name="cases_placed",
                condition=models.Q(open=True, place__isnull=False),
            ),
            models.Index(fields=["escalate_at"], name="cases_escalate", condition=models.Q(escalate_at__isnull=False)),
            # What most cases never have is in an index only where it is there.
            *(
                models.Index(fields=[name], name=f"cases_{name}", condition=models.Q(**{f"{name}__isnull": False}))
                for name in ("handed_to", "parent", "merged_into")
            ),
            *(
                models.Index(
                    fields=[name, "-id"], name=f"cases_of_{short}", condition=models.Q(**{f"{name}__isnull": False})
                )
                for name, short in (("applicant", "person"), ("applicant_organisation", "organisation"))
            ),
        ]


class Entry(models.Model):
    """One line of a case's timeline; never changed. `by` is None for what the platform did: a `machine` of it, or the clock.

    Entries are only looked for by their case; what a person did, or what was done at an agency, the audit log tells.
    """

    # The index of its constraint begins with the case.
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entries", db_index=False)
    seq = models.PositiveIntegerField()
    act = models.CharField(max_length=40)
    from_state = models.CharField(max_length=40)
    to_state = models.CharField(max_length=40)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    acting_for = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    acting_for_organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    machine = models.CharField(max_length=40, blank=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    reason = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)
    other = models.CharField(
        max_length=100, blank=True
    )  # "agency:H53.04", "person:7", "case:12": whom or what it is about
    files = models.ManyToManyField(File, related_name="+")

    class Meta:
        verbose_name_plural = "entries"
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "seq"], name="cases_entry_place")]


class Promise(models.Model):
    """A deadline as it was promised; the newest is in force. `why` is opened, begun, extended, resumed or reopened."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="promises", db_index=False)
    seq = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    why = models.CharField(max_length=20)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "seq"], name="cases_promise_place")]


class Watch(models.Model):
    """A person follows a case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="watches")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "watches"
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "case"], name="cases_watch_once")]

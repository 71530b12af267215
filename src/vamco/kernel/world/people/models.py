from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from vamco.kernel.world.agencies.models import Agency


class Person(models.Model):
    """A natural person known to the platform."""

    name = models.CharField(max_length=150)
    sort_key = models.CharField(max_length=600)
    folded = models.CharField(max_length=150)
    created_at = models.DateTimeField()

    @property
    def actor(self) -> str:
        """Return how the audit log names a person who acts."""
        return str(self.pk)


class Organisation(models.Model):
    """A firm, cooperative, household business or association that deals with agencies."""

    class Kind(models.TextChoices):
        ENTERPRISE = "enterprise"
        COOPERATIVE = "cooperative"
        HOUSEHOLD = "household"
        ASSOCIATION = "association"
        OTHER = "other"

    name = models.CharField(max_length=300)
    sort_key = models.CharField(max_length=1200)
    folded = models.CharField(max_length=300)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    created_at = models.DateTimeField()


class Sealed(models.Model):
    """A row that keeps a text sealed; `blind` is what it is found by, both under the key `key`. Its table is told to `keep`."""

    sealed = models.BinaryField()
    blind = models.BinaryField(max_length=32)
    key = models.CharField(max_length=8)
    objects: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        abstract = True

    @property
    def context(self) -> str:
        """What the text is sealed to: put into another row, or given to another holder, it stays shut."""
        raise NotImplementedError

    @property
    def found_as(self) -> str:
        """Give the kind of text: equal texts of one kind have one blind."""
        raise NotImplementedError


class IdentityNumber(Sealed):
    """A number that a person or organisation is known by, sealed."""

    class Kind(models.TextChoices):
        CITIZEN_ID = "citizen_id"
        PASSPORT = "passport"
        TAX_CODE = "tax_code"
        ENTERPRISE_CODE = "enterprise_code"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="numbers")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="numbers")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # last day, inclusive

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "blind"], name="people_number_once", condition=Q(valid_to=None)),
            models.CheckConstraint(
                condition=Q(person=None, organisation__isnull=False) | Q(person__isnull=False, organisation=None),
                name="people_number_of_one",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["key"], name="people_number_key")]

    @property
    def context(self) -> str:
        """What the number is sealed to: row, kind and holder."""
        return f"{self.pk}:{self.kind}:{self.person_id or ''}:{self.organisation_id or ''}"

    @property
    def found_as(self) -> str:
        """Give the kind of number."""
        return self.kind


class Position(models.Model):
    """A post (chức vụ) such as head of a department; the pack names them, `rank` 1 is the highest."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    rank = models.PositiveSmallIntegerField()


class Membership(models.Model):
    """A person holds a role in an agency during a span of days, both ends inclusive; none where it ends before it begins."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    role = models.CharField(max_length=40)
    position = models.ForeignKey(Position, null=True, on_delete=models.PROTECT)
    title = models.CharField(max_length=150, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "valid_from"], name="people_by_person"),
            models.Index(fields=["agency", "valid_from"], name="people_by_agency"),
        ]


class Mandate(models.Model):
    """A person acts for another person or an organisation in what is theirs, during a span of days, both ends inclusive.

    It reaches what the principal applied for, reported or owes, never what an official holds by an appointment (a Substitution
    does that), and it does not pass on, but a `representative` by law or charter gives mandates in the principal's name. `acts` and `matters` limit it to some acts of access and some fields of law, null is
    all. `basis` says what it rests on. Source: Bộ luật Dân sự 2015, Đ. 134-143 (representation); Đ. 140 (when it ends).
    """

    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="mandates")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="mandates")
    agent = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="agent_of")
    acts = models.JSONField(null=True)
    matters = models.JSONField(null=True)
    basis = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    representative = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person=None, organisation__isnull=False) | Q(person__isnull=False, organisation=None),
                name="people_mandate_of_one",
            ),
            models.CheckConstraint(
                condition=Q(representative=False) | Q(acts=None, matters=None), name="people_representative_for_all"
            ),
            models.CheckConstraint(
                condition=Q(person=None) | ~Q(person=F("agent")), name="people_mandate_agent_is_another"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["agent", "valid_from"], name="people_by_agent")]


class Matter(models.Model):
    """A field of law ("tax", "land") to which a mandate can be limited; the pack names them."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)


class Joining(models.Model):
    """Two records are of one human being: `other` belongs to `kept` until that is taken back.

    No row of either is rewritten, so taking it back loses nothing. `joined_by` and `ended_by` are actors as the audit log names them.
    """

    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="joined")
    other = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="joined_to")
    basis = models.CharField(max_length=300)
    joined_at = models.DateTimeField()
    joined_by = models.CharField(max_length=40)
    ended_at = models.DateTimeField(null=True)
    ended_basis = models.CharField(max_length=300, blank=True)
    ended_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["other"], condition=Q(ended_at=None), name="people_joined_once"),
            models.CheckConstraint(condition=~Q(kept=F("other")), name="people_joined_to_another"),
        ]


class Substitution(models.Model):
    """One person acts for another who is away, during a span of days, both ends inclusive.

    `acts` limits it to some acts, null is all that the absent person may do; `agency` to the roles held there.
    """

    absent = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="substituted_by")
    substitute = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="acting_for")
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT)
    acts = models.JSONField(null=True)
    valid_from = models.DateField()
    valid_to = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(absent=F("substitute")), name="people_substitute_is_another"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["substitute", "valid_to"], name="people_by_substitute"),
            models.Index(fields=["absent", "valid_to"], name="people_by_absent"),
        ]

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Value

from vamco.kernel.record.files.models import File
from vamco.kernel.work.cases.models import Case
from vamco.kernel.work.forms.models import Draft, FormVersion
from vamco.kernel.world.agencies.models import Agency
from vamco.kernel.world.people.models import Organisation, Person, Sealed

WORDS = Func(F("folded"), Value(" "), function="string_to_array", output_field=ArrayField(models.TextField()))
"""The words by which a dossier is found: an array in the index, so that a word costs one key and not six trigrams."""


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


class Preparation(models.Model):
    """What somebody prepares before sending: a draft of the form, the papers, where and how. `code` cannot be guessed.

    `person` or `organisation` is the applicant, `by` who prepares it (themselves, who holds their mandate, or the clerk at the
    counter). Sent, the row stays with its dossier, and the answers lie there; what is not sent goes with its draft.
    """

    code = models.CharField(max_length=30, unique=True)
    procedure = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="+")
    draft = models.OneToOneField(Draft, null=True, on_delete=models.SET_NULL, related_name="+")
    office = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, default="online")
    delivery = models.CharField(max_length=10, blank=True)
    chosen = models.JSONField(default=dict)  # what was said of papers: {paper: "not_needed"}, and copies asked for
    prefilled = models.JSONField(default=dict)  # by path of the answer: value, source, day and whether it is locked
    steps = models.JSONField(default=list)  # which pages beside the form were sent: papers, where
    phone = models.CharField(max_length=20, blank=True)
    email = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=300, blank=True)
    handed_at = models.DateTimeField(null=True)  # the applicant says that it was sent at the national portal
    handed_number = models.CharField(max_length=40, blank=True)
    reminded_at = models.DateTimeField(null=True)  # that the draft ends soon
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    dossier = models.OneToOneField("Dossier", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(person=None) ^ models.Q(organisation=None), name="onestop_preparation_owner"
            ),
        ]


class Dossier(models.Model):
    """What a case of the kind `dossier` holds beside the case. The case says business status; the other three axes lie here.

    Three organisations (NĐ 118/2025): `helped_at` where somebody helped, the case's issuer where it was received, the case's agency
    that decides. `number` is given when it is sent. `answers` are those of `form`; `folded` holds the words of the applicant's name and of the
    number without diacritics (`rules.looking`), for the officials' search. `sync` is kept by who synchronises and reopens nothing.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40, unique=True)
    sending = models.UUIDField(unique=True)
    procedure = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="+")
    form = models.ForeignKey(FormVersion, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    answers = models.JSONField(default=dict)
    applicant_name = models.CharField(max_length=200)
    folded = models.CharField(max_length=300)
    phone = models.CharField(max_length=20, blank=True)
    email = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=300, blank=True)
    office = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    helped_at = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    filed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=10)  # online, counter, post
    delivery = models.CharField(max_length=10)  # wished: online, counter, post
    finance = models.CharField(max_length=12, default="none")  # none, due, part, paid, refunding, refunded
    delivered = models.CharField(max_length=12, default="none")  # none, stored, at_counter, posted, handed_over
    sync = models.CharField(max_length=12, default="none")  # none, waiting, sent, failed
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    promised_at = models.DateTimeField(null=True)  # as the receipt said first
    rating = models.PositiveSmallIntegerField(null=True)  # 1 to 5
    reach = ArrayField(
        models.BigIntegerField(), default=list
    )  # every agency that has or had it: narrows the officials' search

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["office", "-case"], name="onestop_dossier_office"),
            models.Index(fields=["office", "-finished_at"], name="onestop_dossier_finished"),
            # Words of a name within some agencies: both parts in one index, so that a common name costs what one office has of it.
            GinIndex(F("reach"), WORDS, name="onestop_dossier_words"),
        ]


class DossierPaper(models.Model):
    """A file that somebody gave as a paper; never changed. `round` 0 came with the dossier, 1 and later with a supplement.

    `copy`: original, copy, electronic; `again` names the earlier file where a paper given before is offered again.
    """

    preparation = models.ForeignKey(Preparation, null=True, on_delete=models.CASCADE, related_name="papers")
    dossier = models.ForeignKey(Dossier, null=True, on_delete=models.PROTECT, related_name="papers")
    paper = models.CharField(max_length=60)
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", db_index=False)
    copy = models.CharField(max_length=10, default="copy")
    pages = models.PositiveSmallIntegerField(default=1)
    round = models.PositiveSmallIntegerField(default=0)
    again = models.BooleanField(default=False)
    digitised_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    given_at = models.DateTimeField()


class DossierDocument(models.Model):
    """A document that a dossier brought about: form 01 to 07, or the result, by its code in the register of documents."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="documents")
    form = models.CharField(max_length=10)  # "01" … "07", "result"
    document = models.CharField(max_length=40)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    published = models.BooleanField(default=False)  # form 04 stands on the centre's public page

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dossier", "form", "seq"], name="onestop_document_once")
        ]


class DossierResult(models.Model):
    """What the agency decides on a dossier: values of a template, or a file made elsewhere. Signed, nothing of it changes.

    `sha256` is over what was signed (`results.fingerprint`), and is asked again before the document is issued. Who signed stands here as they
    were called then: their post may end before the release.
    """

    dossier = models.OneToOneField(Dossier, primary_key=True, on_delete=models.PROTECT, related_name="outcome")
    template = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    values = models.JSONField(default=dict)
    file = models.ForeignKey(File, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64, blank=True)
    signed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    signer_name = models.CharField(max_length=200, blank=True)
    signer_title = models.CharField(max_length=200, blank=True)
    signed_at = models.DateTimeField(null=True)
    number = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(signed_at=None, sha256="")
                | (models.Q(signed_at__isnull=False) & ~models.Q(sha256="")),
                name="onestop_result_signed",
            ),
        ]


class OutsideDossier(models.Model):
    """A dossier that another system keeps (the national portal, a ministry), as that one last said; `as_of` is its own time.

    `status` is a national code 1 to 10. It stands beside the own ones and is never acted on here.
    """

    source = models.CharField(max_length=20)
    number = models.CharField(max_length=40)
    procedure = models.CharField(max_length=20)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    agency_name = models.CharField(max_length=200)
    handler_name = models.CharField(max_length=200, blank=True)
    status = models.PositiveSmallIntegerField()
    received_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    as_of = models.DateTimeField()
    history = models.JSONField(default=list)  # [{status, at, agency, handler, text}] oldest first
    result_url = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "number"], name="onestop_outside_number")]


class OutsideHolder(Sealed):
    """The verified number of somebody who is not known here yet, sealed, until they sign in and their dossier is theirs."""

    outside = models.OneToOneField(OutsideDossier, primary_key=True, on_delete=models.CASCADE, related_name="holder")
    kind = models.CharField(max_length=20)  # citizen_id, tax_code

    class Meta:
        indexes: ClassVar = [models.Index(fields=["blind"], name="onestop_outside_blind")]

    @property
    def context(self) -> str:
        """What the number is sealed to: the dossier."""
        return f"onestop.outside:{self.outside_id}"

    @property
    def found_as(self) -> str:
        """Return the kind of number, as people keep it: equal numbers have one blind."""
        return self.kind

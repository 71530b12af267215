"""The pack's sections of the catalogue, item by item."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # pydantic reads the annotations at run time
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from vamco.kernel.base.packs import public as packs
from vamco.lib.errors import N_

Certainty = Literal["read", "third_party", "background", "proposal"]
Receiver = Literal["commune_centre", "province_centre", "commune_police", "province_police", "land_office"]
Applicant = Literal["citizen", "foreigner", "household_business", "enterprise", "organisation"]

_Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
_ProcedureCode = Annotated[str, Field(pattern=r"^\d\.\d{6}$")]
_FIELD = packs.Ref("procedure_fields", N_("a field of procedures"))
_PAPER = packs.Ref("procedure_papers", N_("a paper"))
_PROCEDURE = packs.Ref("procedures", N_("the code of a procedure"))


class LegalBasis(packs.Item):
    """A document that a procedure rests on. Articles are printed only where they were read in the document."""

    document: str = Field(min_length=3, max_length=120, description="kind and number, such as NĐ 123/2015/NĐ-CP")
    title: str = Field(default="", max_length=300, description="what it is about")
    articles: str = Field(default="", max_length=120, description="articles, as law cites them")
    valid_from: dt.date | None = Field(default=None, description="day from which it is in force")
    valid_to: dt.date | None = Field(default=None, description="last day on which it is in force")
    certainty: Certainty = Field(description="read, third_party, background or proposal")

    @model_validator(mode="after")
    def _read_only(self) -> Self:
        if self.articles and self.certainty != "read":
            raise ValueError("articles stand only where the document was read")
        return self


class ProcedureFieldItem(packs.Item):
    """A field of procedures, such as civil status."""

    code: _Code = Field(description="code, such as civil_status")
    name: str = Field(min_length=1, max_length=120, description="name in Vietnamese")
    name_en: str = Field(min_length=1, max_length=120, description="name in English")
    legal_basis: list[LegalBasis] = Field(
        default=[], max_length=15, description="documents on which all procedures of the field rest"
    )


class PaperItem(packs.Item):
    """A paper that procedures ask for."""

    code: _Code = Field(description="code, such as id_card")
    name: str = Field(min_length=1, max_length=300, description="what it is called, in Vietnamese")
    name_en: str = Field(min_length=1, max_length=300, description="the same in English")
    form: str = Field(default="", max_length=60, description="number of the form, where it is one")
    from_register: bool = Field(
        default=False, description="whether the office takes it from a national database, so that nobody brings it"
    )
    filled_in: bool = Field(
        default=False, description="whether it is a declaration in whose place the procedure's own online form stands"
    )


class SearchWordItem(packs.Item):
    """What people type, and what it means: an abbreviation, teencode, another word for the same, or a word that says nothing."""

    code: str = Field(min_length=1, max_length=60, description="as typed, without diacritics, lower case")
    means: str = Field(
        default="", max_length=120, description="words of the catalogue in its place; empty: it says nothing"
    )


class FilingWayItem(packs.Item):
    """A way to file."""

    code: Literal["national", "provincial", "counter"] = Field(description="national, provincial or counter")
    name: str = Field(min_length=1, max_length=200, description="what it is called, in Vietnamese")
    name_en: str = Field(min_length=1, max_length=200, description="the same in English")
    url: str = Field(
        default="", max_length=300, description="address with {code} for the procedure's code; empty: no link"
    )


class AskedIf(packs.Item):
    """An answer of the form on which something depends."""

    answer: str = Field(min_length=1, max_length=80, description="path of the answer, such as child.father_known")
    equals: list[str | int | bool] = Field(min_length=1, max_length=20, description="values with which it is so")


class NeededPaper(packs.Item):
    """A paper that a procedure asks for, and how many."""

    paper: Annotated[str, _PAPER] = Field(description="code of the paper")
    originals: int = Field(default=0, ge=0, le=20, description="how many originals are handed in")
    copies: int = Field(default=0, ge=0, le=20, description="how many copies are handed in")
    shown: bool = Field(default=False, description="whether it is only shown")
    when: str = Field(default="", max_length=300, description="when it is needed; empty: always")
    when_en: str = Field(default="", max_length=300, description="the same in English")
    asked_if: AskedIf | None = Field(
        default=None, description="the answer that decides whether it is needed; without it the applicant says so"
    )

    @model_validator(mode="after")
    def _both(self) -> Self:
        if bool(self.when) != bool(self.when_en):
            raise ValueError("when and when_en stand together")
        return self


class Told(packs.Item):
    """A sentence in both languages."""

    vi: str = Field(min_length=1, max_length=600, description="in Vietnamese")
    en: str = Field(min_length=1, max_length=600, description="in English")


class ProcessingTime(packs.Item):
    """How long a procedure takes by law: `most` of a unit, from `least` where the law gives a span.

    "same_day": on the day of reception; with `cutoff` what comes later is received on the next working day.
    """

    unit: Literal["hour", "working_day", "day", "same_day", "by_plan", "unknown"] = Field(description="unit")
    most: int | None = Field(default=None, ge=1, le=400, description="number of units")
    least: int | None = Field(default=None, ge=1, le=400, description="where the law gives a span: its lower end")
    cutoff: str = Field(default="", pattern=r"^(\d{2}:\d{2})?$", description="hour of the day, of same_day")
    note: Told | None = Field(default=None, description="what else is to be said of it")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        counted = self.unit in {"hour", "working_day", "day"}
        if counted != (self.most is not None):
            raise ValueError("a number stands with hour, working_day and day, and with nothing else")
        if self.least is not None and (self.most is None or self.least >= self.most):
            raise ValueError("least is below most")
        return self


class FeeRule(packs.Item):
    """What is paid, through which channel, by whom. Without an amount the province's council sets it."""

    amount: int | None = Field(ge=0, le=10**9, description="đồng; null: set by the province")
    upto: int | None = Field(default=None, ge=0, le=10**9, description="where the sources give a span: its upper end")
    per: Literal["case", "page", "copy", "item"] = Field(default="case", description="what it is paid for")
    channel: Literal["any", "online", "counter"] = Field(default="any", description="for which channel")
    subject: Told | None = Field(default=None, description="for whom, where it is not everybody")
    asked_if: AskedIf | None = Field(
        default=None, description="the answer that says that it is so; a subject without it is judged by the office"
    )
    count: str = Field(
        default="",
        max_length=80,
        description="path of the answer that counts pages, copies or items; empty: the office counts",
    )


class StepItem(packs.Item):
    """A step inside the agency: a state of the case, who works there, and how long it may take."""

    state: Literal["submitted", "received", "appraising", "approving", "signing", "numbering", "releasing"] = Field(
        description="state of the kind `dossier`"
    )
    hours: int = Field(ge=1, le=2000, description="planned working hours; their sum never replaces the legal deadline")
    name: Told | None = Field(default=None, description="what is done in this step, where it has a name of its own")


class DateCheck(packs.Item):
    """Two dates of the form that must stand in order, asked before sending: a death is not before the birth."""

    earlier: str = Field(max_length=80, description="path of the answer that must not be later")
    later: str = Field(max_length=80, description='path of the other; "today" is the day of sending')
    text: Told = Field(description="what to put right")


class Prefill(packs.Item):
    """An answer that is filled in from what is known of the applicant; the applicant sees where it comes from, and may change it."""

    answer: str = Field(max_length=80, description="path of the answer")
    source: Literal[
        "name",
        "born",
        "sex",
        "citizen_id",
        "phone",
        "email",
        "residence.commune",
        "residence.address",
        "marital_status",
        "nationality",
        "ethnicity",
        "organisation.name",
        "organisation.tax_code",
        "organisation.address",
    ] = Field(description="what of the applicant: their own record, or the population register's answer")
    locked: bool = Field(default=False, description="whether the register's answer may not be changed")


class FilingItem(packs.Item):
    """What a procedure needs so that a dossier of it can be filed and decided here."""

    form: Annotated[str, packs.Ref("forms", N_("a form"))] = Field(description="code of the form")
    general: bool = Field(
        default=False, description="whether the form is the general one, which is said to the applicant"
    )
    matter: Annotated[str, packs.Ref("matters", N_("a field of law"))] = Field(
        default="", description="field of law of its dossiers, to which a mandate can be limited; empty: none"
    )
    handled_by: str = Field(
        default="office",
        max_length=40,
        description="office: who received it decides; else a kind of agency, such as @construction",
    )
    handled_above: str = Field(
        default="",
        max_length=40,
        description="who decides what no commune received, such as @construction; empty: as handled_by says",
    )
    result: Annotated[str, packs.Ref("templates", N_("a template"))] = Field(
        default="", description="template of the result; empty: a file that the agency makes elsewhere is signed"
    )
    deliveries: list[Literal["online", "counter", "post"]] = Field(
        default=["online", "counter"], min_length=1, description="how the result can be had, the usual one first"
    )
    supplement: list[Literal["entry", "appraisal"]] = Field(
        default=["entry", "appraisal"], description="at which stage a supplement may be asked for"
    )
    supplements: int = Field(
        default=0, ge=0, le=10, description="how often at most after reception; 0: no limit is known"
    )
    steps: list[StepItem] = Field(default=[], max_length=10, description="steps inside the agency, in order")
    parts: list[Literal["tax", "police", "council", "other"]] = Field(
        default=[], description="other agencies that must have answered before a result is proposed"
    )
    duty: bool = Field(default=False, description="whether a financial duty may stop the clock (status 6)")
    charged: Literal["filing", "supplement", "return"] = Field(
        default="filing", description="when the fee is asked for (HinhThucThu)"
    )
    prefill: list[Prefill] = Field(default=[], max_length=40, description="answers that are filled in")
    checks: list[DateCheck] = Field(default=[], max_length=20, description="dates that must stand in order")
    refusals: list[Told] = Field(
        default=[], max_length=12, description="what makes an application impossible, asked first"
    )


class Change(packs.Item):
    """What changed with a version, in words."""

    on: dt.date = Field(description="day from which the change holds")
    text: Told = Field(description="what changed")


class ProcedureItem(packs.Item):
    """A procedure of the national catalogue, as a version of it."""

    code: _ProcedureCode = Field(description="national code, such as 1.001193")
    name: str = Field(min_length=3, max_length=300, description="official name")
    name_en: str = Field(min_length=3, max_length=300, description="name in English")
    also: tuple[str, ...] = Field(default=(), max_length=40, description="what people call it, in Vietnamese")
    summary: Told = Field(description="in one or two plain sentences: what it is for")
    field: Annotated[str, _FIELD] = Field(description="field of the procedure")
    received_by: list[Receiver] = Field(min_length=1, description="where it is filed at a counter")
    applicants: list[Applicant] = Field(min_length=1, description="who may apply")
    concerns: list[Told] = Field(default=[], max_length=12, description="does this concern me? each a condition")
    papers: list[NeededPaper] = Field(default=[], max_length=30, description="papers that are needed")
    steps: list[Told] = Field(default=[], max_length=15, description="steps in plain words")
    time: ProcessingTime = Field(description="time by law")
    fees: list[FeeRule] = Field(default=[], max_length=10, description="fee rules; none: not known")
    results: list[Told] = Field(min_length=1, max_length=6, description="what one gets")
    legal_basis: list[LegalBasis] = Field(default=[], max_length=15, description="documents that it rests on")
    route: Literal["national", "provincial"] = Field(
        description="who takes it online: the national portal, or the province"
    )
    online: Literal["full", "partial", "none"] = Field(default="partial", description="how far it can be done online")
    eid_level: Literal[1, 2] = Field(default=2, description="level of electronic identification (NĐ 69/2024)")
    joined: bool = Field(default=False, description="whether several agencies handle it together (liên thông)")
    valid_from: dt.date = Field(description="day from which this version holds")
    ended: dt.date | None = Field(default=None, description="day from which the procedure is no more")
    replaced_by: _ProcedureCode | None = Field(default=None, description="the procedure that came in its place")
    certainty: Certainty = Field(description="how sure the figures are: read, third_party, background or proposal")
    unverified: list[Literal["name", "papers", "steps", "time", "fees", "legal_basis", "received_by"]] = Field(
        default=[], description="what nobody has yet compared with the decision that publishes the procedure"
    )
    changes: list[Change] = Field(default=[], description="what changed, version by version, oldest first")
    filing: FilingItem | None = Field(
        default=None, description="how it is filed and decided here; none: it is only shown"
    )


class LifeEventItem(packs.Item):
    """Something that happens in a life or a firm, and the procedures that come with it, in order."""

    code: _Code = Field(description="code, such as birth")
    name: str = Field(min_length=1, max_length=120, description="name in Vietnamese")
    name_en: str = Field(min_length=1, max_length=120, description="name in English")
    summary: Told = Field(description="a sentence on it")
    also: tuple[str, ...] = Field(default=(), max_length=40, description="what people call it")
    icon: str = Field(default="forward", pattern=r"^[a-z-]+$", max_length=20, description="icon of the page")
    order: int = Field(ge=1, le=999, description="place among the others, small first")
    procedures: Annotated[list[str], _PROCEDURE] = Field(min_length=1, max_length=30, description="in order")
    words: list[Told] = Field(default=[], max_length=12, description="what to know beyond the procedures")

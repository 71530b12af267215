"""What a pack says of personal data."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # read at run time by pydantic
from typing import Literal

from pydantic import Field

from vamco.kernel.base.packs import public as packs
from vamco.systems.privacy.contracts import Clock, Mark, OnRequest, Purpose, Rule, Term, Unit

CODE = r"^[a-z][a-z0-9_]*$"


class PurposeItem(packs.Item):
    """A purpose for which personal data are processed."""

    code: str = Field(pattern=CODE, max_length=40, description="code of the purpose")
    valid_from: dt.date = Field(description="first day of this text")
    name: str = Field(min_length=1, max_length=150, description="name in Vietnamese")
    name_en: str = Field(min_length=1, max_length=150, description="name in English")
    what: str = Field(min_length=1, max_length=500, description="which data")
    what_en: str = Field(min_length=1, max_length=500, description="which data, in English")
    whose: str = Field(min_length=1, max_length=200, description="whose data")
    whose_en: str = Field(min_length=1, max_length=200, description="whose data, in English")
    basis: Literal["law", "consent"] = Field(
        description="law: processed because a law says so; consent: only while the person agrees"
    )
    source: str = Field(default="", max_length=300, description="the law that it rests on; needed where basis is law")
    recipients: str = Field(min_length=1, max_length=300, description="who gets the data")
    recipients_en: str = Field(min_length=1, max_length=300, description="who gets the data, in English")
    kept: str = Field(min_length=1, max_length=300, description="how long they are kept")
    kept_en: str = Field(min_length=1, max_length=300, description="how long they are kept, in English")
    text: str = Field(min_length=1, max_length=2000, description="what the person is asked to agree to, or is told")
    text_en: str = Field(min_length=1, max_length=2000, description="the same in English")
    stops: str = Field(
        default="", max_length=500, description="what stops when consent is withdrawn; needed where basis is consent"
    )
    stops_en: str = Field(default="", max_length=500, description="the same in English")
    mark: Mark = Field(description="whether somebody has checked the source: verified or unverified")
    asks_again: bool = Field(default=False, description="true: consent to an earlier text does not count for this one")

    def purpose(self) -> Purpose:
        """Return the same as the system wants it."""
        return Purpose(**self.model_dump())


class TermItem(packs.Item):
    """A term from a day on."""

    valid_from: dt.date = Field(description="first day on which it counts")
    amount: int = Field(ge=1, le=1000, description="how many")
    unit: Unit = Field(description="working_day, calendar_day or hour")
    source: str = Field(min_length=1, max_length=300, description="where the term stands")
    mark: Mark = Field(description="whether somebody has checked the source: verified or unverified")


class ClockItem(packs.Item):
    """A clock of the law on personal data."""

    code: str = Field(pattern=CODE, max_length=40, description="code of the clock")
    name: str = Field(min_length=1, max_length=150, description="name in Vietnamese")
    name_en: str = Field(min_length=1, max_length=150, description="name in English")
    terms: list[TermItem] = Field(min_length=1, description="its terms, the oldest first")

    def clock(self) -> Clock:
        """Return the same as the system wants it."""
        return Clock(self.code, self.name, self.name_en, tuple(Term(**term.model_dump()) for term in self.terms))


class RuleItem(packs.Item):
    """How long one sort of personal data is kept."""

    code: str = Field(
        pattern=r"^[a-z][a-z0-9_.]*$", max_length=60, description="code of the holding, as its room registers it"
    )
    name: str = Field(min_length=1, max_length=150, description="name in Vietnamese")
    name_en: str = Field(min_length=1, max_length=150, description="name in English")
    months: int | None = Field(
        default=None, ge=1, le=1200, description="how many months it is kept; empty where no term is known"
    )
    counts_from: str = Field(default="", max_length=200, description="from when the months count")
    counts_from_en: str = Field(default="", max_length=200, description="the same in English")
    on_request: OnRequest = Field(description="what a request for deletion does: delete, anonymise or keep")
    reason: str = Field(default="", max_length=300, description="why it is kept; needed where on_request is keep")
    reason_en: str = Field(default="", max_length=300, description="the same in English")
    source: str = Field(min_length=1, max_length=300, description="where the rule stands")
    mark: Mark = Field(description="unverified: nothing is deleted by the clock")

    def rule(self) -> Rule:
        """Return the same as the system wants it."""
        return Rule(**self.model_dump())


class SettingItem(packs.Item):
    """How the province runs the protection of personal data."""

    code: Literal["privacy"] = Field(description="always privacy")
    show_officials: bool = Field(
        description="whether a person is shown the names of officials who looked at their data"
    )
    show_officials_source: str = Field(min_length=1, max_length=300, description="why")
    export_days: int = Field(default=7, ge=1, le=30, description="days for which an export can be fetched")
    handler: str = Field(
        default="",
        max_length=40,
        description="code of the agency that answers requests; empty: any agency with a data-protection official",
    )

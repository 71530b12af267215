"""Data contracts in the Open Data Contract Standard 3.1: the part of it that the hub keeps its promises on.

The standard's own shapes accept any word as a type or a version, so that a mistyped contract would check nothing. These
shapes name every field that is read; what the standard knows beside them is refused, not passed over.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from vamco.kernel.base.packs import public as packs
from vamco.systems.hub.contracts import Check, Column, Contract, Corrections, DeliveryMode, DueFor, Personal
from vamco.systems.hub.rules import grading

_DECIMAL = re.compile(r"(?:DECIMAL|NUMERIC)\((\d{1,2}),\s*(\d{1,2})\)")
_VARCHAR = re.compile(r"VARCHAR\((\d{1,5})\)")
_NAME = r"^[a-z][a-z0-9_]{0,62}$"
_TYPES = {"string": "string", "integer": "long", "boolean": "boolean", "date": "date", "timestamp": "timestamptz"}
_PERSONAL: dict[str, Personal] = {"personal": "basic", "personal-sensitive": "sensitive"}
DEFAULT_MAX_BAD = 0.2


class Custom(packs.Item):
    """A property of our own."""

    property: str = Field(description="its name, such as vamco.delivery")
    value: Any = Field(description="its value")


class _Words(packs.Item):
    """What the properties of our own say together; one that is not named here, or not said so, is a mistake."""

    @classmethod
    def of(cls, found: tuple[Custom, ...]) -> Self:
        """The words behind `vamco.`; ValueError says what is wrong with them."""
        said = {custom.property.removeprefix("vamco."): custom.value for custom in found if _ours(custom)}
        try:
            return cls.model_validate(said)
        except ValidationError as error:
            wrong = error.errors(include_url=False)[0]
            name = f"vamco.{wrong['loc'][0]}"
            fields = {f"vamco.{field.alias or key}": field for key, field in cls.model_fields.items()}
            if name not in fields:
                raise ValueError(f"customProperties: one of {', '.join(sorted(fields))}, found {name}") from None
            raise ValueError(f"{name}: {fields[name].description}") from None


class DatasetWords(_Words, populate_by_name=True):
    """What a contract says beyond the standard."""

    name_en: str = Field(default="", alias="nameEn", description="text")
    delivery: str = Field(
        default="replace",
        pattern=r"^(append|replace|replace_where:[a-z][a-z0-9_]*)$",
        description="append, replace or replace_where:column",
    )
    personal_data: Literal["none", "basic", "sensitive"] = Field(
        default="none", alias="personalData", description="none, basic or sensitive"
    )
    synthetic: bool = Field(default=False, description="true or false")
    max_bad: float = Field(default=DEFAULT_MAX_BAD, alias="maxBad", ge=0, le=1, description="a share from 0 to 1")
    max_bad_value: float | None = Field(
        default=None, alias="maxBadValue", ge=0, le=1, description="a share from 0 to 1; as maxBad when left out"
    )
    corrections: Corrections = Field(default="quarantine", description="quarantine or revise")
    nothing: str = Field(default="", description="text")
    working_days: bool = Field(default=True, alias="workingDays", description="true or false")
    grace_days: int = Field(default=0, alias="graceDays", ge=0, le=60, description="0 to 60")
    due_for: DueFor = Field(default="before", alias="dueFor", description="before or current")
    published_by: str = Field(
        default="",
        alias="publishedBy",
        description="the system of this platform that publishes it, which needs no source",
    )


class ColumnWords(_Words, populate_by_name=True):
    """What a field says beyond the standard."""

    name_en: str = Field(default="", alias="nameEn", description="text")
    unit: str = Field(default="", description="text, such as dong or percent")
    was: str = Field(default="", description="a former name")
    titles: tuple[str, ...] = Field(default=(), description="a list of titles")
    multiplier: int = Field(default=1, ge=1, description="a whole number from 1")
    no_data: tuple[str, ...] = Field(default=(), alias="noData", description="a list of marks")
    line_breaks: bool = Field(default=False, alias="lineBreaks", description="true or false")


def _ours(custom: Custom) -> bool:
    return custom.property.startswith("vamco.")


class Team(packs.Item):
    """Who answers for the data."""

    name: Annotated[str, packs.AGENCY] = Field(description="code of the owner agency")
    description: str = Field(default="", description="its name")


class Description(packs.Item):
    """What the data are for."""

    purpose: str = Field(default="", description="what they are for")
    usage: str = Field(default="", description="how to read them")
    limitations: str = Field(default="", description="what they do not say")


class Sla(packs.Item):
    """When a delivery is due."""

    property: Literal["timeOfAvailability"] = Field(description="timeOfAvailability: by when a delivery is there")
    value: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="time of day, Vietnam's clock")
    unit: Literal["day", "month", "year"] = Field(description="how often")
    element: str = Field(default="", description="dataset.column that it is about")
    driver: Literal["regulatory", "analytics", "operational"] = Field(default="operational", description="why")
    scheduler: Literal["cron"] = Field(description="cron")
    schedule: str = Field(description="cron line on Vietnam's clock")

    @field_validator("schedule")
    @classmethod
    def _schedule(cls, text: str) -> str:
        grading.Cron.parse(text)
        return text


class Implementation(packs.Item):
    """A check of the hub."""

    check: Literal[
        "not_in_future",
        "not_before",
        "reference",
        "set",
        "row_count",
        "ytd_monotone",
        "freshness",
        "sum_of",
        "jump",
        "coverage",
        "empties",
    ] = Field(description="which check")
    list: Literal["", "communes", "agencies", "investors"] = Field(
        default="", description="for reference, coverage: the code list"
    )
    as_of: str = Field(
        default="",
        description="for reference: date column on whose day the code must be in force, or today; several by commas, one is enough",
    )
    values: tuple[str, ...] = Field(default=(), description="for set: the values allowed")
    column: str = Field(
        default="", description="for not_before, ytd_monotone, freshness, jump, coverage, empties: the other column"
    )
    columns: tuple[str, ...] = Field(default=(), description="for sum_of: the columns that add up to this one")
    tolerance: float = Field(default=0, ge=0, description="for sum_of: greatest difference, in the column's unit")
    date: str = Field(default="", description="for ytd_monotone, coverage: the column with the day")
    by: str = Field(default="", description="for ytd_monotone: the column with the year")
    minimum: int | None = Field(default=None, ge=0, description="for row_count: least number of rows")
    maximum: int | None = Field(default=None, ge=0, description="for row_count: largest number of rows")
    at_least_of_previous: float | None = Field(
        default=None, ge=0, le=1, description="for row_count, jump: least share of the rows, or of the sum, before"
    )
    at_most_of_previous: float | None = Field(
        default=None, ge=1, description="for row_count, jump: how many times the rows, or the sum, before"
    )
    at_most: float | None = Field(default=None, ge=0, le=1, description="for empties: greatest share of empty cells")
    at_least: float | None = Field(
        default=None, ge=0, le=1, description="for coverage: least share of the list that has reported"
    )
    days: int | None = Field(
        default=None,
        ge=0,
        description="for freshness: greatest age of the newest row; for coverage: how many days without rows are no silence yet",
    )

    @model_validator(mode="after")
    def _complete(self) -> Implementation:
        needed = {
            "reference": self.list,
            "set": self.values,
            "not_before": self.column,
            "ytd_monotone": self.column and self.by,
            "freshness": self.column and self.days is not None,
            "row_count": any(
                v is not None for v in (self.minimum, self.maximum, self.at_least_of_previous, self.at_most_of_previous)
            ),
            "sum_of": self.columns,
            "jump": self.column and any(v is not None for v in (self.at_least_of_previous, self.at_most_of_previous)),
            "coverage": self.column and self.list and self.date,
            "empties": self.column and self.at_most is not None,
        }.get(self.check, True)
        if not needed:
            raise ValueError(f"{self.check} with all that it needs")
        return self


class Quality(packs.Item):
    """One rule of the quality section."""

    name: str = Field(description="name of the rule")
    type: Literal["custom"] = Field(description="custom")
    engine: Literal["vamco"] = Field(description="vamco")
    severity: Literal["error", "warning"] = Field(description="error quarantines or refuses, warning only counts")
    dimension: Literal[
        "accuracy",
        "completeness",
        "conformity",
        "consistency",
        "coverage",
        "timeliness",
        "uniqueness",
    ] = Field(description="dimension of quality")
    implementation: Implementation = Field(description="what is checked")


class Options(packs.Item):
    """Limits of a field."""

    format: Literal["yyyy-MM-dd"] | None = Field(default=None, description="yyyy-MM-dd, as the contract writes days")
    pattern: str = Field(default="", description="regular expression that the whole value fits")
    minimum: int | float | str | None = Field(default=None, description="least value")
    maximum: int | float | str | None = Field(default=None, description="greatest value")
    maxLength: int | None = Field(default=None, ge=1, description="greatest number of characters")  # noqa: N815  # the standard's name

    @field_validator("pattern")
    @classmethod
    def _pattern(cls, text: str) -> str:
        try:
            re.compile(text)
        except re.error as error:
            raise ValueError(f"a regular expression ({error})") from error
        return text


class Property(packs.Item, populate_by_name=True):
    """A field of the data."""

    name: str = Field(pattern=_NAME, description="lower-case ASCII name")
    business_name: str = Field(default="", alias="businessName", description="what people call it")
    description: str = Field(default="", description="what it says")
    logical_type: Literal["string", "integer", "number", "boolean", "date", "timestamp"] = Field(
        alias="logicalType",
        description="string, integer, number, boolean, date or timestamp",
    )
    physical_type: str = Field(default="", alias="physicalType", description="VARCHAR(n), BIGINT, DECIMAL(p,s) …")
    required: bool = Field(default=False, description="a row without it is wrong")
    unique: bool = Field(default=False, description="no two rows share a value")
    primary_key: bool = Field(default=False, alias="primaryKey", description="part of the key")
    primary_key_position: int = Field(default=0, alias="primaryKeyPosition", description="place in the key, from 1")
    classification: Literal["", "public", "internal", "personal", "personal-sensitive"] = Field(
        default="",
        description="personal or personal-sensitive: identifies a natural person or helps to; masked wherever rows are shown",
    )
    options: Options = Field(default=Options(), alias="logicalTypeOptions", description="limits")
    quality: tuple[Quality, ...] = Field(default=(), description="checks")
    custom: tuple[Custom, ...] = Field(
        default=(),
        alias="customProperties",
        description="vamco.nameEn; vamco.unit; vamco.was: former name in the lake; vamco.titles: what else a file may call it; "
        "vamco.multiplier: by which a file's numbers are multiplied; vamco.noData: what a cell holds that says nothing; "
        "vamco.lineBreaks: whether a cell may hold some",
    )

    def column(self) -> Column:
        """The field as the hub checks and keeps it."""
        words = ColumnWords.of(self.custom)
        varchar = _VARCHAR.fullmatch(self.physical_type)
        lengths = [n for n in (self.options.maxLength, int(varchar[1]) if varchar else None) if n is not None]
        day = self.logical_type == "date"
        limits = (self.options.minimum, self.options.maximum)
        low, high = (date.fromisoformat(str(limit)) if day and limit is not None else limit for limit in limits)
        return Column(
            name=self.name,
            type=self.lake_type,
            title=self.business_name,
            title_en=words.name_en or self.business_name,
            unit=words.unit,
            titles=words.titles,
            multiplier=words.multiplier,
            no_data=words.no_data,
            line_breaks=words.line_breaks,
            doc=self.description,
            required=self.required,
            unique=self.unique,
            minimum=low,
            maximum=high,
            pattern=self.options.pattern,
            max_length=min(lengths, default=None),
            was=words.was,
            personal=_PERSONAL.get(self.classification, ""),
        )

    @property
    def lake_type(self) -> str:
        """The type in the lake."""
        if self.logical_type == "number":
            found = _DECIMAL.fullmatch(self.physical_type)
            return f"decimal({found[1]},{found[2]})" if found else "double"
        return _TYPES[self.logical_type]

    @model_validator(mode="after")
    def _limits(self) -> Property:
        limits = [limit for limit in (self.options.minimum, self.options.maximum) if limit is not None]
        if self.logical_type == "date":
            for limit in limits:
                date.fromisoformat(str(limit))
        elif limits and (self.logical_type not in {"integer", "number"} or any(isinstance(n, str) for n in limits)):
            raise ValueError("minimum and maximum: numbers, for a number; quoted days, for a date")
        words = ColumnWords.of(self.custom)
        if words.multiplier != 1 and self.logical_type not in {"integer", "number"}:
            raise ValueError("vamco.multiplier: for a number only")
        if words.line_breaks and self.logical_type != "string":
            raise ValueError("vamco.lineBreaks: for a string only")
        if self.logical_type != "string" and (self.options.pattern or self.options.maxLength):
            raise ValueError("pattern and maxLength: for a string only")
        return self


class Table(packs.Item, populate_by_name=True):
    """The one table of a contract."""

    name: str = Field(pattern=_NAME, description="the contract's id")
    logical_type: Literal["object"] = Field(alias="logicalType", description="object")
    physical_type: Literal["table"] = Field(alias="physicalType", description="table")
    granularity: str = Field(default="", alias="dataGranularityDescription", description="what a row is")
    properties: tuple[Property, ...] = Field(description="the fields")
    quality: tuple[Quality, ...] = Field(default=(), description="checks of the batch as a whole")


class DatasetItem(packs.Item, populate_by_name=True):
    """A data contract."""

    apiVersion: Literal["v3.1.0"] = Field(description="v3.1.0")  # noqa: N815  # the standard's name
    kind: Literal["DataContract"] = Field(description="DataContract")
    id: str = Field(pattern=_NAME, description="name of the dataset, lower-case ASCII")
    name: str = Field(min_length=1, max_length=200, description="what people call it, in Vietnamese")
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$", description="version of the contract")
    status: Literal["active", "draft", "deprecated"] = Field(description="active, draft or deprecated")
    domain: str = Field(default="", description="field of work")
    description: Description = Field(default=Description(), description="purpose, usage, limitations")
    team: Team = Field(description="the owner agency")
    sla: tuple[Sla, ...] = Field(default=(), alias="slaProperties", description="when a delivery is due, once")
    custom: tuple[Custom, ...] = Field(
        default=(),
        alias="customProperties",
        description="vamco.nameEn; vamco.delivery: append, replace or replace_where:column; vamco.personalData; vamco.synthetic; "
        "vamco.maxBad, vamco.maxBadValue: greatest share of wrong rows, and of an amount that they carry; vamco.corrections: "
        "quarantine or revise, for an appended key that is there with other words; vamco.nothing: what a file says that has nothing "
        "to report; vamco.workingDays, vamco.graceDays: how a due time is reckoned; vamco.dueFor: whether it asks for the whole period "
        "before it, or for the current one",
    )
    tables: tuple[Table] = Field(alias="schema", description="exactly one table")

    @model_validator(mode="after")
    def _whole(self) -> DatasetItem:
        DatasetWords.of(self.custom)
        if len(self.sla) > 1 or not self.tables[0].properties:
            raise ValueError("at most one slaProperties, at least one property")
        return self

    def columns(self) -> dict[str, str]:
        """The lake's type of each field."""
        return {prop.name: prop.lake_type for prop in self.tables[0].properties}

    def contract(self) -> Contract:
        """The contract as the hub works with it."""
        table, words = self.tables[0], DatasetWords.of(self.custom)
        mode, _, slice_column = words.delivery.partition(":")
        promised = self.sla[0] if self.sla else None
        delivery: DeliveryMode = "append" if mode == "append" else "replace" if mode == "replace" else "replace_where"
        key = sorted((p.primary_key_position, p.name) for p in table.properties if p.primary_key)
        declared = [_check(rule, prop.name) for prop in table.properties for rule in prop.quality]
        declared += [_check(rule, "") for rule in table.quality]
        return Contract(
            id=self.id,
            version=self.version,
            title=self.name,
            title_en=words.name_en or self.name,
            doc=self.description.purpose,
            owner=self.team.name,
            columns=tuple(prop.column() for prop in table.properties),
            key=tuple(name for _, name in key),
            declared=tuple(declared),
            delivery=delivery,
            slice_column=slice_column,
            due=promised.schedule if promised else "",
            personal_data=words.personal_data,
            synthetic=words.synthetic,
            max_bad=words.max_bad,
            max_bad_value=words.max_bad if words.max_bad_value is None else words.max_bad_value,
            corrections=words.corrections,
            nothing=words.nothing,
            period=promised.unit if promised else "",
            period_column=promised.element.rpartition(".")[2] if promised else "",
            working_days=words.working_days,
            grace_days=words.grace_days,
            due_for=words.due_for,
        )


def _check(rule: Quality, column: str) -> Check:
    how = rule.implementation
    limits = {
        "minimum": how.minimum,
        "maximum": how.maximum,
        "at_least_of_previous": how.at_least_of_previous,
        "at_most_of_previous": how.at_most_of_previous,
        "at_most": how.at_most,
        "at_least": how.at_least,
    }
    given = {name: limit for name, limit in limits.items() if limit is not None}
    named, value, other = {
        "reference": (column, how.list, how.as_of),
        "set": (column, how.values, ""),
        "not_before": (column, None, how.column),
        "not_in_future": (column, None, ""),
        "row_count": ("", given, ""),
        "sum_of": (column, {"columns": how.columns, "tolerance": how.tolerance}, ""),
        "jump": (how.column, given, ""),
        "coverage": (how.column, {"list": how.list, "days": how.days or 0, **given}, how.date),
        "empties": (how.column, given, ""),
        "ytd_monotone": (how.column, how.by, how.date),
        "freshness": (how.column, how.days, ""),
    }[how.check]
    return Check(how.check, named, value, other, rule.severity)

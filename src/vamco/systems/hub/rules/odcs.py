"""Data contracts in the Open Data Contract Standard 3.1: the part of it that the hub keeps its promises on.

The standard's own shapes accept any word as a type or a version, so that a mistyped contract would check nothing. These
shapes name every field that is read; what the standard knows beside them is refused, not passed over.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from vamco.kernel.base.packs import public as packs
from vamco.systems.hub.contracts import Check, Column, Contract, DeliveryMode, Personal
from vamco.systems.hub.rules import grading

_DECIMAL = re.compile(r"(?:DECIMAL|NUMERIC)\((\d{1,2}),\s*(\d{1,2})\)")
_VARCHAR = re.compile(r"VARCHAR\((\d{1,5})\)")
_DELIVERY = r"^(append|replace|replace_where:[a-z][a-z0-9_]*)$"
_NAME = r"^[a-z][a-z0-9_]{0,62}$"
_TYPES = {"string": "string", "integer": "long", "boolean": "boolean", "date": "date", "timestamp": "timestamptz"}
_PERSONAL: dict[str, Personal] = {"personal": "basic", "personal-sensitive": "sensitive"}
DEFAULT_MAX_BAD = 0.2


class Custom(packs.Item):
    """A property of our own."""

    property: str = Field(description="its name, such as vamco.delivery")
    value: Any = Field(description="its value")


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

    check: Literal["not_in_future", "not_before", "reference", "set", "row_count", "ytd_monotone", "freshness"] = Field(
        description="which check",
    )
    list: Literal["", "communes", "agencies", "investors"] = Field(
        default="", description="for reference: the code list"
    )
    as_of: str = Field(
        default="", description="for reference: date column on whose day the code must be in force; else today"
    )
    values: tuple[str, ...] = Field(default=(), description="for set: the values allowed")
    column: str = Field(default="", description="for not_before, ytd_monotone: the other column")
    date: str = Field(default="", description="for ytd_monotone: the column with the day")
    by: str = Field(default="", description="for ytd_monotone: the column with the year")
    minimum: int | None = Field(default=None, ge=0, description="for row_count: least number of rows")
    maximum: int | None = Field(default=None, ge=0, description="for row_count: largest number of rows")
    at_least_of_previous: float | None = Field(
        default=None, ge=0, le=1, description="for row_count: share of the rows before"
    )
    days: int | None = Field(default=None, ge=0, description="for freshness: greatest age of the newest row")

    @model_validator(mode="after")
    def _complete(self) -> Implementation:
        needed = {
            "reference": self.list,
            "set": self.values,
            "not_before": self.column,
            "ytd_monotone": self.column and self.by,
            "freshness": self.column and self.days is not None,
            "row_count": any(v is not None for v in (self.minimum, self.maximum, self.at_least_of_previous)),
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
        default=(), alias="customProperties", description="vamco.nameEn, vamco.unit, vamco.was"
    )

    def column(self) -> Column:
        """The field as the hub checks and keeps it."""
        varchar = _VARCHAR.fullmatch(self.physical_type)
        lengths = [n for n in (self.options.maxLength, int(varchar[1]) if varchar else None) if n is not None]
        day = self.logical_type == "date"
        limits = (self.options.minimum, self.options.maximum)
        low, high = (date.fromisoformat(str(limit)) if day and limit is not None else limit for limit in limits)
        return Column(
            name=self.name,
            type=self.lake_type,
            title=self.business_name,
            title_en=str(_custom(self.custom, "vamco.nameEn", self.business_name)),
            unit=str(_custom(self.custom, "vamco.unit", "")),
            doc=self.description,
            required=self.required,
            unique=self.unique,
            minimum=low,
            maximum=high,
            pattern=self.options.pattern,
            max_length=min(lengths, default=None),
            was=str(_custom(self.custom, "vamco.was", "")),
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
        description="vamco.delivery, vamco.personalData, vamco.synthetic, vamco.maxBad, vamco.nameEn",
    )
    tables: tuple[Table] = Field(alias="schema", description="exactly one table")

    @model_validator(mode="after")
    def _whole(self) -> DatasetItem:
        known = {"vamco.delivery", "vamco.personalData", "vamco.synthetic", "vamco.maxBad", "vamco.nameEn"}
        if strange := [c.property for c in self.custom if c.property.startswith("vamco.") and c.property not in known]:
            raise ValueError(f"customProperties: one of {', '.join(sorted(known))}, found {strange[0]}")
        if not re.fullmatch(_DELIVERY, str(_custom(self.custom, "vamco.delivery", "replace"))):
            raise ValueError("vamco.delivery: append, replace or replace_where:column")
        if _custom(self.custom, "vamco.personalData", "none") not in {"none", "basic", "sensitive"}:
            raise ValueError("vamco.personalData: none, basic or sensitive")
        limit = _custom(self.custom, "vamco.maxBad", DEFAULT_MAX_BAD)
        if not isinstance(limit, int | float) or not 0 <= limit <= 1:
            raise ValueError("vamco.maxBad: a share from 0 to 1")
        if len(self.sla) > 1 or not self.tables[0].properties:
            raise ValueError("at most one slaProperties, at least one property")
        return self

    def columns(self) -> dict[str, str]:
        """The lake's type of each field."""
        return {prop.name: prop.lake_type for prop in self.tables[0].properties}

    def contract(self) -> Contract:
        """The contract as the hub works with it."""
        table = self.tables[0]
        mode, _, slice_column = str(_custom(self.custom, "vamco.delivery", "replace")).partition(":")
        delivery: DeliveryMode = "append" if mode == "append" else "replace" if mode == "replace" else "replace_where"
        key = sorted((p.primary_key_position, p.name) for p in table.properties if p.primary_key)
        declared = [_check(rule, prop.name) for prop in table.properties for rule in prop.quality]
        declared += [_check(rule, "") for rule in table.quality]
        return Contract(
            id=self.id,
            version=self.version,
            title=self.name,
            title_en=str(_custom(self.custom, "vamco.nameEn", self.name)),
            doc=self.description.purpose,
            owner=self.team.name,
            columns=tuple(prop.column() for prop in table.properties),
            key=tuple(name for _, name in key),
            declared=tuple(declared),
            delivery=delivery,
            slice_column=slice_column,
            due=self.sla[0].schedule if self.sla else "",
            personal_data=str(_custom(self.custom, "vamco.personalData", "none")),
            synthetic=bool(_custom(self.custom, "vamco.synthetic", False)),
            max_bad=float(_custom(self.custom, "vamco.maxBad", DEFAULT_MAX_BAD)),
        )


def _custom(found: tuple[Custom, ...], name: str, default: Any) -> Any:
    return next((custom.value for custom in found if custom.property == name), default)


def _check(rule: Quality, column: str) -> Check:
    how = rule.implementation
    rows = {"minimum": how.minimum, "maximum": how.maximum, "at_least_of_previous": how.at_least_of_previous}
    named, value, other = {
        "reference": (column, how.list, how.as_of),
        "set": (column, how.values, ""),
        "not_before": (column, None, how.column),
        "not_in_future": (column, None, ""),
        "row_count": ("", {name: limit for name, limit in rows.items() if limit is not None}, ""),
        "ytd_monotone": (how.column, how.by, how.date),
        "freshness": (how.column, how.days, ""),
    }[how.check]
    return Check(how.check, named, value, other, rule.severity)

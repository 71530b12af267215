"""The shape of a source in a pack: where data are collected from, and how they are laid out there."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from vamco.kernel.base.packs import public as packs
from vamco.lib.errors import N_
from vamco.systems.hub.contracts import DateFormat, Encoding, Layout
from vamco.systems.hub.rules import grading


class FeedItem(packs.Item):
    """What a source has of one dataset."""

    dataset: Annotated[str, packs.Ref("datasets", N_("a dataset of the pack"), by="id")] = Field(
        description="name of the dataset"
    )
    path: str = Field(default="", pattern=r"^(/[A-Za-z0-9._/-]*)?$", description="http: path below the base address")
    items: str = Field(default="", description="http: name of the list in a page")
    cursor: str = Field(default="", description="http: name of the next page's cursor")
    more: str = Field(default="", description="http: name of the field that says whether there are more pages")
    page: int = Field(default=2000, ge=1, le=100_000, description="http: rows asked for at a time")
    total: str = Field(default="", description="http: name of the field with the number of all rows, to check against")
    overlap: int = Field(
        default=1, ge=0, le=100, description="http: how many pages before the cursor are read again, for late rows"
    )
    reconcile: str = Field(default="", description="http: cron line on which all is read from the start and compared")
    pattern: str = Field(default="", pattern=r"^[^/\\]*$", description="file: names, with * and ?")
    one_each: Literal["", "communes", "agencies"] = Field(
        default="", description="file: one file for each of a list, whose code stands in the name (name_form)"
    )
    format: Literal["csv", "xlsx", "jsonl"] = Field(default="csv", description="file: csv or xlsx (xls, ods too)")
    encoding: Encoding = Field(
        default="utf-8-sig", description="file: encoding of the text; tcvn3 and vni are old fonts"
    )
    delimiter: Literal["", ",", ";", "\t"] = Field(default="", description="file: delimiter; empty finds it out")
    sheet: str = Field(
        default="", description="file: name of the sheet, or a pattern for several; empty takes the first visible one"
    )
    hidden_sheets: bool = Field(default=False, description="file: whether hidden sheets count")
    header_row: int = Field(default=1, ge=0, le=1000, description="file: row of the header, from 1; 0 searches for it")
    header_rows: int = Field(default=1, ge=1, le=5, description="file: how many rows make the header")
    number_row: bool = Field(default=False, description="file: a row of column numbers stands below the header")
    ends_before: tuple[str, ...] = Field(default=(), description="file: how the first row below the table begins")
    leave_out: tuple[str, ...] = Field(
        default=(), description="file: how rows begin that are no data, such as subtotals"
    )
    total_row: str = Field(default="", description="file: how the row with the printed total begins; it is checked")
    fill_down: tuple[str, ...] = Field(
        default=(), description="file: columns whose merged or empty cells mean the value above"
    )
    decimal: Literal["", ".", ","] = Field(default="", description="file: decimal sign of numbers that are text")
    thousands: Literal["", ".", ",", " "] = Field(default="", description="file: sign between groups of three digits")
    brackets_negative: bool = Field(default=False, description="file: (1000) is -1000")
    no_data: tuple[str, ...] = Field(default=(), description="file: what a cell holds that says nothing, such as -")
    unit_label: str = Field(default="", description="file: how the cell begins that names the unit of all amounts")
    as_of_label: str = Field(
        default="", description="file: how the cell begins that says on what day the file was true"
    )
    name_form: str = Field(
        default="",
        description="file: regular expression for names; its named groups are columns, such as (?P<nam>\\d{4})",
    )
    date_format: DateFormat = Field(default="yyyy-MM-dd", description="how days are written")

    def layout(self) -> Layout:
        """How its files are laid out."""
        return Layout(**{each.name: getattr(self, each.name) for each in fields(Layout)})

    @field_validator("reconcile")
    @classmethod
    def _reconcile(cls, text: str) -> str:
        if text:
            grading.Cron.parse(text)
        return text

    @field_validator("name_form")
    @classmethod
    def _name_form(cls, text: str) -> str:
        try:
            re.compile(text)
        except re.error as error:
            raise ValueError(f"a regular expression ({error})") from error
        return text

    @model_validator(mode="after")
    def _signs(self) -> FeedItem:
        if self.thousands and self.thousands == (self.decimal or "."):
            raise ValueError("thousands: another sign than decimal")
        if self.one_each and "(?P<" not in self.name_form:
            raise ValueError("name_form: with the column of the code, because of one_each")
        return self


class SourceItem(packs.Item):
    """A system that data are collected from."""

    code: str = Field(pattern=r"^[a-z][a-z0-9-]{0,62}$", description="short name")
    name: str = Field(min_length=1, max_length=200, description="name in Vietnamese")
    name_en: str = Field(min_length=1, max_length=200, description="name in English")
    agency: Annotated[str, packs.AGENCY] = Field(description="code of the agency that runs it")
    kind: Literal["http", "file"] = Field(description="http: pages of JSON; file: a folder")
    base_url_from: str = Field(
        default="", pattern=r"^(VAMCO_[A-Z0-9_]+_URL)?$", description="http: variable with the address"
    )
    token_from: str = Field(
        default="", pattern=r"^(VAMCO_[A-Z0-9_]+_TOKEN)?$", description="http: variable with the token"
    )
    folder_from: str = Field(
        default="", pattern=r"^(VAMCO_[A-Z0-9_]+_FOLDER)?$", description="file: variable with the folder"
    )
    folder: str = Field(
        default="", pattern=r"^[A-Za-z0-9_][A-Za-z0-9_./-]*$|^$", description="file: folder below that one"
    )
    schedule: str = Field(description="cron line on Vietnam's clock")
    datasets: tuple[FeedItem, ...] = Field(description="what it has")

    @field_validator("schedule")
    @classmethod
    def _schedule(cls, text: str) -> str:
        grading.Cron.parse(text)
        return text

    @model_validator(mode="after")
    def _complete(self) -> SourceItem:
        needed = ("base_url_from",) if self.kind == "http" else ("folder_from",)
        of_feed = ("path", "items") if self.kind == "http" else ("pattern",)
        lacking = [name for name in needed if not getattr(self, name)]
        lacking += [f"{feed.dataset}.{name}" for feed in self.datasets for name in of_feed if not getattr(feed, name)]
        if lacking:
            raise ValueError(f"{', '.join(lacking)}, because the kind is {self.kind}")
        if ".." in self.folder.split("/"):
            raise ValueError("folder: a folder below the shared one")
        return self

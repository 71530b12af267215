"""The shape of a source in a pack: where data are collected from, and how they are laid out there."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from vamco.kernel.base.packs import public as packs
from vamco.lib.errors import N_
from vamco.systems.hub.contracts import Layout
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
    pattern: str = Field(default="", pattern=r"^[^/\\]*$", description="file: names, with * and ?")
    format: Literal["csv", "xlsx", "jsonl"] = Field(default="csv", description="file: csv or xlsx (xls, ods too)")
    encoding: Literal["utf-8", "utf-8-sig"] = Field(default="utf-8-sig", description="file: encoding of the text")
    delimiter: Literal["", ",", ";", "\t"] = Field(default="", description="file: delimiter; empty finds it out")
    sheet: str = Field(default="", description="file: name of the sheet; empty takes the first")
    header_row: int = Field(default=1, ge=1, le=1000, description="file: row of the header, from 1")
    date_format: Literal["yyyy-MM-dd", "dd/MM/yyyy"] = Field(default="yyyy-MM-dd", description="how days are written")

    def layout(self) -> Layout:
        """How its files are laid out."""
        return Layout(self.format, self.encoding, self.delimiter, self.sheet, self.header_row, self.date_format)


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

"""A form as it is declared: a JSON Schema of the answers, words for each question, and pages."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from vamco.lib.errors import Named

CODE = r"^[a-z][a-z0-9_]*$"
KEY = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$"
DAY = r"^(today|[0-9]{4}-[0-9]{2}-[0-9]{2})?$"
Extension = Literal["pdf", "jpg", "jpeg", "png", "webp", "docx", "xlsx", "xml", "p7s", "txt", "csv"]


class Declared(BaseModel):
    """Base of all parts: an unknown key is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class OptionOf(Declared):
    """The words for one value of an `enum`."""

    label: str = Field(min_length=1, description="in Vietnamese")
    label_en: str = Field(default="", description="in English; without it the Vietnamese is shown")

    @property
    def words(self) -> Named:
        """The label in both languages."""
        return Named(self.label, self.label_en)


class FieldOf(OptionOf):
    """How something is asked."""

    hint: str = Field(default="", description="help below the label, in Vietnamese")
    hint_en: str = Field(default="", description="the same in English")
    wrong: str = Field(default="", description="what to do when `pattern` does not fit, in Vietnamese; with `pattern`")
    wrong_en: str = Field(default="", description="the same in English")
    options: dict[str, OptionOf] = Field(default={}, description="words by value of the `enum`, in their order")
    control: Literal["", "lines", "select", "radios"] = Field(
        default="", description="instead of what follows from the schema: lines (a large box), select or radios"
    )
    autocomplete: str = Field(
        default="",
        pattern=r"^[a-z-]*$",
        description="what browsers may fill in: name, tel, email, bday (HTML's autocomplete)",
    )
    accept: list[Extension] = Field(default=["pdf", "jpg", "jpeg", "png"], description="of files: their extensions")
    max_mb: int = Field(default=10, ge=1, le=20, description="of files: how large one may be")
    decimals: int = Field(default=2, ge=0, le=6, description="of a `number`: places behind the comma")
    earliest: str = Field(default="", pattern=DAY, description="of a date: the first one, 1990-01-31 or today")
    latest: str = Field(default="", pattern=DAY, description="of a date: the last one")

    as_of: str = Field(
        default="",
        pattern=rf"^({KEY[1:-1]})?$",
        description="of a code of a list: key of the date on which it must be in force; without, today",
    )

    @property
    def help(self) -> Named:
        """The hint in both languages."""
        return Named(self.hint, self.hint_en)


class PageOf(Declared):
    """One page: one thing that is asked."""

    code: str = Field(pattern=CODE, max_length=40, description="its code, as in the address")
    title: str = Field(
        default="", description="its heading in Vietnamese; without it the label of its only question is the heading"
    )
    title_en: str = Field(default="", description="the same in English")
    text: str = Field(default="", description="a sentence below the heading, in Vietnamese")
    text_en: str = Field(default="", description="the same in English")
    fields: list[str] = Field(min_length=1, description="keys of what is asked; a group's key stands for all in it")

    @property
    def heading(self) -> Named:
        """The title in both languages."""
        return Named(self.title, self.title_en)

    @property
    def lead(self) -> Named:
        """The sentence below the heading in both languages."""
        return Named(self.text, self.text_en)

    def holds(self, key: str) -> bool:
        """Tell whether the page asks what has this key, or something in it."""
        return any(key == own or key.startswith(f"{own}.") or own.startswith(f"{key}.") for own in self.fields)


class Form(Declared):
    """What is asked of somebody, on pages or through the API."""

    code: str = Field(pattern=CODE, max_length=60, description="code of the form")
    name: str = Field(min_length=1, max_length=200, description="name in Vietnamese")
    name_en: str = Field(default="", max_length=200, description="name in English")
    source: str = Field(description="the law that asks for it, and how sure that is")
    keep_days: int = Field(default=30, ge=1, le=365, description="days that a draft is kept after it was last saved")
    shape: dict[str, Any] = Field(
        alias="schema", description="JSON Schema (2020-12, the part that is supported) of the answers"
    )
    fields: dict[str, FieldOf] = Field(description="words by key (`applicant.name`), in the order of asking")
    pages: list[PageOf] = Field(min_length=1, max_length=40, description="pages in their order")

    @property
    def words(self) -> Named:
        """The name in both languages."""
        return Named(self.name, self.name_en)

    @cached_property
    def order(self) -> dict[str, int]:
        """Where each key stands in the order of asking."""
        return {key: index for index, key in enumerate(self.fields)}

    def page(self, code: str) -> PageOf | None:
        """Give the page with a code."""
        return next((page for page in self.pages if page.code == code), None)

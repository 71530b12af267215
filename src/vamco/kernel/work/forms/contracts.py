"""What a form consists of once the answers are known, and what may be wrong with them."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # read at run time by whoever shows dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    from vamco.kernel.work.forms.declaration import FieldOf
    from vamco.lib.errors import Named

Path = tuple[str | int, ...]
"""Where an answer stands: ("children", 0, "name"). Without the numbers it is a key: "children.name"."""

Data = dict[str, Any]
Posted = Mapping[str, Sequence[str]]
"""What a page sends: texts by the name of the control."""


class Kind(StrEnum):
    """How something is asked."""

    TEXT = "text"
    LINES = "lines"
    WHOLE = "whole"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    YES_NO = "yes_no"
    TICK = "tick"
    CHOICE = "choice"
    SEVERAL = "several"
    LISTED = "listed"
    FILE = "file"
    FILES = "files"
    GROUP = "group"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class Node:
    """A question, group or repeated group that applies to the answers given so far."""

    path: Path
    kind: Kind
    schema: Mapping[str, Any]
    field: FieldOf
    required: bool

    @property
    def key(self) -> str:
        """The path without numbers, as the form's `fields` know it."""
        return key_of(self.path)

    @property
    def name(self) -> str:
        """The name of the control on a page."""
        return name_of(self.path)

    @property
    def format(self) -> str:
        """The schema's `format`, "" without one."""
        return str(self.schema.get("format", ""))


def key_of(path: Path) -> str:
    """Give the path without its numbers."""
    return ".".join(part for part in path if isinstance(part, str))


def name_of(path: Path) -> str:
    """Give the name of the control at a path."""
    return ".".join(("f", *map(str, path)))


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right: where, a code for machines, a msgid that says what to do, and the data in it."""

    path: Path
    code: str
    message: str
    data: Mapping[str, object] = field(default_factory=dict)

    @property
    def pointer(self) -> str:
        """The path as RFC 6901 writes it; names have neither "~" nor "/"."""
        return "".join(f"/{part}" for part in self.path)


@dataclass(frozen=True, slots=True)
class ReferenceList:
    """Codes that are kept elsewhere, with their names. `on` is the day for which they are asked."""

    options: Callable[[dt.date], Sequence[tuple[str, Named]]]
    holds: Callable[[str, dt.date], bool]


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a form must know of a file to take it as an answer."""

    id: int
    name: str
    size: int


class Invalid(Refused):
    """Answers that do not fit their form; `problems` says which, in the order of the pages."""

    def __init__(self, form: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "forms.invalid",
            N_("Some answers must be put right (%(count)s)."),
            form=form,
            count=len(problems),
            problems=[{"pointer": problem.pointer, "code": problem.code} for problem in problems],
        )

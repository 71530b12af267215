"""What form pages hand to the components: questions, sections, answers. Free of HTML and of the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vamco.web.components import Text

MOST_RADIOS = 7


@dataclass(frozen=True, slots=True)
class Words:
    """A text, and its language where it is not the page's."""

    text: Text = ""
    lang: str = ""

    def __bool__(self) -> bool:
        """Tell whether there is a text."""
        return bool(self.text)


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from."""

    value: str
    label: Words


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that is an answer already."""

    id: int
    name: str
    size: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question: label, help, control and error, tied together for screen readers."""

    name: str  # of the control; its id follows from it
    label: Words
    control: str = "input"  # input, lines, radios, select, checks, tick, upload
    hint: Words = Words()
    values: tuple[str, ...] = ()  # as they stand in the control
    options: tuple[Option, ...] = ()  # of radios, select and checks
    required: bool = True  # others say that they are optional
    error: str = ""  # what to do, in words
    type: str = "text"  # of the input: text, tel, email
    keyboard: str = ""  # inputmode: numeric, decimal, tel
    autocomplete: str = ""  # token for the browser: name, bday, tel
    short: bool = False  # a narrow box, for what has few signs
    today: str = ""  # of a day: the province's day, where a calendar helps to choose
    attached: tuple[Attached, ...] = ()  # of an upload: the files that are here
    accept: str = ""  # of an upload: ".pdf,.jpg"
    several: bool = False  # of an upload: takes more than one file
    refreshes: bool = False  # a change may open or close other questions
    heading: bool = False  # the label is the page's heading
    note: str = ""  # where the answer comes from, where it was filled in
    locked: bool = False  # the answer cannot be changed here

    @property
    def id(self) -> str:
        """The id of the control, of the first one where there are several."""
        return self.name.replace(".", "-")

    @property
    def value(self) -> str:
        """The only text."""
        return self.values[0] if self.values else ""

    @property
    def described(self) -> str:
        """The ids of help and error."""
        named = [f"{self.id}-hint"] if self.hint else []
        named += [f"{self.id}-note"] if self.note else []
        return " ".join([*named, *([f"{self.id}-error"] if self.error else [])])

    @property
    def grouped(self) -> bool:
        """Tell whether the label is a legend over several controls."""
        return self.control in {"radios", "checks"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Questions that belong together, perhaps one of several entries."""

    questions: tuple[Question | Section, ...]
    legend: Words = Words()
    hint: Words = Words()
    id: str = ""
    count_name: str = ""  # of a list: the hidden control that says how many entries there are
    count: int = 0
    add: str = ""  # value of the button that adds an entry
    remove: str = ""  # of an entry: value of the button that takes it away
    number: int = 0  # of an entry, from 1
    error: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A line of the error summary: what to do, and where."""

    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A line of the check-answers page."""

    label: Words
    texts: tuple[Words, ...] = ()  # none: not answered
    url: str = ""  # where to change it
    required: bool = True
    error: str = ""  # instead of the answer, what is still to be done


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A page's answers on the check-answers page."""

    heading: Words  # none where the only question says it all
    answers: tuple[Answer, ...]

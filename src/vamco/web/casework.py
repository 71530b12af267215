"""What a system adds to the pages about its kinds of cases; the desk shows it, whatever the kind.

A system hands a `Face` to `cases.register(Kind(code, face=Face(...)))`. A kind without one is shown as any other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from vamco.kernel.work.cases import public as cases
from vamco.web import addresses
from vamco.web.components import Entry, Fact, Table, Text, Tone

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping

    from vamco.kernel.world.people.models import Person
    from vamco.web.form_components import Checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How an act shows in the history: an icon, "" for that of its tone; and whether its button warns."""

    icon: str = ""
    tone: Tone = Tone.ACTIVE
    danger: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the page calls things, where a kind has its own words."""

    opened: Text
    issuer: Text
    opened_by: Text
    opened_at: Text
    text: Text


USUAL: Final = Terms(
    opened=_("Opened"),
    issuer=_("Asked by"),
    opened_by=_("Opened by"),
    opened_at=_("Opened at"),
    text=_("What is asked for"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A section of the page. `id` tells it from the others; `notice` is a tone and a sentence."""

    id: str
    title: Text
    table: Table | None = None
    facts: tuple[Fact, ...] = ()
    answers: tuple[Checked, ...] = ()  # of a form, to be read only
    notice: tuple[Tone, Text] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A way from the page to something that the case is about."""

    label: Text
    url: str
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What the page of one case shows beside the rest, for one reader.

    `text` stands in the place of the first note; `number` in the heading, where people know the case by another number than its own.
    """

    text: str = ""
    number: str = ""
    panels: tuple[Panel, ...] = ()
    buttons: tuple[Button, ...] = ()
    entries: tuple[Entry, ...] = ()  # more for the history


def _nothing(_case: cases.Case, _reader: Person) -> Beside:
    return Beside()


def _unsaid(_case: cases.Case, _act: cases.Act) -> dt.datetime | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """How cases of a kind show: `looks` by code of act, `fruitless` the states in which one has ended without a result."""

    icon: str = "inbox"  # of its beginning
    looks: Mapping[str, Look] = field(default_factory=dict)
    fruitless: frozenset[str] = frozenset()
    terms: Terms = USUAL
    titled: bool = True  # False where the text says what the title says
    beside: Callable[[cases.Case, Person], Beside] = _nothing
    until: Callable[[cases.Case, cases.Act], dt.datetime | None] = _unsaid  # what an act that wants a deadline proposes
    asks: Mapping[str, Text] = field(default_factory=dict)  # by code of act, what its note is to say


PLAIN: Final = Face()


def face(code: str) -> Face:
    """Return how cases of a kind show."""
    found = cases.kind(code).face
    return found if isinstance(found, Face) else PLAIN


def tone(case: cases.Case, of: cases.Definition) -> Tone:
    """Return the tone of the state in which a case is."""
    if case.open:
        return Tone.WATCH if case.paused_at else Tone.ACTIVE
    merged = {act.target for act in of.acts.values() if act.effect == "merge"}
    return Tone.NONE if case.state in face(of.code).fruitless | merged | {of.called_back} else Tone.OK


def address(case: cases.Case) -> str:
    """Return the address of the page of a case: its kind's own, else the one that all cases have."""
    own = cases.kind(case.kind.code).url
    return own(case.pk) if own else addresses.to("case", case.pk)


def links(reader: Person | None, ids: Iterable[int | None]) -> dict[int, str]:
    """Return the addresses of those of some cases that the reader may see, each on the page that all cases have.

    A link to any other case would lead to "not found", and tell that there is one.
    """
    wanted = {pk for pk in ids if pk}
    if reader is None or not wanted:
        return {}
    return {
        pk: addresses.to("case", pk) for pk in cases.visible(reader).filter(pk__in=wanted).values_list("pk", flat=True)
    }


def link(reader: Person | None, case: int | None) -> str:
    """Return the address of a case, "" for none and for one that the reader may not see."""
    return links(reader, [case]).get(case or 0, "")


# ── above the inbox ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Something beside cases that waits for the reader: a sentence, and the way there."""

    text: Text
    label: Text
    url: str


_hints: list[Callable[[Person], Hint | None]] = []


def register_hint(find: Callable[[Person], Hint | None]) -> None:
    """Let a system say above a reader's inbox what waits for them elsewhere, None for nothing."""
    if find in _hints:
        raise TypeError(f"{find.__qualname__} is registered already")
    _hints.append(find)


def hints(reader: Person) -> list[Hint]:
    """Return what waits for a reader elsewhere."""
    return [hint for find in _hints if (hint := find(reader)) is not None]

"""What the inbox shows: what waits for the reader, and what they follow while others work on it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.systems.desk import words
from vamco.systems.indicators.public import wording
from vamco.web.components import Cell, Column, Table, Tone

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from vamco.kernel.world.people.models import Person

    Found = tuple[cases.Case, cases.Definition]


def split(person: Person) -> tuple[list[Found], list[Found]]:
    """The open cases of a person, what is due first: those that wait for them, and those that wait for others.

    A case waits for whoever may do the first act that its definition names for its state; the acts after it, such as to
    withdraw, are possible but not awaited.
    """
    definition = cache(cases.definition_of)
    waiting: list[Found] = []
    followed: list[Found] = []
    for case in cases.inbox(person):
        of = definition(case.kind)
        (waiting if _awaited(case, of, person) else followed).append((case, of))
    return waiting, followed


def _awaited(case: cases.Case, of: cases.Definition, person: Person) -> bool:
    act = next(act for act in of.acts.values() if case.state in act.sources)
    return access.allow(person, act.may, case.issuer if act.party == "issuer" else case.agency, state=case.state)


def table(found: Sequence[Found], now: dt.datetime, caption: str) -> Table:
    """Cases as a table."""
    return Table(
        caption=caption,
        hide_caption=True,
        columns=(
            Column(label=_("What is ordered")),
            Column(label=_("Due"), tight=True),
            Column(label=_("State")),
            Column(label=_("Agency that acts")),
        ),
        rows=tuple(
            (
                Cell(text=case.title, url=cases.kind(of.code).url(case.pk), note=number(case)),
                words.due_cell(case.due_at, now),
                Cell(text=wording.either(of.states[case.state].name, of.states[case.state].name_en), tone=Tone.ACTIVE),
                wording.either(case.agency.name, case.agency.name_en),
            )
            for case, of in found
        ),
    )


def number(case: cases.Case) -> str:
    """How people call a case."""
    return f"CĐ-{case.pk}"

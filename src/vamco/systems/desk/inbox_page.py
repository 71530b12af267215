"""What the inbox shows: what waits for the reader, and what they follow while others work on it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.access import public as access
from vamco.systems.desk import words
from vamco.systems.indicators.public import wording
from vamco.web.components import Cell, Column, Link, Table, Tone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.kernel.world.people.models import Person

HIGHEST = 2**63


def to_open(person: Person) -> list[Link]:
    """The kinds of cases that the reader may open by hand, each as a link."""
    return [
        Link(wording.either(of.name, of.name_en), reverse("desk:open", args=[of.code]))
        for of in cases.kinds()
        if of.may_open and access.allow(person, of.may_open)
    ]


def tabs(box: cases.Inbox, view: cases.View | None) -> list[Link]:
    """The parts of the inbox, each with how much is in it; without a view the reader is at the notices."""
    parts: tuple[tuple[cases.View, str, str], ...] = (
        ("waiting", _("What waits for me"), reverse("desk:inbox")),
        ("following", _("What I follow"), reverse("desk:following")),
    )
    links = [Link(label, url, count=_number_of(box.count(part)), current=part == view) for part, label, url in parts]
    unread = notices.unread(box.person) if box.person else 0
    told = unread if unread <= notices.MOST_COUNTED else f"{notices.MOST_COUNTED}+"
    return [*links, Link(_("Notices"), reverse("desk:notices"), count=told, current=view is None)]


def _number_of(count: int) -> int | str:
    return count if count <= cases.MOST_COUNTED else f"{cases.MOST_COUNTED}+"


def key(after: tuple[dt.datetime, int]) -> str:
    """The key with which the next page of an inbox begins, for an address."""
    return f"{after[0].isoformat()}~{after[1]}"


def read_key(text: str) -> tuple[dt.datetime, int] | None:
    """The key that an address holds; None when it holds none, or nonsense."""
    moment, _tilde, number = text.partition("~")
    try:
        due = dt.datetime.fromisoformat(moment)
        return (due, int(number)) if due.tzinfo and 0 <= int(number) < HIGHEST else None
    except ValueError:
        return None


def table(found: Sequence[cases.Case], now: dt.datetime, caption: str) -> Table:
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
                Cell(text=case.title, url=reverse("desk:case", args=[case.pk]), note=_note(case)),
                words.due_cell(case.due_at, now),
                Cell(text=wording.either(of.states[case.state].name, of.states[case.state].name_en), tone=Tone.ACTIVE),
                wording.either(case.agency.name, case.agency.name_en),
            )
            for case in found
            for of in (cases.definition_of(case.kind),)
        ),
    )


def _note(case: cases.Case) -> str:
    """What stands below a title: its number, and who has claimed it."""
    number = cases.number(case)
    return f"{number} · {case.taken_by.name}" if case.taken_by else number

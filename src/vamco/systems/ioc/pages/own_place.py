"""What the home of somebody whose agency serves a commune begins with: its due work, its alarms and its figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.kernel.world.places import public as places
from vamco.lib.errors import Missing
from vamco.systems.indicators import public as indicators
from vamco.systems.ioc import queries
from vamco.systems.ioc.pages import boards
from vamco.web import addresses, casework, words
from vamco.web.components import Cell, Column, Table

if TYPE_CHECKING:
    from vamco.kernel.world.agencies.public import Agency
    from vamco.kernel.world.people.public import Person
    from vamco.web.components import Card, Text

INBOX: Final = "desk.view_inbox"
DIRECTIVE: Final = "directive"
SHOWN: Final = 5
COMMUNES: Final = {places.Place.Kind.COMMUNE, places.Place.Kind.WARD}


@dataclass(frozen=True)
class OwnPlace:
    """A commune as its own officials see it first. `work` is None for those who have no inbox."""

    name: str
    agency: str
    work: Table | None
    waiting: int
    inbox: str
    area: tuple[Card, ...]  # what happens in the commune, whoever handles it
    office: tuple[Card, ...]  # what its own committee handles

    @property
    def cards(self) -> tuple[Card, ...]:
        """All of them, for what is on the red list and what may be concluded."""
        return (*self.area, *self.office)

    @property
    def groups(self) -> list[tuple[str, str, list[Card]]]:
        """The cards that are not on the red list, under the heading that says who handles what they count."""
        named = {"name": self.name, "agency": self.agency}
        found = [
            ("own-office", _("Handled by %(agency)s") % named, boards.calm(list(self.office))),
            ("own-area", _("In %(name)s, whoever handles it") % named, boards.calm(list(self.area))),
        ]
        return [group for group in found if group[2]]


def find(person: Person | None, board: str) -> OwnPlace | None:
    """Return what stands above the board for somebody whose agency serves a commune; None for others."""
    agency = _agency(person)
    if person is None or agency is None or agency.place is None:
        return None
    known = indicators.definitions()
    of = {code: known[code] for code in queries.board(board)[2] if code in known}
    area = {code: each for code, each in of.items() if "place" in each.levels}
    office = {code: each for code, each in of.items() if "agency" in each.levels}
    box = cases.Inbox(person) if access.allow(person, INBOX) else None
    return OwnPlace(
        name=words.either(agency.place.full_name, agency.place.name_en),
        agency=words.either(agency.name, agency.name_en),
        work=_work(box, agency) if box else None,
        waiting=box.count("waiting") if box else 0,
        inbox=addresses.reachable("inbox", person),
        area=_known(boards.draw_cards(area, boards.Subject(place=agency.place.code))),
        office=_known(boards.draw_cards(office, boards.Subject(agency=agency.code))),
    )


def _agency(person: Person | None) -> Agency | None:
    """The agency of somebody who works for a commune."""
    if person is None:
        return None
    try:
        agency = people.home(person)
    except Missing:
        return None
    return agency if agency.place is not None and agency.place.kind in COMMUNES else None


def _known(cards: list[Card]) -> tuple[Card, ...]:
    """Leave out what was never counted for the subject: not every commune invests."""
    return tuple(card for card in cards if card.as_of is not None)


def _work(box: cases.Inbox, agency: Agency) -> Table:
    """What waits for the reader, what is due first, then the directives to their agency that wait for others."""
    waiting = box.page("waiting", count=SHOWN).cases
    others = box.page("following", only=cases.Filter(kind=DIRECTIVE, agency=agency.code), count=SHOWN).cases
    return Table(
        caption=_("Due work and open directives"),
        hide_caption=True,
        columns=(
            Column(label=_("What it is about")),
            Column(label=_("Due"), tight=True),
            Column(label=_("Kind")),
            Column(label=_("State")),
        ),
        rows=tuple(_row(case) for case in (*waiting, *others)),
    )


def _row(case: cases.Case) -> tuple[Cell | Text, ...]:
    of = cases.definition_of(case.kind)
    state = of.states[case.state]
    return (
        Cell(text=case.title, url=casework.address(case), note=cases.number(case)),
        words.due_cell(case.due_at, clock.now()),
        words.either(of.name, of.name_en),
        Cell(text=words.either(state.name, state.name_en), tone=casework.tone(case, of)),
    )

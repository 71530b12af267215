from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from vamco.kernel.base import clock
from vamco.kernel.record.search import public as search
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.places import public as places
from vamco.lib.errors import N_, Missing
from vamco.lib.time import HCM
from vamco.web import addresses, casework

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vamco.kernel.record.files import public as files
    from vamco.kernel.world.people.models import Person


def evidence(file_id: int, person: Person) -> files.File:
    """A file that hangs on a case which the person may see; to others it does not exist."""
    entry = cases.entry_with(file_id, person)
    if entry is None:
        raise Missing("desk.no_file", N_("There is no file %(file)s."), file=file_id)
    return next(file for file in entry.files.all() if file.pk == file_id)


# ── what the search finds ────────────────────────────────────────────────────────────────────────────────────────────

CASE, PLACE, AGENCY = "case", "place", "agency"
VIEW: Final = "desk.view_inbox"
_EVERYBODY: Final = ((VIEW, search.ANYWHERE),)  # at work: units and agencies are no secret
_RECORDED: Final = dt.date(1975, 4, 30)  # what began before is on record without its day


def case_item(case: cases.Case) -> search.Item:
    """Return how a case is found, open or ended: by its number, its title, and what was asked for."""
    words = cases.kind(case.kind.code).words
    first = case.entries.order_by("seq").values_list("note", flat=True).first() or ""
    return search.Item(
        kind=CASE,
        id=str(case.pk),
        title=case.title,
        text=" ".join((cases.number(case), first, words(case) if words else "")),
        act=cases.READ,
        agency=case.agency,
        also=tuple(cases.readers(case)),
        place=case.place,
        url=casework.address(case),
        at=case.opened_at,
    )


def cases_found(ids: Sequence[str]) -> Iterator[search.Item]:
    """Return how cases are found, those of some ids that exist."""
    yield from map(case_item, cases.with_parties(int(pk) for pk in ids))


def _case_acts() -> Iterable[str]:
    return (may for of in cases.kinds() for act in of.acts.values() for may in (act.may,))


def _places_found(ids: Sequence[str]) -> Iterator[search.Item]:
    """Return how today's units are found: also by the names of the units, and of the districts, that they came from."""
    for place in places.in_force(clock.today()).filter(code__in=ids):
        before = places.predecessors(place)
        above = {unit.parent_id for unit in before if unit.parent_id}
        old = [*before, *places.all_units().filter(pk__in=above)]
        yield search.Item(
            kind=PLACE,
            id=place.code,
            title=place.full_name,
            text=" ".join((place.code, place.name_en, *(f"{unit.full_name} {unit.code}" for unit in old))),
            act=VIEW,
            also=_EVERYBODY,
            url=addresses.to("place", place.code),
            at=_since(place.valid_from),
        )


def _agencies_found(ids: Sequence[str]) -> Iterator[search.Item]:
    """Return how the agencies at work are found: also by earlier names, by codes, and by those from which they took over."""
    for agency in agencies.at_work().filter(code__in=ids):
        earlier = agencies.history(agency.code)
        before = [text for old in agencies.predecessors(agency.code) for text in (old.name, old.short_name, old.code)]
        codes = agency.codes.values_list("code", flat=True)
        names = [text for version in earlier for text in (version.name, version.short_name)]
        yield search.Item(
            kind=AGENCY,
            id=agency.code,
            title=agency.name,
            text=" ".join((agency.code, agency.short_name, agency.name_en, *names, *before, *codes)),
            act=VIEW,
            also=_EVERYBODY,
            url=addresses.to("agency", agency.code),
            at=_since(agency.valid_from),
        )


def _since(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(max(day, _RECORDED), dt.time(), HCM)


SOURCES: Final = {
    CASE: search.Source(
        lambda: map(str, cases.every_id()),
        cases_found,
        also=_case_acts,
    ),
    PLACE: search.Source(
        lambda: places.in_force(clock.today()).values_list("code", flat=True),
        _places_found,
        also=lambda: (VIEW,),
        pack=True,
    ),
    AGENCY: search.Source(
        lambda: agencies.at_work().values_list("code", flat=True), _agencies_found, also=lambda: (VIEW,), pack=True
    ),
}


def describe_cases(person: Person | None, ids: Sequence[str]) -> dict[str, cases.Case]:
    """Return the cases of some ids that the person may open, as they stand now."""
    beside = ("kind", "agency")
    found = cases.visible(person).filter(pk__in=[int(pk) for pk in ids]).select_related(*beside).defer("kind__content")
    return {str(case.pk): case for case in found}

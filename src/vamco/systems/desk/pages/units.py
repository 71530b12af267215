"""A place or an agency by itself: what it is, what it came from, and the way to what concerns it; and how the search shows things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.places import public as places
from vamco.lib.money import format_number
from vamco.systems.desk import queries
from vamco.web import addresses, casework, words
from vamco.web.components import Fact
from vamco.web.pages import Request, page, render
from vamco.web.palette import Described, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponseBase

    from vamco.kernel.world.people.public import Person


@page(queries.VIEW)
def place(request: Request, place: str) -> HttpResponseBase:
    """A unit of today: its kind, the unit above it, the units that it came from, and who serves it."""
    found = places.get(place, clock.today())
    serves = agencies.serving(place)
    before = places.predecessors(found)
    facts = [Fact(term=_("Code"), text=found.code)]
    if found.parent:
        facts.append(Fact(term=_("Part of"), text=words.either(found.parent.full_name, found.parent.name_en)))
    if found.area_km2 is not None:
        facts.append(Fact(term=_("Area"), text=f"{format_number(found.area_km2, 2, words.language())} km²"))
    if serves:
        name = words.either(serves.name, serves.name_en)
        facts.append(Fact(term=_("Served by"), text=name, url=addresses.to("agency", serves.code)))
    if before:
        facts.append(Fact(term=_("Formed from"), text=", ".join(unit.full_name for unit in before)))
    return render(request, "desk/unit.html", {"title": words.either(found.full_name, found.name_en), "facts": facts})


@page(queries.VIEW)
def agency(request: Request, agency: str) -> HttpResponseBase:
    """An agency: its code, the agency above it, those from which it took over, and its directives."""
    found = agencies.get(agency)
    before = agencies.predecessors(agency)
    facts = [Fact(term=_("Code"), text=found.code)]
    if found.parent:
        name = words.either(found.parent.name, found.parent.name_en)
        facts.append(Fact(term=_("Part of"), text=name, url=addresses.to("agency", found.parent.code)))
    if found.place:
        name = words.either(found.place.full_name, found.place.name_en)
        facts.append(Fact(term=_("Place"), text=name, url=addresses.to("place", found.place.code)))
    if before:
        facts.append(Fact(term=_("Took over from"), text=", ".join(one.name for one in before)))
    register = addresses.reachable("register", request.person, agency)
    context = {"title": words.either(found.name, found.name_en), "facts": facts, "register": register}
    return render(request, "desk/unit.html", context)


# ── what the search says of them ─────────────────────────────────────────────────────────────────────────────────────


def _cases(person: Person | None, ids: Sequence[str]) -> dict[str, Described]:
    """Say of each case its kind and number, who handles it, and its state, also when it has ended."""
    found = {}
    for pk, case in queries.describe_cases(person, ids).items():
        of = cases.definition_of(case.kind)
        state = of.states[case.state]
        said = (
            words.either(of.name, of.name_en),
            cases.number(case),
            words.either(case.agency.name, case.agency.name_en),
        )
        found[pk] = Described(
            note=" · ".join(said), tone=casework.tone(case, of), state=words.either(state.name, state.name_en)
        )
    return found


def _places(_person: Person | None, ids: Sequence[str]) -> dict[str, Described]:
    """Say of each unit from which units it was formed."""
    found = {}
    for unit in places.in_force(clock.today()).filter(code__in=ids):
        before = ", ".join(old.full_name for old in places.predecessors(unit))
        found[unit.code] = Described(note=_("Formed from: %(units)s") % {"units": before} if before else unit.code)
    return found


def _agencies(_person: Person | None, ids: Sequence[str]) -> dict[str, Described]:
    return {found.code: Described(note=found.code) for found in agencies.at_work().filter(code__in=ids)}


KINDS: Final = (
    Kind(code=queries.CASE, title=_l("Directives, requests and other cases"), icon="inbox", order=40, describe=_cases),
    Kind(code=queries.PLACE, title=_l("Places"), icon="map", order=20, describe=_places, best_first=True),
    Kind(code=queries.AGENCY, title=_l("Agencies"), icon="agency", order=30, describe=_agencies, best_first=True),
)

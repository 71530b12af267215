from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from vamco.kernel.world.places import rules
from vamco.kernel.world.places.contracts import EndedPlace, NameMatch, PlaceOn
from vamco.kernel.world.places.models import MapLayer, Place, Succession
from vamco.kernel.world.places.rules import COMMUNES, PROVINCES
from vamco.lib import validity
from vamco.lib.errors import N_, Missing, Refused
from vamco.lib.text import fold

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

MOST_MATCHES = 50


def in_force(as_of: dt.date) -> QuerySet[Place]:
    """Give the units of a day."""
    return Place.objects.filter(Q(valid_to=None) | Q(valid_to__gte=as_of), valid_from__lte=as_of)


def get(code: str, as_of: dt.date) -> Place:
    """Give the unit with a code on a day."""
    place = in_force(as_of).filter(code=code).first()
    if place is None:
        raise Missing("places.no_place", N_("There is no place with the code %(code)s."), code=code)
    return place


def communes(as_of: dt.date) -> QuerySet[Place]:
    """Give the communes, wards and special zones of a day, in Vietnamese alphabetical order."""
    return in_force(as_of).filter(kind__in=COMMUNES).order_by("sort_key")


def province(as_of: dt.date) -> Place | None:
    """Return the province or centrally-run city of a day, which all other units lie in; None before a pack is loaded.

    Before a merger there were several: the first by code.
    """
    return in_force(as_of).filter(kind__in=PROVINCES).order_by("code").first()


def all_units() -> QuerySet[Place]:
    """Return the units of all days, the earliest first."""
    return Place.objects.order_by("valid_from")


def ever_communes() -> QuerySet[Place]:
    """Give the communes, wards, special zones and townships of all days, for the lists that old rows are checked against."""
    return Place.objects.filter(kind__in=COMMUNES)


def map_layer() -> dict[str, Any] | None:
    """Give the map in use: `schematic`, `source` and `geojson`; None before any was loaded."""
    layer = MapLayer.objects.order_by("-pk").values("schematic", "source", "geojson", "pk").first()
    return dict(layer) if layer else None


def predecessors(place: Place) -> list[Place]:
    """Give the units that a unit came from, as far as they are on record; an empty list says that they are not known."""
    known = Q(pk__in=Succession.objects.filter(successor=place).values("predecessor"))
    if place.valid_from != validity.UNRECORDED:  # the same code until the day before: the same unit under another name
        gone_elsewhere = Succession.objects.exclude(successor=place).values("predecessor")
        known |= Q(code=place.code, valid_to=place.valid_from - validity.DAY) & ~Q(pk__in=gone_elsewhere)
    return list(Place.objects.filter(known).order_by("sort_key", "code"))


def successors(place: Place, as_of: dt.date) -> list[Place]:
    """Give the units in force on a day to which a unit has come, itself while it is; empty when they are not known."""
    return _Heirs(as_of).heirs_of(place)


def ended_communes(as_of: dt.date) -> list[EndedPlace]:
    """Give the communes that ended before a day, with what became of them; the earliest end first. At most four queries."""
    ended = list(ever_communes().filter(valid_to__lt=as_of).order_by("valid_to", "code"))
    if not ended:
        return []
    heirs = _Heirs(as_of)
    split = set(
        Succession.objects.filter(kind=Succession.Kind.SPLIT, on__lte=as_of).values_list("predecessor", flat=True)
    )
    found = []
    for place in ended:
        to = tuple(sorted({heir.code for heir in heirs.heirs_of(place)}))
        reused = to != (place.code,) and place.code in heirs.codes_in_force
        found.append(EndedPlace(place.code, place.full_name, place.valid_to or as_of, to, place.pk in split, reused))
    return found


def named(text: str, as_of: dt.date) -> list[NameMatch]:
    """Give the units that a text may mean, the likeliest first: "tân ninh", "xa Chau Thanh", "Châu Thành, Long An".

    Also by a name of the past: then `heirs` says what the unit is now. At most MOST_MATCHES; three queries.
    """
    readings = rules.wanted(text)
    if not readings:
        return []
    begins = Q()
    for reading in readings:
        begins |= Q(folded__startswith=reading.folded)
    known = Place.objects.filter(begins, valid_from__lte=as_of).select_related("parent__parent")
    best: dict[int, tuple[tuple[bool, bool, bool], Place]] = {}
    for place in known:
        scores = [score for reading in readings if (score := rules.score(reading, _candidate(place, as_of)))]
        if scores:
            best[place.pk] = max(scores), place
    found = sorted(best.values(), key=lambda entry: entry[1].sort_key)
    found.sort(key=lambda entry: entry[0], reverse=True)  # stable: equals stay in the order of the alphabet
    heirs = _Heirs(as_of) if any(not score[0] for score, _ in found[:MOST_MATCHES]) else None
    return [_match(score, place, heirs) for score, place in found[:MOST_MATCHES]]


def the_one(text: str, as_of: dt.date) -> Place:
    """Give the unit in force that a text names; Missing when none does, Refused when several do and it does not say which.

    A name in full, or as it is spelt, goes before one that only begins so or lacks its diacritics.
    """
    matches = [match for match in named(text, as_of) if match.whole]
    for better in (
        [match for match in matches if match.place.id in {heir.id for heir in match.heirs} and match.spelt],
        [match for match in matches if match.place.id in {heir.id for heir in match.heirs}],
        [match for match in matches if match.own],
    ):
        heirs = {heir.id: heir for match in better for heir in match.heirs}
        if len(heirs) > 1:
            names = "; ".join(", ".join(filter(None, (heir.full_name, heir.parent))) for heir in heirs.values())
            raise Refused(
                "places.several_places", N_("“%(text)s” may mean several places: %(names)s."), text=text, names=names
            )
        if heirs:
            return Place.objects.get(pk=next(iter(heirs)))
    raise Missing("places.no_such_name", N_("There is no place called “%(text)s”."), text=text)


def _candidate(place: Place, as_of: dt.date) -> rules.Candidate:
    above, unit = [], place.parent
    while unit is not None:
        above.append(fold(unit.name))
        unit = unit.parent
    if place.origin:
        above.append(fold(place.origin.removeprefix("ex-")))
    alive = place.valid_to is None or place.valid_to >= as_of
    return rules.Candidate(place.name, place.kind, tuple(above), alive)


def _match(score: tuple[bool, bool, bool], place: Place, heirs: _Heirs | None) -> NameMatch:
    alive, spelt, whole = score
    if alive or heirs is None:
        return NameMatch(_on(place), spelt, whole, (_on(place),), own=True)
    unit: Place | None = place
    now: Sequence[Place] = ()
    while unit is not None and not now:
        own = unit is place
        now = heirs.heirs_of(unit)
        unit = unit.parent
    return NameMatch(_on(place), spelt, whole, tuple(map(_on, now)), own=own and bool(now))


def _on(place: Place) -> PlaceOn:
    return PlaceOn(
        place.pk,
        place.code,
        place.name,
        place.full_name,
        place.name_en,
        place.kind,
        place.parent.full_name if place.parent else "",
        place.valid_from,
        place.valid_to,
    )


class _Heirs:
    """Who followed whom, up to a day: what is on record, and units that follow one another under one code."""

    def __init__(self, as_of: dt.date) -> None:
        self._as_of = as_of
        places = Place.objects.filter(valid_from__lte=as_of).select_related("parent").order_by("code", "valid_from")
        self._places = {place.pk: place for place in places}
        recorded = Succession.objects.filter(on__lte=as_of).values_list("predecessor", "successor", "on")
        self._edges = [validity.Succession(*edge) for edge in recorded]
        self._edges += _renamings(self._places.values(), {edge.before for edge in self._edges})
        self._alive = {pk for pk, place in self._places.items() if place.valid_to is None or place.valid_to >= as_of}

    @property
    def codes_in_force(self) -> set[str]:
        return {self._places[pk].code for pk in self._alive}

    def heirs_of(self, place: Place) -> list[Place]:
        return [self._places[pk] for pk in validity.heirs(place.pk, self._edges, self._as_of, self._alive)]


def _renamings(places: Iterable[Place], recorded: set[int]) -> list[validity.Succession[int]]:
    ordered = list(places)
    return [
        validity.Succession(one.pk, other.pk, other.valid_from)
        for one, other in pairwise(ordered)
        if one.code == other.code and one.pk not in recorded and one.valid_to == other.valid_from - validity.DAY
    ]

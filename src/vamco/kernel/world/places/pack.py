"""The pack's sections `places`, `place_successions` and `map`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base.packs import public as packs
from vamco.kernel.world.places import services
from vamco.kernel.world.places.declaration import MapItem, PlaceItem, SuccessionItem
from vamco.kernel.world.places.rules import COMMUNES, DISTRICTS, PROVINCES
from vamco.lib.errors import N_
from vamco.lib.nearest import nearest
from vamco.lib.validity import DAY, UNRECORDED, Version, by_code, on

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


Lines = dict[str, list[Version[PlaceItem]]]


def check(
    located: Sequence[packs.Located[PlaceItem]],
    contents: packs.Contents,
) -> Iterator[packs.Fault]:
    """Every unit but a province lies in one, from its first day on; none begins before the one before it ends."""
    units = by_code(entry.item for entry in located)
    yield from _check_province(contents, units)
    for entry in located:
        yield from _check_days(entry, units[entry.item.code])
        yield from _check_above(entry, units)
        if entry.item.valid_to is None:
            yield from _check_present(entry)


def _check_province(contents: packs.Contents, units: Lines) -> Iterator[packs.Fault]:
    """The pack is that of one province in force, which is the one that it names."""
    present = {
        code: line[-1].content
        for code, line in units.items()
        if line[-1].last is None and line[-1].content.kind in PROVINCES
    }
    for entry in contents.get("pack", []):
        head = entry.item
        if head.province and head.province not in present:
            expected = N_("the code of a province in force in places.csv")
            yield entry.wrong(["province"], expected, found=head.province, meant=nearest(head.province, present))
        for code in sorted(present.keys() - {head.province}) if head.province in present else ():
            yield entry.fault(
                N_("province: one province in force, found %(code)s beside it in places.csv"), "province", code=code
            )


def _check_present(entry: packs.Located[PlaceItem]) -> Iterator[packs.Fault]:
    """What may be unknown of the past must be said of a unit that has not ended."""
    for name in ("lon", "lat", "area_km2"):
        if getattr(entry.item, name) is None:
            yield entry.fault(f"{name}: a number, for the unit has not ended", name)
    if entry.item.valid_from == UNRECORDED:
        yield entry.fault("valid_from: the first day, for the unit has not ended", "valid_from")


def _check_days(entry: packs.Located[PlaceItem], line: Sequence[Version[PlaceItem]]) -> Iterator[packs.Fault]:
    item = entry.item
    if item.valid_to is None:
        return
    if item.valid_to < item.valid_from:
        yield entry.fault(f"valid_to: a day not before {item.valid_from}, found {item.valid_to}", "valid_to")
    later = [version.first for version in line if item.valid_from < version.first <= item.valid_to]
    if later:
        found = f"another unit has the code {item.code} from then on, found {item.valid_to}"
        yield entry.fault(f"valid_to: a day before {later[0]}; {found}", "valid_to")


def _check_above(entry: packs.Located[PlaceItem], units: Lines) -> Iterator[packs.Fault]:
    item = entry.item
    if item.kind in PROVINCES:
        if item.parent:
            yield entry.fault(f"parent: nothing above the province, found {item.parent!r}", "parent")
        return
    above = on(units.get(item.parent, []), item.valid_from)
    if above is None or above.kind not in (PROVINCES if item.kind in DISTRICTS else PROVINCES + DISTRICTS):
        since = "" if item.valid_from == UNRECORDED else f" on {item.valid_from}"
        yield entry.fault(
            f"parent: the code of the province or district above it{since}, found {item.parent!r}", "parent"
        )


def check_successions(
    located: Sequence[packs.Located[SuccessionItem]],
    contents: packs.Contents,
) -> Iterator[packs.Fault]:
    """The one was in force the day before, the other on the day; a unit is renamed into one, and one from it."""
    units: Lines = by_code(entry.item for entry in contents["places"])
    for entry in located:
        item = entry.item
        before = on(units.get(item.predecessor, []), item.on - DAY)
        after = on(units.get(item.successor, []), item.on)
        if before is None:
            expected = f"the code of a unit in force on {item.on - DAY}"
            yield entry.fault(f"predecessor: {expected}, found {item.predecessor!r}", "predecessor")
        if after is None:
            expected = f"the code of a unit in force on {item.on}"
            yield entry.fault(f"successor: {expected}, found {item.successor!r}", "successor")
        if before is not None and before is after:
            yield entry.fault(f"on: the first day of another unit, found {item.on}", "on")
    yield from packs.check_renamed(located, "units")


def check_map(
    located: Sequence[packs.Located[MapItem]],
    contents: packs.Contents,
) -> Iterator[packs.Fault]:
    """The map has each commune once."""
    present = [entry.item for entry in contents["places"] if entry.item.valid_to is None]
    communes = sorted({item.code for item in present if item.kind in COMMUNES})
    for entry in located:
        drawn = sorted(str(feature.get("properties", {}).get("code")) for feature in entry.item.features)
        if drawn != communes:
            yield entry.fault("features: each commune of places.csv once; run `vamco pack schematic`", "features")


def put_map(items: Sequence[MapItem]) -> None:
    """Keeps the schematic map as a layer."""
    for item in items:
        services.store_layer(item.model_dump(), name="schematic.geojson", source="", schematic=True)


def gives(items: Sequence[PlaceItem]) -> dict[str, object]:
    """Give how many communes there are and what a province is called, for texts that are the same everywhere.

    `${unit}` is "tỉnh" or "thành phố" in a text; a base has no province and leaves it as it is.
    """
    present = [item for item in items if item.valid_to is None]
    province = next((item for item in present if item.kind in PROVINCES), None)
    communes = sum(item.kind in COMMUNES for item in present)
    if province is None:
        return {"${unit}": "${unit}", "${communes}": 1}
    unit = province.full_name.removesuffix(province.name).strip().lower()
    return {"${unit}": unit or "tỉnh", "${communes}": communes}


SECTION = packs.Section(
    name="places",
    files="places*.csv",
    model=PlaceItem,
    key="code_and_first_day",
    apply=services.put,
    check=check,
    depends=("pack",),
    gives=gives,
    doc="administrative units: the province and its communes, and those that were there before them",
)

SUCCESSIONS = packs.Section(
    name="place_successions",
    files="place_successions.csv",
    model=SuccessionItem,
    key="step",
    apply=services.put_successions,
    depends=("places",),
    check=check_successions,
    doc="which administrative unit followed which",
)

MAP_SECTION = packs.Section(
    name="map",
    files="schematic.geojson",
    model=MapItem,
    key="type",
    apply=put_map,
    depends=("places",),
    check=check_map,
    doc="schematic map of the communes",
)

"""The pack's sections `agencies`, `agency_codes` and `agency_successions`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base.packs import public as packs
from vamco.kernel.world.agencies import services
from vamco.kernel.world.agencies.declaration import AgencyItem, AgencyOfKindItem, CodeItem, KindItem, SuccessionItem
from vamco.kernel.world.agencies.rules import OLD, scheme_of
from vamco.lib.errors import N_
from vamco.lib.nearest import nearest
from vamco.lib.validity import DAY, UNRECORDED, Version, by_code, on, uncovered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


Lines = dict[str, list[Version[AgencyItem]]]


def check(
    located: Sequence[packs.Located[AgencyItem]],
    contents: packs.Contents,
) -> Iterator[packs.Fault]:
    """Look for agencies above and places that are not there on a day, for rings, and for rows that overlap."""
    agencies = by_code(entry.item for entry in located)
    places = by_code(entry.item for entry in contents["places"])
    rings = _rings(agencies)
    yield from _check_root(located, contents)
    for entry in located:
        item = entry.item
        last = next(version.last for version in agencies[item.code] if version.first == item.valid_from)
        yield from _check_days(entry, agencies[item.code])
        if item.parent and item.parent not in agencies:
            yield entry.wrong(
                ["parent"], N_("the code of an agency"), found=item.parent, meant=nearest(item.parent, agencies)
            )
        elif item.parent and (missing := uncovered(agencies[item.parent], item.valid_from, last)):
            expected = N_("parent: an agency in force as long as this one; %(parent)s is not on %(day)s")
            yield entry.fault(expected, "parent", parent=item.parent, day=missing)
        elif item.code_and_first_day in rings:
            yield entry.fault(N_("parent: an agency that does not lie below this one"), "parent")
        if item.place and on(places.get(item.place, []), item.valid_from) is None:
            yield entry.wrong(["place"], N_("the code of a place in force on its first day"), found=item.place)


def _check_root(located: Sequence[packs.Located[AgencyItem]], contents: packs.Contents) -> Iterator[packs.Fault]:
    """One agency is at the top, which is the one that the pack names."""
    tops = [entry for entry in located if not entry.item.parent and entry.item.valid_to is None]
    for head in contents.get("pack", []):
        root = head.item.agency_root
        codes = [entry.item.code for entry in tops]
        if root and root not in codes:
            expected = N_("the code of an agency in force that has none above it")
            yield head.wrong(["agency_root"], expected, found=root, meant=nearest(root, codes))
        for entry in tops:
            if root and entry.item.code != root:
                yield entry.wrong(
                    ["parent"], N_("the code of the agency above; only %(root)s has none"), found="", root=root
                )


def _check_days(entry: packs.Located[AgencyItem], line: Sequence[Version[AgencyItem]]) -> Iterator[packs.Fault]:
    item = entry.item
    if item.valid_to is None:
        if item.valid_from == UNRECORDED and len(line) == 1:
            yield entry.fault(N_("valid_from: the first day, for the agency has not ended"), "valid_from")
        return
    if item.valid_to < item.valid_from:
        yield entry.fault(
            N_("valid_to: a day not before %(day)s, found %(found)s"),
            "valid_to",
            day=item.valid_from,
            found=item.valid_to,
        )
    later = [version.first for version in line if item.valid_from < version.first <= item.valid_to]
    if later:
        expected = N_("valid_to: a day before %(day)s, when another row of %(code)s begins, found %(found)s")
        yield entry.fault(expected, "valid_to", day=later[0], code=item.code, found=item.valid_to)


def _rings(agencies: Lines) -> set[str]:
    """Give the rows that lie in a ring on any day: the tree changes only on days on which a row begins."""
    found: set[str] = set()
    for day in {version.first for line in agencies.values() for version in line}:
        rows = {code: version.content for code, line in agencies.items() for version in line if version.contains(day)}
        parents = {code: row.parent for code, row in rows.items()}
        found |= {rows[code].code_and_first_day for code in rows if _in_ring(code, parents)}
    return found


def _in_ring(code: str, parents: dict[str, str]) -> bool:
    seen = set()
    while code:
        if code in seen:
            return True
        seen.add(code)
        code = parents.get(code, "")
    return False


def check_codes(
    located: Sequence[packs.Located[CodeItem]],
    contents: packs.Contents,
) -> Iterator[packs.Fault]:
    """A code has the shape of its scheme, belongs to an agency, and to no other on any of its days."""
    agencies: Lines = by_code(entry.item for entry in contents["agencies"])
    for entry in located:
        item = entry.item
        if scheme_of(item.code) != item.scheme:
            shape = "000.00.13.H53" if item.scheme == OLD else "H53.13"
            yield entry.wrong(["code"], N_("one of the shape of %(shape)s"), found=item.code, shape=shape)
        if item.valid_to and item.valid_to < item.valid_from:
            yield entry.fault(
                N_("valid_to: a day not before %(day)s, found %(found)s"),
                "valid_to",
                day=item.valid_from,
                found=item.valid_to,
            )
        yield from _check_alone(entry, located, agencies)


def _check_alone(
    entry: packs.Located[CodeItem], located: Sequence[packs.Located[CodeItem]], agencies: Lines
) -> Iterator[packs.Fault]:
    item = entry.item
    for other in located:
        if (
            other.item.code == item.code
            and other.item.valid_from < item.valid_from
            and (other.item.valid_to is None or other.item.valid_to >= item.valid_from)
        ):
            where = f"{other.raw.file}:{other.raw.line}"
            yield entry.fault(
                N_("code: one that no other has on %(day)s; %(where)s has it"), "code", day=item.valid_from, where=where
            )
    if item.code != item.agency and any(version.contains(item.valid_from) for version in agencies.get(item.code, [])):
        yield entry.wrong(
            ["code"], N_("one that is no other agency's own on %(day)s"), found=item.code, day=item.valid_from
        )


def check_successions(
    located: Sequence[packs.Located[SuccessionItem]],
    contents: packs.Contents,
) -> Iterator[packs.Fault]:
    """The one was in force the day before, the other is on the day; an agency is renamed into one, and one from it."""
    agencies: Lines = by_code(entry.item for entry in contents["agencies"])
    for entry in located:
        item = entry.item
        for name, code, day in (
            ("predecessor", item.predecessor, item.on - DAY),
            ("successor", item.successor, item.on),
        ):
            if uncovered(agencies.get(code, []), day, day):
                yield entry.wrong([name], N_("the code of an agency in force on %(day)s"), found=code, day=day)
        if item.predecessor == item.successor:
            yield entry.fault(N_("successor: another agency; a new name alone is a row of agencies.csv"), "successor")
    yield from packs.check_renamed(located, "agencies")


def gives_kinds(items: Sequence[KindItem]) -> dict[str, object]:
    """Let particular kinds stand in items; which agency they mean the province says."""
    return {f"@{item.code}": f"@{item.code}" for item in items if item.within}


def gives_agencies(items: Sequence[AgencyOfKindItem]) -> dict[str, object]:
    """Put the province's agency in the place of its kind."""
    return {f"@{item.kind}": item.agency for item in items}


def check_kinds(
    located: Sequence[packs.Located[AgencyOfKindItem]],
    contents: packs.Contents,
) -> Iterator[packs.Fault]:
    """A particular kind is given to an agency of its general kind that is in force."""
    kinds = {entry.item.code: entry.item for entry in contents["agency_kinds"]}
    present = {entry.item.code: entry.item for entry in contents["agencies"] if entry.item.valid_to is None}
    for entry in located:
        kind, agency = kinds.get(entry.item.kind), present.get(entry.item.agency)
        if kind is not None and not kind.within:
            yield entry.wrong(["kind"], N_("a particular kind of agency, one with `within`"), found=kind.code)
        if agency is None:
            yield entry.wrong(["agency"], N_("the code of an agency in force"), found=entry.item.agency)
        elif kind is not None and kind.within and agency.kind != kind.within:
            expected = N_("an agency of the general kind %(kind)s, as %(particular)s is")
            yield entry.wrong(["agency"], expected, found=agency.code, kind=kind.within, particular=kind.code)


KINDS = packs.Section(
    name="agency_kinds",
    files="agency_kinds.yaml",
    model=KindItem,
    key="code",
    apply=packs.only_kept,
    depends=("places",),
    gives=gives_kinds,
    doc="kinds of agencies: general ones, and particular ones by which items of the base name an agency",
)

OF_KINDS = packs.Section(
    name="agencies_of_kinds",
    files="agency_kinds.csv",
    model=AgencyOfKindItem,
    key="kind",
    apply=packs.only_kept,
    depends=("agency_kinds", "agencies"),
    check=check_kinds,
    gives=gives_agencies,
    doc="which agency of the province is of which kind",
)

SECTION = packs.Section(
    name="agencies",
    files="agencies*.csv",
    model=AgencyItem,
    key="code_and_first_day",
    apply=services.put,
    depends=("pack", "places", "agency_kinds"),
    check=check,
    doc="public bodies, as a tree, with what they were",
)

CODES = packs.Section(
    name="agency_codes",
    files="agency_codes.csv",
    model=CodeItem,
    key="code_and_first_day",
    apply=services.put_codes,
    depends=("agencies",),
    check=check_codes,
    doc="codes of agencies in other schemes and of other times",
)

SUCCESSIONS = packs.Section(
    name="agency_successions",
    files="agency_successions.csv",
    model=SuccessionItem,
    key="step",
    apply=services.put_successions,
    depends=("agencies",),
    check=check_successions,
    doc="which agency followed which",
)

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.world.agencies import queries
from vamco.kernel.world.agencies.models import Agency, Code, Succession, Version
from vamco.kernel.world.places.public import all_units
from vamco.lib import validity
from vamco.lib.text import sort_key

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from vamco.kernel.world.agencies.declaration import AgencyItem, CodeItem, SuccessionItem
    from vamco.kernel.world.places.models import Place

_Dated = TypeVar("_Dated", Version, Code)
_SHOWN = ("name", "name_en", "short_name", "sort_key", "kind")
_KEPT = (*_SHOWN, "parent_id", "place", "valid_to")


def put(items: Sequence[AgencyItem]) -> None:
    """Write what agencies are from a day on.

    An item that begins on a new day closes the version before it and leaves that as it was; one that begins on the same day
    corrects it, and what it said is kept. One that moves takes all below it along.
    """
    with transaction.atomic():
        known = _identities(items)
        held: dict[int, list[Version]] = {}
        for version in Version.objects.filter(agency__code__in={item.code for item in items}):
            held.setdefault(version.agency_id, []).append(version)
        given: dict[int, list[Version]] = {}
        for item in items:
            version = _version(item, known)
            given.setdefault(version.agency_id, []).append(version)
        changed = [version for agency, news in given.items() for version in _settled(held.get(agency, []), news)]
        for version in changed:  # closed before others begin, as the constraint wants it
            if version.pk:
                version.save(update_fields=_KEPT)
        Version.objects.bulk_create(version for version in changed if not version.pk)
        _turn(clock.today())


def _identities(items: Iterable[AgencyItem]) -> dict[str, int]:
    """Give the keys of all agencies, those that are new among the items made; `turn` fills in what they are."""
    known = dict(Agency.objects.values_list("code", "pk"))
    new = {item.code: item for item in items if item.code not in known}
    agencies = [
        Agency(code=item.code, name=item.name, valid_from=item.valid_from, synthetic=item.synthetic)
        for item in new.values()
    ]
    known.update({agency.code: agency.pk for agency in Agency.objects.bulk_create(agencies)})
    return known


def _version(item: AgencyItem, known: dict[str, int]) -> Version:
    return Version(
        agency_id=known[item.code],
        name=item.name,
        name_en=item.name_en,
        short_name=item.short_name or item.name[:60],
        sort_key=sort_key(item.name),
        kind=item.kind,
        parent_id=known[item.parent] if item.parent else None,
        place=item.place,
        valid_from=item.valid_from,
        valid_to=item.valid_to,
    )


def _settled(held: Iterable[_Dated], given: Iterable[_Dated]) -> list[_Dated]:
    """Give the rows of one agency that must be written, in order, with their last days; changed ones keep their key."""
    before = {row.valid_from: row for row in held}
    changed = []
    for span in validity.timeline(map(_span, before.values()), map(_span, given)):
        row, old = span.content, before.get(span.first)
        if row is old and row.valid_to == span.last:
            continue
        if old is not None:
            row.pk = old.pk
        row.valid_to = span.last
        changed.append(row)
    return changed


def _span(row: _Dated) -> validity.Version[_Dated]:
    return validity.Version(row.valid_from, row.valid_to, row)


def turn(today: dt.date) -> None:
    """Bring each agency to what it is on a day: what the versions say, its path, and the place that has the code then."""
    with transaction.atomic():
        _turn(today)


def _turn(today: dt.date) -> None:
    agencies = {agency.pk: agency for agency in Agency.objects.select_for_update(no_key=True).order_by("pk")}
    versions: dict[int, list[Version]] = {}
    for version in Version.objects.order_by("valid_from"):
        versions.setdefault(version.agency_id, []).append(version)
    places: dict[str, list[Place]] = {}
    for place in all_units():
        places.setdefault(place.code, []).append(place)
    fields = (*_SHOWN, "parent_id", "place_id", "valid_from", "valid_to")
    before = {pk: (agency.path, *(getattr(agency, name) for name in fields)) for pk, agency in agencies.items()}
    for pk, line in versions.items():
        _show(agencies[pk], line, places, today)
    heirs = queries.sole_heirs(today)
    for agency in agencies.values():
        agency.path = _path(agency, agencies, heirs)
    changed = [
        agency
        for pk, agency in agencies.items()
        if before[pk] != (agency.path, *(getattr(agency, name) for name in fields))
    ]
    Agency.objects.bulk_update(changed, ["path", *_SHOWN, "parent", "place", "valid_from", "valid_to"])


def _show(agency: Agency, line: Sequence[Version], places: dict[str, list[Place]], today: dt.date) -> None:
    begun = [version for version in line if version.valid_from <= today]
    shown = begun[-1] if begun else line[0]  # what it is, was last, or will be first
    for name in _SHOWN:
        setattr(agency, name, getattr(shown, name))
    agency.parent_id = shown.parent_id
    day = max(shown.valid_from, today if shown.valid_to is None else min(shown.valid_to, today))
    named = [place for place in places.get(shown.place, []) if place.valid_from <= day]
    agency.place_id = named[-1].pk if named else None
    agency.valid_from = line[0].valid_from
    agency.valid_to = line[-1].valid_to


def _path(agency: Agency, agencies: dict[int, Agency], heirs: dict[int, int]) -> str:
    codes, above = [agency.code], heirs.get(agency.pk, agency.parent_id)
    while above is not None and agencies[above].code not in codes:  # nor round and round in a ring
        codes.append(agencies[above].code)
        above = heirs.get(above, agencies[above].parent_id)
    return "".join(f"{code}/" for code in reversed(codes))


def put_codes(items: Sequence[CodeItem]) -> None:
    """Write codes of agencies; a new one closes the one before it in its scheme."""
    with transaction.atomic():
        known = dict(Agency.objects.values_list("code", "pk"))
        given: dict[tuple[int, str], list[Code]] = {}
        for item in items:
            code = Code(
                code=item.code,
                scheme=item.scheme,
                agency_id=known[item.agency],
                valid_from=item.valid_from,
                valid_to=item.valid_to,
                source=item.source,
            )
            given.setdefault((code.agency_id, code.scheme), []).append(code)
        changed = [
            code
            for (agency, scheme), news in given.items()
            for code in _settled(Code.objects.filter(agency=agency, scheme=scheme), news)
        ]
        for code in changed:
            if code.pk:
                code.save()
        Code.objects.bulk_create(code for code in changed if not code.pk)


def put_successions(items: Sequence[SuccessionItem]) -> None:
    """Write which agencies followed which."""
    with transaction.atomic():
        known = dict(Agency.objects.values_list("code", "pk"))
        for item in items:
            Succession.objects.update_or_create(
                predecessor_id=known[item.predecessor],
                successor_id=known[item.successor],
                on=item.on,
                defaults={"kind": item.kind, "source": item.source},
            )
        _turn(clock.today())

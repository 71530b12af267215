"""Reference lists: a text with `format: list-NAME` is a code of the list NAME. Systems register theirs in `apps.ready()`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vamco.kernel.work.forms.contracts import ReferenceList
from vamco.kernel.work.forms.rules import nodes
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.places import public as places
from vamco.lib.errors import Named
from vamco.lib.partial_date import PartialDate
from vamco.lib.registry import Registry

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from vamco.kernel.work.forms.contracts import Node
    from vamco.kernel.world.places.models import Place

PREFIX = "list-"
_lists: Registry[str, ReferenceList] = Registry("reference list")


def register(name: str, found: ReferenceList) -> None:
    """Add a list that forms may refer to."""
    _lists.add(name, found)


def known() -> frozenset[str]:
    """Give the formats that mean a list."""
    return frozenset(PREFIX + name for name in _lists)


def list_of(format_: str) -> ReferenceList:
    """Give the list of a format, an empty one when nobody has registered it any more."""
    return _lists.get(format_.removeprefix(PREFIX), _EMPTY)


def _communes(on: dt.date) -> list[tuple[str, Named]]:
    """Return the communes of a day; while there were districts, with theirs, for names were the same in several."""
    return [(place.code, _named(place)) for place in places.communes(on).select_related("parent")]


def _named(place: Place) -> Named:
    above = place.parent
    if above is None or above.kind != "district":
        return Named(place.full_name, place.name_en)
    return Named(f"{place.full_name}, {above.full_name}", f"{place.name_en}, {above.name_en}")


def _agencies(on: dt.date) -> list[tuple[str, Named]]:
    return [(agency.code, Named(agency.name, agency.name_en)) for agency in agencies.in_force(on)]


def days(node: Node, data: Mapping[str, Any], today: dt.date) -> tuple[dt.date, ...]:
    """Return the day for which a list is asked: today, or that of the answer that the question names.

    Where only a month or a year is answered there are two, its ends.
    """
    answer = nodes.get(data, nodes.beside(node.path, node.field.as_of)) if node.field.as_of else None
    found = PartialDate.read(answer) if isinstance(answer, str) else None
    return tuple(dict.fromkeys((found.first, found.last))) if found else (today,)


def options(node: Node, data: Mapping[str, Any], today: dt.date) -> list[tuple[str, Named]]:
    """Return what a list offers for the answers given so far."""
    known = list_of(node.format)
    return list({code: (code, name) for day in days(node, data, today) for code, name in known.options(day)}.values())


_EMPTY = ReferenceList(lambda _on: (), lambda _code, _on: False)
register("commune", ReferenceList(_communes, lambda code, on: places.communes(on).filter(code=code).exists()))
register("agency", ReferenceList(_agencies, lambda code, on: agencies.at_work(on).filter(code=code).exists()))

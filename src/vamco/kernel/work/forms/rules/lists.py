"""Reference lists: a text with `format: list-NAME` is a code of the list NAME. Systems register theirs in `apps.ready()`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.work.forms.contracts import ReferenceList
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.places import public as places
from vamco.lib.errors import Named
from vamco.lib.registry import Registry

if TYPE_CHECKING:
    import datetime as dt

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
    return [(place.code, Named(place.full_name, place.name_en)) for place in places.communes(on)]


def _agencies(on: dt.date) -> list[tuple[str, Named]]:
    return [(agency.code, Named(agency.name, agency.name_en)) for agency in agencies.in_force(on)]


_EMPTY = ReferenceList(lambda _on: (), lambda _code, _on: False)
register("commune", ReferenceList(_communes, lambda code, on: places.communes(on).filter(code=code).exists()))
register("agency", ReferenceList(_agencies, lambda code, on: agencies.at_work(on).filter(code=code).exists()))

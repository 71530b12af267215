"""The pack's section `agencies`."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # pydantic reads the annotations at run time
from typing import TYPE_CHECKING

from pydantic import Field

from vamco.kernel.base.packs import public as packs
from vamco.kernel.world.agencies import services

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class AgencyItem(packs.Item):
    """A public body."""

    code: str = Field(pattern=r"^[A-Z][A-Z0-9]*(\.[A-Z0-9]+)*$", max_length=35, description="agency code, root first")
    name: str = Field(min_length=1, max_length=200, description="name in Vietnamese")
    name_en: str = Field(min_length=1, max_length=200, description="name in English")
    short_name: str = Field(default="", max_length=60, description="name for narrow places")
    kind: str = Field(
        pattern=r"^[a-z_]+$", max_length=30, description="committee, office, department, central, commune, investor …"
    )
    parent: str = Field(default="", description="code of the agency above; empty for the top")
    place: str = Field(default="", description="code of the place that it serves")
    valid_from: dt.date = Field(description="first day in force")
    valid_to: dt.date | None = Field(default=None, description="last day in force; empty while it is")
    synthetic: bool = Field(default=False, description="true when name or code is invented for the demonstration")


def check(
    located: Sequence[packs.Located[AgencyItem]],
    contents: packs.Contents,
) -> Iterator[packs.Fault]:
    """Look for parents and places that do not exist, and for rings."""
    parents = {entry.item.code: entry.item.parent for entry in located}
    places = {entry.item.code for entry in contents["places"]}
    for entry in located:
        item = entry.item
        if item.parent and item.parent not in parents:
            yield entry.fault(f"parent: the code of an agency, found {item.parent!r}", "parent")
        elif _in_ring(item.code, parents):
            yield entry.fault("parent: an agency that does not lie below this one", "parent")
        if item.place and item.place not in places:
            yield entry.fault(f"place: the code of a place, found {item.place!r}", "place")


def _in_ring(code: str, parents: dict[str, str]) -> bool:
    seen = set()
    while code:
        if code in seen:
            return True
        seen.add(code)
        code = parents.get(code, "")
    return False


SECTION = packs.Section(
    name="agencies",
    files="agencies.csv",
    model=AgencyItem,
    key="code",
    apply=services.put,
    depends=("places",),
    check=check,
    doc="public bodies, as a tree",
)

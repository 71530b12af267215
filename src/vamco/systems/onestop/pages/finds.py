"""How the search shows procedures and life events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _l

from vamco.systems.onestop import queries
from vamco.systems.onestop.pages import wording
from vamco.web.palette import Described, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.kernel.world.people.public import Person


def _procedures(_person: Person | None, ids: Sequence[str]) -> dict[str, Described]:
    return {each.item.code: Described(note=wording.told(each.item.summary)) for each in queries.only(ids)}


def _events(_person: Person | None, ids: Sequence[str]) -> dict[str, Described]:
    known = {event.item.code: event.item for event in queries.life_events()}
    return {code: Described(note=wording.told(known[code].summary)) for code in ids if code in known}


KINDS: Final = (
    Kind(code=queries.PROCEDURE, title=_l("Procedures"), icon="file", order=10, describe=_procedures),
    Kind(code=queries.LIFE_EVENT, title=_l("Life events"), icon="user", order=11, describe=_events),
)

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.work.worktime.queries import LAYERS
from vamco.kernel.world.agencies import public as agencies

if TYPE_CHECKING:
    from vamco.kernel.work.worktime.contracts import Layer


def put(agency: str, layer: Layer, *, subtree: bool) -> None:
    """Write what holds for an agency, with those below it if `subtree`, as its newest version; "" is everybody.

    The load of a pack, whose transaction this runs in, writes the audit entry.
    """
    LAYERS.put(agency, layer, agency=agencies.get(agency) if agency else None, subtree=subtree)

"""A doubtful residence is reported: a task for the commune that may correct it. Case PR-03."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import N_
from vamco.systems.counterparts import queries
from vamco.systems.counterparts.contracts import COMMUNE_NOT_UPDATED, ROOM

if TYPE_CHECKING:
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person

MACHINE: Final = access.machine(ROOM, N_("Counterparts"))
TASK: Final = "request"
SINCE: Final = dt.timedelta(days=30)


def report(person: Person, *, known_as: str, office: Agency) -> cases.Case | None:
    """Ask the commune to correct what the register says of a person's residence; None when nothing is in doubt.

    `known_as` names the matter in the task ("H53.25708-261118-0001"), for names stand in no task. It goes to the commune that is
    meant where only one can be, else to `office`. The same doubt is reported once.
    """
    with transaction.atomic():
        asked = queries.doubtful(person, clock.now() - SINCE)
        doubt = next((each for each in asked.doubts if each["why"] == COMMUNE_NOT_UPDATED), None) if asked else None
        if asked is None or doubt is None:
            return None
        one = doubt["candidates"][0] if len(doubt["candidates"]) == 1 else ""
        task = cases.open_case(
            TASK,
            key=f"residence:{person.pk}:{'-'.join(doubt['candidates'])}"[:100],
            title=f"Cập nhật xã nơi cư trú trong dữ liệu dân cư theo hồ sơ {known_as}",
            agency=(agencies.serving(one) if one else None) or office,
            issuer=office,
            by=MACHINE,
            note="Cơ sở dữ liệu dân cư ghi tỉnh mới nhưng xã cũ (xã chưa cập nhật). Hồ sơ vẫn được tiếp nhận.",
        )
        asked.reported_at = clock.now()
        asked.save(update_fields=["reported_at"])
    return task

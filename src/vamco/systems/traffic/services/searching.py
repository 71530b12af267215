"""Searches of passages by plate: for a stated purpose only, each kept and in the audit log."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Refused
from vamco.systems.traffic.contracts import CHAIN, SEARCH, Found
from vamco.systems.traffic.models import Passage, PlateSearch
from vamco.systems.traffic.services.reviewing import normal

if TYPE_CHECKING:
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person

MOST = 500
LONGEST = dt.timedelta(days=31)
LEAST = 10


def search(
    plate: str, since: dt.datetime, until: dt.datetime, *, purpose: str, basis: str, by: Person, agency: Agency
) -> list[Found]:
    """Return where a plate went by, the newest first. Refused without a purpose and a legal basis, and for more than 31 days."""
    access.demand(by, SEARCH, agency)
    if len(purpose.strip()) < LEAST or not basis.strip():
        raise Refused("traffic.no_purpose", N_("Enter what the search is for, and on what legal basis."))
    if not since < until or until - since > LONGEST:
        raise Refused("traffic.search_span", N_("A search covers at most 31 days."))
    right = normal(plate)
    with transaction.atomic():
        rows = list(
            Passage.objects.filter(plate=right, complete=True, at__gte=since, at__lt=until)
            .select_related("camera")
            .order_by("-at")[:MOST]
        )
        kept = PlateSearch.objects.create(
            person=by,
            agency=agency,
            purpose=purpose.strip()[:300],
            basis=basis.strip()[:200],
            plate=right,
            since=since,
            until=until,
            found=len(rows),
            at=clock.now(),
        )
        audit.record(
            "traffic.search_plate",
            actor=by.actor,
            chain=CHAIN,
            subject=f"plate_search:{kept.pk}",
            detail={"found": len(rows), "basis": basis.strip()[:200]},
            purpose=purpose.strip()[:300],
        )
    return [Found(each.camera.code, each.camera.name, each.at, each.plate, each.kind, each.confidence) for each in rows]


def searches(by: Person, *, most: int = 100) -> list[PlateSearch]:
    """Return the searches of the agencies in which the person may search, the newest first."""
    rows = PlateSearch.objects.filter(access.within(access.scope(by, SEARCH))).select_related("person", "agency")
    return list(rows.order_by("-pk")[:most])

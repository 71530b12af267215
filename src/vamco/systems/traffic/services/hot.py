"""Wanted plates: the list, and who is notified within seconds when one passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.traffic.contracts import CHAIN, HOT_LIST
from vamco.systems.traffic.models import HotPlate
from vamco.systems.traffic.services.reviewing import normal

if TYPE_CHECKING:
    import datetime as dt

    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person


@transaction.atomic
def add(plate: str, *, reason: str, basis: str, until: dt.date, by: Person, agency: Agency) -> HotPlate:
    """Put a plate on an agency's list until a day; on it already, it is the same entry."""
    access.demand(by, HOT_LIST, agency)
    if not reason.strip() or not basis.strip():
        raise Refused("traffic.no_reason", N_("Enter why the plate is wanted, and on what legal basis."))
    if until < clock.today():
        raise Refused("traffic.until_past", N_("The last day has passed."))
    found, made = HotPlate.objects.get_or_create(
        plate=normal(plate),
        agency=agency,
        ended_at=None,
        defaults={
            "reason": reason.strip()[:300],
            "basis": basis.strip()[:200],
            "added_by": by,
            "added_at": clock.now(),
            "until": until,
        },
    )
    if made:
        _record("traffic.add_hot_plate", found, by)
    return found


@transaction.atomic
def end(hot: int, *, by: Person) -> None:
    """Take a plate from the list."""
    found = HotPlate.objects.select_for_update(of=("self",)).filter(pk=hot).select_related("agency").first()
    if found is None or not access.allow(by, HOT_LIST, found.agency):
        raise Missing("traffic.no_hot_plate", N_("There is no such plate on the list."))
    if found.ended_at is None:
        found.ended_at = clock.now()
        found.save(update_fields=["ended_at"])
        _record("traffic.end_hot_plate", found, by)


def listing(by: Person) -> list[HotPlate]:
    """Return what is on the lists of the agencies in which the person keeps them, the newest first."""
    rows = HotPlate.objects.filter(access.within(access.scope(by, HOT_LIST)), ended_at=None, until__gte=clock.today())
    return list(rows.select_related("agency", "added_by").order_by("-pk"))


def _record(act: str, hot: HotPlate, by: Person) -> None:
    detail = {"until": hot.until.isoformat()}
    audit.record(act, actor=by.actor, chain=CHAIN, subject=f"hot_plate:{hot.pk}", detail=detail)

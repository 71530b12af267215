from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import models, transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing, Refused
from vamco.lib.time import HCM
from vamco.systems.portal import queries
from vamco.systems.portal.models import Beat, Downtime, DowntimeVersion, Measurement
from vamco.systems.portal.rules import downtime as rules

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person
    from vamco.systems.portal.contracts import DowntimeDraft

ANNOUNCE: Final = "portal.announce_downtime"


def announce_downtime(draft: DowntimeDraft, *, by: Person) -> int:
    """Announce planned downtime, and return the number of the announcement.

    Refused unless it lies seven working days ahead or says why it is urgent. Source: NĐ 224/2026/NĐ-CP, Đ. 13.
    """
    access.demand(by, ANNOUNCE)
    now = clock.now()
    rules.demand_order(draft, now=now)
    earliest = queries.earliest_begin(now)
    rules.demand_in_time(draft, earliest)
    with transaction.atomic():
        row = Downtime.objects.create(
            content=queries.written(draft),
            begins=draft.begins,
            ends=draft.ends,
            in_time=rules.in_time(draft.begins, earliest),
            announced_at=now,
            changed_at=now,
            announced_by=by,
        )
        _record("portal.downtime_announced", row, by, services=list(draft.services), in_time=row.in_time)
    return int(row.pk)


def correct_downtime(downtime: int, draft: DowntimeDraft, *, because: str, seen: int, by: Person) -> None:
    """Correct an announcement; what it said before stays to be read. `seen` is the revision that the official had before them.

    A beginning that is put off, or an end that is earlier, is always right. One that comes sooner than it was announced must lie
    seven working days ahead again, or say why it is urgent.
    """
    access.demand(by, ANNOUNCE)
    because = _reason(because)
    now = clock.now()
    rules.demand_order(draft, now=now)
    with transaction.atomic():
        row = _held(downtime)
        if row.revision != seen:
            raise Refused(
                "portal.corrected_meanwhile", N_("Somebody has corrected this announcement meanwhile. Look again.")
            )
        if draft.begins < row.begins:
            earliest = queries.earliest_begin(now)
            rules.demand_in_time(draft, earliest)
            row.in_time = row.in_time and rules.in_time(draft.begins, earliest)
        DowntimeVersion.objects.create(
            downtime=row, number=row.revision, content=row.content, until=now, because=because
        )
        row.content, row.begins, row.ends = queries.written(draft), draft.begins, draft.ends
        row.revision, row.changed_at = row.revision + 1, now
        row.save()
        _record("portal.downtime_corrected", row, by, revision=row.revision, because=because)


def withdraw_downtime(downtime: int, *, because: str, by: Person) -> None:
    """Withdraw an announcement: the downtime does not take place. It stays in the list, with the reason."""
    access.demand(by, ANNOUNCE)
    because = _reason(because)
    with transaction.atomic():
        row = _held(downtime)
        row.withdrawn_at = row.changed_at = clock.now()
        row.withdrawn_because = because
        row.save()
        _record("portal.downtime_withdrawn", row, by, because=because)


def _held(downtime: int) -> Downtime:
    row = Downtime.objects.select_for_update().filter(pk=downtime).first()
    if row is None:
        raise Missing("portal.no_downtime", N_("There is no such announcement."))
    if row.withdrawn_at is not None or row.ends <= clock.now():
        raise Refused("portal.downtime_ended", N_("This announcement is over or was withdrawn: it stays as it is."))
    return row


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason:
        raise Refused("portal.reason_missing", N_("Please give a reason."))
    return reason


def _record(act: str, row: Downtime, by: Person, **detail: object) -> None:
    home = people.home(by)
    audit.record(act, actor=str(by.pk), chain=home.code, subject=f"downtime:{row.pk}", detail=dict(detail))
    transaction.on_commit(queries.forget_current)


# ── what the platform finds out about itself ─────────────────────────────────────────────────────────────────────────


def beat() -> None:
    """Note that the platform runs: once each time it is called, by the province's day."""
    now = clock.now()
    day, _new = Beat.objects.get_or_create(day=now.astimezone(HCM).date(), defaults={"count": 0, "first_at": now})
    Beat.objects.filter(pk=day.pk).update(count=models.F("count") + 1)


def examine_log() -> None:
    """Verify the whole log of acts, and keep what was found."""
    broken, heads = audit.verify(), audit.heads()
    facts = {"chains": len(heads), "entries": sum(place.seq for place in heads.values()), "broken": len(broken)}
    Measurement.objects.update_or_create(code="log", defaults={"at": clock.now(), "fine": not broken, "facts": facts})

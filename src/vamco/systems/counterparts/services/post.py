"""Results sent by post: announced once, followed until delivered or returned."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.events import public as events
from vamco.kernel.base.jobs import public as jobs
from vamco.lib.errors import N_, Refused, Unavailable
from vamco.systems.counterparts import queries
from vamco.systems.counterparts.adapters.calling import NotAgreed
from vamco.systems.counterparts.contracts import DELIVERED, RETURNED, ROOM
from vamco.systems.counterparts.models import Shipment
from vamco.systems.counterparts.services import lines, sealing
from vamco.vocab.counterparts import Answered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vamco.systems.counterparts.contracts import Parcel

_STATES: Final = {
    "DA_NHAN": "accepted",
    "DANG_VAN_CHUYEN": "in_transit",
    "DANG_PHAT": "delivering",
    "DA_PHAT": DELIVERED,
    "CHUYEN_HOAN": RETURNED,
}
_ADDRESS: Final = ("name", "phone", "address", "commune", "province")


def send(subject: str, address: Mapping[str, str], key: str) -> Parcel:
    """Announce a parcel to the post; the same key is the same parcel. `address`: name, phone, address, commune, province."""
    kept = {name: str(address.get(name, ""))[:300] for name in _ADDRESS}
    if not kept["name"] or not kept["address"]:
        raise Refused("counterparts.no_address", N_("A parcel needs a name and an address."))
    with transaction.atomic():
        row, new = Shipment.objects.get_or_create(key=key, defaults={"subject": subject, "made_at": clock.now()})
        if new:
            sealing.put(f"parcel:{row.pk}", kept)
            audit.record(
                "counterparts.send_parcel",
                actor=f"system:{ROOM}",
                chain=ROOM,
                subject=f"parcel:{row.pk}",
                detail={"about": subject},
            )
            jobs.later("counterparts.send_parcel", key=f"counterparts.post:{row.pk}", parcel=row.pk)
    return queries.parcel(row)


def announce(number: int) -> None:
    """Hand a parcel to the post that was not handed yet; Unavailable lets the job try again."""
    row = Shipment.objects.get(pk=number)
    if row.tracking or row.ended_at:
        return
    to = queries.content(f"parcel:{row.pk}")
    body = {"MaDon": row.key, "HoSo": row.subject, "NguoiNhan": to}
    try:
        found = lines.post().send(body)
    except NotAgreed:
        _moved(number, {"TrangThai": [["CHUYEN_HOAN", clock.now().isoformat()]]})
        return
    fee = found.get("CuocPhi")
    with transaction.atomic():
        row = Shipment.objects.select_for_update().get(pk=number)
        row.tracking, row.fee = str(found["SoHieu"])[:40], fee if isinstance(fee, int) and fee >= 0 else None
        row.save(update_fields=["tracking", "fee"])
    _moved(number, found)


def follow() -> int:
    """Ask after all parcels under way, and return how many moved. One that cannot be asked after does not stop the others."""
    if not lines.connected("post"):
        return 0
    moved, post = 0, lines.post()
    for row in Shipment.objects.filter(ended_at=None).exclude(tracking="").order_by("made_at"):
        try:
            moved += _moved(row.pk, post.states(row.tracking))
        except (Unavailable, NotAgreed):
            continue
    return moved


def _moved(number: int, found: Mapping[str, Any]) -> bool:
    """Take over the states that the post names; True when there is a newer one. What has ended stays so."""
    states = _read(found.get("TrangThai"))
    with transaction.atomic():
        row = Shipment.objects.select_for_update().get(pk=number)
        if not states or row.ended_at is not None or len(states) <= len(row.states):
            return False
        row.states, row.state = [[state, moment] for state, moment in states], states[-1][0]
        if row.state in {DELIVERED, RETURNED}:
            row.ended_at = clock.now()
            sealing.forget(f"parcel:{row.pk}")
        row.save(update_fields=["states", "state", "ended_at"])
        events.emit(Answered("post", row.key, row.subject, "parcel", row.state, len(states)))
    return True


def _read(said: object) -> list[tuple[str, str]]:
    found = []
    for each in said if isinstance(said, list) else []:
        if not isinstance(each, list) or len(each) != 2 or str(each[0]) not in _STATES:  # noqa: PLR2004
            return []
        try:
            moment = dt.datetime.fromisoformat(str(each[1]))
        except ValueError:
            return []
        if moment.tzinfo is None:
            return []
        found.append((_STATES[str(each[0])], moment.isoformat()))
    return sorted(found, key=lambda pair: dt.datetime.fromisoformat(pair[1]))

"""The notice to the owner: a signed PDF with a QR code, a number without gaps; part of the transaction that notifies."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.conf import settings as site

from vamco.kernel.base import clock
from vamco.kernel.record.documents import public as documents
from vamco.kernel.record.files import public as kept
from vamco.kernel.record.numbers import public as numbers
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Refused
from vamco.lib.time import HCM
from vamco.systems.traffic.queries import table
from vamco.systems.traffic.rules.judging import class_of
from vamco.systems.traffic.services.proposing import MACHINE

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Organisation, Person
    from vamco.systems.counterparts.public import VehicleRecord
    from vamco.systems.traffic.models import Violation

SERIES: Final = "traffic.notice"
TEMPLATE: Final = "violation_notice"
ADDRESS: Final = "/fines"
"""Path of the page on which owners look a notice up."""
VEHICLES: Final = {"car": "Ô tô", "motorbike": "Xe mô tô, xe gắn máy", "bus": "Ô tô khách", "truck": "Ô tô tải"}
COLOURS: Final = {"white": "Trắng", "yellow": "Vàng", "blue": "Xanh", "red": "Đỏ"}


def notify(violation: Violation, record: VehicleRecord) -> None:
    """Number, sign and keep the notice, move the case, and notify an owner who has an account here."""
    case, now, today = violation.case, clock.now(), clock.today()
    number = numbers.take(SERIES, case.agency.code, today, key=f"violation:{case.pk}").text
    until = today + dt.timedelta(days=table.settings().answer_days)
    issued = documents.issue(
        TEMPLATE,
        _values(violation, record, number, until),
        agency=case.agency,
        by=MACHINE.actor,
        number=number,
        on=today,
    )
    file = kept.by_id(issued.file) if issued.file else None
    cases.act(case.pk, "notify", by=MACHINE, files=[file] if file else [])
    owner = holder(record.number)
    violation.notice, violation.notified_at, violation.notice_file = number, now, file
    violation.owner = owner if isinstance(owner, people.Person) else None
    violation.save(update_fields=["notice", "notified_at", "notice_file", "owner"])
    if isinstance(owner, people.Person):
        data = {"notice": number, "agency": case.agency.name, "until": until}
        notices.send("traffic.notified", owner, data, key=f"traffic:notice:{case.pk}", url=ADDRESS)


def holder(number: str) -> Person | Organisation | None:
    """Return who has this number on record here, None for nobody or for no number."""
    for kind in ("citizen_id", "enterprise_code"):
        try:
            found = people.find_by_number(kind, number)
        except Refused:
            continue
        if found is not None:
            return found
    return None


def _values(violation: Violation, record: VehicleRecord, number: str, until: dt.date) -> dict[str, object]:
    rule = table.rule_of(violation.rule, violation.at.astimezone(HCM).date())
    sanction = rule.by.get(class_of(violation.kind))
    values: dict[str, object] = {
        "owner": record.owner,
        "address": record.address,
        "plate": violation.plate,
        "plate_colour": COLOURS.get(violation.colour, ""),
        "vehicle": VEHICLES.get(violation.kind, violation.kind),
        "act": rule.title,
        "at": violation.at,
        "scene": violation.camera.name,
        "notice": number,
        "page": f"{site.VAMCO_SITE_URL}{ADDRESS}".removeprefix("https://").removeprefix("http://"),
        "until": until,
    }
    if rule.verified and sanction is not None:  # what nobody has read in the source is printed nowhere
        values["article"] = f"{sanction.article} {rule.document}"
    return {name: value for name, value in values.items() if value != ""}

"""Messages to the tax office and its answers: each message once, whatever is lost; answers late, repeated and out of order."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.events import public as events
from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Refused
from vamco.systems.counterparts import queries
from vamco.systems.counterparts.adapters.calling import NotAgreed
from vamco.systems.counterparts.contracts import ROOM
from vamco.systems.counterparts.models import Message, Position, TaxReply
from vamco.systems.counterparts.services import lines, sealing
from vamco.vocab.counterparts import Answered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vamco.kernel.world.people.models import Organisation, Person
    from vamco.systems.counterparts.contracts import TaxKind

log = logging.getLogger(__name__)
TO: Final = "counterpart:tax"
_STATES: Final = {"DA_CAP_MST": "assigned", "TU_CHOI": "refused", "PHAI_NOP": "due", "DA_NOP": "paid"}
_PAGES: Final = 50


def ask(
    subject: str,
    kind: TaxKind,
    data: Mapping[str, Any],
    key: str,
    *,
    holder: Person | None = None,
    organisation: Organisation | None = None,
) -> Message:
    """Ask the tax office something about a subject ("dossier:17"); the same key is the same question. Sent by a job, after this act.

    `holder` is the person whose citizen ID goes along: it is read when the message is sent, and kept nowhere. `data` holds no numbers.
    """
    with transaction.atomic():
        made, new = Message.objects.get_or_create(
            key=key,
            defaults={
                "subject": subject,
                "kind": kind,
                "holder": holder,
                "organisation": organisation,
                "made_at": clock.now(),
            },
        )
        if not new:
            if (made.subject, made.kind) != (subject, kind):
                raise Refused("counterparts.other_question", N_("This key belongs to another question."))
            return made
        sealing.put(f"message:{made.pk}", data)
        audit.record(
            "counterparts.ask_tax",
            actor=f"system:{ROOM}",
            chain=ROOM,
            subject=f"tax_message:{made.pk}",
            detail={"about": subject, "kind": kind},
        )
        jobs.later("counterparts.send_tax", key=f"counterparts.tax:{made.pk}", message=made.pk)
    return made


def send(number: int) -> None:
    """Send a message that was not sent yet; Unavailable lets the job try again."""
    made = Message.objects.select_related("holder").get(pk=number)
    if made.state != "waiting":
        return
    body: dict[str, Any] = {
        "MaThongDiep": made.key,
        "Loai": made.kind,
        "HoSo": made.subject,
        "Luc": made.made_at.isoformat(),
        "DuLieu": queries.content(f"message:{made.pk}"),
    }
    if made.holder is not None:
        body["SoDinhDanh"] = people.disclose_number(made.holder, "citizen_id", to=TO)
    try:
        lines.tax().send(body)
    except NotAgreed as error:
        _settle(number, "refused", error.said)
        return
    _settle(number, "sent", "")


def _settle(number: int, state: str, said: str) -> None:
    with transaction.atomic():
        made = Message.objects.select_for_update().get(pk=number)
        if made.state == "waiting":  # an answer may have come before we knew that it had arrived
            made.state, made.refused = state, said[:40]
        made.sent_at = made.sent_at or clock.now()
        made.save(update_fields=["state", "refused", "sent_at"])
        if state == "refused":
            events.emit(Answered("tax", made.key, made.subject, made.kind, "not_taken", 0))


def collect() -> int:
    """Fetch answers behind the last position, and return how many were new. Each page is taken before the position moves on."""
    if not lines.connected("tax"):
        return 0
    office, new = lines.tax(), 0
    for _page in range(_PAGES):
        position = Position.objects.get_or_create(line="tax")[0]
        found = office.answers(position.after)
        rows = found.get("TraLoi")
        if not isinstance(rows, list) or not rows:
            break
        with transaction.atomic():
            position = Position.objects.select_for_update().get(line="tax")
            new += sum(take(row) for row in rows if isinstance(row, dict))
            last = found.get("DenViTri")
            if not isinstance(last, int) or last <= position.after:
                break
            position.after = last
            position.save(update_fields=["after"])
    return new


def take(row: Mapping[str, Any]) -> bool:
    """Take one answer in; True when it is new. What came before is not told again, and an older answer never overrules a newer one."""
    state = _STATES.get(str(row.get("TrangThai")))
    number, data = row.get("SoThuTu"), row.get("DuLieu")
    try:
        at = dt.datetime.fromisoformat(str(row.get("Luc")))
    except ValueError:
        at = None
    if (
        state is None
        or not isinstance(number, int)
        or number < 1
        or not isinstance(data, dict)
        or at is None
        or at.tzinfo is None
    ):
        log.warning("an answer of the tax office is not of the agreed shape")
        return False
    with transaction.atomic():
        made = Message.objects.select_for_update().filter(key=str(row.get("MaThongDiep"))[:80]).first()
        if made is None:
            log.warning("the tax office answers a message that is not ours")
            return False
        reply, new = TaxReply.objects.get_or_create(
            message=made, number=number, defaults={"state": state, "at": at, "taken_at": clock.now()}
        )
        if not new:
            return False
        sealing.put(f"reply:{reply.pk}", data)
        if not TaxReply.objects.filter(message=made, number__gt=number).exists():
            made.state = state
            made.save(update_fields=["state"])
            events.emit(Answered("tax", made.key, made.subject, made.kind, state, number))
    return True

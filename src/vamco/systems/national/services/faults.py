"""What the portal refuses is a task for a person, who puts right what is wrong and has it sent again, or leaves it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import N_
from vamco.systems.national.contracts import FAULT, ROOM
from vamco.systems.national.models import Line, Message
from vamco.systems.national.services.lines import later
from vamco.systems.onestop import public as onestop

if TYPE_CHECKING:
    from vamco.kernel.work.cases.models import Case, Entry
    from vamco.kernel.world.people.models import Person

MACHINE: Final = access.machine(ROOM, N_("Synchronisation with the national portal"))
_TITLE: Final = "Cổng Dịch vụ công quốc gia từ chối thông điệp của hồ sơ {number}"


def park(message: Message, answer: str) -> Case | None:
    """Set a refused message aside with a task for the office of its dossier; what comes after it in the dossier waits. None if it is settled."""
    now = clock.now()
    with transaction.atomic():
        line = Line.objects.select_for_update().get(pk=message.line_id)
        row = Message.objects.select_for_update().get(pk=message.pk)
        if row.state != Message.State.WAITING:
            return None
        row.state, row.parked_at, row.answer, row.refusals = Message.State.PARKED, now, answer[:60], row.refusals + 1
        office = agencies.get(onestop.dossier_at(line.case_id, row.seq).office)
        row.fault = cases.open_case(
            FAULT,
            key=f"{row.pk}:{row.refusals}",
            title=_TITLE.format(number=line.number),
            agency=office,
            by=MACHINE,
            note=answer,
        )
        row.save()
        line.next_at, line.leased_until, line.reason = None, None, answer[:60]
        line.save()
        onestop.synchronised(line.case_id, "failed")
    return row.fault


def on_act(case: Case, entry: Entry) -> None:
    """Have the message of a fault sent again, or leave it, inside the act's own transaction; what waited behind it goes on."""
    message = Message.objects.select_for_update().filter(fault=case, state=Message.State.PARKED).first()
    if message is None or entry.act not in {"resend", "leave"}:
        return
    line = Line.objects.select_for_update().get(pk=message.line_id)
    message.state = Message.State.WAITING if entry.act == "resend" else Message.State.LEFT
    message.parked_at = None
    message.save(update_fields=["state", "parked_at"])
    more = line.messages.filter(state=Message.State.WAITING).exists()
    line.next_at, line.attempts = (clock.now() if more else None), 0
    line.save()
    onestop.synchronised(line.case_id, "waiting" if more else "failed")
    if more:
        later(line.case_id)


def resend(message: int, *, by: Person) -> Case:
    """Have a refused message sent again; Missing when there is none."""
    return _act(message, "resend", by, "")


def leave(message: int, *, by: Person, note: str) -> Case:
    """Give a refused message up for a reason; the portal will never be told of that act."""
    return _act(message, "leave", by, note)


def _act(message: int, act: str, by: Person, note: str) -> Case:
    fault = Message.objects.filter(pk=message).values_list("fault_id", flat=True).first()
    return cases.act(fault or 0, act, by=by, note=note)

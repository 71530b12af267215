"""What an official is asked before an alarm ends: whether a denominator that changed sharply is right."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from vamco.lib.errors import N_, Refused
from vamco.systems.warnings.contracts import ASKED
from vamco.systems.warnings.services import judging
from vamco.systems.warnings.services.handling import CONFIRM, held_for, keep

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

ANY = ("new", "confirmed", "dismissed", "directed", "closed")


def accept_denominator(alarm_id: int, *, value: int, by: Person, note: str) -> None:
    """An official says that the denominator of a value is right: the alarm rests on it from now on, and is judged again.

    `value` is the number of the value that they had before their eyes.
    """
    if not note.strip():
        raise Refused("warnings.reason_missing", N_("Please give a reason."))
    with transaction.atomic():
        alarm = held_for(alarm_id, by, CONFIRM, ANY)
        detail = alarm.unknown_detail
        if alarm.state != "firing" or alarm.unknown not in ASKED or detail.get("value") != value:
            raise Refused(
                "warnings.nothing_asked",
                N_("This question is not open any more, or the value is another one by now. Please look again."),
            )
        alarm.denominator = Decimal(detail["now"])
        alarm.save(update_fields=["denominator"])
        keep(alarm, "denominator_accepted", by, note, CONFIRM, before=detail["before"], now=detail["now"])
    judging.judge(alarm.indicator)

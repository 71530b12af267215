"""What officials do with a violation: review, decide, hear, enter the sanctioning decision."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.work.cases import public as cases
from vamco.lib.errors import N_, Refused
from vamco.lib.time import HCM
from vamco.systems.traffic.models import Correction, Violation
from vamco.systems.traffic.queries import violations
from vamco.systems.traffic.services import faults, paying

if TYPE_CHECKING:
    import datetime as dt

    from vamco.kernel.work.cases.models import Case, Entry
    from vamco.kernel.world.people.models import Person

ASK_REGISTER = "traffic.ask_register"
ENDING: Final = frozenset({"lapse", "reject", "refuse", "cancel", "give_up"})
_PLATE: Final = re.compile(r"[0-9]{2}[A-Z0-9Đ]{4,10}")


def confirm(case: int, *, by: Person, seen: int, plate: str = "", note: str = "") -> Case:
    """Confirm what a camera proposed; `plate` is the plate as the reviewer reads it, "" as it was read."""
    with transaction.atomic():
        violation = Violation.objects.select_for_update(of=("self",)).get(pk=violations.row(case, by).pk)
        right = normal(plate) if plate.strip() else violation.plate
        if not right:
            raise Refused("traffic.no_plate", N_("Without a plate that can be read a violation cannot be confirmed."))
        # Before the act: `guard` lets nobody confirm who has not said what stands on the plate.
        Correction.objects.update_or_create(
            violation=violation, defaults={"read": violation.plate_read, "text": right, "at": clock.now()}
        )
        violation.plate = right
        violation.save(update_fields=["plate"])
        return cases.act(case, "confirm", by=by, seen=seen, note=note)


def reject(case: int, *, by: Person, seen: int, reason: str, note: str = "") -> Case:
    """Reject what a camera proposed, or what is held, for one of the coded reasons."""
    return cases.act(case, "reject", by=by, seen=seen, reason=reason, note=note)


def decide(case: int, *, by: Person, seen: int, note: str = "") -> Case:
    """Decide that it is a violation: another person than the reviewer. The register is asked next, by the machine."""
    return cases.act(case, "decide", by=by, seen=seen, note=note)


def refuse(case: int, *, by: Person, seen: int, reason: str, note: str = "") -> Case:
    """Decide that it is none."""
    return cases.act(case, "refuse", by=by, seen=seen, reason=reason, note=note)


def send_back(case: int, *, by: Person, seen: int, note: str) -> Case:
    """Send a reviewed violation back to be reviewed again."""
    return cases.act(case, "send_back", by=by, seen=seen, note=note)


def ask_again(case: int, *, by: Person, seen: int, note: str = "") -> Case:
    """Ask the register again about a violation that is held."""
    return cases.act(case, "ask_again", by=by, seen=seen, note=note)


def hear(case: int, *, by: Person, seen: int, upheld: bool, note: str) -> Case:
    """Answer an owner who contests: uphold or cancel. Neither the reviewer nor who decided may do it."""
    return cases.act(case, "uphold" if upheld else "cancel", by=by, seen=seen, note=note)


def sanction(case: int, *, by: Person, seen: int, number: str, day: dt.date, amount: int) -> Case:
    """Enter number, day and amount of the sanctioning decision, as its text has them: nothing is computed here. Amount in dong."""
    if not number.strip() or amount <= 0:
        raise Refused("traffic.no_sanction", N_("Enter number, day and amount of the sanctioning decision."))
    with transaction.atomic():
        violation = Violation.objects.select_for_update(of=("self",)).get(pk=violations.row(case, by).pk)
        if not violation.at.astimezone(HCM).date() <= day <= clock.today():
            raise Refused("traffic.sanction_day", N_("The day of the decision must lie between the act and today."))
        violation.sanction_number, violation.sanction_day, violation.amount = number.strip()[:60], day, amount
        violation.save(update_fields=["sanction_number", "sanction_day", "amount"])
        done = cases.act(case, "sanction", by=by, seen=seen, note=number.strip())
        violation.invoice = paying.ask(violation)
        violation.save(update_fields=["invoice"])
    return done


def on_act(case: Case, entry: Entry) -> None:
    """Have the register asked once an official has decided: part of the act's transaction."""
    if entry.act in {"decide", "ask_again", "retry"}:
        jobs.later(ASK_REGISTER, case=case.pk, seq=entry.seq)
    if entry.act == "send_back":
        Correction.objects.filter(violation=case.pk).delete()  # to be read anew
    if entry.act in {"reject", "refuse"} and entry.reason == "camera_fault":
        found = Violation.objects.select_related("camera").get(pk=case.pk)
        faults.note(found.camera.code, faults.REJECTED, found.passage, entry.at)


def guard(case: Case, act: cases.Act) -> None:
    """Refuse what this violation does not have now: what goes on past its limitation, and what needs more than a note.

    The page that all cases have offers only what it can ask for: a plate and an amount have pages of their own.
    Source: NĐ 168/2024/NĐ-CP, Đ. 4.
    """
    if act.code in ENDING:
        return
    found = Violation.objects.filter(pk=case.pk).first()
    if found is None:
        return
    if "clock" in found.doubt and act.code in {"confirm", "decide"}:
        raise Refused(
            "traffic.clock_off", N_("The camera’s clock was off; this violation is held and can only be ended.")
        )
    if clock.today() > found.limitation:
        raise Refused("traffic.lapsed", N_("The limitation of this violation is over; it can only be ended."))
    if act.code == "confirm" and not Correction.objects.filter(violation=found).exists():
        raise Refused(
            "traffic.at_the_desk",
            N_(
                "Confirm this violation on the review desk (/traffic/review/%(case)s), with its pictures and its plate."
            ),
            case=case.pk,
        )
    if act.code == "sanction" and not (found.sanction_number and found.sanction_day and found.amount):
        raise Refused(
            "traffic.on_its_page",
            N_("Enter number, day and amount of the decision on its own page (/traffic/sanction/%(case)s)."),
            case=case.pk,
        )


def normal(plate: str) -> str:
    """Return a plate without signs and spaces, in capitals; Refused where it is none."""
    found = re.sub(r"[\s.\-]", "", plate).upper()
    if not _PLATE.fullmatch(found) or len(found) > 12:  # noqa: PLR2004  # as the columns are
        raise Refused("traffic.not_a_plate", N_("Enter a plate such as 70A-123.45."))
    return found

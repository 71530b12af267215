"""What officials make of an alarm: confirmed, it waits at an agency that decides; or nothing needs to be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Refused
from vamco.systems.hub import public as hub
from vamco.systems.indicators import public as indicators
from vamco.systems.warnings.models import Alarm, Decision
from vamco.systems.warnings.services.handling import CONFIRM, ISSUE, held, held_for, keep, missing, waiting_case

if TYPE_CHECKING:
    from vamco.kernel.work.cases.models import Case, Entry
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person

KIND = "alarm"
PLATFORM = access.machine("warnings", N_("Alarms"))


def confirm(alarm_id: int, *, by: Person, note: str = "", to: Agency | None = None) -> None:
    """An official has looked: the alarm is real, and waits at an agency that decides on it, by default one near to them."""
    with transaction.atomic():
        alarm = held_for(alarm_id, by, CONFIRM, ("new",))
        alarm.handling = "confirmed"
        keep(alarm, "confirmed", by, note, CONFIRM)
        await_decision(alarm, by=by, at=to, note=note)


def dismiss(alarm_id: int, *, by: Person, note: str) -> None:
    """An official has looked: nothing needs to be done, for a reason."""
    if not note.strip():
        raise Refused("warnings.reason_missing", N_("Please give a reason."))
    with transaction.atomic():
        alarm = held_for(alarm_id, by, CONFIRM, ("new", "confirmed"))
        case = waiting_case(alarm)
        if case is not None:
            cases.act(case.pk, "dismiss", by=by, note=note)  # `on_act` does the rest
        else:
            alarm.handling = "dismissed"
            keep(alarm, "dismissed", by, note, CONFIRM)


def take_over(alarm_id: int, *, by: Person, seen: int | None = None) -> None:
    """Take a waiting alarm over, so that no colleague decides on it meanwhile."""
    with transaction.atomic():
        alarm = held([alarm_id]).get(alarm_id)
        if alarm is None:
            raise missing(alarm_id)
        case = waiting_case(alarm)
        if case is None:
            raise Refused("warnings.waits_for_nobody", N_("This alarm does not wait for a decision any more."))
        cases.claim(case.pk, by=by, seen=seen)


def deciders(alarm_agency: Agency) -> list[Agency]:
    """The agencies where somebody may issue directives to an agency, those that are lowest in the hierarchy first."""
    found = [
        agency
        for agency in agencies.at_work().filter(pk__in=access.seats(ISSUE))
        if any(access.allow(member.person, ISSUE, alarm_agency) for member in people.staff(agency))
    ]
    return sorted(found, key=lambda each: (any(_below(other, each) for other in found), each.sort_key))


def _below(agency: Agency, top: Agency) -> bool:
    return agency.pk != top.pk and agency.path.startswith(top.path)


def await_decision(alarm: Alarm, *, by: Person, at: Agency | None = None, note: str = "") -> None:
    """Let a firing alarm wait at an agency that decides on it: the one named, else that of who confirmed, else the lowest.

    Where nobody may decide at all it waits at the agency of who confirmed, until somebody is appointed.
    """
    if alarm.state != "firing":
        return
    able, home = deciders(alarm.agency), people.home(by)
    if at is None:
        at = home if home in able or not able else able[0]
    elif at not in able:
        raise Refused("warnings.no_decider", N_("Nobody there may issue directives: please name another agency."))
    number = alarm.decisions.count() + 1
    case = cases.open_case(
        KIND, key=f"{alarm.pk}:{number}", title=_title(alarm), agency=at, issuer=home, by=by, note=note
    )
    Decision.objects.create(case=case, alarm=alarm)


def _title(alarm: Alarm) -> str:
    """What waits, as the pack names it."""
    about = indicators.definition(alarm.indicator).short_name if alarm.indicator else hub.contract(alarm.dataset).title
    return f"{about}: {alarm.agency.name}"[:200]


def settle(alarm: Alarm, by: Person, note: str) -> None:
    """A directive was issued: the alarm waits no longer. Refused while a colleague has taken it over."""
    case = waiting_case(alarm)
    if case is None:
        return
    if case.taken_by is not None and case.taken_by != by and "release" not in cases.holding_for(case, by):
        raise Refused(
            "warnings.taken_over",
            N_("%(person)s has taken this alarm over. It must be released first."),
            person=case.taken_by.name,
        )
    cases.act(case.pk, "direct", by=PLATFORM, note=note)


def end_over() -> int:
    """End the cases of alarms that are over and wait for nobody any more; returns how many. Safe to repeat."""
    over = Decision.objects.filter(case__open=True).exclude(alarm__state="firing").order_by("case")
    ended = 0
    for case_id in over.values_list("case", flat=True):
        with transaction.atomic():
            waiting = Decision.objects.select_for_update(of=("case",)).select_related("case").get(case=case_id)
            if waiting.case.open:
                cases.act(case_id, "end", by=PLATFORM)
                ended += 1
    return ended


def on_act(case: Case, entry: Entry) -> None:
    """What an act on a waiting alarm means for the alarm; runs inside the act."""
    if entry.by is None or entry.act not in {"dismiss", "pass_on"}:
        return
    alarm = Alarm.objects.select_for_update(of=("self",)).select_related("agency").get(decisions=case.pk)
    if entry.act == "pass_on":
        if case.handed_to not in deciders(alarm.agency):
            raise Refused("warnings.no_decider", N_("Nobody there may issue directives: please name another agency."))
        keep(alarm, "passed_on", entry.by, entry.note)
    else:
        alarm.handling = "dismissed"
        keep(alarm, "dismissed", entry.by, entry.note, CONFIRM)

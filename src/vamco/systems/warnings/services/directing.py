"""Directives that answer alarms: one, or several at once; and what becomes of the alarm when one ends."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.events import public as events
from vamco.kernel.base.modes import public as modes
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Refused
from vamco.lib.time import HCM
from vamco.systems.warnings.models import Alarm, Directive
from vamco.systems.warnings.queries import KIND
from vamco.systems.warnings.rules import answers
from vamco.systems.warnings.services import deciding
from vamco.systems.warnings.services.handling import CONFIRM, ISSUE, held, held_for, keep, last_handled_by, missing
from vamco.vocab.warnings import DirectiveClosed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from vamco.kernel.work.cases.models import Case, Entry
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person
    from vamco.systems.warnings.contracts import Order

END_OF_DAY = dt.time(17)


def issue_directive(alarm_id: int, *, agency: Agency, due_on: dt.date, text: str, by: Person) -> Case:
    """Orders an agency to act on a confirmed alarm by the end of a working day, 17:00 in the province."""
    modes.demand_new_records("warnings")
    due_at = _due(due_on)
    with transaction.atomic():
        alarm = held_for(alarm_id, by, ISSUE, ("confirmed",))
        return _issue(alarm, agency, due_at, text, by)


def issue_directives(orders: Sequence[Order], *, due_on: dt.date, by: Person, sending: UUID) -> list[Case]:
    """Order several agencies to act at once, each on its own alarm: all directives are issued, or none.

    An alarm that nobody has looked at is confirmed by it. `sending` names the form: sent twice, it gives the cases of the
    first time.
    """
    modes.demand_new_records("warnings")
    due_at = _due(due_on)
    wanted = {order.alarm: order for order in orders}
    if not wanted:
        raise Refused("warnings.nobody_chosen", N_("Please choose at least one agency."))
    with transaction.atomic():
        alarms = held(wanted)
        issued = list(Directive.objects.filter(sending=sending).select_related("case").order_by("alarm"))
        if issued:
            return _sent_before(issued, wanted, by)
        if absent := wanted.keys() - alarms.keys():
            raise missing(min(absent))
        for alarm in alarms.values():
            _demand_open(alarm, by)
            if alarm.handling == "new":
                alarm.handling = "confirmed"
                keep(alarm, "confirmed", by, "", CONFIRM)
        return [
            _issue(alarm, alarm.agency, due_at, wanted[number].text, by, sending=sending)
            for number, alarm in alarms.items()
        ]


def _sent_before(issued: Sequence[Directive], wanted: dict[int, Order], by: Person) -> list[Case]:
    if {each.alarm_id for each in issued} != wanted.keys() or any(each.case.opened_by_id != by.pk for each in issued):
        raise Refused(
            "warnings.sent_before", N_("This form has issued its directives already. Please open it again for others.")
        )
    return [each.case for each in issued]


def _demand_open(alarm: Alarm, by: Person) -> None:
    access.demand(by, ISSUE, alarm.agency)
    if alarm.handling == "new":
        access.demand(by, CONFIRM, alarm.agency)
    elif alarm.handling != "confirmed":
        raise Refused(
            "warnings.one_handled",
            N_("Nothing was issued: %(person)s has already handled the alarm of %(agency)s."),
            person=last_handled_by(alarm),
            agency=alarm.agency.name,
        )


def _due(due_on: dt.date) -> dt.datetime:
    due_at = dt.datetime.combine(due_on, END_OF_DAY, HCM)
    if due_at <= clock.now():
        raise Refused("warnings.due_in_past", N_("The due day must lie ahead."))
    return due_at


def _issue(
    alarm: Alarm, agency: Agency, due_at: dt.datetime, text: str, by: Person, *, sending: UUID | None = None
) -> Case:
    if not text.strip():
        raise Refused("warnings.text_missing", N_("Please say what the agency shall do."))
    number = alarm.directives.count() + 1
    case = cases.open_case(
        KIND,
        key=f"alarm:{alarm.pk}:{number}",
        title=_title(text),
        agency=agency,
        issuer=people.home(by),
        due_at=due_at,
        by=by,
    )
    shown = {name: getattr(alarm, name) for name in ("period", "value", "gap")}
    Directive.objects.create(case=case, alarm=alarm, text=text.strip(), sending=sending, **shown)
    deciding.settle(alarm, by, f"{cases.number(case)}, {by.name}")
    alarm.handling = "directed"
    keep(alarm, "directed", by, "", ISSUE)
    return case


def on_act(case: Case, entry: Entry) -> None:
    """What an act on a directive means for its alarm; runs inside the act."""
    if entry.act not in {"close", "withdraw"} or entry.by is None:
        return
    directive = Directive.objects.get(case=case)
    alarm = Alarm.objects.select_for_update(of=("self",)).select_related("agency").get(pk=directive.alarm_id)
    if entry.act == "close":
        if not answers.may_close(firing=_fires(alarm), handling=alarm.handling, ended=alarm.state):
            raise Refused("warnings.not_confirmed_by_value", _unconfirmed(alarm))
        alarm.handling = "closed"
        events.emit(DirectiveClosed(case.pk, alarm.pk))
        keep(alarm, "closed", entry.by, entry.note)
    else:
        alarm.handling = "confirmed"
        keep(alarm, "withdrawn", entry.by, entry.note)
        deciding.await_decision(alarm, by=entry.by, note=entry.note)


def _unconfirmed(alarm: Alarm) -> str:
    if alarm.state == "unmet":
        return N_(
            "The plan year ended behind: no value will confirm the result any more. Withdraw the directive, and say what was reached."
        )
    if alarm.state == "withdrawn":
        return N_("This alarm is not judged any more, so that nothing will confirm the result. Withdraw the directive, and say what was reached.")  # fmt: skip
    if alarm.unknown:
        return N_(
            "The newest value is not comparable, so that nobody knows the result: one that is must confirm it first."
        )
    return N_("The alarm still fires: a newer value, or the data's arrival, must confirm the result first.")


def _fires(alarm: Alarm) -> bool:
    """Whether the alarm fires, or fires again in a later episode of its plan year: then nothing has been put right."""
    about = {name: getattr(alarm, name) for name in ("cause", "indicator", "dataset", "place", "subject", "plan_year")}
    return Alarm.objects.filter(**about, state="firing").exists()


def _title(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 200 else f"{line[:199].rsplit(' ', 1)[0]}…"  # noqa: PLR2004

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.events import public as events
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing, Refused
from vamco.lib.time import HCM
from vamco.systems.warnings import rules
from vamco.systems.warnings.models import Alarm, Directive
from vamco.systems.warnings.services.judging import enter
from vamco.vocab.warnings import DirectiveClosed

if TYPE_CHECKING:
    from vamco.kernel.work.cases.models import Case, Entry
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person

KIND = "directive"
END_OF_DAY = dt.time(17)


def confirm(alarm_id: int, *, by: Person, note: str = "") -> None:
    """An official has looked: the alarm is real."""
    with transaction.atomic():
        alarm = _held(alarm_id, by, "warnings.confirm_alarm", ("new",))
        alarm.handling = "confirmed"
        _keep(alarm, "confirmed", by, note, "warnings.confirm_alarm")


def dismiss(alarm_id: int, *, by: Person, note: str) -> None:
    """An official has looked: nothing needs to be done, for a reason."""
    if not note.strip():
        raise Refused("warnings.reason_missing", N_("Please give a reason."))
    with transaction.atomic():
        alarm = _held(alarm_id, by, "warnings.confirm_alarm", ("new", "confirmed"))
        alarm.handling = "dismissed"
        _keep(alarm, "dismissed", by, note, "warnings.confirm_alarm")


def issue_directive(alarm_id: int, *, agency: Agency, due_on: dt.date, text: str, by: Person) -> Case:
    """Orders an agency to act on a confirmed alarm by the end of a working day, 17:00 in the province."""
    if not text.strip():
        raise Refused("warnings.text_missing", N_("Please say what the agency shall do."))
    due_at = dt.datetime.combine(due_on, END_OF_DAY, HCM)
    if due_at <= clock.now():
        raise Refused("warnings.due_in_past", N_("The due day must lie ahead."))
    with transaction.atomic():
        alarm = _held(alarm_id, by, "warnings.issue_directive", ("confirmed",))
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
        Directive.objects.create(case=case, alarm=alarm, text=text.strip(), **shown)
        alarm.handling = "directed"
        _keep(alarm, "directed", by, "", "warnings.issue_directive")
    return case


def on_act(case: Case, entry: Entry) -> None:
    """What an act on a directive means for its alarm; runs inside the act."""
    if entry.act not in {"close", "withdraw"} or entry.by is None:
        return
    directive = Directive.objects.get(case=case)
    alarm = Alarm.objects.select_for_update(of=("self",)).select_related("agency").get(pk=directive.alarm_id)
    if entry.act == "close":
        if not rules.may_close(firing=_fires(alarm), handling=alarm.handling):
            raise Refused(
                "warnings.not_confirmed_by_value",
                N_("The alarm still fires: a newer value, or the data's arrival, must confirm the result first."),
            )
        alarm.handling = "closed"
        events.emit(DirectiveClosed(case.pk, alarm.pk))
    else:
        alarm.handling = "confirmed"
    _keep(alarm, "closed" if entry.act == "close" else "withdrawn", entry.by, entry.note)


def _fires(alarm: Alarm) -> bool:
    """Whether the alarm fires, or fires again in a later episode: then nothing has been put right."""
    about = {name: getattr(alarm, name) for name in ("cause", "indicator", "dataset", "place", "subject")}
    return Alarm.objects.filter(**about, state="firing").exists()


def _title(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 200 else f"{line[:199].rsplit(' ', 1)[0]}…"  # noqa: PLR2004


def _held(alarm_id: int, by: Person, act: str, handlings: tuple[str, ...]) -> Alarm:
    """The alarm, locked, if the person may do the act and nobody was faster."""
    alarm = Alarm.objects.select_for_update(of=("self",)).select_related("agency").filter(pk=alarm_id).first()
    if alarm is None:
        raise Missing("warnings.no_alarm", N_("There is no alarm %(alarm)s."), alarm=alarm_id)
    access.demand(by, act, alarm.agency)
    if alarm.handling not in handlings:
        last = alarm.steps.select_related("by").exclude(by=None).order_by("-pk").first()
        raise Refused(
            "warnings.already_handled",
            N_("%(person)s has already handled this alarm."),
            person=last.by.name if last and last.by else "–",
        )
    return alarm


def _keep(alarm: Alarm, what: str, by: Person, note: str, act: str = "") -> None:
    alarm.save(update_fields=["handling"])
    enter(alarm, what, by=by, note=note.strip())
    audit.record(
        f"warnings.{what}",
        actor=str(by.pk),
        chain=alarm.agency.code,
        subject=f"alarm:{alarm.pk}",
        detail={"level": alarm.level, **(access.on_behalf(by, act, alarm.agency) if act else {})},
    )

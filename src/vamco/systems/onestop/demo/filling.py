"""Files the demonstration's dossiers and lets them go their ways, in the order of time, as people would have done it."""

from __future__ import annotations

import datetime as dt
import heapq
import logging
import random
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.base.packs import public as packs
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.forms import public as forms
from vamco.kernel.work.worktime import public as worktime
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Missing, Refused
from vamco.systems.identity import public as identity
from vamco.systems.onestop import queries
from vamco.systems.onestop.demo import answers, deciding, plan
from vamco.systems.onestop.demo.people import ACTOR, LOG_INS, TAX, Applicants, Files, Staff, office
from vamco.systems.onestop.models import Dossier
from vamco.systems.onestop.services import filing, moving, promising

if TYPE_CHECKING:
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person
    from vamco.systems.onestop.demo.plan import Plan, Planned, Routes, Step

FILE_ALL = "onestop.file_demonstration"
SEED: Final = 20260701
NAMES: Final = uuid.UUID("b0c7b3a2-6f0e-4f0e-9a53-0d0551e4d0c5")
_DAY_HOURS: Final = 8
_MOST_FREE_DAYS: Final = 12
log = logging.getLogger(__name__)


def fill() -> None:
    """Mark the routes, and let the worker file the dossiers unless it was done before."""
    chosen = _plan()
    if chosen is None:
        return
    mark_routes(chosen.routes)
    if not Dossier.objects.exists():
        jobs.later(FILE_ALL, lock=FILE_ALL)


@jobs.task(FILE_ALL, retries=8)  # all or none takes a minute, and the database may go away within it more than once
def file_planned() -> None:
    """File the dossiers, all of them or none."""
    chosen = _plan() if settings.VAMCO_DEMO else None
    with transaction.atomic(), packs.asked_once():
        if chosen is not None and not Dossier.objects.exists():
            file_all(chosen)


def _plan() -> Plan | None:
    """Return what there is to be filed; None where the pack, or those who would act, are not there."""
    known = all(identity.exists(name) for name in (*LOG_INS.values(), TAX))
    return plan.read() if known else None


def mark_routes(routes: Routes) -> None:
    """Let the province take some procedures, by edits as on a page: the files of the pack keep what the law says."""
    for code in routes.provincial:
        if queries.procedure(code).item.route != "provincial":
            with transaction.atomic():
                packs.edit("procedures", code, {"route": "provincial"}, actor=ACTOR, reason=routes.reason)


@dataclass
class _Dossier:
    """One that is on its way."""

    planned: Planned
    files: Files
    office: Agency
    steps: list[Step]
    rating: int
    case: int = 0


def file_all(chosen: Plan) -> None:
    """File the dossiers of the plan and do what their ways say, all in the order of time."""
    rng = random.Random(SEED)  # noqa: S311  # the same each time
    staff, applicants = Staff(rng), Applicants(chosen, rng)
    offices = [office(named, staff) for named in chosen.offices]
    now = clock.now()
    waiting: list[tuple[dt.datetime, int]] = []
    made: list[_Dossier] = []
    for planned in chosen.dossiers:
        at = offices[planned.office - 1]
        made.append(
            _Dossier(planned, applicants.of(planned.by), at, list(plan.WAYS[planned.way]), rng.choice((5, 5, 5, 4, 3)))
        )
        heapq.heappush(waiting, (_begun(now, planned.ago, at, rng), len(made) - 1))
    while waiting:
        moment, number = heapq.heappop(waiting)
        each = made[number]
        with clock.standing_at(min(moment, now)):
            went = _go(each, number, staff, rng)
        if went and each.steps:
            following = worktime.due(
                moment, worktime.Amount(max(each.steps[0].hours, 1), "hour"), worktime.calendar_of(each.office)
            )
            if following <= now:
                heapq.heappush(waiting, (following, number))


def _begun(now: dt.datetime, ago: int, at: Agency, rng: random.Random) -> dt.datetime:
    """Return a moment in working hours so many working days ago; of today, an hour ago."""
    if ago == 0:
        return now - dt.timedelta(minutes=rng.randrange(40, 90))
    calendar = worktime.calendar_of(at)
    start = now - dt.timedelta(days=2 * ago + _MOST_FREE_DAYS)
    passed = worktime.worked(start, now, calendar).days
    back = int(passed * _DAY_HOURS) - ago * _DAY_HOURS
    moment = worktime.due(start, worktime.Amount(max(back, 1), "hour"), calendar)
    return moment + dt.timedelta(minutes=rng.randrange(5, 55))


def _go(each: _Dossier, number: int, staff: Staff, rng: random.Random) -> bool:
    """Do the next thing; False where it was refused, and the dossier stays as it is."""
    try:
        if each.case == 0:
            each.case = _file(each, number, staff, rng).pk
        else:
            _do(each, each.steps.pop(0), staff)
    except (Refused, Missing) as refused:
        log.warning("a dossier of the demonstration stays where it is: %s", refused.code)
        return False
    return True


def _file(each: _Dossier, number: int, staff: Staff, rng: random.Random) -> Dossier:
    row = queries.PROCEDURES.newest(each.planned.procedure)
    item = queries.PROCEDURES.get(row)
    if item.filing is None:
        raise ValueError(f"{each.planned.procedure} is not filed here")
    version = forms.newest(item.filing.form)
    by = each.files.by if each.planned.channel == "online" else staff.of(each.office)["clerk"]
    communes = (each.office.place.code,) if each.office.place else (staff.home.place.code,) if staff.home.place else ()
    data = answers.complete(forms.form_of(version), each.files.known, rng, clock.today(), communes)
    return filing.file(
        filing.Filed(
            sending=uuid.uuid5(NAMES, str(number)),
            procedure=row,
            applicant=each.files.applicant,
            by=by,
            office=each.office,
            channel=each.planned.channel,
            delivery=each.planned.delivery,
            form=version,
            answers=data,
            phone=data["applicant"]["phone"],
        )
    )


def _do(each: _Dossier, step: Step, staff: Staff) -> None:
    dossier = Dossier.objects.select_related("case__agency", "case__issuer", "procedure").get(pk=each.case)
    case, item = dossier.case, queries.PROCEDURES.get(dossier.procedure)
    parts = item.filing.parts if item.filing else []
    if step.act == "propose":
        for part in parts:
            _have_answered(each, case, part, staff)
        deciding.prepare(dossier, by=staff.of(case.agency)["specialist"])
    party = case.issuer if step.act in _AT_THE_OFFICE else case.agency
    given: dict[str, Any] = {"note": step.note, "reason": step.reason}
    if step.act == "extend":
        given["until"] = worktime.due(
            max(case.due_at, clock.now()), worktime.Amount(3, "day"), worktime.calendar_of(case.agency)
        )
    if step.act == "accept" and item.time.unit not in {"hour", "working_day", "same_day"}:
        usual = worktime.due(clock.now(), worktime.Amount(15, "day"), worktime.calendar_of(party))
        given["until"] = promising.by_law(dossier, clock.now()) or usual
    cases.act(
        each.case, step.act, by=_who(each, step, party, staff), **{key: value for key, value in given.items() if value}
    )
    if step.act == "rate":
        Dossier.objects.filter(pk=each.case).update(rating=each.rating)


_AT_THE_OFFICE: Final = frozenset({"accept", "ask_correction", "refuse", "deliver"})


def _who(each: _Dossier, step: Step, party: Agency, staff: Staff) -> Any:
    if step.who == "applicant":
        return each.files.by
    return moving.MACHINE if step.who == "machine" else staff.of(party)[step.who]


def _have_answered(each: _Dossier, case: Any, part: str, staff: Staff) -> None:
    """Ask the other agency that the procedure needs, and let it answer."""
    act = "convene" if part == "council" else f"consult_{part}"
    specialist = staff.of(case.agency)["specialist"]
    wanted = {"agency": case.agency} if part in {"council", "other"} else {}
    cases.act(each.case, act, by=specialist, note="Đề nghị phối hợp giải quyết hồ sơ.", **wanted)
    asked = case.parts.select_related("agency").filter(open=True).get()
    cases.act(asked.pk, "answer", by=_tax(asked, staff), note="Đã kiểm tra, đồng ý.")


def _tax(asked: Any, staff: Staff) -> Person:
    home = people.posts_of([identity.find(TAX).person.pk])[0].agency
    return identity.find(TAX).person if asked.agency_id == home.pk else staff.of(asked.agency)["specialist"]

"""Requests of data subjects as cases: asked by the person or who holds their mandate, answered by the data-protection official."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from vamco.kernel.base import clock
from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.notices import public as notices
from vamco.kernel.work.worktime import public as worktime
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Forbidden, Refused
from vamco.systems.privacy.contracts import Right
from vamco.systems.privacy.models import Export, Request
from vamco.systems.privacy.queries import requests as queries
from vamco.systems.privacy.queries import table
from vamco.systems.privacy.rules import clocks, rights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from vamco.kernel.work.cases.models import Case, Entry
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person

MACHINE: Final = access.machine("privacy", N_("Protection of personal data"))
MAKE_EXPORT = "privacy.make_export"
ERASE = "privacy.erase"
MOST_OPEN: Final = 10
HOUR: Final = dt.timedelta(hours=1)
BY_PLATFORM: Final = frozenset({Right.DELETE, Right.EXPORT})


def ask(  # a request has that many parts
    person: Person, right: Right, *, text: str, key: UUID, by: Person, agency: Agency | None = None, subject: str = ""
) -> Case:
    """Open a request about a person's data, asked by themselves or by who holds their mandate; sent twice it is one case.

    Forbidden to everybody else. Refused where no agency has a data-protection official, or where too many are open already.
    """
    if not access.owns(by, queries.ASK, access.Owner(person=person.pk)):
        raise Forbidden("privacy.not_yours", N_("You may ask only about your own data, or with a mandate."))
    office = agency or queries.office()
    if office.pk not in {each.pk for each in queries.offices()}:
        raise Refused("privacy.no_official", N_("This agency has no data-protection official at present."))
    now = clock.now()
    term = table.term(right.value, clock.today())
    calendar = worktime.calendar_of(office)
    answer = table.term("answer", clock.today())
    hours = max(1, int(worktime.worked(now, clocks.due(answer, now, calendar), calendar).time / HOUR))
    with transaction.atomic():
        queries.hold(person)
        number = f"{by.pk}:{key}"
        if not queries.known(number) and queries.open_requests(person) >= MOST_OPEN:
            raise Refused("privacy.too_many", N_("%(count)s requests are open already. Please wait for their answers."), count=MOST_OPEN)  # fmt: skip
        case = cases.open_case(
            queries.KIND,
            key=number,
            title=_title(right),
            agency=office,
            by=by,
            applicant=person,
            due_at=clocks.due(term, now, calendar),
            terms=cases.Terms(hours={"received": hours}),
            note=text,
        )
        kept = asdict(term) | {"valid_from": term.valid_from.isoformat()}
        request, made = Request.objects.get_or_create(
            case=case,
            defaults={
                "right": right.value,
                "subject": subject,
                "term": kept,
                "answer_due_at": clocks.due(answer, case.opened_at, calendar),
            },
        )
        if made:
            if right is Right.EXPORT:
                _export(request, person)
            _say_received(case, request)
    return case


def act(case_id: int, code: str, *, by: Person, seen: int, note: str = "") -> Case:
    """Do what an applicant may do with their request; to others it does not exist."""
    cases.own_case(case_id, by)
    return cases.act(case_id, code, by=by, seen=seen, note=note)


def on_act(case: Case, entry: Entry) -> None:
    """Keep the clock of the answer, have the platform carry out what was accepted, and notify who asked."""
    request = Request.objects.select_for_update().get(case=case)
    right = Right(request.right)
    if entry.act == "finish" and right in BY_PLATFORM:
        raise Refused("privacy.by_platform", N_("The platform carries this out itself and reports it here."))
    if (
        entry.from_state == "received"
        and entry.act in {"accept", "ask", "refuse", "carry_out"}
        and request.answered_at is None
    ):
        request.answered_at = entry.at
    if entry.act == "reopen":
        calendar = worktime.calendar_of(case.agency)
        request.answered_at = request.reminded_at = None
        request.answer_due_at = clocks.due(table.term("answer", clock.today()), entry.at, calendar)
    request.save(update_fields=["answered_at", "reminded_at", "answer_due_at"])
    if entry.act == "accept" and right is Right.DELETE:
        jobs.later(ERASE, key=f"{ERASE}:{case.pk}", case=case.pk)
    if entry.act in {"accept", "ask", "finish", "refuse", "carry_out"}:
        _say_answered(case, entry)


def remind() -> int:
    """Notify the officials of requests whose answer is overdue, once each; return how many requests."""
    told = 0
    late = Request.objects.filter(answered_at=None, reminded_at=None, answer_due_at__lt=clock.now(), case__open=True)
    for pk in list(late.values_list("pk", flat=True)):
        with transaction.atomic():
            request = late.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
            if request is None:
                continue
            case = cases.by_id([pk])[pk]
            request.reminded_at = clock.now()
            request.save(update_fields=["reminded_at"])
            data = {"number": cases.number(case), "answer_at": request.answer_due_at}
            _send(
                "privacy.answer_late",
                queries.officials(case),
                data,
                case,
                key=f"late:{request.answer_due_at.isoformat()}",
            )
            told += 1
    return told


def carried_out(case_id: int, note: str) -> None:
    """Close a request that the platform has carried out; nothing where it is closed already."""
    case = cases.by_id([case_id])[case_id]
    if case.open and case.state in {"received", "working"}:
        cases.act(case_id, "carry_out", by=MACHINE, note=note)


def _title(right: Right) -> str:
    """Return what a right is called in the record, which is Vietnamese."""
    with translation.override("vi"):
        return gettext(rights.TITLES[right])


def _export(request: Request, person: Person) -> None:
    row = Export(person=person, request=request, state="waiting", asked_at=clock.now())
    people.seal(row, "")
    row.save(force_insert=True)
    jobs.later(MAKE_EXPORT, key=f"{MAKE_EXPORT}:{row.pk}", export=str(row.pk))


def _say_received(case: Case, request: Request) -> None:
    right = Right(request.right)
    data = {
        "number": cases.number(case),
        "right": _title(right),
        "right_en": rights.TITLES[right],
        "answer_at": request.answer_due_at,
        "due_at": case.due_at,
    }
    _send("privacy.received", [case.applicant], data, case, key="received", url=queries.own_address(case.pk))


def _say_answered(case: Case, entry: Entry) -> None:
    state = cases.definition_of(case.kind).states[case.state]
    data = {
        "number": cases.number(case),
        "state": state.shown or state.name,
        "state_en": state.shown_en or state.name_en,
        "said": entry.note or "–",
    }
    _send(
        "privacy.answered", [case.applicant], data, case, key=f"answered:{entry.seq}", url=queries.own_address(case.pk)
    )


def _send(
    template: str, to: Sequence[Person | None], data: Mapping[str, object], case: Case, *, key: str, url: str = ""
) -> None:
    persons = [person for person in to if person is not None]
    if persons:
        notices.send(template, persons, data, key=f"privacy:{case.pk}:{key}", about=f"case:{case.pk}", url=url)


def resume() -> int:
    """Defer again what was accepted and has not been carried out: a crash may have lost its job. Return how many."""
    waiting = Export.objects.filter(state="waiting").values_list("pk", flat=True)
    erasing = Request.objects.filter(right=Right.DELETE.value, case__state="working").values_list("pk", flat=True)
    found = [jobs.later(MAKE_EXPORT, key=f"{MAKE_EXPORT}:{pk}", export=str(pk)) for pk in waiting]
    found += [jobs.later(ERASE, key=f"{ERASE}:{pk}", case=pk) for pk in erasing]
    return sum(found)

"""Recording a breach: its clocks from detection, its two documents from one record, notices to the persons concerned."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.record.documents import public as documents
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.notices import public as notices
from vamco.kernel.work.worktime import public as worktime
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Refused
from vamco.lib.time import HCM, format_moment, local_date
from vamco.systems.privacy.models import Breach
from vamco.systems.privacy.queries import breaches as queries
from vamco.systems.privacy.queries import table
from vamco.systems.privacy.rules import clocks

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from vamco.kernel.work.cases.models import Case
    from vamco.kernel.world.people.models import Person

TITLE: Final = N_("Personal-data breach or serious incident")
NOTICES: Final = {"first": "first_sent_at", "report": "report_sent_at", "personal": "personal_sent_at"}
TEMPLATES: Final = {"personal": "breach_personal", "report": "breach_incident"}
MOST_TOLD: Final = 500


@dataclass(frozen=True)
class BreachFacts:
    """What is known of a breach; `persons` None where nobody knows yet. `began_at`: when it happened, where that is known."""

    detected_at: dt.datetime
    began_at: dt.datetime | None
    personal: bool
    serious: bool
    what: str
    affected: str
    whose: str
    persons: int | None
    consequences: str
    measures: str
    contact: str
    tell_persons: bool


def record_breach(facts: BreachFacts, *, key: UUID, by: Person) -> Case:
    """Record a breach for the official's own agency; its case runs until the nearest clock. Sent twice it is one record."""
    home = people.home(by)
    access.demand(by, queries.RECORD, home)
    now = clock.now()
    _demand_sound(facts, now)
    due = _due(facts, worktime.calendar_of(home))
    with transaction.atomic():
        case = cases.open_case(
            queries.KIND,
            key=f"{by.pk}:{key}",
            title=facts.what.strip().splitlines()[0][:200],
            agency=home,
            by=by,
            due_at=min(moment for moment in due.values() if moment is not None),
            note=facts.what,
        )
        _row, made = Breach.objects.get_or_create(case=case, defaults=asdict(facts) | due)
        if made:
            _note("privacy.record_breach", case, by, {"personal": facts.personal, "serious": facts.serious})
    return case


def amend(case_id: int, facts: BreachFacts, *, by: Person, seen: int, note: str) -> None:
    """Bring the record up to date; the clocks follow detection, and what was sent stays sent."""
    _demand_sound(facts, clock.now())
    with transaction.atomic():
        row = _held(case_id, by)
        case = cases.act(case_id, "update", by=by, seen=seen, note=note)
        for name, value in (asdict(facts) | _due(facts, worktime.calendar_of(case.agency))).items():
            setattr(row, name, value)
        row.save()
        _note("privacy.amend_breach", case, by, {"personal": facts.personal, "serious": facts.serious})


def mark_sent(case_id: int, notice: str, at: dt.datetime, *, by: Person) -> None:
    """Note when one of the notices went to its authority; once, and not before detection nor in the future."""
    if notice not in NOTICES:
        raise queries.missing(case_id)
    with transaction.atomic():
        row = _held(case_id, by)
        if getattr(row, NOTICES[notice].replace("sent", "due")) is None:
            raise Refused("privacy.not_asked", N_("The law does not ask for this notice here."))
        if getattr(row, NOTICES[notice]) is not None:
            raise Refused("privacy.sent_already", N_("It is recorded already when this notice was sent."))
        if not row.detected_at <= at <= clock.now():
            raise Refused("privacy.sent_when", N_("The notice was sent after detection and not in the future."))
        setattr(row, NOTICES[notice], at)
        row.save(update_fields=[NOTICES[notice]])
        _note("privacy.mark_sent", row.case, by, {"notice": notice})


def tell_concerned(case_id: int, numbers: Sequence[str], *, by: Person) -> tuple[int, int]:
    """Notify the persons with these citizen IDs; return how many were notified, and of how many nothing is known here.

    Who has been notified already is not notified again. The numbers are neither kept nor logged.
    """
    if len(numbers) > MOST_TOLD:
        raise Refused("privacy.too_many_numbers", N_("At most %(count)s numbers at a time."), count=MOST_TOLD)
    with transaction.atomic():
        row = _held(case_id, by)
        found = [people.find_by_number("citizen_id", number) for number in numbers]
        persons = {person.pk: person for person in found if isinstance(person, people.Person)}
        told = 0
        if persons:
            data = {
                "number": cases.number(row.case),
                "data": row.affected,
                "measures": row.measures,
                "contact": row.contact,
            }
            told = notices.send(
                "privacy.breach", persons.values(), data, key=f"privacy:breach:{case_id}", about=f"case:{case_id}"
            )
        row.told += told
        row.save(update_fields=["told"])
        for pk in persons:
            _note("privacy.tell_concerned", row.case, by, {"record": case_id}, subject=f"person:{pk}")
    return told, len(numbers) - len(persons)


def write_document(case_id: int, which: str, form: documents.Form, *, by: Person) -> bytes:
    """Return one of the two documents, made of the record as it stands."""
    if which not in TEMPLATES:
        raise queries.missing(case_id)
    view = queries.breach(case_id, by)
    row = view.row
    values = {
        "record": cases.number(view.case),
        "detected": format_moment(row.detected_at, "vi"),
        "began": format_moment(row.began_at, "vi") if row.began_at else "chưa xác định",
        "what": row.what,
        "data": row.affected,
        "whose": row.whose,
        "persons": str(row.persons) if row.persons is not None else "chưa xác định",
        "consequences": row.consequences,
        "measures": row.measures,
        "contact": row.contact,
    }
    superior = view.case.agency.parent.name if view.case.agency.parent else ""
    head = documents.Letterhead(agency=view.case.agency.name, superior=superior, on=local_date(clock.now()))
    with transaction.atomic():
        _note("privacy.write_document", view.case, by, {"document": which, "form": form.value})
    return documents.render(TEMPLATES[which], values, head=head, form=form)


def _due(facts: BreachFacts, calendar: worktime.Calendar) -> dict[str, dt.datetime | None]:
    """Return until when each notice must go, None where the law asks for none."""
    day = facts.detected_at.astimezone(HCM).date()

    def until(code: str, *, asked: bool) -> dt.datetime | None:
        return clocks.due(table.term(code, day), facts.detected_at, calendar) if asked else None

    return {
        "first_due_at": until("incident_first", asked=facts.serious),
        "report_due_at": until("incident_report", asked=facts.serious),
        "personal_due_at": until("breach_personal", asked=facts.personal),
    }


def _demand_sound(facts: BreachFacts, now: dt.datetime) -> None:
    if not (facts.personal or facts.serious):
        raise Refused("privacy.neither", N_("Choose at least one: a breach of personal data, or a serious incident."))
    if facts.detected_at > now:
        raise Refused("privacy.detected_later", N_("The moment of detection cannot lie in the future."))
    if facts.began_at is not None and facts.began_at > facts.detected_at:
        raise Refused("privacy.began_later", N_("It cannot have begun after it was detected."))


def _held(case_id: int, by: Person) -> Breach:
    row = queries.visible(by).select_for_update(of=("self",)).filter(case=case_id).first()
    if row is None:
        raise queries.missing(case_id)
    return row


def _note(act: str, case: Case, by: Person, detail: dict[str, object], *, subject: str = "") -> None:
    audit.record(act, actor=str(by.pk), chain=case.agency.code, subject=subject or f"case:{case.pk}", detail=detail)

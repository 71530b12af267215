"""Filing at the counter for a person: found or added by their number, the form filled by the clerk, papers digitised, received at once."""

from __future__ import annotations

import contextlib
import secrets
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.forms import public as forms
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.onestop.contracts import RECEIVE
from vamco.systems.onestop.models import Dossier, DossierPaper, Preparation
from vamco.systems.onestop.queries import PROCEDURES
from vamco.systems.onestop.rules import reading
from vamco.systems.onestop.services import filing, preparing
from vamco.systems.tickets import public as tickets

if TYPE_CHECKING:
    import datetime as dt

    from vamco.kernel.record.files.models import File
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person
    from vamco.systems.onestop.contracts import Delivery
    from vamco.systems.onestop.declaration import ProcedureItem
    from vamco.systems.onestop.models import ProcedureVersion

_SENDINGS: Final = uuid.UUID("6f1a5e0e-3a0c-4a55-9d3a-6d1f0d1f7d15")
"""Names the sending of each preparation: what is sent twice is one dossier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What the clerk says with the sending. `receive`: accept it in the same moment, `until` where no rule counts its time."""

    seen: int
    delivery: Delivery
    phone: str = ""
    email: str = ""
    address: str = ""
    receive: bool = True
    until: dt.datetime | None = None


def find(written: str, *, by: Person, purpose: str) -> Person | None:
    """Return who has a citizen ID, for a purpose that goes on record whether somebody is found or not; None for nobody."""
    access.demand(by, RECEIVE)
    if not purpose.strip():
        raise Refused("people.no_purpose", N_("Please say what the number is needed for."))
    found = people.find_by_number("citizen_id", written)
    person = found if isinstance(found, people.Person) else None
    with transaction.atomic():
        audit.record(
            "onestop.look_up_person",
            actor=str(by.pk),
            chain=people.home(by).code,
            subject=f"person:{person.pk}" if person else "person:none",
            purpose=purpose.strip()[:300],
        )
    return person


def add(name: str, written: str, *, by: Person) -> Person:
    """Return a new person with a citizen ID as their card says; Refused where somebody else has the number."""
    access.demand(by, RECEIVE)
    with transaction.atomic():
        person = people.add(" ".join(name.split()), actor=by.actor)
        people.record_number(person, "citizen_id", written, actor=by.actor)
    return person


def offices(by: Person) -> list[Agency]:
    """Return where the clerk may file: their own office first, then all others that receive, for people from elsewhere."""
    own = access.agency_ids(access.scope(by, RECEIVE))
    seats = access.seats(RECEIVE)
    found = [agency for agency in agencies.at_work() if agency.pk in seats or (own is not None and agency.pk in own)]
    home = people.home(by)
    return sorted(found, key=lambda agency: agency.pk != home.pk)


def procedures() -> list[ProcedureItem]:
    """Return the procedures that are filed here today, by name."""
    today = clock.today()
    found = []
    for code in {row.code for row in PROCEDURES.versions()}:
        item = PROCEDURES.get(in_force(code))
        if item.filing is not None and item.route == "provincial" and (item.ended is None or item.ended > today):
            found.append(item)
    return sorted(found, key=lambda item: item.name)


def in_force(code: str) -> ProcedureVersion:
    """Return the version of a procedure by which a dossier is filed today; Missing where there is no such procedure."""
    rows = PROCEDURES.versions(code)
    if not rows:
        raise Missing("onestop.no_procedure", N_("There is no procedure %(code)s."), code=code[:20])
    return rows[reading.version_on(PROCEDURES.get_all(rows), clock.today())]


def begin(person: Person, code: str, *, office: Agency, by: Person) -> Preparation:
    """Begin to fill a form for somebody at the counter. Where another office receives it, this one is where they were helped."""
    access.demand(by, RECEIVE)
    version = in_force(code)
    item = PROCEDURES.get(version)
    if item.filing is None or item.route != "provincial":
        raise Refused("onestop.not_filed_here", N_("This procedure is not filed here."))
    if access.concerned(by, access.Owner(person.pk)):
        raise Refused(
            "onestop.own_counter", N_("Nobody files at the counter for themselves, or for whom they hold a mandate.")
        )
    now = clock.now()
    with transaction.atomic():
        draft = forms.begin(item.filing.form, by=by, data=_known(item, person))
        return Preparation.objects.create(
            code=secrets.token_urlsafe(16),
            procedure=version,
            by=by,
            person=person,
            draft=draft,
            office=office,
            channel="counter",
            delivery="counter",
            begun_at=now,
            saved_at=now,
        )


def _known(item: ProcedureItem, person: Person) -> dict[str, Any]:
    """Return the answers that the record of the person gives: the name. What else there is, the clerk reads from the card."""
    data: dict[str, Any] = {}
    for fill in item.filing.prefill if item.filing else ():
        if fill.source == "name":
            _put(data, fill.answer.split("."), person.name)
    return data


def _put(data: dict[str, Any], path: list[str], value: str) -> None:
    for part in path[:-1]:
        data = data.setdefault(part, {})
    data[path[-1]] = value


def preparation(code: str, by: Person, *, hold: bool = False) -> Preparation:
    """Return what a clerk prepares at the counter; to others it does not exist."""
    rows = Preparation.objects.filter(code=code, by=by, channel="counter")
    if hold:
        rows = rows.select_for_update(of=("self",))
    found = rows.select_related("procedure", "person", "draft__form", "office").first()
    if found is None:
        raise Missing("onestop.no_preparation", N_("There is no such preparation."))
    return found


def add_paper(code: str, paper: str, file: File, *, copy: str, pages: int, by: Person) -> DossierPaper:
    """Add a scan of a paper, made by the clerk, which is kept as such."""
    with transaction.atomic():
        found = _open(code, by)
        item = PROCEDURES.get(found.procedure)
        if paper not in {need.paper for need in item.papers}:
            raise Refused("onestop.other_paper", N_("This procedure asks for no such paper."))
        return DossierPaper.objects.create(
            preparation=found, paper=paper, file=file, copy=copy, pages=pages, digitised_by=by, given_at=clock.now()
        )


def drop_paper(code: str, number: int, *, by: Person) -> None:
    """Take a scan back before the sending."""
    with transaction.atomic():
        paper = _open(code, by).papers.select_related("file").filter(pk=number).first()
        if paper is not None:
            preparing.drop_file(paper, actor=by.actor)


def _open(code: str, by: Person) -> Preparation:
    found = preparation(code, by, hold=True)
    if found.dossier_id is not None:
        raise Refused("onestop.sent_already", N_("This dossier has been sent already."))
    return found


def owner(found: Preparation) -> str:
    """Return to whom files of a preparation belong."""
    return f"preparation:{found.pk}"


def send(code: str, sent: Sent, *, by: Person) -> Dossier:
    """File what was prepared, and receive it at once where that is asked: all of it or nothing. Sent twice it is one dossier."""
    with transaction.atomic():
        found = preparation(code, by, hold=True)
        if found.dossier is not None:
            return found.dossier
        if found.draft is None or found.person is None or found.office is None:
            raise Missing("onestop.no_preparation", N_("There is no such preparation."))
        version = found.draft.form
        _form, answers = forms.finish(found.draft.code, by=by, seen=sent.seen)
        home = people.home(by)
        dossier = filing.file(
            filing.Filed(
                sending=uuid.uuid5(_SENDINGS, found.code),
                procedure=found.procedure,
                applicant=found.person,
                by=by,
                office=found.office,
                channel="counter",
                delivery=sent.delivery,
                form=version,
                answers=answers,
                papers=list(found.papers.all()),
                phone=sent.phone,
                email=sent.email,
                address=sent.address,
                helped_at=home if home.pk != found.office.pk else None,
            )
        )
        found.dossier = dossier
        found.save(update_fields=["dossier"])
        if sent.receive and receives(by, found):
            cases.act(dossier.pk, "accept", by=by, until=sent.until)
        _link(dossier, by)
    return dossier


def _link(dossier: Dossier, by: Person) -> None:
    """Note the dossier on the number of whoever stands at the clerk's counter. A number that ends meanwhile stops no filing."""
    standing = tickets.serving(by)
    if standing is not None:
        with contextlib.suppress(Missing):
            tickets.link(standing.code, f"dossier:{dossier.pk}", by)


def receives(by: Person, found: Preparation) -> bool:
    """Tell whether the clerk's own office receives what they prepare."""
    return access.allow(by, RECEIVE, found.office)

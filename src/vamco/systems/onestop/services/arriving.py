"""Dossiers that were filed elsewhere and that an office of the province has to decide: they become dossiers here, each once."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction

from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.onestop.models import DossierPaper
from vamco.systems.onestop.queries import PROCEDURES
from vamco.systems.onestop.services.filing import Filed, file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.kernel.record.files.models import File
    from vamco.systems.onestop.models import Dossier

_NAMES: Final = uuid.UUID("2b9a9d4a-6a5e-5c0e-9d37-5a1f0e9b7c11")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A dossier as its own system hands it over; `number` is what it is called there. `papers`: code of the paper, file, kind of copy."""

    source: str
    number: str
    procedure: str
    office: str
    citizen_id: str
    name: str
    phone: str = ""
    email: str = ""
    address: str = ""
    papers: Sequence[tuple[str, File, str]] = ()


def take_in(given: Arrived) -> Dossier:
    """File a dossier that was filed elsewhere, once however often it comes. Who is not known here becomes known by the verified number.

    Refused for a procedure that is not decided here; Missing for an office or a procedure that is not known.
    """
    with transaction.atomic():
        person = people.find_by_number("citizen_id", given.citizen_id)
        if person is None:
            person = people.add(given.name)
            people.record_number(person, "citizen_id", given.citizen_id)
        if not isinstance(person, people.Person):
            raise Refused("onestop.not_a_person", N_("The number of the applicant is not that of a person."))
        person = people.kept(person)
        office = agencies.get(given.office)
        rows = PROCEDURES.versions(given.procedure)
        if not rows:
            raise Missing("onestop.no_procedure", N_("There is no procedure %(code)s."), code=given.procedure[:20])
        dossier = file(
            Filed(
                sending=uuid.uuid5(_NAMES, f"{given.source}:{given.number}"),
                procedure=PROCEDURES.newest(given.procedure),
                applicant=person,
                by=person,
                office=office,
                channel="online",
                delivery="online",
                phone=given.phone,
                email=given.email,
                address=given.address,
                handed_over=True,
            )
        )
        if not dossier.papers.exists():
            DossierPaper.objects.bulk_create(
                DossierPaper(dossier=dossier, paper=paper, file=file_, copy=copy, given_at=dossier.sent_at)
                for paper, file_, copy in given.papers
            )
    return dossier

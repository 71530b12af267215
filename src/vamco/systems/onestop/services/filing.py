"""Filing: a dossier begins, with its number, its case and its papers, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.events import public as events
from vamco.kernel.record.numbers import public as numbers
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.worktime import public as worktime
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import N_, Refused
from vamco.lib.time import HCM
from vamco.systems.onestop.contracts import KIND
from vamco.systems.onestop.models import Dossier, DossierPaper
from vamco.systems.onestop.queries import PROCEDURES
from vamco.systems.onestop.rules import looking, terms
from vamco.systems.onestop.rules.status import national_code
from vamco.systems.onestop.services import hooks
from vamco.vocab.onestop import DossierMoved

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from vamco.kernel.work.forms.models import FormVersion
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Organisation, Person
    from vamco.systems.onestop.contracts import Channel, Delivery
    from vamco.systems.onestop.declaration import FilingItem
    from vamco.systems.onestop.models import ProcedureVersion

SERIES = "onestop.dossier"
COMMUNE: Final = "commune"
"""The kind of agency that a commune's office is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What is sent: of which version of a procedure, by and for whom, where, with which answers and papers.

    `sending` is made by the page that sends: what is sent twice with it is one dossier.
    """

    sending: UUID
    procedure: ProcedureVersion
    applicant: Person | Organisation
    by: Person
    office: Agency
    channel: Channel
    delivery: Delivery
    form: FormVersion | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    papers: Sequence[DossierPaper] = ()
    phone: str = ""
    email: str = ""
    address: str = ""
    helped_at: Agency | None = None
    handed_over: bool = False  # the national portal took it and hands it to the office that decides


def file(given: Filed) -> Dossier:
    """File a dossier; sent twice it is filed once. Refused for a procedure that is not filed here, or has ended.

    Who may file for whom, and whether form and papers are complete, is asked before (`preparing`).
    """
    item = PROCEDURES.get(given.procedure)
    if item.filing is None or (item.route != "provincial" and not given.handed_over):
        raise Refused("onestop.not_filed_here", N_("This procedure is not filed here."))
    now = clock.now()
    with transaction.atomic():
        known = Dossier.objects.filter(sending=given.sending).first()
        if known is not None:
            return known
        handler = _handler(item.filing, given.office)
        calendar = worktime.calendar_of(given.office)
        case = cases.open_case(
            KIND,
            key=str(given.sending),
            title=item.name,
            agency=handler,
            issuer=given.office,
            by=given.by,
            applicant=given.applicant,
            matter=item.filing.matter,
            due_at=worktime.due(now, worktime.Amount(terms.RECEPTION_HOURS, "hour"), calendar),
            terms=terms.of(item),
        )
        day = now.astimezone(HCM).date()
        number = numbers.take(SERIES, given.office.code, day, key=f"dossier:{given.sending}")
        dossier = Dossier.objects.create(
            case=case,
            number=number.text,
            sending=given.sending,
            procedure=given.procedure,
            form=given.form,
            answers=given.answers,
            applicant_name=given.applicant.name,
            folded=looking.folded(given.applicant.name, number.text),
            reach=sorted({given.office.pk, handler.pk}),
            phone=given.phone,
            email=given.email,
            address=given.address,
            office=given.office,
            helped_at=given.helped_at,
            filed_by=given.by,
            channel=given.channel,
            delivery=given.delivery,
            sent_at=now,
        )
        for paper in given.papers:
            paper.dossier = dossier
            paper.save()
        hooks.run(dossier, case, cases.entry(case, case.seq))
        events.emit(DossierMoved(case.pk, number.text, case.seq, "open", national_code(case.state)))
    return dossier


def _handler(terms_of: FilingItem, office: Agency) -> Agency:
    """Return who decides: who received it, or the agency that the procedure names for this level."""
    handled_by = (office.kind != COMMUNE and terms_of.handled_above) or terms_of.handled_by
    return office if handled_by == "office" else agencies.get(handled_by)

"""Deletion by request: holding by holding, each in a transaction of its own, so that a crash loses nothing and repeats nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.work.cases import public as cases
from vamco.lib.errors import N_
from vamco.systems.privacy.contracts import Erased
from vamco.systems.privacy.models import Erasure, Request
from vamco.systems.privacy.queries import table
from vamco.systems.privacy.services import registry, requests
from vamco.systems.privacy.services.consents import CHAIN

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person
    from vamco.systems.privacy.contracts import Holding, Rule

NOT_LISTED = N_("The retention table has no rule for it, so nothing is deleted until there is one.")


def erase(case_id: int) -> None:
    """Erase what an accepted request asks for, go on where a crash has stopped, and close the request with a report."""
    for holding in registry.holdings():
        if not _erase_one(case_id, holding):
            return
    requests.carried_out(case_id, report(case_id))


def _erase_one(case_id: int, holding: Holding) -> bool:
    """Erase one holding, once; False where the request is no longer being carried out."""
    with transaction.atomic():
        request = Request.objects.select_for_update(of=("self",)).select_related("case__applicant").get(case=case_id)
        case, person = request.case, request.case.applicant
        if case.state != "working" or person is None:
            return False
        if Erasure.objects.filter(request=request, holding=holding.code).exists():
            return True
        rule = table.rules().get(holding.code)
        number = cases.number(case)
        done = _done(holding, rule, person, number)
        Erasure.objects.create(
            request=request,
            holding=holding.code,
            deleted=done.deleted,
            anonymised=done.anonymised,
            kept=done.kept,
            reason=rule.reason if rule else "",
            reason_en=rule.reason_en if rule else "",
            at=clock.now(),
        )
        audit.record(
            "privacy.erase",
            actor=requests.MACHINE.actor,
            chain=CHAIN,
            subject=f"person:{person.pk}",
            purpose=number,
            detail={"holding": holding.code, "deleted": done.deleted, "anonymised": done.anonymised, "kept": done.kept},
        )
    return True


def _done(holding: Holding, rule: Rule | None, person: Person, ground: str) -> Erased:
    if rule is None or rule.on_request == "keep" or holding.erase is None:
        return Erased(kept=sum(len(section.records) for section in holding.sections(person)))
    return holding.erase(person, ground, requests.MACHINE.actor)


def report(case_id: int) -> str:
    """Say in Vietnamese, for the record, what was deleted, what was made anonymous, and what a law asks to keep."""
    rules = table.rules()
    lines = []
    with translation.override("vi"):
        for row in Erasure.objects.filter(request=case_id).order_by("pk"):
            name = rules[row.holding].name if row.holding in rules else row.holding
            if row.deleted or row.anonymised:
                said = gettext("%(name)s: deleted %(deleted)s, made anonymous %(anonymised)s.")
            elif row.kept:
                said = gettext("%(name)s: kept %(kept)s. %(reason)s")
            else:
                said = gettext("%(name)s: nothing was held.")
            why = row.reason or gettext(NOT_LISTED)
            data = {"name": name, "deleted": row.deleted, "anonymised": row.anonymised, "kept": row.kept, "reason": why}
            lines.append(said % data)
    return "\n".join(lines)

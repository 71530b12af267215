"""The tax office's part and duty by message, and the result by post: asked inside the act, and what comes of their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from vamco.kernel.work.cases import public as cases
from vamco.systems.counterparts import public as counterparts
from vamco.systems.onestop.models import Dossier
from vamco.systems.onestop.queries import PROCEDURES
from vamco.systems.onestop.rules import counterparts as which
from vamco.systems.onestop.services import hooks, telling
from vamco.systems.onestop.services.moving import MACHINE

if TYPE_CHECKING:
    from vamco.kernel.work.cases.models import Case, Entry
    from vamco.systems.onestop.rules.counterparts import TaxQuestion
    from vamco.vocab.counterparts import Answered

PART: Final = "tax"
_UNDER_WAY: Final = frozenset({"accepted", "in_transit", "delivering"})


def register() -> None:
    """Register what is asked of others, and when."""
    hooks.on("consult_tax", ask_part)
    hooks.on("ask_duty", ask_duty)
    hooks.on("issue", post_result)
    hooks.on("hand_over_by_post", handed_over)


def ask_part(dossier: Dossier, case: Case, entry: Entry) -> None:
    """Ask the tax office by message where the procedure has one; its official can answer by hand all the same."""
    _ask(dossier, case, entry, which.of_part(PROCEDURES.get(dossier.procedure).field))


def ask_duty(dossier: Dossier, case: Case, entry: Entry) -> None:
    """Ask the tax office what is due."""
    _ask(dossier, case, entry, which.of_duty(PROCEDURES.get(dossier.procedure).field))


def _ask(dossier: Dossier, case: Case, entry: Entry, kind: TaxQuestion | None) -> None:
    if kind is None or not counterparts.connected("tax"):
        return
    data: dict[str, Any] = {
        "SoHoSo": dossier.number,
        "ThuTuc": dossier.procedure.code,
        "NguoiNop": dossier.applicant_name,
        "CoQuan": case.agency.code,
        "ToKhai": dossier.answers,
    }
    subject = which.subject(case.pk)
    counterparts.tax.ask(
        subject,
        kind,
        data,
        f"{subject}:{entry.seq}",
        holder=case.applicant or dossier.filed_by,
        organisation=case.applicant_organisation,
    )


def post_result(dossier: Dossier, case: Case, _entry: Entry) -> None:
    """Give a result that is wished by post to the post, where it is connected and an address is known; else it waits at the counter."""
    if dossier.delivery == "post" and dossier.address and counterparts.connected("post"):
        to = {"name": dossier.applicant_name, "phone": dossier.phone, "address": dossier.address}
        subject = which.subject(case.pk)
        counterparts.post.send(subject, to, f"{subject}:post")


def heard(event: Answered) -> None:
    """Let a dossier follow what a counterpart answered; safe to repeat, and quiet where an official was faster."""
    number = which.case_of(event.subject)
    if number is None:
        return
    with transaction.atomic():
        dossier = Dossier.objects.select_for_update(of=("self",)).select_related("case").filter(pk=number).first()
        if dossier is None:
            return
        if event.line == "post":
            _carried(dossier, event.state)
        elif event.state in {"refused", "not_taken"}:
            telling.tax_refused(dossier, f"{event.key}:{event.number}", taken=event.state == "refused")
        elif event.kind == "household_registration" and event.state == "assigned":
            _answer_part(dossier.case)
        elif event.kind == "land_duty" and event.state == "paid" and dossier.case.state == "charging":
            cases.act(number, "duty_met", by=MACHINE)


def _answer_part(case: Case) -> None:
    part = case.parts.filter(part=PART, state="asked").order_by("pk").first()
    if part is not None:
        cases.act(
            part.pk, "answer_by_message", by=MACHINE, note="Cơ quan thuế đã cấp mã số thuế (trả lời qua hệ thống)."
        )


def _carried(dossier: Dossier, state: str) -> None:
    if dossier.case.state != "ready":
        return
    if state == "delivered":
        cases.act(dossier.pk, "hand_over_by_post", by=MACHINE)
    elif state == "returned" or (state in _UNDER_WAY and dossier.delivered == "none"):
        dossier.delivered = "at_counter" if state == "returned" else "posted"
        dossier.save(update_fields=["delivered"])


def handed_over(dossier: Dossier, _case: Case, entry: Entry) -> None:
    """Note when the post handed the result over."""
    dossier.delivered, dossier.delivered_at = "handed_over", entry.at

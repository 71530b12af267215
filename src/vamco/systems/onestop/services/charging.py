"""Money of a dossier: what its rules ask for at its moment, what the office names, and what becomes of it when the dossier ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from vamco.kernel.base.audit import public as audit
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.onestop.contracts import APPRAISE, RECEIVE
from vamco.systems.onestop.models import Dossier
from vamco.systems.onestop.queries import PROCEDURES
from vamco.systems.onestop.rules import fees
from vamco.systems.onestop.services import hooks
from vamco.systems.onestop.services.moving import MACHINE
from vamco.systems.payments import public as payments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.kernel.work.cases.public import Case, Entry
    from vamco.kernel.world.people.public import Person

_MOMENTS: Final = {"filing": "open", "supplement": "supply", "return": "issue"}
WHY: Final = {
    "refuse": "Hồ sơ không được tiếp nhận",
    "withdraw": "Hồ sơ đã được rút",
    "stop": "Hồ sơ đã dừng giải quyết",
}
BEFORE_RECEPTION: Final = frozenset({"submitted", "correcting"})
MAY_NAME: Final = frozenset({"submitted", "received", "appraising", "charging", "ready"})


def register() -> None:
    """Register when fees are asked for and given back."""
    for moment in ("open", "supply", "issue"):
        hooks.on(moment, at_moment)
    for end in ("refuse", "withdraw", "stop"):
        hooks.on(end, at_end)


def subject(dossier: Dossier, *, duty: bool = False) -> str:
    """Return how payments name a dossier's fees, or its financial duty."""
    return f"dossier:{dossier.pk}:duty" if duty else f"dossier:{dossier.pk}"


def invoices(dossier: Dossier) -> list[payments.InvoiceView]:
    """Return all that is asked for a dossier: its fees, then its duty."""
    return [*payments.of(subject(dossier)), *payments.of(subject(dossier, duty=True))]


def at_moment(dossier: Dossier, case: Case, entry: Entry) -> None:
    """Ask for the fee at the moment that the procedure names, where its rules say how much. Once for each dossier."""
    item = PROCEDURES.get(dossier.procedure)
    if item.filing is None or entry.act != _MOMENTS[item.filing.charged]:
        return
    due = of(dossier)
    if due.charges and not due.left:
        _ask(dossier, case, due.charges, key=f"{subject(dossier)}:fee", by=audit.SYSTEM)


def of(dossier: Dossier) -> fees.Fees:
    """Return what the rules of the procedure's version say of a dossier."""
    item = PROCEDURES.get(dossier.procedure)
    return fees.of(item.fees, dossier.channel, dossier.answers)  # type: ignore[arg-type]  # the column holds nothing else


def to_name(pk: int, by: Person) -> Dossier:
    """Return a dossier for which somebody may name what it costs; to others it does not exist."""
    rows = Dossier.objects.select_related("case__agency", "office", "procedure")
    found = rows.filter(pk=pk).first() if 0 < pk < 2**63 else None
    if found is None or not may_name(found, by):
        raise Missing("onestop.no_dossier", N_("There is no such dossier."))
    return found


def name(dossier: Dossier, charges: Sequence[fees.Charge], *, key: str, by: Person) -> str:
    """Ask for what the office names, and return the invoice's code: a fee that no rule says, or the duty of a dossier that waits for one.

    `key` is made by the page that sends: what is sent twice with it is one invoice.
    """
    if not may_name(dossier, by):
        raise Missing("onestop.no_dossier", N_("There is no such dossier."))
    with transaction.atomic():
        held = _locked(dossier.pk)  # an act that goes on meanwhile waits here, and then sees the invoice
        if held is None or held.case.state not in MAY_NAME:
            raise Refused("onestop.not_chargeable", N_("In this state nothing is asked for."))
        return _ask(held, held.case, charges, key=f"{subject(held)}:{key}", by=str(by.pk))


def ask_back(dossier: Dossier, code: str, amount: int, reason: str, *, key: str, by: Person) -> None:
    """Ask that what was paid goes back, such as after a dossier was stopped; somebody else decides on it. `key`: as for `name`."""
    if not may_name(dossier, by) or code not in {each.code for each in invoices(dossier)}:
        raise Missing("onestop.no_dossier", N_("There is no such dossier."))
    with transaction.atomic():
        payments.refund(code, amount, reason, by=str(by.pk), key=f"{subject(dossier)}:{key}")
        held = _locked(dossier.pk)
        if held is not None:
            _keep(held)


def _locked(pk: int) -> Dossier | None:
    """Return a dossier that nobody else changes, its case as it is once the lock is held."""
    return Dossier.objects.select_for_update(of=("self",)).select_related("office").filter(pk=pk).first()


def may_name(dossier: Dossier, by: Person) -> bool:
    """Return whether somebody may name what a dossier costs: who receives it in its office, or appraises it in its agency."""
    return access.allow(by, RECEIVE, dossier.office) or access.allow(by, APPRAISE, dossier.case.agency)


def _ask(dossier: Dossier, case: Case, charges: Sequence[fees.Charge], *, key: str, by: str) -> str:
    payer = case.applicant or case.applicant_organisation
    if payer is None:
        raise Refused("onestop.no_applicant", N_("A dossier without an applicant is not charged."))
    found = payments.ask(
        subject(dossier, duty=case.state == "charging"),
        payee=dossier.office,
        payer=payer,
        payer_name=dossier.applicant_name,
        lines=[payments.Line(each.name, each.name_en, each.count, each.price) for each in charges],
        key=key,
        by=by,
        matter=case.matter,
    )
    _keep(dossier)
    return found.code


def _keep(dossier: Dossier) -> bool:
    """Bring the finance axis up to date; True when it has moved."""
    rows = [(each.standing, each.paid, each.refunded) for each in invoices(dossier)]
    now = fees.finance(rows)
    if now == dossier.finance:
        return False
    dossier.finance = now
    dossier.save(update_fields=["finance"])
    return True


def at_end(dossier: Dossier, _case: Case, entry: Entry) -> None:
    """Ask no longer for what is open when a dossier ends without a result; refused, or withdrawn before its reception, give back what was paid.

    Whether a fee goes back after work was done no source says: a person asks for that refund.
    """
    early = entry.act == "refuse" or (entry.act == "withdraw" and entry.from_state in BEFORE_RECEPTION)
    why = WHY[entry.act]
    for each in invoices(dossier):
        if each.standing in {"open", "checking", "underpaid"}:
            payments.cancel(each.code, why, by=audit.SYSTEM)
        elif early and each.standing == "paid":
            cause: payments.RefundCause = "refused" if entry.act == "refuse" else "withdrawn"
            payments.give_back(each.code, why, by=audit.SYSTEM, cause=cause)
    _keep(dossier)


def moved(said: str) -> None:
    """An invoice has moved: let a dossier go on whose duty is met, and bring the axis up to date. Safe to repeat."""
    kind, _colon, rest = said.partition(":")
    number = rest.partition(":")[0]
    if kind != "dossier" or not number.isdecimal():
        return
    dossier = Dossier.objects.select_related("case").filter(pk=int(number)).first()
    if dossier is None:
        return
    with transaction.atomic():
        if dossier.case.state == "charging" and _met(dossier):
            cases.act(dossier.pk, "duty_met", by=MACHINE)  # first: an act locks the case and then the dossier
        held = _locked(dossier.pk)
        if held is not None:
            _keep(held)


def _met(dossier: Dossier) -> bool:
    asked = {each.standing for each in payments.of(subject(dossier, duty=True))} - {"cancelled"}
    return asked == {"paid"}

"""What the population register says of an applicant, for prefilled answers; and that a doubtful residence is reported. Case PR-03."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vamco.kernel.world.people import public as people
from vamco.systems.counterparts import public as counterparts
from vamco.systems.onestop.rules.prefilling import Known
from vamco.systems.onestop.services import hooks, prefill

if TYPE_CHECKING:
    from vamco.kernel.work.cases.models import Case, Entry
    from vamco.systems.onestop.models import Dossier

CODE: Final = "population"
TO: Final = "counterpart:population"
BASIS: Final = "onestop.form"
PURPOSE: Final = "Điền sẵn tờ khai thủ tục hành chính"
_FILLS: Final = frozenset({
    "name",
    "born",
    "sex",
    "nationality",
    "ethnicity",
    "residence.commune",
    "residence.address",
    "marital_status",
})  # fmt: skip


def population(applicant: people.Person | people.Organisation, by: people.Person) -> dict[str, Known]:
    """Return what the register says of somebody who files for themselves, by source of a `Prefill`; parts in doubt are left out.

    Nothing where no register is connected, the applicant has no citizen ID here, or somebody else files. Unavailable when it does not
    answer.
    """
    if isinstance(applicant, people.Organisation) or by != applicant or not counterparts.connected(CODE):
        return {}
    number = people.disclose_number(applicant, "citizen_id", to=TO)
    if not number:
        return {}
    answer = counterparts.person(number, purpose=PURPOSE, basis=BASIS, by=by, about=applicant)
    if answer.state != "found":
        return {}
    said = {name: value for name, value in answer.fields.items() if name in _FILLS}
    return {name: Known(value.value, CODE, value.as_of) for name, value in said.items()}


SOURCE: Final = prefill.Source(CODE, counterparts.NAMES[CODE], population)


def report_doubt(dossier: Dossier, case: Case, _entry: Entry) -> None:
    """Ask the commune to correct the register where its answer about the applicant was in doubt; the dossier goes on."""
    if case.applicant is not None:
        counterparts.report(case.applicant, known_as=dossier.number, office=dossier.office)


def register() -> None:
    """Let the register fill in answers, and report doubtful ones."""
    prefill.register(SOURCE)
    hooks.on("open", report_doubt)

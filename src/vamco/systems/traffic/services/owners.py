"""The owner's look-up: by plate and number of the notice, without signing in; contesting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.identity import public as identity
from vamco.systems.traffic.contracts import LookedUp
from vamco.systems.traffic.models import Statement, Violation
from vamco.systems.traffic.queries import violations
from vamco.systems.traffic.services import proposing, reviewing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from vamco.kernel.record.files.models import File

MOST_TEXT = 4000


def look_up(plate: str, notice: str, *, network: str) -> LookedUp:
    """Return a violation by its plate and the number of its notice: one answer for every wrong pair; Refused after too many tries."""
    with identity.counted_try("traffic.look_up", network), identity.counted_try(f"notice:{notice[:40].upper()}", "*"):
        try:
            right = reviewing.normal(plate)
        except Refused:
            right = ""
        found = _rows().filter(plate=right, notice=notice.strip().upper()).exclude(notice="").first()
        if found is None:
            raise Missing("traffic.not_found", N_("There is no notice with this number for this plate."))
    return looked_up(found)


def by_code(code: str) -> LookedUp:
    """Return the same by the code that a look-up gave; it cannot be guessed."""
    return looked_up(_by_code(code))


def picture(code: str, name: str) -> bytes:
    """Return a picture of the evidence for the owner, bystanders blurred."""
    return violations.part(_by_code(code), f"owner/{name}")


def contest(code: str, text: str, files: Sequence[File] = ()) -> LookedUp:
    """Contest a violation on the owner's behalf: what they say, and their photos. Once while it stands as notified."""
    if len(text.strip()) < 10:  # noqa: PLR2004  # a sentence
        raise Refused("traffic.no_statement", N_("Enter at least 10 characters."))
    with transaction.atomic():
        violation = _by_code(code)
        cases.act(violation.pk, "contest", by=proposing.MACHINE, note=text.strip()[:MOST_TEXT], files=files)
        Statement.objects.create(violation=violation, text=text.strip()[:MOST_TEXT], at=clock.now())
    return by_code(code)


def looked_up(violation: Violation) -> LookedUp:
    """Return what the owner sees."""
    seen = violations.view(violation)
    definition = cases.definition_of(violation.case.kind)
    state = definition.states[violation.case.state]
    agency = violation.case.agency
    return LookedUp(
        code=violation.code,
        notice=violation.notice,
        state=state.code,
        state_name=state.shown or state.name,
        state_name_en=state.shown_en or state.name_en,
        title=seen.title,
        title_en=seen.title_en,
        at=violation.at,
        place=violation.camera.name,
        plate=violation.plate,
        kind=violation.kind,
        article=seen.article,
        agency=agency.name,
        agency_en=agency.name_en,
        frames=tuple(
            sorted(name.removeprefix("owner/") for name in violations.names(violation) if name.startswith("owner/"))
        ),
        may_contest=state.code == "notified" and clock.today() <= violation.limitation,
        amount=violation.amount,
        invoice=violation.invoice,
        decided_on=violation.sanction_day,
    )


def _by_code(code: str) -> Violation:
    found = _rows().filter(code=code).exclude(notice="").first()
    if found is None:
        raise violations.no_violation(code)
    return found


def _rows() -> QuerySet[Violation]:
    return Violation.objects.select_related("case__kind", "case__agency", "camera", "rule", "evidence__file__content")

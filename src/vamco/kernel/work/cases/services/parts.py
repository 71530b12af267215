"""Parallel parts: cases that other agencies work on for this one, each with its own inbox, deadline and timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.work.cases.contracts import Given
from vamco.kernel.work.cases.queries import definitions, rows
from vamco.kernel.work.cases.services import holding, ledger
from vamco.kernel.work.cases.services.opening import open_case
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import N_, Named, Refused

if TYPE_CHECKING:
    from vamco.kernel.work.cases.contracts import Act, Definition
    from vamco.kernel.work.cases.models import Case
    from vamco.kernel.work.cases.queries.rights import Actor
    from vamco.kernel.world.agencies.models import Agency


def hand_out(case: Case, definition: Definition, act: Act, agency: Agency | None, by: Actor) -> None:
    """Open the parts of an act, each at the agency that the kind names, else at the one that the person named."""
    for code in act.parts:
        part = definition.parts[code]
        chosen = agencies.get(part.agency) if part.agency else agency
        if chosen is None:
            raise Refused(
                "cases.agency_missing",
                N_("Please name the agency that “%(part)s” is handed to."),
                part=Named(part.name, part.name_en),
            )
        if not part.agency:
            holding.demand_at_work(chosen)
        opened = open_case(
            part.kind,
            key=f"part:{case.pk}:{case.seq}:{code}",
            title=f"{part.name}: {case.title}"[:300],
            agency=chosen,
            issuer=case.agency,
            place=case.place,
            matter=case.matter,
            by=by,
        )
        opened.parent, opened.part = case, code
        opened.save(update_fields=["parent", "part"])
        case.open_parts += 1


def ended(parent: Case, case: Case, by: Actor | None) -> None:
    """Keep on the parent, which is locked, that one of its parts has ended."""
    parent.open_parts -= 1
    entry = ledger.enter(
        parent,
        "part_ended",
        by,
        parent.state,
        agency=case.agency,
        given=Given(note=case.title),
        other=f"case:{case.pk}",
    )
    ledger.write(parent, entry)


def call_back(case: Case, by: Actor) -> None:
    """End the parts that are still open, because the case no longer wants them."""
    for part in (
        case.parts.select_for_update(of=("self",)).select_related(*rows.BESIDE).filter(open=True).order_by("pk")
    ):
        definition = definitions.definition_of(part.kind)
        if part.open_parts:
            call_back(part, by)
        before = part.state
        entry = ledger.enter(
            part, "called_back", by, definition.called_back, agency=case.agency, other=f"case:{case.pk}"
        )
        ledger.move(part, definition, before, entry.at)
        ledger.write(part, entry)
    case.open_parts = 0

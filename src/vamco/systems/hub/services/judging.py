"""The verdict on a batch: against its contract, the code lists, and what stands in the table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from vamco.kernel.base import clock
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.places import public as places
from vamco.lib.errors import N_, Refused
from vamco.systems.hub import queries
from vamco.systems.hub.adapters.intake.batch import Setting
from vamco.systems.hub.rules import grading, slices
from vamco.systems.hub.services import measuring
from vamco.systems.hub.services.standing import Standing

if TYPE_CHECKING:
    import datetime as dt

    from vamco.systems.hub.adapters.intake.batch import Batch
    from vamco.systems.hub.contracts import Contract, Finding, Layout, Reason

INTERNAL = N_("The batch could not be taken in because of a fault of the platform; nothing was changed")
INTERRUPTED = N_("The platform stopped in the middle; nothing was changed")


@dataclass(frozen=True)
class Verdict:
    """What the checks say: `reason` refuses the batch as a whole, `hold` makes it wait for a person.

    `good` rows (those that revise among them), `repeats` and bad ones are all rows of the batch.
    """

    good: int
    reason: Reason | None
    findings: tuple[Finding, ...]
    repeats: int = 0
    hold: Reason | None = None


def setting(contract: Contract, name: str = "", layout: Layout | None = None) -> Setting:
    """The code lists that the contract names, today, and what the name of a file says; Refused when it is no such name."""
    lists = {check.value for check in contract.declared if check.kind == "reference"}
    lists |= {check.value["list"] for check in contract.declared if check.kind == "coverage"}
    found = {code: _code_list(code) for code in sorted(lists)}
    return Setting(found, clock.today(), _named(name, layout) if name and layout else {})


def _named(name: str, layout: Layout) -> dict[str, str]:
    found = slices.said(layout.name_form, PurePosixPath(name).name)
    if found is None:
        raise Refused("hub.file_name", N_("The file is not named as agreed (%(form)s)"), form=layout.name_form)
    return found


def _code_list(name: str) -> list[tuple[str, dt.date, dt.date | None]]:
    if name == "communes":
        return list(places.ever_communes().values_list("code", "valid_from", "valid_to"))
    kinds = ("investor",) if name == "investors" else ()
    return list(agencies.of_kind(*kinds).values_list("code", "valid_from", "valid_to"))


def judge(contract: Contract, batch: Batch) -> Verdict:
    """The verdict on a batch that was read."""
    standing = Standing(contract, queries.relation(contract.id), batch)
    batch.judge_keys(standing.staying())
    good, repeats = batch.counts()
    parts = standing.parts()
    before = sum(part.before for part in parts) if contract.slice_column else standing.table.rows
    found = grading.Batch(
        batch.rows, good, repeats, before, parts if contract.slice_column else (), measuring.burdens(standing)
    )
    broken = measuring.broken(standing, found)
    warned = [
        grading.finding_of(check)
        for check in grading.batch_checks(contract)
        if check.severity == "warning" and check.code in broken
    ]
    fractions, doubtful = measuring.fractions(standing)
    return Verdict(
        good,
        batch.mixed or measuring.never_given(standing) or grading.refusal(contract, found, broken) or fractions,
        (*batch.findings(), *warned),
        repeats,
        measuring.emptied(standing) or doubtful,
    )

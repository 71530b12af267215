"""What a reader is shown of rows: those within their reach, personal data masked, or whole for a stated purpose.

All rows that people see come from here. Source: Luật 91/2025/QH15 (personal data): use for a stated purpose.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.places import public as places
from vamco.lib.errors import N_, Forbidden, Missing
from vamco.systems.hub import queries
from vamco.systems.hub.contracts import DisclosedRow, Sight
from vamco.systems.hub.rules import grading
from vamco.vocab.relation import ROW, RUN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vamco.kernel.record.files.models import File
    from vamco.kernel.world.people.models import Person
    from vamco.systems.hub.contracts import Contract, FileAccess, QuarantinedRow, SourceRow
    from vamco.systems.hub.models import Dataset, Run
    from vamco.vocab.relation import Within

VIEW, SEE = "hub.view_runs", "hub.see_personal"


def sight(dataset: str, reader: Person | None) -> Sight:
    """Which rows of a dataset a reader may see, and in which of them personal data may be opened."""
    return _sight(queries.dataset(dataset), reader)


def _sight(row: Dataset, reader: Person | None) -> Sight:
    return Sight(row.code, *(_within(row, access.scope(reader, act)) for act in (VIEW, SEE)))


def _within(row: Dataset, scope: access.Scope) -> Within:
    """Where a scope lies in a dataset; the codes are looked up only where they decide."""
    if scope.nowhere or scope.covers(row.owner.path):
        return () if scope.nowhere else None
    units: dict[str, set[int]] = defaultdict(set)
    if scope.limited:
        for code, pk in places.ever_communes().values_list("code", "pk"):
            units[code].add(pk)
    return grading.within(
        scope,
        row.owner.path,
        queries.contract_of(row.contract),
        dict(agencies.of_kind().values_list("code", "path")),
        {code: frozenset(found) for code, found in units.items()},
    )


def disclose(
    rows: Sequence[tuple[str, Mapping[str, Any]]], reader: Person | None, purpose: str | None = None
) -> list[DisclosedRow | None]:
    """Give rows of the lake, each with the name of its dataset, as a reader may see them; None for one out of their reach.

    With a `purpose`, personal data are whole in the rows in which the reader may open them; who, which rows, which fields and
    what for stands in the audit log before they are given. Forbidden when the reader may open none.
    """
    known = {name: queries.dataset(name) for name in dict.fromkeys(name for name, _ in rows)}
    sights = {name: _sight(row, reader) for name, row in known.items()}
    contracts = {name: queries.contract_of(row.contract) for name, row in known.items()}
    plain = {name: grading.plain_labels(contract) for name, contract in contracts.items()}
    found: list[DisclosedRow | None] = []
    for name, marked in rows:
        values = {column: value for column, value in marked.items() if column not in {RUN, ROW}}
        if not grading.lies_within(sights[name].rows, values):
            found.append(None)
            continue
        names = grading.hidden(values, plain[name])
        may_open = bool(names) and grading.lies_within(sights[name].personal, values)
        found.append(DisclosedRow(marked[RUN], marked[ROW], values, names, may_open))
    if purpose is not None:
        _demand_any(sights.values())
        for name, row in known.items():
            opened = [
                each for (own, _), each in zip(rows, found, strict=True) if own == name and each and each.may_open
            ]
            _record(f"dataset:{name}", row, opened, reader, purpose)
    return [each and _shown(each, opened=purpose is not None) for each in found]


def _shown(row: DisclosedRow, *, opened: bool) -> DisclosedRow:
    if opened and row.may_open:
        return replace(row, masked=frozenset(), may_open=False, opened=True)
    return replace(row, values=grading.mask(row.values, row.masked))


def _demand_any(sights: Iterable[Sight]) -> None:
    if all(each.personal == () for each in sights):
        raise Forbidden("access.not_allowed", N_("You are not allowed to do this."), act=SEE)


def _record(
    subject: str, row: Dataset, opened: Sequence[DisclosedRow], reader: Person | None, purpose: str, **more: Any
) -> None:
    """Write down a look at personal data; nothing is written when no value was opened."""
    if not opened and not more:
        return
    by_run: dict[str, list[int]] = defaultdict(list)
    for each in opened:
        by_run[str(each.run)].append(each.row)
    assert reader is not None  # noqa: S101  # nobody is allowed to open anything
    audit.record_access(
        subject,
        actor=str(reader.pk),
        chain=row.owner.code,
        purpose=purpose.strip(),
        fields=sorted({name for each in opened for name in each.masked}),
        act=SEE,
        detail={
            "dataset": row.code,
            "rows": {run: sorted(set(numbers)) for run, numbers in by_run.items()},
            **access.on_behalf(reader, SEE, row.owner),
            **more,
        },
    )


def _run(run_id: int, reader: Person | None) -> Run:
    """A run of a dataset whose owner lies in the reader's reach; to others it does not exist."""
    found = queries.run_row(run_id)
    if not access.allow(reader, VIEW, found.dataset.owner):
        raise Missing("hub.no_run", N_("There is no run %(run)s."), run=run_id)
    return found


def _contracts(run: Run) -> tuple[Contract, Contract]:
    """The contract that a run was measured against, and the one in force: what either marks is personal."""
    return queries.contract_of(run.contract), queries.contract_of(run.dataset.contract)


def quarantine(
    run_id: int, reader: Person | None, purpose: str | None = None, *, page: int = 1, size: int = queries.PAGE
) -> list[QuarantinedRow]:
    """Give the rows of a run that were not taken, in order, as a reader may see them; `purpose` as in `disclose`.

    Where the dataset has personal data, a cell that does not fit its column is masked, and a row that looks shifted as a whole.
    """
    run = _run(run_id, reader)
    contracts = _contracts(run)
    area = _sight(run.dataset, reader).personal
    rows, shown = [], []
    for kept, row in queries.quarantined(run, page, size):
        names = grading.hidden(row.values, grading.plain_labels(*contracts, codes=kept.reasons))
        may_open = bool(names) and grading.lies_within(area, row.values)
        rows.append(row)
        shown.append(DisclosedRow(run.pk, row.row, row.values, names, may_open))
    _open(run, area, shown, reader, purpose)
    given = [_shown(each, opened=purpose is not None) for each in shown]
    return [
        replace(row, values=each.values, masked=each.masked, may_open=each.may_open, opened=each.opened)
        for row, each in zip(rows, given, strict=True)
    ]


def source_row(run_id: int, row: int, reader: Person | None, purpose: str | None = None) -> SourceRow:
    """Give a row as it stands in the file of a run, as a reader may see it; `purpose` as in `disclose`.

    What the contract does not name may be anything, so it is masked, too.
    """
    run = _run(run_id, reader)
    contracts = _contracts(run)
    found = queries.source_row(run, row)
    plain = grading.plain_labels(*contracts, codes=queries.reason_codes(run, row))
    names = grading.hidden(found.values, plain)
    area = _sight(run.dataset, reader).personal
    # What the columns are called in the file is the sender's choice, so a limit to codes lets nothing pass.
    each = DisclosedRow(run.pk, row, found.values, names, bool(names) and area is None)
    _open(run, area, [each], reader, purpose)
    shown = _shown(each, opened=purpose is not None)
    return replace(found, values=shown.values, masked=shown.masked, may_open=shown.may_open, opened=shown.opened)


def _open(run: Run, area: Within, rows: Sequence[DisclosedRow], reader: Person | None, purpose: str | None) -> None:
    if purpose is None:
        return
    _demand_any([Sight(run.dataset.code, None, area)])
    _record(f"run:{run.pk}", run.dataset, [each for each in rows if each.may_open], reader, purpose)


def file_access(run_id: int, reader: Person | None) -> FileAccess:
    """Whether a reader may have the file of a run: at once when it holds what the contract names and no personal data."""
    run = _run(run_id, reader)
    contracts = _contracts(run)
    if not any(contract.personal_columns for contract in contracts):
        labels, plain = queries.file_labels(run), grading.plain_labels(*contracts)
        if labels is not None and all(not label or grading.label(label) in plain for label in labels):
            return "free"
    return "purpose" if access.allow(reader, SEE, run.dataset.owner) else "closed"


def source_file(run_id: int, reader: Person | None, purpose: str | None = None) -> File:
    """Give the file that a run was made from, as it was delivered; where it may hold personal data, only for a purpose."""
    found = queries.source_file(_run(run_id, reader))
    if (may := file_access(run_id, reader)) == "free":
        return found
    if purpose is None or may == "closed":
        raise Forbidden(
            "hub.personal_file", N_("This file may hold personal data; it is given out only for a stated purpose.")
        )
    run = queries.run_row(run_id)
    _record(f"run:{run_id}", run.dataset, [], reader, purpose, file=found.sha256)
    return found

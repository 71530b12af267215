"""Who has reported in a dataset up to when: kept with each publication, so that a silent commune is unknown, not nought."""

# ruff: noqa: S608  # names are quoted where the SQL is put together
from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models.functions import Coalesce

from vamco.lib.time import local_date
from vamco.systems.hub import queries
from vamco.systems.hub.adapters.intake.sql import quoted
from vamco.systems.hub.contracts import ReceiptKind
from vamco.systems.hub.models import Dataset, Receipt, Reported, Run
from vamco.systems.hub.rules import due, slices
from vamco.vocab.relation import RUN

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from vamco.systems.hub.contracts import Contract
    from vamco.systems.hub.rules.expecting import Expectation
    from vamco.vocab.relation import Relation


def note(dataset: str) -> None:
    """Keep up to when each of those who are expected to report has done so. In the transaction that changed what is known.

    Call it after a publication, and after word came that there is nothing to report. It reads what the table says now, so that
    what left the table is no longer taken as reported.
    """
    row = queries.dataset(dataset)
    contract = queries.contract_of(row.contract)
    expected = queries.expectation(contract)
    if expected is None:
        return
    until: dict[str, dt.date] = {}
    for code, day in (*_in_table(row, contract, expected), *_in_names(row, expected)):
        until[code] = max(day, until.get(code, day))
    Reported.objects.filter(dataset=row).delete()
    Reported.objects.bulk_create(Reported(dataset=row, code=code, until=day) for code, day in sorted(until.items()))


def _in_table(row: Dataset, contract: Contract, expected: Expectation) -> Iterator[tuple[str, dt.date]]:
    """What the rows in force say: the last day of each, or the end of a period that was over when its rows came."""
    if not expected.date or row.snapshot is None:
        return
    table = queries.relation(contract.id, row.snapshot)
    if not table.files or not {expected.column, expected.date} <= set(table.columns):
        return
    found = _newest(table, expected)
    came = _came({run for _, run, _ in found})
    for code, run, day in found:
        yield code, due.reach(contract.period, day, came.get(run, day))


def _newest(table: Relation, expected: Expectation) -> list[tuple[str, int, dt.date]]:
    from sqlglot import exp, parse_one

    query = parse_one(
        f"SELECT CAST({quoted(expected.column)} AS VARCHAR) AS code, {quoted(RUN)} AS run, "
        f"MAX(CAST({quoted(expected.date)} AS DATE)) AS day FROM t "
        f"WHERE {quoted(expected.column)} IS NOT NULL AND {quoted(expected.date)} IS NOT NULL "
        f"GROUP BY {quoted(expected.column)}, {quoted(RUN)}"
    )
    assert isinstance(query, exp.Select)  # noqa: S101  # parsed from our own text
    found = queries.engine().run(query, {"t": table}).to_pylist()
    return [(row["code"], row["run"], row["day"]) for row in found]


def _came(runs: set[int]) -> dict[int, dt.date]:
    found = Run.objects.filter(pk__in=runs).annotate(came=Coalesce("delivered_at", "started_at"))
    return {pk: local_date(came) for pk, came in found.values_list("pk", "came")}


def _in_names(row: Dataset, expected: Expectation) -> Iterator[tuple[str, dt.date]]:
    """What file names say: that one has nothing to report, or, where rows have no day, that one has reported at all."""
    if not expected.name_form:
        return
    kinds = {ReceiptKind.NOTHING} if expected.date else set(ReceiptKind) - {ReceiptKind.EMPTY}
    receipts = Receipt.objects.filter(dataset=row, kind__in=kinds).values_list("name", "at", "covers_until")
    came = [(name, until or local_date(at)) for name, at, until in receipts]
    if not expected.date:
        published = Run.objects.filter(dataset=row, in_force=True).annotate(came=Coalesce("delivered_at", "started_at"))
        came += [(name, day or local_date(at)) for name, day, at in published.values_list("name", "as_of", "came")]
    for name, day in came:
        if code := slices.named(expected.name_form, name, expected.column):
            yield code, day

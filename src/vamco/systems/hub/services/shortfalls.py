"""What the quarantine of a run carries, and when somebody has said something newer of it."""

# ruff: noqa: S608  # names are quoted and texts are literals where the SQL is put together
from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection

from vamco.systems.hub.adapters.intake.checks import missing, typed
from vamco.systems.hub.adapters.intake.sql import literal
from vamco.systems.hub.models import Quarantined, Run
from vamco.systems.hub.services import comparing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vamco.systems.hub.adapters.intake.batch import Batch
    from vamco.systems.hub.contracts import Contract

_NUMBERS = ("long", "double", "decimal")
_AT_A_TIME = 10_000


def set_aside(run: Run, contract: Contract, batch: Batch, limit: int | None = None) -> None:
    """Write the rows that were not taken into the database, with their keys and with what could be read of their numbers."""
    facts = _facts(contract, batch)
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY hub_quarantined (run_id, row, reasons, content, key_hash, amounts) FROM STDIN") as copy,
    ):
        for row, reasons, content in batch.bad(limit):
            key, amounts = facts.get(row, (None, {}))
            copy.write_row((run.pk, row, reasons, content, key, json.dumps(amounts)))


def _facts(contract: Contract, batch: Batch) -> dict[int, tuple[str | None, dict[str, str | None]]]:
    """For each row that was not taken, a hash of its key if that can be read, and its numbers; None for one that cannot be."""
    numbers = [column for column in contract.columns if column.type.startswith(_NUMBERS)]
    cells = [
        f"CASE WHEN {typed(c.name)} IS NOT NULL AND _odd IS NULL THEN {typed(c.name)}::VARCHAR "
        f"WHEN {missing(c.name)} AND _odd IS NULL AND {'false' if c.required else 'true'} THEN '' END AS n{place}"
        for place, c in enumerate(numbers)
    ]
    rows = batch.ask(
        f"SELECT {', '.join(['_row', f'{_hash(contract)} AS key', *cells])} FROM {_with_odd(batch)} "
        "WHERE _row NOT IN (SELECT _row FROM {good}) AND _row NOT IN (SELECT _row FROM repeated)"
    )
    return {
        row["_row"]: (
            row["key"],
            {c.name: row[f"n{n}"] for n, c in enumerate(numbers) if row[f"n{n}"] != ""},
        )
        for row in rows.to_pylist()
    }


def _with_odd(batch: Batch) -> str:
    """The rows, with a sign on those whose cells may stand under the wrong names."""
    has = "_odd" in batch.ask("SELECT * FROM numbered LIMIT 0").column_names
    return "numbered" if has else "(SELECT *, NULL::VARCHAR AS _odd FROM numbered)"


def _hash(contract: Contract) -> str:
    if not contract.key:
        return "NULL::VARCHAR"
    present = " AND ".join(f"{typed(name)} IS NOT NULL" for name in contract.key)
    parts = ", ".join(f"{typed(name)}::VARCHAR" for name in contract.key)
    return f"CASE WHEN {present} THEN md5(to_json([{parts}])::VARCHAR) END"


def settle(run: Run, contract: Contract, batch: Batch, *, complete: bool) -> bool:
    """Note that a delivery says something newer of appended rows that lie in quarantine; what they lacked ends with it.

    Of a row whose key it has, and of all rows of an earlier delivery that it stands for: of any of the same source when it is
    `complete`, else of one of the same name all whose rows in the table it has, too. Return
    whether there were such rows.
    """
    if contract.delivery != "append":
        return False
    open_rows = Quarantined.objects.filter(run__dataset=run.dataset_id, run__in_force=True, settled=None).exclude(
        run=run
    )
    if not open_rows.exists():
        return False
    earlier = open_rows.filter(run__source=run.source, run__pk__lt=run.pk)
    if not complete:
        named = earlier.filter(run__name=run.name, run__key=run.key, run__accepted__gt=0)
        same = comparing.stands_for(contract, batch, set(named.values_list("run_id", flat=True)))
        earlier = named.filter(run__in=same)
    touched = set(earlier.values_list("run_id", flat=True))
    earlier.update(settled=run)
    hashes = sorted({each for each in open_rows.values_list("key_hash", flat=True) if each})
    for start in range(0, len(hashes), _AT_A_TIME):
        again = open_rows.filter(key_hash__in=_among(contract, batch, hashes[start : start + _AT_A_TIME]))
        touched |= set(again.values_list("run_id", flat=True))
        again.update(settled=run)
    for earlier_run in Run.objects.filter(pk__in=touched):
        earlier_run.shortfall = of_run(earlier_run)
        earlier_run.save(update_fields=["shortfall"])
    return bool(touched)


def _among(contract: Contract, batch: Batch, hashes: list[str]) -> list[str]:
    wanted = ", ".join(map(literal, hashes))
    found = batch.ask(f"SELECT DISTINCT {_hash(contract)} AS h FROM numbered WHERE h IN ({wanted})")
    return [str(each) for each in found.column("h").to_pylist()]


def of_run(run: Run) -> dict[str, Any]:
    """The shortfall of a run as it is kept: what its open quarantine carries; `{}` when there is none."""
    rows, amounts, unread = 0, defaultdict[str, Decimal](Decimal), set()
    for row in _open(run):
        rows += 1
        for column, text in (row or {}).items():
            if text is None:
                unread.add(column)
            else:
                amounts[column] += Decimal(text)
    if not rows:
        return {}
    return {
        "rows": rows,
        "amounts": {column: format(amount, "f") for column, amount in sorted(amounts.items())},
        "unread": sorted(unread),
    }


def _open(run: Run) -> Iterator[dict[str, str | None] | None]:
    found: Iterable[dict[str, str | None] | None] = (
        Quarantined.objects.filter(run=run, settled=None, void=None).values_list("amounts", flat=True).iterator()
    )
    yield from found

"""Files that say, in the contract's words, that there is nothing to report."""

# ruff: noqa: S608  # names are quoted where the SQL is put together
from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vamco.kernel.record.files import public as files
from vamco.lib.errors import N_
from vamco.systems.hub import queries
from vamco.systems.hub.adapters.intake.checks import missing
from vamco.systems.hub.adapters.intake.sql import quoted
from vamco.systems.hub.contracts import Layout, Reason
from vamco.systems.hub.rules import grading
from vamco.systems.hub.services import settling

if TYPE_CHECKING:
    from collections.abc import Callable

    from vamco.systems.hub.adapters.intake.batch import Batch
    from vamco.systems.hub.contracts import Contract
    from vamco.systems.hub.models import Run

_LONGEST: Final = 4096  # bytes of a file that holds one sentence
BUT_ROWS = N_("The file says that there is nothing to report, and %(rows)s rows stand where it would go")


def rows_say_so(contract: Contract, batch: Batch) -> bool:
    """Tell whether the only filled cell of the only row says it."""
    if not contract.nothing or batch.rows != 1:
        return False
    names = [column.name for column in contract.columns]
    cells = ", ".join(f"CASE WHEN NOT {missing(name)} THEN {quoted(name)} END AS {quoted(name)}" for name in names)
    [row] = batch.ask(f"SELECT {cells} FROM numbered").to_pylist()
    said = {grading.label(cell) for cell in row.values() if cell}
    return said == {grading.label(contract.nothing)}


def file_says_so(run: Run, contract: Contract) -> bool:
    """Tell whether a file that has no table is a small text that says it."""
    if not contract.nothing or run.file is None or run.size > _LONGEST:
        return False
    try:
        text = files.content_path(run.file).read_text(Layout.of(run.layout).encoding)
    except (ValueError, LookupError):
        return False
    return grading.label(text.strip(" \t\r\n,;")) == grading.label(contract.nothing)


def take(run: Run, contract: Contract, batch: Batch | None, then: Callable[[], None] | None) -> None:
    """End the run of such a file. Where the table has rows that it would replace by none, it is refused: nobody said that they went."""
    run.refresh_from_db()
    rows = queries.relation(contract.id).rows if contract.delivery == "replace" else 0
    if rows:
        settling.refuse(run, Reason("hub.nothing_but_rows", BUT_ROWS, {"rows": rows}), None, batch)
        return
    settling.note_nothing(run, then)

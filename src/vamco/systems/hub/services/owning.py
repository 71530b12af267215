"""What a delivery may replace: only the part of the table that it owns, and only what is older than it."""

# ruff: noqa: S608  # names are quoted and texts are literals where the SQL is put together
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from vamco.lib.time import HCM
from vamco.systems.hub.adapters.intake.checks import typed
from vamco.systems.hub.adapters.intake.sql import literal
from vamco.systems.hub.contracts import Layout, Reason, RunState
from vamco.systems.hub.models import Run
from vamco.systems.hub.rules import slices

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from vamco.engines.lake import Mode
    from vamco.systems.hub.adapters.intake.batch import Batch
    from vamco.systems.hub.contracts import Contract

_SQL_TYPES = {"string": "VARCHAR", "long": "BIGINT"}


@dataclass(frozen=True)
class Owned:
    """The part of the table that a delivery replaces. `texts` is how a run keeps it, `value` the value of the slice column."""

    texts: tuple[str, ...]
    value: Any = None
    refusal: Reason | None = None


def owned(contract: Contract, run: Run, batch: Batch) -> Owned:
    """What a delivery replaces: nothing, all, or one slice, which its file name says or all its rows do."""
    if contract.delivery == "append":
        return Owned(())
    if contract.delivery == "replace":
        return Owned((slices.WHOLE,))
    column = contract.column(contract.slice_column)
    cell = typed(column.name)
    rows = batch.ask(
        f"SELECT {cell} AS v, count(*) AS n FROM numbered WHERE {cell} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    counts = list(zip(rows.column("v").to_pylist(), rows.column("n").to_pylist(), strict=True))
    said = slices.named(Layout.of(run.layout).name_form, run.name, column.name)
    kind = _SQL_TYPES.get(column.type, column.type.upper())
    value = None
    if said is not None:
        value = batch.ask(f"SELECT TRY_CAST({literal(said)} AS {kind}) AS v").column("v")[0].as_py()
    value, refusal = slices.owned(column.title or column.name, said, value, counts)
    return Owned((str(value),), value, refusal) if value is not None else Owned((), None, refusal)


def mode(contract: Contract, part: Owned, *, revises: bool) -> Mode:
    """How a batch enters the lake."""
    from vamco.engines.lake import ReplaceKeys, ReplaceWhere

    if contract.delivery == "append":
        return ReplaceKeys(contract.key) if revises else "append"
    return "replace" if contract.delivery == "replace" else ReplaceWhere(contract.slice_column, [part.value])


def rank(run: Run, part: Owned, beside: Collection[str]) -> tuple[Reason | None, Reason | None]:
    """Why the delivery may not take the place of those that are in force or held there: refused as older, or asked about."""
    form = Layout.of(run.layout).name_form
    by_name = bool(part.texts) and slices.named(form, run.name, run_slice(run)) is not None
    rivals = Run.objects.filter(Q(in_force=True) | Q(state=RunState.HELD), dataset=run.dataset_id).exclude(pk=run.pk)
    hold = None
    for rival in rivals.filter(slices__overlap=list(part.texts)).order_by("-delivered_at"):
        match slices.precedence(_copy(run), _copy(rival), beside, by_name=by_name):
            case "older":
                return _reason("hub.older_copy", slices.OLDER_COPY, rival), None
            case "same_time":
                return _reason("hub.same_time", slices.SAME_TIME, rival), None
            case "beside":
                hold = hold or _reason("hub.beside", slices.BESIDE, rival)
    return None, hold


def run_slice(run: Run) -> str:
    """The slice column of the contract that a run is measured against."""
    from vamco.systems.hub import queries

    return queries.contract_of(run.contract).slice_column


def older_than_revised(run: Run, standing: Iterable[int]) -> Reason | None:
    """Why a delivery may not revise the rows of some runs: one of them was changed later than it, or at the same time."""
    rivals = Run.objects.filter(pk__in=set(standing), delivered_at__gte=run.delivered_at).exclude(
        source=run.source, name=run.name
    )
    newer = rivals.order_by("-delivered_at").first()
    if newer is None:
        newer = Run.objects.filter(pk__in=set(standing), delivered_at__gt=run.delivered_at).first()
    return _reason("hub.older_copy", slices.OLDER_COPY, newer) if newer else None


def _copy(run: Run) -> slices.Copy:
    return slices.Copy(run.source, run.name, run.delivered_at, run.as_of)


def _reason(code: str, message: str, rival: Run) -> Reason:
    at = rival.delivered_at.astimezone(HCM).strftime("%d/%m/%Y %H:%M") if rival.delivered_at else "–"
    return Reason(code, message, {"other": rival.name, "at": at})

"""The checks of a batch as a whole, part by part, against what stands in the table."""

# ruff: noqa: S608  # names are quoted where the SQL is put together
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vamco.kernel.base import clock
from vamco.systems.hub.adapters.intake.checks import typed
from vamco.systems.hub.adapters.intake.sql import literal, quoted
from vamco.systems.hub.contracts import Reason
from vamco.systems.hub.rules import columns as rules
from vamco.systems.hub.rules import grading
from vamco.systems.hub.rules.headers import MISSING_COLUMNS

if TYPE_CHECKING:
    from sqlglot import exp

    from vamco.systems.hub.contracts import Check, Column
    from vamco.systems.hub.services.standing import Standing

_FEW = 3  # values that a column must have before their size says what they are


def broken(standing: Standing, found: grading.Batch) -> dict[str, dict[str, Any]]:
    """The checks of the batch that do not hold, by code, with what was found."""
    faults = {}
    for check in grading.batch_checks(standing.contract):
        wrong = _fault(check, standing, found)
        if wrong is not None:
            faults[check.code] = wrong
    return faults


def _fault(check: Check, standing: Standing, found: grading.Batch) -> dict[str, Any] | None:
    batch = standing.batch
    match check.kind:
        case "row_count":
            return grading.row_count_broken(check, standing.contract, found)
        case "freshness":
            newest = batch.total(f"SELECT max({typed(check.column)}) FROM {{good}}")[0][0]
            return grading.too_old(check, newest, clock.today())
        case "empties":
            empty, rows = batch.total(f"SELECT count(*) - count({typed(check.column)}), count(*) FROM {{good}}")[0]
            return grading.empties_broken(check, empty, rows)
        case "coverage":
            return grading.coverage_broken(check, _reported(check, standing))
        case "jump":
            return _jump(check, standing)
    return _falls(check, standing)


def _slice(standing: Standing) -> str:
    """The part that a row of the batch belongs to, as SQL."""
    return f"CAST({typed(standing.contract.slice_column)} AS VARCHAR)" if standing.contract.slice_column else "''"


def _sums(standing: Standing, column: str, *by: str) -> dict[tuple[Any, ...], Any]:
    """The sums of a column in the part of the table that the batch fills, by part and some columns; nothing where it lacks them."""
    from sqlglot import exp

    name = standing.contract.slice_column
    if not standing.has(column, *by, *([name] if name else [])) or (name and not standing.slices):
        return {}
    replaced = standing.replaced()
    groups: list[exp.Expr] = [exp.cast(standing.column(name), "VARCHAR")] if name else []
    groups += [standing.column(each) for each in by]
    rows = standing.totals({"s": exp.Sum(this=standing.column(column))}, groups, [replaced] if replaced else [])
    whole = () if name else ("",)
    return {(*whole, *(row[f"g{n}"] for n in range(len(groups)))): row["s"] for row in rows}


def _jump(check: Check, standing: Standing) -> dict[str, Any] | None:
    """Whether a sum leaves its bounds against the sum before; what is appended is added to it."""
    query = f"SELECT {_slice(standing)}, sum({typed(check.column)}) FROM {{good}} GROUP BY ALL"
    new = dict(standing.batch.total(query))
    old = {part: total for (part,), total in _sums(standing, check.column).items()}
    if standing.contract.delivery == "append":
        new = {part: (total or 0) + (old.get(part) or 0) for part, total in new.items()}
    return grading.jump_broken(check, new, old)


def _falls(check: Check, standing: Standing) -> dict[str, Any] | None:
    """Whether a cumulated sum would fall in some year of some part; a year that is gone has fallen to nothing."""
    query = f"SELECT {_slice(standing)}, {typed(check.value)}, sum({typed(check.column)}) FROM {{good}} GROUP BY ALL"
    new = {(part, year): total for part, year, total in standing.batch.total(query)}
    old = {} if standing.contract.delivery == "append" else _sums(standing, check.column, check.value)
    fallen = {year for (part, year), total in new.items()
              if grading.falls(total, old.get((part, year)), standing.contract.delivery)}  # fmt: skip
    fallen |= {year for key, total in old.items() if key not in new and (total or 0) > 0 for year in key[1:]}
    return {"found": ", ".join(sorted(map(str, fallen)))} if fallen else None


def _reported(check: Check, standing: Standing) -> dict[str, tuple[int, int]]:
    """Of each part how many codes of a list have rows, and how many are in force on its newest day, today at the latest."""
    today = f"DATE {literal(clock.today().isoformat())}"
    codes = quoted(f"list:{check.value['list']}")
    code, day = typed(check.column), typed(check.other)
    query = (
        f"WITH parts AS (SELECT {_slice(standing)} AS part, least(max({day}), {today}) AS day FROM {{good}} GROUP BY 1), "
        f"wanted AS (SELECT DISTINCT part, code FROM parts, {codes} WHERE valid_from <= day AND (valid_to IS NULL OR valid_to >= day)), "
        f"seen AS (SELECT DISTINCT {_slice(standing)} AS part, {code} AS code FROM {{good}}) "
        "SELECT part, count(s.code), count(*) FROM wanted AS w LEFT JOIN seen AS s USING (part, code) GROUP BY part ORDER BY part"
    )
    return {part: (some, whole) for part, some, whole in standing.batch.total(query)}


def burdens(standing: Standing) -> dict[str, float]:
    """The share of each column of amounts that bad rows carry, as `grading.burden` has it, by title.

    Where the amount of a bad row cannot be read and its key stands in the table, the amount there counts in its place.
    """
    batch, contract = standing.batch, standing.contract
    if batch.rows == sum(batch.counts()):
        return {}
    found = {}
    for column in grading.amounts(contract):
        value = f"abs({typed(column.name)}::DOUBLE)"
        whole, told = batch.total(f"SELECT coalesce(sum({value}), 0), count({value}) FROM numbered")[0]
        query = (
            f"SELECT coalesce(sum({value}), 0), count({value}), count(*) FILTER ({batch.unread(column)}) FROM {{bad}}"
        )
        bad, told_bad, unread = batch.total(query)[0]
        old, known = _older(standing, column) if unread else (0.0, 0)
        share = grading.burden(whole + old, bad + old, unread - known, told - told_bad)
        found[column.title or column.name] = share
    return found


def _older(standing: Standing, column: Column) -> tuple[float, int]:
    """What the table says of bad rows whose amount cannot be read: its sum, and of how many of them it says something."""
    from vamco.systems.hub.services.standing import value_of

    key = standing.contract.key
    if not key or not standing.has(*key, column.name):
        return 0.0, 0
    first = typed(key[0])
    where = " AND ".join(
        [batch_unread := standing.batch.unread(column), *(f"{typed(name)} IS NOT NULL" for name in key)]
    )
    low, high = standing.batch.total(f"SELECT min({first}), max({first}) FROM {{bad}} WHERE {where}")[0]
    if low is None:
        return 0.0, 0
    from sqlglot import exp

    span = exp.Between(this=standing.column(key[0]), low=value_of(low), high=value_of(high))
    there = standing.ask(*key, column.name, where=[span])
    same = " AND ".join(f"b.{typed(name)} = s.{quoted(name)}" for name in key)
    rows = standing.batch.ask(
        f"SELECT coalesce(sum(abs(s.{quoted(column.name)}::DOUBLE)), 0) AS total, count(*) AS n "
        f"FROM (SELECT * FROM {{bad}} WHERE {batch_unread}) AS b JOIN older AS s ON {same} WHERE s.{quoted(column.name)} IS NOT NULL",
        older=there,
    ).to_pylist()
    return float(rows[0]["total"]), int(rows[0]["n"])


def emptied(standing: Standing) -> Reason | None:
    """Why the run waits for a person: columns that used to be filled are empty in every good row."""
    contract, batch = standing.contract, standing.batch
    optional = [column for column in contract.columns if not column.required and standing.has(column.name)]
    good = batch.counts()[0]
    if not optional or not good:
        return None
    counted = ", ".join(f"count({typed(column.name)})" for column in optional)
    filled = batch.total(f"SELECT {counted} FROM {{good}}")[0]
    empty = [column for column, n in zip(optional, filled, strict=True) if not n]
    if not empty:
        return None
    before, replaced = _filled(standing, empty)
    lost = [
        column
        for n, column in enumerate(empty)
        if grading.lost_all(before["n"], before[f"c{n}"], good, replaced=replaced)
    ]
    return rules.emptied(lost)


def never_given(standing: Standing) -> Reason | None:
    """Why lines of JSON are refused in which no object has some column: it was never filled before either, so it is not there at all.

    A service may leave out what is empty; that a column which used to be filled is empty now is for `emptied` to say.
    """
    columns = [standing.contract.column(name) for name in standing.batch.left_out]
    there = [column for column in columns if standing.has(column.name)]
    filled = _filled(standing, there)[0] if there else {}
    known = {column.name for n, column in enumerate(there) if filled[f"c{n}"]}
    lacking = [column.title or column.name for column in columns if column.name not in known]
    return Reason("hub.header", MISSING_COLUMNS, {"columns": ", ".join(lacking)}) if lacking else None


def _filled(standing: Standing, columns: list[Column]) -> tuple[dict[str, int], bool]:
    """How many rows stood where the batch goes and in how many each column was filled; where none stood, of the whole table."""
    from sqlglot import exp

    measures: dict[str, exp.Expr] = {"n": exp.Count(this=exp.Star())}
    measures |= {f"c{n}": exp.Count(this=standing.column(column.name)) for n, column in enumerate(columns)}
    replaces = standing.contract.delivery != "append"
    if replaces and (condition := standing.replaced()) is not None:
        found = standing.totals(measures, where=[condition])[0]
        if found["n"]:
            return found, True
        replaces = False
    return standing.totals(measures)[0], replaces


def fractions(standing: Standing) -> tuple[Reason | None, Reason | None]:
    """Why a column of hundredths refuses the batch, or makes it wait for a person: no value is above 1, and some are no whole numbers.

    Refused when the values in the table went up to more; asked about when there are none. Percentages of a workbook are certain.
    """
    asked = None
    for column in standing.contract.columns:
        if not (rules.is_number(column) and column.type != "long" and rules.in_hundreds(column)):
            continue
        value = typed(column.name)
        query = (
            f"SELECT count({value}), max(abs({value})), count(*) FILTER ({value} <> floor({value})), "
            f"count(*) FILTER ({standing.batch.percent(column)}) FROM {{good}}"
        )
        some, most, broken_, certain = standing.batch.total(query)[0]
        if some < _FEW or most > 1 or not broken_ or certain:
            continue
        before, mean = _height(standing, column)
        if before is None:
            asked = asked or rules.fractions(column, None)
        elif mean > 1:
            return rules.fractions(column, before), None
    return None, asked


def _height(standing: Standing, column: Column) -> tuple[float | None, float]:
    """The greatest value of a column in the table and the mean; None where it has none."""
    from sqlglot import exp

    if not standing.has(column.name):
        return None, 0.0
    size = exp.Abs(this=exp.cast(standing.column(column.name), "DOUBLE"))
    measures: dict[str, exp.Expr] = {
        "most": exp.Max(this=size),
        "whole": exp.Sum(this=size.copy()),
        "n": exp.Count(this=standing.column(column.name)),
    }
    found = standing.totals(measures)[0]
    return (float(found["most"]), float(found["whole"]) / found["n"]) if found["n"] else (None, 0.0)

"""Columns as wholes: cells that can be read one by one and yet, side by side, show that they were meant otherwise."""

# ruff: noqa: S608  # names are quoted and texts are literals where the SQL is put together
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vamco.systems.hub.adapters.intake import checks
from vamco.systems.hub.adapters.intake.kinds import kind
from vamco.systems.hub.adapters.intake.sql import literal, quoted
from vamco.systems.hub.rules import columns as rules

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import duckdb

    from vamco.systems.hub.contracts import Column, Layout, Reason

_LOCAL = r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{2,4})"
_ISO = r"\d{4}-\d{2}-\d{2}"
_LOOKS = {
    "date": {"dd/MM/yyyy": r"\d{1,2}/\d{1,2}/\d{4}", "dd-MM-yyyy": r"\d{1,2}-\d{1,2}-\d{4}", "dd.MM.yyyy": r"\d{1,2}\.\d{1,2}\.\d{4}",
             "yyyy-MM-dd": r"\d{4}-\d{1,2}-\d{1,2}", "yyyyMMdd": r"\d{8}"},
    "number": {"1.000.000": r"[+-]?[1-9]\d{0,2}(\.\d{3})+", "1,000,000": r"[+-]?[1-9]\d{0,2}(,\d{3})+", "0,5": r"[+-]?\d+,\d+", "0.5": r"[+-]?\d+\.\d+"},
}  # fmt: skip


_ROMAN = tuple(
    f"{numeral}{dot}"
    for numeral in ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV"]
    for dot in ("", ".")
)


@dataclass(frozen=True)
class _Test:
    """Signs of two readings of one column: the file is refused when each condition of `all_of` holds in some row, `none_of` in none."""

    code: str
    all_of: tuple[str, ...]
    none_of: tuple[str, ...] = ()


class Columns:
    """Judges the columns of a batch, from the view `numbered`.

    `kinds` says whether the file told the kinds of its cells; `free` are the columns of texts that name a row and may say anything.
    """

    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        columns: Sequence[Column],
        layout: Layout,
        *,
        kinds: bool,
        free: Collection[str] = (),
    ) -> None:
        self._database = database
        self._columns = columns
        self._layout = layout
        self._kinds = kinds
        self._free = free

    def mixed(self) -> Reason | None:
        """Why the file must be refused because of the way in which a column is written."""
        tests = [(column, test) for column in self._columns for test in self._tests(column)]
        conditions = list(dict.fromkeys(c for _, test in tests for c in (*test.all_of, *test.none_of)))
        if not conditions:
            return None
        counted = ", ".join(f"count(*) FILTER ({condition})" for condition in conditions)
        found = dict(
            zip(conditions, self._database.execute(f"SELECT {counted} FROM numbered").fetchall()[0], strict=True)
        )
        for column, test in tests:
            if all(found[c] for c in test.all_of) and not any(found[c] for c in test.none_of):
                return rules.mixed(test.code, column, self._rows(test.all_of))
        return None

    def _rows(self, conditions: Sequence[str]) -> list[int]:
        """Some rows of each kind, in order."""
        each = max(1, (rules.SHOWN + 1) // len(conditions))
        found: set[int] = set()
        for condition in conditions:
            query = f"SELECT _row FROM numbered WHERE {condition} ORDER BY _row LIMIT {each}"
            found |= {row for (row,) in self._database.execute(query).fetchall()}
        return sorted(found)

    def _tests(self, column: Column) -> Iterator[_Test]:
        if column.type == "string":
            cell = quoted(column.name)
            begins = f"{cell} >= '''' AND {cell} < '('"  # the quickest way to see one
            yield _Test("apostrophes", (f"({begins} AND regexp_matches({cell}, '^''[+-]?[0-9]'))",))
            if column.name in self._free:
                roman, second = (
                    f"({cell} IN ({', '.join(map(literal, numerals))}))" for numerals in (_ROMAN, ("I", "I."))
                )
                yield _Test("sections", (second, f"(NOT {roman} AND NOT {checks.missing(column.name)})"))
        elif column.type == "date":
            yield from self._day_tests(column)
        elif rules.is_number(column):
            yield from self._number_tests(column)

    def _day_tests(self, column: Column) -> Iterator[_Test]:
        cell = f"trim({quoted(column.name)})"
        text = f"{kind(column.name)} IS NULL AND " if self._kinds else ""
        parts = [f"TRY_CAST(regexp_extract({cell}, '^{_LOCAL}$', {n}) AS INTEGER)" for n in (1, 2)]
        day_first, month_first = (f"({text}{a} BETWEEN 13 AND 31 AND {b} <= 12)" for a, b in (parts, parts[::-1]))
        value = checks.typed(column.name)
        if self._kinds:
            dated = f"{kind(column.name)} = 'date' AND {value} IS NOT NULL"
            early, late = f"({dated} AND day({value}) <= 12)", f"({dated} AND day({value}) > 12)"
            yield _Test("swapped_days", (day_first, early), (late,))
            yield _Test("swapped_days", (month_first, early), (late,))
        if self._kinds and self._layout.date_format != "yyyy-MM-dd":
            iso = f"({text}regexp_full_match({cell}, '{_ISO}') AND {value} IS NOT NULL)"
            local = f"({text}NOT regexp_full_match({cell}, '{_ISO}') AND {value} IS NOT NULL)"
            yield _Test("mixed_days", (iso, local))
        if self._layout.date_format not in {"yyyy-MM-dd", "yyyyMMdd"}:
            wrong_way = f"(_bad AND {value} IS NULL AND {month_first})"
            either = f"({text}{value} IS NOT NULL AND day({value}) <= 12 AND day({value}) <> month({value}))"
            yield _Test("mixed_days", (wrong_way, either))

    def _number_tests(self, column: Column) -> Iterator[_Test]:
        cell, value = f"trim({quoted(column.name)})", checks.typed(column.name)
        text = f"{kind(column.name)} IS NULL AND " if self._kinds else ""
        if self._kinds:
            of = kind(column.name)
            percent = f"({of} = 'percent')"
            small = f"(({of} IS NULL OR {of} = 'number') AND {value} <> 0 AND abs({value}) <= 1)"
            yield _Test("mixed_percent", (percent, small))
        layout = self._layout
        if column.type == "long" or layout.thousands or layout.format == "jsonl":  # numbers of JSON have one form
            return
        dot, comma = (f"({text}contains({cell}, '{sign}') AND regexp_full_match({cell}, {literal(form)}))"
                      for sign, form in ((".", r"[+-]?\d*\.\d+"), (",", r"[+-]?\d+,\d+")))  # fmt: skip
        yield _Test("mixed_signs", (dot, comma))
        if not layout.decimal:
            dotted = f"({text}contains({cell}, '.'))"
            group = r"[+-]?[1-9]\d{0,2}(\.\d{3})+"
            other = f"({text}contains({cell}, '.') AND NOT regexp_full_match({cell}, {literal(group)}))"
            yield _Test("grouped_digits", (dotted,), (other,))

    def retyped(self, faults: Sequence[str]) -> Reason | None:
        """Why the file must be refused because most cells of a column do not fit its type. `faults` are conditions that explain a cell."""
        for column, other in zip(self._columns, faults, strict=True):
            if column.type == "string":
                continue
            given = f"NOT {checks.missing(column.name)}" + (f" AND NOT {other}" if other else "")
            wrong = f"{given} AND {checks.typed(column.name)} IS NULL"
            looks = _LOOKS.get("date" if column.type == "date" else "number" if rules.is_number(column) else "", {})
            cell = f"trim({quoted(column.name)})"
            wanted = [
                f"count(*) FILTER ({wrong} AND regexp_full_match({cell}, {literal(form)}))" for form in looks.values()
            ]
            counted = self._database.execute(
                f"SELECT {', '.join([f'count(*) FILTER ({wrong})', *wanted])} FROM numbered WHERE _bad"
            )
            bad, *similar = counted.fetchall()[0]
            if not bad:
                continue
            whole = self._database.execute(f"SELECT count(*) FROM numbered WHERE {given}").fetchall()[0][0]
            if reason := rules.retyped(column, whole, bad, dict(zip(looks, similar, strict=True))):
                return reason
        return None

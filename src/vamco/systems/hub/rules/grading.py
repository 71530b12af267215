"""What a contract asks of a batch, and what becomes of it. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from vamco.lib.errors import N_
from vamco.lib.text import nfc
from vamco.lib.time import HCM
from vamco.systems.hub.contracts import MASK, Check, Finding, Reason

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from vamco.kernel.world.access.public import Scope
    from vamco.lib.errors import VamcoError
    from vamco.systems.hub.contracts import Column, Contract
    from vamco.vocab.relation import Within

BATCH_KINDS = frozenset({"row_count", "ytd_monotone", "freshness"})
REPEAT, TAKEN, WIDTH = "repeat", "unique", "columns"
_LIMITS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_FIELDS = ("minute", "hour", "day", "month", "weekday")
_FAR = 366 * 9  # days that hold every combination of day, month and weekday, 29 February around 2100 included
_SUNDAY = 7


@dataclass(frozen=True)
class Cron:
    """A cron line on Vietnam's clock: minute, hour, day of month, month, day of week (0 and 7 are Sunday)."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool  # both days are restricted: as in cron, one of them is enough

    @classmethod
    def parse(cls, text: str) -> Cron:
        """The line as a rule; ValueError says what is wrong with it."""
        parts = text.split()
        if len(parts) != len(_FIELDS):
            raise ValueError(f"five fields ({', '.join(_FIELDS)}), found {len(parts)}")
        values = [_values(part, *limits, field) for part, limits, field in zip(parts, _LIMITS, _FIELDS, strict=True)]
        weekdays = frozenset(day % _SUNDAY for day in values[4])
        either = parts[2] != "*" and parts[4] != "*"
        cron = cls(tuple(values[0]), tuple(values[1]), frozenset(values[2]), frozenset(values[3]), weekdays, either)
        if not either and all(day not in _days_of(month) for month in values[3] for day in values[2]):
            raise ValueError("a day that some month has")
        return cron

    def after(self, moment: dt.datetime) -> dt.datetime:
        """The first time after a moment, in UTC."""
        local = moment.astimezone(HCM)
        for ahead in range(_FAR):
            day = local.date() + dt.timedelta(days=ahead)
            for time in self._times(day):
                if time > local:
                    return time.astimezone(dt.UTC)
        raise AssertionError("every cron line comes round")  # pragma: no cover  # parse has seen to it

    def until(self, moment: dt.datetime) -> dt.datetime:
        """The last time up to a moment, that moment included, in UTC."""
        local = moment.astimezone(HCM)
        for back in range(_FAR):
            day = local.date() - dt.timedelta(days=back)
            for time in reversed(self._times(day)):
                if time <= local:
                    return time.astimezone(dt.UTC)
        raise AssertionError("every cron line has come round")  # pragma: no cover  # parse has seen to it

    def _times(self, day: dt.date) -> list[dt.datetime]:
        if not self._on(day):
            return []
        return [dt.datetime(day.year, day.month, day.day, h, m, tzinfo=HCM) for h in self.hours for m in self.minutes]

    def _on(self, day: dt.date) -> bool:
        by_date, by_week = day.day in self.days, day.isoweekday() % _SUNDAY in self.weekdays
        return day.month in self.months and ((by_date or by_week) if self.either else (by_date and by_week))


def _values(text: str, low: int, high: int, field: str) -> list[int]:
    """The numbers that one field of a cron line stands for: `*`, `5`, `1-5`, `*/10`, `0-30/5`, `1,15`."""
    found: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        if span == "*":
            begin, end = low, high
        elif first.isdecimal() and (last.isdecimal() or "-" not in span):
            begin, end = int(first), int(last or first)
        else:
            raise ValueError(f"{field}: a number, a range or *, found {part!r}")
        if not low <= begin <= end <= high or ("/" in part and not (step.isdecimal() and int(step))):
            raise ValueError(f"{field}: {low} to {high}, found {part!r}")
        found.update(range(begin, end + 1, int(step or 1)))
    return sorted(found)


def _days_of(month: int) -> range:
    return range(1, {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}.get(month, 31) + 1)


def row_checks(contract: Contract) -> list[Check]:
    """All that a single row must hold, column by column, as the contract's fields and its quality section say."""
    found: list[Check] = []
    for column in contract.columns:
        found += _checks_of(column)
        found += [check for check in contract.declared if check.column == column.name and check.kind not in BATCH_KINDS]
    return found


def _checks_of(column: Column) -> Iterable[Check]:
    if column.required:
        yield Check("required", column.name)
    if column.type != "string":
        yield Check("type", column.name, column.type)
    else:
        yield Check("text", column.name)
    if column.max_length is not None:
        yield Check("max_length", column.name, column.max_length)
    if column.pattern:
        yield Check("pattern", column.name, column.pattern)
    if column.minimum is not None:
        yield Check("minimum", column.name, column.minimum)
    if column.maximum is not None:
        yield Check("maximum", column.name, column.maximum)


def keys(contract: Contract) -> list[tuple[str, ...]]:
    """The sets of columns whose values no two rows may share: the primary key, then each unique column."""
    found = [contract.key] if contract.key else []
    return found + [(column.name,) for column in contract.columns if column.unique and (column.name,) not in found]


def batch_checks(contract: Contract) -> list[Check]:
    """What the batch as a whole must hold."""
    return [check for check in contract.declared if check.kind in BATCH_KINDS]


_MESSAGES = {
    "required": N_("%(column)s: a value is missing"),
    "text": N_("%(column)s: text with control characters, or not in the normal form NFC"),
    "max_length": N_("%(column)s: longer than %(value)s characters"),
    "pattern": N_("%(column)s: not in the form %(value)s"),
    "minimum": N_("%(column)s: below %(value)s"),
    "maximum": N_("%(column)s: above %(value)s"),
    "set": N_("%(column)s: not one of %(value)s"),
    "reference": N_("%(column)s: not in the list “%(value)s”"),
    "not_in_future": N_("%(column)s: a day in the future"),
    "not_before": N_("%(column)s: a day before %(other)s"),
    REPEAT: N_("%(column)s: the same row stands in the data already; the first one was kept"),
    TAKEN: N_("%(column)s: another row has the same key and says something else"),
    WIDTH: N_("The row does not have as many cells as the header"),
    "row_count": N_("Number of rows %(found)s, expected %(value)s"),
    "ytd_monotone": N_("%(other)s: the cumulated %(column)s would fall"),
    "freshness": N_("%(column)s: the newest day is %(found)s, expected %(value)s or later"),
}


_NOT_OF_TYPE = {
    "long": N_("%(column)s: not a whole number"),
    "double": N_("%(column)s: not a number"),
    "decimal": N_("%(column)s: not a number, or one with too many digits"),
    "boolean": N_("%(column)s: neither true nor false"),
    "date": N_("%(column)s: not a day of the calendar, written as agreed"),
    "timestamptz": N_("%(column)s: not a moment with its time zone"),
}


def explain(contract: Contract, code: str, **data: Any) -> Reason:
    """The reason that a code stands for, under this contract."""
    kind, _, name = code.partition(":")
    known = [*row_checks(contract), *batch_checks(contract)]
    check = next((check for check in known if check.code == code), Check(kind, name))
    titles = {column.name: column.title or column.name for column in contract.columns}
    column = ", ".join(titles.get(part, part) for part in name.split("+"))
    value = ", ".join(map(str, check.value)) if isinstance(check.value, list | tuple) else check.value
    filled = {"column": column, "value": value, "other": titles.get(check.other, check.other), **data}
    message = _NOT_OF_TYPE[str(value).partition("(")[0]] if kind == "type" else _MESSAGES.get(kind, kind)
    return Reason(code, message, filled)


@dataclass(frozen=True)
class Header:
    """Where each column stands in a file; `problem` says why the file cannot be read, "" when it can."""

    places: dict[str, int]
    problem: str = ""
    columns: tuple[str, ...] = ()


MISSING_COLUMNS = N_("The header lacks %(columns)s")
TWICE = N_("The header names %(columns)s twice")


def match_header(cells: Sequence[str], columns: Sequence[Column]) -> Header:
    """Finds the columns of a contract in a header, by name or by title, whatever their order. Other cells are passed over."""
    by_label: dict[str, list[int]] = {}
    for place, cell in enumerate(cells):
        by_label.setdefault(label(cell), []).append(place)
    places: dict[str, int] = {}
    twice, missing = [], []
    for column in columns:
        found = {place for text in (column.name, column.title) if text for place in by_label.get(label(text), ())}
        if len(found) > 1:
            twice.append(column.name)
        elif found:
            places[column.name] = found.pop()
        elif column.required:
            missing.append(column.name)
    if twice:
        return Header({}, TWICE, tuple(twice))
    return Header({}, MISSING_COLUMNS, tuple(missing)) if missing or not places else Header(places)


def label(cell: str) -> str:
    """What two header cells must share to mean the same."""
    return " ".join(nfc(cell).split()).casefold()


def delimiter_of(line: str) -> str:
    """The delimiter that a header line uses: the one that stands in it most often, a comma when none does."""
    return max((",", ";", "\t"), key=line.count)


@dataclass(frozen=True)
class Batch:
    """What the checks found in a batch. `before` is what it replaces (or is added to): rows in the table now."""

    rows: int
    good: int
    repeats: int
    before: int


TOO_MANY_BAD = N_("%(bad)s of %(rows)s rows are wrong, and the contract allows %(limit)s %%")
NO_ROWS = N_("The file holds no rows")


def refusal(contract: Contract, batch: Batch, broken: Mapping[str, dict[str, Any]]) -> Reason | None:
    """Why a batch must be refused as a whole, or None. `broken`: batch checks that failed, with what was found."""
    if batch.rows == 0:
        return Reason("no_rows", NO_ROWS, {})
    bad = batch.rows - batch.good - batch.repeats
    if bad > contract.max_bad * batch.rows:
        return Reason(
            "too_many_bad", TOO_MANY_BAD, {"bad": bad, "rows": batch.rows, "limit": round(contract.max_bad * 100)}
        )
    for check in batch_checks(contract):
        if check.severity == "error" and check.code in broken:
            return explain(contract, check.code, **broken[check.code])
    return None


def row_count_broken(check: Check, contract: Contract, batch: Batch) -> dict[str, Any] | None:
    """What is wrong with the number of rows, or None.

    `at_least_of_previous` compares what will stand in the table's place that the batch fills with what stands there now.
    """
    wanted: Mapping[str, Any] = check.value or {}
    if "minimum" in wanted and batch.good < wanted["minimum"]:
        return {"found": batch.good, "value": f"≥ {wanted['minimum']}"}
    if "maximum" in wanted and batch.good > wanted["maximum"]:
        return {"found": batch.good, "value": f"≤ {wanted['maximum']}"}
    after = batch.good + (batch.before if contract.delivery == "append" else 0)
    least = wanted.get("at_least_of_previous", 0) * batch.before
    return {"found": after, "value": f"≥ {least:.0f}"} if after < least else None


def too_old(check: Check, newest: dt.date | None, today: dt.date) -> dict[str, Any] | None:
    """What is wrong with the newest day of a batch, or None."""
    oldest = today - dt.timedelta(days=check.value)
    return (
        None
        if newest is not None and newest >= oldest
        else {"found": newest.isoformat() if newest else "–", "value": oldest.isoformat()}
    )


def falls(new: Any, old: Any, delivery: str) -> bool:
    """Whether a cumulated sum falls: by what is added, or from what stood there to what takes its place."""
    if new is None:
        return False
    return bool(new < 0) if delivery == "append" else bool(old is not None and new < old)


def finding_of(check: Check) -> Finding:
    """A finding about the batch as a whole."""
    return Finding(check.code, 0, check.severity)


def reason_of(error: VamcoError) -> Reason:
    """An error as a reason that can be kept."""
    return Reason(error.code, error.message, cast("dict[str, Any]", error.problem()["data"]))


def quality(rows: int, quarantined: int) -> float | None:
    """The share of rows that passed; None of none."""
    return (rows - quarantined) / rows if rows else None


def is_due(schedule: Cron, collected_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether a source should be collected from: its last time on the schedule has passed without a collection."""
    return collected_at is None or schedule.until(now) > collected_at


RETRIED = frozenset({429, 500, 502, 503, 504})
_LONGEST_WAIT = 30.0


def wait_before_retry(attempt: int, asked: str) -> float:
    """Seconds to wait before the next try: what the server asked for in whole seconds, else 0.5, 1, 2, 4 …; at most 30."""
    return min(float(asked) if asked.isdecimal() else 0.5 * 2.0**attempt, _LONGEST_WAIT)


def same_host(one: str, other: str, *, schemes: Collection[str] = ("http", "https")) -> bool:
    """Whether two URLs speak to the same scheme, host and port."""
    from urllib.parse import urlsplit

    first, second = urlsplit(one), urlsplit(other)
    return first.scheme in schemes and (first.scheme, first.netloc) == (second.scheme, second.netloc)


# ── who sees which rows, and what of them ────────────────────────────────────────────────────────────────────────────

_NAMES_AGENCY, _NAMES_PLACE = frozenset({"agencies", "investors"}), frozenset({"communes"})
_MISPLACED = frozenset({WIDTH, "type", "pattern", "set", "reference", "text", "max_length"})
"""The kinds of checks that a cell breaks when it holds what belongs to another column."""


def personal_data(contract: Contract) -> str:
    """The highest class of personal data among the fields: none, basic or sensitive."""
    classes = {column.personal for column in contract.columns}
    return "sensitive" if "sensitive" in classes else "basic" if "basic" in classes else "none"


def within(
    scope: Scope, owner: str, contract: Contract, paths: Mapping[str, str], places: Mapping[str, frozenset[int]]
) -> Within:
    """The rows of a dataset inside a scope, None for all: those of an owner inside it, or those that name who or where is.

    `owner` is the path of the owner agency; `paths` and `places` have the path of each agency and the ids of each commune by
    its code. A role that is bound to places reaches only rows that name one of them.
    """
    if scope.covers(owner):
        return None
    by_agency, by_place = _naming(contract, _NAMES_AGENCY), _naming(contract, _NAMES_PLACE)
    covered = frozenset(code for code, path in paths.items() if scope.covers(path))
    found = [{agency: covered} for agency in by_agency if covered]
    for area in scope.limited:
        bound = area.places or frozenset()
        lying = frozenset(code for code, units in places.items() if units & bound)
        if area.states is not None or not lying:  # rows are in no state
            continue
        met = frozenset(code for code, path in paths.items() if area.meets(path))
        if area.meets(owner):
            found += [{place: lying} for place in by_place]
        elif met:
            found += [{agency: met, place: lying} for agency in by_agency for place in by_place]
    return tuple(found)


def _naming(contract: Contract, lists: frozenset[str]) -> list[str]:
    return [check.column for check in contract.declared if check.kind == "reference" and check.value in lists]


def lies_within(area: Within, values: Mapping[str, Any]) -> bool:
    """Whether a row lies within, as `Within` has it."""
    return area is None or any(all(values.get(name) in codes for name, codes in each.items()) for each in area)


def plain_labels(*contracts: Contract, codes: Iterable[str] = ()) -> frozenset[str]:
    """The labels of the columns that may be shown: known to one of the contracts, and personal in none.

    `codes` are the reasons for which a row is in quarantine: where there are personal columns, a cell that does not fit its own
    column may hold what belongs to one of them, and of a row that looks shifted every cell may.
    """
    plain = {text for contract in contracts for text in _labels(contract, personal=False)}
    plain -= {text for contract in contracts for text in _labels(contract, personal=True)}
    if not any(contract.personal_columns for contract in contracts):
        return frozenset(plain)
    misplaced = {code.partition(":") for code in codes if code.partition(":")[0] in _MISPLACED}
    if len(misplaced) > 1 or any(kind == WIDTH for kind, _, _ in misplaced):
        return frozenset()
    cells = {name for _, _, name in misplaced}
    return frozenset(plain - {text for contract in contracts for text in _labels(contract, names=cells)})


def _labels(contract: Contract, *, personal: bool | None = None, names: Collection[str] | None = None) -> Iterator[str]:
    for column in contract.columns:
        if personal in {None, bool(column.personal)} and (names is None or column.name in names):
            yield from (label(text) for text in (column.name, column.title, column.was) if text)


def hidden(values: Mapping[str, Any], plain: frozenset[str]) -> frozenset[str]:
    """The columns whose values are masked: those that are not among the plain ones and hold something."""
    return frozenset(name for name, value in values.items() if value not in {None, ""} and label(name) not in plain)


def mask(values: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """The row with the mask for the values of some columns."""
    return {name: MASK if name in names else value for name, value in values.items()}

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vamco.engines.measure import Formula, Measured, Term, compute, compute_all, compute_series, rows_behind
from vamco.engines.measure.tests import oracle
from vamco.lib.errors import Refused
from vamco.lib.time import Period

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.engines.conftest import Engine, Tables

COLUMNS = {
    "xa": "string", "cq": "string", "nguon": "string", "khoa": "string", "ngay": "date", "xong": "date", "nam": "long",
    "so": "long", "tien": "decimal(20,2)", "do": "double",
}  # fmt: skip
FULL = settings.get_current_profile_name() == "full"
LEVELS = ("province", "place", "agency")
DAYS = st.dates(dt.date(2025, 12, 29), dt.date(2026, 1, 4)) | st.just(dt.date(2026, 3, 31))  # few, so that they meet
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", None]),
        st.sampled_from(["x", "y", None]),
        st.sampled_from(["a", "b", "c", None]),
        st.sampled_from(["k", "l"]),
        DAYS | st.none(),
        DAYS | st.none(),
        st.sampled_from([2025, 2026, None]),
        st.none() | st.integers(-(2**63), 2**63 - 1) | st.integers(-9, 9),
        st.none() | st.decimals(-(10**18) + 1, 10**18 - 1, places=2),
        st.none() | st.floats(allow_nan=False, allow_infinity=False, width=64),
    ),
    max_size=12,
)
PERIODS = st.lists(
    st.builds(Period.containing, DAYS | st.just(dt.date(2027, 5, 5)), st.sampled_from(["day", "month", "quarter", "year"])),
    min_size=1, max_size=6,
)  # fmt: skip


@st.composite
def terms(draw: st.DrawFn) -> Term:
    window = draw(st.sampled_from(["period", "ytd", "to_date", "open", "overdue", "in_force"]))
    agg = draw(
        st.sampled_from(["sum", "count", "mean"] + (["max", "min"] if window in {"period", "ytd", "to_date"} else []))
    )
    number = st.sampled_from(["so", "tien", "do"] if agg in {"max", "min"} else ["so", "tien"])
    return Term(
        "t",
        agg,
        draw(number if agg != "count" else st.sampled_from(["", "nguon", "tien"])),
        time="ngay",
        window=window,
        filter=draw(st.just("") | st.sampled_from(list(oracle.FILTERS))),
        year=draw(st.sampled_from(["", "nam"])),
        leave="xong" if window in {"open", "overdue"} else "",
        key=("khoa",) if window == "in_force" else (),
    )


FORMULAS = st.lists(
    st.builds(Formula, terms(), st.none() | terms(), st.sampled_from([1, 100, 1000]), st.just("xa"), st.just("cq")), min_size=3, max_size=8,
)  # fmt: skip


@pytest.fixture(scope="module")
def table(tables: Tables) -> str:
    return tables.create(COLUMNS)


def expected(formula: Formula, rows: Sequence[oracle.Row], periods: Sequence[Period]) -> list[Measured]:
    found = oracle.compute(formula, rows, periods, "", "")
    for column in ("xa", "cq"):
        keys = {r[column] for term in formula.terms for r in rows if r[column] is not None and _ever(term, r)}
        for key in sorted(keys):
            found += oracle.compute(formula, rows, periods, *((key, "") if column == "xa" else ("", key)))
    return found


def _ever(term: Term, row: oracle.Row) -> bool:
    """Tells whether a row has something to give to a term at any time."""
    if row["ngay"] is None or not oracle.FILTERS[term.filter](row) or (term.column and row[term.column] is None):
        return False
    return term.window not in {"open", "overdue"} or row["xong"] is None or row["xong"] > row["ngay"]


def known(value: list[Measured], keys: set[tuple[str, str]]) -> list[Measured]:
    return [one for one in value if (one.place, one.agency) in keys]


@settings(max_examples=40 if FULL else 15, deadline=None)
@given(rows=ROWS, formulas=FORMULAS, periods=PERIODS)
def test_every_value_is_what_the_definition_says(
    tables: Tables,
    duck: Engine,
    table: str,
    rows: list[Any],
    formulas: list[Formula],
    periods: list[Period],
):
    tables.put(table, rows, "replace")
    plain = [dict(zip(COLUMNS, row, strict=True)) | {"_row": number} for number, row in enumerate(rows, start=1)]
    found = compute_all(formulas, {"t": tables.relation(table)}, duck, periods, LEVELS)
    for formula, values in zip(formulas, found, strict=True):
        wanted = expected(formula, plain, periods)
        keys = {(one.place, one.agency) for one in values}
        assert values == known(wanted, keys)
        # a place that is left out has no row that ever counts
        assert all(one.rows == 0 for one in wanted if (one.place, one.agency) not in keys)
        assert ("", "") in keys


@settings(max_examples=12 if FULL else 6, deadline=None)
@given(rows=ROWS, formulas=FORMULAS, periods=PERIODS)
def test_both_engines_give_the_same(
    tables: Tables,
    duck: Engine,
    sail: Engine,
    table: str,
    rows: list[Any],
    formulas: list[Formula],
    periods: list[Period],
):
    tables.put(table, rows, "replace")
    relations = {"t": tables.relation(table)}
    assert compute_all(formulas, relations, duck, periods, LEVELS) == compute_all(
        formulas, relations, sail, periods, LEVELS
    )


@settings(max_examples=25 if FULL else 10, deadline=None)
@given(
    rows=ROWS,
    term=terms(),
    period=PERIODS.map(lambda p: p[0]),
    place=st.sampled_from(["", "A"]),
    limit=st.integers(0, 5),
)
def test_the_rows_behind_a_value_are_those_that_made_it(
    tables: Tables,
    duck: Engine,
    table: str,
    rows: list[Any],
    term: Term,
    period: Period,
    place: str,
    limit: int,
):
    tables.put(table, rows, "replace")
    plain = [
        dict(zip(COLUMNS, row, strict=True)) | {"_run": 1, "_row": number} for number, row in enumerate(rows, start=1)
    ]
    formula = Formula(term, place="xa", agency="cq")
    found = rows_behind(formula, {"t": tables.relation(table)}, duck, period, place, limit=limit)
    wanted = oracle.behind(term, plain, period, place, "")
    assert found.total == len(wanted)
    assert len(found) == min(limit, len(wanted))
    assert all(one.values in wanted and one.run == 1 and one.row == one.values["_row"] for one in found)
    days = [one.values["ngay"] for one in found]
    assert days == sorted((row["ngay"] for row in wanted), reverse=True)[:limit]


MONEY = {"xa": "string", "cq": "string", "ngay": "date", "tien": "long", "ke_hoach": "long"}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def test_a_ratio_of_the_province_divides_sums_and_does_not_average_ratios(tables: Tables, engine: Engine):
    name = tables.create(
        MONEY,
        [
            ("A", "x", day("2026-01-05"), 10, 100),
            ("B", "y", day("2026-01-06"), 90, 100),
            ("B", "x", day("2026-02-01"), 0, 800),
        ],
    )
    paid = Term("t", "sum", "tien", "ngay", "ytd")
    plan = Term("t", "sum", "ke_hoach", "ngay", "ytd")
    formula = Formula(paid, plan, 100, place="xa", agency="cq")
    february = Period.parse("2026-02")
    found = compute(formula, {"t": tables.relation(name)}, engine, [february], LEVELS)
    assert found == [
        Measured(february, "", "", Decimal("10.000000"), Decimal(100), Decimal(1000), 6),
        Measured(february, "A", "", Decimal("10.000000"), Decimal(10), Decimal(100), 2),
        Measured(february, "B", "", Decimal("10.000000"), Decimal(90), Decimal(900), 4),
        Measured(february, "", "x", Decimal("1.111111"), Decimal(10), Decimal(900), 4),
        Measured(february, "", "y", Decimal("90.000000"), Decimal(90), Decimal(100), 2),
    ]


def test_no_data_is_not_zero(tables: Tables, engine: Engine):
    name = tables.create(MONEY, [("A", "x", day("2026-02-10"), 5, None), ("B", "x", day("2026-02-20"), 7, None)])
    formula = Formula(Term("t", "sum", "tien", "ngay", "period"), place="xa")
    periods = [
        Period.parse(code)
        for code in (
            "2026-01",
            "2026-02-09",
            "2026-02-10",
            "2026-02-15",
            "2026-02-20",
            "2026-02-21",
            "2026-02",
            "2026-03",
        )
    ]
    found = compute(formula, {"t": tables.relation(name)}, engine, periods, ["province", "place"])
    values = {place: [one.value for one in found if one.place == place] for place in ("", "A", "B")}
    assert values == {
        "": [None, None, 5, 0, 7, None, 12, None],
        "A": [None, None, 5, 0, 0, None, 5, None],
        "B": [None, None, 0, 0, 7, None, 7, None],
    }


def test_a_denominator_of_zero_or_none_gives_no_value(tables: Tables, engine: Engine):
    name = tables.create(MONEY, [("A", "x", day("2026-01-01"), 5, 0), ("B", "x", day("2026-01-01"), 5, None)])
    formula = Formula(Term("t", "sum", "tien", "ngay"), Term("t", "sum", "ke_hoach", "ngay"), 100, place="xa")
    january = Period.parse("2026-01")
    found = compute(formula, {"t": tables.relation(name)}, engine, [january], ["place"])
    assert found == [
        Measured(january, "A", "", None, Decimal(5), Decimal(0), 2),
        Measured(january, "B", "", None, Decimal(5), Decimal(0), 1),
    ]


def test_an_empty_dataset_gives_no_values(tables: Tables, engine: Engine):
    name = tables.create(MONEY)
    january = Period.parse("2026-01")
    for window in ("period", "to_date", "in_force"):
        formula = Formula(Term("t", "sum", "tien", "ngay", window, key=("xa",)), place="xa")
        found = compute(formula, {"t": tables.relation(name)}, engine, [january], ["province", "place"])
        assert found == [Measured(january, "", "", None, None, None, 0)]
    assert compute(formula, {"t": tables.relation(name)}, engine, [], ["province", "place"]) == []


def test_the_plan_in_force_changes_on_the_day_of_the_decision_and_only_in_its_year(tables: Tables, engine: Engine):
    columns = {"da": "string", "ngay": "date", "nam": "long", "von": "long"}
    name = tables.create(columns, [
        ("A", day("2025-12-20"), 2026, 100), ("B", day("2025-12-20"), 2026, 50),
        ("A", day("2026-06-01"), 2026, 130), ("A", day("2026-06-01"), 2026, 140),  # the later row of a day counts
        ("A", day("2026-12-25"), 2027, 999), ("B", day("2026-09-01"), 2026, None),  # B's plan is withdrawn
    ])  # fmt: skip
    formula = Formula(Term("t", "sum", "von", "ngay", "in_force", year="nam", key=("da",)))
    codes = ("2025-12-31", "2026-01-01", "2026-05-31", "2026-06-01", "2026-09", "2026", "2027-01-01", "2028")
    found = compute(formula, {"t": tables.relation(name)}, engine, [Period.parse(code) for code in codes])
    assert [one.value for one in found] == [None, 150, 150, 190, 140, 140, 999, None]


def test_dossiers_are_open_until_answered_and_overdue_from_the_day_after_they_are_due(tables: Tables, engine: Engine):
    columns = {"nhan": "date", "hen": "date", "tra": "date"}
    name = tables.create(columns, [
        (day("2026-01-05"), day("2026-01-10"), day("2026-01-12")),
        (day("2026-01-05"), day("2026-01-10"), day("2026-01-10")),
        (day("2026-01-05"), day("2026-01-10"), None),
        (day("2026-01-08"), day("2026-01-20"), day("2026-01-06")),  # answered before it came: counts nowhere
    ])  # fmt: skip
    relations = {"t": tables.relation(name)}
    days = [Period.parse(f"2026-01-{number:02}") for number in range(4, 14)]
    received = Formula(Term("t", time="nhan", window="open", leave="tra"))
    assert [one.value for one in compute(received, relations, engine, days)] == [None, 3, 3, 3, 3, 3, 2, 2, 1, None]
    late = Formula(
        Term("t", time="hen", window="overdue", leave="tra"), Term("t", time="nhan", window="open", leave="tra"), 100
    )
    found = compute(late, relations, engine, days[5:9])
    assert [(one.numerator, one.denominator) for one in found] == [(None, 3), (0, 2), (2, 2), (1, 1)]
    behind = rows_behind(late, relations, engine, days[7])
    assert [(row.part, row.row) for row in behind] == [
        ("numerator", 3),
        ("numerator", 1),
        ("denominator", 3),
        ("denominator", 1),
    ]


def test_a_moment_counts_on_its_day_in_vietnam(tables: Tables, engine: Engine):
    new_year = dt.datetime(2025, 12, 31, 17, 0, tzinfo=dt.UTC)
    name = tables.create({"luc": "timestamptz"}, [(new_year,), (new_year - dt.timedelta(seconds=1),)])
    relations = {"t": tables.relation(name)}
    formula = Formula(Term("t", time="luc", filter="luc >= '2026-01-01'"))
    found = compute(formula, relations, engine, [Period.parse("2025-12-31"), Period.parse("2026-01-01")])
    assert [one.value for one in found] == [0, 1]
    assert [row.row for row in rows_behind(formula, relations, engine, Period.parse("2026"))] == [1]


def test_sums_beyond_64_bits_stay_exact(tables: Tables, engine: Engine):
    big = Decimal("99999999999999999999999999999999.99")
    name = tables.create(
        {"xa": "string", "ngay": "date", "tien": "decimal(34,2)"},
        [("A", day(f"2026-01-{n:02}"), big) for n in range(1, 6)],
    )
    formula = Formula(Term("t", "sum", "tien", "ngay", "to_date"), place="xa")
    found = compute(formula, {"t": tables.relation(name)}, engine, [Period.parse("2026-01")], ["province", "place"])
    assert [one.value for one in found] == [Decimal("499999999999999999999999999999999.95")] * 2


def test_days_that_fit_into_64_bits_may_add_up_to_more(tables: Tables, duck: Engine):
    name = tables.create(MONEY, [("A", "x", day(f"2026-01-{n:02}"), 2**62, None) for n in range(1, 4)])
    formula = Formula(Term("t", "sum", "tien", "ngay", "to_date"))
    assert compute(formula, {"t": tables.relation(name)}, duck, [Period.parse("2026-01")])[0].value == 3 * 2**62


def test_lineage_gives_the_biggest_of_the_newest_rows_with_all_columns(tables: Tables, engine: Engine):
    name = tables.create(MONEY, [
        ("A", "x", day("2026-01-05"), 1, None), ("A", "y", day("2026-01-06"), 2, None),
        ("A", "x", day("2026-01-06"), 3, None), ("B", "x", day("2026-01-07"), 4, None),
    ])  # fmt: skip
    formula = Formula(Term("t", "sum", "tien", "ngay", "ytd"), place="xa", agency="cq")
    relations, january = {"t": tables.relation(name)}, Period.parse("2026-01")
    found = rows_behind(formula, relations, engine, january, place="A", limit=2)
    assert found.total == 3
    assert [row.row for row in found] == [3, 2]
    assert found[0].values == {
        "_run": 1,
        "_row": 3,
        "xa": "A",
        "cq": "x",
        "ngay": day("2026-01-06"),
        "tien": 3,
        "ke_hoach": None,
    }
    assert [row.row for row in rows_behind(formula, relations, engine, january, agency="y")] == [2]
    assert [row.row for row in rows_behind(formula, relations, engine, january, place="A", agency="x")] == [3, 1]


@pytest.mark.parametrize(
    ("within", "rows"),
    [
        (None, [4, 3, 2, 1]),
        ((), []),
        (({"cq": frozenset({"y"})},), [2]),
        (({"cq": frozenset({"y"})}, {"xa": frozenset({"B", "'"})}), [4, 2]),
        (({"cq": frozenset({"x"}), "xa": frozenset({"A"})},), [3, 1]),
        (({"gone": frozenset({"x"})},), []),  # a column that the snapshot does not have
    ],
)
def test_rows_outside_the_limits_are_counted_and_not_given(
    tables: Tables, engine: Engine, within: Any, rows: list[int]
):
    name = tables.create(MONEY, [
        ("A", "x", day("2026-01-05"), 1, None), ("A", "y", day("2026-01-06"), 2, None),
        ("A", "x", day("2026-01-06"), 3, None), ("B", "x", day("2026-01-07"), 4, None),
    ])  # fmt: skip
    formula = Formula(Term("t", "sum", "tien", "ngay", "ytd"), place="xa", agency="cq")
    relations = {"t": tables.relation(name)}
    found = rows_behind(formula, relations, engine, Period.parse("2026-01"), within={"t": within})
    assert [row.row for row in found] == rows
    assert (found.total, found.outside) == (4, 4 - len(rows))
    newest = rows_behind(formula, relations, engine, Period.parse("2026-01"), limit=1, within={"t": within})
    assert [row.row for row in newest] == rows[:1]


def test_what_several_formulas_need_is_asked_once(tables: Tables, duck: Engine):
    name = tables.create(MONEY, [("A", "x", day("2026-01-05"), 1, 2)])
    asked: list[str] = []

    class Counting:
        def run(self, query: Any, relations: Any) -> Any:
            asked.append(query.sql())
            return duck.run(query, relations)

    paid, plan = (
        Term("t", "sum", column, "ngay", window) for column, window in (("tien", "ytd"), ("ke_hoach", "period"))
    )
    formulas = [
        Formula(paid, plan, 100, place="xa"),
        Formula(paid, place="xa"),
        Formula(Term("t", time="ngay", filter="tien > 0"), place="xa"),
    ]
    relations, periods = {"t": tables.relation(name)}, [Period.parse("2026-01")]
    found = compute_all(formulas, relations, Counting(), periods, ["province", "place"])
    assert [[one.value for one in values] for values in found] == [[50, 50], [1, 1], [1, 1]]
    assert len(asked) == 2  # the buckets and the days between which there are data
    lines = compute_series(formulas, relations, duck, periods, ["province", "place"])
    assert [(line.place, line.values, line.rows) for line in lines[0]] == [("", [50], [2]), ("A", [50], [2])]


@pytest.mark.parametrize(("formula", "by", "option"), [
    (Formula(Term("u", time="ngay")), (), "measure.no_dataset"),
    (Formula(Term("t")), (), "time"),
    (Formula(Term("t", time="tien")), (), "time"),
    (Formula(Term("t", "sum", "", "ngay")), (), "column"),
    (Formula(Term("t", "sum", "xa", "ngay")), (), "column"),
    (Formula(Term("t", "sum", "do", "ngay")), (), "column"),
    (Formula(Term("t", "count", "khong", "ngay")), (), "column"),
    (Formula(Term("t", time="ngay", year="xa")), (), "year"),
    (Formula(Term("t", time="ngay", window="open")), (), "leave"),
    (Formula(Term("t", time="ngay", window="in_force")), (), "key"),
    (Formula(Term("t", time="ngay", window="in_force", key=("khong",))), (), "key"),
    (Formula(Term("t", "max", "tien", "ngay", "open", leave="ngay")), (), "agg"),
    (Formula(Term("t", time="ngay"), Term("t", time="khong")), (), "time"),
    (Formula(Term("t", time="ngay")), ("place",), "place"),
    (Formula(Term("t", time="ngay"), place="tien"), ("place",), "place"),
    (Formula(Term("t", time="ngay"), place="xa", agency="khong"), ("agency",), "agency"),
    (Formula(Term("t", time="ngay", filter="khong = 1")), (), "measure.bad_filter"),
])  # fmt: skip
def test_a_formula_that_does_not_fit_its_datasets_is_refused(formula: Formula, by: Any, option: str):
    from vamco.engines.measure import check

    columns = {"t": {"xa": "string", "ngay": "date", "tien": "decimal(18,2)", "do": "double"}}
    with pytest.raises(Refused) as refused:
        check(formula, columns, by)
    assert option in {refused.value.code, refused.value.data.get("option")}
    with pytest.raises(Refused):
        compute(formula, {}, None, [], by)  # type: ignore[arg-type]

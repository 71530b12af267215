from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.lib.errors import Refused
from vamco.lib.time import HCM
from vamco.systems.hub.contracts import Check, Column, Reason
from vamco.systems.hub.rules import grading
from vamco.systems.hub.tests.building import AMOUNT, KEY, contract, field, rule

MOMENTS = st.integers(0, 70 * 365 * 86_400).map(
    lambda s: dt.datetime(2020, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=s)
)
LINES = st.sampled_from(
    [
        "* * * * *",
        "*/10 * * * *",
        "0 17 * * *",
        "0 17 * * 1-5",
        "0 17 25 * *",
        "0 17 10 1 *",
        "30 7,13 1,15 * *",
        "0 0 29 2 *",
        "5 4 13 * 5",
        "0 6 * * 0",
        "0 6 * * 7",
        "0-30/15 8 31 * *",
    ],
)


def hcm(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=HCM)


@pytest.mark.parametrize(
    ("line", "now", "after", "until"),
    [
        ("0 17 * * *", "2026-11-20T17:00", "2026-11-21T17:00", "2026-11-20T17:00"),
        ("0 17 * * 1-5", "2026-11-20T17:00:01", "2026-11-23T17:00", "2026-11-20T17:00"),  # a Friday, then a Monday
        ("0 17 25 * *", "2026-11-20T09:00", "2026-11-25T17:00", "2026-10-25T17:00"),
        ("0 17 10 1 *", "2026-11-20T09:00", "2027-01-10T17:00", "2026-01-10T17:00"),
        ("*/10 * * * *", "2026-11-20T23:55", "2026-11-21T00:00", "2026-11-20T23:50"),
        ("0 0 29 2 *", "2026-11-20T00:00", "2028-02-29T00:00", "2024-02-29T00:00"),
        ("0 0 29 2 *", "2097-01-01T00:00", "2104-02-29T00:00", "2096-02-29T00:00"),  # 2100 is no leap year
        ("0 6 * * 7", "2026-11-20T00:00", "2026-11-22T06:00", "2026-11-15T06:00"),
        ("0 6 13 * 5", "2026-11-20T07:00", "2026-11-27T06:00", "2026-11-20T06:00"),  # the 13th or a Friday
        ("0-30/15 8,9 * * *", "2026-11-20T08:15", "2026-11-20T08:30", "2026-11-20T08:15"),
    ],
)
def test_cron_on_vietnams_clock(line: str, now: str, after: str, until: str) -> None:
    cron = grading.Cron.parse(line)
    assert cron.after(hcm(now)) == hcm(after)
    assert cron.until(hcm(now)) == hcm(until)
    assert cron.after(hcm(now)).tzinfo is dt.UTC


@given(LINES, MOMENTS)
def test_between_two_times_there_is_none(line: str, moment: dt.datetime) -> None:
    cron = grading.Cron.parse(line)
    before, after = cron.until(moment), cron.after(moment)
    assert before <= moment < after
    assert cron.until(after - dt.timedelta(microseconds=1)) == before
    assert cron.after(before) == after
    assert cron.until(after) == after


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("0 17 * *", "five fields"),
        ("60 * * * *", "minute: 0 to 59"),
        ("x * * * *", "minute: a number"),
        ("* * 0 * *", "day: 1 to 31"),
        ("5-1 * * * *", "minute: 0 to 59"),
        ("*/0 * * * *", "minute"),
        ("*/x * * * *", "minute"),
        ("1- * * * *", "minute: a number"),
        ("* * 31 2,4 *", "a day that some month has"),
        ("* * * * 8", "weekday: 0 to 7"),
    ],
)
def test_a_wrong_line_says_what_is_wrong(line: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        grading.Cron.parse(line)


def test_all_checks_of_a_contract_in_order() -> None:
    terms = contract(
        field("ten", required=True, physicalType="VARCHAR(20)", logicalTypeOptions={"pattern": "a+", "maxLength": 30}),
        field(
            "ngay",
            "date",
            logicalTypeOptions={"minimum": "2025-01-01", "maximum": "2026-12-31"},
            quality=[rule("not_in_future")],
        ),
        quality=[rule("row_count", minimum=1)],
    )
    assert [check.code for check in grading.row_checks(terms)] == [
        "required:ten",
        "text:ten",
        "line_breaks:ten",
        "max_length:ten",
        "pattern:ten",
        "type:ngay",
        "minimum:ngay",
        "maximum:ngay",
        "not_in_future:ngay",
        "no_row:ten",
    ]
    assert [check.value for check in grading.row_checks(terms)][3] == 20
    assert [check.code for check in grading.batch_checks(terms)] == ["row_count"]


def test_keys_are_the_primary_key_and_each_unique_column() -> None:
    assert grading.keys(contract(KEY, AMOUNT)) == [("ma",)]
    two = [field(n, required=True, primaryKey=True, primaryKeyPosition=p) for n, p in (("xa", 2), ("nam", 1))]
    assert grading.keys(contract(*two, field("so", unique=True))) == [("nam", "xa"), ("so",)]
    assert grading.keys(contract({**KEY, "unique": True})) == [("ma",)]
    assert grading.keys(contract(AMOUNT)) == []


def test_a_reason_names_columns_as_people_do() -> None:
    terms = contract(KEY, AMOUNT, field("loai", quality=[rule("set", values=["a", "b"])]))
    assert grading.explain(terms, "minimum:so_tien").text(str) == "Số tiền: below 0"
    assert grading.explain(terms, "type:so_tien").text(str) == "Số tiền: not a whole number"
    decimal = contract(field("tien", "number", physicalType="DECIMAL(18,2)"))
    assert grading.explain(decimal, "type:tien").text(str) == "tien: not a number, or one with too many digits"
    assert grading.explain(terms, "set:loai").text(str) == "loai: not one of a, b"
    assert grading.explain(terms, "unique:ma+so_tien").text(str) == (
        "ma, Số tiền: another row has the same key and says something else"
    )
    assert grading.explain(terms, "columns").text(str) == "The row does not have as many cells as the header"
    assert grading.explain(terms, "row_count", found=1, value=2).text(str) == "Number of rows 1, expected 2"
    assert grading.explain(terms, "strange:x").message == "strange"


COLUMNS = [
    Column("ma", "string", "Mã", required=True),
    Column("so_tien", "long", "Số tiền", required=True),
    Column("ghi_chu", "string"),
]


def test_a_header_is_matched_by_name_or_title_in_any_order() -> None:
    found = grading.match_header(["  SỐ  tiền ", "khác", "Ma", "", "ghi_chu"], COLUMNS)
    assert found == grading.Header({"so_tien": 0, "ma": 2, "ghi_chu": 4}, unknown=("khác",))
    decomposed = "So\u0302\u0301 tie\u0302\u0300n"
    assert grading.match_header([decomposed, "ma", "ghi_chu"], COLUMNS).places == {"so_tien": 0, "ma": 1, "ghi_chu": 2}


def test_a_header_that_lacks_or_repeats_a_column() -> None:
    missing = grading.Header({}, grading.MISSING_COLUMNS, ("so_tien", "ghi_chu"))  # also one that need not be filled
    assert grading.match_header(["ma"], COLUMNS) == missing
    assert grading.match_header(["ma", "Mã", "so_tien"], COLUMNS) == grading.Header({}, grading.TWICE, ("ma",))
    assert grading.match_header(["ma", "so_tien"], COLUMNS, given=["ghi_chu"]).places == {"ma": 0, "so_tien": 1}
    assert grading.match_header(["x"], COLUMNS[2:]).problem == grading.MISSING_COLUMNS


def test_the_delimiter_is_the_one_that_the_header_uses_most() -> None:
    assert [grading.delimiter_of(line) for line in ("a,b;c;d", "a\tb", "a", "a,b")] == [";", "\t", ",", ","]


def test_a_batch_without_rows_is_refused() -> None:
    assert grading.refusal(contract(KEY), grading.Batch(0, 0, 0, 5), {}) == Reason("no_rows", grading.NO_ROWS, {})


@given(st.integers(1, 10_000), st.data())
def test_too_many_bad_rows_refuse_a_batch_and_repeats_are_not_bad(rows: int, data: st.DataObject) -> None:
    bad = data.draw(st.integers(0, rows))
    repeats = data.draw(st.integers(0, rows - bad))
    reason = grading.refusal(contract(KEY), grading.Batch(rows, rows - bad - repeats, repeats, 0), {})
    assert (reason is not None) == (bad > 0.2 * rows)
    if reason:
        assert reason.data == {"bad": bad, "rows": rows, "limit": 20}


def test_only_an_error_of_a_batch_check_refuses() -> None:
    batch = grading.Batch(10, 10, 0, 0)
    broken = {"row_count": {"found": 10, "value": "≥ 96"}}
    refusing = contract(KEY, quality=[rule("row_count", minimum=96)])
    warning = contract(KEY, quality=[rule("row_count", minimum=96, severity="warning")])
    reason = grading.refusal(refusing, batch, broken)
    assert reason is not None
    assert reason.text(str) == "Number of rows 10, expected ≥ 96"
    assert grading.refusal(warning, batch, broken) is None
    assert grading.refusal(refusing, batch, {}) is None


@pytest.mark.parametrize(
    ("delivery", "wanted", "good", "before", "broken"),
    [
        ("replace", {"minimum": 96}, 96, 0, None),
        ("replace", {"minimum": 96}, 95, 0, {"found": 95, "value": "≥ 96"}),
        ("replace", {"maximum": 3}, 3, 0, None),
        ("replace", {"maximum": 3}, 4, 0, {"found": 4, "value": "≤ 3"}),
        ("replace", {"at_least_of_previous": 0.9}, 90, 100, None),
        ("replace", {"at_least_of_previous": 0.9}, 89, 100, {"found": 89, "value": "≥ 90"}),
        ("replace", {"at_least_of_previous": 0.9}, 1, 0, None),
        ("append", {"at_least_of_previous": 1.0}, 1, 100, None),
        ("replace", None, 0, 0, None),
    ],
)
def test_number_of_rows(delivery: str, wanted: object, good: int, before: int, broken: object) -> None:
    terms = contract(KEY, delivery=delivery)
    assert (
        grading.row_count_broken(Check("row_count", value=wanted), terms, grading.Batch(good, good, 0, before))
        == broken
    )


def test_age_of_the_newest_row() -> None:
    check = Check("freshness", "ngay", 3)
    today = dt.date(2026, 11, 20)
    assert grading.too_old(check, dt.date(2026, 11, 17), today) is None
    assert grading.too_old(check, dt.date(2026, 11, 16), today) == {"found": "2026-11-16", "value": "2026-11-17"}
    assert grading.too_old(check, None, today) == {"found": "–", "value": "2026-11-17"}


def test_a_cumulated_sum_falls() -> None:
    assert not grading.falls(None, 5, "replace")
    assert grading.falls(-1, None, "append")
    assert not grading.falls(0, None, "append")
    assert grading.falls(4, 5, "replace")
    assert not grading.falls(5, 5, "replace")
    assert not grading.falls(5, None, "replace_where")


def test_a_finding_about_the_batch() -> None:
    found = grading.finding_of(Check("row_count", severity="warning"))
    assert (found.code, found.rows, found.severity) == ("row_count", 0, "warning")


@given(st.integers(0, 10**9), st.data())
def test_quality_is_a_share(rows: int, data: st.DataObject) -> None:
    quality = grading.quality(rows, data.draw(st.integers(0, rows)))
    assert quality is None if rows == 0 else 0 <= quality <= 1  # type: ignore[operator]


def test_a_source_is_due_when_its_time_passed_without_a_collection() -> None:
    now, daily = hcm("2026-11-20T17:05"), grading.Cron.parse("0 17 * * *")
    assert grading.is_due(daily, None, now)
    assert grading.is_due(daily, hcm("2026-11-20T16:59"), now)
    assert not grading.is_due(daily, hcm("2026-11-20T17:00"), now)


def test_waiting_before_a_retry() -> None:
    assert [grading.wait_before_retry(n, "") for n in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert grading.wait_before_retry(0, "7") == 7
    assert grading.wait_before_retry(0, "9999") == 30
    assert grading.wait_before_retry(1, "Wed, 21 Oct 2026 07:28:00 GMT") == 1


def test_an_error_as_a_reason() -> None:
    error = Refused("hub.x", "no %(what)s", what=dt.date(2026, 1, 2))
    assert grading.reason_of(error) == Reason("hub.x", "no %(what)s", {"what": "2026-01-02"})


def test_same_host() -> None:
    assert grading.same_host("http://a:1/x", "http://a:1/y?z")
    for other in ("http://a:2/x", "https://a:1/x", "http://b:1/x", "file:///etc/passwd", "//b/x"):
        assert not grading.same_host("http://a:1/x", other)

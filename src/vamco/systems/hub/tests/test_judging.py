"""A batch against what stands in the table: parts, sums, amounts, columns that lost their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vamco.lib.errors import Refused
from vamco.systems.hub import public as hub
from vamco.systems.hub import queries
from vamco.systems.hub.adapters.intake import batch as intake
from vamco.systems.hub.contracts import Check, Layout, RunState
from vamco.systems.hub.rules import grading
from vamco.systems.hub.services import judging
from vamco.systems.hub.tests.building import AMOUNT, CSV, KEY, contract, delivery, field, put, rule

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.systems.hub.services.judging import Verdict

db = pytest.mark.django_db
YEAR = field("nam", "integer", required=True)
DONG = {**AMOUNT, "customProperties": [{"property": "vamco.unit", "value": "dong"}]}
LOOSE = {"property": "vamco.maxBad", "value": 0.5}


def give(folder: Path, content: str) -> None:
    run = hub.receive("thu_nghiem", delivery(folder / "in.csv", content))
    assert run.state == RunState.PUBLISHED, run.reason


def verdict(folder: Path, content: str) -> Verdict:
    """What is said of a file, without taking it in."""
    path = folder / "asked.csv"
    path.write_text(content, encoding="utf-8")
    terms = queries.contract("thu_nghiem")
    with intake.opened(path, CSV, terms, judging.setting(terms), folder) as batch:
        return judging.judge(terms, batch)


def said(found: Verdict) -> str:
    return found.reason.text(str) if found.reason else ""


def lines(*rows: tuple[Any, ...]) -> str:
    return "".join(",".join(map(str, row)) + "\n" for row in rows)


@db
def test_a_stray_slice_does_not_hide_a_loss(tmp_path: Path) -> None:
    put(KEY, AMOUNT, YEAR, delivery="replace_where:nam", quality=[rule("row_count", at_least_of_previous=0.9)])
    head = "ma,so_tien,nam\n"
    give(tmp_path, head + lines(*((f"a{n}", 1, 2025) for n in range(10))))
    give(tmp_path, head + lines(*((f"b{n}", 1, 2026) for n in range(10))))
    # twelve rows are 60 % of what stood in the two years together; of 2026, one of ten is left
    mixed = head + lines(*((f"a{n}", 1, 2025) for n in range(29)), ("b0", 1, 2026))
    assert said(verdict(tmp_path, mixed)) == "Number of rows of 2026: 1, expected ≥ 9"
    assert said(verdict(tmp_path, head + lines(*((f"b{n}", 1, 2026) for n in range(9))))) == ""


@db
def test_sums_jump_and_fall_slice_by_slice(tmp_path: Path) -> None:
    checks = [
        rule("jump", column="so_tien", at_least_of_previous=0.5, at_most_of_previous=2),
        rule("ytd_monotone", column="so_tien", date="ngay", by="ky", severity="warning"),
    ]
    fields = (KEY, AMOUNT, YEAR, field("ngay", "date"), field("ky", "integer", required=True))
    put(*fields, delivery="replace_where:nam", quality=checks)
    head = "ma,so_tien,nam,ngay,ky\n"
    give(tmp_path, head + lines(("a", 100, 2025, "2025-01-01", 1), ("b", 10, 2025, "2025-01-01", 2)))
    give(tmp_path, head + lines(("c", 1000, 2026, "2026-01-01", 1)))
    low = verdict(tmp_path, head + lines(("a", 54, 2025, "2025-01-01", 1), ("c", 1500, 2026, "2026-01-01", 1)))
    assert said(low) == "Số tiền, 2025: the sum is 54, expected ≥ 55"
    high = verdict(tmp_path, head + lines(("c", 2001, 2026, "2026-01-01", 1)))
    assert said(high) == "Số tiền, 2026: the sum is 2001, expected ≤ 2000"
    # the second period of 2025 is gone, and the first one is larger than both were
    gone = verdict(tmp_path, head + lines(("a", 200, 2025, "2025-01-01", 1)))
    assert (said(gone), [each.code for each in gone.findings]) == ("", ["ytd_monotone:so_tien"])


@db
@pytest.mark.parametrize("mode", ["replace", "append"])
def test_sums_of_the_whole_table_are_compared(tmp_path: Path, mode: str) -> None:
    checks = [
        rule("jump", column="so_tien", at_most_of_previous=2),
        rule("ytd_monotone", column="so_tien", date="ngay", by="nam"),
    ]
    loose = {**AMOUNT, "logicalTypeOptions": {}}
    put(KEY, loose, YEAR, field("ngay", "date"), delivery=mode, quality=checks)
    head = "ma,so_tien,nam,ngay\n"
    give(tmp_path, head + lines(("a", 100, 2025, ""), ("b", 50, 2026, "")))
    much = verdict(tmp_path, head + lines(("c", 301, 2025, ""), ("d", 50, 2026, "")))
    assert said(much) == f"Số tiền: the sum is {351 if mode == 'replace' else 501}, expected ≤ 300"
    gone = verdict(tmp_path, head + lines(("c", 150, 2025, "")))  # 2026 is not there any more
    assert said(gone) == ("ngay: the cumulated Số tiền would fall" if mode == "replace" else "")


@db
def test_who_has_no_rows_and_how_many_cells_are_empty(tmp_path: Path) -> None:
    put(
        KEY, field("xa"), field("ngay", "date"), field("so", "integer"),
        quality=[
            rule("empties", column="so", at_most=0.5, severity="warning"),
            rule("coverage", column="xa", list="communes", date="ngay", at_least=0.02),
        ],
    )  # fmt: skip
    head = "ma,xa,ngay,so\n"
    one = verdict(tmp_path, head + lines(("a", "25459", "2026-01-01", ""), ("b", "25459", "2026-01-01", 1)))
    assert said(one) == "xa: 1 % of the list have rows, expected at least 2 %"
    assert one.findings == ()
    two = verdict(tmp_path, head + lines(("a", "25459", "2026-01-01", ""), ("b", "25480", "2026-01-01", "")))
    assert (said(two), [each.code for each in two.findings]) == ("", ["empties:so"])


@db
def test_wrong_rows_carry_a_bounded_share_of_an_amount(tmp_path: Path) -> None:
    put(KEY, DONG, field("loai", required=True), custom=[LOOSE])
    head = "ma,so_tien,loai\n"
    small = [(f"a{n}", 10, "x") for n in range(9)]
    assert said(verdict(tmp_path, head + lines(*small, ("z", 90, "")))) == ""  # one half of the amount is the limit
    assert said(verdict(tmp_path, head + lines(*small, ("z", 91, "")))) == (
        "Số tiền: wrong rows carry 50.3 % of the amount, and the contract allows 50 %"
    )
    # an amount that nobody can read counts as the others do, or as the table has it
    unread = head + lines(*small, ("z", "x", "l"))
    assert said(verdict(tmp_path, unread)) == ""
    give(tmp_path, head + lines(*small, ("z", 1000, "l")))
    assert (
        said(verdict(tmp_path, unread))
        == "Số tiền: wrong rows carry 91.7 % of the amount, and the contract allows 50 %"
    )


@db
def test_a_batch_without_a_good_row_is_refused_whatever_the_contract_allows(tmp_path: Path) -> None:
    put(custom=[{"property": "vamco.maxBad", "value": 1}])
    assert said(verdict(tmp_path, "ma,so_tien\na,x\n")) == "None of the 1 rows is right"


@db
@pytest.mark.parametrize("mode", ["replace", "append", "replace_where:nam"])
def test_a_column_that_lost_all_its_values_waits_for_a_person(tmp_path: Path, mode: str) -> None:
    put(KEY, YEAR, field("ten", businessName="Tên"), field("ghi_chu"), delivery=mode)
    head = "ma,nam,ten,ghi_chu\n"
    give(tmp_path, head + lines(("a", 2025, "x", ""), ("b", 2025, "y", "")))
    found = verdict(tmp_path, head + lines(("c", 2025, "", ""), ("d", 2025, "", "")))
    assert (found.reason, found.hold.text(str) if found.hold else "") == (
        None,
        "Tên: used to be filled and is now empty in every row",
    )
    assert verdict(tmp_path, head + lines(("c", 2025, "", ""), ("d", 2025, "z", ""))).hold is None


@db
def test_a_few_rows_of_another_year_may_be_without_by_accident(tmp_path: Path) -> None:
    put(KEY, YEAR, field("ten"), delivery="replace_where:nam")
    head = "ma,nam,ten\n"
    give(tmp_path, head + lines(("a", 2025, "x"), ("b", 2025, "")))
    assert verdict(tmp_path, head + lines(*((f"c{n}", 2026, "") for n in range(6)))).hold is None  # one in 64
    assert verdict(tmp_path, head + lines(*((f"c{n}", 2026, "") for n in range(7)))).hold is not None
    assert verdict(tmp_path, head + lines(("a", 2025, ""))).hold is not None  # the same year: any will do


@db
def test_hundredths_that_are_fractions_now(tmp_path: Path) -> None:
    put(KEY, field("ty_le", "number", physicalType="DECIMAL(9,4)", businessName="Tỷ lệ (%)", required=True))
    head, low = "ma,ty_le\n", "a,0.5\nb,0.25\nc,1\n"
    first = verdict(tmp_path, head + low)
    assert (first.reason, first.hold.code if first.hold else "") == (None, "fractions")
    assert verdict(tmp_path, head + "a,0.5\nb,0.25\nc,12\n").hold is None
    assert verdict(tmp_path, head + "a,0\nb,1\nc,1\n").hold is None
    give(tmp_path, head + "a,50\nb,25\nc,100\n")
    assert said(verdict(tmp_path, head + low)) == (
        "Tỷ lệ (%): no value is above 1, and before they went up to 100; they are shares where hundredths are meant"
    )


@db
def test_a_column_that_the_table_does_not_have_yet(tmp_path: Path) -> None:
    put(KEY, AMOUNT, delivery="append")
    give(tmp_path, "ma,so_tien\na,1\n")
    renamed = {**AMOUNT, "name": "tien", "customProperties": [{"property": "vamco.was", "value": "so_tien"}]}
    put(KEY, renamed, field("moi"), delivery="append")
    found = verdict(tmp_path, "ma,tien,moi\na,1,\nb,2,x\n")
    assert (found.good, found.repeats, found.reason) == (1, 1, None)


def test_a_file_that_is_not_named_as_agreed_is_refused() -> None:
    terms, layout = contract(KEY), Layout("csv", name_form=r"thu-(?P<nam>\d{4})\.csv")
    assert judging.setting(terms, "xa/thu-2026.csv", layout).named == {"nam": "2026"}
    with pytest.raises(Refused) as caught:
        judging.setting(terms, "thu.csv", layout)
    assert caught.value.code == "hub.file_name"


def test_which_columns_have_amounts() -> None:
    def names(*fields: Any, **more: Any) -> list[str]:
        return [column.name for column in grading.amounts(contract(KEY, *fields, **more))]

    share = field("ty_le", "number", businessName="Tỷ lệ (%)", required=True)
    assert names(DONG, share, field("so", "integer", required=True)) == ["so_tien"]
    assert names(AMOUNT, share, field("so", "integer")) == ["so_tien"]
    assert names(share, field("so", "integer")) == ["so"]
    jump = [rule("jump", column="so", at_most_of_previous=2)]
    assert names(DONG, field("so", "integer"), quality=jump) == ["so_tien", "so"]
    assert names(AMOUNT, YEAR, delivery="replace_where:nam") == ["so_tien"]


@pytest.mark.parametrize(
    ("delivery_mode", "part", "wanted", "broken"),
    [
        ("replace", (5, 10), {"at_most_of_previous": 1.5}, None),
        ("replace", (16, 10), {"at_most_of_previous": 1.5}, {"found": 16, "value": "≤ 15", "slice": "s"}),
        ("replace", (16, 0), {"at_most_of_previous": 1.5}, None),  # nothing stood there
        ("append", (6, 10), {"at_most_of_previous": 1.5}, {"found": 16, "value": "≤ 15", "slice": "s"}),
    ],
)
def test_a_part_that_grows_beyond_reason(
    delivery_mode: str, part: tuple[int, int], wanted: dict[str, Any], broken: dict[str, Any] | None
) -> None:
    found = grading.Batch(part[0], part[0], 0, part[1], (grading.Part("s", *part),))
    assert (
        grading.row_count_broken(Check("row_count", value=wanted), contract(KEY, delivery=delivery_mode), found)
        == broken
    )

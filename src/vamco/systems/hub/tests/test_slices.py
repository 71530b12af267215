"""A delivery replaces only what it owns, and an older copy never wins."""

from __future__ import annotations

import datetime as dt
import os
import time
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from vamco.systems.hub import public as hub
from vamco.systems.hub import services
from vamco.systems.hub.contracts import Layout, RunState
from vamco.systems.hub.models import Source
from vamco.systems.hub.rules import slices
from vamco.systems.hub.rules.feeds import SourceItem
from vamco.systems.hub.tests.building import AMOUNT, AT, KEY, delivery, field, put

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.systems.hub.contracts import RunView

db = pytest.mark.django_db
YEAR = field("nam", "integer", required=True, businessName="Năm")
HEAD = "nam,ma,so_tien\n"


def give(folder: Path, content: str, day: int = 0, name: str = "thu.csv", **more: Any) -> RunView:
    given = delivery(folder / "in", HEAD + content, name=name, at=AT + dt.timedelta(days=day), **more)
    return hub.receive("thu_nghiem", given)


def table() -> dict[str, tuple[int, int]]:
    """By key: year and amount."""
    from sqlglot import parse_one

    query: Any = parse_one("SELECT nam, ma, so_tien FROM t")
    rows = hub.engine().run(query, {"t": hub.relation("thu_nghiem")}).to_pylist()
    return {row["ma"]: (row["nam"], row["so_tien"]) for row in rows}


def ended(run: RunView) -> tuple[RunState, str]:
    return run.state, run.reason.code if run.reason else ""


def by_year(**more: Any) -> None:
    put(YEAR, KEY, AMOUNT, delivery="replace_where:nam", custom=[{"property": "vamco.maxBad", "value": 0.5}], **more)


@db
def test_a_stray_row_replaces_no_other_slice(tmp_path: Path) -> None:
    by_year()
    give(tmp_path, "2025,a,1\n2025,b,1\n", name="thu-2025.csv")
    give(tmp_path, "2026,c,1\n2026,d,1\n", name="thu-2026.csv")
    before = table()
    for content in (
        "2025,a,2\n2025,b,2\n2026,x,2\n",
        "2025,a,2\n2025,b,2\n2026,x,-2\n",  # the stray row is wrong by itself, too
        "2025,a,2\n2025,b,2\n20255,x,2\n",
    ):
        run = give(tmp_path, content, 1, "thu-2025.csv")
        assert ended(run) == (RunState.REFUSED, "hub.stray_rows")
    assert run.reason is not None
    assert run.reason.data == {"column": "Năm", "found": "2025 (2), 20255 (1)"}
    assert table() == before


@db
def test_the_name_of_a_file_says_what_it_replaces(tmp_path: Path) -> None:
    by_year()
    layout = Layout("csv", name_form=r"thu-(?P<nam>\d+)( .*)?\.csv")
    assert give(tmp_path, "2025,a,1\n2025,b,x\n", layout=layout, name="thu-2025.csv").state == RunState.PUBLISHED
    stray = give(tmp_path, "2026,a,1\n2026,b,2\n", 1, layout=layout, name="thu-2025.csv")
    assert ended(stray) == (RunState.REFUSED, "hub.stray_rows")
    beside = give(tmp_path, "2025,c,1\n", 2, "thu-2025 mới.csv", layout=layout, beside=("thu-2025.csv",))
    assert (beside.state, table()) == (RunState.PUBLISHED, {"c": (2025, 1)})
    other = give(
        tmp_path, "2025,c,1\n", 2, "thu-2026.csv", layout=layout
    )  # the same bytes under a name that says something else
    assert ended(other) == (RunState.REFUSED, "hub.stray_rows")
    wrong = give(tmp_path, "2025,c,1\n", 3, f"thu-{10**30}.csv", layout=layout)
    assert ended(wrong) == (RunState.REFUSED, "hub.slice")


@db
def test_an_older_copy_never_wins(tmp_path: Path) -> None:
    by_year()
    new = give(tmp_path, "2026,a,2\n", 5, "thu-2026.csv")
    for day, name, code in (
        (4, "thu-2026 (bản cũ).csv", "hub.older_copy"),
        (4, "thu-2026.csv", "hub.older_copy"),
        (5, "thu-2026 - Copy.csv", "hub.same_time"),
    ):
        assert ended(give(tmp_path, f"2026,a,{day}1\n", day, name)) == (RunState.REFUSED, code)
    asked = give(tmp_path, "2026,a,1\n", 6, "thu-2026 (1).csv", beside=("thu-2026.csv",))
    assert ended(asked) == (RunState.HELD, "hub.beside")
    assert table() == {"a": (2026, 2)}
    assert hub.relation("thu_nghiem").snapshot == new.snapshot
    moved = give(tmp_path, "2026,a,7\n", 7, "thu-2026-moi.csv")  # the first one is not there any more
    assert (moved.state, table()) == (RunState.PUBLISHED, {"a": (2026, 7)})
    assert ended(hub.run(asked.id)) == (RunState.REFUSED, "hub.superseded")


@db
def test_of_a_whole_list_an_older_copy_does_not_win_either(tmp_path: Path) -> None:
    put(YEAR, KEY, AMOUNT)
    give(tmp_path, "2026,a,2\n", 5)
    assert ended(give(tmp_path, "2026,a,1\n", 4)) == (RunState.REFUSED, "hub.older_copy")
    assert give(tmp_path, "2026,a,3\n", 5).state == RunState.PUBLISHED  # a name holds one thing at a time
    assert table() == {"a": (2026, 3)}


@db
def test_a_file_from_the_future_does_not_rule_for_ever(tmp_path: Path) -> None:
    put(YEAR, KEY, AMOUNT)
    give(tmp_path, "2026,a,1\n", 36500)
    later = delivery(tmp_path / "in", HEAD + "2026,a,2\n", name="thu.csv", at=dt.datetime.now(dt.UTC))
    assert hub.receive("thu_nghiem", later).state == RunState.PUBLISHED


@db
def test_a_delivery_that_says_no_slice_at_all_is_refused(tmp_path: Path) -> None:
    put(YEAR, KEY, AMOUNT, delivery="replace_where:nam", custom=[{"property": "vamco.maxBad", "value": 1}])
    assert ended(give(tmp_path, ",a,1\nx,b,1\n")) == (RunState.REFUSED, "hub.slice")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VAMCO_TEST_FOLDER", str(tmp_path / "shared"))
    (tmp_path / "shared" / "so").mkdir(parents=True)
    Source.objects.all().delete()
    item = {
        "code": "so", "name": "Sở", "name_en": "Department", "agency": "H53.04", "kind": "file", "folder_from": "VAMCO_TEST_FOLDER",
        "folder": "so", "schedule": "0 17 * * *", "datasets": [{"dataset": "thu_nghiem", "pattern": "*.csv"}],
    }  # fmt: skip
    with transaction.atomic():
        services.put_sources([SourceItem.model_validate(item)])
    return tmp_path / "shared" / "so"


def write(path: Path, content: str, age: float) -> None:
    path.write_text(HEAD + content, encoding="utf-8")
    then = time.time() - age
    os.utime(path, (then, then))


@db
def test_several_files_of_a_whole_list_are_refused_by_name(folder: Path) -> None:
    put(YEAR, KEY, AMOUNT)
    write(folder / "mot.csv", "2026,a,1\n", 60)
    assert [run.state for run in hub.collect("so").runs] == [RunState.PUBLISHED]
    write(folder / "hai.csv", "2026,a,2\n", 30)
    found = hub.collect("so")
    assert (found.runs, found.failures["thu_nghiem"].code) == ((), "hub.several_files")
    assert found.failures["thu_nghiem"].data == {"names": "hai.csv, mot.csv"}
    assert table() == {"a": (2026, 1)}
    (folder / "mot.csv").unlink()
    assert [run.state for run in hub.collect("so").runs] == [RunState.PUBLISHED]
    assert table() == {"a": (2026, 2)}


@db
@pytest.mark.parametrize("age", [90, 30])
def test_a_copy_that_lies_beside_the_file_does_not_win(folder: Path, age: float) -> None:
    by_year()
    write(folder / "thu-2026.csv", "2026,a,2\n", 60)
    hub.collect("so")
    write(folder / "thu-2026 (bản cũ).csv", "2026,a,1\n", age)
    [run] = hub.collect("so").runs
    assert ended(run) == ((RunState.HELD, "hub.beside") if age < 60 else (RunState.REFUSED, "hub.older_copy"))
    assert table() == {"a": (2026, 2)}


@db
@pytest.mark.parametrize("age", [30, 90])
def test_of_two_files_that_are_found_together_the_newer_one_counts(folder: Path, age: float) -> None:
    by_year()
    write(folder / "thu-2026.csv", "2026,a,2\n", 60)
    write(folder / "thu-2026 (2).csv", "2026,a,1\n", age)
    states = [ended(run) for run in hub.collect("so").runs]
    assert states == [(RunState.PUBLISHED, ""), (RunState.REFUSED, "hub.older_copy")]
    assert table() == {"a": (2026, 1 if age == 30 else 2)}


@db
def test_files_that_come_together_are_taken_in_the_order_in_which_they_were_written(folder: Path) -> None:
    put(YEAR, KEY, AMOUNT, delivery="append", custom=[{"property": "vamco.corrections", "value": "revise"}])
    write(folder / "gd-dinh-chinh.csv", "2026,a,2\n", 30)
    write(folder / "gd.csv", "2026,a,1\n2026,b,1\n", 60)
    assert [run.name for run in hub.collect("so").runs] == ["gd.csv", "gd-dinh-chinh.csv"]
    assert table() == {"a": (2026, 2), "b": (2026, 1)}


def test_what_the_period_column_says_covers_its_days_up_to_the_last() -> None:
    assert slices.covers_until(dt.date(2026, 3, 5), "date") == dt.date(2026, 3, 5)
    assert slices.covers_until(2025, "long") == dt.date(2025, 12, 31)
    assert slices.covers_until("2026-Q1", "string") == dt.date(2026, 3, 31)
    assert slices.covers_until("2026-02", "string") == dt.date(2026, 2, 28)
    assert slices.covers_until("2026-12", "string") == dt.date(2026, 12, 31)
    assert slices.covers_until("không rõ", "string") is None


TIMES = st.integers(0, 4).map(lambda day: AT + dt.timedelta(days=day))
COPIES = st.builds(
    slices.Copy,
    st.just("so"),
    st.sampled_from(["a", "b"]),
    st.none() | TIMES,
    st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2026, 1, 3)),
)


@given(one=COPIES, two=COPIES, by_name=st.booleans())
def test_no_two_different_files_each_take_the_place_of_the_other(
    *, one: slices.Copy, two: slices.Copy, by_name: bool
) -> None:
    if one.name == two.name or None in {one.at, two.at}:
        return
    both = {slices.precedence(a, b, (), by_name=by_name) for a, b in ((one, two), (two, one))}
    assert both in ({"newer", "older"}, {"same_time"})


ROWS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.integers(-1, 3)), min_size=1, max_size=4, unique_by=lambda row: row[0]
)
DELIVERIES = st.lists(
    st.tuples(
        st.sampled_from([2025, 2026]),
        st.integers(0, 6),  # the day on which the file was written
        st.sampled_from(["thu", "thu (cu)"]),
        ROWS,
        st.booleans(),  # with a stray row
    ),
    min_size=1,
    max_size=5,
)


@pytest.mark.django_db
@settings(max_examples=12, deadline=None)
@given(DELIVERIES)
def test_any_sequence_of_deliveries_leaves_what_a_simple_model_says(
    tmp_path_factory: pytest.TempPathFactory, sequence: list[Any]
) -> None:
    """Rules 2, 7 and 9: rows add up, the newest file of a year counts, and a wrong row keeps the last good one."""
    folder = tmp_path_factory.mktemp("in")
    with transaction.atomic():
        put(YEAR, KEY, AMOUNT, delivery="replace_where:nam", custom=[{"property": "vamco.maxBad", "value": 1}])
        model: dict[int, dict[str, int]] = {}
        newest: dict[int, tuple[int, str, str]] = {}
        for year, day, name, rows, stray in sequence:
            body = "".join(f"{year},{year}{key},{amount}\n" for key, amount in rows)
            body += f"{4051 - year},x,1\n" if stray else ""
            run = give(folder, body, day, f"{name}-{year}.csv")
            good = {key: amount for key, amount in rows if amount >= 0}
            last = newest.get(year)
            same = last is not None and last[2] == body
            older = last is not None and (day < last[0] or (day == last[0] and f"{name}-{year}.csv" != last[1]))
            if not same and not older and not stray and good:
                kept = {key: model[year][key] for key, amount in rows if amount < 0 and key in model.get(year, {})}
                model[year] = good | kept
                newest[year] = (day, f"{name}-{year}.csv", body)
                assert (run.state, run.accepted, run.kept) == (RunState.PUBLISHED, len(good), len(kept))
            else:
                assert run.state == RunState.REFUSED or same
            if run.state != RunState.REFUSED:
                assert run.rows == run.accepted + run.repeated + run.quarantined
            expected = {f"{y}{key}": (y, amount) for y, part in model.items() for key, amount in part.items()}
            assert table() == expected
        transaction.set_rollback(True)

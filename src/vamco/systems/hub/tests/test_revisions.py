"""Every row has an end, and a corrected row of an appended dataset is a revision or in quarantine, never gone."""

from __future__ import annotations

import datetime as dt
import importlib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import settings
from hypothesis import strategies as st

from vamco.systems.hub import public as hub
from vamco.systems.hub.contracts import RunState
from vamco.systems.hub.models import Quarantined, Receipt, Run
from vamco.systems.hub.tests.building import AMOUNT, AT, KEY, delivery, field, put

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.kernel.world.people.models import Person
    from vamco.systems.hub.contracts import RunView

pytestmark = pytest.mark.django_db
ANY = {"property": "vamco.maxBad", "value": 1}
REVISE = {"property": "vamco.corrections", "value": "revise"}
FIRST = "ma,so_tien\nG1,100\nG2,200\nG3,300\n"
RESTATED = "ma,so_tien\nG1,100\nG2,20\nG3,300\n"


def give(folder: Path, content: str, day: int = 0, name: str = "gd.csv", **more: Any) -> RunView:
    return hub.receive(
        "thu_nghiem", delivery(folder / "in", content, name=name, at=AT + dt.timedelta(days=day), **more)
    )


def table(snapshot: int | None = None) -> dict[str, tuple[int, int]]:
    """By key: the run that brought the row, and the amount."""
    from sqlglot import parse_one

    query: Any = parse_one("SELECT _run, ma, so_tien FROM t")
    rows = hub.engine().run(query, {"t": hub.relation("thu_nghiem", snapshot)}).to_pylist()
    found = {row["ma"]: (row["_run"], row["so_tien"]) for row in rows}
    assert len(found) == len(rows)
    return found


def counts(run: RunView) -> tuple[int, int, int, int, int]:
    return run.rows, run.accepted, run.repeated, run.quarantined, run.revised


def test_a_correction_is_never_nothing_new(auditor: Person, tmp_path: Path) -> None:
    put(delivery="append", custom=[{"property": "vamco.maxBad", "value": 0.5}])
    first = give(tmp_path, FIRST)
    run = give(tmp_path, RESTATED, 1, "gd-dinh-chinh.csv")
    assert (run.state, counts(run)) == (RunState.PUBLISHED, (3, 0, 2, 1, 0))
    assert [(q.row, q.reasons[0].code) for q in hub.quarantine(run.id, auditor)] == [(2, "unique:ma")]
    assert table() == {"G1": (first.id, 100), "G2": (first.id, 200), "G3": (first.id, 300)}
    short = hub.shortfall("thu_nghiem")
    assert (short.rows, short.amounts, short.runs) == (1, {"so_tien": Decimal(20)}, (run.id,))


def test_a_correction_takes_the_place_of_the_row_where_the_contract_lets_it(tmp_path: Path) -> None:
    put(delivery="append", custom=[REVISE])
    first = give(tmp_path, FIRST)
    run = give(tmp_path, RESTATED + "G4,400\n", 1, "gd-dinh-chinh.csv")
    assert (run.state, counts(run)) == (RunState.PUBLISHED, (4, 2, 2, 0, 1))
    assert table() == {"G1": (first.id, 100), "G2": (run.id, 20), "G3": (first.id, 300), "G4": (run.id, 400)}
    assert table(first.snapshot)["G2"] == (first.id, 200)  # what stood there can be shown again


def test_an_older_file_revises_nothing(tmp_path: Path) -> None:
    put(delivery="append", custom=[REVISE])
    first = give(tmp_path, FIRST, 5)
    for day, name in ((4, "cu.csv"), (5, "cung-luc.csv")):
        run = give(tmp_path, RESTATED + f"G{day},1\n", day, name)
        assert (run.state, run.reason.code if run.reason else "") == (RunState.REFUSED, "hub.older_copy")
    assert table() == {"G1": (first.id, 100), "G2": (first.id, 200), "G3": (first.id, 300)}


def test_a_revised_row_whose_other_unique_value_is_taken_is_put_aside(auditor: Person, tmp_path: Path) -> None:
    put(KEY, AMOUNT, field("so", unique=True), delivery="append", custom=[REVISE, ANY])
    first = give(tmp_path, "ma,so_tien,so\na,1,x\nb,2,y\n")
    run = give(tmp_path, "ma,so_tien,so\na,9,x\nb,9,x\n", 1)  # b wants a's number
    assert counts(run)[1:] == (0, 0, 2, 0)
    assert table()["b"] == (first.id, 2)
    again = give(tmp_path, "ma,so_tien,so\na,7,x\n", 2)
    assert counts(again) == (1, 1, 0, 0, 1)
    assert table()["a"] == (again.id, 7)


def test_a_row_repeats_only_what_was_taken(auditor: Person, tmp_path: Path) -> None:
    put(delivery="append", custom=[ANY])
    give(tmp_path, FIRST)
    run = give(tmp_path, "ma,so_tien\nG1,5\nG1,5\nG2,200\nn,1\nn,1\n", 1)
    assert counts(run) == (5, 1, 2, 2, 0)  # both rows of G1 say something else than the table
    assert [q.row for q in hub.quarantine(run.id, auditor)] == [1, 2]


def test_bad_rows_beside_repeats_are_in_quarantine_and_what_they_lack_is_known(tmp_path: Path) -> None:
    put(delivery="append", custom=[ANY])
    give(tmp_path, FIRST)
    run = give(tmp_path, "ma,so_tien\nG1,100\nG8,x\nG9,-5\n,70\n", 1)
    assert (run.state, counts(run)) == (RunState.PUBLISHED, (4, 0, 1, 3, 0))
    short = hub.shortfall("thu_nghiem")
    assert (short.rows, short.amounts, short.unread) == (3, {"so_tien": Decimal(65)}, {"so_tien"})
    give(tmp_path, "ma,so_tien\nG8,8\n", 2, "sau.csv")
    short = hub.shortfall("thu_nghiem")
    assert (short.rows, short.amounts, short.unread) == (2, {"so_tien": Decimal(65)}, frozenset())
    give(tmp_path, "ma,so_tien\nG9,9\n", 3, "sau.csv")
    assert hub.shortfall("thu_nghiem").amounts == {"so_tien": Decimal(70)}  # the row without a key stays open


def test_a_corrected_file_of_the_same_name_ends_what_the_first_lacked(tmp_path: Path) -> None:
    put(delivery="append", custom=[ANY])
    give(tmp_path, "ma,so_tien\na,1\n,70\n")
    give(tmp_path, "ma,so_tien\nb,2\n", 1)  # of the same name, but it is not the same list
    assert hub.shortfall("thu_nghiem").rows == 1
    give(tmp_path, "ma,so_tien\na,1\nc,70\n", 2)
    assert hub.shortfall("thu_nghiem").rows == 0


def test_a_good_delivery_of_the_same_place_ends_the_shortfall(tmp_path: Path) -> None:
    put(custom=[ANY])
    give(tmp_path, "ma,so_tien\na,1\nb,-2\nc,x\n")
    short = hub.shortfall("thu_nghiem")
    assert (short.rows, short.amounts, short.unread) == (2, {"so_tien": Decimal(-2)}, {"so_tien"})
    give(tmp_path, "ma,so_tien\na,1\nb,2\nc,3\n", 1)
    short = hub.shortfall("thu_nghiem")
    assert (short.rows, short.amounts, short.unread, short.runs) == (0, {}, frozenset(), ())


def test_a_row_that_is_wrong_keeps_the_last_good_one(auditor: Person, tmp_path: Path) -> None:
    put(custom=[ANY])
    first = give(tmp_path, "ma,so_tien\na,1\nb,2\nc,3\n")
    run = give(tmp_path, "ma,so_tien\na,10\nb,x\n,5\nz,x\n", 1)
    assert (run.state, counts(run), run.kept) == (RunState.PUBLISHED, (4, 1, 0, 3, 0), 1)
    assert table() == {"a": (run.id, 10), "b": (first.id, 2)}  # c is gone: nobody sent it
    assert hub.shortfall("thu_nghiem").kept == 1
    again = give(tmp_path, "ma,so_tien\na,11\nb,y\n", 2)
    assert (again.kept, table()) == (1, {"a": (again.id, 11), "b": (first.id, 2)})
    last = give(tmp_path, "ma,so_tien\na,11\nb,22\n", 3)
    assert (last.kept, table()) == (0, {"a": (last.id, 11), "b": (last.id, 22)})


def test_two_rows_with_one_key_that_differ_keep_the_last_good_one_and_a_claimed_value_does_not(tmp_path: Path) -> None:
    put(KEY, AMOUNT, field("so", unique=True), custom=[ANY])
    first = give(tmp_path, "ma,so_tien,so\na,1,x\nb,2,y\n")
    run = give(tmp_path, "ma,so_tien,so\na,8,v\na,9,w\nb,x,z\nc,3,y\n", 1)
    assert (run.kept, table()) == (1, {"a": (first.id, 1), "c": (run.id, 3)})  # c has b's number now


def test_last_good_rows_survive_a_renamed_column(tmp_path: Path) -> None:
    put(custom=[ANY])
    first = give(tmp_path, "ma,so_tien\na,1\nb,2\n")
    put(
        KEY,
        {**AMOUNT, "name": "tien", "customProperties": [{"property": "vamco.was", "value": "so_tien"}]},
        field("moi"),
        custom=[ANY],
    )
    run = give(tmp_path, "ma,tien,moi\na,5,x\nb,?,y\n", 1)
    from sqlglot import parse_one

    query: Any = parse_one("SELECT _run, ma, tien, moi FROM t ORDER BY ma")
    rows = [tuple(row.values()) for row in hub.engine().run(query, {"t": hub.relation("thu_nghiem")}).to_pylist()]
    assert rows == [(run.id, "a", 5, "x"), (first.id, "b", 2, None)]


def test_a_replacement_without_a_good_row_is_refused(tmp_path: Path) -> None:
    put(custom=[ANY])
    first = give(tmp_path, "ma,so_tien\na,1\n")
    run = give(tmp_path, "ma,so_tien\na,x\n,1\n", 1)
    assert (run.state, run.reason.code if run.reason else "") == (RunState.REFUSED, "none_good")
    assert table() == {"a": (first.id, 1)}


APPENDED = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.lists(st.tuples(st.sampled_from("abc"), st.integers(-1, 2)), min_size=1, max_size=4),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=12, deadline=None)
@hypothesis.given(APPENDED, st.booleans())
def test_any_sequence_of_appended_files_leaves_what_a_simple_model_says(
    tmp_path_factory: pytest.TempPathFactory, sequence: list[Any], revise: Any
) -> None:
    """Rule 2: each row is accepted, repeated or in quarantine; and what is in the table is never changed by an older file."""
    folder = tmp_path_factory.mktemp("in")
    with transaction.atomic():
        put(delivery="append", custom=[ANY, *([REVISE] if revise else [])])
        model: dict[str, tuple[int, int]] = {}  # key: day of the file, amount
        seen: list[str] = []
        for n, (day, rows) in enumerate(sequence):
            content = "ma,so_tien\n" + "".join(f"{key},{amount}\n" for key, amount in rows)
            run = give(folder, content, day, f"{n}.csv")
            if content not in seen:
                good = [(key, amount) for key, amount in rows if amount >= 0]
                clear = {key: amount for key, amount in good if {a for k, a in rows if k == key} == {amount}}
                revised = {key for key, amount in clear.items() if key in model and model[key][1] != amount}
                older = revise and any(model[key][0] >= day for key in revised)
                taken = {
                    key: amount for key, amount in clear.items() if key not in model or (revise and key in revised)
                }
                known = any(key in model and model[key][1] == amount for key, amount in clear.items())
                hopeless = not taken and not known  # nothing in it is good
                assert (run.state == RunState.REFUSED) is (older or hopeless)
                if older or hopeless:
                    continue
                assert run.accepted == len(taken)
                assert run.revised == (len(revised) if revise else 0)
                assert run.rows == run.accepted + run.repeated + run.quarantined
                assert (run.state == RunState.UNCHANGED) is (run.rows == run.repeated)
                model |= {key: (day, amount) for key, amount in taken.items()}
                if run.state == RunState.PUBLISHED:
                    seen.append(content)
            assert {key: amount for key, (_, amount) in table().items()} == {k: a for k, (_, a) in model.items()}
        transaction.set_rollback(True)


def test_the_database_demands_that_rows_add_up(tmp_path: Path) -> None:
    put()
    run = give(tmp_path, FIRST)
    for wrong in (
        {"accepted": 2},
        {"repeated": 1},
        {"quarantined": 1},
        {"state": "unchanged"},
        {"state": "refused"},
        {"state": "held", "rows": 2},
        {"state": "failed", "accepted": 0, "quarantined": 9},
    ):
        with pytest.raises(IntegrityError, match="hub_run_adds_up"), transaction.atomic():
            Run.objects.filter(pk=run.id).update(**wrong)


def test_old_runs_are_mended_before_the_database_demands_it() -> None:
    migration = importlib.import_module("vamco.systems.hub.migrations.0005_every_row_has_an_end")
    with connection.cursor() as cursor:
        for table_name in ("hub_run", "hub_quarantined"):  # these stand before the true ones, and demand nothing
            cursor.execute(f"CREATE TEMP TABLE {table_name} AS TABLE {table_name} WITH NO DATA")
        cursor.execute(
            "INSERT INTO hub_run (id, state, rows, accepted, quarantined, repeated) VALUES (1, 'published', 6, 3, 3, 0), "
            "(2, 'unchanged', 3, 0, 0, 0), (3, 'refused', 3, 0, 2, 0), (4, 'failed', 3, 3, 0, 0), (5, 'published', 2, 1, 1, 0)"
        )
        cursor.execute(
            "INSERT INTO hub_quarantined (run_id, row, reasons) VALUES (1, 4, '{repeat:ma}'), (1, 5, '{repeat:ma,repeat:so}'), "
            "(1, 6, '{repeat:so,unique:ma}'), (3, 1, '{repeat:ma}'), (5, 1, '{type:so_tien}')"
        )
        cursor.execute(migration._REPEATS.replace("%%", "%"))
        cursor.execute("SELECT id, rows, accepted, repeated, quarantined FROM hub_run ORDER BY id")
        assert cursor.fetchall() == [
            (1, 6, 3, 2, 1),
            (2, 3, 0, 3, 0),
            (3, 3, 0, 0, 2),
            (4, 3, 0, 0, 0),
            (5, 2, 1, 0, 1),
        ]
        cursor.execute("SELECT run_id, row FROM hub_quarantined ORDER BY 1, 2")
        assert cursor.fetchall() == [(1, 6), (3, 1), (5, 1)]


def test_a_file_may_say_that_there_is_nothing(tmp_path: Path) -> None:
    put(delivery="append", custom=[{"property": "vamco.nothing", "value": "Không phát sinh"}])
    told: list[int] = []
    for n, content in enumerate(("ma,so_tien\nKhông  phát sinh,\n", "không phát sinh\n")):
        given = delivery(tmp_path / "in", content, name=f"{n}.csv")
        run = hub.receive("thu_nghiem", given, then=lambda: told.append(1))
        assert (run.state, counts(run)) == (RunState.UNCHANGED, (0, 0, 0, 0, 0))
    assert told == [1, 1]
    assert list(Receipt.objects.values_list("kind", flat=True)) == ["nothing", "nothing"]
    other = give(tmp_path, "ma,so_tien\nkhông rõ,\n")
    assert other.state == RunState.REFUSED
    assert Quarantined.objects.filter(run=other.id).count() == 1


def test_nothing_does_not_empty_what_stands(tmp_path: Path) -> None:
    put(custom=[{"property": "vamco.nothing", "value": "Không phát sinh"}])
    first = give(tmp_path, FIRST)
    run = give(tmp_path, "ma,so_tien\nKhông phát sinh,\n", 1)
    assert (run.state, run.reason.code if run.reason else "") == (RunState.REFUSED, "hub.nothing_but_rows")
    assert len(table()) == 3
    assert {run_id for run_id, _ in table().values()} == {first.id}


def test_numbers_of_missing_rows_are_those_that_were_read_and_empty_is_not_unreadable(tmp_path: Path) -> None:
    millions = {**AMOUNT, "customProperties": [{"property": "vamco.multiplier", "value": 1000000}]}
    put(KEY, millions, field("ngay", "date"), field("con", "integer", required=False), delivery="append", custom=[ANY])
    give(tmp_path, "ma,so_tien,ngay,con\na,1,2026-01-01,1\n,2,,\n,x,2026-01-32,y\n")
    rows = hub.missing_rows("thu_nghiem", hub.shortfall("thu_nghiem"), ["ma", "so_tien", "ngay", "con"])
    assert [each.values for each in rows or []] == [{"so_tien": Decimal(2_000_000), "ngay": "", "con": ""}, {}]

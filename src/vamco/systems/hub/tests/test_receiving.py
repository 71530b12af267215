"""A delivery's way from the file to the snapshot, and that nothing is left half done."""

from __future__ import annotations

import datetime as dt
import errno
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import OperationalError, connection, transaction

from vamco.engines.lake import Lake
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.events.models import Event
from vamco.kernel.record.files.adapters.stores.disk import Disk
from vamco.lib.errors import Missing, Refused, Unavailable
from vamco.systems.hub import public as hub
from vamco.systems.hub import services
from vamco.systems.hub.adapters.intake import batch as intake
from vamco.systems.hub.contracts import Finding, RunState
from vamco.systems.hub.models import Dataset, Quarantined, Run
from vamco.systems.hub.services import locking, publishing, receipts, receiving, settling, shortfalls
from vamco.systems.hub.tests.building import AMOUNT, AT, KEY, at_once, delivery, field, put, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.kernel.world.people.models import Person
    from vamco.systems.hub.contracts import RunView

GOOD = "ma,so_tien\na,1\nb,2\nc,3\n"
db = pytest.mark.django_db


def give(folder: Path, content: str | bytes = GOOD, **more: Any) -> RunView:
    return hub.receive("thu_nghiem", delivery(folder / "in.csv", content, **more))


def table(snapshot: int | None = None) -> list[tuple[Any, ...]]:
    """The rows of the dataset: run, row, key, amount."""
    from sqlglot import parse_one

    relation = hub.relation("thu_nghiem", snapshot)
    query = parse_one("SELECT _run, _row, ma, so_tien FROM t ORDER BY ma, _run")
    return [tuple(row.values()) for row in hub.engine().run(query, {"t": relation}).to_pylist()]  # type: ignore[arg-type]


def published() -> list[dict[str, Any]]:
    return list(Event.objects.filter(name="hub.dataset_published").order_by("pk").values_list("payload", flat=True))


@db
def test_a_batch_becomes_a_snapshot_a_run_an_audit_entry_and_an_event(tmp_path: Path) -> None:
    put()
    assert table() == []
    run = give(tmp_path, "ma,so_tien\na,1\nb,-2\nc,3\nd,x\ne,5\nf,6\ng,7\nh,8\ni,9\nj,10\n", name="thu/2026.csv")
    assert (run.state, run.rows, run.accepted, run.quarantined) == (RunState.PUBLISHED, 10, 8, 2)
    assert (run.source, run.name, run.dataset, run.title, run.owner, run.contract_version) == (
        "thu",
        "2026.csv",
        "thu_nghiem",
        "Thử nghiệm",
        "H53.04",
        "1.0.0",
    )
    assert run.findings == (Finding("minimum:so_tien", 1, "error"), Finding("type:so_tien", 1, "error"))
    assert run.finished_at is not None
    assert [row[1:3] for row in table()] == [
        (1, "a"),
        (3, "c"),
        (5, "e"),
        (6, "f"),
        (7, "g"),
        (8, "h"),
        (9, "i"),
        (10, "j"),
    ]
    assert {row[0] for row in table()} == {run.id}
    assert published() == [{"dataset": "thu_nghiem", "snapshot": run.snapshot, "run": run.id}]
    entry = Entry.objects.get(act="hub.publish")
    assert (entry.chain_id, entry.subject, entry.detail["rows"], entry.detail["accepted"]) == (
        "H53.04",
        "dataset:thu_nghiem",
        10,
        8,
    )
    assert audit.verify() == {}
    assert hub.run(run.id) == run
    assert hub.run_of("thu_nghiem", run.snapshot) == run.id
    assert hub.run_of("thu_nghiem", None) is None
    assert hub.delivered_on("thu_nghiem") is not None


@db
def test_the_same_batch_twice_changes_nothing(tmp_path: Path) -> None:
    for mode in ("append", "replace"):
        put(delivery=mode)
        first = give(tmp_path, GOOD + f"{mode},1\n")
        before = (Entry.objects.count(), Event.objects.count(), Run.objects.count(), table())
        assert give(tmp_path, GOOD + f"{mode},1\n", name="another name.csv") == first
        assert (Entry.objects.count(), Event.objects.count(), Run.objects.count(), table()) == before


@db
def test_a_batch_that_was_replaced_may_come_again(tmp_path: Path) -> None:
    put()
    first, second, third = give(tmp_path), give(tmp_path, "ma,so_tien\na,9\n"), give(tmp_path)
    assert len({first.id, second.id, third.id}) == 3
    assert [row[1:] for row in table()] == [(1, "a", 1), (2, "b", 2), (3, "c", 3)]
    assert [row[1:] for row in table(second.snapshot)] == [(1, "a", 9)]  # what stood there can be shown again


@db
def test_slices_are_replaced_each_by_itself(auditor: Person, tmp_path: Path) -> None:
    put(
        KEY,
        AMOUNT,
        field("nam", "integer", required=True),
        delivery="replace_where:nam",
        custom=[{"property": "vamco.maxBad", "value": 0.5}],
    )
    old = give(tmp_path, "ma,so_tien,nam\na,1,2025\nb,2,2025\n")
    give(tmp_path, "ma,so_tien,nam\nc,3,2026\n")
    assert give(tmp_path, "ma,so_tien,nam\na,1,2025\nb,2,2025\n").id == old.id
    run = give(tmp_path, "ma,so_tien,nam\nc,4,2026\nd,5,2026\na,6,2026\n", name="x", at=AT + dt.timedelta(days=1))
    assert [row[2:] for row in table()] == [("a", 1), ("b", 2), ("c", 4), ("d", 5)]
    assert [(q.row, q.reasons[0].code) for q in hub.quarantine(run.id, auditor)] == [
        (3, "unique:ma")
    ]  # another year has this key
    assert Run.objects.filter(in_force=True).count() == 2


@db
def test_appended_keys_are_unique_in_the_whole_table(auditor: Person, tmp_path: Path) -> None:
    put(delivery="append", custom=[{"property": "vamco.maxBad", "value": 1}])
    give(tmp_path)
    run = give(tmp_path, "ma,so_tien\na,1\nb,9\nd,4\n")
    assert [row[2:] for row in table()] == [("a", 1), ("b", 2), ("c", 3), ("d", 4)]
    assert [(q.row, q.reasons[0].code) for q in hub.quarantine(run.id, auditor)] == [(2, "unique:ma")]
    assert (run.rows, run.accepted, run.repeated, run.quarantined) == (3, 1, 1, 1)


@db
def test_a_batch_of_nothing_but_repeats_leaves_all_unchanged(tmp_path: Path) -> None:
    put(delivery="append")
    give(tmp_path)
    told = []
    again = hub.receive(
        "thu_nghiem", delivery(tmp_path / "x.csv", "ma,so_tien\nb,2\na,1\n"), then=lambda: told.append(1)
    )
    assert (again.state, again.rows, again.accepted, again.repeated, again.quarantined, again.snapshot) == (
        RunState.UNCHANGED,
        2,
        0,
        2,
        0,
        None,
    )
    assert again.findings == (Finding("repeat:ma", 2, "error"),)
    assert len(published()) == 1
    assert Quarantined.objects.count() == 0
    assert told == [1]


@db
def test_two_deliveries_with_equal_bytes_and_different_keys_are_two(tmp_path: Path) -> None:
    put(AMOUNT, delivery="replace")

    one, two = give(tmp_path, "so_tien\n1\n", key="0"), give(tmp_path, "so_tien\n1\n", key="1")
    assert one.id != two.id
    assert give(tmp_path, "so_tien\n1\n", key="1").id == two.id


@db
@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "hub.empty_file"),
        ("ma,so_tien\n", "no_rows"),
        ("khac,cot\n1,2\n", "hub.header"),
        ("ma,so_tien\na,x\nb,1\n", "too_many_bad"),
        ("ma,so_tien\nTây,1\n".encode("utf-16"), "hub.encoding"),
    ],
)
def test_a_refused_batch_changes_nothing_and_keeps_its_reason(tmp_path: Path, content: str | bytes, code: str) -> None:
    put()
    first = give(tmp_path)
    told: list[int] = []
    given = delivery(tmp_path / "bad.csv", content)
    run = hub.receive("thu_nghiem", given, then=lambda: told.append(1))
    assert run.state == RunState.REFUSED
    assert run.reason is not None
    assert run.reason.code == code
    assert (run.accepted, run.snapshot, told) == (0, None, [])
    assert [row[0] for row in table()] == [first.id] * 3
    assert len(published()) == 1
    assert Entry.objects.filter(act="hub.refuse").count() == 1
    assert hub.receive("thu_nghiem", given) == run  # today it is not looked at again


@db
def test_a_refusal_lasts_a_day_and_ends_with_the_contract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put()
    bad = "ma,so_tien\na,x\nb,1\n"
    first = give(tmp_path, bad)
    put(custom=[{"property": "vamco.maxBad", "value": 0.5}])
    second = give(tmp_path, bad)
    assert (second.state, second.id != first.id) == (RunState.PUBLISHED, True)
    third = give(tmp_path, "ma,so_tien\n,x\n,1\n")
    monkeypatch.setattr(receiving.clock, "today", lambda: dt.date(2099, 1, 1))
    assert give(tmp_path, "ma,so_tien\n,x\n,1\n").id != third.id


@db
def test_examples_of_a_refused_batch_are_kept_but_not_all(
    auditor: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "SHOWN_OF_REFUSED", 2)
    put()
    run = give(tmp_path, "ma,so_tien\na,x\nb,x\nc,x\nd,1\n")
    assert (run.rows, run.quarantined, len(hub.quarantine(run.id, auditor))) == (4, 3, 2)


@db
def test_one_changed_byte_is_another_batch(tmp_path: Path) -> None:
    put()
    one, two = give(tmp_path), give(tmp_path, GOOD.replace("c,3", "c,4"))
    assert one.id != two.id
    assert one.size == two.size
    assert table()[2][3] == 4


@db
def test_a_contract_may_gain_and_rename_columns(tmp_path: Path) -> None:
    put()
    first = give(tmp_path)
    put(
        KEY,
        {**AMOUNT, "name": "tien", "customProperties": [{"property": "vamco.was", "value": "so_tien"}]},
        field("moi"),
    )
    second = give(tmp_path, "ma,tien,moi\na,5,x\n")
    assert second.contract_version == "1.0.0"
    assert list(hub.relation("thu_nghiem").columns) == ["_run", "_row", "ma", "tien", "moi"]
    assert list(hub.relation("thu_nghiem", first.snapshot).columns) == ["_run", "_row", "ma", "so_tien"]
    put(KEY, field("tien", "string"))
    third = give(tmp_path, "ma,tien\na,x\n")
    assert (third.state, third.reason.code if third.reason else "") == (RunState.REFUSED, "lake.type_change")
    assert hub.relation("thu_nghiem").snapshot == second.snapshot


@db
def test_code_lists_are_those_of_the_pack(auditor: Person, tmp_path: Path) -> None:
    lists = ("communes", "agencies", "investors")
    put(
        KEY,
        *(field(name, quality=[rule("reference", list=name)]) for name in lists),
        custom=[{"property": "vamco.maxBad", "value": 1}],
    )
    from vamco.kernel.world.agencies import public as agencies

    investor = agencies.of_kind("investor")[0].code
    run = give(tmp_path, f"ma,communes,agencies,investors\na,25459,{investor},{investor}\nb,80,H53.04,H53.04\n")
    assert [(q.row, [r.code for r in q.reasons]) for q in hub.quarantine(run.id, auditor)] == [
        (2, ["reference:communes", "reference:investors"]),
    ]


@db
def test_checks_of_the_whole_batch(tmp_path: Path) -> None:
    fields = (KEY, AMOUNT, field("ngay", "date", required=True), field("nam", "integer", required=True))
    put(*fields, delivery="replace_where:nam", quality=[
        rule("row_count", at_least_of_previous=0.9), rule("ytd_monotone", column="so_tien", date="ngay", by="nam", severity="warning"),
        rule("freshness", column="ngay", days=36500, severity="warning"),
    ])  # fmt: skip
    head = "ma,so_tien,ngay,nam\n"
    assert give(tmp_path, head + "a,5,2025-01-01,2025\nb,5,2025-01-01,2025\n").state == RunState.PUBLISHED
    assert give(tmp_path, head + "c,1,2026-01-01,2026\n").findings == ()
    fewer = give(tmp_path, head + "a,50,2025-01-01,2025\n")
    assert (fewer.state, fewer.reason.text(str) if fewer.reason else "") == (
        RunState.REFUSED,
        "Number of rows of 2025: 1, expected ≥ 2",
    )
    less = give(tmp_path, head + "a,5,2025-01-01,2025\nb,4,2025-01-01,2025\n")
    assert (less.state, less.findings) == (RunState.PUBLISHED, (Finding("ytd_monotone:so_tien", 0, "warning"),))
    old = give(tmp_path, head + "c,1,1900-01-01,2026\n")
    assert (old.state, old.findings) == (RunState.PUBLISHED, (Finding("freshness:ngay", 0, "warning"),))


@db
def test_slices_may_be_days_and_texts(tmp_path: Path) -> None:
    for kind, values in (("date", ("2026-01-01", "2026-01-02")), ("string", ("Q1'", "Q2"))):
        put(KEY, AMOUNT, field("ky", kind, required=True), delivery="replace_where:ky", id="thu_nghiem")
        Dataset.objects.update(snapshot=None)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM iceberg_tables")
        for n, value in enumerate((*values, values[0])):
            assert give(tmp_path, f"ma,so_tien,ky\nk{value},{n},{value}\n").state == RunState.PUBLISHED
        assert [row[3] for row in table()] == [2, 1]


@db
def test_an_unknown_dataset_is_missing(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="no dataset khong_co"):
        hub.receive("khong_co", delivery(tmp_path / "x", GOOD))


@db
def test_runs_are_listed_by_what_is_asked(tmp_path: Path) -> None:
    put()
    give(tmp_path)
    give(tmp_path, "")
    assert [run.state for run in hub.runs()] == [RunState.REFUSED, RunState.PUBLISHED]
    assert [run.state for run in hub.runs(state="published", dataset="thu_nghiem", source="thu")] == [
        RunState.PUBLISHED
    ]
    assert hub.runs(owners=["H53.05"]) == []
    assert len(hub.runs(owners=["H53.04"], size=1, page=2)) == 1


# Faults


STEPS: list[tuple[Any, str]] = [
    (receiving.files, "store"),
    (receiving, "_begin"),
    (intake.Batch, "read"),
    (intake.Batch, "judge_keys"),
    (intake.Batch, "findings"),
    (publishing, "shape_table"),
    (intake.Batch, "good"),
    (Lake, "stage"),
    (shortfalls, "set_aside"),
    (Lake, "commit"),
    (publishing, "replace"),
    (settling, "finish"),
    (shortfalls, "settle"),
    (receipts, "note"),
    (settling, "supersede"),
    (publishing.events, "emit"),
    (audit, "record"),
]


class Crash(BaseException):
    """What kill -9 looks like from inside: nothing may catch it and carry on."""


@pytest.mark.parametrize("dead", [False, True])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("place", "name"), STEPS, ids=[name for _, name in STEPS])
@db
def test_a_crash_between_any_two_steps_leaves_nothing_half_done(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    place: Any,
    name: str,
    after: bool,
    dead: bool,
) -> None:
    put(delivery="append", custom=[{"property": "vamco.maxBad", "value": 0.5}])
    give(tmp_path)
    before, told = table(), published()
    true = getattr(place, name)
    if dead:
        monkeypatch.setattr(settling, "fail", lambda *_: None)  # a dead process notes nothing

    def crash(*args: Any, **kwargs: Any) -> Any:
        if after:
            true(*args, **kwargs)
        raise Crash

    monkeypatch.setattr(place, name, crash)
    with pytest.raises(Crash):
        give(tmp_path, "ma,so_tien\nd,4\ne,x\n")
    monkeypatch.undo()
    assert (table(), published(), audit.verify()) == (before, told, {})
    assert Quarantined.objects.count() == 0
    assert set(Run.objects.values_list("state", flat=True)) <= {
        RunState.PUBLISHED,
        RunState.RUNNING if dead or name == "_begin" else RunState.FAILED,
    }
    assert set(Run.objects.exclude(state=RunState.PUBLISHED).values_list("in_force", "snapshot", "accepted")) <= {
        (False, None, 0)
    }
    run = give(tmp_path, "ma,so_tien\nd,4\ne,x\n")
    assert (run.state, run.accepted, run.quarantined) == (RunState.PUBLISHED, 1, 1)
    assert [row[2:] for row in table()] == [("a", 1), ("b", 2), ("c", 3), ("d", 4)]
    assert len(published()) == 2
    assert not Run.objects.filter(state=RunState.RUNNING).exists()


@db
def test_a_failure_is_noted_and_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put()

    def full(*_: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    import vamco.engines.lake.writing as lake_writing

    monkeypatch.setattr(lake_writing, "_write", full)
    with pytest.raises(Unavailable, match="No space left"):
        give(tmp_path)
    monkeypatch.undo()
    failed = hub.runs()[0]
    assert (failed.state, failed.reason.code if failed.reason else "") == (RunState.FAILED, "lake.storage")
    assert table() == []
    assert give(tmp_path).state == RunState.PUBLISHED


@db
def test_a_full_disk_while_the_file_is_kept_is_clear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put()

    def full(*_: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Disk, "put", full)
    with pytest.raises(Unavailable, match="The disk is full; nothing was stored"):
        give(tmp_path)
    assert Run.objects.count() == 0


@db
def test_too_little_memory_is_clear_and_no_row_is_in_the_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put()
    monkeypatch.setattr(intake, "MEMORY_LIMIT", "1MB")
    with pytest.raises(Unavailable) as caught:
        give(tmp_path, "ma,so_tien\n" + "".join(f"bí-mật-{n},{n}\n" for n in range(200_000)))
    assert caught.value.code == "hub.no_room"
    assert "bí-mật" not in str(caught.value)
    assert hub.runs()[0].state == RunState.FAILED


@db
def test_a_fault_of_the_platform_is_told_without_its_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put()
    monkeypatch.setattr(publishing, "replace", lambda *_: (_ for _ in ()).throw(ValueError("row of Nguyễn Văn A")))
    with pytest.raises(ValueError, match="Nguyễn"):
        give(tmp_path)
    reason = hub.runs()[0].reason
    assert reason is not None
    assert (reason.code, reason.data) == ("hub.internal", {})
    assert "Nguyễn" not in reason.text(str)


def test_no_row_reaches_a_log(fresh_db: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    put(custom=[{"property": "vamco.maxBad", "value": 1}])
    with caplog.at_level("DEBUG"):
        give(tmp_path, 'ma,so_tien\nNguyễn Văn A,x\n"Lê ""Thị"" B"x,1\n\x00,1,2,Trần\nc,3\n')
        give(tmp_path, "ma,so_tien\nNguyễn,1\n".encode("utf-16"))
    assert not any(name in record.getMessage() for record in caplog.records for name in ("Nguyễn", "Lê", "Trần"))


# Several at once


def giver(folder: Path, name: str, content: str) -> Any:
    given = delivery(folder / name, content)
    return lambda: hub.receive("thu_nghiem", given)


def test_the_same_batch_from_three_threads_is_one_run(fresh_db: str, tmp_path: Path) -> None:
    put(delivery="append")
    found = at_once(*(giver(tmp_path, f"{n}.csv", GOOD) for n in range(3)))
    assert len({run.id for run in found}) == 1
    assert Run.objects.count() == 1
    assert len(table()) == 3
    assert len(published()) == 1


def test_different_batches_at_once_all_land_and_keys_stay_unique(fresh_db: str, tmp_path: Path) -> None:
    put(delivery="append", custom=[{"property": "vamco.maxBad", "value": 1}])
    found = at_once(*(giver(tmp_path, f"{n}.csv", f"ma,so_tien\nk{n},1\nchung,{n}\n") for n in range(4)))
    assert [run.state for run in found] == [RunState.PUBLISHED] * 4
    assert sorted(row[2] for row in table()) == ["chung", "k0", "k1", "k2", "k3"]
    assert sum(run.quarantined for run in found) == 3
    assert len(published()) == 4
    assert audit.verify() == {}


def test_a_run_whose_process_died_is_closed_and_a_living_one_is_not(fresh_db: str, tmp_path: Path) -> None:
    put()
    row = give(tmp_path)
    Run.objects.filter(pk=row.id).update(state=RunState.RUNNING, in_force=False)
    known = Dataset.objects.get(code="thu_nghiem")
    with locking.alone("dataset", known.pk):
        assert at_once(services.close_abandoned) == [0]
    assert services.close_abandoned() == 1
    closed = hub.run(row.id)
    assert (closed.state, closed.reason.code if closed.reason else "") == (RunState.FAILED, "hub.interrupted")


def test_who_waits_too_long_is_told(fresh_db: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put()
    pk = Dataset.objects.get(code="thu_nghiem").pk

    def impatient() -> None:
        with locking.alone("dataset", pk, patience=0.1):
            raise AssertionError

    with locking.alone("dataset", pk):
        found = at_once(impatient)[0]
    assert isinstance(found, Unavailable)
    assert found.code == "hub.busy"


def test_the_lock_goes_with_a_lost_connection(fresh_db: str, tmp_path: Path) -> None:
    put()
    pk = Dataset.objects.get(code="thu_nghiem").pk

    def dies() -> None:
        with locking.alone("dataset", pk), connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    assert isinstance(at_once(dies)[0], OperationalError)
    with locking.alone("dataset", pk, patience=2):
        pass


def test_the_database_lost_in_the_middle_leaves_a_run_to_be_closed(
    fresh_db: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put()

    def lose(*_: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(publishing, "replace", lose)
    assert isinstance(at_once(giver(tmp_path, "x.csv", GOOD))[0], OperationalError)
    monkeypatch.undo()
    assert set(Run.objects.values_list("state", flat=True)) <= {RunState.RUNNING, RunState.FAILED}
    assert published() == []
    assert give(tmp_path).state == RunState.PUBLISHED


@db
def test_a_service_called_in_a_broken_transaction_frees_its_lock(tmp_path: Path) -> None:
    put()
    pk = Dataset.objects.get(code="thu_nghiem").pk
    with pytest.raises(Refused), transaction.atomic(), locking.alone("dataset", pk):
        raise Refused("x", "x")
    with locking.alone("dataset", pk, patience=0):
        pass


@pytest.fixture(autouse=True)
def _no_files_left_in_the_workspace(settings: Any) -> Iterator[None]:
    yield
    assert list((Path(settings.VAMCO_DATA) / "hub").glob("*")) == []

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vamco.engines.lake import Column, Lake, ReplaceKeys, ReplaceWhere, catalogue_sql
from vamco.lib.errors import Missing, Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

COLUMNS = [Column("thang", "string"), Column("so_tien", "long"), Column("ghi_chu", "string")]


@pytest.fixture
def connection(connect: Callable[[], psycopg.Connection]) -> psycopg.Connection:
    return connect()


@pytest.fixture
def lake(tmp_path: Path, connection: psycopg.Connection) -> Lake:
    lake = Lake(str(tmp_path / "hồ dữ liệu #1"), lambda: connection)
    lake.create("thu", COLUMNS)
    connection.commit()
    return lake


def rows(*values: tuple[str | None, int], run: int = 1) -> pa.Table:
    return pa.table(
        {
            "_run": pa.array([run] * len(values), pa.int64()),
            "_row": pa.array(range(1, len(values) + 1), pa.int64()),
            "thang": pa.array([month for month, _ in values], pa.string()),
            "so_tien": pa.array([amount for _, amount in values], pa.int64()),
        }
    )


def put(lake: Lake, connection: psycopg.Connection, batch: pa.Table, mode: object = "append") -> int:
    made = lake.commit(lake.stage("thu", batch, mode))
    connection.commit()
    return made.id


def read(lake: Lake, snapshot: int | None = None, table: str = "thu") -> list[tuple[object, ...]]:
    """Reads the files as they are, without an engine: (thang, so_tien) by field id."""
    found = []
    for file in lake.relation(table, snapshot).files:
        data = pq.read_table(file.path)
        by_id = {int(field.metadata[b"PARQUET:field_id"]): field.name for field in data.schema}
        found += list(zip(data.column(by_id[3]).to_pylist(), data.column(by_id[4]).to_pylist(), strict=True))
    return sorted(found, key=str)


def files(lake: Lake, pattern: str) -> set[Path]:
    return set(Path(lake._storage.root).rglob(pattern))


def test_a_new_table_has_the_system_columns_and_no_snapshot(lake: Lake):
    relation = lake.relation("thu")
    assert relation.columns == {
        "_run": "long",
        "_row": "long",
        "thang": "string",
        "so_tien": "long",
        "ghi_chu": "string",
    }
    assert (relation.snapshot, relation.rows, relation.files) == (None, 0, ())
    assert lake.history("thu") == []
    assert lake.exists("thu")
    assert not lake.exists("chi")
    assert lake.tables() == ["thu"]


def test_append_adds_replace_replaces_and_every_state_stays_readable(lake: Lake, connection: psycopg.Connection):
    first = put(lake, connection, rows(("2026-01", 1)))
    second = put(lake, connection, rows(("2026-02", 2)))
    third = put(lake, connection, rows(("2026-03", 3)), "replace")
    assert read(lake, first) == [("2026-01", 1)]
    assert read(lake, second) == [("2026-01", 1), ("2026-02", 2)]
    assert read(lake) == read(lake, third) == [("2026-03", 3)]
    history = lake.history("thu")
    assert [(state.id, state.rows) for state in history] == [(first, 1), (second, 2), (third, 1)]
    assert all(abs(dt.datetime.now(dt.UTC) - state.at) < dt.timedelta(minutes=1) for state in history)


def test_an_empty_batch_makes_a_snapshot_too(lake: Lake, connection: psycopg.Connection):
    put(lake, connection, rows(("2026-01", 1)))
    put(lake, connection, rows())
    assert read(lake) == [("2026-01", 1)]
    put(lake, connection, rows(), "replace")
    assert read(lake) == []
    assert [state.rows for state in lake.history("thu")] == [1, 1, 0]


def test_a_slice_that_fills_its_files_leaves_without_rewriting(lake: Lake, connection: psycopg.Connection):
    put(lake, connection, rows(("2026-01", 1), ("2026-02", 2), (None, 9)), ReplaceWhere("thang"))
    before = {file.path for file in lake.relation("thu").files}
    assert len(before) == 3
    staged = lake.stage("thu", rows(("2026-02", 20), ("2026-03", 30)), ReplaceWhere("thang"))
    assert len(staged.added) == 2
    assert len(staged.dropped) == 1
    lake.commit(staged)
    connection.commit()
    assert read(lake) == [("2026-01", 1), ("2026-02", 20), ("2026-03", 30), (None, 9)]
    assert len(before & {file.path for file in lake.relation("thu").files}) == 2


def test_a_slice_inside_a_file_is_cut_out_and_the_other_rows_stay(lake: Lake, connection: psycopg.Connection):
    put(lake, connection, rows(("2026-01", 1), ("2026-02", 2), (None, 3)))
    put(lake, connection, rows(("2026-02", 4)), ReplaceWhere("thang"))
    assert read(lake) == [("2026-01", 1), ("2026-02", 4), (None, 3)]
    put(lake, connection, rows((None, 5)), ReplaceWhere("thang"))
    assert read(lake) == [("2026-01", 1), ("2026-02", 4), (None, 5)]


def test_a_slice_can_be_emptied_by_naming_it(lake: Lake, connection: psycopg.Connection):
    put(lake, connection, rows(("2026-01", 1), ("2026-02", 2)))
    put(lake, connection, rows(), ReplaceWhere("thang", ["2026-01", "2030-01"]))
    assert read(lake) == [("2026-02", 2)]


def test_slices_that_share_a_long_beginning_are_told_apart(lake: Lake, connection: psycopg.Connection):
    """Iceberg cuts the bounds of a text at 16 characters."""
    long = "Ủy ban nhân dân xã "
    put(lake, connection, rows((long + "A", 1), (long + "B", 2)), ReplaceWhere("thang"))
    put(lake, connection, rows((long + "B", 3)), ReplaceWhere("thang"))
    assert read(lake) == [(long + "A", 1), (long + "B", 3)]


def test_many_slices_share_files(lake: Lake, connection: psycopg.Connection):
    many = [(f"{number:03}", number) for number in range(100)]
    put(lake, connection, rows(*many), ReplaceWhere("thang"))
    assert len(lake.relation("thu").files) == 1
    assert read(lake) == many


def test_rows_leave_by_their_key_and_all_others_stay(lake: Lake, connection: psycopg.Connection):
    first = put(lake, connection, rows(("a", 1), ("b", 2), (None, 3)))
    whole = put(lake, connection, rows(("c", 1), run=2))
    untouched = {file.path for file in lake.relation("thu").files}
    last = put(lake, connection, rows(("b", 9), ("c", 1), ("d", 4), run=3), ReplaceKeys(("thang",)))
    assert read(lake) == [("a", 1), ("b", 9), ("c", 1), ("d", 4), (None, 3)]
    assert read(lake, whole) == [("a", 1), ("b", 2), ("c", 1), (None, 3)]
    assert read(lake, first) == [("a", 1), ("b", 2), (None, 3)]
    assert not untouched & {file.path for file in lake.relation("thu").files}  # both files held one of the keys
    put(lake, connection, rows(("z", 1), run=4))
    before = {file.path for file in lake.relation("thu", None).files}
    put(
        lake, connection, rows(("b", 2), ("z", 2), run=5), ReplaceKeys(("thang", "so_tien"))
    )  # another pair: nothing leaves
    assert before < {file.path for file in lake.relation("thu").files}
    assert lake.relation("thu", last).rows == 5


def test_keys_that_others_have_written_meanwhile_are_a_conflict(lake: Lake, connection: psycopg.Connection):
    put(lake, connection, rows(("a", 1)))
    staged = lake.stage("thu", rows(("a", 2), run=2), ReplaceKeys(("thang",)))
    put(lake, connection, rows(("a", 3), run=3))
    with pytest.raises(Refused) as caught:
        lake.commit(staged)
    assert caught.value.code == "lake.conflict"
    connection.rollback()
    with pytest.raises(Refused) as caught:
        lake.stage("thu", rows(("a", 2)), ReplaceKeys(("khac",)))
    assert caught.value.code == "lake.unknown_column"


def test_a_row_outside_the_named_slices_is_refused(lake: Lake):
    with pytest.raises(Refused, match="none of the values") as refused:
        lake.stage("thu", rows(("2026-01", 1)), ReplaceWhere("thang", ["2026-02"]))
    assert refused.value.code == "lake.outside_slices"
    with pytest.raises(Refused) as refused:
        lake.stage("thu", rows(), ReplaceWhere("khong_co"))
    assert refused.value.code == "lake.unknown_column"
    with pytest.raises(Refused) as refused:
        lake.stage("thu", rows(), ReplaceWhere("so_tien", ["một"]))
    assert refused.value.code == "lake.bad_value"
    assert files(lake, "*.parquet") == set()


def test_what_rolls_back_was_never_there(lake: Lake, connection: psycopg.Connection):
    kept = put(lake, connection, rows(("2026-01", 1)))
    connection.execute("CREATE TABLE viec (id int)")
    lake.commit(lake.stage("thu", rows(("2026-02", 2))))
    lake.create("chi", COLUMNS)
    assert len(read(lake)) == 2  # the transaction sees its own work
    connection.rollback()
    assert read(lake) == [("2026-01", 1)]
    assert [state.id for state in lake.history("thu")] == [kept]
    assert not lake.exists("chi")
    assert connection.execute("SELECT to_regclass('viec')").fetchone() == (None,)
    lake.create("chi", COLUMNS)  # nothing of the first try is in the way
    connection.commit()
    assert lake.tables() == ["chi", "thu"]


def test_a_savepoint_takes_its_snapshot_with_it(lake: Lake, connection: psycopg.Connection):
    staged = lake.stage("thu", rows(("2026-01", 1)))
    with contextlib.suppress(ZeroDivisionError), connection.transaction():
        lake.commit(staged)
        raise ZeroDivisionError
    assert lake.history("thu") == []
    lake.commit(lake.stage("thu", rows(("2026-02", 2))))
    connection.commit()
    assert read(lake) == [("2026-02", 2)]


def test_no_metadata_of_a_rolled_back_snapshot_can_be_taken_for_the_newest(lake: Lake, connection: psycopg.Connection):
    """Engines without the catalogue list the folder: the newest file there must hold every committed snapshot."""
    lake.commit(lake.stage("thu", rows(("2026-01", 1))))
    lake.commit(lake.stage("thu", rows(("2026-01", 1))))
    connection.rollback()
    assert len(files(lake, "0000[12]-*.metadata.json")) == 2
    put(lake, connection, rows(("2026-02", 2)))
    assert [path.name[:5] for path in sorted(files(lake, "*.metadata.json"))] == ["00000", "00001"]


def test_outside_a_transaction_nothing_can_be_committed(lake: Lake, lake_dsn: str):
    staged = lake.stage("thu", rows(("2026-01", 1)))
    with psycopg.connect(lake_dsn, autocommit=True) as loose:
        other = Lake(lake._warehouse, lambda: loose)
        with pytest.raises(RuntimeError, match="transaction"):
            other.commit(staged)
        assert other.history("thu") == []
        with loose.transaction():
            other.commit(staged)
        assert len(other.history("thu")) == 1


def _side_by_side(lake: Lake, connect: Callable[[], psycopg.Connection], first: object, second: object) -> list[str]:
    """Commits two batches from two transactions; the second meets the first while that is still open."""
    one, two = connect(), connect()
    a, b = (Lake(lake._warehouse, lambda c=c: c) for c in (one, two))
    outcome: list[str] = []
    staged = b.stage("thu", *second)
    two.rollback()
    a.commit(a.stage("thu", *first))

    def other() -> None:
        try:
            b.commit(staged)
            two.commit()
            outcome.append("landed")
        except Refused as refused:
            two.rollback()
            outcome.append(refused.code)

    thread = threading.Thread(target=other)
    thread.start()
    thread.join(0.3)
    assert thread.is_alive()  # it waits
    assert outcome == []
    one.commit()
    thread.join(120)
    return outcome


def test_two_appends_at_once_land_both(lake: Lake, connect: Callable[[], psycopg.Connection]):
    assert _side_by_side(lake, connect, [rows(("2026-01", 1))], [rows(("2026-02", 2))]) == ["landed"]
    assert read(lake) == [("2026-01", 1), ("2026-02", 2)]


def test_a_replacement_does_not_swallow_what_it_has_not_seen(lake: Lake, connect: Callable[[], psycopg.Connection]):
    outcome = _side_by_side(lake, connect, [rows(("2026-01", 1))], [rows(("2026-02", 2)), "replace"])
    assert outcome == ["lake.conflict"]
    assert read(lake) == [("2026-01", 1)]


def test_slices_of_their_own_land_both_and_the_same_slice_is_refused(
    lake: Lake, connect: Callable[[], psycopg.Connection]
):
    january, february = rows(("2026-01", 1)), rows(("2026-02", 2))
    month = ReplaceWhere("thang")
    assert _side_by_side(lake, connect, [january, month], [february, month]) == ["landed"]
    assert _side_by_side(lake, connect, [january, month], [january, month]) == ["lake.conflict"]
    assert _side_by_side(lake, connect, [rows(("2026-03", 3)), month], [rows(("2026-03", 4)), month]) == [
        "lake.conflict"
    ]
    assert read(lake) == [("2026-01", 1), ("2026-02", 2), ("2026-03", 3)]


def test_a_batch_for_columns_that_have_changed_is_refused(lake: Lake, connection: psycopg.Connection):
    staged = lake.stage("thu", rows(("2026-01", 1)))
    lake.evolve("thu", [*COLUMNS, Column("moi", "long")])
    with pytest.raises(Refused) as refused:
        lake.commit(staged)
    assert refused.value.code == "lake.conflict"
    connection.commit()
    assert lake.history("thu") == []


def test_a_transaction_that_may_not_wait_says_busy(lake: Lake, connect: Callable[[], psycopg.Connection]):
    one, two = connect(), connect()
    a, b = (Lake(lake._warehouse, lambda c=c: c) for c in (one, two))
    a.commit(a.stage("thu", rows(("2026-01", 1))))
    two.execute("SET lock_timeout = '50ms'")
    with pytest.raises(Unavailable) as busy:
        b.commit(b.stage("thu", rows(("2026-02", 2))))
    assert busy.value.code == "lake.busy"


def test_columns_are_added_and_renamed_and_old_snapshots_keep_their_names(lake: Lake, connection: psycopg.Connection):
    old = put(lake, connection, rows(("2026-01", 1)))
    wanted = [
        Column("ky", "string", was="thang"),
        Column("so_tien", "long", doc="đồng"),
        Column("ghi_chu", "string"),
        Column("ty_le", "decimal(5,2)", required=True),
    ]
    assert lake.evolve("thu", wanted)
    connection.commit()
    now, then = lake.relation("thu"), lake.relation("thu", old)
    assert list(then.columns) == ["_run", "_row", "thang", "so_tien", "ghi_chu"]
    assert now.columns == {
        "_run": "long",
        "_row": "long",
        "ky": "string",
        "so_tien": "long",
        "ghi_chu": "string",
        "ty_le": "decimal(5,2)",
    }
    assert [field.id for field in now.fields][:5] == [field.id for field in then.fields]
    assert now.files == then.files
    assert {field.name: field.doc for field in now.fields}["so_tien"] == "đồng"
    assert not {field.name: field.required for field in now.fields}["ty_le"]  # old rows have none
    assert now.snapshot != old
    assert not lake.evolve("thu", wanted)  # and once is enough
    assert lake.relation("thu") == now


def test_a_decimal_may_grow_and_no_other_type_may_change(lake: Lake, connection: psycopg.Connection):
    lake.create("gia", [Column("gia", "decimal(10,2)", required=True), Column("so", "long")])
    lake.commit(lake.stage("gia", pa.table({"_run": [1], "_row": [1], "gia": [Decimal("1.50")], "so": [7]})))
    assert lake.evolve("gia", [Column("gia", "decimal(18,2)"), Column("so", "long")])
    connection.commit()
    assert {f.name: (f.type, f.required) for f in lake.relation("gia").fields}["gia"] == ("decimal(18,2)", False)
    for worse in (Column("so", "string"), Column("gia", "decimal(18,4)"), Column("gia", "decimal(8,2)")):
        with pytest.raises(Refused) as refused:
            lake.evolve("gia", [worse])
        assert refused.value.code == "lake.type_change"
        connection.rollback()


def test_a_column_that_is_named_no_more_stays_and_is_no_longer_required(lake: Lake, connection: psycopg.Connection):
    lake.create("cu", [Column("a", "long", required=True), Column("b", "long", required=True)])
    assert lake.evolve("cu", [Column("a", "long", required=True)])
    connection.commit()
    assert {f.name: f.required for f in lake.relation("cu").fields} == {
        "_run": True,
        "_row": True,
        "a": True,
        "b": False,
    }


@pytest.mark.parametrize("name", ["", "Thu", "_thu", "thu-chi", "thu;drop", "tên", "a" * 64, "../x", "1a"])
def test_names_that_could_mean_anything_else_are_refused(lake: Lake, name: str):
    for attempt in (lambda: lake.create(name, COLUMNS), lambda: lake.create("ok", [Column(name, "long")])):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.code == "lake.bad_name"
    assert lake.tables() == ["thu"]


@pytest.mark.parametrize("kind", ["banana", "decimal(39,2)", "decimal(2,3)", "decimal(0,0)", "int", ""])
def test_types_that_do_not_exist_are_refused(lake: Lake, kind: str):
    with pytest.raises(Refused) as refused:
        lake.create("ok", [Column("a", kind)])
    assert refused.value.code == "lake.bad_type"


def test_what_is_there_twice_or_not_at_all_is_refused(lake: Lake, connection: psycopg.Connection):
    with pytest.raises(Refused) as refused:
        lake.create("thu", COLUMNS)
    assert refused.value.code == "lake.table_exists"
    with pytest.raises(Refused) as refused:
        lake.create("chi", [Column("a", "long"), Column("a", "long")])
    assert refused.value.code == "lake.column_twice"
    for attempt in (lambda: lake.relation("chi"), lambda: lake.stage("chi", rows()), lambda: lake.history("chi")):
        with pytest.raises(Missing) as missing:
            attempt()
        assert missing.value.code == "lake.no_table"
    with pytest.raises(Missing) as missing:
        lake.relation("thu", 42)
    assert missing.value.code == "lake.no_snapshot"
    assert connection.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS  # nothing broke the transaction


def test_rows_that_do_not_fit_are_refused_before_anything_is_written(lake: Lake):
    cases = {
        "lake.unknown_column": rows().append_column("la", pa.array([], pa.string())),
        "lake.bad_value": pa.table({"_run": [1], "_row": [1], "so_tien": ["ba"]}),
        "lake.null_in_required": pa.table({"_row": [1], "so_tien": [1]}),
    }
    for code, batch in cases.items():
        with pytest.raises(Refused) as refused:
            lake.stage("thu", batch)
        assert refused.value.code == code
    assert files(lake, "*.parquet") == set()


def test_every_type_comes_back_as_it_went_in(lake: Lake, connection: psycopg.Connection):
    kinds = ["string", "long", "double", "boolean", "date", "timestamptz", "decimal(38,4)"]
    lake.create("moi_kieu", [Column(f"c{i}", kind) for i, kind in enumerate(kinds)])
    moment = dt.datetime(2026, 1, 1, 0, 30, 0, 123456, tzinfo=dt.UTC)
    values = [
        "Tây Ninh",
        -(2**63),
        0.1,
        False,
        dt.date(2026, 2, 28),
        moment,
        Decimal("-9999999999999999999999999999999999.9999"),
    ]
    batch = pa.table({"_run": [1, 1], "_row": [1, 2]} | {f"c{i}": [value, None] for i, value in enumerate(values)})
    lake.commit(lake.stage("moi_kieu", batch))
    connection.commit()
    relation = lake.relation("moi_kieu")
    assert list(relation.columns.values())[2:] == kinds
    found = pq.read_table(relation.files[0].path)
    assert [found.column(f"c{i}").to_pylist() for i in range(len(kinds))] == [[value, None] for value in values]
    assert relation.files[0].size == Path(relation.files[0].path).stat().st_size


def test_large_batches_are_written_as_several_files_of_several_groups(lake: Lake, connection: psycopg.Connection):
    count = 700_000
    batch = pa.table(
        {"_run": pa.nulls(count, pa.int64()).fill_null(1), "_row": pa.array(range(1, count + 1), pa.int64())}
    )
    assert lake.commit(lake.stage("thu", batch)).rows == count
    connection.commit()
    relation = lake.relation("thu")
    assert sorted(file.rows for file in relation.files) == [175_712, 524_288]
    assert all(pq.ParquetFile(file.path).metadata.row_group(0).num_rows == 122_880 for file in relation.files)
    assert pq.ParquetFile(relation.files[0].path).metadata.row_group(0).column(0).compression == "ZSTD"


def test_sweep_removes_only_what_no_snapshot_knows(lake: Lake, connection: psycopg.Connection):
    put(lake, connection, rows(("2026-01", 1)))
    put(lake, connection, rows(("2026-02", 2)), "replace")
    lake.commit(lake.stage("thu", rows(("2026-03", 3))))
    lake.create("bo", COLUMNS)
    connection.rollback()
    lake.stage("thu", rows(("2026-04", 4)))
    known = files(lake, "*.*")
    assert lake.sweep(dt.timedelta(hours=1)) == 0  # too young: they may still be committed
    assert files(lake, "*.*") == known
    # the rolled-back snapshot (data, manifest, list, metadata), the rolled-back table, the batch in waiting
    assert lake.sweep(dt.timedelta()) == 6
    assert lake.sweep(dt.timedelta()) == 0
    assert [read(lake, state.id) for state in lake.history("thu")] == [[("2026-01", 1)], [("2026-02", 2)]]


def test_discard_removes_a_batch_at_once(lake: Lake):
    staged = lake.stage("thu", rows(("2026-01", 1)))
    assert len(files(lake, "*.parquet")) == 1
    lake.discard(staged)
    lake.discard(staged)
    assert files(lake, "*.parquet") == set()


def test_a_storage_that_fails_is_unavailable_and_leaves_no_half_file(lake: Lake, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    with pytest.raises(Unavailable, match="No space left") as unavailable:
        lake.stage("thu", rows(("2026-01", 1)))
    assert unavailable.value.code == "lake.storage"
    assert files(lake, "*.parquet") == set()


def test_a_warehouse_that_is_a_file_is_unavailable(tmp_path: Path, connection: psycopg.Connection):
    (tmp_path / "wh").write_text("")
    with pytest.raises(Unavailable) as unavailable:
        Lake(str(tmp_path / "wh"), lambda: connection).create("thu", COLUMNS)
    assert unavailable.value.code == "lake.storage"


def test_an_object_store_takes_the_options_and_its_failure_is_unavailable(connection: psycopg.Connection):
    options = {
        "s3.endpoint": "http://127.0.0.1:9", "s3.access-key-id": "a", "s3.secret-access-key": "b", "s3.region": "x",
        "s3.connect-timeout": "0.2", "s3.request-timeout": "0.2",
    }  # fmt: skip
    lake = Lake("s3://vamco/lake", lambda: connection, options)
    with pytest.raises(Unavailable) as unavailable:
        lake.create("thu", COLUMNS)
    assert unavailable.value.code == "lake.storage"
    assert "b" not in unavailable.value.data.values()


def test_pyiceberg_itself_opens_the_catalogue(lake: Lake, connection: psycopg.Connection, lake_dsn: str):
    from pyiceberg.catalog.sql import SqlCatalog

    put(lake, connection, rows(("2026-01", 1)))
    put(lake, connection, rows(("2026-02", 2)), ReplaceWhere("thang"))
    parts = psycopg.conninfo.conninfo_to_dict(lake_dsn)
    uri = f"postgresql+psycopg://{parts['user']}:{parts.get('password', '')}@/{parts['dbname']}?host={parts['host']}&port={parts['port']}"
    catalog = SqlCatalog("vamco", uri=uri, init_catalog_tables="false")
    try:
        assert catalog.list_namespaces() == [("vamco",)]
        assert ("vamco", "thu") in catalog.list_tables("vamco")
        found = catalog.load_table("vamco.thu").scan().to_arrow()
        assert sorted(found.column("so_tien").to_pylist()) == [1, 2]
    finally:
        catalog.close()


def test_the_migration_makes_what_pyiceberg_would_make():
    from pyiceberg.catalog.sql import SqlCatalogBaseTable
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.schema import CreateTable

    ours = " ".join(catalogue_sql().replace("    ", " ").split())
    for table in SqlCatalogBaseTable.metadata.sorted_tables:
        theirs = " ".join(str(CreateTable(table).compile(dialect=postgresql.dialect())).split())
        assert theirs.replace("( ", "(").replace(" )", ")") in ours.replace("( ", "(").replace(" )", ")")


def test_opening_the_front_door_loads_nothing_heavy():
    import subprocess
    import sys

    code = (
        "import sys, vamco.engines.lake, vamco.engines.query, vamco.engines.measure;"
        "print([m for m in ('pyarrow','pyiceberg','numpy','duckdb','sqlglot','pyspark','pysail','django') if m in sys.modules])"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )

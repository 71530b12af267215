from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vamco.engines.lake import Lake, ReplaceWhere
from vamco.engines.lake.tests.test_lake import connection, lake, put, read, rows

if TYPE_CHECKING:
    import psycopg

__all__ = ["connection", "lake"]  # fixtures


def filled(lake: Lake, connection: psycopg.Connection) -> list[int]:
    first = put(lake, connection, rows(("2026-01", 1), ("2026-02", 2)))
    second = put(lake, connection, rows(("2026-02", 20), run=2), ReplaceWhere("thang"))
    return [first, second, put(lake, connection, rows(("2026-03", 3), run=3))]


def test_a_copied_lake_names_its_files_in_the_new_folder(
    lake: Lake, connection: psycopg.Connection, tmp_path: Path
) -> None:
    snapshots = filled(lake, connection)
    before = {snapshot: read(lake, snapshot) for snapshot in snapshots}
    assert before[snapshots[0]] == [("2026-01", 1), ("2026-02", 2)]
    needed = {Path(path) for path in lake.files()}
    target = tmp_path / "máy khác"
    for path in needed:
        copy = target / path.relative_to(lake.root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    shutil.rmtree(lake.root)
    moved = Lake(str(target), lambda: connection)
    assert moved.move(lake.root) > 0
    connection.commit()
    assert {snapshot: read(moved, snapshot) for snapshot in snapshots} == before
    assert [state.id for state in moved.history("thu")] == snapshots
    assert moved.files() == {str(target / path.relative_to(lake.root)) for path in needed}
    fourth = put(moved, connection, rows(("2026-03", 30), run=4), ReplaceWhere("thang"))
    assert read(moved, fourth) == [("2026-01", 1), ("2026-02", 20), ("2026-03", 30)]


def test_manifests_keep_all_that_they_say_of_files(lake: Lake, connection: psycopg.Connection, tmp_path: Path) -> None:
    filled(lake, connection)

    def plain(part: object) -> object:
        return dict(part) if isinstance(part, Mapping) else part

    def said(lake: Lake) -> list[str]:
        state = lake._catalogue.find("thu").metadata.current_snapshot()
        assert state is not None
        return sorted(
            str(
                [manifest.sequence_number, entry.status, entry.snapshot_id, *map(plain, entry.data_file._data)]
            ).replace(lake.root, "ROOT")
            for manifest in state.manifests(lake._storage.io)
            for entry in manifest.fetch_manifest_entry(lake._storage.io)
        )

    before = said(lake)
    shutil.copytree(lake.root, tmp_path / "elsewhere")
    moved = Lake(str(tmp_path / "elsewhere"), lambda: connection)
    moved.move(lake.root)
    assert said(moved) == before
    assert len(before) >= 3
    for state in moved._catalogue.find("thu").metadata.snapshots:
        for manifest in state.manifests(moved._storage.io):
            assert manifest.manifest_length == Path(manifest.manifest_path).stat().st_size


@pytest.mark.parametrize("engine", ["sql catalogue", "sail"])
def test_other_engines_read_the_moved_lake(
    lake: Lake, connection: psycopg.Connection, tmp_path: Path, engine: str, lake_dsn: str
) -> None:
    newest = filled(lake, connection)[-1]
    shutil.move(lake.root, tmp_path / "elsewhere")
    moved = Lake(str(tmp_path / "elsewhere"), lambda: connection)
    moved.move(lake.root)
    connection.commit()
    assert found_by(engine, moved, newest, lake_dsn) == [1, 3, 20]


def found_by(engine: str, lake: Lake, snapshot: int, dsn: str) -> list[object]:
    if engine == "sail":
        pytest.importorskip("pysail")
        from sqlglot import exp

        from vamco.engines.query import SparkConnect

        query = exp.select("so_tien").from_("thu")
        answer = SparkConnect(None).run(query, {"thu": lake.relation("thu", snapshot)})
        return sorted(answer.column("so_tien").to_pylist())
    import psycopg
    from pyiceberg.catalog.sql import SqlCatalog

    parts = psycopg.conninfo.conninfo_to_dict(dsn)
    uri = f"postgresql+psycopg://{parts['user']}:{parts.get('password', '')}@/{parts['dbname']}?host={parts['host']}&port={parts['port']}"
    catalog = SqlCatalog("vamco", uri=uri, init_catalog_tables="false")
    try:
        return sorted(catalog.load_table("vamco.thu").scan().to_arrow().column("so_tien").to_pylist())
    finally:
        catalog.close()


def test_a_lake_that_stays_is_left_alone(lake: Lake, connection: psycopg.Connection) -> None:
    filled(lake, connection)
    before = {path: Path(path).stat().st_mtime_ns for path in lake.files()}
    assert lake.move(lake.root) == 0
    assert {path: Path(path).stat().st_mtime_ns for path in lake.files()} == before

"""A CSV of a million rows to a checked snapshot, against dlt's unchecked load of the same file in the same run.

Ours: kept with its SHA-256, every field cast, 29 checks a row, keys unique, quarantine, Parquet in the lake, one transaction in
PostgreSQL with its files forced to the disk. dlt's: three documented ways of loading a CSV, no checks. Medians of the turns.
"""

from __future__ import annotations

import csv
import datetime as dt
import importlib.util
import os
import random
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from vamco.cli.bench import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROWS = 1_000_000
BAD_EVERY = 997
ROUNDS = 3
DATASET = "bench_giaingan"
# dlt's CSV reader into its first documented destination is the peer that must be reached. Its quicker ways are told beside it:
# Parquet files instead of a database, and handing it an Arrow table that pyarrow has read.
WAYS = {
    "read_csv_duckdb_into_duckdb": ("read_csv_duckdb", "duckdb"),
    "read_csv_duckdb_into_parquet_files": ("read_csv_duckdb", "filesystem"),
    "arrow_table_into_parquet_files": ("arrow", "filesystem"),
}
CHECKOUT = Path(__file__).resolve().parents[1]
HEADER = ("ma_gd", "ngay", "nam", "ma_cdt", "ma_da", "ma_xa", "so_tien", "nguon", "ten", "ghi_chu")
FUNDS = ("NSTW", "NSDP", "DAT", "XSKT", "ODA")
_PACK = """\
code: bench
version: 0.1.0
name: Tỉnh
name_en: Province
"""
CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: bench_giaingan
name: Giải ngân (đo tốc độ)
version: 1.0.0
status: active
team: {name: H53.04}
customProperties: [{property: vamco.delivery, value: append}]
schema:
  - name: bench_giaingan
    logicalType: object
    physicalType: table
    properties:
      - {name: ma_gd, logicalType: string, physicalType: VARCHAR(20), required: true, primaryKey: true, primaryKeyPosition: 1,
         logicalTypeOptions: {pattern: '^KB\\d{12}$'}}
      - name: ngay
        logicalType: date
        required: true
        logicalTypeOptions: {format: yyyy-MM-dd, minimum: "2025-01-01"}
        quality: [{name: q1, type: custom, engine: vamco, severity: error, dimension: accuracy, implementation: {check: not_in_future}}]
      - {name: nam, logicalType: integer, required: true, logicalTypeOptions: {minimum: 2024, maximum: 2100}}
      - {name: ma_cdt, logicalType: string, physicalType: VARCHAR(35), required: true}
      - {name: ma_da, logicalType: string, physicalType: VARCHAR(7), required: true, logicalTypeOptions: {pattern: '^\\d{7}$'}}
      - name: ma_xa
        logicalType: string
        physicalType: VARCHAR(5)
        required: true
        quality: [{name: q2, type: custom, engine: vamco, severity: error, dimension: conformity, implementation: {check: reference, list: communes}}]
      - {name: so_tien, logicalType: integer, required: true, logicalTypeOptions: {minimum: 1}}
      - name: nguon
        logicalType: string
        physicalType: VARCHAR(10)
        required: true
        quality: [{name: q3, type: custom, engine: vamco, severity: error, dimension: conformity, implementation: {check: set, values: [NSTW, NSDP, DAT, XSKT, ODA]}}]
      - {name: ten, logicalType: string, physicalType: VARCHAR(200)}
      - {name: ghi_chu, logicalType: string}
"""


def run() -> Iterable[Figure]:
    """Measures both over the same file, in turns, and gives the better of each."""
    from vamco.cli import postgres

    with tempfile.TemporaryDirectory(prefix="vamco-bench-") as name, postgres.running(Path(name) / "pg") as server:
        folder = Path(name)
        _start(folder, server)
        source = folder / "in" / "giai-ngan.csv"
        _write(source)
        ways = _ways()
        ours: list[float] = []
        theirs: dict[str, list[float]] = {way: [] for way in WAYS}
        for n in range(ROUNDS):
            ours.append(_receive(source, n))
            for way, (reader, destination) in ways.items():
                theirs[way].append(_dlt(source, folder / f"dlt-{n}-{reader}-{destination}", reader, destination))
        for n, (way, seconds) in enumerate(theirs.items()):
            yield Figure(
                "ingest",
                "csv_rows_per_second" if n == 0 else f"csv_rows_per_second_against_{way}",
                ROWS / statistics.median(ours),
                "rows/s",
                reach=">= 300000",
                peer=f"dlt, unchecked: {way}",
                peer_value=ROWS / statistics.median(seconds) if seconds else None,
                ratio_reach=">= 1" if n == 0 else "",
            )


def _start(folder: Path, server: object) -> None:
    from vamco.cli.postgres import Server

    assert isinstance(server, Server)
    server.grant()
    os.environ.update(
        DATABASE_URL=server.url("app"),
        DATABASE_OWNER_URL=server.url("owner"),
        VAMCO_DATA=str(folder / "data"),
        DJANGO_SETTINGS_MODULE="vamco.config.settings",
    )
    from vamco.cli import migrate

    migrate.bring_up_to_date()
    from vamco.kernel.base.packs import public as packs

    pack = folder / "pack"
    (pack / "datasets").mkdir(parents=True)
    for name in ("places.csv", "agencies.csv"):
        shutil.copy(CHECKOUT / "packs" / "tayninh" / name, pack)
    shutil.copy(CHECKOUT / "packs" / "vietnam" / "agency_kinds.yaml", pack)
    (pack / "pack.yaml").write_text(_PACK, encoding="utf-8")
    (pack / "datasets" / "bench.odcs.yaml").write_text(CONTRACT, encoding="utf-8")
    packs.load(pack)


def _write(path: Path) -> None:
    with (CHECKOUT / "packs" / "tayninh" / "places.csv").open(encoding="utf-8", newline="") as file:
        communes = [row["code"] for row in csv.DictReader(file) if row["parent"]]
    draws = random.Random(1)
    days = [(dt.date(2025, 1, 1) + dt.timedelta(days=n)).isoformat() for n in range(400)]
    path.parent.mkdir()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for n in range(ROWS):
            amount = "không rõ" if n % BAD_EVERY == 0 else draws.randrange(1, 10**10)
            writer.writerow([
                f"KB{n:012d}", draws.choice(days), 2025 + n % 2, f"H53.{n % 47:02d}", f"{draws.randrange(10**7):07d}",
                draws.choice(communes), amount, draws.choice(FUNDS), f"Dự án đường số {n % 997}",
                "giải ngân đợt 1, có dấu phẩy" if n % 7 == 0 else "",
            ])  # fmt: skip


def _receive(source: Path, turn: int) -> float:
    """Seconds from the file to the commit; each turn goes to an empty table of its own."""
    from vamco.systems.hub import public as hub
    from vamco.systems.hub.contracts import Delivery, RunState

    _empty()
    delivery = Delivery("bench", source.name, "text/csv", source, dt.datetime.now(dt.UTC), key=str(turn))
    begun = time.perf_counter()
    run = hub.receive(DATASET, delivery)
    seconds = time.perf_counter() - begun
    bad = -(-ROWS // BAD_EVERY)
    assert (run.state, run.rows, run.quarantined) == (RunState.PUBLISHED, ROWS, bad), run
    assert hub.relation(DATASET).rows == ROWS - bad
    return seconds


def _empty() -> None:
    """Forgets the table, so that each turn measures the same."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE hub_dataset SET snapshot = NULL, run_id = NULL")
        cursor.execute("UPDATE hub_run SET snapshot = NULL, in_force = false")
        cursor.execute("DELETE FROM iceberg_tables")


def _ways() -> dict[str, tuple[str, str]]:
    """The ways that can be measured here: all where dlt is installed, else none."""
    return WAYS if importlib.util.find_spec("dlt") else {}


def _dlt(source: Path, folder: Path, reader: str, destination: str) -> float:
    """Seconds of one load by dlt, without its start-up."""
    os.environ.update(RUNTIME__DLTHUB_TELEMETRY="false", RUNTIME__LOG_LEVEL="ERROR")
    import dlt
    from dlt.sources.filesystem import filesystem, read_csv_duckdb

    out = folder / "out"
    target = (
        dlt.destinations.filesystem(str(out))
        if destination == "filesystem"
        else dlt.destinations.duckdb(str(folder / "d.duckdb"))
    )
    folder.mkdir()
    pipeline = dlt.pipeline("bench", destination=target, dataset_name="bench", pipelines_dir=str(folder / "state"))
    data = _arrow(source) if reader == "arrow" else (
        filesystem(bucket_url=source.parent.as_uri(), file_glob=source.name) | read_csv_duckdb(chunk_size=100_000, use_pyarrow=True)
    )  # fmt: skip
    begun = time.perf_counter()
    pipeline.run(data, table_name="giaingan", loader_file_format="parquet")
    seconds = time.perf_counter() - begun
    shutil.rmtree(folder)
    return seconds


def _arrow(source: Path) -> object:
    import dlt
    import pyarrow.csv

    @dlt.resource(name="giaingan")
    def rows() -> Iterator[object]:
        yield pyarrow.csv.read_csv(source)

    return rows()

"""Proves that a restored province is the one that was backed up: counts, fingerprints, snapshots, the log of acts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from vamco.cli import backup_database, backup_format
from vamco.cli.backup_format import Kept, shown
from vamco.cli.console import say, wording
from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    from vamco.cli.backup_database import Base
    from vamco.cli.backup_format import Manifest


def demand_known_migrations(manifest: Manifest) -> None:
    """Refuse a backup whose tables are newer than this version of the platform."""
    from django.db.migrations.loader import MigrationLoader

    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations or {}}
    if strange := sorted(set(manifest.migrations) - known):
        raise Refused(
            "restore.newer_tables",
            N_(
                "The backup was made by a newer Vàm Cỏ (%(vamco)s): its tables have %(migration)s. Install that version."
            ),
            vamco=manifest.vamco,
            migration=strange[0],
        )


def prove(base: Base, manifest: Manifest) -> bool:
    """Compare all that the manifest says, bring the tables up to date, and verify the log; tells whether the log is true.

    Refused where anything differs.
    """
    from django.db import connection, transaction

    from vamco.systems.hub import public as hub

    connection.ensure_connection()
    _equal(N_("rows of the tables"), backup_database.count_rows(connection.connection), manifest.rows)
    _equal(N_("rights"), backup_database.read_rights(connection.connection), manifest.rights)
    say(
        N_("✓ %(rows)s rows in %(tables)s tables, and who may do what with them, as in the backup."),
        **_counts(manifest),
    )
    with transaction.atomic():
        hub.lake().move(manifest.lake_root)
    _prove_files(base.data, manifest)
    _prove_lake(base.data, manifest)
    _prove_keys(manifest)
    return _prove_log(manifest)


def _counts(manifest: Manifest) -> dict[str, str]:
    return {"rows": f"{sum(manifest.rows.values()):,}", "tables": f"{len(manifest.rows):,}"}


def _equal(what: str, found: dict[str, Any], wanted: dict[str, Any]) -> None:
    for name in sorted(found.keys() | wanted.keys()):
        if found.get(name) != wanted.get(name):
            raise Refused(
                "restore.differs",
                N_("The restore is not what was backed up: %(what)s, %(name)s: %(found)s instead of %(wanted)s."),
                what=wording(what),
                name=name,
                found=found.get(name),
                wanted=wanted.get(name),
            )


def _prove_files(home: Path, manifest: Manifest) -> None:
    """Read each content that a row names where it lies now, and compare it with its fingerprint."""
    from vamco.kernel.record.files import public as files

    contents, absent = files.contents(), set(manifest.absent)
    _equal(N_("files"), {"contents": len(contents)}, {"contents": manifest.contents})
    for sha256, size in shown(N_("Files"), contents):
        place = f"files/{sha256[:2]}/{sha256[2:]}"
        if manifest.store == "bucket":
            found: object = Kept(size, sha256) if files.holds(sha256, size) else None
        elif place in absent:
            continue
        else:
            found = Kept(*backup_format.digest(home / place))
        _equal(N_("files"), {place: found}, {place: Kept(size, sha256)})
    if manifest.store == "bucket":
        say(N_("✓ %(files)s files lie in the bucket, each in its size."), files=f"{len(contents):,}")
    else:
        say(N_("✓ %(files)s files, each with its fingerprint."), files=f"{len(contents) - _absent(manifest):,}")


def _absent(manifest: Manifest) -> int:
    return sum(path.startswith("files/") for path in manifest.absent)


def _prove_lake(home: Path, manifest: Manifest) -> None:
    """Open each table: its snapshots with their numbers and rows, the files of all, the rows of the newest as its files have them."""
    import pyarrow.parquet as pq

    from vamco.systems.hub import public as hub

    lake = hub.lake()
    tables = {name: [[state.id, state.rows] for state in lake.history(name)] for name in lake.tables()}
    _equal(N_("snapshots of the lake"), tables, manifest.lake)
    needed = {Path(path).relative_to(home).as_posix() for path in lake.files()}
    wanted = {path for path in manifest.files if path.startswith("lake/")} | set(manifest.absent)
    _equal(N_("files of the lake"), dict.fromkeys(needed, True), {path: True for path in wanted if "lake/" in path})
    for path in shown(N_("Lake"), sorted(needed - set(manifest.absent))):
        if path.endswith(".parquet"):
            _equal(
                N_("files of the lake"), {path: Kept(*backup_format.digest(home / path))}, {path: manifest.files[path]}
            )
    if not any(path.startswith("lake/") for path in manifest.absent):
        for name, states in manifest.lake.items():
            rows = sum(pq.read_metadata(file.path).num_rows for file in lake.relation(name).files)
            _equal(N_("rows in the lake"), {name: rows}, {name: states[-1][1] if states else 0})
    say(
        N_("✓ %(tables)s tables of the lake with %(snapshots)s snapshots; all of them open."),
        tables=len(tables),
        snapshots=sum(map(len, tables.values())),
    )


def _prove_keys(manifest: Manifest) -> None:
    """Where the identity keys were given, each sealed number stands under one of them."""
    from django.conf import settings

    from vamco.cli import backup_keys
    from vamco.kernel.world.people import public as people

    if not (Path(settings.VAMCO_DATA) / backup_keys.IDENTITY).is_file() and settings.VAMCO_IDENTITY_KEYS is None:
        return
    _equal(N_("sealed numbers"), people.key_use(), manifest.sealed)
    say(N_("✓ %(sealed)s sealed numbers have their key."), sealed=f"{sum(manifest.sealed.values()):,}")


def _prove_log(manifest: Manifest) -> bool:
    """Compare where the chains end, and verify each of them; an older version's tables are brought up to date before."""
    from vamco.cli import migrate
    from vamco.kernel.base.audit import public as audit

    if _pending():
        migrate.bring_up_to_date()
        say(N_("The tables were brought up to date: the backup is of version %(vamco)s."), vamco=manifest.vamco)
    else:
        heads = {chain: [end.seq, end.hash.hex()] for chain, end in audit.heads().items()}
        _equal(N_("ends of the log"), heads, manifest.audit)
    report = audit.examine()
    if report.wrong:
        for chain, broken in sorted(report.broken.items()):
            say(N_("%(chain)s: the log is broken from entry %(seq)s on."), chain=chain, seq=broken.seq)
        return False
    say(
        N_("✓ The log of acts is true: %(entries)s entries in %(chains)s chains, up to the same end."),
        entries=f"{report.entries:,}",
        chains=report.chains,
    )
    return True


def _pending() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))

"""A province is backed up while its people work, and comes to life in another folder; backup and restore are killed in between."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.faults.province import Work
from tests.faults.running import Running, until
from vamco.cli import backup_format, postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TODAY = dt.date(2026, 11, 22)
LEFT_OUT = ("procrastinate_", "django_session", "iceberg_tables")  # the last names folders


def started(*words: str | Path, **more: str) -> subprocess.Popen[str]:
    """Start a command of ours."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("VAMCO_", "DATABASE_", "COV_"))}
    environment |= {"PYTHONPATH": ":".join(filter(None, sys.path)), "LC_ALL": "C.UTF-8", **more}
    return subprocess.Popen(
        [sys.executable, "-m", "vamco", *map(str, words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    )


def said(*words: str | Path, code: int = 0, **more: str) -> str:
    """Run a command of ours to its end; gives what it said."""
    process = started(*words, **more)
    out = process.communicate(timeout=300)[0]
    assert process.returncode == code, out
    return out


def killed(process: subprocess.Popen[str], when: Callable[[], bool], what: str) -> None:
    """Kill a command at the moment at which something holds."""
    until(lambda: when() or process.poll() is not None, what, every=0.002)
    assert process.poll() is None, process.communicate()[0]
    process.send_signal(signal.SIGKILL)
    process.communicate()


def sums(folder: Path) -> dict[str, tuple[int, str]]:
    """Give rows and a sum of the contents of each table of the database in a data folder."""
    with (
        postgres.running(folder) as server,
        psycopg.connect(server.url("owner"), autocommit=True) as connection,
    ):
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        found = {}
        for (name,) in tables:
            if not name.startswith(LEFT_OUT):
                query = f"SELECT count(*), md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM \"{name}\" t"
                found[name] = connection.execute(query.encode()).fetchone()
        return found  # type: ignore[return-value]


def tree(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


@pytest.fixture(scope="module")
def target() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="vamco-backups-"))
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def original(target: Path) -> Iterator[Path]:
    """A data folder whose people worked while it was backed up; nobody works in it any more."""
    folder = Path(tempfile.mkdtemp(prefix="vamco-faults-"))
    folder.chmod(0o711)
    running = Running(folder, TODAY)
    work = Work(running, 7)
    try:
        running.start()
        until(lambda: running.page() == 200, "the first page")
        work.start()
        until(lambda: sum(attempt.told for attempt in work.notebook.attempts) > 5, "the first acts", 300)
        back_up_among_kills(folder, target, work)
        work.stop()
        assert work.notebook.odd == []
        assert running.stop() == 0
        yield running.data
    except BaseException:
        print(running.tell())
        raise
    finally:
        running.close()
        shutil.rmtree(running.data, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def back_up_among_kills(folder: Path, target: Path, work: Work) -> None:
    """Make two backups, with two in between that are killed, while everybody works."""
    said("backup", target, "--data", folder)
    part = target / "backup.part"
    moments: tuple[Callable[[], bool], ...] = (
        lambda: (part / backup_format.DUMP).exists() and (part / backup_format.DUMP).stat().st_size > 0,
        (part / "lake").exists,
    )
    for when in moments:
        killed(started("backup", target, "--data", folder), when, "a part of a backup")
        assert part.exists()
        assert len(backup_format.complete(target)) == 1
        assert "no complete backup" in said("backup", "--check", part, code=1) or not (part / "manifest.json").exists()
    before = sum(attempt.told for attempt in work.notebook.attempts)
    said("backup", target, "--data", folder)
    assert not part.exists()
    until(lambda: sum(attempt.told for attempt in work.notebook.attempts) > before, "people who go on", 300)


def test_backups_among_kills_and_writes_are_whole_and_share_files(original: Path, target: Path) -> None:
    found = [backup_format.check(folder) for folder in backup_format.complete(target)]
    assert len(found) == 2
    assert all(checked.whole and not checked.manifest.absent for checked in found)
    first, second = (checked.manifest for checked in found)
    assert second.rows["audit_entry"] > first.rows["audit_entry"]
    assert second.contents >= first.contents > 0
    data = [path for path in first.files.keys() & second.files.keys() if path.startswith("files/")]
    folders = backup_format.complete(target)
    assert data
    assert all((folders[0] / path).samefile(folders[1] / path) for path in data)


def test_a_backup_taken_while_people_worked_is_restored_and_proved(original: Path, target: Path, room: Path) -> None:
    backup = backup_format.complete(target)[-1]
    manifest = backup_format.read(backup)
    out = said("restore", backup, "--data", room / "new")
    assert f"✓ {sum(manifest.rows.values()):,} rows in {len(manifest.rows)} tables" in out
    assert f"✓ {manifest.contents:,} files, each with its fingerprint." in out
    entries = manifest.rows["audit_entry"]
    assert f"✓ The log of acts is true: {entries:,} entries" in out
    with postgres.running(room / "new") as server, psycopg.connect(server.url("owner")) as connection:
        rows = connection.execute(
            "SELECT sha256 FROM files_file WHERE sha256 IS NOT NULL UNION SELECT rendition_id FROM files_file WHERE rendition_id IS NOT NULL"
        ).fetchall()
    named = {f"files/{sha256[:2]}/{sha256[2:]}" for (sha256,) in rows}
    assert named == {path for path in manifest.files if path.startswith("files/")}  # wholly in, or wholly out


def test_what_was_at_rest_is_the_same_in_its_new_place_and_lives(original: Path, target: Path, room: Path) -> None:
    keys = room / "keys"
    said("backup", target, "--data", original, "--keys", keys)
    (key_file,) = keys.iterdir()
    assert key_file.stat().st_mode & 0o777 == 0o600
    backup = backup_format.complete(target)[-1]
    everything = b"".join(path.read_bytes() for path in backup.rglob("*") if path.is_file())
    assert (original / "secret_key").read_bytes() not in everything
    new = room / "new"
    said("restore", target, "--data", new, "--keys", key_file)
    assert sums(new) == sums(original)
    assert (new / "secret_key").read_bytes() == (original / "secret_key").read_bytes()
    assert tree(new / "files") >= {path for path in tree(original / "files") if len(path) > 60}
    running = Running(new, TODAY)
    try:
        running.start()
        until(lambda: running.page() == 200, "the first page")
        official = Work(running, 1).official("ioc")
        assert official.log_in()
        answer = official.ask("GET", "desk/alarms/")
        assert answer is not None
        assert answer.status_code == 200
        rights = running.rows(
            "SELECT has_table_privilege('audit_entry', 'INSERT'), has_table_privilege('audit_chain', 'UPDATE')"
        )
        assert rights == [(False, False)]
        assert running.stop() == 0
    finally:
        running.close()


def test_a_restore_that_is_killed_starts_nowhere_and_begins_anew(original: Path, target: Path, room: Path) -> None:
    new = room / "new"
    backup = backup_format.complete(target)[-1]
    moments: dict[str, Callable[[], bool]] = {
        "files": (new / "lake").exists,
        "a database": (new / "pgdata" / "postmaster.pid").exists,
    }
    for what, when in moments.items():
        killed(started("restore", backup, "--data", new), when, what)
        assert (new / "restoring").exists()
        refusal = f"The restore into {new} is not finished."
        assert refusal in said("up", "--data", new, "--port", "0", code=1)
        assert refusal in said("worker", "--once", code=1, VAMCO_DATA=str(new), DATABASE_URL="postgresql://x@/x")
        assert refusal in said("backup", target, "--data", new, code=1)
    out = said("restore", backup, "--data", new)
    assert "The restore is complete and proved." in out
    assert not (new / "restoring").exists()
    assert sums(new)["audit_entry"][0] == backup_format.read(backup).rows["audit_entry"]
    assert "is not empty" in said("restore", backup, "--data", new, code=1)


def altered(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def truncated(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


DAMAGES: dict[str, tuple[str, Callable[[Path], None], str]] = {
    "a byte of a file": ("files/*/*", altered, "Altered"),
    "a missing file": ("files/*/*", Path.unlink, "Missing"),
    "a byte of the lake": ("lake/*/data/*.parquet", altered, "Altered"),
    "a missing table of contents": ("lake/*/metadata/*.avro", Path.unlink, "Missing"),
    "a truncated dump": (backup_format.DUMP, truncated, "Altered"),
    "a byte of the dump": (backup_format.DUMP, altered, "Altered"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_found_by_check_and_never_restored(damage: str, original: Path, target: Path, room: Path) -> None:
    pattern, harm, word = DAMAGES[damage]
    copy = room / "copy"
    shutil.copytree(backup_format.complete(target)[-1], copy)
    victim = min(copy.glob(pattern))
    name = victim.relative_to(copy).as_posix()
    harm(victim)
    out = said("backup", "--check", copy, code=1)
    assert f"{word}: {name}" in out
    assert "is not whole" in out
    refused = said("restore", copy, "--data", room / "new", code=1)
    assert name in refused
    assert "missing or altered" in refused
    assert not (room / "new" / "pgdata").exists() or (room / "new" / "restoring").exists()


def test_a_manifest_that_was_changed_is_no_backup(original: Path, target: Path, room: Path) -> None:
    copy = room / "copy"
    shutil.copytree(backup_format.complete(target)[-1], copy)
    content: dict[str, Any] = json.loads((copy / "manifest.json").read_text())
    (copy / "manifest.json").write_text(json.dumps({**content, "rows": {**content["rows"], "audit_entry": 1}}))
    for words in (("backup", "--check", copy), ("restore", copy, "--data", room / "new")):
        assert "is damaged" in said(*words, code=1)
    (copy / "manifest.json").write_text(json.dumps({**content, "format": 2, "vamco": "9.0"}))
    for words in (("backup", "--check", copy), ("restore", copy, "--data", room / "new")):
        assert "made by a newer Vàm Cỏ (9.0, format 2)" in said(*words, code=1)
    (copy / "manifest.json").unlink()
    for words in (("backup", "--check", copy), ("restore", copy, "--data", room / "new")):
        assert "There is no complete backup" in said(*words, code=1)
    assert not (room / "new").exists()


def test_a_full_disk_leaves_nothing_that_looks_whole(original: Path, room: Path) -> None:
    disk = room / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m,mode=0711", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("needs the right to mount a tmpfs")
    try:
        out = said("backup", disk / "target", "--data", original, code=1)
        assert "is full. The backup was given up and nothing of it is left" in out
        assert tree(disk) == {"target", "target/.lock"}
        (disk / "ballast").write_bytes(bytes(5_500_000))  # room for less than the dump
        out = said("backup", disk / "target", "--data", original, code=1)
        assert "is full. The backup was given up and nothing of it is left" in out
        assert tree(disk) == {"target", "target/.lock", "ballast"}
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)

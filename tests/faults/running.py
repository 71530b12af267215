"""A real `vamco up` with its processes, each by what it does, so that a test can end any of them."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError
from urllib.request import urlopen

import psycopg

from vamco.cli import ground

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

MARK: Final = "VAMCO_TEST_RUN"
PATIENCE: Final = 120.0  # seconds; the machine may be busy with other tests


@dataclass(frozen=True)
class Process:
    """A living process of our run."""

    pid: int
    parent: int
    words: tuple[str, ...]

    @property
    def keeper(self) -> bool:
        """Whether it is the small process that keeps another (see `vamco.cli.leash`)."""
        return any(word.endswith("leash.py") for word in self.words[:5])


class Running:
    """`vamco up` over a folder, started and started again."""

    def __init__(self, folder: Path, today: dt.date, extra: Mapping[str, str] | None = None) -> None:
        self.folder, self.today = folder, today
        self.mark = secrets.token_hex(8)
        self.address = ""
        self.said: list[str] = []
        self.extra = dict(extra or {})
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None

    def start(self, *, same_port: bool = True) -> None:
        """Start it; it serves some seconds later."""
        port = (self.address.rstrip("/").rpartition(":")[2] if same_port else "") or "0"
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("VAMCO_", "DATABASE_", "COV_"))}
        environment |= {
            "PYTHONPATH": ":".join(filter(None, sys.path)),
            "LC_ALL": "C.UTF-8",
            MARK: self.mark,
            **self.extra,
        }
        environment["VAMCO_TODAY"] = self.today.isoformat()
        environment["VAMCO_WATCH"] = (
            "false"  # cameras go on proposing while others count; their kills are in test_evidence_kills
        )
        self._process = subprocess.Popen(
            [sys.executable, "-m", "vamco", "up", "--data", str(self.folder), "--port", port],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
        )
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                self.said.append(line.rstrip())
                if found := re.search(r"http://localhost:\d+/", line):
                    self.address = found[0]

    @property
    def pid(self) -> int:
        """The launcher."""
        assert self._process is not None
        return self._process.pid

    def ended(self) -> int | None:
        """Give the launcher's exit code, None while it runs."""
        assert self._process is not None
        return self._process.poll()

    def stop(self, sign: signal.Signals = signal.SIGINT, patience: float = PATIENCE) -> int:
        """End the launcher; gives its exit code."""
        assert self._process is not None
        self._process.send_signal(sign)
        code = self._process.wait(patience)
        if self._reader is not None:
            self._reader.join(120)
        return code

    def close(self) -> None:
        """End whatever is left, whatever happened."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        with contextlib.suppress(AssertionError):
            until(lambda: not self.alive(), "the processes to end", 60)
        for process in self.alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)

    def alive(self) -> list[Process]:
        """Give every living process that carries our mark or works in our folder."""
        found = []
        marks = [f"{MARK}={self.mark}".encode(), bytes(self.folder), bytes(self.data), self.data_mark.encode()]
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                words = (entry / "cmdline").read_bytes()
                told = words + b"\0" + (entry / "environ").read_bytes()
                if state != "Z" and int(entry.name) != os.getpid() and any(mark in told for mark in marks):
                    known = tuple(words.decode(errors="replace").rstrip("\0").split("\0"))
                    found.append(Process(int(entry.name), int(parent), known))
        return found

    @property
    def data(self) -> Path:
        """Where the data lie: the folder, or what stands in for it."""
        sign = self.folder / "elsewhere"
        return Path(sign.read_text().strip()) if sign.exists() else self.folder

    @property
    def data_mark(self) -> str:
        """The name that all processes of our PostgreSQL carry."""
        return ground.survey(self.folder).sockets.name

    def pids(self, role: str) -> list[int]:
        """Give the processes that do something: worker, web, web_main, postgres, collect, department, keeper, launcher."""
        known = self.alive()
        main = {one.pid for one in known if _is(one, "-m", "granian")}
        roots = {pid for pid in main if not any(one.pid == pid and one.parent in main for one in known)}
        roles: dict[str, Callable[[Process], bool]] = {
            "worker": lambda one: _is(one, "-m", "vamco", "worker"),
            "web": lambda one: one.parent in roots and one.pid in main,
            "web_main": lambda one: one.pid in roots,
            "postgres": lambda one: one.words[0].endswith("/postgres") and "-D" in one.words and not one.keeper,
            "collect": lambda one: _is(one, "-m", "vamco.cli.collect"),
            "department": lambda one: _is(one, "-m", "vamco.cli.departments"),
            "keeper": lambda one: one.keeper and "worker" in one.words,
            "launcher": lambda one: one.pid == self.pid,
        }
        return [one.pid for one in known if roles[role](one)]

    def environment(self) -> dict[str, str]:
        """Give the environment of the web, with the database's address in it."""
        for pid in self.pids("web_main"):
            with contextlib.suppress(OSError):
                words = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
                return dict(word.split("=", 1) for word in words if "=" in word)
        raise AssertionError("the web does not run")

    def page(self, path: str = "log-in") -> int:
        """Give the status of a page; 0 when nobody answers."""
        if not self.address:
            return 0
        try:
            with urlopen(self.address + path, timeout=120) as answer:
                return int(answer.status)
        except HTTPError as error:
            return error.code
        except OSError:
            return 0

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask the database, as the application's role."""
        with psycopg.connect(self.environment()["DATABASE_URL"], autocommit=True, connect_timeout=60) as connection:
            return connection.execute(statement).fetchall()  # type: ignore[call-overload]

    def serves(self) -> bool:
        """Whether all services are there: the web answers from the database, the worker works."""
        return self.page() == 200 and len(self.pids("web")) >= 2 and bool(self.pids("worker"))

    def tell(self) -> str:
        """Give the last words of the launcher and the logs, for a test that failed."""
        logs = [f"--- {path.name}\n{_tail(path)}" for path in sorted((self.data / "logs").glob("*.log"))]
        return "\n".join(["--- vamco up", *self.said[-30:], *logs])


def _is(process: Process, *words: str) -> bool:
    return process.words[1 : 1 + len(words)] == words


def _tail(path: Path) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-25:])


def until(holds: Callable[[], object], what: str, within: float = PATIENCE, every: float = 0.1) -> float:
    """Wait until something holds; gives the seconds it took."""
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < within, f"waited {within:.0f} s for {what}"
        time.sleep(every)
    return time.monotonic() - begun

"""The embedded PostgreSQL: one private server for one data folder, gone when its owner goes.

No TCP, a socket in a folder of mode 0700, an owner role for migrations and an application role for everything else.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from vamco.cli import cluster, ground, leash
from vamco.cli.cluster import DATABASE, ROLES
from vamco.cli.processes import Log
from vamco.config.unfinished import refuse_unfinished
from vamco.lib.errors import N_, Refused, Unavailable

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Mapping

    from vamco.cli.cluster import type_of_role
    from vamco.cli.ground import Ground

_START: Final = 60.0  # seconds; recovery after a crash may take a while
_STOP: Final = 30.0  # seconds for a fast shutdown, which writes a checkpoint
_FORCED: Final = 5.0  # seconds for each harder way
_SOCKET_LINE: Final = 4  # of postmaster.pid, counted from 0
_READY_LINE: Final = 7  # the same

SETTINGS: Final[dict[str, str]] = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "512MB",
    "max_wal_size": "1GB",
    "fsync": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    # Statements and details carry people's data: the log says what failed, not for whom.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "jit": "off",
}


class Server:
    """A PostgreSQL server over one data folder; a `processes.Service`.

    It must be started from a thread that lives as long as the server shall: the kernel stops it when that thread ends.
    """

    name = "postgres"

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        """Prepare for `folder`; `settings` overrides PostgreSQL's settings, such as `{"fsync": "off"}` for tests."""
        self.ground: Ground = ground.survey(folder)
        self.log = Log(self.ground.home / "logs" / "postgres.log")
        self._sockets = self.ground.sockets
        self._settings = {**SETTINGS, **(settings or {})}
        self._passwords: dict[type_of_role, str] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._pump: threading.Thread | None = None

    def url(self, role: type_of_role = "app", database: str = DATABASE) -> str:
        """Give the address, with its password, for the role "app" (rows only) or "owner" (tables too)."""
        place = urlencode({"host": str(self._sockets), "port": self._settings["port"]}, safe="/")
        return f"postgresql://{ROLES[role]}:{quote(self._passwords[role])}@/{quote(database)}?{place}"

    @property
    def pid(self) -> int | None:
        """The postmaster's process id."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the server, also after a crash of it or of its last owner; Unavailable when it cannot."""
        self.stop()
        _end_occupants(self.ground)
        self._passwords = cluster.ensure(self.ground, sync=self._settings["fsync"] != "off")
        (self.ground.data / "postmaster.pid").unlink(missing_ok=True)  # nobody is there: what it says is stale
        self._lay_out()
        self._process = process = subprocess.Popen(  # noqa: S603  # our own binary and arguments, no shell
            leash.command(self._argv(), at_death=signal.SIGINT, user=self.ground.user),
            env=cluster.ENVIRONMENT,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        assert process.stdout is not None  # noqa: S101  # for the type checker: asked for above
        self._pump = self.log.drain(process.stdout)
        self._await_ready(process)
        self.grant()

    def attach(self) -> None:
        """Take up the address of a server that another process runs on this folder; OSError while it is not there."""
        self._passwords = cluster.known_passwords(self.ground)
        lines = (self.ground.data / "postmaster.pid").read_text().splitlines()
        if len(lines) <= _READY_LINE:
            raise FileNotFoundError(self.ground.data / "postmaster.pid")
        self._sockets = Path(lines[_SOCKET_LINE])  # the other process may have chosen another folder than we would

    def wipe(self) -> None:
        """Remove the cluster and its passwords, after ending whoever still works in it."""
        self.stop()
        _end_occupants(self.ground)
        for path in (self.ground.data, self.ground.home / "pgdata.new"):
            if path.exists():
                shutil.rmtree(path)
        cluster.forget_passwords(self.ground)

    def _lay_out(self) -> None:
        """Put in place what the server reads and where it listens."""
        sockets = self.ground.sockets
        self.ground.private(sockets)
        for leftover in sockets.glob(".s.PGSQL.*"):
            leftover.unlink()
        rules = self.ground.home / "pg_hba.conf"
        rules.unlink(missing_ok=True)
        rules.write_text("local all all scram-sha-256\n")
        rules.chmod(0o644)

    def _argv(self) -> list[str]:
        settings = {
            **self._settings,
            "unix_socket_directories": str(self.ground.sockets),
            "hba_file": str(self.ground.home / "pg_hba.conf"),
            "cluster_name": _cluster_name(self.ground),
        }
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        return [str(self.ground.binaries / "postgres"), "-D", str(self.ground.data), *options]

    def _await_ready(self, process: subprocess.Popen[bytes]) -> None:
        state = self.ground.data / "postmaster.pid"
        deadline = time.monotonic() + _START
        while process.poll() is None and time.monotonic() < deadline:
            with suppress(OSError, IndexError):
                if state.read_text().splitlines()[_READY_LINE].strip() == "ready":
                    return
            time.sleep(0.01)
        self.stop()
        raise Unavailable(
            "postgres.not_started",
            N_("PostgreSQL did not start. Its last words (all of them are in %(log)s):\n%(tail)s"),
            log=self.log.path,
            tail=self.log.tail(),
        )

    def grant(self, database: str = DATABASE) -> None:
        """Let the application role read and write the rows of `database`, whose owner is the owner role, and no more."""
        import psycopg

        with psycopg.connect(self.url("owner", database), connect_timeout=10) as connection:
            for statement in cluster.grants(database):
                connection.execute(statement.encode())

    def alive(self) -> bool:
        """Tell whether the server runs."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Stop the server after ending its sessions; does nothing when it does not run."""
        process, self._process = self._process, None
        if process is None:
            return
        for sign, patience in ((signal.SIGINT, _STOP), (signal.SIGQUIT, _FORCED), (signal.SIGKILL, _FORCED)):
            with suppress(ProcessLookupError):
                process.send_signal(sign)
            with suppress(subprocess.TimeoutExpired):
                process.wait(patience)
                break
        if self._pump is not None:
            self._pump.join(_FORCED)
        with suppress(OSError):
            self.ground.sockets.rmdir()


@contextmanager
def running(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Run the PostgreSQL of the data folder `folder`; Refused while another process owns it.

    As root the database may lie elsewhere (see `ground`): `server.ground.home` says where.
    """
    with reserved(folder, settings) as server:
        server.start()
        yield server


@contextmanager
def reserved(folder: Path, settings: Mapping[str, str] | None = None, *, unfinished: bool = False) -> Iterator[Server]:
    """Own the data folder `folder` without starting its server yet; it is stopped in the end if it runs.

    Refused for a folder whose restore was broken off, unless `unfinished`: then it is the restore that asks.
    """
    server = Server(folder, settings)
    if not unfinished:
        refuse_unfinished(server.ground.home)
    with owned(server.ground.home):
        try:
            yield server
        finally:
            server.stop()


def owner(home: Path) -> int | None:
    """Return the process that holds a data folder; None where nobody does."""
    try:
        descriptor = os.open(home / "owner.lock", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return int(os.pread(descriptor, 20, 0).decode().strip() or 0) or None
    else:
        return None
    finally:
        os.close(descriptor)


@contextmanager
def owned(home: Path) -> Iterator[None]:
    """Hold the folder; the kernel lets it go when we end, however we end. Started programs do not inherit the hold."""
    descriptor = os.open(home / "owner.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(descriptor, 20, 0).decode().strip()
            raise Refused(
                "postgres.in_use",
                N_("The data folder %(home)s is in use by another Vàm Cỏ (process %(pid)s). Stop that one first."),
                home=home,
                pid=owner or "?",
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _cluster_name(place: Ground) -> str:
    """Give the name that the titles of all processes of this server carry."""
    return place.sockets.name


def _occupants(place: Ground) -> tuple[list[int], list[int]]:
    """Give the process ids of the postmaster and of its children that work in this folder, dead owners' too."""
    postmasters, children = [], []
    start = re.compile(rb"[^\0]*/postgres\0-D\0" + re.escape(bytes(place.data)) + rb"\0")
    title = f"postgres: {_cluster_name(place)}: ".encode()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):  # it may end meanwhile
                words = (entry / "cmdline").read_bytes()
                if start.match(words):
                    postmasters.append(int(entry.name))
                elif words.startswith(title):
                    children.append(int(entry.name))
    return postmasters, children


def _end_occupants(place: Ground) -> None:
    """End a server whose owner was killed, and sessions whose server was killed: they still use the files."""
    for sign, patience in ((signal.SIGINT, _STOP), (signal.SIGQUIT, _FORCED), (signal.SIGKILL, _FORCED)):
        deadline = time.monotonic() + patience
        told: set[int] = set()
        while True:
            postmasters, children = _occupants(place)
            if not postmasters and not children:
                return
            # Children of a living postmaster are its own to end.
            targets = postmasters or children
            for pid in set(targets) - told:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGTERM if sign == signal.SIGINT and not postmasters else sign)
            told |= set(targets)
            if time.monotonic() > deadline:
                break
            time.sleep(0.02)
    raise Unavailable(
        "postgres.occupied",
        N_("Another PostgreSQL still works in %(home)s (process %(pid)s) and does not stop."),
        home=place.home,
        pid=", ".join(map(str, postmasters + children)),
    )

"""The processes of one `vamco` command: started in order, started again when they crash, stopped in reverse order.

Nothing outlives its supervisor, not even after kill -9: each program runs under a keeper (`leash`), which the kernel
tells of our death and which ends all that the program started.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol, Self

from vamco.cli import leash
from vamco.lib.errors import N_, Unavailable, VamcoError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import FrameType, TracebackType
    from typing import IO

LOG_LIMIT: Final = 5_000_000  # bytes of one log file; the one before is kept beside it
_LINE_LIMIT: Final = 16_384  # bytes; a longer line is written in pieces
_CALM: Final = 60.0  # seconds a service must live for its next crash to count as the first
_DELAYS: Final = (0.5, 1.0, 2.0, 5.0, 15.0, 30.0)  # seconds before it is started again
_KEEPER_SLACK: Final = 10.0  # seconds beyond the grace of a program in which its keeper must be done


class Log:
    """A log file that never grows beyond its limit; threads may share it."""

    def __init__(self, path: Path, limit: int = LOG_LIMIT) -> None:
        self.path = path
        self._limit = limit
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)

    def write(self, line: bytes) -> None:
        """Append `line`; when the disk is full it is lost, since a log must not stop what it tells of."""
        with self._lock, contextlib.suppress(OSError):
            if self.path.exists() and self.path.stat().st_size + len(line) > self._limit:
                self.path.replace(self.path.with_name(f"{self.path.name}.1"))
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "ab") as file:
                file.write(line)

    def tail(self, lines: int = 15) -> str:
        """Give the last lines."""
        try:
            with self.path.open("rb") as file:
                file.seek(max(0, self.path.stat().st_size - lines * 300))
                return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""

    def drain(self, pipe: IO[bytes], on_line: Callable[[bytes], None] | None = None) -> threading.Thread:
        """Write all that comes out of `pipe`, in a thread that ends with it."""

        def pump() -> None:
            with pipe:
                for line in iter(lambda: pipe.readline(_LINE_LIMIT), b""):
                    self.write(line)
                    if on_line is not None:
                        on_line(line)

        thread = threading.Thread(target=pump, name=f"log {self.path.name}", daemon=True)
        thread.start()
        return thread


class Service(Protocol):
    """What a supervisor looks after. `start` returns when it serves, and raises VamcoError when it does not."""

    @property
    def name(self) -> str:
        """How people call it."""
        ...

    def start(self) -> None:
        """Start it, also again after it has died; returns when it is ready."""
        ...

    def alive(self) -> bool:
        """Tell whether it still runs."""
        ...

    def stop(self) -> None:
        """End it and all that it started; does nothing when it does not run."""
        ...


@dataclass
class Program:
    """A program that a supervisor looks after.

    `ready` is asked until it says yes, at most `ready_within` seconds. `grace`: seconds between asking it to stop
    and ending it. `folder`: where it runs, by default where we do.
    """

    name: str
    argv: Sequence[str]
    log: Log
    env: Mapping[str, str] | None = None
    ready: Callable[[], bool] | None = None
    ready_within: float = 30.0
    grace: float = 10.0
    on_line: Callable[[bytes], None] | None = None
    folder: Path | None = None
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)
    _pump: threading.Thread | None = field(default=None, init=False, repr=False)

    @property
    def pid(self) -> int | None:
        """The keeper's process id; it leads the session in which the program runs."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it and wait until it is ready; Unavailable when it ends or stays silent instead."""
        self.stop()
        self._process = process = subprocess.Popen(  # noqa: S603  # the caller's own argument list, no shell
            leash.command(self.argv, keep=self.grace),
            env=dict(self.env) if self.env is not None else None,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        assert process.stdout is not None  # noqa: S101  # for the type checker: asked for above
        self._pump = self.log.drain(process.stdout, self.on_line)
        deadline = time.monotonic() + self.ready_within
        while self.ready is not None and not self.ready():
            if process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise Unavailable(
                    "processes.not_ready",
                    N_("%(name)s did not start. Its last words (all of them are in %(log)s):\n%(tail)s"),
                    name=self.name,
                    log=self.log.path,
                    tail=self.log.tail(),
                )
            time.sleep(0.02)

    def alive(self) -> bool:
        """Tell whether it still runs."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Ask it to stop, end it when it does not, and end all that it started."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(self.grace + _KEEPER_SLACK)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        # When the keeper itself was killed, what the program started is still there.
        leash.end(lambda: leash.session(process.pid))
        if self._pump is not None:
            self._pump.join(1.0)


def run(argv: Sequence[str], env: Mapping[str, str], *, name: str, log: Log | None, grace: float = 10.0) -> None:
    """Run a program to its end; Unavailable with its last words when it fails.

    With a `log` its output goes there, without one to ours. It does not outlive us, and Ctrl-C is ours to handle.
    """
    with subprocess.Popen(  # noqa: S603  # the caller's own argument list, no shell
        leash.command(argv, keep=grace),
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if log else None,
        stderr=subprocess.STDOUT if log else None,
        start_new_session=True,
    ) as process:
        try:
            if log is not None and process.stdout is not None:
                log.drain(process.stdout).join()
            code = process.wait()
        except BaseException:
            process.terminate()
            raise
    if code != 0:
        raise Unavailable(
            "processes.failed",
            N_("%(name)s has failed (exit code %(code)s). %(tail)s"),
            name=name,
            code=code,
            tail=log.tail() if log else "",
        )


@dataclass
class _Care:
    service: Service
    started: float
    crashes: int = 0
    again_at: float | None = None  # on the monotonic clock; None while it runs


class Supervisor:
    """Starts services in order and stops them in reverse order, whatever happens in between."""

    def __init__(self, tell: Callable[[str, dict[str, object]], None] | None = None) -> None:
        """`tell` hears what happens to services: an English msgid and its data."""
        self._cares: list[_Care] = []
        self._tell = tell or (lambda _message, _data: None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with _undisturbed():
            self.stop()

    def start(self, service: Service) -> None:
        """Start `service`; from now on it is looked after."""
        try:
            service.start()
        except BaseException:
            service.stop()
            raise
        self._cares.append(_Care(service, time.monotonic()))

    def stop(self) -> None:
        """Stop all services, the last started first."""
        while self._cares:
            self._cares.pop().service.stop()

    def watch(self, every: float = 0.2) -> None:
        """Look after the services until an exception (such as KeyboardInterrupt) ends it."""
        while True:
            self.look()
            time.sleep(every)

    def look(self) -> None:
        """Look at each service once; start again those that have died and have waited long enough."""
        for care in self._cares:
            now = time.monotonic()
            if care.again_at is None and not care.service.alive():
                self._crashed(care, now)
            elif care.again_at is not None and now >= care.again_at:
                self._again(care)

    def _crashed(self, care: _Care, now: float) -> None:
        care.crashes = 1 if now - care.started > _CALM else care.crashes + 1
        delay = _DELAYS[min(care.crashes, len(_DELAYS)) - 1]
        care.again_at = now + delay
        self._tell(
            N_("%(name)s has ended unexpectedly; it starts again in %(delay)s s."),
            {"name": care.service.name, "delay": f"{delay:g}"},
        )

    def _again(self, care: _Care) -> None:
        try:
            care.service.start()
        except VamcoError as error:
            self._tell(error.message, error.data)
            self._crashed(care, time.monotonic())
        else:
            care.started, care.again_at = time.monotonic(), None
            self._tell(N_("%(name)s runs again."), {"name": care.service.name})


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Let SIGINT, SIGTERM and SIGHUP raise KeyboardInterrupt, also where the shell made us ignore them."""

    def interrupt(_sign: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with _handling(interrupt):
        yield


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep the same signals from ending what must be done to its end."""
    with _handling(signal.SIG_IGN):
        yield


@contextlib.contextmanager
def _handling(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():  # only the main thread may set handlers
        yield
        return
    before = {sign: signal.signal(sign, handler) for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for sign, previous in before.items():
            signal.signal(sign, previous)

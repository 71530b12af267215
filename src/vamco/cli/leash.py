"""Starts a program that cannot outlive the process that asked for it.

`command` gives the argument list to start; the rest of this file is what runs then, as a script of a bare Python. The
small process in between exists because the kernel forgets the wish "signal me when my parent dies" at a change of user,
and because code run between fork and exec of a program with threads can lock up.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_NOBODY_ELSE = -1  # as uid and gid: stay who we are
_PATIENCE = 3.0  # seconds between asking what is left to end and ending it


def command(
    argv: Sequence[str],
    *,
    at_death: signal.Signals = signal.SIGTERM,
    user: tuple[int, int] | None = None,
    keep: float | None = None,
) -> list[str]:
    """Give the command that runs `argv` so that it gets `at_death` when the thread that starts it ends.

    `user`: uid and gid to run as. `keep`: stay as its parent, and when it is told to stop or ends, end every process
    that it started, after at most so many seconds of grace.
    """
    uid, gid = user or (_NOBODY_ELSE, _NOBODY_ELSE)
    grace = "-" if keep is None else str(keep)
    python = [sys.executable, "-I", "-S", str(Path(__file__).resolve())]
    return [*python, str(os.getpid()), str(int(at_death)), str(uid), str(gid), grace, *argv]


def processes() -> dict[int, tuple[str, int, int]]:
    """Give state, parent and session of each process, by its id."""
    found = {}
    for entry in os.listdir("/proc"):  # noqa: PTH208  # pathlib would treble the time of a bare start
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat", "rb") as file:  # noqa: PTH123
                    state, parent, _group, session = file.read().rpartition(b")")[2].split()[:4]
            except OSError:
                continue  # it ended meanwhile
            found[int(entry)] = (state.decode(), int(parent), int(session))
    return found


def session(leader: int) -> list[int]:
    """Give the living processes of the session that `leader` began."""
    return [pid for pid, (state, _, sid) in processes().items() if sid == leader and state != "Z"]


def end(living: Callable[[], Iterable[int]], patience: float = _PATIENCE) -> None:
    """End what `living` gives, asking first; returns when nothing is left, or it cannot be ended."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + patience
        told: set[int] = set()
        while pids := set(living()):
            for pid in pids - told:
                _send(pid, sign)
            told |= pids
            if time.monotonic() > deadline:
                break
            time.sleep(0.02)


def _send(pid: int, sign: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, sign)


def _prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def _die_with(parent: int, sign: int) -> None:
    _prctl(_PR_SET_PDEATHSIG, sign)
    if os.getppid() != parent:  # it died before we asked
        os._exit(128 + sign)


def _become(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)


def _execute(argv: Sequence[str]) -> NoReturn:
    # Python ignores the first two, a shell's background job the others, and programs inherit that.
    for sign in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(sign, signal.SIG_DFL)
    try:
        os.execvp(argv[0], list(argv))  # noqa: S606  # starting programs is what this file is for
    except OSError as error:
        os.write(2, f"{argv[0]}: {error.strerror}\n".encode())
    os._exit(127)


def _descendants() -> list[int]:
    """Give the living descendants; reaps those that have ended and are ours to reap."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return []
    known = processes()
    mine: set[int] = {os.getpid()}
    while more := {pid for pid, (_, parent, _) in known.items() if parent in mine} - mine:
        mine |= more
    return [pid for pid in mine - {os.getpid()} if known[pid][0] != "Z"]


def _keep(argv: Sequence[str], parent: int, grace: float) -> int:
    """Run `argv` to its end, or to ours; gives its exit code, 128 + signal when a signal ended it.

    When `parent` has died instead of asking us, the grace is short: what runs on would meet what is started next.
    """
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    ours = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD}
    signal.pthread_sigmask(signal.SIG_BLOCK, ours)
    keeper = os.getpid()
    child = os.fork()
    if child == 0:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ours)
        _die_with(keeper, signal.SIGKILL)
        _execute(argv)
    deadline: float | None = None
    status: int | None = None
    while status is None and (deadline is None or time.monotonic() < deadline):
        # A short wait, since several SIGCHLD at once arrive as one.
        got = signal.sigtimedwait(ours, 1.0 if deadline is None else max(0.0, min(1.0, deadline - time.monotonic())))
        if got is not None and got.si_signo != signal.SIGCHLD and deadline is None:
            deadline = time.monotonic() + grace
            _send(child, signal.SIGTERM)
        if deadline is not None and os.getppid() != parent:  # asked each time: its threads die one after the other
            deadline = min(deadline, time.monotonic() + _PATIENCE)
        status = _reap(child)
    end(_descendants)
    return 128 + signal.SIGKILL if status is None else status


def _reap(child: int) -> int | None:
    """Take leave of all children that have ended; gives the exit code of `child` if it is among them."""
    code = None
    try:
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            if ended[0] == child:
                exit_code = os.waitstatus_to_exitcode(ended[1])
                code = exit_code if exit_code >= 0 else 128 - exit_code
    except ChildProcessError:
        pass
    return code


def _main(parent: str, sign: str, uid: str, gid: str, grace: str, *argv: str) -> int:
    if int(uid) != _NOBODY_ELSE:
        _become(int(uid), int(gid))
    _die_with(int(parent), int(sign))
    if grace == "-":
        _execute(argv)
    return _keep(argv, int(parent), float(grace))


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))

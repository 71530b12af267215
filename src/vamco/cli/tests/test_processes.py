"""Services: order, readiness, crashes, back-off, and that nothing is left behind whoever is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from vamco.cli import leash, processes
from vamco.cli.processes import Log, Program, Supervisor
from vamco.cli.tests.conftest import gone, kill, until
from vamco.lib.errors import Unavailable

if TYPE_CHECKING:
    from pathlib import Path

# A program with a child and one in a session of its own, and what adds a child that does not listen to SIGTERM.
FAMILY = """
trap 'echo bye; exit 3' TERM
sleep 300 & echo "$!" >"$1/child"
setsid sleep 300 & echo "$!" >"$1/stranger"
echo "$$" >"$1/pid"; mv "$1/pid" "$1/main"
while :; do sleep 0.05; done
"""
DEAF = """(trap '' TERM; exec sleep 300) & echo "$!" >"$1/deaf" """

SUPERVISOR = """
import sys
from pathlib import Path
from vamco.cli.processes import Log, Program, Supervisor, interruptible
folder = Path(sys.argv[1])
with interruptible(), Supervisor(lambda message, data: print(message % data, flush=True)) as supervisor:
    program = Program("family", ["sh", "-c", sys.argv[2], "sh", str(folder)], Log(folder / "family.log"),
                      ready=(folder / "main").exists, grace=2.0)
    try:
        supervisor.start(program)
        print(program.pid, flush=True)
        supervisor.watch()
    except KeyboardInterrupt:
        print("stopping", flush=True)
"""


def family(folder: Path, script: str = FAMILY) -> Program:
    return Program(
        "family",
        ["sh", "-c", script, "sh", str(folder)],
        Log(folder / "family.log"),
        ready=(folder / "main").exists,
        grace=2.0,
    )


def members(folder: Path) -> dict[str, int]:
    names = ("child", "stranger", "deaf", "main")
    return {name: int((folder / name).read_text()) for name in names if (folder / name).exists()}


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_DELAYS", (0.1, 0.2, 0.4))


class Fake:
    """A service that a test kills and mends at will."""

    def __init__(self, name: str, story: list[str]) -> None:
        self.name, self.story, self.up, self.broken = name, story, False, False

    def start(self) -> None:
        self.story.append(f"start {self.name}")
        if self.broken:
            raise Unavailable("test.broken", "%(name)s is broken", name=self.name)
        self.up = True

    def alive(self) -> bool:
        return self.up

    def stop(self) -> None:
        self.story.append(f"stop {self.name}")
        self.up = False


# The supervisor


def test_services_stop_in_reverse_order_whatever_happens() -> None:
    story: list[str] = []

    def work() -> None:
        with Supervisor() as supervisor:
            for name in ("a", "b", "c"):
                supervisor.start(Fake(name, story))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert story == ["start a", "start b", "start c", "stop c", "stop b", "stop a"]


def test_a_service_that_does_not_start_stops_what_was_started() -> None:
    story: list[str] = []
    bad = Fake("bad", story)
    bad.broken = True
    with Supervisor() as supervisor:
        supervisor.start(Fake("a", story))
        with pytest.raises(Unavailable, match="bad is broken"):
            supervisor.start(bad)
    assert story == ["start a", "start bad", "stop bad", "stop a"]


def test_a_dead_service_starts_again_after_a_growing_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(processes.time, "monotonic", lambda: now[0])
    said: list[str] = []
    service = Fake("a", story := [])
    supervisor = Supervisor(lambda message, data: said.append(message % data))
    supervisor.start(service)
    supervisor.look()
    assert story == ["start a"]
    service.up, service.broken = False, True
    supervisor.look()  # notices
    for wait, starts in ((0.09, 1), (0.02, 2), (0.19, 2), (0.02, 3), (0.39, 3), (0.02, 4), (0.39, 4), (0.02, 5)):
        now[0] += wait
        supervisor.look()
        assert story.count("start a") == starts, wait
    service.broken = False
    now[0] += 0.5
    supervisor.look()
    assert service.up
    assert said[0] == "a has ended unexpectedly; it starts again in 0.1 s."
    assert said[-1] == "a runs again."
    # After a minute of calm, the next crash counts as the first.
    now[0] += 61
    service.up = False
    supervisor.look()
    assert said[-1] == "a has ended unexpectedly; it starts again in 0.1 s."


# Programs


def test_it_is_ready_when_it_says_so_and_stops_with_all_that_it_started(tmp_path: Path) -> None:
    program = family(tmp_path, DEAF + FAMILY)
    program.start()
    everybody = members(tmp_path)
    assert len(everybody) == 4
    assert program.alive()
    assert not any(gone(pid) for pid in everybody.values())
    program.stop()
    assert not program.alive()
    assert [name for name, pid in everybody.items() if not gone(pid)] == []
    assert program.log.tail() == "bye"
    program.stop()  # a second time does nothing


def test_one_that_ends_before_it_is_ready_is_told_with_its_last_words(tmp_path: Path) -> None:
    program = Program("bad", ["sh", "-c", "echo no such port; exit 7"], Log(tmp_path / "l"), ready=lambda: False)
    with pytest.raises(Unavailable, match="bad did not start") as failure:
        program.start()
    assert failure.value.data["tail"] == "no such port"
    assert not program.alive()


def test_one_that_never_becomes_ready_is_ended(tmp_path: Path) -> None:
    program = Program("slow", ["sleep", "300"], Log(tmp_path / "l"), ready=lambda: False, ready_within=0.2, grace=1)
    with pytest.raises(Unavailable, match="slow did not start"):
        program.start()
    assert not program.alive()


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    program = Program("none", ["/no/such/program"], Log(tmp_path / "l"), ready=lambda: False)
    with pytest.raises(Unavailable, match="/no/such/program: No such file or directory"):
        program.start()


def test_one_that_does_not_listen_is_ended_after_its_grace(tmp_path: Path) -> None:
    script = f"trap '' TERM; echo $$ >{tmp_path}/pid; mv {tmp_path}/pid {tmp_path}/main; while :; do sleep 0.1; done"
    program = Program("deaf", ["sh", "-c", script], Log(tmp_path / "l"), ready=(tmp_path / "main").exists, grace=0.3)
    program.start()
    pid = int((tmp_path / "main").read_text())
    begun = time.monotonic()
    program.stop()
    assert gone(pid)
    assert time.monotonic() - begun >= 0.3


def test_its_environment_is_the_one_given(tmp_path: Path) -> None:
    heard: list[bytes] = []
    program = Program(
        "env", ["sh", "-c", 'echo "$VAMCO_WORD"'], Log(tmp_path / "l"), {"VAMCO_WORD": "chữ"}, on_line=heard.append
    )
    program.start()
    until(lambda: heard == ["chữ\n".encode()])
    program.stop()


@pytest.mark.parametrize("victim", ["main", "keeper"])
def test_a_killed_one_takes_its_family_with_it_and_starts_again(tmp_path: Path, victim: str) -> None:
    with Supervisor() as supervisor:
        program = family(tmp_path)
        supervisor.start(program)
        everybody = members(tmp_path)
        if victim == "keeper":
            # Who made a session of their own escape when the keeper itself is killed; the others must not.
            kill(everybody.pop("stranger"))
            assert program.pid is not None
        kill(program.pid if victim == "keeper" and program.pid else everybody["main"])
        until(lambda: not program.alive())
        (tmp_path / "main").unlink()
        until(lambda: supervisor.look() or program.alive())
        until(lambda: (tmp_path / "main").exists() and (tmp_path / "main").read_text() != "")
        assert [name for name, pid in everybody.items() if not gone(pid)] == []
        again = members(tmp_path)
    assert [name for name, pid in again.items() if not gone(pid)] == []


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_nothing_is_left_when_the_supervisor_goes(tmp_path: Path, sign: signal.Signals) -> None:
    with subprocess.Popen(
        # As a script's background job: the shell makes those ignore SIGINT.
        ["sh", "-c", "trap '' INT; exec \"$@\"", "sh", sys.executable, "-c", SUPERVISOR, str(tmp_path), FAMILY],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": ":".join(filter(None, sys.path))},
    ) as supervisor:
        assert supervisor.stdout is not None
        keeper = int(supervisor.stdout.readline())
        everybody = {**members(tmp_path), "keeper": keeper}
        supervisor.send_signal(sign)
        rest = supervisor.stdout.read()
    until(lambda: all(gone(pid) for pid in everybody.values()))
    killed = sign == signal.SIGKILL
    assert (supervisor.returncode, rest) == ((-9, "") if killed else (0, "stopping\n"))
    assert (tmp_path / "family.log").exists() is not killed


# Logs


def test_a_log_keeps_to_its_limit(tmp_path: Path) -> None:
    log = Log(tmp_path / "logs" / "a.log", limit=100)
    for number in range(50):
        log.write(f"line {number:03}\n".encode())
    assert log.path.stat().st_size <= 100
    assert log.tail(2) == "line 048\nline 049"
    assert sorted(path.name for path in log.path.parent.iterdir()) == ["a.log", "a.log.1"]
    assert log.path.stat().st_mode & 0o077 == 0


def test_a_log_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    log = Log(tmp_path / "a.log")
    log.path.mkdir()
    log.write(b"lost\n")
    assert log.tail() == ""


def test_an_endless_line_is_written_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_LINE_LIMIT", 10)
    heard: list[bytes] = []
    program = Program("long", ["printf", "%025d", "7"], Log(tmp_path / "l"), on_line=heard.append)
    program.start()
    until(lambda: b"".join(heard) == b"0" * 24 + b"7")
    assert [len(piece) for piece in heard] == [10, 10, 5]
    program.stop()


# The leash, in this process: what a bare script does cannot be measured


def run_leash(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*leash.command(words, keep=1.0)], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("script", "code"), [("exit 0", 0), ("exit 5", 5), ("kill -9 $$", 137), ("kill -15 $$", 143)])
def test_the_keeper_ends_as_its_program_did(script: str, code: int) -> None:
    assert run_leash("sh", "-c", script).returncode == code


def test_the_grace_is_short_when_nobody_is_left_to_ask_for_it(tmp_path: Path) -> None:
    deaf = f"trap '' TERM; echo $$ >{tmp_path / 'main'}; while :; do sleep 0.05; done"
    code = "import subprocess, sys, time\nfrom vamco.cli import leash\n"
    code += f"subprocess.Popen(leash.command(['sh', '-c', {deaf!r}], keep=300.0))\ntime.sleep(300)\n"
    with subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": ":".join(sys.path)}) as owner:
        until(lambda: (tmp_path / "main").exists() and (tmp_path / "main").read_text().strip() != "")
        owner.kill()
    until(lambda: gone(int((tmp_path / "main").read_text())), within=120)


def test_a_program_whose_parent_is_gone_already_does_not_start() -> None:
    words = leash.command(["echo", "alive"])
    words[words.index(str(os.getpid()))] = "999999999"
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (128 + signal.SIGTERM, "")


def test_a_program_gets_the_usual_signals_back() -> None:
    done = run_leash("sh", "-c", "grep -E 'Sig(Ign|Blk)' /proc/self/status")
    assert [line.split()[1] for line in done.stdout.splitlines()] == ["0" * 16, "0" * 16]


def test_end_gives_up_on_what_cannot_be_ended() -> None:
    asked: list[int] = []

    def living() -> list[int]:
        asked.append(1)
        return [2**22 + 1]  # no process has this number

    leash.end(living, patience=0.05)
    assert len(asked) >= 2

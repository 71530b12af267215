"""kill -9 of worker, web, PostgreSQL and the launcher while people work: nothing lost, nothing twice, nothing left over.

The seed and the list of kills are printed; VAMCO_TEST_SEED repeats a run's choices.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.faults.province import SOURCES, Work
from tests.faults.running import Running, until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.officials import Attempt

TODAY, LAST_DAY = dt.date(2026, 11, 22), dt.date(2026, 12, 28)
MIX = {"worker": 12, "web": 8, "postgres": 6, "launcher": 4}
VARIANTS = {"worker": "keeper", "web": "web_main"}  # now and then, who looks after the victim instead
QUIET = "SELECT (SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')), \
(SELECT count(*) FROM events_delivery WHERE state = 'pending')"


@dataclass
class Killer:
    """Ends processes at random moments and sees to it that they come back by themselves."""

    running: Running
    work: Work
    rng: random.Random
    kills: list[str] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)

    def plan(self, times: int) -> list[str]:
        """Give the victims in random order, the launcher at even distances."""
        others = [name for name, count in MIX.items() if name != "launcher" for _ in range(count * times)]
        self.rng.shuffle(others)
        lives = MIX["launcher"] * times + 1
        parts = [others[n::lives] for n in range(lives)]
        return [name for part in parts for name in (*part, "launcher")][:-1]

    def kill(self, victim: str) -> None:
        """Wait for a random moment, end a process, wait until all is there again."""
        time.sleep(self.rng.uniform(0.2, 3.0))
        role = VARIANTS.get(victim, victim) if self.rng.random() < 0.15 else victim
        until(lambda: self.running.pids(role), f"{role} to kill")
        found = self.running.pids(role)
        if not found:  # it has just ended by itself
            return self.kill(victim)
        pid = self.rng.choice(found)
        doing, flying = self._doing(), self.work.notebook.in_flight
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        begun = time.monotonic()
        away = self._start_again() if victim == "launcher" else ""
        until(lambda: pid not in self.running.pids(role), f"{role} {pid} to die")
        until(self.running.serves, f"everything after the kill of {role}", 180)
        until(self._answers, f"the database after the kill of {role}", 180)
        self.kills.append(
            f"{begun - self.begun:6.1f} s {role:9} during {doing or 'nothing'}, {flying} acts;"
            f" {away}back after {time.monotonic() - begun:.1f} s"
        )
        print(self.kills[-1], flush=True)
        return None

    def _doing(self) -> str:
        """Give the job that is worked on just now."""
        with suppress(psycopg.Error, AssertionError, KeyError):
            rows = self.running.rows("SELECT task_name, args->>'source' FROM procrastinate_jobs WHERE status = 'doing'")
            return ", ".join(f"{name} {source or ''}".strip() for name, source in rows)
        return "?"

    def _answers(self) -> bool:
        try:
            return bool(self.running.rows("SELECT 1"))
        except (psycopg.Error, AssertionError, KeyError):
            return False

    def _start_again(self) -> str:
        """The launcher was killed: nothing may be left of its run; the next day begins on the same folder.

        Half of the operators wait until nothing is left and take the same port; the others start it again at once.
        """
        left = {one.pid for one in self.running.alive()}
        assert self.running.stop(signal.SIGKILL) == -9
        self.running.today = min(self.running.today + dt.timedelta(days=1), LAST_DAY)
        at_once = self.rng.random() < 0.5
        if at_once:
            self.running.start(same_port=False)
        seconds = until(lambda: not left & {one.pid for one in self.running.alive()}, "its programs to end", 60)
        if not at_once:
            assert self.running.alive() == []
            self.running.start()
        return f"nothing left after {seconds:.1f} s, {'at once' if at_once else 'then'} begun anew, "


def settle(running: Running, within: float) -> None:
    """Wait until no job and no news is on its way."""

    def quiet() -> bool:
        try:
            return running.rows(QUIET) == [(0, 0)]
        except (psycopg.Error, AssertionError, KeyError):
            return False

    deadline = time.monotonic() + within
    while not quiet():
        left = running.rows("SELECT task_name, status::text, args, scheduled_at FROM procrastinate_jobs")
        assert time.monotonic() < deadline, f"not settled: {left}"
        time.sleep(0.25)


def collect_everything(running: Running, work: Work) -> None:
    """Have all sources collected from, and wait until all that follows is done."""
    work.stopped.clear()
    operator = work.official("ioc")
    for source in SOURCES:
        until(lambda source=source: work.collect(operator, source), f"{source} to be collected")
    settle(running, 180)


def examine(running: Running) -> dict[str, Any]:
    """Give what `examine` finds in the running province."""
    environment = {**running.environment(), "PYTHONPATH": ":".join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.examine"], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return dict(json.loads(done.stdout))


def untrue(attempts: list[Attempt], noted: dict[str, list[str]]) -> list[str]:
    """Compare what people were told with what is written: told once is written once, untold at most once.

    To follow a case leaves no words behind: its notices are looked through.
    """
    shelves = {"confirm": "alarms", "dismiss": "alarms", "issue": "directives"}
    found = []
    for attempt in (one for one in attempts if one.act != "watch"):
        times = sum(attempt.token in text for text in noted[shelves.get(attempt.act, "cases")])
        if attempt.told:
            allowed = {1}
        elif not attempt.unanswered:
            allowed = {0}
        else:
            allowed = {0, 1}
        if times not in allowed:
            found.append(f"{attempt} is written {times} times")
    return found


@pytest.mark.parametrize("times", [1, pytest.param(10, marks=pytest.mark.full)], ids=["30 kills", "300 kills"])
def test_nothing_is_lost_and_nothing_is_done_twice(room: Path, times: int) -> None:
    seed = int(os.environ.get("VAMCO_TEST_SEED") or random.SystemRandom().randrange(10**6))
    running = Running(room, TODAY)
    work = Work(running, seed)
    killer = Killer(running, work, random.Random(seed))
    try:
        running.start()
        until(lambda: running.page() == 200, "the first page")
        work.start()
        until(lambda: any(attempt.told for attempt in work.notebook.attempts), "the first act", 300)
        for victim in killer.plan(times):
            assert running.ended() is None
            killer.kill(victim)
        work.stop()
        settle(running, 300)
        collect_everything(running, work)
        first = examine(running)
        collect_everything(running, work)
        again = examine(running)
        assert first["wrong"] == [], "\n".join(first["wrong"][:20])
        assert untrue(work.notebook.attempts, first["noted"]) == []
        assert work.notebook.odd == []
        assert first["counts"]["notices"] > len(killer.kills)
        unchanged = ("cases", "entries", "values", "current", "runs", "notices")
        assert {name: again["counts"][name] for name in unchanged} == {
            name: first["counts"][name] for name in unchanged
        }
        assert running.stop() == 0
        until(lambda: not running.alive(), "everything to end", 60)
        done = sum(attempt.told for attempt in work.notebook.attempts)
        assert done > 3 * len(killer.kills)
        assert work.collections > len(killer.kills) / 2
    except BaseException:
        print(running.tell())
        raise
    finally:
        work.stopped.set()
        print(f"seed {seed}, {len(killer.kills)} kills in {time.monotonic() - killer.begun:.0f} s")
        told = [sum(a.told for a in work.notebook.attempts), sum(bool(a.refused) for a in work.notebook.attempts)]
        print(
            f"acts told done {told[0]}, refused {told[1]}; statuses {work.notebook.statuses}; {work.collections} collections"
        )
        running.close()

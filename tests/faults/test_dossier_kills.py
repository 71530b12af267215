"""kill -9 at any line of what is done with a dossier: nothing is lost, nothing is done twice, and doing it again finishes it.

Each act runs in a process of its own, forked from the test, and dies at a line of ours that is drawn by chance, or after a time that
is. Then all is looked through, and the same person does the same again. VAMCO_TEST_SEED repeats a run's choices.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
import traceback
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pytest
from django.db import connections

from tests.faults import examine
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.events.models import Event
from vamco.kernel.record.numbers.models import Counter as Numbers
from vamco.kernel.record.numbers.models import Taken
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.cases.models import Case, Promise
from vamco.lib.errors import Refused
from vamco.systems.onestop.models import Dossier
from vamco.systems.onestop.services import moving
from vamco.systems.onestop.tests import made

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import FrameType

WAY: Final = ("accept", "take_on", "ask_supplement", "supply", "propose", "approve", "sign", "number", "issue", "store")
PROMISES: Final = {"open": 1, "accept": 2}
WARM: Final = 2
"""So many dossiers are led without dying: the first fills what a process keeps in memory, the next tells how long an act is."""
AFTER_A_TIME: Final = 0.25
"""So often the kill comes after a time, and not at a line: then it meets the database's own work, too."""


@dataclass
class Desk:
    """An office at work on one dossier after the other."""

    rng: random.Random
    errors: Path
    killed: Counter[str] = field(default_factory=Counter)
    survived: int = 0
    led: int = 0
    lines: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        clerk = made.official("onestop_clerk", "Lê Thị Cẩm Tú")
        specialist = made.official("onestop_specialist", "Nguyễn Thị Bích Trâm")
        head = made.official("onestop_head", "Hồ Văn Phước")
        self.citizen = made.citizen("Trần Thị Mai")
        self.procedure = made.provincial()
        self.by: dict[str, Any] = dict.fromkeys(("accept", "number", "issue"), clerk)
        self.by |= dict.fromkeys(("take_on", "ask_supplement", "propose"), specialist)
        self.by |= {"approve": head, "sign": head, "supply": self.citizen, "store": moving.MACHINE}

    def dossier(self) -> None:
        """Lead a dossier from its sending to its end; at every act somebody may die, again and again."""
        sending = uuid.UUID(int=self.rng.getrandbits(128), version=4)
        self._through("file", lambda: self._file(sending), lambda: Dossier.objects.filter(sending=sending).exists())
        case = Dossier.objects.get(sending=sending).pk
        for act in WAY:
            seen = Case.objects.get(pk=case).seq
            self._through(
                act,
                lambda act=act, seen=seen: self._act(case, act, seen),
                lambda seen=seen: Case.objects.get(pk=case).seq > seen,
            )
            assert Case.objects.get(pk=case).seq == seen + 1
        self.led += 1
        acts = list(Case.objects.get(pk=case).entries.order_by("seq").values_list("act", flat=True))
        assert acts == ["open", *WAY]

    def _file(self, sending: uuid.UUID) -> None:
        made.dossier(self.citizen, procedure=self.procedure, sending=sending)

    def _act(self, case: int, act: str, seen: int) -> None:
        known = cases.definition_of(Case.objects.get(pk=case).kind).acts[act]
        reason = known.reasons[0].code if known.reasons else ""
        cases.act(
            case, act, by=self.by[act], seen=seen, note="Theo hồ sơ." if "note" in known.needs else "", reason=reason
        )

    def _through(self, name: str, do: Callable[[], None], done: Callable[[], bool]) -> None:
        """Do it in processes that die, and at last once more as somebody who does not know whether it was done."""
        if self.led < WARM:
            self._measure(name, do)
            return
        for _ in range(self.rng.choice((0, 1, 1, 2))):
            before = done()
            died = self._die(do, name)
            self.killed[name] += died
            self.survived += not died
            look_through()
            assert not before or done(), f"{name} was done and is lost"
        if not done():
            do()
        elif name == "file":
            do()  # sent twice, it is one dossier
        else:
            with pytest.raises(Refused):
                do()
        assert done()

    def _measure(self, name: str, do: Callable[[], None]) -> None:
        """Do it here, without dying, and note how many of our lines and how many seconds it takes."""
        counted = _Lines(0)
        begun = time.perf_counter()
        counted.watch(do)
        self.lines[name], self.seconds[name] = counted.met, time.perf_counter() - begun

    def _die(self, do: Callable[[], None], name: str) -> bool:
        """Fork a process that does it and dies on the way; False where it was done before."""
        after = self.rng.uniform(0, self.seconds[name]) if self.rng.random() < AFTER_A_TIME else 0.0
        line = self.rng.randrange(1, self.lines[name] + 1)
        connections.close_all()
        pid = os.fork()
        if pid == 0:
            _child(do, line, after, self.errors)
        _pid, status = os.waitpid(pid, 0)
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, self.errors.read_text("utf-8")
        return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


@dataclass
class _Lines:
    """Counts lines of ours as they are met, and ends the process at one of them; 0 for none."""

    last: int
    met: int = 0

    def watch(self, do: Callable[[], None]) -> None:
        sys.settrace(self._called)
        try:
            do()
        finally:
            sys.settrace(None)

    def _called(self, frame: FrameType, _event: str, _argument: object) -> Any:
        return self._line if "/vamco/" in frame.f_code.co_filename else None

    def _line(self, _frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line":
            self.met += 1
            if self.met == self.last:
                os.kill(os.getpid(), signal.SIGKILL)
        return self._line


def _child(do: Callable[[], None], line: int, after: float, errors: Path) -> None:
    try:
        if after:
            threading.Timer(after, lambda: os.kill(os.getpid(), signal.SIGKILL)).start()
            do()
        else:
            _Lines(line).watch(do)
    except Refused:
        os._exit(0)  # it had been done before
    except BaseException:
        errors.write_text(traceback.format_exc(), "utf-8")
        os._exit(1)
    os._exit(0)


def look_through() -> None:
    """Nothing half: every dossier has its case, its number and its timeline, all told and recorded once."""
    assert list(examine._timelines()) == []  # what the province is examined with
    assert Dossier.objects.count() == Case.objects.count() == Taken.objects.filter(series="onestop.dossier").count()
    last = sum(Numbers.objects.filter(series="onestop.dossier").values_list("last", flat=True))
    assert last == Dossier.objects.count(), "a number is missing, or was given twice"
    told = Counter(Event.objects.filter(name="onestop.dossier_moved").values_list("payload__case", flat=True))
    for case in Case.objects.all():
        acts = list(case.entries.values_list("act", flat=True))
        assert told[case.pk] == len(acts), f"{acts}, told {told[case.pk]} times"
        begun = Promise.objects.filter(case=case).exclude(why="resumed").count()
        assert begun == (PROMISES["accept"] if "accept" in acts else PROMISES["open"])


@pytest.mark.usefixtures("fresh_db")
@pytest.mark.parametrize("kills", [12, pytest.param(200, marks=pytest.mark.full)], ids=["12 kills", "200 kills"])
def test_nothing_is_lost_and_nothing_is_done_twice_at_any_line(kills: int, tmp_path: Path) -> None:
    seed = int(os.environ.get("VAMCO_TEST_SEED") or random.SystemRandom().randrange(10**6))
    desk = Desk(random.Random(seed), tmp_path / "errors.txt")
    try:
        while desk.killed.total() < kills:
            desk.dossier()
        assert audit.verify() == {}
        assert Dossier.objects.filter(delivered="stored").count() == Dossier.objects.count()
    finally:
        print(
            f"seed {seed}, kills {dict(desk.killed)}, not killed {desk.survived}; lines of each {desk.lines}, {desk.led} dossiers"
        )

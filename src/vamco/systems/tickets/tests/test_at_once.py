"""Counters, kiosks and phones at the same moment, each in a thread of its own."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
import threading
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from vamco.lib.errors import Refused
from vamco.lib.time import HCM
from vamco.systems.tickets.models import Announcement, Ticket
from vamco.systems.tickets.services import calling, queue
from vamco.systems.tickets.tests import made

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("fresh_db", "_morning")


@pytest.fixture
def _morning(monkeypatch: pytest.MonkeyPatch) -> None:
    state, lock = {"now": dt.datetime(2026, 11, 18, 9, tzinfo=HCM)}, threading.Lock()

    def now() -> dt.datetime:
        with lock:
            state["now"] += dt.timedelta(milliseconds=10)
            return state["now"]

    monkeypatch.setattr("vamco.kernel.base.clock.now", now)


def together(*acts: Callable[[], object]) -> list[object]:
    """Do acts in threads at the same moment, and return what each gave or raised."""
    found: list[object] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(place: int) -> None:
        try:
            start.wait()
            found[place] = acts[place]()
        except BaseException as error:
            found[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_two_counters_that_press_at_once_get_two_numbers_called_in_order() -> None:
    """Case PR-06."""
    clerks = [made.clerk(f"Cán bộ {n}") for n in range(2)]
    desks = [made.sat(2, clerks[0]), made.sat(5, clerks[1])]
    for _ in range(18):
        made.taken("A")
    for done in Ticket.objects.order_by("number")[:16]:
        queue.leave(done.code)
    found = together(*(lambda n=n: calling.call_next(desks[n], clerks[n], after="") for n in range(2)))  # type: ignore[misc]
    assert sorted(each.text for each in found) == ["A017", "A018"]  # type: ignore[attr-defined]
    calls = list(Announcement.objects.select_related("ticket").order_by("id"))
    assert [each.ticket.text for each in calls] == ["A017", "A018"]
    assert {each.counter for each in calls} == {2, 5}
    assert calls[1].begins_at == calls[0].ends_at
    assert [each.ends_at - each.begins_at for each in calls] == [dt.timedelta(seconds=10)] * 2


def test_a_busy_hall_loses_nobody_and_calls_nobody_twice() -> None:
    """Kiosks, phones that give up, and four counters at once: each number is called once at most, none is lost, none is double."""
    clerks = [made.clerk(f"Cán bộ {n}") for n in range(4)]
    desks = [made.sat(number, clerk) for number, clerk in zip((1, 2, 3, 5), clerks, strict=True)]

    def take(n: int) -> None:
        draws = random.Random(n)
        for _ in range(10):
            ticket = made.taken(draws.choice("ABC"))
            if draws.random() < 0.2:
                with contextlib.suppress(Refused):  # it may have been called in the meantime
                    queue.leave(ticket.code)

    def call(n: int) -> list[str]:
        called, after = [], ""
        for _ in range(25):
            found = calling.call_next(desks[n], clerks[n], after=after)
            after = found.code if found else ""
            called += [after] if after else []
        return called

    found = together(*(lambda n=n: take(n) for n in range(3)), *(lambda n=n: call(n) for n in range(4)))  # type: ignore[misc]
    assert [each for each in found if isinstance(each, BaseException)] == []
    called = [code for each in found[3:] for code in each]  # type: ignore[attr-defined]
    assert len(called) == len(set(called))
    rows = list(Ticket.objects.all())
    assert len(rows) == 30
    for letter in "ABC":
        numbers = sorted(each.number for each in rows if each.letter == letter)
        assert numbers == list(range(1, len(numbers) + 1))
    assert {each.code for each in rows if each.called_at} == set(called)
    assert {each.state for each in rows} <= {"waiting", "called", "done", "left"}
    shown = list(Announcement.objects.order_by("id"))
    assert all(after.begins_at >= before.ends_at for before, after in zip(shown, shown[1:], strict=False))

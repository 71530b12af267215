"""A run that waits for a person: released or rejected by who may, with a reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.db import OperationalError

from vamco.engines.lake import Lake
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.audit.models import Entry
from vamco.lib.errors import Forbidden, Refused
from vamco.systems.hub import public as hub
from vamco.systems.hub.contracts import Reason, RunState
from vamco.systems.hub.models import Quarantined, Receipt
from vamco.systems.hub.services import deciding, judging
from vamco.systems.hub.tests.building import AT, delivery, put

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.kernel.world.people.models import Person
    from vamco.systems.hub.contracts import RunView

pytestmark = pytest.mark.django_db
GOOD = "ma,so_tien\na,1\nb,2\nc,x\n"
ANY = [{"property": "vamco.maxBad", "value": 0.5}]


@pytest.fixture(autouse=True)
def holds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codes of the reasons for which each batch is held, one after the other."""
    codes = ["empties:so_tien"]
    true = judging.judge

    def judge(*args: Any) -> judging.Verdict:
        verdict = true(*args)
        hold = Reason(codes[0], "The column is empty", {}) if codes else None
        return replace(verdict, hold=hold)

    monkeypatch.setattr(deciding.judging, "judge", judge)
    return codes


def give(folder: Path, content: str = GOOD, day: int = 0, name: str = "in.csv", **more: Any) -> RunView:
    given = delivery(folder / "in", content, name=name, at=AT + dt.timedelta(days=day))
    return hub.receive("thu_nghiem", given, **more)


def rows() -> int:
    return hub.relation("thu_nghiem").rows


def test_a_held_run_publishes_nothing_and_is_not_taken_in_again(auditor: Person, tmp_path: Path) -> None:
    put(custom=ANY)
    told: list[int] = []
    run = give(tmp_path, then=lambda: told.append(1))
    assert (run.state, run.rows, run.accepted, run.quarantined) == (RunState.HELD, 3, 2, 1)
    assert (run.reason.code if run.reason else "", run.snapshot, rows(), told) == ("empties:so_tien", None, 0, [])
    assert [q.row for q in hub.quarantine(run.id, auditor)] == [3]
    assert give(tmp_path, then=lambda: told.append(1)) == run
    assert (told, Receipt.objects.count()) == ([], 0)
    assert [entry.detail["reason"] for entry in Entry.objects.filter(act="hub.hold")] == ["empties:so_tien"]


def test_who_may_releases_it_and_says_why(data_owner: Person, tmp_path: Path) -> None:
    put(custom=ANY)
    run = give(tmp_path)
    done = hub.release(run.id, by=data_owner, note="Đã hỏi kế toán")
    assert (done.state, done.accepted, done.quarantined, done.reason, rows()) == (RunState.PUBLISHED, 2, 1, None, 2)
    assert Quarantined.objects.filter(run=run.id).count() == 1
    assert Receipt.objects.get().kind == "delivered"
    entry = Entry.objects.get(act="hub.release")
    assert (entry.actor, entry.chain_id, entry.detail["note"], entry.detail["reason"]) == (
        str(data_owner.pk),
        "H53.04",
        "Đã hỏi kế toán",
        "empties:so_tien",
    )
    assert audit.verify() == {}
    told: list[int] = []
    assert give(tmp_path, then=lambda: told.append(1)).id == run.id  # the source moves on now
    assert told == [1]


def test_who_may_rejects_it_for_good(data_owner: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(custom=ANY)
    run = give(tmp_path)
    done = hub.reject(run.id, by=data_owner, note="Sai kỳ")
    assert (done.state, done.reason.code if done.reason else "", rows()) == (RunState.REFUSED, "hub.rejected", 0)
    assert Entry.objects.get(act="hub.reject").detail["note"] == "Sai kỳ"
    monkeypatch.setattr("vamco.kernel.base.clock.today", lambda: dt.date(2099, 1, 1))
    assert give(tmp_path).id == run.id  # tomorrow, too
    for act in (hub.release, hub.reject):
        with pytest.raises(Refused) as caught:
            act(run.id, by=data_owner, note="x")
        assert caught.value.code == "hub.not_held"


def test_nobody_else_and_nobody_without_a_reason(
    auditor: Person, data_owner: Person, farming: Person, tmp_path: Path
) -> None:
    put(custom=ANY)
    run = give(tmp_path)
    for act in (hub.release, hub.reject):
        for person in (auditor, farming):
            with pytest.raises(Forbidden):
                act(run.id, by=person, note="x")
        with pytest.raises(Refused) as caught:
            act(run.id, by=data_owner, note="  ")
        assert caught.value.code == "hub.no_note"
    assert hub.run(run.id) == run


def test_another_reason_holds_it_again_and_the_first_stays_set_aside(
    data_owner: Person, tmp_path: Path, holds: list[str]
) -> None:
    put(custom=ANY)
    run = give(tmp_path)
    holds[:] = ["jump:so_tien"]
    again = hub.release(run.id, by=data_owner, note="một")
    assert (again.state, again.reason.code if again.reason else "") == (RunState.HELD, "jump:so_tien")
    holds[:] = ["empties:so_tien"]
    assert hub.release(run.id, by=data_owner, note="hai").state == RunState.PUBLISHED


def test_a_check_that_fails_meanwhile_refuses_it(data_owner: Person, tmp_path: Path) -> None:
    put(custom=ANY)
    run = give(tmp_path)
    put(custom=[{"property": "vamco.maxBad", "value": 0}])
    done = hub.release(run.id, by=data_owner, note="x")
    assert (done.state, done.reason.code if done.reason else "", done.accepted) == (RunState.REFUSED, "too_many_bad", 0)
    assert rows() == 0


def test_a_newer_delivery_takes_the_place_of_a_held_one(data_owner: Person, tmp_path: Path, holds: list[str]) -> None:
    put(custom=ANY)
    first = give(tmp_path)
    second = give(tmp_path, "ma,so_tien\na,5\n", 1)
    assert [hub.run(run.id).state for run in (first, second)] == [RunState.REFUSED, RunState.HELD]
    older = give(tmp_path, "ma,so_tien\na,4\n", 0)
    assert (older.state, hub.run(second.id).state) == (RunState.REFUSED, RunState.HELD)
    holds.clear()
    assert give(tmp_path, "ma,so_tien\na,6\n", 2).state == RunState.PUBLISHED
    reason = hub.run(second.id).reason
    assert (reason.code if reason else "") == "hub.superseded"


def test_an_appended_file_waits_beside_later_ones(data_owner: Person, tmp_path: Path, holds: list[str]) -> None:
    put(delivery="append", custom=ANY)
    first = give(tmp_path, name="mot.csv")
    holds.clear()
    assert give(tmp_path, "ma,so_tien\nz,1\n", 1, "hai.csv").state == RunState.PUBLISHED
    assert hub.release(first.id, by=data_owner, note="x").state == RunState.PUBLISHED
    assert rows() == 3


def test_a_crash_in_the_middle_leaves_it_held(
    data_owner: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(custom=ANY)
    run = give(tmp_path)

    def lost(*_: Any) -> Any:
        raise OperationalError

    monkeypatch.setattr(Lake, "commit", lost)
    with pytest.raises(OperationalError):
        hub.release(run.id, by=data_owner, note="x")
    monkeypatch.undo()
    assert (hub.run(run.id), rows()) == (run, 0)
    assert Entry.objects.filter(act="hub.release").count() == 0

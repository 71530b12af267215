"""Several people decide on one run at the same moment: one decision counts, and the others hear it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.events.models import Event
from vamco.lib.errors import Refused
from vamco.systems.desk.tests import made
from vamco.systems.hub import public as hub
from vamco.systems.hub.contracts import Reason, RunState
from vamco.systems.hub.models import Voiding
from vamco.systems.hub.services import deciding, judging
from vamco.systems.hub.tests.building import AT, at_once, delivery, put

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.systems.hub.contracts import RunView

ANY = [{"property": "vamco.maxBad", "value": 1}, {"property": "vamco.maxBadValue", "value": 1}]


@pytest.fixture(autouse=True)
def _day(settings: Any) -> None:
    settings.VAMCO_TODAY = made.TODAY


def give(folder: Path, content: str, day: int = 0) -> RunView:
    return hub.receive("thu_nghiem", delivery(folder / "in", content, name="in.csv", at=AT + dt.timedelta(days=day)))


@pytest.mark.parametrize(
    ("first", "second"),
    [("release", "reject"), ("release", "release"), ("reject", "reject")],
)
def test_of_two_who_decide_on_a_held_run_one_wins_and_the_other_hears_it(
    first: str, second: str, fresh_db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = judging.judge
    hold = Reason("empties:so_tien", "The column is empty", {})
    monkeypatch.setattr(deciding.judging, "judge", lambda *args: replace(true(*args), hold=hold))
    people = made.person("data_owner", made.FINANCE, "Một"), made.person("operator", made.IOC, "Hai")
    put(custom=ANY)
    run = give(tmp_path, "ma,so_tien\na,1\nb,2\n")
    assert run.state == RunState.HELD
    acts = [getattr(hub, name) for name in (first, second)]
    found = at_once(*(partial(act, run.id, by=by, note="x") for act, by in zip(acts, people, strict=True)))
    lost = [each for each in found if isinstance(each, Refused)]
    won = [each for each in found if not isinstance(each, Exception)]
    assert ([each.code for each in lost], won) == (["hub.not_held"], [hub.run(run.id)])
    act = "hub.release" if won[0].state == RunState.PUBLISHED else "hub.reject"
    entries = Entry.objects.filter(act__in=("hub.release", "hub.reject", "hub.publish")).order_by("pk")
    assert list(entries.values_list("act", flat=True)) == [act, *["hub.publish"] * (act == "hub.release")]
    assert hub.relation("thu_nghiem").rows == (2 if act == "hub.release" else 0)
    assert audit.verify() == {}


def test_of_three_who_declare_rows_void_one_does(fresh_db: str, tmp_path: Path) -> None:
    people = [made.person("data_owner", made.FINANCE, name) for name in ("Một", "Hai", "Ba")]
    put(delivery="append", custom=ANY)
    run = give(tmp_path, "ma,so_tien\na,1\nMã,Số tiền\nb,-5\n")
    found = at_once(*(partial(hub.void_rows, run.id, shown=2, by=by, note="x") for by in people))
    assert sorted(str(getattr(each, "code", each)) for each in found) == ["2", "hub.none_open", "hub.none_open"]
    assert (Voiding.objects.count(), Entry.objects.filter(act="hub.void_rows").count()) == (1, 1)
    assert Event.objects.filter(name="hub.dataset_heard").count() == 1

    voiding = hub.voidings(run.id)[0].id
    found = at_once(*(partial(hub.restore_rows, run.id, voiding, by=by, note="x") for by in people))
    assert sorted(str(getattr(each, "code", each)) for each in found) == ["2", "hub.undone", "hub.undone"]
    assert (hub.shortfall("thu_nghiem").rows, Entry.objects.filter(act="hub.restore_rows").count()) == (2, 1)
    assert audit.verify() == {}

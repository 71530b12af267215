"""Retention, searches for a purpose, wanted plates, leases and counts."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from vamco.engines.vision import contracts as vision
from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import Forbidden, Missing, Refused
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.models import CameraState, Passage, PlateSearch
from vamco.systems.traffic.services import ending, passages
from vamco.systems.traffic.tests import made, roads

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db
PURPOSE = "Truy tìm phương tiện gây tai nạn"


def test_passages_go_after_their_cameras_days_and_evidence_of_open_cases_stays() -> None:
    now = clock.now()
    old = [made.passage(f"70A1234{n}", now - dt.timedelta(days=31, minutes=n)) for n in range(3)]
    fresh = made.passage("70A99999", now - dt.timedelta(days=29))
    traffic.take_in([*old, fresh])
    kept = [made.violation("70A11111", at=now - dt.timedelta(days=40)), made.violation("70A22222")]
    gone = made.violation("70A33333", at=now - dt.timedelta(days=40))
    traffic.reject(gone.pk, by=made.reviewer(), seen=made.seq(gone), reason="no_violation")
    type(gone.case).objects.filter(pk=gone.pk).update(
        closed_at=now - dt.timedelta(days=31), opened_at=now - dt.timedelta(days=40)
    )
    assert ending.retain() == {"passages": 5, "evidence": 1, "hits": 0}
    assert {each.key for each in Passage.objects.all()} == {fresh.key, kept[1].passage}
    by = made.reviewer()
    assert [len(traffic.violation(each.pk, by).frames) for each in (*kept, gone)] == [2, 2, 0]
    assert ending.retain() == {"passages": 0, "evidence": 0, "hits": 0}


def test_a_search_without_purpose_or_basis_is_refused_and_each_search_is_on_record() -> None:
    by, agency = made.official("Phùng Văn Khải", "traffic_investigator"), agencies.get(made.POLICE)
    went, part = made.passage(), made.passage("12345", plate=made.plate("12345", complete=False))
    traffic.take_in([went, part])
    since, until = went.first_at - dt.timedelta(days=1), went.first_at + dt.timedelta(days=1)
    for purpose, basis in (("", "QĐ 12"), (PURPOSE, " "), ("xem", "QĐ 12")):
        with pytest.raises(Refused):
            traffic.search_plates("70A12345", since, until, purpose=purpose, basis=basis, by=by, agency=agency)
    with pytest.raises(Forbidden):
        traffic.search_plates(
            "70A12345", since, until, purpose=PURPOSE, basis="QĐ 12", by=made.reviewer(), agency=agency
        )
    with pytest.raises(Refused):
        traffic.search_plates(
            "70A12345", since - dt.timedelta(days=40), until, purpose=PURPOSE, basis="QĐ 12", by=by, agency=agency
        )
    assert PlateSearch.objects.count() == 0
    (found,) = traffic.search_plates("70A-123.45", since, until, purpose=PURPOSE, basis="QĐ 12", by=by, agency=agency)
    assert (found.camera, found.plate) == (made.CAMERA, "70A12345")
    entry = Entry.objects.get(act="traffic.search_plate")
    assert (entry.purpose, entry.actor) == (PURPOSE, by.actor)
    assert "70A12345" not in str(entry.detail)
    (kept,) = traffic.plate_searches(by)
    assert (kept.purpose, kept.found) == (PURPOSE, 1)


def test_wanted_plates_have_a_reason_and_an_end() -> None:
    by, agency = made.official("Phùng Văn Khải", "traffic_investigator"), agencies.get(made.POLICE)
    until = clock.today() + dt.timedelta(days=7)
    with pytest.raises(Refused):
        traffic.add_hot_plate("70A12345", reason="", basis="QĐ 12", until=until, by=by, agency=agency)
    with pytest.raises(Forbidden):
        traffic.add_hot_plate("70A12345", reason="x", basis="y", until=until, by=made.reviewer(), agency=agency)
    hot = traffic.add_hot_plate("70A12345", reason="Trộm cắp", basis="QĐ 12", until=until, by=by, agency=agency)
    assert traffic.hot_plates(by) == [hot]
    with pytest.raises(Missing):
        traffic.end_hot_plate(hot.pk, by=made.reviewer())
    traffic.end_hot_plate(hot.pk, by=by)
    assert traffic.hot_plates(by) == []


def test_many_passages_at_once_each_only_once_also_across_months() -> None:
    start = dt.datetime(2026, 10, 31, 23, 59, tzinfo=dt.UTC)
    went = [made.passage(f"70A{n:05d}", start + dt.timedelta(seconds=n)) for n in range(300)]
    assert len(traffic.take_in(went)) == 300
    assert traffic.take_in(went[::-1]) == []
    assert Passage.objects.count() == 300
    assert traffic.take_in([made.passage(camera="no-such-camera")]) == []


def test_a_lease_runs_out_when_its_worker_dies_and_is_never_anothers_before() -> None:
    every = len(traffic.cameras())
    first = traffic.lease("a", 5)
    second = traffic.lease("b", 100)
    assert (len(first), set(first) & set(second), len(first) + len(second)) == (5, set(), every)
    assert traffic.lease("a", 5) == first
    CameraState.objects.filter(worker="a").update(leased_until=clock.now() - dt.timedelta(seconds=1))
    assert set(first) <= set(traffic.lease("b", 100))
    assert traffic.lease("a", 5) == []


def test_a_drawing_is_a_new_version_and_a_bad_one_is_refused() -> None:
    by = made.official("Đoàn Thị Yến", "traffic_operator")
    assert traffic.drawing(made.CAMERA) is None or traffic.drawing(made.CAMERA)
    first = traffic.save_drawing(made.CAMERA, roads.DRAWING, by=by)
    assert traffic.drawing(made.CAMERA) == (first, roads.DRAWING)
    assert traffic.save_drawing(made.CAMERA, roads.DRAWING, by=by) == first
    with pytest.raises(Refused):
        traffic.save_drawing(
            made.CAMERA, vision.Drawing(10, 10, stop_lines=(vision.StopLine("S", ((0, 0), (1, 1)), ("L9",)),)), by=by
        )
    with pytest.raises(Forbidden):
        traffic.save_drawing(made.CAMERA, vision.Drawing(10, 10), by=made.reviewer())
    assert traffic.camera(made.CAMERA).drawing == first


def test_counts_in_doubt_stay_empty() -> None:
    at = clock.now().replace(second=0, microsecond=0)
    rows = [
        traffic.Counted(made.CAMERA, at, "L1", {"car": 3}, 41.5, 0.1, 0),
        traffic.Counted(made.CAMERA, at, "L2", None, None, None, None),
    ]
    traffic.count(rows)
    traffic.count(rows)
    assert traffic.flows(at, at + dt.timedelta(minutes=5)) == rows


def test_a_clock_that_is_off_holds_what_was_proposed_since_it_was_last_right() -> None:
    now = clock.now()
    before, after = (
        made.violation(f"70A1111{n}", at=now - dt.timedelta(minutes=minutes)) for n, minutes in ((1, 30), (2, 10))
    )
    traffic.report(made.CAMERA, traffic.Health("ok", now - dt.timedelta(minutes=20)))
    traffic.report(made.CAMERA, traffic.Health("clock", now, clock_off_s=95.0))
    by = made.reviewer()
    with pytest.raises(Refused) as refused:
        traffic.confirm(after.pk, by=by, seen=made.seq(after))
    assert refused.value.code == "traffic.clock_off"
    traffic.confirm(before.pk, by=by, seen=made.seq(before))
    assert (made.state(before), made.state(after)) == ("reviewed", "proposed")
    assert {each.key: each.doubt for each in Passage.objects.all()} == {before.passage: [], after.passage: ["clock"]}
    traffic.reject(after.pk, by=by, seen=made.seq(after), reason="camera_fault")


def test_a_month_that_is_over_and_empty_goes() -> None:
    old = made.passage(at=clock.now() - dt.timedelta(days=200))
    traffic.take_in([old])
    month = old.first_at.astimezone(dt.UTC).strftime("traffic_passage_%Y_%m")
    assert month not in passages.drop_months(clock.now() - dt.timedelta(days=30))
    Passage.objects.all().delete()
    assert month in passages.drop_months(clock.now() - dt.timedelta(days=30))
    assert traffic.take_in([old]) == [old.key]


def test_what_reviewers_read_becomes_a_local_set(tmp_path: Path) -> None:
    went = made.passage("70A12346")
    found = traffic.propose(went, made.finding(went.first_at), replace(made.files(), plate=b"\xff\xd8 plate"))
    assert found is not None
    made.violation("70A54321")  # nobody has looked at it
    traffic.confirm(found.pk, by=made.reviewer(), seen=made.seq(found), plate="70A12345")
    assert traffic.export_corrections(tmp_path / "local") == 1
    (entry,) = json.loads((tmp_path / "local" / "truth.json").read_text())
    assert (entry["text"], entry["read"]) == ("70A12345", "70A12346")
    assert (tmp_path / "local" / entry["crop"]).read_bytes() == b"\xff\xd8 plate"

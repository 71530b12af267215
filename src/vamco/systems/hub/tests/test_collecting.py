"""From a source to its runs, by hand and by the clock; what is late is told."""

from __future__ import annotations

import datetime as dt
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.events.models import Event
from vamco.kernel.base.jobs import public as jobs
from vamco.lib.errors import Missing, Refused, Unavailable
from vamco.lib.time import HCM
from vamco.systems.hub import jobs as hub_jobs
from vamco.systems.hub import public as hub
from vamco.systems.hub import queries, services
from vamco.systems.hub.contracts import Progress, RunState
from vamco.systems.hub.models import ContractVersion, Dataset, Source, SourceState
from vamco.systems.hub.rules.feeds import SourceItem
from vamco.systems.hub.services import collecting, publishing, upkeep
from vamco.systems.hub.tests.building import AMOUNT, KEY, put

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is a source of two datasets."""
    monkeypatch.setenv("VAMCO_TEST_FOLDER", str(tmp_path / "shared"))
    (tmp_path / "shared" / "so").mkdir(parents=True)
    Source.objects.all().delete()
    Dataset.objects.update(contract=None)
    ContractVersion.objects.all().delete()
    Dataset.objects.all().delete()
    put(KEY, AMOUNT, delivery="append")
    put(KEY, AMOUNT, delivery="replace", id="hai", schema=[_table("hai")])
    item = {
        "code": "so", "name": "Sở", "name_en": "Department", "agency": "H53.04", "kind": "file", "folder_from": "VAMCO_TEST_FOLDER",
        "folder": "so", "schedule": "0 17 * * *", "datasets": [
            {"dataset": "thu_nghiem", "pattern": "mot*.csv"}, {"dataset": "hai", "pattern": "hai*.csv"},
        ],
    }  # fmt: skip
    with transaction.atomic():
        services.put_sources([SourceItem.model_validate(item)])
    return tmp_path / "shared" / "so"


def _table(name: str) -> dict[str, Any]:
    return {"name": name, "logicalType": "object", "physicalType": "table", "properties": [KEY, AMOUNT]}


def write(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8")
    then = time.time() - 60
    os.utime(path, (then, then))


def state(dataset: str = "thu_nghiem") -> Any:
    return SourceState.objects.filter(dataset=dataset).values_list("state", flat=True).first()


def test_a_collection_takes_in_what_is_new_and_only_that(folder: Path) -> None:
    write(folder / "mot-1.csv", "ma,so_tien\na,1\n")
    write(folder / "mot-2.csv", "ma,so_tien\nb,2\n")
    write(folder / "hai.csv", "ma,so_tien\nc,3\n")
    told: list[Progress] = []
    found = hub.collect("so", told.append)
    assert [(run.dataset, run.name, run.state) for run in found.runs] == [
        ("thu_nghiem", "mot-1.csv", RunState.PUBLISHED),
        ("thu_nghiem", "mot-2.csv", RunState.PUBLISHED),
        ("hai", "hai.csv", RunState.PUBLISHED),
    ]
    assert found.failures == {}
    assert [(p.dataset, p.done, p.rows) for p in told] == [
        ("thu_nghiem", 0, 0),
        ("thu_nghiem", 1, 1),
        ("thu_nghiem", 2, 2),
        ("hai", 0, 0),
        ("hai", 1, 1),
    ]
    assert sorted(state()["files"]) == ["mot-1.csv", "mot-2.csv"]
    entries = Entry.objects.count()
    assert hub.collect("so").runs == ()
    assert Entry.objects.count() == entries
    [source] = hub.sources()
    assert (source.code, source.datasets, source.failure) == ("so", ("thu_nghiem", "hai"), None)
    assert source.collected_at is not None


def test_the_state_moves_with_the_receipt_or_not_at_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder / "mot-1.csv", "ma,so_tien\na,1\n")

    def crash(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing.events, "emit", crash)
    with pytest.raises(KeyboardInterrupt):
        hub.collect("so")
    monkeypatch.undo()
    monkeypatch.setenv("VAMCO_TEST_FOLDER", str(folder.parent))
    assert state() is None
    assert [run.state for run in hub.collect("so").runs] == [RunState.PUBLISHED]
    assert hub.relation("thu_nghiem").rows == 1


def test_a_refused_file_is_not_passed_over(folder: Path) -> None:
    write(folder / "mot-1.csv", "ma,so_tien\na,x\n")
    first = hub.collect("so")
    assert [run.state for run in first.runs] == [RunState.REFUSED]
    assert state() is None
    assert [run.id for run in hub.collect("so").runs] == [first.runs[0].id]  # today the same answer
    write(folder / "mot-1.csv", "ma,so_tien\na,5\n")
    assert [run.state for run in hub.collect("so").runs] == [RunState.PUBLISHED]
    assert list(state()["files"]) == ["mot-1.csv"]


def test_what_fails_in_one_dataset_does_not_stop_the_others(folder: Path) -> None:
    (folder / "mot.csv").symlink_to("/etc/passwd")
    write(folder / "hai.csv", "ma,so_tien\nc,3\n")
    found = hub.collect("so", by="7")
    assert [run.dataset for run in found.runs] == ["hai"]
    assert found.failures["thu_nghiem"].code == "hub.symlink"
    [source] = hub.sources()
    assert source.failure is not None
    assert source.failure.text(str) == "“mot.csv” is a link, not a file; links are not followed"
    entry = Entry.objects.get(act="hub.collect")
    assert (entry.actor, entry.subject, entry.detail) == (
        "7",
        "source:so",
        {"runs": 1, "failures": {"thu_nghiem": "hub.symlink"}},
    )


def test_a_state_may_move_without_a_delivery(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from vamco.systems.hub.adapters.connectors import Fetched

    class Nothing:
        def fetch(self, *_: Any, **__: Any) -> Iterator[Fetched]:
            yield Fetched(None, {"etag": "x"})

    monkeypatch.setattr(collecting, "connector_for", lambda _: Nothing())
    assert hub.collect("so").runs == ()
    assert state() == {"etag": "x"}


def test_an_unknown_source_is_missing(folder: Path) -> None:
    for act in (hub.collect, hub.collect_later):
        with pytest.raises(Missing, match="no source khong_co"):
            act("khong_co")


def waiting() -> list[tuple[str, str, dict[str, Any]]]:
    from procrastinate.contrib.django.models import ProcrastinateJob

    rows = ProcrastinateJob.objects.filter(task_name__startswith="hub.").order_by("id")
    return list(rows.values_list("task_name", "lock", "args"))


def test_due_sources_are_collected_by_the_worker_once_each(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub_jobs.collect_due()
    hub_jobs.collect_due()
    assert waiting() == [("hub.collect", "hub.collect:so", {"source": "so"})]
    assert hub.collect_later("so") is False
    write(folder / "mot-1.csv", "ma,so_tien\na,1\n")
    hub_jobs.collect("so")
    assert hub.relation("thu_nghiem").rows == 1
    assert queries.codes_of_due_sources(clock.now()) == []
    assert queries.codes_of_due_sources(clock.now() + dt.timedelta(days=2)) == ["so"]
    assert {"hub.collect", "hub.collect_due", "hub.watch_freshness", "hub.close_abandoned", "hub.sweep"} <= jobs.names()


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=HCM).astimezone(dt.UTC)


def late_events() -> list[dict[str, Any]]:
    return list(Event.objects.filter(name="hub.dataset_late").order_by("pk").values_list("payload", flat=True))


def test_each_missed_due_time_is_told_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sla = [
        {
            "property": "timeOfAvailability",
            "value": "17:00",
            "unit": "day",
            "scheduler": "cron",
            "schedule": "0 17 * * *",
        }
    ]
    put(KEY, AMOUNT, delivery="append", slaProperties=sla)
    Dataset.objects.update(known_since=at("2026-11-01T08:00"))  # a Sunday: due on Monday
    now = [at("2026-11-02T17:00")]
    monkeypatch.setattr(clock, "now", lambda: now[0])
    assert services.tell_late() == []
    now[0] = at("2026-11-02T17:01")
    assert services.tell_late() == ["thu_nghiem"]
    hub_jobs.watch_freshness()
    assert [e["due_at"] for e in late_events()] == ["2026-11-02T10:00:00+00:00"]
    assert late_events()[0]["last_published_at"] is None
    now[0] = at("2026-11-04T18:00")
    assert services.tell_late() == ["thu_nghiem"]
    assert services.tell_late() == []
    assert [e["due_at"] for e in late_events()][1:] == ["2026-11-04T10:00:00+00:00"]
    late, plain = hub.freshness(now[0])
    assert (late.dataset, late.due_at, late.late_by, late.quality) == (
        "thu_nghiem",
        at("2026-11-02T17:00"),
        dt.timedelta(days=2, hours=1),
        None,
    )
    assert (plain.dataset, plain.due_at, plain.late_by) == ("hai", None, None)
    write(folder / "mot-1.csv", "ma,so_tien\na,1\nb,2\nc,3\nd,4\ne,x\n")
    hub.collect("so")
    assert services.tell_late() == []
    status = next(s for s in hub.freshness(now[0]) if s.dataset == "thu_nghiem")
    assert (status.late_by, status.due_at, status.rows, status.quarantined, status.quality) == (
        None,
        at("2026-11-06T17:00"),
        4,
        1,
        0.8,
    )
    assert (status.owner, status.owner_name, status.last_published_at) == ("H53.04", "Sở Tài chính", now[0])
    assert hub.delivered_on("thu_nghiem") == dt.date(2026, 11, 4)
    assert Entry.objects.filter(act="hub.tell_late").count() == 2
    in_time = Event.objects.filter(name="hub.dataset_in_time").values_list("payload", flat=True)
    assert list(in_time) == [{"dataset": "thu_nghiem"}], "told once, and not again by the second look"
    assert services.tell_late() == []
    assert Event.objects.filter(name="hub.dataset_in_time").count() == 1


def test_freshness_takes_the_same_number_of_queries_however_many_datasets(
    folder: Path,
    django_assert_num_queries: Any,
) -> None:
    hub.freshness(clock.now())  # reads the contracts, for good
    with django_assert_num_queries(5):  # datasets, what was received, calendars, the newest receipts, sources
        hub.freshness(clock.now())
    with django_assert_num_queries(1):
        hub.sources()
    with django_assert_num_queries(1):
        hub.runs()


def test_the_sweeper_takes_old_leavings_only(folder: Path, settings: Any) -> None:
    write(folder / "mot-1.csv", "ma,so_tien\na,1\n")
    hub.collect("so")
    workspace = Path(settings.VAMCO_DATA) / "hub"
    (workspace / "old").mkdir()
    (workspace / "new").mkdir()
    orphan = Path(settings.VAMCO_DATA) / "lake" / "thu_nghiem" / "data" / "orphan.parquet"
    orphan.write_bytes(b"x")
    long_ago = time.time() - 2 * upkeep.ORPHAN_AGE.total_seconds()
    for path in (workspace / "old", orphan):
        os.utime(path, (long_ago, long_ago))
    assert services.sweep() == 2
    assert [path.name for path in workspace.iterdir()] == ["new"]
    assert not orphan.exists()
    hub_jobs.sweep()
    hub_jobs.close_abandoned()
    assert hub.relation("thu_nghiem").rows == 1


def test_a_lake_that_cannot_be_written_is_a_failure_of_the_collection(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vamco.engines.lake import Lake

    def full(*_: Any) -> Any:
        raise Unavailable("lake.storage", "full")

    monkeypatch.setattr(Lake, "stage", full)
    write(folder / "mot-1.csv", "ma,so_tien\na,1\n")
    found = hub.collect("so")
    assert found.failures["thu_nghiem"].code == "lake.storage"
    assert (state(), hub.runs()[0].state) == (None, RunState.FAILED)
    assert hub.relation("thu_nghiem").rows == 0


def test_files_of_a_batch_that_cannot_be_committed_are_removed_or_left_to_the_sweeper(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> None:
    from vamco.engines.lake import Lake

    def conflict(*_: Any) -> Any:
        raise Refused("lake.conflict", "changed")

    def away(*_: Any) -> Any:
        raise Unavailable("lake.storage", "away")

    monkeypatch.setattr(Lake, "commit", conflict)
    write(folder / "mot-1.csv", "ma,so_tien\na,1\n")
    assert hub.collect("so").runs[0].state == RunState.REFUSED
    assert list((Path(settings.VAMCO_DATA) / "lake").rglob("*.parquet")) == []
    monkeypatch.setattr(Lake, "discard", away)
    write(folder / "mot-1.csv", "ma,so_tien\na,2\n")
    assert hub.collect("so").runs[0].state == RunState.REFUSED

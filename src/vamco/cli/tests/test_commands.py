"""check, pack, migrate, worker: what they print, what they change, how they end."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core import management
from django.db import connection, connections
from procrastinate.contrib.django.models import ProcrastinateJob

from vamco.cli import main as command_line
from vamco.cli import migrate, worker
from vamco.cli.tests.maps import assert_same_map
from vamco.kernel.base.events.models import Delivery, Event
from vamco.kernel.world.places import public as places
from vamco.systems.indicators.models import DefinitionVersion

if TYPE_CHECKING:
    from collections.abc import Callable

PACK = Path(__file__).parents[4] / "packs" / "tayninh"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACK.parent, tmp_path / "packs", ignore=shutil.ignore_patterns("units"))) / PACK.name


def base(folder: Path) -> Path:
    return folder.with_name("vietnam")


def edit(path: Path, old: str, new: str) -> None:
    content = path.read_text()
    assert content.count(old) == 1
    path.write_text(content.replace(old, new))


@pytest.mark.parametrize("command", ["check", "pack", "migrate", "worker", "messages", "bench"])
def test_each_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        command_line.main([command, "--help"])
    assert capsys.readouterr().out.startswith(f"usage: vamco {command}")


# ── check ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_right_pack_is_counted_without_a_database(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["check", str(folder)]) == 0  # pytest-django refuses any question to the database here
    lines = capsys.readouterr().out.splitlines()
    assert "indicators: 14" in lines
    assert "boards: 2" in lines
    assert lines[-1] == f"{folder}: OK"


def test_a_wrong_pack_is_told_with_all_its_mistakes(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(base(folder) / "indicators" / "GT01.yaml", "unit: count", "unit: chiếc")
    edit(base(folder) / "indicators" / "GT02.yaml", "group: GT", "nhom: GT")
    assert command_line.main(["check", str(folder)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "indicators/GT01.yaml:" in said.err
    assert "indicators/GT02.yaml:" in said.err
    assert "Traceback" not in said.err


def test_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["check", str(tmp_path / "none")]) == 1
    assert str(tmp_path / "none") in capsys.readouterr().err


# ── pack ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_loading_says_what_changed_and_what_is_gone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load = ["pack", "--folder", str(folder), "load"]
    assert command_line.main(load) == 0
    assert capsys.readouterr().out == ""  # it is loaded already

    edit(base(folder) / "indicators" / "GT01.yaml", "max_age_days: 4", "max_age_days: 9")
    assert command_line.main(load) == 1
    assert "GT01" in capsys.readouterr().err
    assert DefinitionVersion.objects.filter(code="GT01").count() == 1

    edit(base(folder) / "indicators" / "GT01.yaml", "\nversion: 2", "\nversion: 3")
    path = base(folder) / "indicators" / "GT01.yaml"
    path.write_text(path.read_text() + "  - {version: 3, on: 2026-11-30, by: C, why: D}\n")
    (base(folder) / "indicators" / "GT02.yaml").unlink()
    edit_boards(folder)
    assert command_line.main(load) == 0
    assert capsys.readouterr().out.splitlines() == [
        "indicators: 0 new, 1 changed", "  GT01: changes, max_age_days, version",
        "boards: 0 new, 2 changed", "  leaders: cards", "  wall: cards",
        "indicators: no longer in the pack, kept: GT02",
    ]  # fmt: skip
    assert DefinitionVersion.objects.filter(code="GT01").count() == 2
    assert DefinitionVersion.objects.filter(code="GT02").count() == 1
    assert command_line.main(load) == 0
    assert capsys.readouterr().out == "indicators: no longer in the pack, kept: GT02\n"


def edit_boards(folder: Path) -> None:
    path = base(folder) / "boards.yaml"
    path.write_text(path.read_text().replace(", GT02]", "]"))


@pytest.mark.django_db
def test_the_schematic_map_is_drawn_into_the_pack_and_is_no_boundary_layer(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = folder / "schematic.geojson"
    drawn.unlink()
    assert command_line.main(["pack", "--folder", str(folder), "schematic"]) == 0
    assert capsys.readouterr().out == f"{drawn}\n"
    assert_same_map(drawn, PACK / drawn.name)


@pytest.mark.django_db
def test_boundaries_are_stored_when_they_are_right(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    layer = json.loads((folder / "schematic.geojson").read_text())
    file = folder / "ranh-gioi.geojson"
    file.write_text(json.dumps(layer))
    before = places.map_layer()
    assert before is not None
    assert before["schematic"] is True

    ask = ["pack", "--folder", str(folder), "boundaries", str(file), "--source", "Sở Nông nghiệp và Môi trường"]
    assert command_line.main(ask) == 0
    stored = places.map_layer()
    assert stored is not None
    assert (stored["schematic"], stored["source"]) == (False, "Sở Nông nghiệp và Môi trường")
    assert len(stored["geojson"]["features"]) == 96

    layer["features"].pop()
    file.write_text(json.dumps(layer))
    assert command_line.main(ask) == 1
    assert "error: " in capsys.readouterr().out
    assert places.map_layer() == stored


# ── migrate ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("databases", "alias"), [({}, "default"), ({"owner": {}}, "owner")])
def test_tables_are_made_by_the_role_that_owns_them(
    monkeypatch: pytest.MonkeyPatch, databases: dict[str, Any], alias: str
) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(settings, "DATABASES", {"default": {}, **databases})
    monkeypatch.setattr(management, "call_command", lambda name, **options: asked.append((name, options)))
    assert command_line.main(["migrate"]) == 0
    assert asked == [("migrate", {"database": alias, "interactive": False, "verbosity": 1})]


@pytest.mark.usefixtures("fresh_db")
def test_a_database_that_is_up_to_date_stays_as_it_is() -> None:
    def tables() -> list[str]:
        return sorted(connection.introspection.table_names())

    before = tables()
    migrate.bring_up_to_date()
    assert tables() == before


# ── worker ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("fresh_db")
def test_the_worker_works_off_what_waits_and_stops_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import transaction

    from vamco.kernel.base.events import public as events
    from vamco.vocab.hub import DatasetPublished

    with transaction.atomic():
        events.emit(DatasetPublished("nobody_counts_it", 1, 1))
    assert Delivery.objects.filter(state="pending").exists()

    assert in_a_thread(lambda: worker.main(["--once", "--alone"])) == 0

    # Not all events: on some minutes of the hour the worker's own clock has it do what else is due, such as publishing.
    assert Event.objects.filter(name="hub.dataset_published", payload__dataset="nobody_counts_it").count() == 1
    assert not Delivery.objects.exclude(state="done").exists()
    assert not ProcrastinateJob.objects.filter(task_name="events.deliver").exists()


def in_a_thread(run: Callable[[], int]) -> int:
    """The result of what starts an event loop of its own; a browser's loop may be running in this thread."""

    def work() -> int:
        try:
            return run()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()

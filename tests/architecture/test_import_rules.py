"""Who may import whom: `.importlinter`, and the three rules that its contracts cannot say."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import grimp
import pytest

from tests.architecture.source_tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOURCE = ROOT / "src"
DOORS = {"public", "contracts"}
KERNEL_DOORS = DOORS | {"models"}  # a foreign key needs the class
HEAVY = {
    "pyarrow",
    "duckdb",
    "pyiceberg",
    "shapely",
    "numpy",
    "sqlglot",
    "rich",
    "python_calamine",
    "xlrd",
    "xlsxwriter",
    "sqlalchemy",
}
Import = tuple[str, str]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))",
    ]
    env = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"}
    return subprocess.run([*command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(
        "vamco", include_external_packages=True, exclude_type_checking_imports=False, cache_dir=None
    )


def imports(graph: grimp.ImportGraph) -> Iterator[Import]:
    for importer in sorted(graph.modules):
        if ".tests" not in importer and not importer.endswith(".conftest"):
            for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                yield importer, imported


def home(module: str) -> tuple[str, ...] | None:
    """Give the system or the kernel's application that a module belongs to, None for all else."""
    parts = tuple(module.split("."))
    if parts[:2] == ("vamco", "systems") and len(parts) > 2:
        return parts[:3]
    if parts[:2] == ("vamco", "kernel") and len(parts) > 3 and parts[3] != "clock":
        return parts[:4]
    return None


def through_walls(graph: grimp.ImportGraph) -> list[Import]:
    """Give imports that enter a system, or an application of the kernel, elsewhere than at its doors."""
    found = []
    for importer, imported in imports(graph):
        room = home(imported)
        if room is None or home(importer) == room:
            continue
        door = imported.split(".")[len(room) : len(room) + 1]
        if not door or door[0] not in (DOORS if room[1] == "systems" else KERNEL_DOORS):
            found.append((importer, imported))
    return found


def is_page(module: str) -> bool:
    parts = module.split(".")
    return "pages" in parts[3:] or parts[-1].endswith("_page") or parts[-1] == "api"


def pages_on_models(graph: grimp.ImportGraph) -> list[Import]:
    return [pair for pair in imports(graph) if is_page(pair[0]) and pair[1].endswith(".models")]


def test_the_contracts_hold() -> None:
    result = lint(SOURCE)
    assert result.returncode == 0, result.stdout


def test_others_come_in_through_the_door(graph: grimp.ImportGraph) -> None:
    assert through_walls(graph) == []


def test_pages_do_not_touch_models(graph: grimp.ImportGraph) -> None:
    assert pages_on_models(graph) == []


@pytest.mark.parametrize("statement", ["import vamco.cli.main", "import django; django.setup()"])
def test_nothing_heavy_is_loaded_before_it_is_used(statement: str) -> None:
    code = f"{statement}\nimport sys\nprint(*sorted({HEAVY!r} & set(sys.modules)))"
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "vamco.config.settings", "PYTHONPATH": str(SOURCE)}
    result = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert result.stdout.split() == []


# That the rules can fail: the same tree, empty but for one wrong import.


@pytest.fixture(scope="module")
def hollow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All modules of the house with nothing in them."""
    root = tmp_path_factory.mktemp("hollow")
    for path in (SOURCE / "vamco").rglob("*.py"):
        copy = root / path.relative_to(SOURCE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.touch()
    return root


WRONG = {
    "upwards": ("vamco/lib/text.py", "import vamco.vocab", "Rooms import only"),
    "web uses a system": ("vamco/web/views.py", "from vamco.systems.identity import public", "Rooms import only"),
    "kernel uses an engine": ("vamco/kernel/base/clock.py", "from vamco.engines import lake", "Rooms import only"),
    "a new room": ("vamco/helpers/__init__.py", "", "Rooms import only"),
    "a lower system uses a higher": (
        "vamco/systems/hub/public.py",
        "from vamco.systems.ioc import urls",
        "Systems import only",
    ),
    "a new system": ("vamco/systems/parking/__init__.py", "", "Systems import only"),
    "base uses world": (
        "vamco/kernel/base/clock.py",
        "from vamco.kernel.world.people import public",
        "Groups of the kernel",
    ),
    "rules use models": (
        "vamco/kernel/work/cases/rules/moves.py",
        "from vamco.kernel.work.cases import models",
        "Inside a room",
    ),
    "services use public": (
        "vamco/systems/identity/services/accounts.py",
        "from vamco.systems.identity import public",
        "Inside a room",
    ),
    "jobs use pages": ("vamco/systems/hub/jobs.py", "import vamco.systems.hub.apps", "Inside a room"),
    "an engine uses another": ("vamco/engines/lake/__init__.py", "import vamco.engines.query", "Engines do not know"),
    "a ring": (
        "vamco/lib/money.py",
        "import vamco.lib.text",
        "No cycles",
    ),
    "an engine uses Django": (
        "vamco/engines/measure/__init__.py",
        "from django.db import models",
        "know nothing of Django",
    ),
    "a file without a layer": ("vamco/systems/identity/helpers.py", "", "Inside a room"),
    "a type from above": (
        "vamco/systems/identity/rules/codes.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from vamco.systems.identity import services",
        "Inside a room",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_contract_that_is_broken_is_found(case: str, hollow: Path) -> None:
    name, statement, contract = WRONG[case]
    path, back = hollow / name, hollow / "vamco/lib/text.py"
    new, fresh = not path.parent.exists(), not path.exists()
    path.parent.mkdir(exist_ok=True)
    path.write_text(statement + "\n")
    if case == "a ring":
        back.write_text("import vamco.lib.money\n")
    try:
        result = lint(hollow)
    finally:
        path.write_text("")
        back.write_text("")
        if fresh:
            path.unlink()
        if new:
            path.parent.rmdir()
    assert result.returncode == 1, result.stdout
    broken = [line for line in result.stdout.splitlines() if line.rstrip().endswith("BROKEN") or "BROKEN" in line]
    assert any(contract in line for line in broken), result.stdout


def test_the_hollow_house_is_right(hollow: Path) -> None:
    result = lint(hollow)
    assert result.returncode == 0, result.stdout


def made_up(*pairs: Import) -> grimp.ImportGraph:
    graph = grimp.ImportGraph()
    for importer, imported in pairs:
        graph.add_import(importer=importer, imported=imported)
    return graph


def test_a_way_through_the_wall_is_found() -> None:
    wrong = [
        ("vamco.config.urls", "vamco.systems.hub.pages.runs"),
        ("vamco.systems.ioc.queries", "vamco.systems.hub"),
        ("vamco.systems.ioc.queries", "vamco.systems.hub.adapters.intake.reading"),
        ("vamco.systems.ioc.queries", "vamco.systems.hub.models"),
        ("vamco.web.rim", "vamco.kernel.world.access.services.granting"),
    ]
    right = [
        ("vamco.systems.hub.public", "vamco.systems.hub.adapters.intake.reading"),
        ("vamco.systems.ioc.queries", "vamco.systems.hub.contracts"),
        ("vamco.systems.ioc.queries", "vamco.systems.hub.public"),
        ("vamco.systems.ioc.tests.test_x", "vamco.systems.hub.models"),
        ("vamco.web.rim", "vamco.kernel.base.clock"),
        ("vamco.web.rim", "vamco.kernel.world.people.models"),
    ]
    assert through_walls(made_up(*wrong, *right)) == wrong


def test_a_page_on_a_table_is_found() -> None:
    wrong = [
        ("vamco.systems.desk.pages.cases", "vamco.kernel.work.cases.models"),
        ("vamco.systems.hub.pages.runs", "vamco.systems.hub.models"),
        ("vamco.systems.ioc.pages.lineage_page", "vamco.systems.ioc.models"),
    ]
    right = [
        ("vamco.systems.hub.pages.runs", "vamco.systems.hub.public"),
        ("vamco.systems.hub.services", "vamco.systems.hub.models"),
    ]
    assert pages_on_models(made_up(*wrong, *right)) == wrong

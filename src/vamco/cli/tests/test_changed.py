"""`vamco test --changed`: what a change can affect, the nearest first, within its time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vamco.cli import changed, durations
from vamco.cli import test as testing
from vamco.lib.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKOUT = Path(__file__).parents[4]


@pytest.fixture
def git(tmp_path: Path) -> Callable[..., str]:
    """Run git in a repository of the test's own, whose branch `work` has left `main` by a commit."""

    def run(*words: str) -> str:
        argv = ["git", "-c", "user.name=T", "-c", "user.email=t@example.vn", *words]
        return subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.strip()

    run("init", "--quiet", "--initial-branch=main")
    for name in ("kept.py", "edited.py", "removed.py", "later.py"):
        (tmp_path / name).write_text(f"# {name}\n")
    (tmp_path / ".gitignore").write_text("ignored.py\n")
    run("add", ".")
    run("commit", "--quiet", "-m", "first")
    run("switch", "--quiet", "-c", "work")
    (tmp_path / "edited.py").write_text("A = 1\n")
    run("commit", "--quiet", "-am", "second")
    return run


# Since when


def test_a_branch_is_compared_with_where_it_left_the_trunk(tmp_path: Path, git: Callable[..., str]) -> None:
    left = git("rev-parse", "main")
    git("switch", "--quiet", "main")
    (tmp_path / "later.py").write_text("others go on\n")
    git("commit", "--quiet", "-am", "third")
    git("switch", "--quiet", "work")
    assert changed.base(tmp_path) == left
    assert changed.files_since(tmp_path, left) == ["edited.py"]


def test_what_is_published_goes_before_what_is_called_main_here(tmp_path: Path, git: Callable[..., str]) -> None:
    git("update-ref", "refs/remotes/origin/main", "work")
    assert changed.base(tmp_path) == git("rev-parse", "work")
    assert changed.base(tmp_path, "main") == git("rev-parse", "main")


def test_what_is_not_committed_new_or_removed_has_changed(tmp_path: Path, git: Callable[..., str]) -> None:
    (tmp_path / "kept.py").write_text("2\n")
    (tmp_path / "mới.py").touch()
    (tmp_path / "ignored.py").touch()
    git("rm", "--quiet", "removed.py")
    assert changed.files_since(tmp_path, changed.base(tmp_path)) == ["edited.py", "kept.py", "mới.py", "removed.py"]
    assert changed.files_since(tmp_path, "HEAD") == ["kept.py", "mới.py", "removed.py"]


def test_without_a_trunk_only_what_is_not_committed_counts(tmp_path: Path, git: Callable[..., str]) -> None:
    git("branch", "--quiet", "-D", "main")
    assert changed.base(tmp_path) == "HEAD"


def test_a_commit_that_is_not_there_is_refused(tmp_path: Path, git: Callable[..., str]) -> None:
    with pytest.raises(Refused) as refused:
        changed.base(tmp_path, "no-such")
    assert refused.value.code == "test.no_commit"


# What it can affect


def test_each_module_gets_the_length_of_the_shortest_chain() -> None:
    importers = {"a": ["b", "c"], "b": ["d"], "c": ["d", "a"], "d": ["e"], "x": ["e"]}
    assert changed.spread({"a": 0, "x": 3}, lambda name: importers.get(name, [])) == {
        "a": 0,
        "b": 1,
        "c": 1,
        "d": 2,
        "e": 3,
        "x": 3,
    }


def farther(files: list[str]) -> dict[str, int]:
    """Give what a change affects in this very checkout, but for the tests of the architecture."""
    found = changed.affected(CHECKOUT, files)
    architecture = {name for name in found if name.startswith("tests/architecture/")}
    assert "tests/architecture/test_sizes.py" in architecture
    return {name: distance for name, distance in found.items() if name not in architecture}


def test_imports_lead_backwards_from_what_was_changed_to_tests() -> None:
    found = farther(["src/vamco/lib/geometry/power.py"])
    assert found["src/vamco/lib/tests/test_power.py"] <= 2
    assert found["src/vamco/cli/tests/test_pack_map.py"] <= 3
    assert "src/vamco/kernel/work/notices/tests/test_channels.py" not in found
    assert found["tests/stories/test_pages.py"] > 3, "what runs the whole house is far, and yet among them"


def test_a_changed_test_is_the_nearest_and_touches_no_other() -> None:
    assert farther(["src/vamco/lib/tests/test_power.py"]) == {"src/vamco/lib/tests/test_power.py": 0}


@pytest.mark.parametrize(
    ("file", "near"),
    [
        ("src/vamco/systems/desk/tests/conftest.py", "src/vamco/systems/desk/tests/test_inbox.py"),
        ("src/vamco/systems/desk/tests/made.py", "tests/pages/test_desk.py"),
        ("src/vamco/web/templates/web/base.html", "src/vamco/web/tests/test_components.py"),
        ("src/vamco/kernel/work/cases/migrations/0001_initial.py", "src/vamco/kernel/work/cases/tests/test_cases.py"),
        ("src/vamco/systems/hub/gone.py", "src/vamco/systems/hub/tests/test_connectors.py"),
        ("packs/tayninh/places.csv", "src/vamco/cli/tests/test_pack_map.py"),
        ("tests/conftest.py", "tests/stories/test_pages.py"),
        ("conftest.py", "src/vamco/lib/tests/test_power.py"),
        ("pyproject.toml", "tests/truth/test_engines.py"),
    ],
)
def test_what_is_imported_by_nobody_counts_too(file: str, near: str) -> None:
    assert near in farther([file])


@pytest.mark.parametrize("file", ["docs/commands.md", "src/vamco/lib/text.py", "tests/conftest.py"])
def test_what_the_tools_say_of_the_changed_files_is_not_asked_of_all(file: str) -> None:
    found = changed.affected(CHECKOUT, [file])
    assert not any(name.endswith(changed.LEFT_TO_THE_TOOLS) for name in found)
    assert farther(["docs/commands.md"]) == {}
    assert "tests/architecture/test_tools.py" in changed.affected(CHECKOUT, ["pyproject.toml"])


# What there is time for


def test_the_nearest_and_quickest_run_while_there_is_time() -> None:
    tests = {"far": 5, "slow": 1, "quick": 1, "nearest": 0, "unknown": 2, "tiny": 9}
    known = {"far": 10.0, "slow": 60.0, "quick": 1.0, "nearest": 30.0, "tiny": 0.5}
    found = changed.plan(tests, known, budget=47)
    assert found.tests == ["nearest", "quick", "unknown", "tiny"]
    assert found.left_out == ["slow", "far"]
    assert (found.seconds, found.seconds_left_out) == (41.5, 70.0)
    assert "2 farther ones do not run (about 70 s, slow the nearest)" in changed.summary(found)


def test_the_nearest_runs_however_long_it_takes() -> None:
    found = changed.plan({"a": 0, "b": 1}, {"a": 1000.0}, budget=40)
    assert (found.tests, found.left_out) == (["a"], ["b"])


def test_durations_are_added_up_by_file_and_those_of_removed_files_forgotten(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    for name in ("a.py", "b.py"):
        (tmp_path / "tests" / name).touch()
    assert durations.load(tmp_path) == {}
    first = durations.Recorder(tmp_path)
    for nodeid, seconds in (("tests/a.py::one", 1.0), ("tests/a.py::two[x]", 0.26), ("tests/b.py::three", 7)):
        first.add(nodeid, seconds)
    first.save()
    (tmp_path / "tests" / "b.py").unlink()
    second = durations.Recorder(tmp_path)
    second.save()
    assert durations.load(tmp_path) == {"tests/a.py": 1.3}
    assert durations.total(durations.load(tmp_path), ["tests/a.py", "new.py"]) == 1.3 + durations.UNKNOWN_S
    (tmp_path / durations.FILE).write_text("[1]")
    assert durations.load(tmp_path) == {}


# The run


def test_tools_look_at_what_was_changed_and_is_there() -> None:
    here = "src/vamco/lib/text.py"
    test = "src/vamco/lib/tests/test_text.py"

    def names(*files: str) -> list[tuple[str, ...]]:
        return [
            (Path(argv[0]).name, *(word for word in argv[1:] if word.endswith(".py")))
            for argv in changed.checks(CHECKOUT, files)
        ]

    assert names("docs/commands.md", "src/vamco/gone.py") == []
    assert names(test) == [("ruff", test), ("ruff", test)]
    assert names(here, test) == [("ruff", here, test), ("ruff", here, test), ("lint-imports",), ("mypy", here)]


def test_a_run_tells_what_it_takes_and_fails_when_a_test_or_a_tool_does(
    tmp_path: Path, git: Callable[..., str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("PYTEST_ADDOPTS", "DJANGO_SETTINGS_MODULE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    monkeypatch.setattr(testing, "DEBIAN", ())
    monkeypatch.setattr(testing, "CHECKOUT", tmp_path)
    monkeypatch.setattr(changed, "affected", lambda *_: {"test_near.py": 0, "test_far.py": 9})
    monkeypatch.setattr(changed, "BUDGET_S", 1.0)
    options = ["-n0", "-p", "no:django", "-p", "no:cacheprovider"]
    (tmp_path / "test_near.py").write_text("def test_a():\n    pass\n")
    (tmp_path / "test_far.py").write_text("def test_b():\n    raise ZeroDivisionError\n")

    assert testing.main(["--changed", *options]) == 0
    said = capfd.readouterr().out
    assert "vamco test: 3 files differ from " in said
    assert "1 farther ones do not run (about 10 s, test_far.py the nearest)" in said
    assert "1 passed" in said

    (tmp_path / "test_near.py").write_text("def test_a():\n    raise ZeroDivisionError\n")
    assert testing.main(["--changed", *options]) == 1
    (tmp_path / "test_near.py").write_text("def test_a( ) :\n    pass\n")
    assert testing.main(["--changed", *options]) == 1, "the formatter has something to say"
    assert "1 passed" in capfd.readouterr().out

    git("add", ".")
    git("commit", "--quiet", "-m", "third")
    assert testing.main(["--changed=HEAD"]) == 0
    assert "nothing differs from" in capfd.readouterr().out

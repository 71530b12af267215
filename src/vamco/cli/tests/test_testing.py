"""`vamco test`: which pytest it runs, and how it gets what tests need."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from vamco.cli import test as testing

if TYPE_CHECKING:
    from pathlib import Path

PYTEST = [sys.executable, "-m", "pytest"]


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ([], ["-n", "2", "--dist", "worksteal"]),
        (["--full"], ["-n", "2", "--dist", "worksteal", "--full"]),
        (["src/vamco/lib", "-k", "fold"], ["-n", "2", "--dist", "worksteal", "src/vamco/lib", "-k", "fold"]),
        (["-n0", "tests"], ["-n0", "tests"]),
        (["--pdb"], ["--pdb"]),
    ],
)
def test_two_workers_share_what_was_asked_for(argv: list[str], words: list[str]) -> None:
    assert testing.command(argv) == [*PYTEST, *words]


class Machine:
    """A stand-in for dpkg and apt; `works` names the apt actions that succeed from the n-th time on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, uid: int, programs: set[str], installed: set[str]) -> None:
        self.called: list[list[str]] = []
        self.installed = installed
        self.offers: set[str] = set()
        self.fresh = True
        monkeypatch.setattr(testing.os, "geteuid", lambda: uid)
        monkeypatch.setattr(testing.shutil, "which", lambda name: f"/bin/{name}" if name in programs else None)
        monkeypatch.setattr(testing.subprocess, "run", self.run)

    def run(self, argv: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        self.called.append(argv)
        if argv[0] == "/bin/dpkg-query":
            lines = "".join(f"{name} installed\n" for name in argv[3:] if name in self.installed)
            return subprocess.CompletedProcess(argv, 0, lines)
        if argv[1] == "update":
            self.fresh = True
            return subprocess.CompletedProcess(argv, 0 if self.offers else 100)
        wanted = set(argv[argv.index("Dpkg::Use-Pty=0") + 1 :])
        return subprocess.CompletedProcess(argv, 0 if self.fresh and wanted <= self.offers else 100)

    def actions(self) -> list[str]:
        return [argv[1] for argv in self.called if argv[0] == "/bin/apt-get"]


NAMES = {package.name for package in testing.DEBIAN}
DEBIAN = {"dpkg-query", "apt-get"}


def test_nothing_is_fetched_when_nothing_is_missing(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    machine = Machine(monkeypatch, uid=0, programs=DEBIAN, installed=NAMES)
    testing._provide_packages()
    assert machine.actions() == []
    assert not capsys.readouterr().out


def test_root_on_debian_gets_what_is_missing(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    machine = Machine(monkeypatch, uid=0, programs=DEBIAN, installed=NAMES - {"chromium"})
    machine.offers = {"chromium"}
    testing._provide_packages()
    assert machine.actions() == ["install"]
    assert machine.called[-1][-1] == "chromium"
    assert capsys.readouterr().out == "vamco test: installing chromium …\n"


def test_the_list_is_updated_when_it_does_not_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, uid=0, programs=DEBIAN, installed=set())
    machine.offers, machine.fresh = NAMES, False
    testing._provide_packages()
    assert machine.actions() == ["install", "update", "install"]


def test_one_that_this_debian_does_not_have_keeps_no_other_away(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    machine = Machine(monkeypatch, uid=0, programs=DEBIAN, installed=set())
    machine.offers = NAMES - {"postgresql-15"}
    testing._provide_packages()
    assert machine.actions() == ["install", "update", "install", *["install"] * len(NAMES)]
    missing = [line for line in capsys.readouterr().out.splitlines() if "is missing" in line]
    assert len(missing) == 1
    assert "the Debian package postgresql-15 is missing" in missing[0]


@pytest.mark.parametrize(("uid", "programs"), [(1000, DEBIAN), (0, DEBIAN), (0, {"dpkg-query"}), (1000, set())])
def test_else_it_says_what_is_missing_and_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: Any, uid: int, programs: set[str]
) -> None:
    Machine(monkeypatch, uid=uid, programs=programs, installed=set())
    testing._provide_packages()
    said = capsys.readouterr().out
    assert "the Debian package chromium is missing; it is for the pages in a real browser." in said
    assert "sudo apt-get install chromium" in said


def test_programs_that_are_there_count_where_there_is_no_dpkg(monkeypatch: pytest.MonkeyPatch) -> None:
    Machine(monkeypatch, uid=0, programs={"chromium"}, installed=set())
    assert "chromium" not in [package.name for package in testing.missing()]


def test_pytest_takes_our_place(tmp_path: Path) -> None:
    """The exit code is pytest's, and its closing line is the last."""
    (tmp_path / "test_two.py").write_text("def test_a(): pass\ndef test_b(): assert 0\n")
    script = f"from vamco.cli import test; test.DEBIAN = (); test.CHECKOUT = {str(tmp_path)!r}; test.main(['-n0', '-p', 'no:django', '-p', 'no:randomly'])"
    environment = {**os.environ, "PYTHONPATH": ":".join(filter(None, sys.path))}
    for name in ("PYTEST_ADDOPTS", "DJANGO_SETTINGS_MODULE"):
        environment.pop(name, None)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 1, done.stderr
    assert "1 failed, 1 passed" in done.stdout.splitlines()[-1]


def test_help_runs_nothing(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(testing, "_become", lambda _: pytest.fail("it ran"))
    assert testing.main(["--help"]) == 0
    assert capsys.readouterr().out.startswith("usage: vamco test [--full]")

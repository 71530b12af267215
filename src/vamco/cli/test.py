"""`vamco test`: runs the tests; `--full` adds the long ones. Other arguments go to pytest, paths of tests among them.

`--changed` runs within about two minutes what a change can affect: what differs from where this branch left `origin/main` (or
`main`), committed or not, or from the commit in `--changed=COMMIT`. It takes the tests from which a chain of imports leads to
what was changed, the nearest first, as many as the time allows by what `tests/durations.json` says that they take; the quick
tests of the architecture; ruff and mypy on the changed files, and the layer rules. It says what it left out. `--record` notes
the durations anew for the files that run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final, NamedTuple, NoReturn

CHECKOUT: Final = Path(__file__).resolve().parents[3]
_WORKERS: Final = "2"


class Package(NamedTuple):
    """A Debian package that tests need; `reason` says which."""

    name: str
    reason: str


DEBIAN: Final = (
    Package("chromium", "the pages in a real browser"),
    Package("fonts-liberation2", "Vietnamese letters in screenshots"),
    Package("gettext", "the translations"),
    Package("postgresql-15", "a check of everything on the oldest PostgreSQL that we promise"),
)


def main(argv: list[str]) -> int:
    """Run pytest in this process's place: its closing line is the last, its exit code ours."""
    if argv[:1] in (["--help"], ["-h"]):
        print("usage: vamco test [--full] [--changed[=COMMIT]] [--record] [PYTEST ARGUMENT ...]\n\n" + (__doc__ or ""))
        return 0
    _provide_packages()
    wish = next((word for word in argv if word.partition("=")[0] == "--changed"), None)
    if wish is None:
        return _become(command(argv))
    return _test_changes(wish.partition("=")[2], [word for word in argv if word != wish])


def _test_changes(commit: str, argv: list[str]) -> int:
    """Check and test what a change can affect; say in a line what is left out."""
    from vamco.cli import changed, durations

    since = changed.base(CHECKOUT, commit)
    files = changed.files_since(CHECKOUT, since)
    if not files:
        print(f"vamco test: nothing differs from {since[:12]}.")
        return 0
    plan = changed.plan(changed.affected(CHECKOUT, files), durations.load(CHECKOUT), changed.BUDGET_S)
    print(f"vamco test: {len(files)} files differ from {since[:12]}. {changed.summary(plan)}", flush=True)
    checks = [subprocess.run(words, cwd=CHECKOUT, check=False).returncode for words in changed.checks(CHECKOUT, files)]  # noqa: S603  # our own tools
    tests = subprocess.run(command([*argv, *plan.tests]), cwd=CHECKOUT, check=False).returncode  # noqa: S603  # pytest
    return max([tests, *checks])


def command(argv: list[str]) -> list[str]:
    """Give the pytest command for the arguments of `vamco test`.

    The longest tests stand first (`testpaths`), and who is done takes from the other, so that both end together. Coverage is
    measured when it is asked for (`--cov`): it takes a third as long again.
    """
    spread = (
        []
        if any(word.startswith("-n") or word == "--pdb" for word in argv)
        else ["-n", _WORKERS, "--dist", "worksteal"]
    )
    return [sys.executable, "-m", "pytest", *spread, *argv]


def missing() -> list[Package]:
    """Give the packages that this machine lacks; on machines that are not Debian's, none is known to be there."""
    dpkg = shutil.which("dpkg-query")
    if dpkg is None:
        return [package for package in DEBIAN if shutil.which(package.name) is None and "fonts" not in package.name]
    asked = [dpkg, "--show", "--showformat=${Package} ${db:Status-Status}\n", *(package.name for package in DEBIAN)]
    said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout  # noqa: S603  # names from above
    return [package for package in DEBIAN if f"{package.name} installed" not in said.splitlines()]


def _provide_packages() -> None:
    """Install what is missing where we may; else say what is missing and how to get it."""
    lacking = missing()
    if not lacking:
        return
    names = [package.name for package in lacking]
    apt = shutil.which("apt-get")
    if apt is not None and os.geteuid() == 0:
        print(f"vamco test: installing {', '.join(names)} …", flush=True)
        if _apt(apt, "install", *names) or (_apt(apt, "update") and _apt(apt, "install", *names)):
            return
        # A later Debian has no PostgreSQL 15: that must not keep the browser away.
        lacking = [package for package in lacking if not _apt(apt, "install", package.name)]
        names = [package.name for package in lacking]
    for package in lacking:
        print(f"vamco test: the Debian package {package.name} is missing; it is for {package.reason}.")
    print(f"vamco test: get it with “sudo apt-get install {' '.join(names)}”; its tests are skipped now.", flush=True)


def _apt(apt: str, action: str, *names: str) -> bool:
    options = ["--quiet=2", "--yes", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0"]
    done = subprocess.run(  # noqa: S603  # names from the table above
        [apt, action, *options, *names],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        check=False,
    )
    return done.returncode == 0


def _become(argv: list[str]) -> NoReturn:
    sys.stdout.flush()
    os.chdir(CHECKOUT)
    os.execv(argv[0], argv)  # noqa: S606  # pytest takes our place

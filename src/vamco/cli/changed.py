"""What a change can affect: which test files, the nearest first, and how many of them two minutes hold.

A test is as near as the chain of imports that leads from it to what was changed is short. What is not imported counts,
too: a `conftest.py` for the tests beneath it, everything in a package for the tests beside it (Django finds pages, jobs and
templates by name). Tests that run the whole house come last.
"""

from __future__ import annotations

import subprocess
import sys
from collections import deque
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final, NamedTuple

from vamco.cli import durations
from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

BUDGET_S: Final = 150.0  # of tests: 75 s on two workers; the static checks and the start take the rest of two minutes
ARCHITECTURE: Final = "tests/architecture/"
LEFT_TO_THE_TOOLS: Final = ("test_tools.py", "test_import_rules.py")  # these we run ourselves, on what was changed
WALKS: Final = ("test_addresses_and_people.py", "test_personal_data.py")  # every page as everybody: a minute each
WHOLE_HOUSE: Final = ("tests/pages/", "tests/stories/", "tests/faults/", "tests/truth/")
EVERYTHING: Final = ("conftest.py", "pyproject.toml", "uv.lock", ".python-version")
_BESIDE, _PACK, _ANYWHERE, _FAR = 2, 3, 40, 50  # steps, where no import says how many


class Plan(NamedTuple):
    """The test files to run, the nearest first, and those for which there is no time."""

    tests: list[str]
    left_out: list[str]
    seconds: float  # of tests, one after the other
    seconds_left_out: float


def base(checkout: Path, named: str = "") -> str:
    """Return the commit to compare with: the one named, or where this branch left `origin/main`, or `main`, or HEAD.

    What is not committed counts as changed in each case. Refused if a named one does not exist.
    """
    if named:
        if not _git(checkout, "rev-parse", "--verify", "--quiet", f"{named}^{{commit}}"):
            raise Refused("test.no_commit", N_("%(name)s is no commit here."), name=named)
        return (_git(checkout, "merge-base", "HEAD", named) or [named])[0]
    for trunk in ("origin/main", "main"):
        if found := _git(checkout, "merge-base", "HEAD", trunk):
            return found[0]
    return "HEAD"


def files_since(checkout: Path, commit: str) -> list[str]:
    """Return the files that differ from a commit, new ones and removed ones among them, as paths in the checkout."""
    differ = _git(checkout, "diff", "--name-only", "--no-renames", commit, "--")
    new = _git(checkout, "ls-files", "--others", "--exclude-standard")
    return sorted({*differ, *new})


def _git(checkout: Path, *words: str) -> list[str]:
    """Return the lines of git's answer; none if it has none or there is no git."""
    argv = ["git", "-c", "core.quotePath=off", *words]
    try:
        done = subprocess.run(argv, cwd=checkout, capture_output=True, text=True, check=False)  # noqa: S603  # words from above
    except OSError:
        return []
    return done.stdout.splitlines() if done.returncode == 0 else []


def plan(tests: Mapping[str, int], known: Mapping[str, float], budget: float) -> Plan:
    """Return what to run of tests at given distances: the nearest first, of these the quickest, while there is time.

    A file that does not fit is left out, and smaller ones behind it may still run; the very first always runs.
    """

    def seconds(name: str) -> float:
        return known.get(name, durations.UNKNOWN_S)

    run: list[str] = []
    left: list[str] = []
    spent = 0.0
    for name in sorted(tests, key=lambda name: (tests[name], seconds(name), name)):
        if run and spent + seconds(name) > budget:
            left.append(name)
        else:
            run.append(name)
            spent += seconds(name)
    return Plan(run, left, spent, durations.total(known, left))


def summary(found: Plan) -> str:
    """Say what runs and what is left out."""
    said = f"{len(found.tests)} test files, about {found.seconds:.0f} s of tests."
    if found.left_out:
        said += (
            f" For want of time {len(found.left_out)} farther ones do not run (about {found.seconds_left_out:.0f} s,"
            f" {found.left_out[0]} the nearest): ./vamco test runs them."
        )
    return said


def checks(checkout: Path, files: Iterable[str]) -> list[list[str]]:
    """Return the commands that check changed files: ruff on all Python, the types and the layers of what ships."""
    python = [file for file in files if file.endswith(".py") and (checkout / file).exists()]
    ships = [file for file in python if file.startswith("src/vamco/") and not _is_test(PurePosixPath(file))]
    typed = [file for file in ships if "/migrations/" not in file]
    run: list[list[str]] = []
    if python:
        run += [[_tool("ruff"), "check", "--quiet", "--force-exclude", *python]]
        run += [[_tool("ruff"), "format", "--check", "--quiet", "--force-exclude", *python]]
    if ships:
        run.append([_tool("lint-imports"), "--no-logo"])
    if typed:
        run.append([_tool("mypy"), *typed])
    return run


def _tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def affected(checkout: Path, files: Iterable[str]) -> dict[str, int]:
    """Return the test files that a change of some files can affect, each with its distance from it."""
    house = House(checkout)
    starts: dict[str, int] = {}
    for file in files:
        for module, distance in house.starts(file).items():
            starts[module] = min(distance, starts.get(module, distance))
    return house.architecture() | house.tests(spread(starts, house.importers))


def spread(starts: Mapping[str, int], importers: Callable[[str], Iterable[str]]) -> dict[str, int]:
    """Return how many imports away from the changed modules each module is that some chain of imports leads from."""
    steps: dict[str, int] = {}
    todo = deque(sorted(starts.items(), key=lambda item: item[1]))
    while todo:
        module, distance = todo.popleft()
        if steps.get(module, distance + 1) <= distance:
            continue
        steps[module] = distance
        todo.extend((importer, distance + 1) for importer in importers(module))
    return steps


class House:
    """The modules of the checkout and who imports whom; reads the source, imports none of it."""

    def __init__(self, checkout: Path) -> None:
        """Read the graph of imports; what has not changed comes from a cache."""
        import grimp

        for folder in (checkout, checkout / "src"):  # `tests` is no installed package
            if str(folder) not in sys.path:
                sys.path.insert(0, str(folder))
        self._checkout = checkout
        self._graph = grimp.build_graph(
            "vamco", "tests", exclude_type_checking_imports=True, cache_dir=str(checkout / ".import_linter_cache")
        )
        self._modules = self._graph.modules

    def importers(self, module: str) -> set[str]:
        """Return who imports a module, or is run with it: the tests beneath a `conftest.py`."""
        found = set(self._graph.find_modules_that_directly_import(module))
        if module.endswith(".conftest"):
            found |= self._beneath(module.removesuffix("conftest"))
        return found

    def starts(self, file: str) -> dict[str, int]:
        """Return the modules at which the change of a file begins, with their distances from it."""
        path = PurePosixPath(file)
        if file in EVERYTHING:
            return dict.fromkeys(self._test_modules(), _ANYWHERE)
        found: dict[str, int] = {}
        if file.startswith("packs/"):
            found |= dict.fromkeys(self._that_read_packs(), _PACK)
        if file.startswith(("src/", "packs/")) and not _is_test(path):
            whole = tuple(folder.replace("/", ".") for folder in WHOLE_HOUSE)
            found |= {module: _FAR for module in self._test_modules() if module.startswith(whole)}
        parts = (path.parts[1:] if path.parts[0] == "src" else path.parts)[:-1]
        if path.suffix == ".py" and path.parts[0] in {"src", "tests"}:
            name = ".".join(parts) if path.name == "__init__.py" else ".".join((*parts, path.stem))
            if parts and parts[-1] == "migrations":
                name = ".".join((*parts[:-1], "models"))
            if name in self._modules:
                found[name] = 0
        return self._beside(parts) | found if path.parts[0] == "src" and not _is_test(path) else found

    def tests(self, steps: Mapping[str, int]) -> dict[str, int]:
        """Return the test files among modules that were reached."""
        found = {self._file(module): distance for module, distance in steps.items() if _is_test_module(module)}
        return {
            name: distance
            for name, distance in found.items()
            if not (name.startswith(ARCHITECTURE) and name.endswith(LEFT_TO_THE_TOOLS)) or distance in {0, _ANYWHERE}
        }

    def architecture(self) -> dict[str, int]:
        """Return the tests that read the whole house: those that are quick come first, walks through all pages last."""
        names = (self._file(module) for module in self._beneath(ARCHITECTURE.replace("/", ".")))
        return {name: _FAR if name.endswith(WALKS) else 0 for name in names if not name.endswith(LEFT_TO_THE_TOOLS)}

    def _beside(self, parts: tuple[str, ...]) -> dict[str, int]:
        """Return the tests of the nearest enclosing package that has some."""
        while parts:
            if found := self._beneath(".".join((*parts, "tests."))):
                return dict.fromkeys(found, _BESIDE)
            parts = parts[:-1]
        return {}

    def _beneath(self, prefix: str) -> set[str]:
        return {module for module in self._test_modules() if module.startswith(prefix)}

    def _test_modules(self) -> set[str]:
        return {module for module in self._modules if _is_test_module(module)}

    def _that_read_packs(self) -> set[str]:
        """Return the tests that name the folder of packs."""
        return {
            module
            for module in self._test_modules()
            if '"packs"' in (self._checkout / self._file(module)).read_text(encoding="utf-8")
        }

    def _file(self, module: str) -> str:
        return ("src/" if module.startswith("vamco.") else "") + module.replace(".", "/") + ".py"


def _is_test_module(module: str) -> bool:
    return module.rpartition(".")[2].startswith("test_") and (".tests." in module or module.startswith("tests."))


def _is_test(path: PurePosixPath) -> bool:
    return "tests" in path.parts or path.name == "conftest.py"

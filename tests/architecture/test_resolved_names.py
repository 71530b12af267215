"""What is called by name exists: jobs, handlers, events, and the modules that settings and addresses name."""

from __future__ import annotations

import ast
import importlib
import importlib.util
from collections import defaultdict
from typing import TYPE_CHECKING

from tests.architecture.source_tree import ROOT, Source, product, write
from vamco import vocab
from vamco.kernel.base.events.services import delivering as events
from vamco.kernel.base.jobs import public as jobs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def calls(source: Source, owner: str, name: str) -> Iterator[ast.Call]:
    """Give the calls `owner.name(...)`."""
    for node in ast.walk(source.tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == name
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == owner
        ):
            yield node


def text_of(node: ast.expr, source: Source) -> str | None:
    """Give the text of a literal, or of a constant of the same module; None for what only the running program knows."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Name):
        for statement in source.tree.body:
            if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
                names = [target.id for target in statement.targets if isinstance(target, ast.Name)]
                if node.id in names:
                    return str(statement.value.value)
    return None


def deferred(root: Path) -> dict[str, str | None]:
    """Give the names of all jobs that are deferred, by place."""
    return {
        f"{source.name}:{call.lineno}": text_of(call.args[0], source)
        for source in product(root)
        if not source.name.startswith("src/vamco/kernel/base/jobs/")  # there the name is an argument
        for call in calls(source, "jobs", "later")
    }


def test_every_job_that_is_deferred_exists() -> None:
    found = deferred(ROOT)
    assert found
    assert {place: name for place, name in found.items() if name not in jobs.names()} == {}


def test_every_job_bears_the_name_of_its_system() -> None:
    packages = registering()
    for name, task in jobs.app.tasks.items():
        if task.func.__module__.startswith("vamco"):
            assert name.split(".")[0] in {"events", "jobs", *packages[name], *packages[None]}, name


def registering() -> dict[str | None, set[str]]:
    """Give the packages whose `jobs` module registers a job, by its name; None stands for names that only the program knows."""
    found: dict[str | None, set[str]] = defaultdict(set)
    for source in product():
        for kind in ("task", "periodic"):
            for call in calls(source, "jobs", kind):
                found[text_of(call.args[0], source)].add(source.path.parent.name)
    return found


def test_every_event_that_is_heard_is_one_and_its_handler_can_be_called() -> None:
    heard = events._heard
    assert {vocab.name_of(event) for event in heard.values()} <= set(vocab.registry.names())
    assert set(heard) == set(events._handlers)
    assert all(callable(handler) for handler in events._handlers.values())


def told(root: Path) -> dict[str, str]:
    """Give the names of the classes that `events.emit(Class(...))` tells, by place."""
    found = {}
    for source in product(root):
        for call in calls(source, "events", "emit"):
            event = call.args[0]
            if isinstance(event, ast.Call):
                name = event.func.id if isinstance(event.func, ast.Name) else ast.unparse(event.func).rsplit(".", 1)[-1]
                found[f"{source.name}:{call.lineno}"] = name
            else:
                found[f"{source.name}:{call.lineno}"] = "write the event inside emit(…), so that it can be read there"
    return found


def test_every_event_that_is_told_is_registered() -> None:
    known = {vocab.registry._by_name[name].cls.__name__ for name in vocab.registry.names()}
    found = told(ROOT)
    assert found
    assert {place: name for place, name in found.items() if name not in known} == {}


def test_every_event_of_the_language_is_told_by_somebody() -> None:
    ours = {
        entry.cls.__name__
        for entry in vocab.registry._by_name.values()
        if entry.cls.__module__.startswith("vamco.vocab")
    }
    assert sorted(ours - set(told(ROOT).values())) == []


def dangling(root: Path) -> list[str]:
    """Give texts that name a module of ours which is not there."""
    found = []
    rooms = {path.name for path in (ROOT / "src" / "vamco").iterdir()}
    for source in product(root):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("vamco."):
                name = node.value
                if (
                    name.split(".")[1] in rooms
                    and name.replace(".", "").replace("_", "").isalnum()
                    and not _exists(name)
                ):
                    found.append(f"{source.name}:{node.lineno}: {name}")
    return found


def _exists(name: str) -> bool:
    """Whether there is a module, or a thing in a module, of that name."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            spec = importlib.util.find_spec(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        if spec is not None:
            thing: object = importlib.import_module(".".join(parts[:cut])) if cut < len(parts) else None
            for part in parts[cut:]:
                if not hasattr(thing, part):
                    return False
                thing = getattr(thing, part)
            return True
    return False


def test_every_module_that_a_text_names_is_there() -> None:
    assert dangling(ROOT) == []


def test_the_rules_find_what_breaks_them(tmp_path: Path) -> None:
    write(
        tmp_path,
        src__vamco__a_py='NAME = "a.b"\ndef f(x):\n    jobs.later(NAME)\n    jobs.later("c.d", key="k")\n    jobs.later(x)\n',
        src__vamco__b_py="events.emit(Gone(1))\nevents.emit(vocab.Other(1))\nevents.emit(x)\n",
        src__vamco__c_py='A = "vamco.systems.parking"\nB = "vamco.config.settings"\nC = "vamco.config.settings.NOTHING"\nD = "vamco.web.rim.Rim"\n',
    )
    assert deferred(tmp_path) == {"src/vamco/a.py:3": "a.b", "src/vamco/a.py:4": "c.d", "src/vamco/a.py:5": None}
    assert list(told(tmp_path).values())[:2] == ["Gone", "Other"]
    assert "write the event" in list(told(tmp_path).values())[2]
    assert dangling(tmp_path) == [
        "src/vamco/c.py:1: vamco.systems.parking",
        "src/vamco/c.py:3: vamco.config.settings.NOTHING",
    ]

"""Only the room that owns a table asks it: others go through its front door, so that its rules and its indexes stay its own."""

from __future__ import annotations

import ast
import importlib
from typing import TYPE_CHECKING

from django.db import models

from tests.architecture.source_tree import ROOT, product, write
from tests.architecture.test_import_rules import home

if TYPE_CHECKING:
    from pathlib import Path

    from tests.architecture.source_tree import Source

MANAGERS = {"objects", "_default_manager", "_base_manager"}


def origins(source: Source) -> dict[str, str]:
    """Return what each imported name of a file stands for, wherever in the file it is imported."""
    found = {}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.asname: alias.name for alias in node.names if alias.asname}
    return found


def resolve(name: str) -> object:
    """Return the thing of ours that a dotted name names, None when it is no such thing."""
    parts = name.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            thing: object = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            thing = getattr(thing, part, None)
        return thing
    return None


def foreign_managers(root: Path) -> list[str]:
    """Return the places that use the manager of another room's table."""
    found = []
    for source in product(root):
        module = ".".join(source.path.relative_to(root / "src").with_suffix("").parts)
        names = origins(source)
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
                first, _, rest = ast.unparse(node.value).partition(".")
                table = resolve(f"{names[first]}.{rest}" if rest else names[first]) if first in names else None
                if isinstance(table, type) and issubclass(table, models.Model):
                    owner = home(table.__module__)
                    if owner and owner != home(module):
                        found.append(f"{source.name}:{node.lineno}: {ast.unparse(node)}")
    return found


def test_a_table_is_asked_by_its_own_room_alone() -> None:
    assert foreign_managers(ROOT) == []


def test_the_rule_finds_what_breaks_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        src__vamco__kernel__work__cases__queries_py="from vamco.kernel.work.cases.models import Case\nCase.objects\n",
        src__vamco__kernel__work__cases__rows_py="from vamco.kernel.world.people.models import Person\nPerson.objects\n",
        src__vamco__systems__ioc__pages_py="""def f():
    from vamco.kernel.work.cases import public as cases
    cases.Case.objects
    cases.Case._default_manager
    x.objects
    return cases.Case
""",
        src__vamco__cli__a_py="from vamco.kernel.record.files.public import File as F\nF.objects\nF.DoesNotExist\n",
    )
    assert foreign_managers(tmp_path) == [
        "src/vamco/cli/a.py:2: F.objects",
        "src/vamco/kernel/work/cases/rows.py:2: Person.objects",
        "src/vamco/systems/ioc/pages.py:3: cases.Case.objects",
        "src/vamco/systems/ioc/pages.py:4: cases.Case._default_manager",
    ]

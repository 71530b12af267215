"""Functions of at most 60 lines and files of at most 600: whoever needs more has two things in one."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.architecture.source_tree import ROOT, sources, write

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_FUNCTION, LONGEST_FILE = 60, 600
KINDS = (".py", ".css", ".js", ".html")


def long_functions(root: Path) -> list[str]:
    """Give functions that are too long, from the line of `def` to the last."""
    found = []
    for source in sources(root):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    found.append(f"{source.name}:{node.lineno}: {node.name} has {lines} lines")
    return found


def long_files(root: Path) -> list[str]:
    lengths = {source.name: len(source.text.splitlines()) for source in sources(root, kinds=KINDS)}
    return [f"{name} has {lines} lines" for name, lines in lengths.items() if lines > LONGEST_FILE]


def test_no_function_is_too_long() -> None:
    assert long_functions(ROOT) == []


def test_no_file_is_too_long() -> None:
    assert long_files(ROOT) == []


def test_the_rules_find_what_breaks_them(tmp_path: Path) -> None:
    write(
        tmp_path,
        src__vamco__long_py="async def f():\n" + "    x = 1\n" * 60,
        src__vamco__right_py="class A:\n    def f(self):\n" + "        x = 1\n" * 59,
        src__vamco__web__static__a_css="a {}\n" * 601,
        tests__test_a_py="x = 1\n" * 601,
        src__vamco__web__static__vendor__b_js="b\n" * 601,
        tests__b_html="<p>\n" * 600,
    )
    assert long_functions(tmp_path) == ["src/vamco/long.py:1: f has 61 lines"]
    assert sorted(long_files(tmp_path)) == ["src/vamco/web/static/a.css has 601 lines", "tests/test_a.py has 601 lines"]

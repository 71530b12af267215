"""Small rules about what stands in the files."""

from __future__ import annotations

import ast
import re
from collections import Counter
from typing import TYPE_CHECKING

from tests.architecture.source_tree import ROOT, product, sources, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KINDS = (".py", ".css", ".js", ".html")
LATER = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
SILENCED = re.compile(r"#\s*(noqa|type:\s*ignore)(?P<code>:\s*[A-Z]+[0-9]+|\[[a-z-]+)?")
MONEY = re.compile(r"(^|/)(money|treasury|disbursement|revenue|budget)")

# A test that fails because a machine is slow: seconds measured and found too many, or a short end of a wait. What waits less
# than two seconds is no end but a pause, in which another thread or process is given its chance.
LATE = re.compile(r"assert .*\b(?:monotonic|perf_counter|time)\(\) *- *\w+ *<=? *([\d.]+)")
END = re.compile(r"(?:\b(?:monotonic|perf_counter)\(\) *\+|\.(?:wait|join)\((?:timeout=)?) *([\d.]+)")
PAUSE_S, GENEROUS_S = 2.0, 60.0


def left_for_later(root: Path) -> list[str]:
    return [
        f"{source.name}:{number}"
        for source in sources(root, kinds=KINDS)
        for number, line in enumerate(source.text.splitlines(), 1)
        if LATER.search(line)
    ]


def prints(root: Path) -> list[str]:
    """Give calls of print outside the command line: a server writes to its log."""
    return [
        f"{source.name}:{node.lineno}"
        for source in product(root)
        if not source.name.startswith("src/vamco/cli/")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]


def floats_in_money(root: Path) -> list[str]:
    """Give floats, and divisions that make one, in code about money: a dong is a whole number."""
    found = []
    for source in product(root):
        if source.name.startswith("src/vamco/lib/") and MONEY.search(source.name):
            for node in ast.walk(source.tree):
                literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
                made = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
                division = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
                if literal or made or division:
                    found.append(f"{source.name}:{node.lineno}")  # type: ignore[attr-defined]
    return found


def money_columns(root: Path) -> list[str]:
    """Give columns of tables that hold money as a float."""
    return [
        f"{source.name}:{number}"
        for source in product(root)
        for number, line in enumerate(source.text.splitlines(), 1)
        if re.search(r"(amount|money|dong|price|fee|budget)\w*\s*=\s*models\.FloatField", line)
    ]


def silenced(root: Path) -> tuple[Counter[str], list[str]]:
    """Give how often checks are silenced, by room, and the places that do not say which check."""
    count, vague = Counter[str](), []
    for source in sources(root):
        for number, line in enumerate(source.text.splitlines(), 1):
            for found in SILENCED.finditer(line):
                if '"' in line[: found.start()].split("#")[0][-1:]:
                    continue
                count["/".join(source.name.split("/")[:3])] += 1
                if not found["code"]:
                    vague.append(f"{source.name}:{number}")
    return count, vague


def hurried(root: Path) -> list[str]:
    """Give the places in tests where a machine under load is taken for a fault."""
    return [
        f"{source.name}:{number}"
        for source in sources(root)
        if source.is_test and not source.name.endswith("test_tidiness.py")
        for number, line in enumerate(source.text.splitlines(), 1)
        for pattern, least in ((LATE, 0.0), (END, PAUSE_S))
        for seconds in pattern.findall(line)
        if least <= float(seconds) < GENEROUS_S
    ]


def test_no_test_is_in_a_hurry() -> None:
    assert hurried(ROOT) == []


def test_nothing_is_left_for_later() -> None:
    assert left_for_later(ROOT) == []


def test_only_the_command_line_prints() -> None:
    assert prints(ROOT) == []


def test_money_is_whole() -> None:
    assert floats_in_money(ROOT) == []
    assert money_columns(ROOT) == []


def test_a_silenced_check_is_named(record_property: Callable[[str, object], None]) -> None:
    count, vague = silenced(ROOT)
    record_property("silenced_checks", dict(count))
    print(f"silenced checks: {count.total()}, {dict(count.most_common())}")
    assert vague == []


def test_the_rules_find_what_breaks_them(tmp_path: Path) -> None:
    mark = "TO" + "DO"
    quiet, ignore = "no" + "qa", "type: ig" + "nore"
    write(
        tmp_path,
        src__vamco__web__a_py=f"x = 1  # {mark}: later\nprint(x)\n",
        src__vamco__cli__b_py="print(1)\n",
        src__vamco__web__static__c_css=f"/* {mark} */\n",
        src__vamco__lib__money_py="A = 1\nB = 0.5\nC = A / 2\nD = A // 2\nE = float(A)\n",
        src__vamco__systems__d__models_py="amount_dong = models.FloatField()\nlon = models.FloatField()\n",
        src__vamco__d__tests__test_f_py="assert monotonic() - begun < 2\nend = time.monotonic() + 5\nseen.wait(20)\np.wait(120)\np.wait(0.5)\n",
        src__vamco__e_py=f"a  # {quiet}\nb  # {quiet}: E501\nc  # {ignore}\nd  # {ignore}[arg-type]\n",
    )
    assert left_for_later(tmp_path) == ["src/vamco/web/a.py:1", "src/vamco/web/static/c.css:1"]
    assert prints(tmp_path) == ["src/vamco/web/a.py:2"]
    assert floats_in_money(tmp_path) == [f"src/vamco/lib/money.py:{line}" for line in (2, 3, 5)]
    assert money_columns(tmp_path) == ["src/vamco/systems/d/models.py:1"]
    assert hurried(tmp_path) == [f"src/vamco/d/tests/test_f.py:{line}" for line in (1, 2, 3)]
    assert silenced(tmp_path) == (Counter({"src/vamco/e.py": 4}), ["src/vamco/e.py:1", "src/vamco/e.py:3"])

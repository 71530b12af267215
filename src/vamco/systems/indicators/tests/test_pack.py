"""What is wrong in an indicator's file is named with its file, its line and what was expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vamco.kernel.base.packs import public as packs
from vamco.kernel.base.packs.tests import copies

if TYPE_CHECKING:
    from pathlib import Path

FILE = "indicators/DTC01.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a copy in which all that is said of DTC01 stands in the base."""
    folder = copies.copied(tmp_path)
    own, below = folder / FILE, folder.parent / copies.BASE / FILE
    content, target = below.read_text(), own.read_text()
    start, end = content.index("# A straight course"), content.index("max_age_days")
    below.write_text(content[:start] + target[target.index("target:") :] + content[end:])
    own.unlink()
    return folder


def change(folder: Path, old: str, new: str) -> list[tuple[str, str, str]]:
    """Replaces a piece of DTC01.yaml once; the faults found, as (file, the line's content, expected)."""
    path = copies.holding(folder, FILE, old)
    content = path.read_text()
    assert old in content
    path.write_text(content.replace(old, new, 1))
    with pytest.raises(packs.PackRefused) as refused:
        packs.check(folder)
    lines = path.read_text().splitlines()
    return [(fault.file, lines[fault.line - 1].strip(), fault.expected) for fault in refused.value.faults]


def test_the_pack_of_the_province_is_right(folder: Path) -> None:
    assert {entry.item.code for entry in packs.check(folder)["indicators"]} >= {"DTC01", "HCC07", "GT01"}


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ('owner: "@finance"', "owner: H53.99", "owner: H53.99", "owner: the code of an agency, found 'H53.99'"),
        ('responsible: "@finance"', "responsible: X", "responsible: X", "responsible: the code of an agency, found 'X'"),
        ("\nversion: 2", "\nversion: 3", "changes:", "changes: an entry that explains version 3"),
        ("dataset: kb_giaingan", "dataset: kb_chua_co", "formula:", "formula: "),
        ("column: so_tien", "column: so_tiem", "formula:", "formula: "),
        ("place: ma_xa", "place: ma_xax", "formula:", "formula: "),
        ("on: 2025-07-05", "on: 2025-06-30", "points:", "points: each day once, in order"),
        ("on: 2025-07-05", "on: 2025-06-29", "points:", "points: each day once, in order"),
        ("year: 2026", "year: 2025", "- year: 2025", "year: one path for each year, found 2025 twice"),
        ("below: -5", "below: -2", "- {level: 1, below: -2, clear: -3, days: 7}", "thresholds: `clear` not below `below`"),
        ("level: 2", "level: 1", "thresholds:", "thresholds: each level once, the mildest first, found [1, 1, 3]"),
        ("level: 1", "level: 9", "- {level: 9, below: -5, clear: -3, days: 7}", "thresholds.0.level: "),
        ("unit: percent", "unit: đồng", "unit: đồng", "unit: "),
        ("code: DTC01", "code: dtc 1", "code: dtc 1", "code: "),
        ("target:\n", "target:\n  value: 5\n", "target:", "target: "),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(folder: Path, old: str, new: str, line: str, expected: str) -> None:
    faults = change(folder, old, new)
    assert [(file, at) for file, at, _ in faults if file == FILE] == [(FILE, line)]
    assert faults[0][2].startswith(expected)


_SPLIT = "legal_basis: the name of a legal document, such as Luật, NĐ, NQ, QĐ, TT, CT, KH; {}, found {!r}"


def test_a_law_that_its_comma_splits_is_noticed(folder: Path) -> None:
    """YAML reads an unquoted comma in a list as the end of an entry."""
    name = "Luật Trật tự, an toàn giao thông đường bộ"
    known = {entry.item.code: entry.item.legal_basis for entry in packs.check(folder)["indicators"]}
    assert known["GT01"] == known["GT02"] == [name]
    old = "\n  - Luật Đầu tư công 58/2024/QH15\n  - Quyết định giao kế hoạch vốn đầu tư công hằng năm\n"
    assert change(folder, old, f" [{name}]\n")[0][1:] == (
        f"legal_basis: [{name}]", _SPLIT.format("a name with a comma stands in quotes", "an toàn giao thông đường bộ"),
    )  # fmt: skip


@pytest.mark.parametrize("text", ["Đầu tư công", "58/2024/QH15", "Luậtx", "''"])
def test_what_names_no_legal_document_is_noticed_with_its_line(folder: Path, text: str) -> None:
    old = "  - Luật Đầu tư công 58/2024/QH15\n"
    assert change(folder, old, f"  - {text}\n") == [
        (FILE, f"- {text}", _SPLIT.format("its kind comes first", text.strip("'")))
    ]


@pytest.mark.parametrize(
    "text", ["NĐ 224/2026/NĐ-CP", "Bộ luật Lao động", "Kế hoạch 15/KH-UBND", "công văn số 3", "CT: 05"]
)
def test_legal_documents_are_known_by_how_they_begin(folder: Path, text: str) -> None:
    path = copies.holding(folder, FILE, "- Luật Đầu tư công")
    path.write_text(path.read_text().replace("- Luật Đầu tư công 58/2024/QH15", f'- "{text}"'))
    assert packs.check(folder)["indicators"]


def test_thresholds_need_a_target(folder: Path) -> None:
    content = copies.holding(folder, FILE, "target:").read_text()
    target = content[content.index("target:\n") : content.index("# 1 theo dõi")]
    assert change(folder, target, "") == [
        (FILE, "thresholds:", "target: needed, because the thresholds measure the gap to it")
    ]

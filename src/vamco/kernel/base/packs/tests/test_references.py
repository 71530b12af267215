"""What a field refers to is declared with the field, wherever it stands in an item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import pytest
from pydantic import Field

from vamco.kernel.base.packs import public as packs
from vamco.kernel.base.packs.services import sections

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROW = packs.Ref("rows", "the code of a row")


class Row(packs.Item):
    code: str


class Part(packs.Item):
    row: Annotated[str, ROW]


class Whole(packs.Item, populate_by_name=True):
    code: str
    like: Annotated[str, ROW] = ""
    rows: Annotated[list[str], ROW] = Field(default=[])
    parts: dict[str, Part] = Field(default={})
    more: list[Part] = Field(default=[], alias="moreParts")


def nothing(_items: object) -> None:
    pass


def section(*, depends: tuple[str, ...] = ("rows",)) -> packs.Section[Whole]:
    return packs.Section("wholes", "wholes.yaml", Whole, "code", nothing, depends)


@pytest.fixture
def _registered() -> Iterator[None]:
    with sections._sections.restored(empty=True):
        packs.register(section())
        packs.register(packs.Section("rows", "rows.csv", Row, "code", nothing))
        yield


@pytest.mark.usefixtures("_registered")
@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("code: w\nlike: x\nrows: [x, y]\nparts: {a: {row: y}}\n", 0, ""),
        ("code: w\nlike: ''\n", 0, ""),
        ("code: w\nlike: z\n", 2, "like: the code of a row, found 'z'"),
        ("code: w\nrows:\n- x\n- z\n", 4, "rows: the code of a row, found 'z'"),
        ("code: w\nparts:\n  a:\n    row: z\n", 4, "parts.a.row: the code of a row, found 'z'"),
        ("code: w\nparts:\n  a:\n    row: ''\n", 4, "parts.a.row: the code of a row, found ''"),
        ("code: w\nmoreParts:\n- row: x\n- row: z\n", 4, "moreParts.row: the code of a row, found 'z'"),
    ],
)
def test_what_no_section_holds_is_a_fault_with_its_line(tmp_path: Path, text: str, line: int, expected: str) -> None:
    (tmp_path / "rows.csv").write_text("code\nx\ny\n")
    (tmp_path / "wholes.yaml").write_text(text)
    if not expected:
        assert len(packs.check(tmp_path)["wholes"]) == 1
        return
    with pytest.raises(packs.PackRefused) as refused:
        packs.check(tmp_path)
    assert refused.value.faults == [packs.Fault("wholes.yaml", line, expected)]


def test_a_section_depends_on_what_its_parts_refer_to() -> None:
    with (
        sections._sections.restored(empty=True),
        pytest.raises(TypeError, match="the section wholes refers to rows, on which it does not depend"),
    ):
        packs.register(section(depends=()))

"""A province over a base: items by key, fields replaced, items taken out, kinds and computed values filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import pytest

from vamco.kernel.base.packs import public as packs
from vamco.kernel.base.packs.pack import SECTION as PACK
from vamco.kernel.base.packs.services import sections

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


class Agency(packs.Item):
    code: str


class Kind(packs.Item):
    kind: str
    agency: Annotated[str, packs.AGENCY]


class Named(packs.Item):
    code: str


def as_they_are(items: Sequence[Named]) -> dict[str, object]:
    """Let each kind stand in items of the base."""
    return {f"@{item.code}": f"@{item.code}" for item in items}


def agencies(items: Sequence[Kind]) -> dict[str, object]:
    """Put the province's agency in the place of its kind."""
    return {f"@{item.kind}": item.agency for item in items}


class Thing(packs.Item):
    code: str
    title: str = ""
    owner: Annotated[str, packs.AGENCY] = ""
    size: int = 0
    parts: list[str] = []  # noqa: RUF012  # pydantic copies it


HEAD = "code: {code}\nversion: 0.1.0\nname: A\nname_en: A\n"
PROVINCE = 'extends: base\nprovince: "80"\nagency_root: HX.01\n'


def nothing(_items: Sequence[Any]) -> None:
    """Keep nothing."""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with sections._sections.restored(empty=True), sections._needs.restored(empty=True):
        packs.register(PACK)
        packs.register(packs.Section("agencies", "agencies.csv", Agency, "code", nothing))
        packs.register(packs.Section("named", "named.csv", Named, "code", nothing, gives=as_they_are))
        packs.register(
            packs.Section("kinds", "kinds.csv", Kind, "kind", nothing, ("agencies", "named"), gives=agencies)
        )
        packs.register(packs.Section("things", "things/*.yaml", Thing, "code", nothing, ("agencies",)))
        base, top = tmp_path / "base", tmp_path / "top"
        for path in (base, top):
            (path / "things").mkdir(parents=True)
            (path / "pack.yaml").write_text(HEAD.format(code=path.name) + (PROVINCE if path is top else ""))
        (base / "things" / "a.yaml").write_text(
            'code: a\ntitle: Gốc ${root}\nowner: "@finance"\nsize: 1\nparts: [x, "@@finance"]\n'
        )
        (base / "things" / "b.yaml").write_text("code: b\ntitle: B\n")
        (base / "named.csv").write_text("code\nfinance\n")
        (top / "agencies.csv").write_text("code\nHX.01\nHX.02\n")
        (top / "kinds.csv").write_text("kind,agency\nfinance,HX.02\n")
        yield top


def put(folder: Path, name: str, text: str) -> None:
    (folder / "things" / name).write_text(text)


def things(folder: Path) -> dict[str, Any]:
    return {entry.item.code: entry.item for entry in packs.check(folder)["things"]}


def faults(folder: Path) -> list[str]:
    with pytest.raises(packs.PackRefused) as refused:
        packs.check(folder)
    return [str(fault) for fault in refused.value.faults]


def test_the_base_is_read_below_the_province_and_filled_in(folder: Path) -> None:
    found = things(folder)
    assert found["a"] == Thing(code="a", title="Gốc HX.01", owner="HX.02", size=1, parts=["x", "@@finance"])
    assert list(found) == ["a", "b"]


def test_an_upper_layer_adds_items_and_replaces_the_fields_that_it_names(folder: Path) -> None:
    put(folder, "own.yaml", "- code: a\n  parts: [y]\n- code: c\n  title: C\n")
    found = things(folder)
    assert (found["a"].title, found["a"].size, found["a"].parts) == ("Gốc HX.01", 1, ["y"])
    assert found["c"].title == "C"


def test_an_item_is_taken_out_with_a_reason(folder: Path) -> None:
    put(folder, "own.yaml", "- code: b\n  removed: tỉnh không có\n")
    assert list(things(folder)) == ["a"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "- code: b\n  removed: ''\n",
            ["top/things/own.yaml:2: removed: why the item is taken out, found ''"],
        ),
        (
            "- code: z\n  removed: vì thế\n",
            ["top/things/own.yaml:1: code: an item of the layer below, found 'z'"],
        ),
        (
            "- code: b\n  removed: vì thế\n  title: B\n",
            [
                "top/things/own.yaml:3: title: nothing but the key and the reason of an item that is taken out",
            ],
        ),
        (
            "- code: a\n  size: big\n",
            [
                "top/things/own.yaml:2: size: Input should be a valid integer, unable to parse string as an integer, found 'big'"
            ],
        ),
        (
            "- code: a\n  titel: A\n",
            ["top/things/own.yaml:2: titel: Extra inputs are not permitted, found 'A'; did you mean “title”?"],
        ),
        (
            '- code: a\n  owner: "@financ"\n',
            ["top/things/own.yaml:2: owner: a kind of agency, found '@financ'; did you mean “@finance”?"],
        ),
        (
            "- code: a\n  title: ${rooot}\n",
            ["top/things/own.yaml:2: title: a computed value, found '${rooot}'; did you mean “${root}”?"],
        ),
        (
            "- code: b\n- code: b\n",
            ["top/things/own.yaml:2: a code of its own: b stands at top/things/own.yaml:1"],
        ),
    ],
)
def test_a_mistake_is_named_in_the_layer_in_which_it_stands(folder: Path, text: str, expected: list[str]) -> None:
    put(folder, "own.yaml", text)
    assert faults(folder) == expected


def test_a_mistake_of_the_base_is_named_in_the_base(folder: Path) -> None:
    put(folder.parent / "base", "b.yaml", "code: b\nowner: HX.09\n")
    assert faults(folder) == [
        "base/things/b.yaml:2: owner: the code of an agency, found 'HX.09'; did you mean “HX.02”?"
    ]


def test_a_kind_that_the_province_does_not_map_is_named_where_it_is_used(folder: Path) -> None:
    (folder / "kinds.csv").write_text("kind,agency\n")
    assert faults(folder) == [
        "base/things/a.yaml:3: owner: an agency of this kind in agency_kinds.csv, found '@finance'"
    ]


def test_a_pack_that_extends_nothing_that_is_there_or_itself_is_refused(folder: Path) -> None:
    text = (folder / "pack.yaml").read_text()
    (folder / "pack.yaml").write_text(text.replace("extends: base", "extends: bases"))
    assert any(
        "extends: the folder of another pack" in fault and "did you mean “base”" in fault for fault in faults(folder)
    )
    (folder / "pack.yaml").write_text(text.replace("extends: base", "extends: top"))
    assert any("pack.yaml:5: extends: the folder of another pack" in fault for fault in faults(folder))


def test_a_folder_without_a_head_is_no_pack_and_nothing_else_is_said(folder: Path) -> None:
    (folder / "pack.yaml").unlink()
    (folder / "more.txt").write_text("?")
    assert faults(folder) == ["pack.yaml:0: a file that says what the pack is (code, version, extends, province, …)"]


def test_files_that_nobody_reads_are_named_in_their_layer(folder: Path) -> None:
    (folder / "kinds.yml").write_text("")
    (folder / "README.md").write_text("")
    (folder / "thing").mkdir()
    (folder / "thing" / "x.yaml").write_text("code: x\n")
    (folder.parent / "base" / "notes.txt").write_text("")
    assert faults(folder) == [
        "top/kinds.yml:0: a file that a section reads; did you mean “kinds.csv”?",
        "base/notes.txt:0: a file that a section reads",
        "top/thing/x.yaml:0: a file that a section reads; did you mean “things/x.yaml”?",
    ]


def test_what_code_needs_and_the_pack_lacks_is_named(folder: Path) -> None:
    packs.need("things", "a", by="one")
    packs.need("things", "q", by="two")
    assert faults(folder) == ["top/pack.yaml:0: things: q, without which two cannot work"]
    packs.check(folder.parent / "base")


def test_a_base_alone_is_right_though_its_kinds_are_nobody(folder: Path) -> None:
    assert things(folder.parent / "base")["a"].owner == "@finance"


def test_a_fault_is_told_in_the_language_of_the_reader(folder: Path) -> None:
    put(folder, "own.yaml", "- code: a\n  owner: HX.09\n")
    with pytest.raises(packs.PackRefused) as refused:
        packs.check(folder)
    words = {
        "%(where)s: %(expected)s, found %(found)s; did you mean “%(meant)s”?": "%(where)s: cần %(expected)s, thấy %(found)s; ý là %(meant)s?",
        "the code of an agency": "mã cơ quan",
    }
    (fault,) = refused.value.faults
    assert fault.text(lambda message: words.get(message, message)) == (
        "top/things/own.yaml:2: owner: cần mã cơ quan, thấy 'HX.09'; ý là HX.02?"
    )

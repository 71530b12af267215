"""Forty mistakes that people make in a pack, each in a copy of the one that ships: what `vamco check` then says.

Each line: what somebody did, to which file, what was there and what is written instead (or a function that does it), where the
mistake is named, and a piece of what is said of it in English. All are found without a traceback, and in one round.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, NamedTuple

import pytest
from django.utils import translation

from vamco.kernel.base.packs import public as packs
from vamco.kernel.base.packs.tests import copies

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Mistake(NamedTuple):
    """One mistake, and what is said of it."""

    file: str
    old: str
    new: str
    where: str  # file that is named, with its layer; with ":line" where the line matters
    said: str


def text(file: str, old: str, new: str, said: str, where: str = "") -> Mistake:
    return Mistake(file, old, new, where or file, said)


TOP, BASE = "tayninh/", "vietnam/"
MISTAKES = {
    "a day that does not exist in YAML": text(
        TOP + "calendar.yaml", "valid_from: 2026-07-01", "valid_from: 2026-02-30", "hours.0.valid_from: Input should be a valid date"
    ),
    "a day in Vietnamese order": text(
        TOP + "calendar.yaml", "valid_from: 2026-07-01", "valid_from: 01/07/2026", "hours.0.valid_from: Input should be a valid date"
    ),
    "a day that does not exist in CSV": text(
        TOP + "places.csv", "21.35,2025-07-01", "21.35,2025-02-30", "valid_from: Input should be a valid date"
    ),
    "hours without quotes": text(
        TOP + "calendar.yaml", '["07:30-11:30"]', "[07:30]", "week.sat.0: String should match pattern"
    ),
    "a colon without quotes": text(
        BASE + "numbers.yaml", "name: Mã hồ sơ thủ tục hành chính", "name: Mã: hồ sơ", "YAML (mapping values are not allowed here)"
    ),
    "a tabulator": text(BASE + "boards.yaml", "  name: Bảng lãnh đạo", "\tname: Bảng lãnh đạo", "YAML ("),
    "a field twice": text(
        BASE + "boards.yaml", "  name_en: Wall", "  name_en: Wall\n  name_en: Wall", 'YAML (found duplicate key "name_en"'
    ),
    "a misspelt field": text(
        BASE + "boards.yaml", "  name_en: Wall", "  nameen: Wall", "nameen: Extra inputs are not permitted, found 'Wall'; did you mean “name_en”?"
    ),
    "a field left out": text(BASE + "boards.yaml", "  name_en: Wall\n", "", "name_en: Field required"),
    "a board without cards": text(
        BASE + "boards.yaml",
        "  name_en: Wall\n  cards: [DTC01, NS02, HCC07, HCC08, DTC02, NS01, DN01, HCC10, GT01, GT02]",
        "  name_en: Wall\n  cards: []",
        "cards: List should have at least 1 items",
    ),
    "a card that nothing knows": text(
        BASE + "boards.yaml", "cards: [DTC01", "cards: [DTC1", "cards: the code of an indicator, found 'DTC1'; did you mean “DTC01”?"
    ),
    "an act that nothing knows": text(
        BASE + "roles.yaml", "hub.view_runs, hub.collect", "hub.view_runs, hub.colect", "found 'hub.colect'"
    ),
    "a reach that nothing knows": text(
        BASE + "roles.yaml", "reach: subtree", "reach: below", "reach: Input should be 'all', 'subtree' or 'agency', found 'below'"
    ),
    "a role twice": text(BASE + "roles.yaml", "- code: operator", "- code: auditor", "a code of its own: auditor stands at"),
    "an owner that nothing knows": text(
        BASE + "indicators/GT01.yaml", 'owner: "@police"', "owner: H53.TW.3", "owner: the code of an agency, found 'H53.TW.3'; did you mean “H53.TW.0"
    ),
    "a kind of agency that nothing knows": text(
        BASE + "indicators/GT01.yaml", 'owner: "@police"', 'owner: "@polise"', "owner: a kind of agency, found '@polise'; did you mean “@police”?"
    ),
    "a kind of agency that the province does not map": text(
        TOP + "agency_kinds.csv", "police,H53.TW.03\n", "", "owner: an agency of this kind in agency_kinds.csv, found '@police'", BASE + "indicators/GT01.yaml"
    ),
    "a kind mapped to an agency of another kind": text(
        TOP + "agency_kinds.csv", "police,H53.TW.03", "police,H53.04", "agency: an agency of the general kind central, as police is, found 'H53.04'"
    ),
    "a computed value that nothing knows": text(
        BASE + "roles.yaml", "Lãnh đạo UBND ${unit}", "Lãnh đạo UBND ${units}", "name: a computed value, found '${units}'; did you mean “${unit}”?"
    ),
    "an agency in no tree": text(TOP + "agencies.csv", "department,H53,,true", "department,H35,,true", "parent: the code of an agency, found 'H35'"),
    "a general kind of agency that nothing knows": text(
        TOP + "agencies.csv", "Sở Nội vụ,department", "Sở Nội vụ,departmnt", "kind: a general kind of agency, such as department or commune, found 'departmnt'; did you mean “department”?"
    ),
    "two roots": text(TOP + "agencies.csv", "Sở Nội vụ,department,H53", "Sở Nội vụ,department,", "parent: the code of the agency above; only H53 has none"),
    "a root that is not there": text(
        TOP + "pack.yaml", "agency_root: H53", "agency_root: H54", "agency_root: the code of an agency in force that has none above it, found 'H54'; did you mean “H53”?"
    ),
    "a province that is not there": text(
        TOP + "pack.yaml", 'province: "80"', 'province: "81"', "province: the code of a province in force in places.csv, found '81'"
    ),
    "a place that is not there": text(TOP + "agencies.csv", "commune,H53,25459", "commune,H53,2545", "place: the code of a place in force"),
    "semicolons between the columns": text(
        TOP + "place_successions.csv", "predecessor,successor,on,kind,source", "predecessor;successor;on;kind;source", "commas between the columns, found “;”", TOP + "place_successions.csv:1"
    ),
    "a column too many": text(
        TOP + "agency_kinds.csv", "police,H53.TW.03", "police,H53.TW.03,x", "2 columns, found 3"
    ),
    "a comma in a name without quotes": text(
        TOP + "agency_codes.csv", "(suy ra)", "(suy ra, chưa rõ)", "6 columns, found 7"
    ),
    "a column name twice": text(TOP + "agency_kinds.csv", "kind,agency\n", "kind,kind\n", "each column once, found kind again"),
    "a layer that is not there": text(
        TOP + "pack.yaml", "extends: vietnam", "extends: vietnm", "extends: the folder of another pack, beside this one or among those that come with the code, found 'vietnm'; did you mean “vietnam”?", "pack.yaml"
    ),
    "an item taken out without a reason": text(
        TOP + "sources.yaml", "", "", "removed: why the item is taken out", TOP + "boards.yaml"
    ),
    "an item taken out that is not there": text(
        TOP + "sources.yaml", "", "", "code: an item of the layer below, found 'walls'", TOP + "boards.yaml"
    ),
    "a case kind that code needs": text(
        BASE + "cases/opinion.yaml", "", "", "cases: opinion, without which", TOP + "pack.yaml"
    ),
    "a state that does not exist": text(
        BASE + "cases/directive.yaml", "    to: accepted", "    to: acepted", "states of this kind, found 'acepted'"
    ),
    "a place holder that nothing knows": text(
        BASE + "notices/onestop.yaml", "Đã tiếp nhận hồ sơ {dossier}", "Đã tiếp nhận hồ sơ {dosier}", "a declared field, found {dosier}"
    ),
    "a dataset that nothing gives": text(
        TOP + "sources.yaml", "dataset: kb_thu, path", "dataset: kb_tu, path", "datasets.dataset: a dataset of the pack, found 'kb_tu'; did you mean “kb_thu”?"
    ),
    "a stale map": text(TOP + "schematic.geojson", '"code":"25459"', '"code":"25458"', "features: each commune of places.csv once; run `vamco pack schematic`"),
    "UTF-16": text(TOP + "place_successions.csv", "", "", "a readable file in UTF-8, found UTF-16; save it anew as “UTF-8”"),
    "another ending": text(TOP + "sources.yaml", "", "", "a file that a section reads; did you mean “sources.yaml”?", TOP + "sources.yml:0"),
    "a misnamed folder": text(BASE + "indicators", "", "", "a file that a section reads; did you mean “indicators/GT01.yaml”?", BASE + "indicator/GT01.yaml:0"),
    "a file that nobody reads": text(TOP + "ghi-chu.docx", "", "", "a file that a section reads"),
    "no head": text(TOP + "pack.yaml", "", "", "a file that says what the pack is", "pack.yaml:0"),
    "a law that a comma has split": text(
        BASE + "indicators/GT01.yaml", '["Luật Trật tự, an toàn giao thông đường bộ"]', "[Luật Trật tự, an toàn giao thông đường bộ]", "legal_basis"
    ),
}  # fmt: skip


def _rename(old: str, new: str) -> Callable[[Path], None]:
    return lambda packs_folder: (packs_folder / old).rename(packs_folder / new) and None


DONE: dict[str, Callable[[Path], object]] = {
    "an item taken out without a reason": lambda root: (root / TOP / "boards.yaml").write_text("- {code: wall, removed: ''}\n"),
    "an item taken out that is not there": lambda root: (root / TOP / "boards.yaml").write_text("- {code: walls, removed: thế}\n"),
    "a case kind that code needs": lambda root: (root / BASE / "cases" / "opinion.yaml").unlink(),
    "UTF-16": lambda root: (root / TOP / "place_successions.csv").write_text("predecessor\n", encoding="utf-16"),
    "another ending": lambda root: (root / TOP / "sources.yaml").rename(root / TOP / "sources.yml"),
    "a misnamed folder": lambda root: (root / BASE / "indicators").rename(root / BASE / "indicator"),
    "a file that nobody reads": lambda root: (root / TOP / "ghi-chu.docx").write_bytes(b"PK"),
    "no head": lambda root: (root / TOP / "pack.yaml").unlink(),
}  # fmt: skip


def make(name: str, root: Path) -> None:
    mistake = MISTAKES[name]
    if name in DONE:
        DONE[name](root)
        return
    path = root / mistake.file
    content = path.read_text(encoding="utf-8")
    assert mistake.old in content, name
    path.write_text(content.replace(mistake.old, mistake.new, 1), encoding="utf-8")


def test_there_are_forty() -> None:
    assert len(MISTAKES) >= 40


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_where_it_stands(name: str, tmp_path: Path) -> None:
    folder = copies.copied(tmp_path)
    make(name, folder.parent)
    with pytest.raises(packs.PackRefused) as refused:
        packs.check(folder)
    mistake = MISTAKES[name]
    said = [str(fault) for fault in refused.value.faults]
    assert any(line.startswith(mistake.where) and mistake.said in line for line in said), "\n".join(said)
    with translation.override("vi"):
        told = refused.value.text(translation.gettext)
    assert "Traceback" not in told


def test_what_is_wrong_in_several_places_is_told_in_one_round(tmp_path: Path) -> None:
    names = [
        "a misspelt field", "an act that nothing knows", "an owner that nothing knows", "a kind mapped to an agency of another kind",
        "a place holder that nothing knows", "a dataset that nothing gives", "a stale map", "a file that nobody reads",
        "a day that does not exist in YAML", "a computed value that nothing knows", "a state that does not exist",
    ]  # fmt: skip
    folder = copies.copied(tmp_path)
    for name in names:
        make(name, folder.parent)
    with pytest.raises(packs.PackRefused) as refused:
        packs.check(folder)
    said = [str(fault) for fault in refused.value.faults]
    missing = [name for name in names if not any(MISTAKES[name].said.partition("; did")[0] in line for line in said)]
    assert missing == [], "\n".join(said)
    assert len(said) <= len(names) + 5, "\n".join(said)


def test_the_copy_itself_is_right(tmp_path: Path) -> None:
    folder = copies.copied(tmp_path)
    packs.check(folder)
    shutil.rmtree(folder)

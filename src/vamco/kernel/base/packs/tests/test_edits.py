"""What people edit on pages: it holds at once, no load overwrites it, and it goes into the files when it is exported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.packs import public as packs
from vamco.kernel.base.packs.models import LoadedItem
from vamco.kernel.base.packs.tests import copies
from vamco.lib.errors import Missing
from vamco.systems.ioc.models import Board

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db
WHY = {"actor": "7", "reason": "theo quyết định"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = copies.copied(tmp_path)
    assert packs.load(folder) == packs.Report()
    return folder


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_an_edit_holds_at_once_and_no_load_overwrites_it(folder: Path) -> None:
    packs.edit("boards", "wall", {"name": "Màn hình lớn"}, **WHY)
    assert Board.objects.get(code="wall").name == "Màn hình lớn"
    report = packs.load(folder)
    assert (report.changed, report.adopted) == ({}, {})
    (difference,) = report.differences
    assert difference == ("boards", "wall", "name", "Màn hình điều hành", "Màn hình lớn", "Màn hình điều hành")
    assert not difference.conflict
    assert Board.objects.get(code="wall").name == "Màn hình lớn"
    entry = Entry.objects.filter(act="packs.edit").latest("pk")
    assert (entry.actor, entry.subject, entry.detail) == (
        "7",
        "boards:wall",
        {"fields": ["name"], "reason": "theo quyết định"},
    )


def test_other_fields_of_an_edited_item_follow_the_files(folder: Path) -> None:
    packs.edit("boards", "wall", {"name": "Màn hình lớn"}, **WHY)
    change(folder.parent / copies.BASE / "boards.yaml", "name_en: Wall", "name_en: Big wall")
    assert packs.load(folder).fields == {"boards": {"wall": ["name_en"]}}
    board = Board.objects.get(code="wall")
    assert (board.name, board.name_en) == ("Màn hình lớn", "Big wall")


def test_a_file_that_changes_after_the_edit_is_a_conflict_and_the_page_holds(folder: Path) -> None:
    packs.edit("boards", "wall", {"name": "Màn hình lớn"}, **WHY)
    change(folder.parent / copies.BASE / "boards.yaml", "name: Màn hình điều hành", "name: Tường")
    (difference,) = packs.load(folder).differences
    assert difference.conflict
    assert (difference.file, difference.page, difference.base) == ("Tường", "Màn hình lớn", "Màn hình điều hành")
    assert Board.objects.get(code="wall").name == "Màn hình lớn"


def test_an_edit_that_the_files_take_over_is_one_no_longer(folder: Path) -> None:
    packs.edit("boards", "wall", {"name": "Tường"}, **WHY)
    change(folder.parent / copies.BASE / "boards.yaml", "name: Màn hình điều hành", "name: Tường")
    report = packs.load(folder)
    assert (report.adopted, report.changed, packs.edits()) == ({"boards": ["wall"]}, {}, {})


def test_an_edit_is_taken_back(folder: Path) -> None:
    packs.edit("boards", "wall", {"name": "Tường"}, **WHY)
    packs.edit("boards", "wall", {"name": "Bức tường", "cards": ["DTC01"]}, **WHY)
    assert packs.edits()["boards", "wall"].base["name"] == "Màn hình điều hành"
    packs.take_back("boards", "wall", **WHY)
    assert packs.edits() == {}
    assert Board.objects.get(code="wall").name == "Màn hình điều hành"
    assert packs.load(folder) == packs.Report()


@pytest.mark.parametrize(
    ("section", "key", "fields", "expected"),
    [
        ("boards", "wall", {"cards": []}, "cards: "),
        ("boards", "wall", {"cards": ["XX99"]}, "cards.0: the code of an indicator, found 'XX99'"),
        ("boards", "wall", {"colour": "red"}, "colour: Extra inputs are not permitted"),
        ("boards", "wall", {"code": "other"}, "the key of an item stays as it is"),
        ("roles", "leader", {"acts": ["ioc.fly"]}, "ioc.fly"),
    ],
)
def test_an_edit_that_does_not_fit_changes_nothing(section: str, key: str, fields: dict, expected: str) -> None:  # type: ignore[type-arg]
    before = LoadedItem.objects.get(section=section, key=key).content
    with pytest.raises(packs.EditRefused, match=expected.replace(".", r"\.")):
        packs.edit(section, key, fields, **WHY)
    assert LoadedItem.objects.get(section=section, key=key).content == before
    assert packs.edits() == {}


def test_an_item_that_is_not_there_cannot_be_edited() -> None:
    with pytest.raises(Missing):
        packs.edit("boards", "nothing", {"name": "x"}, **WHY)


def test_an_edit_that_no_longer_fits_what_the_files_say_stops_the_load(folder: Path) -> None:
    packs.edit("boards", "wall", {"cards": ["GT01", "GT02"]}, **WHY)
    (folder.parent / copies.BASE / "indicators" / "GT02.yaml").unlink()
    change(folder.parent / copies.BASE / "boards.yaml", "name: Bảng lãnh đạo", "name: Bảng khác")
    for _board in ("leaders", "wall"):
        text = (folder.parent / copies.BASE / "boards.yaml").read_text()
        (folder.parent / copies.BASE / "boards.yaml").write_text(text.replace(", GT02]", "]"))
    with pytest.raises(packs.PackRefused) as refused:
        packs.load(folder)
    assert [str(fault).partition(":")[0] for fault in refused.value.faults] == ["pages/boards/wall"]
    assert Board.objects.get(code="leaders").name == "Bảng lãnh đạo"


def test_an_export_writes_the_edits_into_the_provinces_files_and_they_are_the_same(folder: Path) -> None:
    packs.edit("boards", "wall", {"name": "Màn hình lớn"}, **WHY)  # stands in the base
    line = {"version": 3, "on": "2026-11-30", "by": "Sở Tài chính", "why": "theo quyết định"}
    changes = [*LoadedItem.objects.get(section="indicators", key="DTC01").content["changes"], line]
    packs.edit("indicators", "DTC01", {"max_age_days": 9, "version": 3, "changes": changes}, **WHY)  # in both layers
    packs.edit("agencies_of_kinds", "power", {"agency": "H53.TW.04"}, **WHY)  # a row of CSV
    assert packs.export(folder) == ["agency_kinds.csv", "boards.yaml", "indicators/DTC01.yaml"]
    assert (folder / "boards.yaml").read_text() == "- code: wall\n  name: Màn hình lớn\n"
    text = (folder / "indicators" / "DTC01.yaml").read_text()
    assert "max_age_days: 9\n" in text
    assert "# Đường kế hoạch. No month plan" in text
    report = packs.load(folder)
    assert report.differences == []
    assert report.adopted == {"boards": ["wall"], "indicators": ["DTC01"], "agencies_of_kinds": ["power"]}
    assert packs.edits() == {}
    assert packs.load(folder) == packs.Report()


def test_an_export_that_would_make_a_wrong_pack_writes_nothing(folder: Path) -> None:
    packs.edit("boards", "wall", {"name": "Màn hình lớn"}, **WHY)
    (folder / "roles.yaml").write_text("- code: leader\n  acts: [ioc.fly]\n")
    with pytest.raises(packs.PackRefused):
        packs.export(folder)
    assert not (folder / "boards.yaml").exists()

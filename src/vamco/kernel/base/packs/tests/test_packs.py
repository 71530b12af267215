from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import connection
from pydantic import Field

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.packs import public as packs
from vamco.kernel.base.packs.models import LoadedItem
from vamco.kernel.base.packs.services import sections
from vamco.kernel.base.packs.tests import copies

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


class Part(packs.Item):
    name: str
    count: int = Field(default=1, ge=1)


class Thing(packs.Item):
    """A made-up kind of thing."""

    code: str = Field(pattern="^[a-z]+$")
    title: str
    ratio: float = 1.0
    parts: list[Part] = Field(default=[])
    by_code: dict[str, Part] = Field(default={})
    like: str = ""


class Row(packs.Item):
    code: str
    title: str
    size: int = 0


class Drawing(packs.Item):
    code: str
    lines: list[list[float]]


class Store:
    """Stands for the tables of a system: what `apply` was given, by section."""

    def __init__(self) -> None:
        self.written: list[tuple[str, list[str]]] = []

    def section(self, name: str, files: str, model: type[packs.Item], **more: Any) -> packs.Section[Any]:
        def apply(items: Sequence[Any]) -> None:
            self.written.append((name, [item.code for item in items]))

        return packs.Section(name=name, files=files, model=model, key="code", apply=apply, **more)


def likes_exist(located: Sequence[packs.Located[Thing]], contents: packs.Contents) -> Iterator[packs.Fault]:
    known = {entry.item.code for entry in contents["rows"]}
    for entry in located:
        if entry.item.like and entry.item.like not in known:
            yield entry.fault(f"like: the code of a row, found {entry.item.like!r}", "like")


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store()
    with sections._sections.restored(empty=True):
        packs.register(store.section("things", "things/*.yaml", Thing, depends=("rows",), check=likes_exist))
        packs.register(store.section("rows", "rows.csv", Row))
        packs.register(store.section("drawings", "drawing.geojson", Drawing))
        yield store


def changed(name: str, **how: Any) -> None:
    """Put a section back in another way."""
    registered = dict(sections._sections)
    sections._sections._found.clear()
    for section in registered.values():
        packs.register(replace(section, **how) if section.name == name else section)


def test_a_section_is_registered_once(store: Store) -> None:
    with pytest.raises(TypeError, match="the section of packs 'rows' is registered already"):
        packs.register(store.section("rows", "other.csv", Row))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    (folder / "things").mkdir(parents=True)
    (folder / "things" / "a.yaml").write_text("# first\n\ncode: a\ntitle: Đá\nlike: x\n")
    (folder / "things" / "more.yaml").write_text("- code: b\n  title: B\n- code: c\n  title: C\n")
    (folder / "rows.csv").write_text("code,title,size\nx,Xoài,1\ny,Yến,\n")
    return folder


THING = "code: a\ntitle: A\n"
WRONG = {
    "unknown field": ("things/a.yaml", THING + "colour: red\n", [("things/a.yaml", 3, "colour")]),
    "missing field": ("things/a.yaml", "\ncode: a\n", [("things/a.yaml", 2, "title: Field required")]),
    "wrong type": (
        "things/a.yaml",
        THING + "ratio: much\n",
        [("things/a.yaml", 3, "ratio: Input should be a valid number")],
    ),
    "found value": ("things/a.yaml", "title: A\ncode: A9\n", [("things/a.yaml", 2, "found 'A9'")]),
    "wrong deep inside": (
        "things/a.yaml",
        THING + "parts:\n  - name: p\n  - name: q\n    count: 0\n",
        [("things/a.yaml", 6, "parts.1.count")],
    ),
    "missing deep inside": (
        "things/a.yaml",
        THING + "by_code:\n  p: {name: P}\n  q: {count: 2}\n",
        [("things/a.yaml", 5, "by_code.q.name: Field required")],
    ),
    "wrong in a merged mapping": (
        "things/a.yaml",
        THING + "by_code:\n  p: &p {name: P, count: 0}\n  q:\n    <<: *p\n    name: Q\n",
        [("things/a.yaml", 4, "by_code.p.count"), ("things/a.yaml", 6, "by_code.q.count")],
    ),
    "each mistake of each item": (
        "things/more.yaml",
        "- code: b\n- code: C\n  title: C\n- title: D\n",
        [
            ("things/more.yaml", 1, "title: Field required"),
            ("things/more.yaml", 2, "code"),
            ("things/more.yaml", 4, "code: Field required"),
        ],
    ),
    "no mapping": ("things/a.yaml", "just a text\n", [("things/a.yaml", 1, "the item")]),
    "list of texts": ("things/a.yaml", "- code: q\n  title: Q\n- text\n", [("things/a.yaml", 3, "the item")]),
    "bad YAML": (
        "things/a.yaml",
        "code: a\ntitle: A: B\n",
        [("things/a.yaml", 2, "YAML (mapping values are not allowed here)")],
    ),
    "field twice": ("things/a.yaml", THING + "title: B\n", [("things/a.yaml", 3, 'YAML (found duplicate key "title"')]),
    "tabulator": ("things/a.yaml", "code: a\n\ttitle: A\n", [("things/a.yaml", 2, "YAML")]),
    "forbidden letter": (
        "things/a.yaml",
        "code: a\ntitle: A\x07\n",
        [("things/a.yaml", 2, "YAML (unacceptable character")],
    ),
    "two documents": ("things/a.yaml", "---\ncode: a\n---\ncode: b\n", [("things/a.yaml", 3, "YAML")]),
    "anchor in itself": ("things/more.yaml", "- &a [1, *a]\n", [("things/more.yaml", 1, "anchor that holds itself")]),
    "not UTF-8": ("things/a.yaml", b"code: a\ntitle: \xc4\n", [("things/a.yaml", 2, "a readable file in UTF-8")]),
    "key twice": (
        "things/more.yaml",
        "- code: b\n  title: B\n- code: a\n  title: C\n",
        [("things/more.yaml", 3, "a stands at things/a.yaml:3")],
    ),
    "dangling reference": (
        "things/a.yaml",
        THING + "like: z\n",
        [("things/a.yaml", 3, "like: the code of a row, found 'z'")],
    ),
    "bad JSON": ("drawing.geojson", '{"code": "d",\n "lines": [}', [("drawing.geojson", 2, "JSON (Expecting value")]),
    "JSON wrong type": ("drawing.geojson", '{"code": "d", "lines": [[1, "b"]]}', [("drawing.geojson", 1, "lines.0.1")]),
    "CSV too short": ("rows.csv", "code,title,size\nx,X,1\ny,Y\n", [("rows.csv", 3, "3 columns")]),
    "CSV too long": ("rows.csv", "code,title\nx,X,1\n", [("rows.csv", 2, "2 columns")]),
    "CSV unknown column": ("rows.csv", "code,title,colour\nx,X,red\n", [("rows.csv", 2, "colour")]),
    "CSV missing column": ("rows.csv", "code\nx\n", [("rows.csv", 2, "title: Field required")]),
    "CSV empty cell": ("rows.csv", "code,title\nx,X\ny,\n", [("rows.csv", 3, "title: Field required")]),
    "CSV wrong type": (
        "rows.csv",
        "code,title,size\nx,X,big\n",
        [("rows.csv", 2, "size: Input should be a valid integer")],
    ),
    "CSV bad quotes": ("rows.csv", 'code,title\nx,"X"Y\n', [("rows.csv", 2, "a row of CSV")]),
    "CSV open quotes": ("rows.csv", 'code,title\nx,X\ny,"Y\n', [("rows.csv", 3, "a row of CSV")]),
    "CSV row over two lines": ("rows.csv", 'code,title,size\nx,"X\nX",big\n', [("rows.csv", 2, "size")]),
    "CSV column twice": (
        "rows.csv",
        "code,title,title\nx,X,Y\n",
        [("rows.csv", 1, "each column once, found title again")],
    ),
    "CSV key twice": ("rows.csv", "code,title\nx,X\nx,Y\n", [("rows.csv", 3, "x stands at rows.csv:2")]),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_named_with_file_and_line(case: str, store: Store, folder: Path) -> None:
    name, content, expected = WRONG[case]
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(packs.PackRefused) as refused:
        packs.check(folder)
    found = refused.value.faults
    assert [(fault.file, fault.line) for fault in found] == [(file, line) for file, line, _ in expected]
    for fault, (_, _, fragment) in zip(found, expected, strict=True):
        assert fragment in fault.expected
        assert str(fault) in str(refused.value)
    assert store.written == []


@pytest.mark.usefixtures("store")
def test_a_folder_that_is_none_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(packs.PackRefused, match="a folder"):
        packs.check(tmp_path / "nowhere")


@pytest.mark.usefixtures("store")
def test_contents_come_in_the_order_of_dependence_with_marks_of_their_place(folder: Path) -> None:
    contents = packs.check(folder)
    assert list(contents) == ["rows", "drawings", "things"]
    assert [entry.item.title for entry in contents["rows"]] == ["Xoài", "Yến"]
    assert [(entry.item.code, entry.raw.file, entry.raw.line) for entry in contents["things"]] == [
        ("a", "things/a.yaml", 3),
        ("b", "things/more.yaml", 1),
        ("c", "things/more.yaml", 3),
    ]


@pytest.mark.usefixtures("store")
def test_a_byte_order_mark_and_an_empty_file_do_no_harm(folder: Path) -> None:
    (folder / "rows.csv").write_bytes(b"\xef\xbb\xbf" + (folder / "rows.csv").read_bytes())
    (folder / "things" / "empty.yaml").write_text("# nothing yet\n")
    assert [entry.item.code for entry in packs.check(folder)["rows"]] == ["x", "y"]


@pytest.mark.django_db
def test_a_second_load_changes_nothing(store: Store, folder: Path) -> None:
    LoadedItem.objects.all().delete()
    report = packs.load(folder)
    assert report == packs.Report(changed={"rows": ["x", "y"], "things": ["a", "b", "c"]})
    assert store.written == [("rows", ["x", "y"]), ("things", ["a", "b", "c"])]
    entries = Entry.objects.filter(act="packs.load").count()
    assert packs.load(folder) == packs.Report()
    assert len(store.written) == 2
    assert Entry.objects.filter(act="packs.load").count() == entries


@pytest.mark.django_db
def test_a_changed_item_is_written_and_the_others_left_alone(store: Store, folder: Path) -> None:
    LoadedItem.objects.all().delete()
    packs.load(folder)
    store.written.clear()
    (folder / "rows.csv").write_text("code,title,size\nx,Xoài,1\ny,Yến,2\nz,Z,\n")
    assert packs.load(folder, actor="7") == packs.Report(changed={"rows": ["y", "z"]}, fields={"rows": {"y": ["size"]}})
    assert store.written == [("rows", ["y", "z"])]
    entry = Entry.objects.filter(act="packs.load").latest("seq")
    assert (entry.actor, entry.subject, entry.detail) == ("7", "pack:pack", {"rows": 2})
    assert packs.load(folder) == packs.Report()


@pytest.mark.django_db
def test_a_section_may_make_powerless_what_is_gone_and_it_comes_back_as_new(store: Store, folder: Path) -> None:
    LoadedItem.objects.all().delete()
    packs.load(folder)
    withdrawn: list[str] = []
    changed("rows", withdraw=withdrawn.extend)
    whole = (folder / "rows.csv").read_text()
    (folder / "rows.csv").write_text("code,title,size\nx,Xoài,1\n")
    packs.load(folder)
    packs.load(folder)
    assert withdrawn == ["y"]
    assert Entry.objects.filter(act="packs.load").latest("pk").detail == {"rows_withdrawn": ["y"]}
    (folder / "rows.csv").write_text(whole)
    assert packs.load(folder).changed == {"rows": ["y"]}


@pytest.mark.django_db
def test_an_item_that_is_gone_is_reported_and_stays(store: Store, folder: Path) -> None:
    LoadedItem.objects.all().delete()
    packs.load(folder)
    store.written.clear()
    (folder / "rows.csv").write_text("code,title,size\nx,Xoài,1\n")
    assert packs.load(folder) == packs.Report(gone={"rows": ["y"]})
    assert store.written == []
    assert LoadedItem.objects.filter(section="rows", key="y").exists()


@pytest.mark.django_db
def test_a_wrong_pack_is_loaded_not_at_all(store: Store, folder: Path) -> None:
    LoadedItem.objects.all().delete()
    (folder / "things" / "a.yaml").write_text("code: a\n")
    with pytest.raises(packs.PackRefused):
        packs.load(folder)
    assert store.written == []
    assert not LoadedItem.objects.exists()


@pytest.mark.usefixtures("fresh_db")
def test_a_load_that_fails_half_way_leaves_nothing(store: Store, folder: Path) -> None:
    def fail(_items: object) -> None:
        raise RuntimeError("on purpose")

    before = LoadedItem.objects.count()
    changed("things", apply=fail)
    with pytest.raises(RuntimeError):
        packs.load(folder)
    assert store.written == [("rows", ["x", "y"])]  # in a transaction that is no more
    assert LoadedItem.objects.count() == before


@pytest.mark.usefixtures("fresh_db")
def test_two_loads_at_once_write_each_item_once(store: Store, folder: Path) -> None:
    reports: list[packs.Report] = []

    def load() -> None:
        reports.append(packs.load(folder))
        connection.close()

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reports) == 4
    assert sorted(len(report.changed) for report in reports) == [0, 0, 0, 2]
    assert len(store.written) == 2


# The real pack.


@pytest.fixture
def tayninh(tmp_path: Path) -> Path:
    return copies.copied(tmp_path)


@pytest.mark.django_db
def test_the_pack_that_ships_is_right_and_loaded() -> None:
    assert packs.load(settings.VAMCO_PACK) == packs.Report()


def sets_in(schema: dict[str, Any]) -> bool:
    return "'uniqueItems': True" in str(schema)


def test_no_section_holds_a_set() -> None:
    assert sets_in(type("Wrong", (packs.Item,), {"__annotations__": {"acts": frozenset[str]}}).model_json_schema())
    assert [section.name for section in packs.sections() if sets_in(section.model.model_json_schema())] == []


def test_every_field_of_every_section_says_what_it_means() -> None:
    silent = []
    for section in packs.sections():
        schema = section.model.model_json_schema()
        for name, shape in {section.model.__name__: schema, **schema.get("$defs", {})}.items():
            silent += [
                f"{name}.{key}" for key, field in shape.get("properties", {}).items() if "description" not in field
            ]
        if not section.doc:
            silent.append(section.name)
    assert silent == []


def line_with(path: Path, text: str) -> int:
    return next(number for number, line in enumerate(path.read_text().splitlines(), 1) if text in line)


SPOILED = {
    "calendar of an unknown agency": (
        "calendar.yaml",
        "- agency: H53.16",
        "H53.16",
        "H53.99",
        "agency: the code of an agency, found 'H53.99'",
    ),
    "board with an unknown card": (
        "boards.yaml",
        "cards: [DTC01",
        "DTC01",
        "XX99",
        "cards: the code of an indicator, found 'XX99'",
    ),
    "agency below itself": (
        "agencies.csv",
        "H53,Ủy ban nhân dân tỉnh Tây Ninh",
        ",committee,,",
        ",committee,H53.01,",
        "does not lie below",
    ),
    "agency below nothing": ("agencies.csv", "H53.02,", ",department,H53,", ",department,H99,", "found 'H99'"),
    "agency serving nothing": ("agencies.csv", "H53.02,", ",department,H53,,", ",department,H53,1234,", "found '1234'"),
    "commune in a commune": ("places.csv", "25459,", ",ward,80,", ",ward,25480,", "the code of the province"),
    "commune in no province": ("places.csv", "25459,", ",ward,80,", ",ward,,", "the code of the province"),
    "province in a commune": (
        "places.csv",
        "80,Tây Ninh",
        ",province,,",
        ",province,25459,",
        "nothing above the province",
    ),
    "longitude for latitude": ("places.csv", "25459,", ",106.10609,11.31642,", ",11.31642,106.10609,", "lon"),
    "role with an unknown act": ("roles.yaml", "acts: [ioc.view_board", "ioc.view_board", "ioc.fly", "ioc.fly"),
    "state that does not exist": (
        "cases/directive.yaml",
        "    to: accepted",
        "accepted",
        "gone",
        "states of this kind, found 'gone'",
    ),
    "act of access that does not exist": (
        "cases/directive.yaml",
        "    may: ",
        "warnings.handle_directive",
        "x.y",
        "a declared act of access",
    ),
    "party that does not exist": (
        "cases/directive.yaml",
        "    of: handler",
        "handler",
        "neighbour",
        "'handler', 'issuer', 'applicant' or 'system'",
    ),
}


@pytest.mark.parametrize("case", SPOILED)
def test_a_mistake_in_the_real_pack_is_named(case: str, tayninh: Path) -> None:
    name, row, old, new, fragment = SPOILED[case]
    path = copies.holding(tayninh, name, row)
    line = line_with(path, row)
    lines = path.read_text().splitlines(keepends=True)
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new)
    path.write_text("".join(lines))
    with pytest.raises(packs.PackRefused) as refused:
        packs.check(tayninh)
    hits = [fault for fault in refused.value.faults if fragment in fault.expected]
    # A fault of a whole act is named at the line where the act begins.
    assert hits, refused.value.faults
    assert {fault.file for fault in hits} == {name}
    assert min(abs(fault.line - line) for fault in hits) <= (4 if "/" in name else 0)


def test_a_map_without_a_commune_is_named(tayninh: Path) -> None:
    path = tayninh / "schematic.geojson"
    path.write_text(path.read_text().replace('"25459"', '"99999"'))
    with pytest.raises(packs.PackRefused) as refused:
        packs.check(tayninh)
    (fault,) = refused.value.faults
    assert (fault.file, fault.expected.partition(";")[0]) == (path.name, "features: each commune of places.csv once")

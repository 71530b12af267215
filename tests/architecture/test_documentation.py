"""The documents say what the program does: settings, commands, pack sections and front doors are compared with the program."""

from __future__ import annotations

import importlib
import inspect
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import Field

from tests.architecture.source_tree import ROOT, product
from vamco.cli import docs, house
from vamco.cli.main import COMMANDS
from vamco.config.environment import described
from vamco.kernel.base.packs import public as packs
from vamco.kernel.base.packs.services import sections

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOCS = ROOT / "docs"
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
VARIABLE = re.compile(r"environ(?:\.get\(|\[|\.setdefault\()\"(VAMCO_\w+)\"")
SOURCE_VARIABLE = re.compile(r"_from: (VAMCO_\w+)")
PATH = re.compile(r"`([\w./-]+(?:\.\w+|/))`")
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]+)")


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["configuration.md", "pack.md", "architecture.md"])
def test_the_page_is_what_the_program_says(name: str) -> None:
    assert page(name) == docs.PAGES[name](), "run `vamco docs`"


def test_every_setting_is_documented_with_its_name_default_and_meaning() -> None:
    text = page("configuration.md")
    for name, field in described().model_fields.items():
        assert field.title, name
        assert field.description, name
        part = text.partition(f"## `{docs._variable(name, field)}`\n")[2].partition("\n## ")[0]
        assert field.title in part
        assert field.description in part
        assert "Default: " in part


def test_every_setting_that_the_code_reads_is_one() -> None:
    """A variable with our prefix that is no setting would be documented nowhere."""
    known = {docs._variable(name, field) for name, field in described().model_fields.items()}
    for path in (ROOT / "packs").rglob("*.yaml"):
        known |= set(SOURCE_VARIABLE.findall(path.read_text("utf-8")))
    found = {name for source in product() for name in VARIABLE.findall(source.text)}
    assert sorted(found - known) == []


def test_every_command_is_documented_with_its_options() -> None:
    text, fresh = page("commands.md"), docs.commands()
    for command in COMMANDS:
        heading = f"## `vamco {command.name}`\n"
        assert heading in text
        part = text.partition(heading)[2].partition("\n## ")[0]
        now = fresh.partition(heading)[2].partition("\n## ")[0]
        assert set(OPTION.findall(now)) <= set(OPTION.findall(part)), f"run `vamco docs`: {command.name}"
        assert command.help[1:] in part
    assert text.count("\n## `vamco ") == len(COMMANDS)


def test_every_section_and_each_of_its_fields_is_documented() -> None:
    text = page("pack.md")
    for section in packs.sections():
        part = text.partition(f"\n## `{section.name}`\n")[2].partition("\n## ")[0]
        assert section.files in part
        assert section.doc[1:] in part
        schema = section.model.model_json_schema()
        for shape in (schema, *schema.get("$defs", {}).values()):
            for name, field in shape.get("properties", {}).items():
                row = next((line for line in part.splitlines() if line.startswith(f"| `{name}` |")), None)
                assert row, f"{section.name}.{name}"
                assert field.get("description"), f"{section.name}.{name} does not say what it means"


def test_every_link_between_documents_leads_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in pages
        for target in LINK.findall(path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ]
    assert broken == []


def test_every_room_says_in_a_line_what_it_is() -> None:
    rooms = [line for line in house._rooms() if "/`" in line]
    assert [line for line in rooms if not line.partition("`: ")[2].strip()] == []
    assert {"cli", "kernel", "cases", "hub", "lake"} <= {line.split("`")[1].rstrip("/") for line in rooms}


def test_every_front_door_says_what_it_gives() -> None:
    """`__all__` names what may be used; a function or a class of ours without a line would stand there mute."""
    doors = [source for source in product() if source.path.name == "public.py"]
    modules = [".".join(source.path.relative_to(ROOT / "src").with_suffix("").parts) for source in doors]
    assert len(modules) > 20
    for name in modules:
        door = importlib.import_module(name)
        for public in door.__all__:
            thing = getattr(door, public)
            if inspect.isroutine(thing):
                assert house._first_line(thing), f"{name}.{public}"


def test_every_path_on_the_page_of_ideas_is_there() -> None:
    starts = (ROOT, ROOT / "src", ROOT / "src" / "vamco", DOCS)
    paths = [path for path in PATH.findall(page("ideas.md")) if "/" in path and "://" not in path]
    assert len(paths) > 8
    assert [path for path in paths if not any((start / path).exists() for start in starts)] == []


def test_an_entry_says_how_a_thing_is_called_and_what_it_does() -> None:
    @dataclass
    class Point:
        """A place
        on paper."""

        x: int
        y: int = 0

    @dataclass
    class Mute:
        x: int

    def move(point: Point, *steps: int, far: bool = False, **more: object) -> None:
        """Move a point.

        Not far.
        """

    def stop(point: Point, *, at: int) -> None:
        pass

    assert house._entry("Point", Point) == "`Point(x, y)`: A place"
    assert house._entry("Mute", Mute) == "`Mute(x)`"
    assert house._entry("go", move) == "`go(point, *steps, far=, **more)`: Move a point."
    assert house._entry("stop", stop) == "`stop(point, *, at)`"
    assert house._entry("MOST", 50) == "`MOST = 50`"
    assert house._entry("NAMES", frozenset({"b", "a"})) == "`NAMES = a, b`"
    assert house._entry("thing", object()) == "`thing`"


class Inner(packs.Item):
    name: str = Field(description="what it is called")


class Whole(packs.Item):
    """Something."""

    code: str = Field(description="its code")
    size: int = Field(default=3, ge=1, le=9, description="how large | wide")
    parts: list[Inner] = Field(default=[], description="what it is made of")
    kind: bool | None = Field(default=None, description="whether it is kind")


@pytest.fixture
def no_sections() -> Iterator[None]:
    with sections._sections.restored(empty=True):
        yield


@pytest.mark.usefixtures("no_sections")
def test_a_page_changes_with_the_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any) -> None:
    packs.register(packs.Section("wholes", "w/*.yaml", Whole, "code", lambda _: None, depends=(), doc="whole things"))
    assert docs.pack().partition("\n## ")[2].splitlines() == [
        "`wholes`",
        "",
        "Whole things.",
        "",
        "Files: `w/*.yaml`. An item is known by its `code`.",
        "",
        "| field | value | meaning |",
        "|---|---|---|",
        "| `code` | text | its code |",
        "| `size` | whole number from 1 to 9; `3` when left out | how large \\| wide |",
        "| `parts` | list of `Inner`; may be left out | what it is made of |",
        "| `kind` | `true` or `false`; may be left out | whether it is kind |",
        "",
        "### `Inner` in `wholes`",
        "",
        "| field | value | meaning |",
        "|---|---|---|",
        "| `name` | text | what it is called |",
    ]
    monkeypatch.setattr("vamco.config.environment.CHECKOUT", tmp_path)
    monkeypatch.setattr(docs, "PAGES", {"pack.md": docs.pack})
    (tmp_path / "docs").mkdir()
    assert docs.main(["--check"]) == 1
    assert not (tmp_path / "docs" / "pack.md").exists()
    assert docs.main([]) == 0
    assert docs.main(["--check"]) == 0
    assert capsys.readouterr().out == "docs/pack.md: not fresh\ndocs/pack.md: written\n"

"""`vamco docs`: writes the pages that can be read off the program: settings, commands, the pack's sections, the architecture."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from vamco.cli.house import architecture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic.fields import FieldInfo

_WIDTH = "100"  # columns of a command's help


def configuration() -> str:
    """Give `configuration.md`."""
    from vamco.config.environment import described

    lines = [
        "# Settings",
        "",
        "Read from the environment once, when a process starts; the demonstration needs none. This page is made by `vamco docs`",
        "from `src/vamco/config/environment.py`. Beside these there are the addresses and tokens of the departments' systems: the",
        "pack's `sources.yaml` says for each source in which variable they stand, so that no secret lies in a pack.",
    ]
    for name, field in described().model_fields.items():
        lines += ["", f"## `{_variable(name, field)}`", "", f"**{field.title}.** {field.description}", ""]
        lines.append(f"Default: {_default(field)}")
    return "\n".join([*lines, "", *_own_server()]) + "\n"


def _own_server() -> list[str]:
    from vamco.cli.cluster import DATABASE, ROLES, administration

    def address(role: Literal["owner", "app"]) -> str:
        return f"postgresql://{ROLES[role]}:{role}-password@HOST:5432/{DATABASE}"

    return [
        "## A PostgreSQL server of your own",
        "",
        "PostgreSQL 15 or later with its contrib modules. Its administrator makes two roles and a database, once, in `psql`, with",
        "passwords of their own choice:",
        "",
        "```sql",
        *administration().splitlines(),
        "```",
        "",
        "Then `vamco migrate` and `vamco up` want both addresses; `vamco worker` and the web never see the second one:",
        "",
        "```sh",
        f"export DATABASE_URL={address('app')}",
        f"export DATABASE_OWNER_URL={address('owner')}",
        "```",
    ]


def _variable(name: str, field: FieldInfo) -> str:
    from pydantic import AliasChoices

    alias = field.validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"VAMCO_{name.upper()}"


def _default(field: FieldInfo) -> str:
    from pydantic import SecretStr

    from vamco.config.environment import CHECKOUT

    value = field.default
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, Path):
        return f"`{value.relative_to(CHECKOUT).as_posix()}` in the checkout."
    if value is None or value == "":
        return "none."
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def commands() -> str:
    """Give `commands.md`."""
    from vamco.cli.main import COMMANDS

    lines = [
        "# Commands",
        "",
        "`./vamco COMMAND` installs what the command needs and runs it; `vamco COMMAND` runs it where that is done. This page is",
        "made by `vamco docs`.",
    ]
    for command in COMMANDS:
        usage = subprocess.run(  # noqa: S603  # our own command
            [sys.executable, "-m", "vamco", command.name, "--help"],
            env={**os.environ, "COLUMNS": _WIDTH, "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        sentence = command.help[:1].upper() + command.help[1:]
        lines += ["", f"## `vamco {command.name}`", "", f"{sentence}.", "", "```", *usage.rstrip().splitlines(), "```"]
    return "\n".join(lines) + "\n"


def pack() -> str:
    """Give `pack.md`."""
    from vamco.config.start import start

    start()
    from vamco.kernel.base.packs import public as packs

    lines = [
        "# What a pack holds",
        "",
        "A pack is a folder that describes a province, over the national base `packs/vietnam`, whose README says how layers work.",
        "`vamco check FOLDER` says everything that is wrong in one round, with layer, file, line, what was expected and what was found;",
        "`vamco pack load` brings the database to it. A YAML file holds one item or a list of them, a CSV file one item",
        "a row; an empty cell is a field left out. This page is made by `vamco docs`.",
    ]
    for section in packs.sections():
        after = f" Loaded after {', '.join(f'`{name}`' for name in section.depends)}." if section.depends else ""
        lines += ["", f"## `{section.name}`", "", f"{section.doc[:1].upper()}{section.doc[1:]}.", ""]
        lines.append(f"Files: `{section.files}`. An item is known by its `{section.key}`.{after}")
        schema = section.model.model_json_schema()
        for name, shape in _shapes(schema):
            lines += ["", *([f"### `{name}` in `{section.name}`", ""] if name else []), *_table(shape)]
    return "\n".join(lines) + "\n"


def _shapes(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the shape of an item and those inside it, each with its name."""
    yield "", schema
    for name, shape in schema.get("$defs", {}).items():
        if "properties" in shape:
            yield name, shape


def _table(shape: dict[str, Any]) -> Iterator[str]:
    yield "| field | value | meaning |"
    yield "|---|---|---|"
    for name, field in shape.get("properties", {}).items():
        needed = "" if name in shape.get("required", ()) else f"; {_absent(field)}"
        meaning = field.get("description", "").replace("|", "\\|")
        yield f"| `{name}` | {_kind(field)}{needed} | {meaning} |".replace("\n", " ")


def _absent(field: dict[str, Any]) -> str:
    default = field.get("default")
    return "may be left out" if default in (None, "", [], {}) else f"`{str(default).lower()}` when left out"


_NAMES = {"integer": "whole number", "number": "number", "boolean": "`true` or `false`", "null": "nothing"}
_TEXTS = {"date": "day (ISO)", "date-time": "moment (ISO)"}


def _kind(field: dict[str, Any]) -> str:
    """Give what a value looks like, in words."""
    if "$ref" in field:
        return f"`{field['$ref'].rsplit('/', 1)[-1]}`"
    if choices := field.get("enum", [field["const"]] if "const" in field else []):
        return ", ".join(f"`{str(value).lower() if isinstance(value, bool) else value}`" for value in choices)
    if options := field.get("anyOf", field.get("oneOf", field.get("allOf", []))):
        return " or ".join(dict.fromkeys(_kind(option) for option in options if option.get("type") != "null"))
    return _typed(field)


def _typed(field: dict[str, Any]) -> str:
    kind = field.get("type", "anything")
    if kind == "array":
        return f"list of {_kind(field.get('items', {}))}"
    if kind == "object":
        inner = field.get("additionalProperties")
        return f"by code: {_kind(inner)}" if isinstance(inner, dict) and inner else "mapping"
    if kind == "string":
        return _TEXTS.get(field.get("format", ""), "text")
    low, high = field.get("minimum"), field.get("maximum")
    limits = f" from {low:g} to {high:g}" if low is not None and high is not None else ""
    return f"{_NAMES.get(kind, kind)}{limits}"


PAGES: dict[str, Callable[[], str]] = {
    "configuration.md": configuration,
    "commands.md": commands,
    "pack.md": pack,
    "architecture.md": architecture,
}


def main(argv: list[str]) -> int:
    """Write the pages into `docs/`, or with `--check` say whether they are fresh."""
    parser = argparse.ArgumentParser(prog="vamco docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 unless all pages are fresh")
    chosen = parser.parse_args(argv)
    from vamco.config.environment import CHECKOUT

    stale = []
    for name, render in PAGES.items():
        path, text = CHECKOUT / "docs" / name, render()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(f"docs/{name}")
            if not chosen.check:
                path.write_text(text, encoding="utf-8")
    for name in stale:
        print(f"{name}: {'not fresh' if chosen.check else 'written'}")
    return 1 if stale and chosen.check else 0

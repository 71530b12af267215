"""The page `docs/architecture.md`: the page of ideas, then the rooms, layers, events and front doors as the code has them."""

from __future__ import annotations

import configparser
import dataclasses
import importlib
import importlib.util
import inspect
import pkgutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

_PACKAGE = Path(__file__).parents[1]
_NOT_ROOMS = {"tests", "migrations", "templates", "static", "locale"}
_SHORT = 60  # characters of a constant's value that are still read at a glance
_NO_DOOR = ("lib", "web")  # their modules are their doors


def architecture() -> str:
    """Return `architecture.md`."""
    from vamco.config.environment import CHECKOUT
    from vamco.config.start import start

    start()
    ideas = (CHECKOUT / "docs" / "ideas.md").read_text(encoding="utf-8").partition("\n## ")[2]
    lines = [
        "# The house, as built",
        "",
        "This page is made by `vamco docs`: first the page of ideas ([ideas.md](ideas.md), written by hand), then what the code says",
        "of itself: rooms, layers, events and front doors. Decisions and their reasons are in `decisions/`.",
        "",
        f"## {ideas.rstrip()}",
        *("", "## Rooms", "", *_rooms()),
        *("", "## Who may import whom", "", *_layers(CHECKOUT / ".importlinter")),
        *("", "## Events", "", *_events()),
        *("", "## Front doors", "", *_doors()),
    ]
    return "\n".join(lines) + "\n"


def _packages(folder: Path = _PACKAGE, depth: int = 0) -> Iterator[tuple[int, Path]]:
    """Yield the rooms below a folder, each with how deep it lies."""
    for path in sorted(folder.iterdir()):
        if (path / "__init__.py").exists() and path.name not in _NOT_ROOMS:
            yield depth, path
            if path.name in {"systems", "kernel", "engines"} or path.parent.name == "kernel":
                yield from _packages(path, depth + 1)


def _name(path: Path) -> str:
    return ".".join(("vamco", *path.relative_to(_PACKAGE).parts))


def _rooms() -> Iterator[str]:
    """Yield a nested list of the rooms, each with the first line of its docstring."""
    for depth, path in _packages():
        yield f"{'  ' * depth}- `{path.name}/`: {_first_line(importlib.import_module(_name(path)))}"


def _layers(path: Path) -> Iterator[str]:
    """Yield the layer contracts, from the top to the bottom."""
    config = configparser.ConfigParser(interpolation=None)
    config.read(path, encoding="utf-8")
    yield "A layer may import those after it. The contracts are in `.importlinter`; nothing is excepted but tests."
    yield ""
    for section in config.values():
        if section.get("type") == "layers":
            layers = [line.replace("(", "").replace(")", "").strip() for line in section["layers"].split("\n") if line]
            yield f"- {section['name'].partition(':')[0]}: {' → '.join(f'`{layer}`' for layer in layers)}"


def _events() -> Iterator[str]:
    """Yield a table of the events."""
    from django.apps import apps

    from vamco.kernel.base.events import public as events
    from vamco.vocab import registry

    rooms = {room.label for room in apps.get_app_configs()}
    heard = {name: event for name, event in events.heard().items() if name.partition(".")[0] in rooms}
    yield "| event | fields | meaning | heard by |"
    yield "|---|---|---|---|"
    for entry in registry.entries():
        if not entry.cls.__module__.startswith("vamco.vocab"):  # of a test in this process
            continue
        fields = ", ".join(
            f"{name} ({kind.__name__}{' or None' if optional else ''})"
            for name, (kind, optional) in entry.types.items()
        )
        handlers = ", ".join(f"`{name}`" for name, event in heard.items() if event == entry.name)
        yield f"| `{entry.name}` {entry.version} | {fields} | {_first_line(entry.cls)} | {handlers} |"


def _doors() -> Iterator[str]:
    """Yield what each room offers to the others."""
    for _, path in _packages():
        name = _name(path)
        if path.parent == _PACKAGE and path.name in _NO_DOOR:
            yield from (f"### `{path.name}`", "")
            yield from _modules(path)
            yield ""
            continue
        door = importlib.import_module(f"{name}.public" if (path / "public.py").exists() else name)
        if names := getattr(door, "__all__", ()):
            yield from (f"### `{name.partition('.')[2]}`", "")
            yield from (f"- {_entry(public, getattr(door, public))}" for public in sorted(names, key=str.lower))
            yield ""


def _modules(folder: Path) -> Iterator[str]:
    for found in pkgutil.iter_modules([str(folder)]):
        if found.name not in _NOT_ROOMS:
            module = importlib.import_module(f"{_name(folder)}.{found.name}")
            if line := _first_line(module):
                yield f"- `{found.name}`: {line}"
            if found.ispkg and hasattr(door := _door(module), "__all__"):
                yield from (f"  - {_entry(name, getattr(door, name))}" for name in sorted(door.__all__, key=str.lower))


def _door(package: ModuleType) -> ModuleType:
    if importlib.util.find_spec(f"{package.__name__}.public"):
        return importlib.import_module(f"{package.__name__}.public")
    return package


def _entry(name: str, thing: object) -> str:
    """Return one public name with what it takes and the first line of its docstring."""
    if inspect.isclass(thing):
        fields = dataclasses.fields(thing) if dataclasses.is_dataclass(thing) else ()
        shape = f"({', '.join(field.name for field in fields)})" if fields else ""
    elif inspect.isroutine(thing):
        shape = f"({', '.join(_parameters(thing))})"
    else:
        shape = _value(thing)
    line = _first_line(thing)
    return f"`{name}{shape}`{f': {line}' if line else ''}"


def _parameters(function: Callable[..., object]) -> Iterator[str]:
    """Yield the names that a function takes; one with a default is written `name=`."""
    starred = False
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            starred = True
            yield "*"
        stars = "*" * (parameter.kind is parameter.VAR_POSITIONAL) + "**" * (parameter.kind is parameter.VAR_KEYWORD)
        starred = starred or stars == "*"
        yield f"{stars}{parameter.name}{'' if parameter.default is parameter.empty else '='}"


def _value(thing: object) -> str:
    plain = isinstance(thing, str | int | tuple | frozenset) and not inspect.ismodule(thing)
    if isinstance(thing, frozenset) and all(isinstance(item, str) for item in thing):
        return f" = {', '.join(sorted(thing))}"
    text = repr(thing)
    return f" = {text}" if plain and len(text) <= _SHORT and " at 0x" not in text else ""


def _first_line(thing: object) -> str:
    """Return the first line of a docstring that we wrote: dataclasses and tables without one get theirs from a library."""
    doc = (vars(thing).get("__doc__") if inspect.isclass(thing) else getattr(thing, "__doc__", "")) or ""
    if not (inspect.isclass(thing) or inspect.isroutine(thing) or inspect.ismodule(thing)):
        return ""
    line = doc.strip().split("\n")[0]
    return "" if inspect.isclass(thing) and line.startswith(f"{thing.__name__}(") else line

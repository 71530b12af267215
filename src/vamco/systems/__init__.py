"""The systems that are installed: every package here with an `apps.py`. No list names them, so a new one is found by being there.

What a system brings lies in modules of fixed names, all of which it may lack: `urls`, `settings`, `demo`; its words in `locale`,
its tables in `migrations`, its events in `vamco.vocab.<system>`. The rest it registers in `apps.ready()`.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType


def installed() -> tuple[str, ...]:
    """Return the packages of the systems, by name."""
    names = (f"{__name__}.{module.name}" for module in iter_modules(__path__) if module.ispkg)
    return tuple(sorted(name for name in names if _there(f"{name}.apps")))


def parts(name: str) -> Iterator[ModuleType]:
    """Import the module of a name, such as "urls" or "tests.objects", in each system that has it."""
    for system in installed():
        if _there(f"{system}.{name}"):
            yield import_module(f"{system}.{name}")


def _there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # of the package that it would lie in
        return False

"""The published language: events as frozen dataclasses, each with a name, a version and upcasters.

The events of a system are one module, `vamco.vocab.<system>`, and are imported from there. All modules are read with the package, so
that whoever loads a stored event knows every name.
"""

from importlib import import_module
from pkgutil import iter_modules

from vamco.vocab.language import dump, event, load, name_of, registry, upcaster

for _module in iter_modules(__path__):
    if _module.name != "tests":
        import_module(f"{__name__}.{_module.name}")

__all__ = ["dump", "event", "load", "name_of", "registry", "upcaster"]

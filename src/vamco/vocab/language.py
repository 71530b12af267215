"""The language itself: where events are registered, and how one is written and read."""

from __future__ import annotations

from vamco.vocab.registry import Registry

registry = Registry()
event, upcaster = registry.event, registry.upcaster
dump, load, name_of = registry.dump, registry.load, registry.name_of

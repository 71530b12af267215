"""Things that rooms register by key while the program starts; a key is registered once."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakSet

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

K = TypeVar("K", bound="Hashable")
V = TypeVar("V")

_all: WeakSet[Registry[Any, Any]] = WeakSet()


class Registry(Mapping[K, V]):
    """What was registered, by key, in the order of registration.

    A second registration under a key raises TypeError: of two rooms that claim one name, the later would silently replace the
    earlier, and which is the later depends on the order of the applications. `what` names a thing in that error, such as "act
    of access". Tests register inside `restored()`.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._found: dict[K, V] = {}
        _all.add(self)

    def add(self, key: K, value: V) -> V:
        """Register a value under a key and return it; TypeError when the key is taken."""
        if key in self._found:
            raise TypeError(f"the {self._what} {key!r} is registered already, as {self._found[key]!r}")
        self._found[key] = value
        return value

    @contextmanager
    def restored(self, *, empty: bool = False) -> Iterator[None]:
        """Undo at the end what is registered meanwhile; `empty` hides until then what was there before."""
        before = self._found
        self._found = {} if empty else dict(before)
        try:
            yield
        finally:
            self._found = before

    def __getitem__(self, key: K) -> V:
        return self._found[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


@contextmanager
def restored() -> Iterator[None]:
    """Undo at the end what is registered meanwhile in any registry: for a test that brings a whole system."""
    with ExitStack() as stack:
        for registry in list(_all):
            stack.enter_context(registry.restored())
        yield

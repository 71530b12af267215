"""What a system adds to a kind of cases."""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003  # see above
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vamco.lib.registry import Registry

if TYPE_CHECKING:
    from vamco.kernel.work.cases.contracts import Act
    from vamco.kernel.work.cases.models import Case, Entry


@dataclass(frozen=True)
class Kind:
    """What a system adds to a kind of case of its own. `on_act` runs inside the act's transaction and may refuse it.

    `url` gives the page of a case where that is not the one that all kinds share. `face` is how its cases show, for `web.casework`.
    `words` gives more text by which the search finds a case. `guard` raises Refused for an act that this one case does not have now, though
    its kind does (a procedure without a financial duty): then it is neither offered nor done.
    """

    code: str
    url: Callable[[int], str] | None = None
    on_act: Callable[[Case, Entry], None] | None = None
    face: object = None
    words: Callable[[Case], str] | None = None
    guard: Callable[[Case, Act], None] | None = None


_kinds: Registry[str, Kind] = Registry("kind of case")


def register(kind: Kind) -> None:
    """Tells the engine what a system adds to its kind of case."""
    _kinds.add(kind.code, kind)


def kind(code: str) -> Kind:
    """Give what a system registered for a kind; a bare `Kind` where none did."""
    return _kinds.get(code) or Kind(code)


def demand_fits(case: Case, code: str, act: Act) -> None:
    """Raise what the system says against an act on this case of the kind `code`; nothing where it says nothing."""
    guard = kind(code).guard
    if guard is not None:
        guard(case, act)

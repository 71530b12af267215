from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from vamco.kernel.work.cases.models import Case, Entry

Party = Literal["handler", "issuer"]
Need = Literal["note", "evidence"]


@dataclass(frozen=True)
class State:
    """Where a case can be; a final state has no way out."""

    code: str
    name: str
    name_en: str
    final: bool


@dataclass(frozen=True)
class Act:
    """What can be done with a case: from which states, to which, by whom.

    `may` is the act of access that a person needs in the agency of `party`. Nobody may do it who did one of `not_by` on the
    same case, so that a second person looks.
    """

    code: str
    name: str
    name_en: str
    sources: frozenset[str]
    target: str
    may: str
    party: Party
    needs: frozenset[Need]
    not_by: frozenset[str]


@dataclass(frozen=True)
class Definition:
    """A kind of case in one version."""

    code: str
    name: str
    name_en: str
    initial: str
    states: dict[str, State]
    acts: dict[str, Act]


@dataclass(frozen=True)
class Kind:
    """What a system adds to a kind of case of its own. `on_act` runs inside the act's transaction and may refuse it."""

    code: str
    url: Callable[[int], str]
    on_act: Callable[[Case, Entry], None]

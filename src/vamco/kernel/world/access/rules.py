"""Who may do what where. Pure: the same reach answers for one agency and for a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Grant:
    """A role held: its acts, and the part of the tree of agencies that it reaches.

    `path` is that of the agency in which the role is held; `reach` is all, subtree or agency.
    """

    acts: frozenset[str]
    reach: str
    path: str


@dataclass(frozen=True)
class Scope:
    """The agencies in which a person may do an act: everywhere, below some, or exactly some."""

    everywhere: bool = False
    below: frozenset[str] = frozenset()
    exactly: frozenset[str] = frozenset()

    @property
    def nowhere(self) -> bool:
        """True when the act is allowed in no agency at all."""
        return not (self.everywhere or self.below or self.exactly)

    def covers(self, path: str) -> bool:
        """Whether the agency at `path` lies inside."""
        return self.everywhere or path in self.exactly or any(path.startswith(top) for top in self.below)


NOWHERE = Scope()


def scope(grants: Iterable[Grant], act: str) -> Scope:
    """Where the grants together allow an act."""
    giving = [grant for grant in grants if act in grant.acts]
    if any(grant.reach == "all" for grant in giving):
        return Scope(everywhere=True)
    return Scope(
        below=frozenset(grant.path for grant in giving if grant.reach == "subtree"),
        exactly=frozenset(grant.path for grant in giving if grant.reach == "agency"),
    )

"""Items that say what followed what: units, agencies, and whatever else may be merged, split or renamed."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # pydantic reads the annotations at run time
from collections import Counter
from typing import TYPE_CHECKING, Literal, TypeVar

from pydantic import Field

from vamco.kernel.base.packs.declaration import Item
from vamco.lib.errors import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vamco.kernel.base.packs.contracts import Fault
    from vamco.kernel.base.packs.services.sections import Located


class Succession(Item):
    """A row: on a day something took over, all or a part, from something else. What is not known is left out."""

    predecessor: str = Field(description="code of what was there until the day before")
    successor: str = Field(description="code of what is there on the day")
    on: dt.date = Field(description="first day of the successor in what it took over")
    kind: Literal["merged", "split", "renamed"] = Field(
        description="merged (with others, or into one that was there), split (among several), renamed (whole and alone)"
    )
    source: str = Field(min_length=1, max_length=300, description="the decision that says so")

    @property
    def step(self) -> str:
        """What tells a row from the others."""
        return f"{self.predecessor} {self.successor} {self.on}"


S = TypeVar("S", bound=Succession)


def check_renamed(located: Sequence[Located[S]], things: str) -> Iterator[Fault]:
    """Find what is called renamed although more than two take part; `things` names them in the fault."""
    before = Counter((entry.item.predecessor, entry.item.on) for entry in located)
    after = Counter((entry.item.successor, entry.item.on) for entry in located)
    for entry in located:
        item = entry.item
        if item.kind == "renamed" and (before[item.predecessor, item.on] > 1 or after[item.successor, item.on] > 1):
            yield entry.fault(
                N_("kind: merged or split, for more than two %(things)s take part"), "kind", things=things
            )

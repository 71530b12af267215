from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from vamco.lib.errors import N_, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vamco.systems.hub.contracts import Delivery
    from vamco.systems.hub.rules.feeds import FeedItem, SourceItem

State = dict[str, Any]


@dataclass(frozen=True)
class Fetched:
    """A delivery, and how far the source will have been read once it is taken in. Without a delivery, only how far.

    `unchanged`: the source answered, and it has nothing new. `declared`: how many rows the source says that it has, at the end of
    a stream, so that they are in the table or in quarantine then.
    """

    delivery: Delivery | None
    state: State
    unchanged: bool = False
    declared: int | None = None


class Connector(Protocol):
    """Reads a source from where it was left.

    It keeps nothing itself: the caller stores the state together with the delivery, so that a crash between the two cannot be.
    A delivery's file lies in `workspace` and may be removed once the next one is asked for. `whole`: the dataset is replaced by
    each delivery, so that half of it is worse than none. `single`: it is one file, so that several that match are a mistake. What cannot be had is Unavailable (try again) or Refused (do not);
    deliveries that came before it stay good.
    """

    def fetch(
        self, source: SourceItem, feed: FeedItem, state: State, workspace: Path, *, whole: bool, single: bool = False
    ) -> Iterator[Fetched]:
        """What is new since `state`, in order; nothing when nothing is."""
        ...


def setting(name: str) -> str:
    """What the operator has set under the name that a source gives; Unavailable when nothing is set."""
    value = os.environ.get(name, "")
    if not value:
        raise Unavailable("hub.not_set", N_("The setting %(name)s, which the source needs, is empty"), name=name)
    return value

"""What the hub tells the others."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - read at run time by the registry
from dataclasses import dataclass

from vamco.vocab.language import event


@event("hub.dataset_published", version=1)
@dataclass(frozen=True, slots=True)
class DatasetPublished:
    """A batch passed its checks and is the newest snapshot of its dataset."""

    dataset: str
    snapshot: int
    run: int


@event("hub.dataset_late", version=1)
@dataclass(frozen=True, slots=True)
class DatasetLate:
    """A dataset was due at `due_at` and has not come."""

    dataset: str
    due_at: dt.datetime
    last_published_at: dt.datetime | None


@event("hub.dataset_in_time", version=1)
@dataclass(frozen=True, slots=True)
class DatasetInTime:
    """A dataset that was late is so no longer, also when what came was unchanged, or word that there is nothing."""

    dataset: str


@event("hub.dataset_heard", version=1)
@dataclass(frozen=True, slots=True)
class DatasetHeard:
    """No row changed, but what is known of the dataset did.

    Somebody said that there is nothing to report, a row in quarantine was declared void or open again, or a delivery without new
    rows repeats correctly what lay in quarantine.
    """

    dataset: str

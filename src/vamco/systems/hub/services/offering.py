"""The platform as a customer of its own hub: what a system counts it publishes as a department would, through the same checks."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, Final

from vamco.lib.errors import N_, Refused
from vamco.systems.hub import queries
from vamco.systems.hub.contracts import Delivery, Layout, RunState
from vamco.systems.hub.services.receiving import receive, workspace

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from vamco.systems.hub.contracts import RunView

PLATFORM: Final = "vamco"
_TAKEN: Final = frozenset({RunState.PUBLISHED, RunState.UNCHANGED})


def publish(dataset: str, rows: Iterable[Mapping[str, Any]], *, as_of: dt.datetime, key: str) -> RunView:
    """Publish rows of a dataset of the platform's own, as its contract names them, and return the run.

    `key` says which part of the dataset it is, such as a quarter. The same rows again change nothing. Refused when the hub refuses or
    holds them: then what was published before stays in force.
    """
    names = [column.name for column in queries.contract(dataset).columns]
    with workspace() as folder:
        path = folder / f"{dataset}-{key}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows({name: "" if row.get(name) is None else row[name] for name in names} for row in rows)
        layout = Layout("csv", encoding="utf-8", delimiter=",")
        run = receive(dataset, Delivery(PLATFORM, path.name, "text/csv", path, as_of, key, layout))
    if run.state not in _TAKEN:
        raise Refused("hub.not_published", N_("The hub has not published %(dataset)s."), dataset=dataset, run=run.id)
    return run

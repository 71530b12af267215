"""Collects from every source of the pack once, with progress bars; `vamco up` runs this as a process of its own."""

from __future__ import annotations

import http.client
import os
import sys
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from vamco.cli.console import language, say
from vamco.lib.errors import N_, VamcoError

if TYPE_CHECKING:
    from rich.progress import TaskID

    from vamco.systems.hub.contracts import Progress as How

_PATIENCE: Final = 60.0  # seconds; the demonstration's data are built at the first start


def main() -> int:
    """Collect; gives 0 although a source does not answer, which is told: the worker tries again by the clock."""
    import django

    django.setup()
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from vamco.systems.hub import public as hub

    _await_department()
    columns = (SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), TimeElapsedColumn())
    accepted = quarantined = 0
    failures = []
    with Progress(*columns) as progress:
        for source in hub.sources():
            name = source.name if language() == "vi" else source.name_en
            bar = progress.add_task(name, total=1)

            def show(state: How, name: str = name, bar: TaskID = bar) -> None:
                progress.update(bar, description=f"{name} · {state.dataset} · {state.rows:,}")

            try:
                done = hub.collect(source.code, show)
            except VamcoError as error:
                failures.append((name, error.message, error.data))
            else:
                failures += [(name, reason.message, reason.data) for reason in done.failures.values()]
                accepted += sum(run.accepted for run in done.runs)
                quarantined += sum(run.quarantined for run in done.runs)
            progress.update(bar, description=name, completed=1)
    for name, message, data in failures:
        say(N_("%(source)s could not be collected; the worker tries again:"), source=name)
        say(message, **data)
    say(
        N_("Collected: %(accepted)s rows accepted, %(quarantined)s in quarantine. Values follow within seconds."),
        accepted=f"{accepted:,}",
        quarantined=f"{quarantined:,}",
    )
    return 0


def _await_department() -> None:
    address = urlsplit(os.environ.get("VAMCO_TREASURY_URL", ""))
    deadline = time.monotonic() + _PATIENCE
    while address.hostname and time.monotonic() < deadline:
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=2)
        try:
            connection.request("GET", "/health")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()


if __name__ == "__main__":
    sys.exit(main())

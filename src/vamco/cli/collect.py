"""Collects from every source of the pack once, with progress bars; `vamco up` runs this as a process of its own."""

from __future__ import annotations

import http.client
import os
import sys
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from vamco.cli.console import complain, say
from vamco.lib.errors import N_, VamcoError

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATIENCE: Final = 60.0  # seconds; the demonstration's data are built at the first start


def main() -> int:
    """Collect; gives 0 although a source does not answer, which is told: the worker tries again by the clock."""
    import django

    django.setup()
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from vamco.systems.hub import public as hub

    _await_department()
    sources = list(_sources())
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns) as progress:
        whole = progress.add_task("", total=len(sources))
        for code, name in sources:
            progress.update(whole, description=name)
            try:
                hub.collect(code)
            except VamcoError as error:
                complain("collect", error)
            progress.advance(whole)
    say(N_("Collected from %(count)s sources; values follow as the worker computes them."), count=len(sources))
    return 0


def _sources() -> Iterator[tuple[str, str]]:
    """Give code and name, in the terminal's language, of each source of the pack."""
    from django.conf import settings

    from vamco.cli.console import language
    from vamco.kernel.base.packs import public as packs

    for located in packs.check(settings.VAMCO_PACK)["sources"]:
        yield located.item.code, located.item.name if language() == "vi" else located.item.name_en


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

"""Makes a province ready for its first page: tables, pack, log-ins, what systems bring to the demonstration.

`vamco up` runs this as a process of its own, with the owner's address in its environment, which no other gets.
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def main() -> int:
    """Do all steps; prints a line of JSON after each."""
    _timed("tables", _tables)
    _timed("pack", _pack)
    _timed("log_ins", _log_ins)
    _timed("demonstration", _demonstration)
    return 0


def _timed(step: str, run: Callable[[], None]) -> None:
    begun = time.monotonic()
    run()
    print(json.dumps({"step": step, "seconds": round(time.monotonic() - begun, 3)}), flush=True)


def _tables() -> None:
    from vamco.cli import migrate

    migrate.bring_up_to_date()


def _pack() -> None:
    from django.conf import settings

    from vamco.kernel.base.packs import public as packs
    from vamco.kernel.record.search import public as search

    packs.load(settings.VAMCO_PACK)
    search.refresh()


def _log_ins() -> None:
    from dataclasses import asdict

    from django.conf import settings

    from vamco.demo import log_ins
    from vamco.demo.people import PASSWORD

    people = [asdict(person) for person in log_ins.open_all()]
    offered = settings.VAMCO_DATA / "demo-logins.json"  # the log-in page shows them while VAMCO_DEMO is on
    offered.write_text(json.dumps({"password": PASSWORD, "people": people}, ensure_ascii=False), encoding="utf-8")


def _demonstration() -> None:
    from vamco.demo import sections

    sections.fill()


if __name__ == "__main__":
    sys.exit(main())

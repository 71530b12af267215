"""Makes a province ready for its first page: tables and pack, and for the demonstration its log-ins and what systems bring to it.

`vamco up` and `vamco serve` run this as a process of its own, with the owner's address in its environment, which no other gets.
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

from vamco.cli.console import complain
from vamco.lib.errors import N_, Refused, VamcoError

if TYPE_CHECKING:
    from collections.abc import Callable


def main() -> int:
    """Do all steps; prints a line of JSON after each."""
    try:
        _timed("tables", _tables)
        _refuse_the_other_kind()
        _timed("pack", _pack)
        if _is_demonstration():
            _timed("log_ins", _log_ins)
            _timed("demonstration", _demonstration)
    except VamcoError as error:
        complain("prepare", error)
        return 1
    return 0


def _is_demonstration() -> bool:
    from django.conf import settings

    return bool(settings.VAMCO_DEMO)


def _refuse_the_other_kind() -> None:
    """Keep made-up figures and published passwords out of a province's database, and a province's accounts out of a demonstration."""
    from vamco.systems.identity import public as identity

    published = identity.demonstration_accounts()
    if published and not _is_demonstration():
        raise Refused(
            "serve.demonstration_accounts",
            N_(
                "This database was a demonstration's: it holds the accounts %(names)s, whose password is published. "
                "Give the province a database of its own."
            ),
            names=", ".join(published),
        )
    if _is_demonstration() and not published and identity.real_accounts():
        raise Refused(
            "up.province_database",
            N_(
                "This database belongs to a province: a demonstration would put made-up figures beside real ones. "
                "Start the province with “vamco serve”, or give the demonstration another DATABASE_URL."
            ),
        )


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
    from django.conf import settings

    from vamco.demo import log_ins
    from vamco.demo.people import PASSWORD, PIN, app_key

    people = [
        person.model_dump() | ({"app_key": app_key(person.username)} if person.app else {})
        for person in log_ins.open_all()
    ]
    offered = settings.VAMCO_DATA / "demo-logins.json"  # the log-in page shows them while VAMCO_DEMO is on
    told = {"password": PASSWORD, "people": people, "pin": PIN}
    offered.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def _demonstration() -> None:
    from vamco.demo import sections

    sections.fill()


if __name__ == "__main__":
    sys.exit(main())

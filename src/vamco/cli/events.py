"""`vamco events handlers | letters | retry | discard | replay`: dead letters, and news once more for one handler.

A replay hands the events of a span of time to one handler again, in the order in which they were told; others hear nothing.
Times without a zone are the province's: 2026-11-20 or 2026-11-20T08:00.
"""

from __future__ import annotations

import argparse
import datetime as dt
from typing import TYPE_CHECKING, Final

from vamco.cli.console import say, wording
from vamco.lib.errors import N_
from vamco.lib.time import HCM

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN: Final = 100


def main(argv: Sequence[str]) -> int:
    """Run one of the five."""
    asked = _parser().parse_args(argv)
    from vamco.config.start import start

    start()
    from vamco.kernel.base.events import public as events

    if asked.does == "handlers":
        for name, event in events.heard().items():
            print(f"{name:<32} {event}")
    elif asked.does == "letters":
        for letter in events.dead_letters()[:SHOWN]:
            print(f"{letter.pk:>8}  {letter.event.name:<28} {letter.handler:<28} {letter.reason}")
    elif asked.does == "retry":
        events.retry(asked.letter)
        say(N_("Dead letter %(letter)s is on its way again."), letter=asked.letter)
    elif asked.does == "discard":
        events.discard(asked.letter, asked.reason)
        say(N_("Dead letter %(letter)s is discarded."), letter=asked.letter)
    else:
        _replay(asked.handler, asked.since, asked.until, dry=asked.dry_run)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vamco events", description=__doc__)
    does = parser.add_subparsers(dest="does", required=True)
    does.add_parser("handlers", help="who hears which event")
    does.add_parser("letters", help="the dead letters, newest first")
    retry = does.add_parser("retry", help="send a dead letter on its way again")
    discard = does.add_parser("discard", help="give a dead letter up for good")
    for one in (retry, discard):
        one.add_argument("letter", type=int, help="its number")
    discard.add_argument("--reason", required=True, help="why; it is kept")
    replay = does.add_parser("replay", help="hand the events of a span of time to one handler again")
    replay.add_argument("--handler", required=True, help="its name, as “vamco events handlers” tells it")
    replay.add_argument("--from", dest="since", type=_moment, required=True, help="the first moment")
    replay.add_argument("--to", dest="until", type=_moment, required=True, help="the first moment that is too late")
    replay.add_argument("--dry-run", action="store_true", help="only say what would happen")
    return parser


def _moment(text: str) -> dt.datetime:
    found = dt.datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=HCM)


def _replay(handler: str, since: dt.datetime, until: dt.datetime, *, dry: bool) -> None:
    from vamco.kernel.base.events import public as events

    plan = events.plan(handler, since, until)
    say(
        N_("%(handler)s: %(events)s events, %(unreadable)s cannot be read, %(skipped)s were discarded and stay so"),
        handler=handler,
        events=plan.events,
        unreadable=plan.unreadable,
        skipped=plan.skipped,
    )
    for version, count in plan.versions.items():
        print("  " + wording(N_("version %(version)s: %(count)s"), version=version, count=count))
    if dry or not plan.events:
        return
    say(
        N_("Replay %(replay)s is left to the worker; “vamco jobs watch” shows it."),
        replay=events.replay(handler, since, until),
    )

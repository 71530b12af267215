"""`vamco traffic watch | verify | corrections`: look at cameras; check an evidence file; write corrected plates for learning.

An evidence file is checked without a database.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from vamco.cli.console import say
from vamco.lib.errors import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Does(NamedTuple):
    """One thing that `vamco traffic` does: its name, what it is for, its arguments, and how it is done."""

    name: str
    help: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def main(argv: Sequence[str]) -> int:
    """Run one of them."""
    parser = argparse.ArgumentParser(prog="vamco traffic", description=__doc__)
    commands = parser.add_subparsers(dest="does", required=True)
    for each in ALL:
        each.arguments(commands.add_parser(each.name, help=each.help))
    asked = parser.parse_args(argv)
    return next(each for each in ALL if each.name == asked.does).run(asked)


def _watch_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cameras", type=int, default=16, metavar="N", help="so many at once (default: 16)")
    parser.add_argument("--use", choices=["street", "hall"], default="", help="only streets, or only halls")
    parser.add_argument("--only", nargs="*", metavar="CODE", help="only these cameras")
    parser.add_argument("--fps", type=float, default=8.0, help="pictures of a camera that are looked at in a second")
    parser.add_argument("--share", type=float, default=1.0, help="of one processor at most, such as 0.33")
    parser.add_argument("--turn", type=float, default=0.0, metavar="SECONDS", help="take other cameras after so long")
    parser.add_argument(
        "--proposals", type=int, metavar="N", help="propose at most so many violations of a camera a day"
    )
    parser.add_argument("--nice", type=int, default=0, metavar="N", help="let other programs go first, up to 19")
    parser.add_argument("--clips", type=Path, metavar="FOLDER", help="where the clips of clip:NAME lie")


def _watch(asked: argparse.Namespace) -> int:
    from vamco.cli import beside
    from vamco.config.start import start

    beside.join(["traffic", *sys.argv[2:]], as_its_user="DATABASE_URL" not in os.environ)
    start()
    from vamco.engines.vision import ready

    if missing := ready.missing():
        say(N_("No camera can be watched:"))
        for message, values in missing:
            say(message, **values)
        return 1
    from vamco.systems.traffic import public as traffic

    if asked.clips is not None:
        from vamco.cli import cameras

        cameras.drawn(asked.clips)
    os.nice(asked.nice)
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda _sign, _frame: stop.set())
    way = traffic.Way(fps=asked.fps, proposals=asked.proposals)
    codes = frozenset(asked.only) if asked.only else None
    plan = traffic.Plan(asked.cameras, asked.use, codes, asked.share, asked.turn, way)
    traffic.watch(plan, stop, clips=asked.clips)
    return 0


def _verify_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the evidence file")


def _verify(asked: argparse.Namespace) -> int:
    from vamco.config.start import start

    start()
    from vamco.systems.traffic import public as traffic

    found = traffic.verify(asked.file.read_bytes())
    for fault in found.faults:
        say(N_("NOT TRUE: %(fault)s"), fault=fault)
    if not found.ok:
        return 1
    say(
        N_("True: camera %(camera)s, made at %(at)s, signed by %(signer)s"),
        camera=found.camera,
        at=found.made_at,
        signer=found.signer,
    )
    return 0


def _corrections_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="where the set is written; it holds personal data")


def _corrections(asked: argparse.Namespace) -> int:
    from vamco.cli import beside
    from vamco.config.start import start

    folder = asked.folder.resolve()
    beside.join(["traffic", "corrections", str(folder)], as_its_user="DATABASE_URL" not in os.environ)
    start()
    from vamco.systems.traffic import public as traffic

    say(N_("The set holds %(count)s plates."), count=traffic.export_corrections(folder))
    return 0


ALL: Final = (
    Does(
        "watch", "look at cameras, until told to stop; start as many as there are processors", _watch_arguments, _watch
    ),
    Does("verify", "check an evidence file without a database", _verify_arguments, _verify),
    Does(
        "corrections",
        "write the plates that people confirmed or corrected for `vamco vision adapt`",
        _corrections_arguments,
        _corrections,
    ),
)

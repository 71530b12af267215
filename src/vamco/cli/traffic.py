"""`vamco traffic verify FILE`: whether an evidence file of a traffic camera is as it was signed. Needs no database."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from vamco.cli.console import say
from vamco.lib.errors import N_

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """Check the file; 1 where something was edited, and each edit is named."""
    parser = argparse.ArgumentParser(prog="vamco traffic", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("verify", help="check an evidence file")
    check.add_argument("file", type=Path)
    chosen = parser.parse_args(argv)
    return _verify(chosen.file)


def _verify(file: Path) -> int:
    from vamco.config.start import start

    start()
    from vamco.systems.traffic import public as traffic

    found = traffic.verify(file.read_bytes())
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

"""`vamco check`: says what is wrong in a pack, with file and line; touches no database."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from vamco.cli.console import say, translate
from vamco.lib.errors import N_

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """Check a pack; 0 when it is right, 1 with all its mistakes printed."""
    from vamco.config.environment import environment

    parser = argparse.ArgumentParser(prog="vamco check", description=__doc__)
    parser.add_argument(
        "folder", nargs="?", type=Path, default=environment().pack, help="the pack (default: VAMCO_PACK)"
    )
    folder = parser.parse_args(argv).folder
    from vamco.config.start import start

    start()
    from vamco.kernel.base.packs import public as packs

    contents = packs.check(folder)
    for name, items in contents.items():
        print(f"{name}: {len(items)}")
    if remarks := packs.remarks(contents):
        say(N_("Right, but not yet whole:"))
        for remark in remarks:
            print(f"  {remark.text(translate)}")
    print(f"{folder}: OK")
    return 0

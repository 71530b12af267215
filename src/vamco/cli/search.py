"""`vamco search reindex [KIND …]`: index anew what the search finds; without a kind everything. Safe beside a running platform."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """Index kinds anew, and say how many things are found and how many no longer are."""
    parser = argparse.ArgumentParser(prog="vamco search", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    reindex = commands.add_parser("reindex", help="index anew; people go on finding meanwhile")
    reindex.add_argument("kind", nargs="*", help="kinds of things, such as case or indicator (default: all)")
    options = parser.parse_args(argv)
    from vamco.config.start import start

    start()
    from vamco.kernel.record.search import public as search
    from vamco.lib.errors import Missing

    for kind in options.kind or search.kinds():
        try:
            there, gone = search.reindex(kind)
        except Missing:
            print(f"vamco search: there is no kind {kind}; there are {', '.join(search.kinds())}")
            return 1
        print(f"{kind}: {there} found, {gone} gone")
    return 0

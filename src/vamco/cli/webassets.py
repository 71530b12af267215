"""Places the browser libraries that npm has fetched: `python -m vamco.cli.webassets NODE_MODULES`."""

from __future__ import annotations

import sys
from pathlib import Path

from vamco.web import vendor


def main(argv: list[str]) -> int:
    """Copy from the folder named; gives the exit code."""
    if len(argv) != 1:
        print("webassets: expected one argument, npm's folder node_modules", file=sys.stderr)
        return 2
    try:
        vendor.place(Path(argv[0]))
    except FileNotFoundError as error:
        print(f"webassets: {error.filename} is missing; does package-lock.json fit vamco.web.vendor?", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

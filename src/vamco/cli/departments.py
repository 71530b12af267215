"""Brings the demonstration's departments to today, then serves the Treasury as `vamco.demo.department` does."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from pathlib import Path

from vamco.demo import build, department
from vamco.lib.time import HCM


def main(argv: list[str]) -> int:
    """Build the demonstration's data, or let the days happen that have passed since; then serve."""
    parser = argparse.ArgumentParser(prog="python -m vamco.cli.departments")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--today", type=dt.date.fromisoformat, help="ISO date; by default today in the province")
    chosen = parser.parse_args(argv)
    today = chosen.today or dt.datetime.now(HCM).date()
    if not (chosen.folder / "demo.json").is_file():
        chosen.folder.mkdir(parents=True, exist_ok=True)
        build.build(chosen.folder, pack=chosen.pack, today=today)
    elif (behind := (today - build.Demo.open(chosen.folder).today).days) > 0:
        build.advance(chosen.folder, behind)
    return department.main(["--folder", str(chosen.folder), "--port", str(chosen.port)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""All measurements of dossiers, each in a process of its own: `vamco bench dossiers_deadlines` and so on run one alone."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from vamco.cli import bench

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.cli.bench import Figure


def run() -> Iterator[Figure]:
    """The figures of each part, in the order of their names; a part that breaks off does not keep the others from being measured."""
    broken = []
    for path in sorted(Path(__file__).parent.glob("dossiers_*.py")):
        try:
            yield from bench.measured(path.stem)
        except subprocess.CalledProcessError as error:
            broken.append(error)
    if broken:
        raise broken[0]

"""The worker that watches the demonstration's cameras, as a program beside the web; only where the engine of pictures is installed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from vamco.cli.processes import Program

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vamco.cli.processes import Log

CLIP: Final = "clip:"
NICE: Final = "10"
SHARE: Final = "0.3"
"""Of one processor: a demonstration runs on a laptop, and its pages come first."""
CAMERAS: Final = "3"
FPS: Final = "6"
TURN_S: Final = "300"
"""Five minutes, the length of a count: then other cameras have their turn."""
PROPOSALS: Final = "6"
"""A clip that is played again and again shows the same violation each time."""


def watched(clips: Path) -> bool:
    """Return whether there is something to watch and to watch it with. VAMCO_WATCH=no leaves it out."""
    from vamco.config.environment import environment
    from vamco.engines.vision import ready

    return environment().watch and clips.is_dir() and any(clips.iterdir()) and not ready.missing()


def drawn(clips: Path) -> int:
    """Give the cameras of the demonstration that play a clip the drawing that lies beside it; how many got one.

    A camera that somebody has drawn on keeps what was drawn.
    """
    from pydantic import TypeAdapter

    from vamco.engines.vision.contracts import Drawing
    from vamco.systems.traffic import public as traffic

    count = 0
    for camera in traffic.cameras():
        file = clips / f"{camera.source.removeprefix(CLIP)}.drawing.json"
        if not camera.synthetic or not camera.source.startswith(CLIP) or camera.drawing or not file.is_file():
            continue
        traffic.save_drawing(camera.code, TypeAdapter(Drawing).validate_json(file.read_bytes()), by=None)
        count += 1
    return count


def program(environment: Mapping[str, str], log: Log, clips: Path) -> Program:
    """Return the worker: few cameras, few pictures a second, a third of a processor at most."""
    words = ["watch", "--cameras", CAMERAS, "--fps", FPS, "--share", SHARE, "--turn", TURN_S, "--nice", NICE]
    words += ["--proposals", PROPOSALS, "--clips", str(clips)]
    argv = [sys.executable, "-m", "vamco", "traffic", *words]
    # Libraries of the engine would start a thread for each processor.
    alone = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OPENCV_FOR_THREADS_NUM": "1"}
    return Program("cameras", argv, log, {**environment, **alone}, grace=15)

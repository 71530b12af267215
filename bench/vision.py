"""The engine of pictures on one core: the whole pipeline with each stage's share, the detector, the tracker against ByteTrack.

The film is the demonstration's rendered street where its clips are there. Otherwise it is a real photograph of a junction that lies
beside the project (shared/data/vision, or VAMCO_VISION_DATA), panned and encoded as MPEG-4 at 1920 × 1080 for the occasion: many
vehicles, all moving alike. The figures' names say which. Processor time is counted, not time: the decoder's threads are in it, and
what else the machine does is not. Tracking is measured on made-up traffic with exact truth; the peer is ByteTrack of the package
`trackers` on the same detections, with its own thresholds and with ours, the better of the two.
"""

from __future__ import annotations

import importlib.util
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vamco.cli.bench import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("VAMCO_VISION_DATA", CHECKOUT.parent / "shared" / "data" / "vision"))
CLIPS = CHECKOUT / "src" / "vamco" / "demo" / "street" / "clips"
JUNCTION = "07.jpg"
WIDTH, HEIGHT, FRAMES, FPS = 1920, 1080, 240, 25
STRIDE, SIZE = 3, (416, 256)
SEEDS = range(10, 16)


def run() -> Iterator[Figure]:
    """Measure what can be measured here, and say on the standard error what cannot."""
    from vamco.engines.vision import ready

    if lacking := ready.missing():
        for message, values in lacking:
            print(f"vision: {message % values}", file=sys.stderr)
    else:
        yield from _detector()
        yield from _pipeline()
    if importlib.util.find_spec("scipy") is not None:
        yield from _tracker()


def _figure(name: str, value: float, unit: str, reach: str = "", **peer: Any) -> Figure:
    return Figure("vision", name, value, unit, reach, **peer)


def _detector() -> Iterator[Figure]:
    import numpy as np

    from vamco.engines.vision.detectors import NANODET, Description, OnnxDetector
    from vamco.engines.vision.ready import DETECTOR

    picture = np.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    for size in ((416, 416), SIZE):
        detector = OnnxDetector(DETECTOR, Description.read(NANODET), size=size)
        times = []
        for _ in range(40):
            begun = time.process_time()
            detector.detect(picture)
            times.append((time.process_time() - begun) * 1000)
        yield _figure(f"detector on 1920 × 1080 at {size[0]} × {size[1]}, one thread", statistics.median(times), "ms")


def _pipeline() -> Iterator[Figure]:
    from vamco.engines.vision.detectors import NANODET, Description, OnnxDetector
    from vamco.engines.vision.pipeline import Pipeline, Settings
    from vamco.engines.vision.ready import DETECTOR
    from vamco.engines.vision.sources import Source

    with tempfile.TemporaryDirectory() as folder:
        film, what = _film(Path(folder))
        if film is None:
            print("vision: no film, neither the demonstration's clips nor the photographs are here", file=sys.stderr)
            return
        detector = OnnxDetector(DETECTOR, Description.read(NANODET), size=SIZE)
        plates = _plates()
        pipeline = Pipeline("bench", detector, plates=plates, settings=Settings(stride=STRIDE))
        begun = time.process_time()
        with Source("bench", str(film)) as source:
            counts = [len(pipeline.feed(frame).live.tracks) for frame in source.frames()]
        spent = time.process_time() - begun
    how = f"{what}, detector {SIZE[0]} × {SIZE[1]} on each {STRIDE}rd frame, plates {'read' if plates else 'not read'}"
    yield _figure(f"whole pipeline: {how}", len(counts) / spent, "frames/s a core", ">= 30")
    yield _figure("things followed in a frame", statistics.fmean(counts), "tracks", ">= 8")
    stages = {"decoding": spent - sum(pipeline.spent.values()), **pipeline.spent}
    for stage, seconds in stages.items():
        yield _figure(f"share of {stage}", 100 * seconds / spent, "%")


def _film(folder: Path) -> tuple[Path | None, str]:
    clips = sorted(CLIPS.glob("*.webm")) + sorted(CLIPS.glob("*.mp4")) if CLIPS.is_dir() else []
    if clips:
        return clips[0], f"rendered street {clips[0].name}"
    photograph = DATA / "junction" / JUNCTION
    if not photograph.is_file():
        return None, ""
    import cv2
    import numpy as np

    whole = cv2.resize(np.asarray(cv2.imread(str(photograph)), np.uint8), (2240, 1680), interpolation=cv2.INTER_CUBIC)
    film = folder / "film.mp4"
    writer = cv2.VideoWriter(str(film), cv2.VideoWriter.fourcc(*"mp4v"), FPS, (WIDTH, HEIGHT))
    for number in range(FRAMES):
        x, y = round(160 + 150 * np.sin(number / 40)), round(300 + 200 * np.cos(number / 60))
        writer.write(np.ascontiguousarray(whole[y : y + HEIGHT, x : x + WIDTH]))
    writer.release()
    return film, "a junction's photograph, panned, MPEG-4, not the rendered street"


def _plates() -> Any:
    """Give the plate engine where this checkout has one."""
    if importlib.util.find_spec("vamco.engines.vision.plates") is None:
        return None
    from ruamel.yaml import YAML

    from vamco.engines.vision.plates import grammar
    from vamco.engines.vision.plates.detector import PlateDetector, PlateSight
    from vamco.engines.vision.plates.reader import PlateReader

    table = YAML(typ="safe").load(CHECKOUT / "packs" / "vietnam" / "traffic" / "plates.yaml")
    return PlateSight(PlateDetector(), PlateReader(grammar.load(table)))


def _tracker() -> Iterator[Figure]:
    from vamco.engines.vision.scoring import score
    from vamco.engines.vision.tests.made_up import detections, traffic
    from vamco.engines.vision.tracking import Tracker

    peer = importlib.util.find_spec("trackers") is not None
    ours, theirs, times = [], [], []
    for seed in SEEDS:
        truth, kinds = traffic(seed, 250, 36)
        found = detections(truth, kinds, seed)
        begun, tracker = time.process_time(), Tracker()
        followed = [
            {one.number: one.box for one in tracker.update(i, each) if one.seen} for i, each in enumerate(found)
        ]
        times.append((time.process_time() - begun) * 1000 / len(found))
        ours.append(score(truth, followed))
        if peer:
            from vamco.engines.vision.tests.oracle import bytetrack

            lower = {"track_activation_threshold": 0.45, "high_conf_det_threshold": 0.45}
            theirs.append([score(truth, bytetrack(found)), score(truth, bytetrack(found, **lower))])
    for name in ("hota", "idf1"):
        value = statistics.fmean(getattr(one, name) for one in ours)
        other = max(statistics.fmean(getattr(pair[way], name) for pair in theirs) for way in (0, 1)) if peer else None
        title = f"tracking, {name.upper()}, made-up traffic, seeds {SEEDS[0]}–{SEEDS[-1]}"
        yield _figure(title, value, "", peer="trackers ByteTrack", peer_value=other, ratio_reach=">= 1")
    yield _figure("tracker", statistics.fmean(times), "ms a frame")

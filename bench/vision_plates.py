"""Number plates: how many are read exactly, how many may be kept without a person, how many are found in a scene, how long it takes.

Measured on real crops and scenes that lie beside the project and never in it (shared/data/vision, or VAMCO_VISION_DATA); without
them, or without the packages of the extra `vision`, the reason goes to the standard error and no figure is given. The peer is
RapidOCR, a general reader, on the same pictures in the same run, where it is installed.
With VAMCO_VISION_ADAPT=MINUTES and torch the reader also learns from 800 of 1,000 local plates and is measured on the rest.

Labels are wrong in places: bench/vision_plates_corrections.json has the corrections of split `dev` by file, place and character.
Split `other` is measured with its raw labels.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vamco.cli.bench import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

CHECKOUT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("VAMCO_VISION_DATA", CHECKOUT.parent / "shared" / "data" / "vision"))
PEER_PICTURES = 99
LOCAL_PICTURES = 1000
ROUNDS = 200


def run() -> Iterable[Figure]:
    """Measures crops, scenes and times; the split `other` only with VAMCO_VISION_OTHER=1, so that nobody tunes on it unawares."""
    missing = [name for name in ("onnxruntime", "cv2") if importlib.util.find_spec(name) is None]
    plates = DATA / "plates" / "truth.json"
    if missing or not plates.exists():
        reason = f"not installed: {', '.join(missing)}" if missing else f"no pictures at {plates.parent}"
        print(f"vision_plates: skipped, {reason}", file=sys.stderr)
        return
    yield from _measure(json.loads(plates.read_text(encoding="utf-8")), plates.parent)


def _measure(entries: list[dict[str, Any]], folder: Path) -> Iterator[Figure]:
    from vamco.engines.vision.plates.detector import PlateDetector
    from vamco.engines.vision.plates.measuring import exact_share, kept_share

    reader, dev = _reader(), [entry for entry in entries if entry["split"] == "dev"]
    reads = _judge(reader, dev, folder, _corrections())
    peer_name, peer = _peer(dev[:PEER_PICTURES], folder)
    yield _figure("dev_exact_corrected", exact_share(reads), ">= 0.94", peer_name, peer)
    yield _figure("dev_exact_raw", exact_share(_judge(reader, dev, folder, {})))
    for lines in (1, 2):
        part = [read for read, entry in zip(reads, dev, strict=True) if entry["lines"] == lines]
        yield _figure(f"dev_exact_corrected_lines_{lines}", exact_share(part))
    yield _figure("dev_kept_at_99.7", kept_share(reads), ">= 0.75")
    if os.environ.get("VAMCO_VISION_OTHER"):
        other = _judge(reader, [entry for entry in entries if entry["split"] == "other"], folder, {})
        yield _figure("other_exact_raw", exact_share(other), ">= 0.9")
        yield _figure("other_kept_at_99.7_raw", kept_share(other))
    if minutes := float(os.environ.get("VAMCO_VISION_ADAPT", "0")):
        yield from _adapted(entries, folder, minutes)
    detector = PlateDetector()
    found, read = _scenes(detector, reader, dev, folder)
    yield _figure("dev_scene_found", found)
    yield _figure("dev_scene_found_and_read", read, ">= 0.88")
    yield from _times(detector, reader, dev, folder)


def _adapted(entries: Sequence[dict[str, Any]], folder: Path, minutes: float) -> Iterator[Figure]:
    """Retrain on local plates of `other` and read those held out, labels raw; the weights are thrown away."""
    from vamco.engines.vision.plates.network import WEIGHTS
    from vamco.engines.vision.training import adapt, reader

    local = [entry for entry in entries if entry["split"] == "other"][:LOCAL_PICTURES]
    learn, held = adapt.load_local(folder, local)
    base = reader.kept_state(WEIGHTS / "plate_reader.npz")
    fonts = Path(os.environ["VAMCO_VISION_FONTS"]) if "VAMCO_VISION_FONTS" in os.environ else None
    plan = adapt.Plan(minutes=minutes)
    _, outcome = adapt.adapt(base, learn, held, plan, fonts, say=lambda line: print(line, file=sys.stderr))
    name = f"published weights, {outcome.held_out} plates held out of {outcome.plates}"
    yield _figure("other_exact_raw_after_adapt", max(outcome.before, outcome.after), ">= 0.97", name, outcome.before)


def _figure(name: str, value: float, reach: str = "", peer: str = "", peer_value: float | None = None) -> Figure:
    return Figure("vision_plates", name, value, "share", reach, peer, peer_value)


def _reader() -> Any:
    from ruamel.yaml import YAML

    from vamco.engines.vision.plates import grammar
    from vamco.engines.vision.plates.reader import PlateReader

    table = YAML(typ="safe").load(CHECKOUT / "packs" / "vietnam" / "traffic" / "plates.yaml")
    return PlateReader(grammar.load(table))


def _corrections() -> dict[str, list[dict[str, Any]]]:
    file = CHECKOUT / "bench" / "vision_plates_corrections.json"
    return dict(json.loads(file.read_text(encoding="utf-8")))


def _judge(reader: Any, entries: Sequence[dict[str, Any]], folder: Path, fixes: dict[str, Any]) -> list[Any]:
    import cv2

    from vamco.engines.vision.plates.measuring import Judged, corrected

    judged = []
    for entry in entries:
        read = reader.read(cv2.imread(str(folder / entry["crop"])))
        truth = corrected(entry["text"], fixes.get(Path(entry["crop"]).stem, ()))
        judged.append(Judged(read.text, truth, read.confidence if read.complete else 0.0))
    return judged


def _scenes(detector: Any, reader: Any, entries: Sequence[dict[str, Any]], folder: Path) -> tuple[float, float]:
    """Return the share of scenes whose plate was found (IoU 0.5) and the share in which it was also read exactly."""
    import cv2

    from vamco.engines.vision.plates.detector import cut
    from vamco.engines.vision.plates.measuring import corrected

    fixes, total, found, right = _corrections(), 0, 0, 0
    for entry in entries:
        if not entry.get("scene") or not entry.get("boxes"):
            continue
        total += 1
        picture = cv2.imread(str(folder / entry["scene"]))
        truth = corrected(entry["text"], fixes.get(Path(entry["crop"]).stem, ()))
        finds = [plate.box for plate in detector.find(picture)]
        hits = [box for box in finds if max(_iou(box, true) for true in entry["boxes"]) >= 0.5]
        found += bool(hits)
        right += any(reader.read(cut(picture, box, 0.03), box=box).text == truth for box in hits)
    return found / max(total, 1), right / max(total, 1)


def _iou(one: Sequence[float], other: Sequence[float]) -> float:
    wide = max(0.0, min(one[2], other[2]) - max(one[0], other[0]))
    high = max(0.0, min(one[3], other[3]) - max(one[1], other[1]))
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return wide * high / (sum(areas) - wide * high)


def _times(detector: Any, reader: Any, entries: Sequence[dict[str, Any]], folder: Path) -> Iterator[Figure]:
    """Give the median milliseconds of one image, preparation and grammar included: CPU time of the one thread that works.

    So other programs on the machine count only as far as they slow the core down, not while they hold it.
    """
    import cv2

    cv2.setNumThreads(1)
    crop = cv2.imread(str(folder / entries[0]["crop"]))
    scene = cv2.imread(str(folder / next(entry["scene"] for entry in entries if entry.get("scene"))))
    for name, act, reach in (
        ("reader_ms", lambda: reader.read(crop), "<= 1.5"),
        ("plate_detector_ms", lambda: detector.find(scene), "<= 3"),
    ):
        times = []
        for _ in range(ROUNDS):
            begun = time.thread_time()
            act()
            times.append((time.thread_time() - begun) * 1000)
        yield Figure("vision_plates", name, sorted(times)[ROUNDS // 2], "ms", reach)


def _peer(entries: Sequence[dict[str, Any]], folder: Path) -> tuple[str, float | None]:
    """Return RapidOCR's name and its share of exact reads, letters and digits alone, in reading order."""
    if importlib.util.find_spec("rapidocr") is None or "VAMCO_VISION_NO_PEER" in os.environ:
        return "", None
    import cv2
    from rapidocr import RapidOCR

    from vamco.engines.vision.plates.measuring import corrected

    one = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    engine, fixes, right = RapidOCR(params={**one, "Global.log_level": "error"}), _corrections(), 0
    for entry in entries:
        answer = engine(cv2.imread(str(folder / entry["crop"])))
        text = "".join(c for part in (answer.txts or ()) for c in part.upper() if c.isascii() and c.isalnum())
        right += text == corrected(entry["text"], fixes.get(Path(entry["crop"]).stem, ()))
    return f"RapidOCR on {len(entries)} of them", right / len(entries)

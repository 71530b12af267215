"""`vamco vision train reader|plates | read FILE… | adapt FOLDER`: the networks that find and read plates."""

from __future__ import annotations

import argparse
import importlib.util
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vamco.lib.errors import N_, Missing, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.engines.vision.plates.grammar import Grammar

_PACKAGES: Final = {"read": ("onnxruntime", "cv2"), "train": ("torch", "onnxscript", "cv2"), "adapt": ("torch", "cv2")}


def main(argv: Sequence[str]) -> int:
    """Run one of these; 1 when something was refused."""
    options = _parser().parse_args(argv)
    absent = [name for name in _PACKAGES[options.act] if importlib.util.find_spec(name) is None]
    if absent:
        raise Missing(
            "vision.packages",
            N_("This needs packages that are not installed: %(names)s. docs/plates.md says how to install them."),
            names=", ".join(absent),
        )
    acts = {"read": _read, "train": _train, "adapt": _adapt}
    return acts[options.act](options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vamco vision", description=__doc__)
    acts = parser.add_subparsers(dest="act", required=True)
    read = acts.add_parser("read", help="read the plates of pictures: one line of JSON for each plate")
    read.add_argument("files", nargs="+", type=Path, help="pictures of vehicles, or with --crop of plates alone")
    read.add_argument("--crop", action="store_true", help="each picture shows one plate and nothing else")
    read.add_argument("--table", type=Path, help="the table of plates (default: traffic/plates.yaml of the pack)")
    train = acts.add_parser(
        "train", help="train the reader or the plate detector on rendered plates; resumes by itself"
    )
    train.add_argument("net", choices=("reader", "plates"))
    train.add_argument("folder", type=Path, help="where checkpoints and weights are kept")
    train.add_argument("--minutes", type=float, default=55.0, help="length of this leg (default: 55)")
    train.add_argument(
        "--cool", type=float, default=0.4, help="last part of the leg with a falling rate (default: 0.4)"
    )
    train.add_argument("--seed", type=int, default=16)
    train.add_argument("--fonts", type=Path, help="folder with fonts under the OFL; without it only own strokes")
    train.add_argument(
        "--photographs", type=Path, nargs="*", default=[], help="folders with openly licensed pictures of roads"
    )
    adapt = acts.add_parser(
        "adapt", help="retrain the reader on a province's own plates; switch only if it reads better"
    )
    adapt.add_argument("folder", type=Path, help="local plates: pictures and truth.json")
    adapt.add_argument("out", type=Path, help="where the better weights are written")
    adapt.add_argument("--minutes", type=float, default=8.0, help="length of the training (default: 8)")
    adapt.add_argument("--fonts", type=Path, help="folder with fonts under the OFL")
    return parser


def _grammar(table: Path | None) -> Grammar:
    from ruamel.yaml import YAML

    from vamco.config.environment import environment
    from vamco.engines.vision.plates import grammar

    pack = environment().pack
    places = [table] if table else [folder / "traffic" / "plates.yaml" for folder in (pack, pack.parent / "vietnam")]
    for place in places:
        if place.exists():
            return grammar.load(YAML(typ="safe").load(place))
    raise Missing("vision.table", N_("There is no table of plates at %(place)s."), place=places[0])


def _read(options: argparse.Namespace) -> int:
    import cv2
    import numpy as np

    from vamco.engines.vision.plates.detector import PlateDetector, cut
    from vamco.engines.vision.plates.reader import PlateReader

    reader = PlateReader(_grammar(options.table))
    detector = None if options.crop else PlateDetector()
    unread = 0
    for file in options.files:
        read_in = cv2.imread(str(file))
        if read_in is None:
            raise Refused("vision.no_picture", N_("%(file)s is not a picture that can be read."), file=file)
        picture = np.asarray(read_in, np.uint8)
        found: list[Any] = [None] if detector is None else [plate.box for plate in detector.find(picture)]
        unread += not found
        for box in found:
            read = reader.read(picture if box is None else cut(picture, box, 0.03), box=box)
            print(json.dumps({"file": str(file), **asdict(read), "confidence": read.confidence}, ensure_ascii=False))
    return 1 if unread else 0


def _train(options: argparse.Namespace) -> int:
    if options.net == "reader":
        from vamco.engines.vision.training import reader

        plan = reader.Plan(seed=options.seed, minutes=options.minutes, cool=options.cool)
        trainer = reader.Trainer(options.folder, plan, options.fonts)
        trainer.train(lambda line: print(line, flush=True))
        reader.keep_state(trainer.mean, options.folder / "plate_reader.npz")
        reader.export(trainer.mean, options.folder / "plate_reader.onnx")
        return 0
    from vamco.engines.vision.training import plate_detector

    plan_of_plates = plate_detector.Plan(seed=options.seed, minutes=options.minutes, cool=options.cool)
    plates = plate_detector.Trainer(options.folder, plan_of_plates, options.photographs, options.fonts)
    plates.train(lambda line: print(line, flush=True))
    plate_detector.export(plates.mean, options.folder / "plate_detector.onnx")
    return 0


def _adapt(options: argparse.Namespace) -> int:
    from vamco.engines.vision.plates.network import WEIGHTS
    from vamco.engines.vision.training import adapt, reader

    try:
        learn, held = adapt.load_local(options.folder)
    except adapt.TooFewPlatesError:
        raise Refused(
            "vision.few_plates", N_("There are too few local plates to learn from and to compare with.")
        ) from None
    start = options.out / "plate_reader.npz"  # an earlier adaptation goes on
    base = reader.kept_state(start if start.exists() else WEIGHTS / "plate_reader.npz")
    plan = adapt.Plan(minutes=options.minutes)
    better, outcome = adapt.adapt(base, learn, held, plan, options.fonts, say=lambda line: print(line, flush=True))
    print(json.dumps(asdict(outcome)))
    if outcome.switched:
        options.out.mkdir(parents=True, exist_ok=True)
        reader.keep_state(better, start)
        reader.export(better, options.out / "plate_reader.onnx")
    return 0

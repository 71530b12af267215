"""Finds vehicles and persons in a picture with any ONNX detector that a small description file explains."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from vamco.engines.vision import heads
from vamco.engines.vision.belonging import vehicles
from vamco.engines.vision.contracts import Box, Detection, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vamco.engines.vision.contracts import Picture
    from vamco.engines.vision.heads import Floats

    Run = Callable[[Floats], Mapping[str, Floats]]

NANODET: Final = Path(__file__).with_name("nanodet.yaml")
_CUT: Final = 0.75  # of the smaller box that lies in a larger one of its kind: a tile's edge has cut the thing
_EDGE: Final = 0.02  # of a tile's side from its edge: the box ends there because the tile does
_SHARED: Final = 0.12  # of a tile's side that its neighbour sees, too
_GROUPS: Final = {Kind.CAR: 0, Kind.BUS: 0, Kind.TRUCK: 0, Kind.MOTORBIKE: 1, Kind.BICYCLE: 1, Kind.PERSON: 2}


class Detector(Protocol):
    """Finds things in a picture. `name` says which model and version, for the evidence."""

    name: str

    def detect(self, picture: Picture) -> list[Detection]:
        """Give what is in the picture: uint8, (height, width, 3), BGR. Riders are already part of their motorbikes."""
        ...


@dataclass(frozen=True, slots=True)
class Head:
    """One scale of a detector: the names of its two outputs and the pixels from cell to cell."""

    stride: int
    scores: str
    boxes: str


@dataclass(frozen=True, slots=True)
class Description:
    """What one must know of an ONNX file to use it. `mean` and `std` are in the order of `colours` (`bgr` or `rgb`), 0 to 255."""

    name: str
    file: str
    input: str
    width: int
    height: int
    multiple: int
    colours: str
    mean: tuple[float, ...]
    std: tuple[float, ...]
    heads: tuple[Head, ...]
    bins: int
    kinds: Mapping[int, Kind]
    least: Mapping[Kind, float]
    unridden: float
    overlap: float

    @classmethod
    def read(cls, path: Path) -> Description:
        """Read a description file; ValueError where something in it cannot be."""
        from ruamel.yaml import YAML

        content = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        taken = content.pop("input")
        if taken["colours"] not in {"bgr", "rgb"}:
            raise ValueError(f"{path.name}: colours must be bgr or rgb, not {taken['colours']}")
        return cls(
            name=content["name"],
            file=content["file"],
            input=taken["name"],
            width=int(taken["width"]),
            height=int(taken["height"]),
            multiple=int(taken["multiple"]),
            colours=taken["colours"],
            mean=tuple(taken["mean"]),
            std=tuple(taken["std"]),
            heads=tuple(Head(**head) for head in content["heads"]),
            bins=int(content["bins"]),
            kinds={int(number): Kind(kind) for number, kind in content["kinds"].items()},
            least={Kind(kind): float(score) for kind, score in content["least"].items()},
            unridden=float(content["unridden"]),
            overlap=float(content["overlap"]),
        )


class OnnxDetector:
    """A detector from a file. `size` is what the network is given (width, height); `tiles` cuts large pictures into columns and rows.

    With tiles the whole picture is looked at, too, so that what is larger than a tile is found in one piece; each look costs the same.
    """

    def __init__(
        self,
        model: Path,
        description: Description,
        *,
        size: tuple[int, int] | None = None,
        tiles: tuple[int, int] = (1, 1),
        least: Mapping[Kind, float] | None = None,
    ) -> None:
        self.name = description.name
        self._description = description
        self._width, self._height = size or (description.width, description.height)
        if self._width % description.multiple or self._height % description.multiple:
            raise ValueError(f"the size must be a multiple of {description.multiple}")
        self._tiles = tiles
        self._run = runner(model, description.input, (self._height, self._width))
        self._middles = [heads.centres(self._height, self._width, head.stride) for head in description.heads]
        self._numbers = np.array(sorted(description.kinds))
        self._kinds = [description.kinds[number] for number in sorted(description.kinds)]
        self._least = np.array([{**description.least, **(least or {})}[kind] for kind in self._kinds], np.float32)
        self._groups = np.array([_GROUPS[kind] for kind in self._kinds])

    def detect(self, picture: Picture) -> list[Detection]:
        """Give what is in the picture: uint8, (height, width, 3), BGR; riders belong to their motorbikes."""
        return vehicles(self.things(picture), self._description.unridden, picture.shape[1])

    def things(self, picture: Picture) -> list[Detection]:
        """Give what the network sees, riders and motorbikes apart, and motorbikes that are none without a rider."""
        looks = [self._look(picture, part) for part in parts(picture.shape[1], picture.shape[0], self._tiles)]
        boxes, scores, classes = (np.concatenate(each) for each in zip(*looks, strict=True))
        inside = _CUT if len(looks) > 1 else 2.0
        kept = heads.best(boxes, scores, self._groups[classes], self._description.overlap, inside)
        return [Detection(self._kinds[classes[i]], Box(*map(float, boxes[i])), float(scores[i])) for i in kept]

    def _look(self, picture: Picture, part: tuple[int, int, int, int]) -> tuple[Floats, Floats, heads.Indices]:
        x0, y0, x1, y1 = part
        prepared, scale = letterbox(picture[y0:y1, x0:x1], self._width, self._height, self._description)
        outputs = self._run(prepared)
        boxes, scores, classes = self._decode(outputs)
        boxes = np.clip(boxes / scale, 0, [x1 - x0, y1 - y0, x1 - x0, y1 - y0]) + np.array([x0, y0, x0, y0])
        # What the inner edge of a tile cuts, its neighbour or the whole picture shows uncut.
        height, width = picture.shape[:2]
        near = _EDGE * np.array([x1 - x0, y1 - y0, x1 - x0, y1 - y0])
        inner = np.array([x0 > 0, y0 > 0, x1 < width, y1 < height])
        reach = np.abs(boxes - np.array([x0, y0, x1, y1])) <= near
        whole = ~(reach & inner).any(axis=1)
        return boxes[whole], scores[whole], classes[whole]

    def _decode(self, outputs: Mapping[str, Floats]) -> tuple[Floats, Floats, heads.Indices]:
        """Give boxes (n, 4), scores (n,) and places among the kinds (n,) of what reaches the least score of its kind."""
        found = []
        for head, middles in zip(self._description.heads, self._middles, strict=True):
            scores = outputs[head.scores][0][:, self._numbers]
            # A cell may be two things, a rider and a motorbike.
            cells, classes = np.nonzero(scores >= self._least)
            sides = heads.distances(outputs[head.boxes][0][cells], head.stride)
            found.append((heads.boxes_from(middles[cells], sides), scores[cells, classes], classes))
        boxes, tops, places = (np.concatenate(each) for each in zip(*found, strict=True))
        return boxes, tops, places


def parts(width: int, height: int, tiles: tuple[int, int]) -> list[tuple[int, int, int, int]]:
    """Cut a picture into overlapping tiles x0 y0 x1 y1, and the whole in front where there is more than one."""
    columns, rows = tiles
    cut = [(*across, *down) for down in _stretches(height, rows) for across in _stretches(width, columns)]
    boxes = [(x0, y0, x1, y1) for x0, x1, y0, y1 in cut]
    return boxes if len(boxes) == 1 else [(0, 0, width, height), *boxes]


def _stretches(length: int, count: int) -> list[tuple[int, int]]:
    size = length / (count - (count - 1) * _SHARED)
    step = size * (1 - _SHARED)
    return [(round(place * step), min(length, round(place * step + size))) for place in range(count)]


def letterbox(picture: Picture, width: int, height: int, description: Description) -> tuple[Floats, float]:
    """Fit a BGR picture into the network's: float32, (1, 3, height, width), normalised; also gives the factor of the sizes.

    The picture lies at the top left; what remains free is the mean colour, 0 after normalising.
    """
    import cv2

    scale = min(width / picture.shape[1], height / picture.shape[0])
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 0.5 else cv2.INTER_LINEAR)  # noqa: PLR2004
    if description.colours == "rgb":
        small = small[:, :, ::-1]
    prepared = np.zeros((1, 3, height, width), np.float32)
    for channel in range(3):
        lying = prepared[0, channel, : size[1], : size[0]]
        np.multiply(small[:, :, channel], np.float32(1 / description.std[channel]), out=lying)
        lying -= np.float32(description.mean[channel] / description.std[channel])
    return prepared, scale


def runner(model: Path, name: str, size: tuple[int, int]) -> Run:
    """Load a network: OpenVINO where it is installed, else ONNX Runtime; one thread, since each camera has its own process."""
    if importlib.util.find_spec("openvino") is not None:
        return _openvino(model, size)
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return lambda prepared: dict(zip(names, session.run(names, {name: prepared}), strict=True))


def _openvino(model: Path, size: tuple[int, int]) -> Run:
    import openvino

    network = openvino.Core().read_model(model)
    network.reshape([1, 3, *size])
    compiled = openvino.compile_model(network, "CPU", {"INFERENCE_NUM_THREADS": 1})
    request = compiled.create_infer_request()

    def run(prepared: Floats) -> dict[str, Any]:
        results = request.infer([prepared])
        return {output.get_any_name(): results[output] for output in compiled.outputs}

    return run

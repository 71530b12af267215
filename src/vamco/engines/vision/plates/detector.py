"""Find plates in a picture of a vehicle, and read them there. A plate counts only within a vehicle (TC-05)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from vamco.engines.vision.contracts import Box, Kind
from vamco.engines.vision.plates.network import WEIGHTS, open_network, version_of

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from numpy.typing import NDArray

    from vamco.engines.vision.contracts import Detection, Picture, PlateRead
    from vamco.engines.vision.plates.reader import PlateReader

VEHICLES: Final = frozenset({Kind.CAR, Kind.MOTORBIKE, Kind.BUS, Kind.TRUCK})
_STRIDE: Final = 8
_FAR: Final = (
    0.6  # a picture that shrinks further needs the mean of its pixels; for others that costs more than it gives
)
_APART: Final = 0.3  # two finds that overlap more are one plate


@dataclass(frozen=True, slots=True)
class FoundPlate:
    """A plate in the picture that was searched: corners (4, 2) from top left clockwise, in its pixels, and a score from 0 to 1."""

    quad: NDArray[np.float64]
    score: float

    @property
    def box(self) -> Box:
        """Return the upright rectangle round the corners."""
        (x0, y0), (x1, y1) = self.quad.min(axis=0), self.quad.max(axis=0)
        return Box(float(x0), float(y0), float(x1), float(y1))


class PlateDetector:
    """The network for plates. `side`: to how many pixels the longer side of a picture is brought."""

    def __init__(self, file: Path | None = None, *, side: int = 320, floor: float = 0.3) -> None:
        self.file = file or WEIGHTS / "plate_detector.onnx"
        self.side, self.floor = side, floor
        self._session = open_network(self.file)

    @property
    def version(self) -> str:
        """Return the network's name and the start of its hash."""
        return version_of(self.file)

    def find(self, picture: Picture) -> list[FoundPlate]:
        """Return the plates of a picture (BGR), the surest first; where none is found, those too large to be seen so are sought."""
        return self._find(picture, self.side) or self._find(picture, self.side // 2)

    def _find(self, picture: Picture, side: int) -> list[FoundPlate]:
        import cv2

        high, wide = picture.shape[:2]
        scale = min(side / max(high, wide), 2.0)
        size = max(_STRIDE * 4, round(wide * scale)), max(_STRIDE * 4, round(high * scale))
        how = cv2.INTER_AREA if scale < _FAR else cv2.INTER_LINEAR
        small = cv2.resize(picture, size, interpolation=how)
        below, right = -small.shape[0] % _STRIDE, -small.shape[1] % _STRIDE
        if below or right:
            small = cv2.copyMakeBorder(small, 0, below, 0, right, cv2.BORDER_REPLICATE)
        heat, corners = self._session.run(None, {"picture": cv2.dnn.blobFromImage(small)})
        back = np.array([wide / size[0], high / size[1]])
        return peaks(heat[0, 0], corners[0], self.floor, back)


def peaks(
    heat: NDArray[np.float32], corners: NDArray[np.float32], floor: float, back: NDArray[np.float64]
) -> list[FoundPlate]:
    """Return the plates of a heat map (rows, columns) and corners (8, rows, columns) in strides; `back` scales to the picture."""
    around = np.pad(heat, 1)
    tops = np.max([around[y : y + heat.shape[0], x : x + heat.shape[1]] for y in range(3) for x in range(3)], axis=0)
    rows, columns = np.nonzero((heat >= floor) & (heat >= tops))
    order = np.argsort(-heat[rows, columns])
    found: list[FoundPlate] = []
    for index in order[:16]:
        row, column = int(rows[index]), int(columns[index])
        quad = np.add(corners[:, row, column].reshape(4, 2), (column + 0.5, row + 0.5), dtype=np.float64)
        plate = FoundPlate(quad * _STRIDE * back, float(heat[row, column]))
        if all(_overlap(plate.box, other.box) < _APART for other in found):
            found.append(plate)
    return found


def _overlap(one: Box, other: Box) -> float:
    """Return the part of the smaller box that both share."""
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    if wide <= 0 or high <= 0:
        return 0.0
    areas = [(box.x1 - box.x0) * (box.y1 - box.y0) for box in (one, other)]
    return wide * high / max(min(areas), 1e-6)


def cut(picture: Picture, box: Box, margin: float = 0.0) -> Picture:
    """Return a part of a picture, with a margin in parts of the box, as far as the picture reaches; empty where it does not."""
    wide, high = (box.x1 - box.x0) * margin, (box.y1 - box.y0) * margin
    x0, y0 = max(0, round(box.x0 - wide)), max(0, round(box.y0 - high))
    return picture[y0 : max(y0, round(box.y1 + high)), x0 : max(x0, round(box.x1 + wide))]


class PlateSight:
    """Finder and reader together: the plate of a vehicle in a whole picture."""

    def __init__(self, detector: PlateDetector, reader: PlateReader) -> None:
        self.detector, self.reader = detector, reader

    @property
    def versions(self) -> dict[str, str]:
        """Return the versions of both networks, for the passage."""
        return {"plate_detector": self.detector.version, "plate_reader": self.reader.version}

    def look(self, picture: Picture, vehicle: Detection, day: dt.date | None = None) -> PlateRead | None:
        """Return the read of a vehicle's plate from the picture at full resolution; None where none is found.

        Whatever stands on a person or a wall is never looked at: only boxes of vehicles are, and of a find outside the vehicle's
        own box nothing is read.
        """
        if vehicle.kind not in VEHICLES:
            return None
        low = max(0.0, vehicle.box.x0), max(0.0, vehicle.box.y0)
        crop = cut(picture, vehicle.box)
        if min(crop.shape[:2]) < _STRIDE:
            return None
        for plate in self.detector.find(crop):
            inner = cut(crop, plate.box, 0.03)
            if min(inner.shape[:2]) >= 6:  # noqa: PLR2004 (pixels: below there is nothing to read)
                box = Box(*(v + low[i % 2] for i, v in enumerate(plate.box)))
                return self.reader.read(inner, box=box, day=day)
        return None

"""Makes people and plates that are not concerned unrecognisable, and blackens what must not be seen at all.

What is coarse can be guessed back, so a region is replaced by large tiles of its own mean colours and by nothing of its pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from vamco.engines.vision.contracts import Box, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vamco.engines.vision.contracts import Picture, Polygon, Zone
    from vamco.engines.vision.tracking import Tracked

_TILES: Final = 5  # a region is at most so many tiles long: a face is then one or two
_HEAD: Final = 0.45  # the upper part of a rider's or walker's box
_GLASS: Final = 0.55  # the part of a car's box above which people sit behind glass
_HIDES: Final = (
    0.2  # what ends above the lower edge of the vehicle concerned by more than this share of it stands behind it
)
_PLATE: Final = 0.25  # a plate is masked larger by this share on each side


@dataclass(frozen=True, slots=True)
class Bystanders:
    """What is to be masked: people and `nearer` vehicles wherever they are, others only outside `spared`, the vehicle that it is about."""

    people: tuple[Box, ...]
    vehicles: tuple[Box, ...] = ()
    spared: Box | None = None
    nearer: tuple[Box, ...] = ()


def masked(picture: Picture, bystanders: Bystanders, zones: Sequence[Zone] = ()) -> Picture:
    """Give a copy of a BGR picture with bystanders tiled and the zones of purpose `mask` black."""
    copy = picture.copy()
    for region in bystanders.vehicles:
        _tile(copy, region)
    if bystanders.spared is not None:
        x0, y0, x1, y1 = _within(copy, bystanders.spared)
        copy[y0:y1, x0:x1] = picture[y0:y1, x0:x1]
    for region in (*bystanders.nearer, *bystanders.people):
        _tile(copy, region)
    for zone in zones:
        if zone.purpose == "mask":
            _blacken(copy, zone.polygon)
    return copy


def bystanders(tracks: Iterable[Tracked], concerned: int | None, plates: Mapping[int, Box] | None = None) -> Bystanders:
    """Say what to mask in evidence about one track, given where plates are known to be.

    People are masked whole, riders' heads also on the vehicle concerned. Of another car its glass and its plate are masked, or the
    whole where its plate is not known: an unread plate may be legible all the same.
    """
    known, tracks = plates or {}, tuple(tracks)
    people: list[Box] = []
    vehicles: list[Box] = []
    nearer: list[Box] = []
    spared = next((one.box for one in tracks if one.number == concerned), None)
    for one in tracks:
        if one.kind is Kind.PERSON:
            people.append(one.box)
            continue
        if one.kind in {Kind.MOTORBIKE, Kind.BICYCLE}:
            people.append(_upper(one.box, _HEAD))
        if one.number == concerned:
            continue
        # What stands lower in the picture stands before the vehicle concerned, or is carried by it: its plate must not come back with it.
        hides = vehicles if spared is None or one.box.y1 <= spared.y1 - _HIDES * (spared.y1 - spared.y0) else nearer
        if one.number not in known:
            hides.append(one.box)
        else:
            hides += [_upper(one.box, _GLASS), _larger(known[one.number], _PLATE)]
    return Bystanders(tuple(people), tuple(vehicles), spared, tuple(nearer))


def _upper(box: Box, share: float) -> Box:
    return box._replace(y1=box.y0 + share * (box.y1 - box.y0))


def _larger(box: Box, share: float) -> Box:
    across, down = share * (box.x1 - box.x0), share * (box.y1 - box.y0)
    return Box(box.x0 - across, box.y0 - down, box.x1 + across, box.y1 + down)


def _within(picture: Picture, region: Box) -> tuple[int, int, int, int]:
    height, width = picture.shape[:2]
    x0, y0 = max(0, int(np.floor(region.x0))), max(0, int(np.floor(region.y0)))
    return x0, y0, min(width, int(np.ceil(region.x1))), min(height, int(np.ceil(region.y1)))


def _tile(picture: Picture, region: Box) -> None:
    x0, y0, x1, y1 = _within(picture, region)
    if x1 <= x0 or y1 <= y0:
        return
    side = max(4, -(-max(x1 - x0, y1 - y0) // _TILES))
    for top in range(y0, y1, side):
        for left in range(x0, x1, side):
            tile = picture[top : min(top + side, y1), left : min(left + side, x1)]
            # In steps of 16, so that not even the mean of a tile is kept exactly.
            tile[:] = (tile.reshape(-1, 3).mean(axis=0) // 16 * 16 + 8).astype(np.uint8)


def _blacken(picture: Picture, polygon: Polygon) -> None:
    import cv2

    cv2.fillPoly(picture, [np.round(np.array(polygon)).astype(np.int32)], (0, 0, 0))

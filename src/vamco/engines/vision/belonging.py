"""Which boxes are one vehicle: a rider and the motorbike, a motorbike that a lorry carries. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from vamco.engines.vision.contracts import Box, Detection, Kind
from vamco.engines.vision.heads import areas, intersections, overlaps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.engines.vision.heads import Floats

RIDDEN: Final = frozenset({Kind.MOTORBIKE, Kind.BICYCLE})
CARRIERS: Final = frozenset({Kind.TRUCK, Kind.BUS, Kind.CAR})
_SHARED: Final = 0.25  # of a rider's box lies at least this much in the motorbike's
_ASIDE: Final = 0.35  # a rider's middle is at most so far from the motorbike's, in widths of the wider
_CARRIED: Final = 0.9  # of a carried motorbike's box lies at least this much in the lorry's
_DOUBLED: Final = 0.5  # of the smaller of two boxes of one motorbike lies at least this much in the larger
_SAME_FOOT: Final = 0.3  # and their feet are at most so far apart, in heights of the larger
_NARROW: Final = 0.65  # a car is wider than this share of its height
_EDGE: Final = 3.0  # pixels
_ONE_PLACE: Final = 0.6  # two boxes that overlap so much are of one thing
_RAISED: Final = 0.2  # and its foot at least so far above the lorry's, in heights of the lorry


def vehicles(found: Sequence[Detection], unridden: float = 0.0, width: float = 1e9) -> list[Detection]:
    """Put riders to what they ride and leave out what is carried; persons that remain are on foot.

    A motorbike or bicycle without a rider stays only if its score reaches `unridden`; `width` is the picture's.
    """
    plain = [_plain(one, width) for one in found]
    joined = without_doubles(with_riders(without_carried(plain)))
    return one_kind([one for one in joined if one.kind not in RIDDEN or one.score >= unridden])


def _plain(one: Detection, width: float) -> Detection:
    """Take a car that is much higher than wide for a motorbike with its rider, unless the picture's edge cuts it."""
    across, down = one.box.x1 - one.box.x0, one.box.y1 - one.box.y0
    cut = one.box.x0 <= _EDGE or one.box.x1 >= width - _EDGE
    return replace(one, kind=Kind.MOTORBIKE) if one.kind is Kind.CAR and across < _NARROW * down and not cut else one


def one_kind(found: Sequence[Detection]) -> list[Detection]:
    """Leave out the worse of a car and a motorbike in one place, and a car that lies in a motorbike's box."""
    small = [one for one in found if one.kind in RIDDEN]
    large = [one for one in found if one.kind in CARRIERS]
    if not small or not large:
        return list(found)
    inner, outer = _array(small), _array(large)
    same = overlaps(inner, outer) >= _ONE_PLACE
    within = intersections(inner, outer) / np.maximum(areas(outer), 1e-9)[None, :] >= _CARRIED
    gone = set()
    for row, column in np.argwhere(same | within).tolist():
        worse = same[row, column] and small[row].score < large[column].score
        gone.add(id(small[row] if worse else large[column]))
    return [one for one in found if id(one) not in gone]


def without_doubles(found: Sequence[Detection]) -> list[Detection]:
    """Leave out a motorbike or bicycle that stands in a larger one's box on the same spot: seen with and without its rider."""
    small = sorted((one for one in found if one.kind in RIDDEN), key=lambda one: -_area(one.box))
    if len(small) < 2:  # noqa: PLR2004  # a pair
        return list(found)
    boxes = _array(small)
    within = intersections(boxes, boxes) / np.maximum(areas(boxes), 1e-9)[:, None]
    apart = np.abs(boxes[:, None, 3] - boxes[None, :, 3]) / np.maximum(boxes[:, 3] - boxes[:, 1], 1e-9)[None, :]
    aside = np.abs(_middles(boxes)[:, None] - _middles(boxes)[None, :]) <= _ASIDE * _widths(boxes)[None, :]
    doubled = np.tril((within >= _DOUBLED) & (apart <= _SAME_FOOT) & aside, k=-1)
    kept: dict[int, Detection] = {}
    for row, one in enumerate(small):
        larger = next((int(place) for place in np.flatnonzero(doubled[row]) if int(place) in kept), None)
        if larger is None:
            kept[row] = one
        else:
            other = kept[larger]
            kept[larger] = replace(other, box=_around(other.box, one.box), score=max(other.score, one.score))
    return [*(one for one in found if one.kind not in RIDDEN), *kept.values()]


def without_carried(found: Sequence[Detection]) -> list[Detection]:
    """Leave out motorbikes and bicycles that lie on a lorry."""
    small = [one for one in found if one.kind in RIDDEN]
    large = [one for one in found if one.kind in CARRIERS]
    if not small or not large:
        return list(found)
    inner, outer = _array(small), _array(large)
    within = intersections(inner, outer) / np.maximum(areas(inner), 1e-9)[:, None] >= _CARRIED
    raised = outer[None, :, 3] - inner[:, None, 3] >= _RAISED * (outer[:, 3] - outer[:, 1])[None, :]
    lifted: list[bool] = np.any(within & raised, axis=1).tolist()
    carried = {id(one) for one, gone in zip(small, lifted, strict=True) if gone}
    return [one for one in found if id(one) not in carried]


def with_riders(found: Sequence[Detection]) -> list[Detection]:
    """Join riders with motorbikes and bicycles: the box then holds both, the kind is the vehicle's, the score the better one."""
    ridden = [one for one in found if one.kind in RIDDEN]
    persons = [one for one in found if one.kind is Kind.PERSON]
    if not ridden or not persons:
        return list(found)
    below, above = _array(ridden), _array(persons)
    shared = intersections(above, below) / np.maximum(areas(above), 1e-9)[:, None]
    aside = np.abs(_middles(above)[:, None] - _middles(below)[None, :])
    near = aside <= _ASIDE * np.maximum(_widths(above)[:, None], _widths(below)[None, :])
    # A rider sits: the head is above the motorbike's top, the feet not below its wheels by more than a little.
    height = (below[:, 3] - below[:, 1])[None, :]
    sits = (above[:, None, 1] <= below[None, :, 1] + 0.3 * height) & (
        above[:, None, 3] <= below[None, :, 3] + 0.12 * height
    )
    fits = np.where(near & sits & (shared >= _SHARED), shared, 0)
    chosen = fits.argmax(axis=1)
    rides = fits.max(axis=1) > 0
    joined = list(ridden)
    for person, place in ((persons[row], int(chosen[row])) for row in np.flatnonzero(rides)):
        vehicle = joined[place]
        joined[place] = replace(vehicle, box=_around(vehicle.box, person.box), score=max(vehicle.score, person.score))
    return [
        *(one for one in found if one.kind not in RIDDEN and one.kind is not Kind.PERSON),
        *joined,
        *(one for one, gone in zip(persons, rides, strict=True) if not gone),
    ]


def _array(found: Sequence[Detection]) -> Floats:
    return np.array([one.box for one in found], dtype=np.float32)


def _area(box: Box) -> float:
    return (box.x1 - box.x0) * (box.y1 - box.y0)


def _middles(boxes: Floats) -> Floats:
    middle: Floats = (boxes[:, 0] + boxes[:, 2]) / 2
    return middle


def _widths(boxes: Floats) -> Floats:
    width: Floats = boxes[:, 2] - boxes[:, 0]
    return width


def _around(first: Box, second: Box) -> Box:
    return Box(min(first.x0, second.x0), min(first.y0, second.y0), max(first.x1, second.x1), max(first.y1, second.y1))

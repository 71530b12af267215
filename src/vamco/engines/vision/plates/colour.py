"""The colour of a plate's ground, from the pixels of its crop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from vamco.engines.vision.contracts import Colour

if TYPE_CHECKING:
    from vamco.engines.vision.contracts import Picture

# OpenCV's hues go from 0 to 179.
_HUES: Final = {Colour.YELLOW: ((14, 36),), Colour.BLUE: ((96, 130),), Colour.RED: ((0, 8), (170, 179))}
_STRONG = 95  # saturation from which a colour counts
_SHARE = 0.4  # of the pixels that are not ink
_SIZE: Final = 24  # rows, and twice as many columns: more pixels say nothing more of a colour
_DARK = 45  # below this value no colour can be told


def colour_of(crop: Picture) -> Colour:
    """Return the ground's colour of a crop (BGR) that shows little but the plate; UNKNOWN in the dark and between colours."""
    import cv2

    high, wide = crop.shape[:2]
    middle = crop[high // 8 : high - high // 8, wide // 10 : wide - wide // 10]
    if middle.size == 0:
        return Colour.UNKNOWN
    small = np.ascontiguousarray(middle[:: 1 + middle.shape[0] // _SIZE, :: 1 + middle.shape[1] // (2 * _SIZE)])
    hue, saturation, value = (channel.ravel() for channel in cv2.split(cv2.cvtColor(small, cv2.COLOR_BGR2HSV)))
    if np.percentile(value, 75) < _DARK:
        return Colour.UNKNOWN
    strong = saturation >= _STRONG
    shares = {
        colour: float(np.mean(strong & np.logical_or.reduce([(hue >= low) & (hue <= top) for low, top in bands])))
        for colour, bands in _HUES.items()
    }
    colour, share = max(shares.items(), key=lambda item: item[1])
    if share >= _SHARE:
        return colour
    bright = value >= np.median(value)
    return Colour.WHITE if share < _SHARE / 2 and np.median(saturation[bright]) < _STRONG else Colour.UNKNOWN

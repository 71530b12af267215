"""What a traffic light shows, from its housing in the picture or from its controller's feed; UNKNOWN rather than a guess."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from vamco.engines.vision.contracts import Light, LightChange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from vamco.engines.vision.contracts import Box, Picture

    Floats = NDArray[np.floating[Any]]

# Hues of lamps in degrees. Many cameras show green lamps as cyan or light blue and yellow ones as orange: orange is never red.
_HUES: Final = {Light.RED: ((0, 10), (335, 360)), Light.YELLOW: ((10, 62),), Light.GREEN: ((95, 215),)}
_THIRD: Final = {Light.RED: 1 / 6, Light.YELLOW: 3 / 6, Light.GREEN: 5 / 6}  # where the lamp sits in an upright housing
_SMALLEST: Final = 6  # pixels across
_LEAST_SHARE: Final = 0.008  # of the housing's area must glow
_CLEAR: Final = 2.0  # the winner glows so many times more than the next
_NIGHT: Final = 62.0  # mean brightness, 0 to 255


def night(picture: Picture) -> bool:
    """Say whether it is dark: a BGR picture whose middle brightness is low."""
    sample = picture[::16, ::16].astype(np.float32) @ np.array([0.114, 0.587, 0.299], np.float32)
    return float(np.median(sample)) < _NIGHT


def lamp(picture: Picture, housing: Box) -> Light:
    """Read the light in its housing: uint8 BGR picture, box in pixels. UNKNOWN where nothing or more than one thing glows."""
    height, width = picture.shape[:2]
    x0, y0 = max(0, round(housing.x0)), max(0, round(housing.y0))
    x1, y1 = min(width, round(housing.x1)), min(height, round(housing.y1))
    if x1 - x0 < _SMALLEST or y1 - y0 < _SMALLEST:
        return Light.UNKNOWN
    hue, saturation, value = _hsv(picture[y0:y1, x0:x1])
    bright = (value > max(110.0, 1.5 * float(np.median(value)))) & (saturation > 0.35)  # noqa: PLR2004  # a lamp that is on
    weights = bright * saturation * value / 255
    down = (np.arange(y1 - y0, dtype=np.float32)[:, None] + 0.5) / (y1 - y0)
    upright = y1 - y0 > 1.8 * (x1 - x0)
    glow = {}
    for light, spans in _HUES.items():
        mask = np.zeros(bright.shape, dtype=bool)
        for begins, ends in spans:
            mask |= (hue >= begins) & (hue <= ends)
        # In an upright housing a colour counts fully where its lamp sits, a quarter at the next lamp, not at all two lamps away.
        place = np.clip(1.6 - 4 * np.abs(down - _THIRD[light]), 0, 1) if upright else np.ones_like(down)
        glow[light] = float((weights * mask * place).sum()) / weights.size
    (best, most), (_next, second), *_rest = sorted(glow.items(), key=lambda item: -item[1])
    return best if most >= _LEAST_SHARE and most >= _CLEAR * second else Light.UNKNOWN


def _hsv(part: Picture) -> tuple[Floats, Floats, Floats]:
    """Give hue in degrees, saturation 0 to 1 and value 0 to 255 of BGR pixels."""
    pixels = part.astype(np.float32)
    blue, green, red = (pixels[:, :, channel] for channel in range(3))
    value, least = pixels.max(axis=2), pixels.min(axis=2)
    span = np.maximum(value - least, 1e-6)
    hue = np.where(
        value == red,
        (green - blue) / span % 6,
        np.where(value == green, (blue - red) / span + 2, (red - green) / span + 4),
    )
    return hue * 60, (value - least) / np.maximum(value, 1e-6), value


class SignalWatch:
    """Turns what single pictures show into changes. A state counts once it has been seen in `after` pictures in a row.

    UNKNOWN counts once nothing was readable for `blank`: a lamp flickers in the camera's shutter, and a vehicle may hide it for a
    moment. The change then bears the time when the new state was seen first.
    """

    def __init__(self, signal: str, *, after: int = 2, blank: dt.timedelta = dt.timedelta(seconds=2)) -> None:
        self.signal = signal
        self.light = Light.UNKNOWN
        self._after, self._blank = after, blank
        self._candidate: tuple[Light, dt.datetime, int] | None = None

    def take(self, at: dt.datetime, light: Light) -> LightChange | None:
        """Take what a picture shows; gives the change that is now certain."""
        if light is self.light:
            self._candidate = None
            return None
        if self._candidate is None or self._candidate[0] is not light:
            self._candidate = (light, at, 1)
        else:
            self._candidate = (light, self._candidate[1], self._candidate[2] + 1)
        _light, since, times = self._candidate
        certain = at - since >= self._blank if light is Light.UNKNOWN else times >= self._after
        if not certain:
            return None
        self.light, self._candidate = light, None
        return LightChange(self.signal, since, light)


def light_at(changes: Sequence[LightChange], signal: str, at: dt.datetime, stale: dt.timedelta | None = None) -> Light:
    """Give what a signal showed at a moment, from its changes in the order of time, seen or fed by its controller.

    Before the first change, and where the last one is older than `stale`, it is UNKNOWN.
    """
    own = [change for change in changes if change.signal == signal]
    place = bisect_right([change.at for change in own], at)
    if not place or (stale is not None and at - own[place - 1].at > stale):
        return Light.UNKNOWN
    return own[place - 1].light

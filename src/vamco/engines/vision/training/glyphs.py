"""The characters of Vietnamese plates, drawn as strokes in a unit box, and the same characters from open fonts.

The strokes follow the stamped lettering of real plates, above all where fonts differ from it: "1" has no foot, its stem stands at
the right edge and its flag is long; "7" has a flat bar and a slanted stem; "4" is open; N and M are as narrow as the rest.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    Strokes = list[list[tuple[float, float]]]

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FONT_PACKAGES: Final = {  # npm packages under the OFL, read with `npm pack`; not committed
    "@expo-google-fonts/barlow-condensed": "0.4.1",
    "@expo-google-fonts/barlow-semi-condensed": "0.4.1",
    "@expo-google-fonts/saira-semi-condensed": "0.4.2",
    "@expo-google-fonts/oswald": "0.4.2",
    "@expo-google-fonts/roboto-condensed": "0.4.2",
    "@expo-google-fonts/pathway-gothic-one": "0.4.2",
    "@expo-google-fonts/sofia-sans-extra-condensed": "0.4.2",
}
_RASTER: Final = 64  # height in pixels at which the characters of a font are kept
_GOOD_WEIGHTS: Final = ("400Regular", "500Medium", "600SemiBold", "700Bold")


def arc(
    centre: tuple[float, float], radii: tuple[float, float], turn: tuple[float, float], power: float = 2.4
) -> list[tuple[float, float]]:
    """Return a part of a superellipse as points; `turn` in degrees, clockwise from three o'clock because y points down."""
    points = []
    for step in range(19):
        angle = math.radians(turn[0] + (turn[1] - turn[0]) * step / 18)
        c, s = math.cos(angle), math.sin(angle)
        x = centre[0] + radii[0] * math.copysign(abs(c) ** (2 / power), c)
        y = centre[1] + radii[1] * math.copysign(abs(s) ** (2 / power), s)
        points.append((x, y))
    return points


def strokes(character: str, style: Mapping[str, float]) -> Strokes:
    """Return the strokes of a character in the unit box, x to the right, y down; `style` varies what varies between plates."""
    power = style["power"]
    digits = _digit(character, style, power)
    return digits if digits is not None else _letter(character, style, power)


def _digit(character: str, style: Mapping[str, float], power: float) -> Strokes | None:
    if character == "6":
        return _six(style, power)
    if character == "9":
        return [[(1 - x, 1 - y) for x, y in line] for line in _six(style, power)]
    flag, level = style["flag"], style["level"]
    table: dict[str, Strokes] = {
        "0": [arc((0.5, 0.5), (0.5, 0.5), (0, 360), power + 0.6)],
        "1": [[(0.86 - flag, level), (0.86, 0.0), (0.86, 1.0)]],
        "2": [[*arc((0.5, 0.28), (0.48, 0.28), (190, 380), power), (0.88, 0.48), (0.02, 1.0), (1.0, 1.0)]],
        "3": [
            arc((0.46, 0.25), (0.46, 0.25), (200, 420), power) + arc((0.46, 0.72), (0.52, 0.28), (-70, 160), power),
            [(0.38, 0.47), (0.6, 0.47)],
        ],
        "4": [[(0.5, 0.0), (0.03, 0.74), (1.0, 0.74)], [(0.74, style["four"]), (0.74, 1.0)]],
        "5": [[(0.92, 0.0), (0.14, 0.0), (0.1, 0.46), *arc((0.46, 0.68), (0.52, 0.32), (-135, 155), power)]],
        "7": [[(0.0, 0.0), (1.0, 0.0), (style["seven"], 1.0)]],
        "8": [
            arc((0.5, 0.24), (0.43, 0.24), (0, 360), power),
            arc((0.5, 0.73), (0.5, 0.27), (0, 360), power),
        ],
    }
    return table.get(character)


def _six(style: Mapping[str, float], power: float) -> Strokes:
    bowl = arc((0.5, 0.69), (0.5, 0.31), (0, 360), power)
    if style["hook"] > 0.5:
        return [bowl, [*arc((0.5, 0.27), (0.48, 0.27), (-25, -180), power), (0.02, 0.68)]]
    return [bowl, [(0.68, 0.0), (0.2, 0.34), (0.03, 0.62)]]


def _letter(character: str, style: Mapping[str, float], power: float) -> Strokes:
    low = style["low"]
    c = [*arc((0.5, 0.3), (0.5, 0.3), (-15, -180), power), *arc((0.5, 0.7), (0.5, 0.3), (180, 15), power)]
    p = [(0.0, 0.53), (0.55, 0.53), *arc((0.55, 0.265), (0.42, 0.265), (90, -90), power), (0.0, 0.0)]
    table: dict[str, Strokes] = {
        "A": [[(0.0, 1.0), (0.45, 0.0), (0.55, 0.0), (1.0, 1.0)], [(0.17, 0.68), (0.83, 0.68)]],
        "B": [
            [(0.0, 0.0), (0.0, 1.0)],
            [(0.0, 0.0), (0.5, 0.0), *arc((0.5, 0.235), (0.42, 0.235), (-90, 90), power), (0.0, 0.47)],
            [(0.5, 0.47), *arc((0.52, 0.735), (0.48, 0.265), (-90, 90), power), (0.0, 1.0)],
        ],
        "C": [c],
        "D": [
            [(0.0, 0.0), (0.0, 1.0), (0.4, 1.0), *arc((0.4, 0.5), (0.6, 0.5), (90, -90), power + 0.8), (0.0, 0.0)],
        ],
        "E": [[(0.95, 0.0), (0.0, 0.0), (0.0, 1.0), (0.95, 1.0)], [(0.0, 0.48), (0.85, 0.48)]],
        "F": [[(0.95, 0.0), (0.0, 0.0), (0.0, 1.0)], [(0.0, 0.48), (0.82, 0.48)]],
        "G": [[*c, (1.0, 0.75), (1.0, 0.54), (0.55, 0.54)]],
        "H": [[(0.0, 0.0), (0.0, 1.0)], [(1.0, 0.0), (1.0, 1.0)], [(0.0, 0.48), (1.0, 0.48)]],
        "I": [[(0.5, 0.0), (0.5, 1.0)]],
        "J": [[(0.9, 0.0), *arc((0.45, 0.7), (0.45, 0.3), (0, 160), power)]],
        "K": [[(0.0, 0.0), (0.0, 1.0)], [(0.95, 0.0), (0.04, 0.6)], [(0.36, 0.42), (1.0, 1.0)]],
        "L": [[(0.0, 0.0), (0.0, 1.0), (0.95, 1.0)]],
        "M": [[(0.0, 1.0), (0.0, 0.0), (0.5, low), (1.0, 0.0), (1.0, 1.0)]],
        "N": [[(0.0, 1.0), (0.0, 0.0), (1.0, 1.0), (1.0, 0.0)]],
        "O": [arc((0.5, 0.5), (0.5, 0.5), (0, 360), power)],
        "P": [[(0.0, 0.0), (0.0, 1.0)], p],
        "Q": [arc((0.5, 0.5), (0.5, 0.5), (0, 360), power), [(0.6, 0.7), (1.0, 1.0)]],
        "R": [[(0.0, 0.0), (0.0, 1.0)], p, [(0.5, 0.53), (1.0, 1.0)]],
        "S": [
            [
                *arc((0.5, 0.25), (0.47, 0.25), (-20, -235), power),
                *arc((0.48, 0.735), (0.52, 0.265), (-55, 160), power),
            ],
        ],
        "T": [[(0.0, 0.0), (1.0, 0.0)], [(0.5, 0.0), (0.5, 1.0)]],
        "U": [[(0.0, 0.0), *arc((0.5, 0.68), (0.5, 0.32), (180, 0), power), (1.0, 0.0)]],
        "V": [[(0.0, 0.0), (0.45, 1.0), (0.55, 1.0), (1.0, 0.0)]],
        "W": [[(0.0, 0.0), (0.25, 1.0), (0.5, 0.2), (0.75, 1.0), (1.0, 0.0)]],
        "X": [[(0.0, 0.0), (1.0, 1.0)], [(1.0, 0.0), (0.0, 1.0)]],
        "Y": [[(0.0, 0.0), (0.5, 0.5), (1.0, 0.0)], [(0.5, 0.5), (0.5, 1.0)]],
        "Z": [[(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)]],
    }
    return table[character]


def random_style(rng: np.random.Generator) -> dict[str, float]:
    """Return the traits of one plate's lettering."""
    return {
        "power": rng.uniform(2.0, 3.2),
        "flag": rng.uniform(0.4, 0.86),
        "level": rng.uniform(0.04, 0.32),
        "four": rng.uniform(0.36, 0.58),
        "seven": rng.uniform(0.18, 0.42),
        "hook": rng.uniform(0, 1),
        "low": rng.uniform(0.4, 0.8),
    }


def draw(
    canvas: NDArray[np.uint8],
    character: str,
    box: tuple[float, float, float, float],
    thickness: float,
    style: Mapping[str, float],
) -> None:
    """Draw a character into a one-channel canvas, white on black; `box` holds the outer edges of its strokes."""
    import cv2

    x0, y0, x1, y1 = box
    half = thickness / 2
    if character == "1":  # as narrow as its flag; the cell is kept, the stem stands to the right
        x1 -= (x1 - x0) * 0.08
    wide, high = max(x1 - x0 - thickness, 1.0), max(y1 - y0 - thickness, 1.0)
    for line in strokes(character, style):
        points = np.array([((x0 + half + x * wide) * 16, (y0 + half + y * high) * 16) for x, y in line])
        cv2.polylines(canvas, [np.rint(points).astype(np.int32)], False, 255, max(1, round(thickness)), cv2.LINE_AA, 4)


@lru_cache(maxsize=4)
def fonts(folder: Path | None) -> tuple[dict[str, NDArray[np.uint8]], ...]:
    """Return the rasterised characters of each upright font under a folder, cropped to their ink; () without a folder."""
    if folder is None:
        return ()
    files = sorted(file for file in folder.rglob("*.ttf") if file.stem.split("_", 1)[-1] in _GOOD_WEIGHTS)
    return tuple(_rasters(file) for file in files)


def _rasters(file: Path) -> dict[str, NDArray[np.uint8]]:
    from PIL import Image, ImageDraw, ImageFont

    font: Any = ImageFont.truetype(str(file), _RASTER)
    found = {}
    for character in ALPHABET:
        picture = Image.new("L", (2 * _RASTER, 2 * _RASTER))
        ImageDraw.Draw(picture).text((_RASTER // 2, _RASTER // 3), character, fill=255, font=font)
        found[character] = np.asarray(picture.crop(picture.getbbox()))
    return found

"""Rendered plates: a flat plate with the places of its characters, and crops of it as a camera would send them.

All randomness comes from the generator that is passed in: the same seed draws the same pictures. Pictures are `uint8`, BGR or grey.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from vamco.engines.vision.training import glyphs
from vamco.engines.vision.training.texts import CAR_HIGH, CAR_LONG, PlateText, random_text

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]
    Numbers = NDArray[np.float64]

WIDTH, HEIGHT = 128, 64  # of a crop as the reader sees it
_GROUNDS: Final = {"white": (225, 225, 225), "yellow": (40, 185, 235), "blue": (165, 85, 25), "red": (45, 35, 190)}
_BRIGHT_INK: Final = frozenset({"blue", "red"})


class FlatPlate(NamedTuple):
    """A plate seen straight on: picture (BGR), characters in reading order, their centres in pixels, their rows."""

    picture: Picture
    text: str
    centres: Numbers
    rows: tuple[int, ...]
    colour: str


class Crop(NamedTuple):
    """A plate as the reader gets it; centres in parts of the crop's width and height; `lines` that can be seen, 0 without a plate."""

    picture: Picture
    text: str
    centres: Numbers
    lines: int


def draw_flat(
    rng: np.random.Generator, font_folder: Path | None, wanted: PlateText | None = None, *, worn: bool = True
) -> FlatPlate:
    """Return a flat plate, of a made-up text where none is given; `worn` ones may be dirty and have lost paint."""
    import cv2

    text = wanted or random_text(rng)
    high = 64 if text.aspect == CAR_LONG else (100 if text.aspect == CAR_HIGH else 128)
    wide = round(high * text.aspect * rng.uniform(0.95, 1.05))
    ink = np.zeros((high, wide), np.uint8)
    placed = _place(rng, text, wide, high)
    _write(rng, ink, placed, font_folder, _thickness(rng, text, high))
    ground: Numbers = np.array(_GROUNDS[text.colour]) * rng.uniform(0.8, 1.12) + rng.normal(0, 6, 3)
    colour = np.array([235.0] * 3 if text.colour in _BRIGHT_INK else [rng.uniform(15, 90)] * 3) + rng.normal(0, 8, 3)
    mask = (ink.astype(np.float32) / 255)[..., None] * np.float32(rng.uniform(0.8, 1.0))
    blend = ground.astype(np.float32) * (1 - mask) + colour.astype(np.float32) * mask
    if rng.random() < 0.5:  # stamped characters catch light on one edge
        relief = np.roll(mask, (1, 1), (0, 1)) - mask
        blend += relief * np.float32(rng.uniform(-50, 50))
    picture = np.clip(blend, 0, 255).astype(np.uint8)
    _furnish(rng, picture, colour)
    if worn and rng.random() < 0.35:
        picture = _soil(rng, picture, ground)
    if worn and rng.random() < 0.15:
        _wear(rng, picture, ground)
    signs = [(sign, box, row) for sign, box, row in placed if sign.isalnum()]
    centres = np.array([((x0 + x1) / 2, (y0 + y1) / 2) for _, (x0, y0, x1, y1), _ in signs])
    cv2.GaussianBlur(picture, (3, 3), 0.6, dst=picture)
    return FlatPlate(picture, "".join(s for s, _, _ in signs), centres, tuple(row for _, _, row in signs), text.colour)


def _thickness(rng: np.random.Generator, text: PlateText, high: int) -> float:
    if text.aspect == CAR_LONG:
        return high * rng.uniform(0.075, 0.125)
    return high * (rng.uniform(0.048, 0.085) if text.aspect == CAR_HIGH else rng.uniform(0.04, 0.072))


Placed = list[tuple[str, tuple[float, float, float, float], int]]


def _place(rng: np.random.Generator, text: PlateText, wide: int, high: int) -> Placed:
    """Return every character, dash and dot with its box and row."""
    if len(text.rows) == 1:
        tall, span = rng.uniform(0.62, 0.82), rng.uniform(0.89, 0.98)
        band, spread = (rng.uniform(0.48, 0.52), tall), (span, rng.uniform(0.74, 0.9))
        return _place_row(text.rows[0], 0, (wide, high), band, spread, ones=rng.uniform(0.6, 0.99))
    placed: Placed = []
    tall = rng.uniform(0.335, 0.41)
    character = rng.uniform(0.1, 0.13)  # width in parts of the plate
    middle = rng.uniform(0.25, 0.295), rng.uniform(0.7, 0.755)
    for row, signs in enumerate(text.rows):
        units = sum(1.0 if sign.isalnum() else (0.9 if sign == "-" else 0.45) for sign in signs)
        if row == 0:
            share = rng.uniform(0.68, 0.84)
            span = min(units * character / share, 0.92)
        else:
            span = rng.uniform(0.82, 0.94) if len(signs) > 4 else rng.uniform(0.66, 0.9)
        share = min(units * character / span, 0.94)
        placed += _place_row(signs, row, (wide, high), (middle[row], tall), (span, share))
    return placed


def _place_row(
    signs: str,
    row: int,
    size: tuple[int, int],
    band: tuple[float, float],
    spread: tuple[float, float],
    *,
    ones: float = 1.0,
) -> Placed:  # fmt: skip
    """Return one row: `band` is its middle and height, `spread` its span and how much of that is ink; in parts of the plate.

    `ones` is how wide a "1" is beside the other characters; on one line it is narrow.
    """
    wide, high = size
    widths = {"-": 0.9 if ones == 1.0 else 0.55, ".": 0.45 if ones == 1.0 else 0.35, "1": ones}
    units = [widths.get(sign, 1.0) for sign in signs]
    span, share = spread
    unit = span * share * wide / sum(units)
    gap = span * (1 - share) * wide / max(len(signs) - 1, 1)
    top, bottom = (band[0] - band[1] / 2) * high, (band[0] + band[1] / 2) * high
    x = (1 - span) / 2 * wide
    placed: Placed = []
    for sign, width in zip(signs, units, strict=True):
        placed.append((sign, (x, top, x + unit * width, bottom), row))
        x += unit * width + gap
    return placed


def _write(rng: np.random.Generator, ink: Picture, placed: Placed, font_folder: Path | None, thickness: float) -> None:
    import cv2

    style = glyphs.random_style(rng)
    shelf = glyphs.fonts(font_folder)
    font = shelf[rng.integers(len(shelf))] if shelf and rng.random() < 0.35 else None
    dash, dot = rng.uniform(-0.08, 0.06), rng.uniform(0.44, 0.54)
    thick, shorter, square = rng.uniform(0.38, 0.55), rng.uniform(0.0, 0.28), rng.random() < 0.5
    fat = rng.uniform(1.0, 1.3)  # M and N are as narrow as the rest: their diagonals run together
    for sign, (x0, y0, x1, y1), _ in placed:
        tall = y1 - y0
        if sign == "-":
            y = round((y0 + y1) / 2 + dash * tall)
            half, short = thickness * thick, (x1 - x0) * shorter
            cv2.rectangle(ink, (round(x0 + short), round(y - half)), (round(x1 - short), round(y + half)), 255, -1)
        elif sign == ".":
            centre = (round((x0 + x1) / 2), round((y0 + y1) / 2 + (dot * tall) - thickness * 0.5))
            radius = max(1, round(thickness * 0.62))
            if square:
                cv2.rectangle(
                    ink, (centre[0] - radius, centre[1] - radius), (centre[0] + radius, centre[1] + radius), 255, -1
                )
            else:
                cv2.circle(ink, centre, radius, 255, -1, cv2.LINE_AA)
        elif font is not None and not (sign in "147" and rng.random() < 0.6):
            _stamp(ink, font[sign], (x0, y0, x1, y1), sign)
        else:
            jitter = rng.normal(0, 0.01 * tall, 2)
            place = (x0 + jitter[0], y0 + jitter[1], x1 + jitter[0], y1 + jitter[1])
            glyphs.draw(ink, sign, place, thickness * (fat if sign in "MN" else 1.0), style)


def _stamp(ink: Picture, raster: Picture, box: tuple[float, float, float, float], sign: str) -> None:
    import cv2

    x0, y0, x1, y1 = (round(v) for v in box)
    if sign in "1I":
        x0 = round(x1 - (x1 - x0) * 0.65)
    piece = cv2.resize(raster, (max(2, x1 - x0), max(2, y1 - y0)), interpolation=cv2.INTER_AREA)
    x0, y0 = max(x0, 0), max(y0, 0)
    part = ink[y0 : y0 + piece.shape[0], x0 : x0 + piece.shape[1]]
    np.maximum(part, piece[: part.shape[0], : part.shape[1]], out=part)


def _furnish(rng: np.random.Generator, picture: Picture, colour: Numbers) -> None:
    """Draw frame, screws, corners of a holder and stickers."""
    import cv2

    high, wide = picture.shape[:2]
    shade = tuple(float(v) for v in colour)
    if rng.random() < 0.45:
        inset, thick = int(rng.integers(0, 4)), int(rng.integers(1, 3))
        cv2.rectangle(picture, (inset, inset), (wide - 1 - inset, high - 1 - inset), shade, thick, cv2.LINE_AA)
    if rng.random() < 0.35:
        tone = float(rng.uniform(20, 200))
        for x in (rng.uniform(0.2, 0.36), rng.uniform(0.64, 0.8)):
            y = rng.uniform(0.03, 0.12) if rng.random() < 0.6 else rng.uniform(0.44, 0.56)
            radius = max(1, round(high * rng.uniform(0.015, 0.035)))
            cv2.circle(picture, (round(x * wide), round(y * high)), radius, (tone, tone, tone), -1, cv2.LINE_AA)
    if rng.random() < 0.2:
        tone, side = float(rng.uniform(20, 180)), round(high * rng.uniform(0.06, 0.16))
        for x, y in ((0, 0), (wide, 0), (0, high), (wide, high)):
            dx, dy = (side if x == 0 else -side), (side if y == 0 else -side)
            cv2.fillPoly(picture, [np.array([(x, y), (x + dx, y), (x, y + dy)])], (tone, tone, tone), cv2.LINE_AA)
    if rng.random() < 0.05:
        centre = (round(rng.uniform(0, 1) * wide), round(rng.uniform(0, 0.6) * high))
        tint = tuple(float(v) for v in rng.uniform(40, 230, 3))
        cv2.circle(picture, centre, round(high * rng.uniform(0.03, 0.07)), tint, -1, cv2.LINE_AA)


def _soil(rng: np.random.Generator, picture: Picture, ground: Numbers) -> Picture:
    """Cover parts with dirt, and wear parts of the paint off in the plate's own colour."""
    import cv2

    high, wide = picture.shape[:2]
    cells = rng.random((int(rng.integers(3, 9)), int(rng.integers(5, 16)))).astype(np.float32)
    cloud = cv2.resize(cells, (wide, high), interpolation=cv2.INTER_CUBIC)
    cover = np.clip((cloud - rng.uniform(0.5, 0.85)) * rng.uniform(1.0, 4.0), 0, rng.uniform(0.3, 0.9))[..., None]
    tint = ground if rng.random() < 0.5 else np.array([70, 95, 115]) * rng.uniform(0.5, 1.5)
    return np.asarray(np.clip(picture * (1 - cover) + tint * cover, 0, 255), np.uint8)


def _wear(rng: np.random.Generator, picture: Picture, ground: Numbers) -> None:
    """Take the ink off in small patches, as glare, a strap or worn paint does."""
    import cv2

    high, wide = picture.shape[:2]
    for _ in range(int(rng.integers(1, 4))):
        tint = tuple(float(v) for v in np.clip(ground * rng.uniform(0.85, 1.2), 0, 255))
        x, y = round(rng.uniform(0, wide)), round(rng.uniform(0, high))
        dx, dy = round(high * rng.uniform(0.04, 0.3)), round(high * rng.uniform(0.02, 0.09))
        if rng.random() < 0.5:
            cv2.ellipse(picture, (x, y), (dx, dy), rng.uniform(-40, 40), 0, 360, tint, -1, cv2.LINE_AA)
        else:
            cv2.rectangle(picture, (x - dx, y - dy), (x + dx, y + dy), tint, -1)


def random_crop(rng: np.random.Generator, font_folder: Path | None = None) -> Crop:
    """Return a crop as a camera and a plate detector would send it, 128 × 64, BGR; some show half a plate, few none."""
    if rng.random() < 0.012:
        scene = _backdrop(rng, WIDTH, HEIGHT)
        return Crop(degrade(rng, scene, 2.0), "", np.zeros((0, 2)), 0)
    plate = draw_flat(rng, font_folder)
    picture, matrix, aspect = _look(rng, plate)
    points = np.concatenate([plate.centres, np.ones((len(plate.centres), 1))], 1) @ matrix.T
    centres = points[:, :2] / points[:, 2:] / (WIDTH, HEIGHT)
    inside = [bool(0 < x < 1 and 0 < y < 1) for x, y in centres]
    text = "".join(sign for sign, seen in zip(plate.text, inside, strict=True) if seen)
    rows = {row for row, seen in zip(plate.rows, inside, strict=True) if seen}
    return Crop(degrade(rng, picture, aspect), text, centres[inside], len(rows))


def _look(rng: np.random.Generator, plate: FlatPlate) -> tuple[Picture, Numbers, float]:
    """Return the plate seen by a camera in a crop round its box, the matrix from flat to crop, and the crop's shape."""
    import cv2

    high, wide = plate.picture.shape[:2]
    quad = random_quad(rng, wide / high)
    low, top = quad.min(axis=0), quad.max(axis=0)
    size = top - low
    margin = rng.uniform(-0.06, 0.13, 4) if rng.random() < 0.85 else rng.uniform(0.0, 0.3, 4)
    low, top = low - margin[:2] * size, top + margin[2:] * size
    if len(set(plate.rows)) == 2 and rng.random() < 0.02:  # the detector saw half of the plate
        if rng.random() < 0.7:
            low[1] = (low[1] + top[1]) / 2 + 0.03 * size[1]
        else:
            top[1] = (low[1] + top[1]) / 2 - 0.03 * size[1]
    target = ((quad - low) / (top - low) * (WIDTH, HEIGHT)).astype(np.float32)
    corners = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    scene = _backdrop(rng, WIDTH, HEIGHT)
    seen = cv2.warpPerspective(
        plate.picture, matrix, (WIDTH, HEIGHT), dst=scene, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT
    )
    return np.asarray(seen, np.uint8), np.asarray(matrix, np.float64), float((top - low)[0] / (top - low)[1])


def random_quad(rng: np.random.Generator, aspect: float) -> Numbers:
    """Return the corners of a plate of this shape as a camera sees it: turned, sheared, in perspective; height about 1."""
    corners = np.array([(-aspect / 2, -0.5), (aspect / 2, -0.5), (aspect / 2, 0.5), (-aspect / 2, 0.5)])
    corners[:, 0] *= rng.uniform(0.7, 1.1)  # seen from the side
    steep = rng.normal(0, 0.06) if aspect < 3 else rng.normal(-0.02, 0.09)
    slant = rng.normal(0, 0.1)
    shear = np.array([[1, slant], [steep, 1]])
    angle = rng.normal(0, 0.03)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray(corners @ shear.T @ turn.T + rng.normal(0, 0.018, (4, 2)))


def _backdrop(rng: np.random.Generator, wide: int, high: int) -> Picture:
    """Return what may lie round a plate: mostly dark bodywork with edges and lamps."""
    import cv2

    tone = rng.uniform(5, 90) if rng.random() < 0.75 else rng.uniform(60, 230)
    scene = np.empty((high, wide, 3), np.float32)
    scene[:] = np.clip(tone + rng.normal(0, 18, 3), 0, 255)
    scene += (np.linspace(-1, 1, high) * rng.normal(0, 25))[:, None, None]
    picture = np.clip(scene, 0, 255).astype(np.uint8)
    for _ in range(int(rng.integers(0, 6))):
        tint = tuple(float(v) for v in np.clip(rng.uniform(0, 140) + rng.normal(0, 25, 3), 0, 255))
        if rng.random() < 0.2:
            tint = (rng.uniform(20, 90), rng.uniform(10, 70), rng.uniform(120, 240))
        start = (int(rng.integers(-20, wide + 20)), int(rng.integers(-10, high + 10)))
        end = (int(rng.integers(-20, wide + 20)), int(rng.integers(-10, high + 10)))
        if rng.random() < 0.5:
            cv2.line(picture, start, end, tint, int(rng.integers(1, 8)), cv2.LINE_AA)
        else:
            cv2.rectangle(picture, start, end, tint, -1)
    return picture


def degrade(rng: np.random.Generator, picture: Picture, aspect: float) -> Picture:
    """Return the picture after light, lens, sensor and compression."""
    import cv2

    high, wide = picture.shape[:2]
    seen = light(rng, picture)
    if rng.random() < 0.3:
        length = int(rng.integers(3, 8))
        kernel = np.zeros((length, length), np.float32)
        if rng.random() < 0.6:
            kernel[length // 2, :] = 1
        else:
            kernel[:, length // 2] = 1
        seen = np.asarray(cv2.filter2D(seen, -1, kernel / length), np.uint8)
    elif rng.random() < 0.6:
        seen = np.asarray(cv2.GaussianBlur(seen, (0, 0), rng.uniform(0.3, 1.5)), np.uint8)
    small = int(np.exp(rng.uniform(np.log(42), np.log(150))))
    if small < wide:
        size = (small, max(14, round(small / max(aspect, 1.0))))
        seen = np.asarray(cv2.resize(seen, size, interpolation=cv2.INTER_AREA), np.uint8)
    seen = sensor(rng, seen)
    if seen.shape[:2] != (high, wide):
        how = cv2.INTER_CUBIC if rng.random() < 0.5 else cv2.INTER_LINEAR
        seen = cv2.resize(seen, (wide, high), interpolation=how)
    return np.asarray(seen, np.uint8)


def light(rng: np.random.Generator, picture: Picture) -> Picture:
    """Return the picture in another light: night, shadow, haze, a spot of glare."""
    import cv2

    high, wide = picture.shape[:2]
    light = np.full((high, wide), rng.uniform(0.55, 1.3), np.float32)
    if rng.random() < 0.15:
        light *= rng.uniform(0.25, 0.6)  # night, or deep shadow
    if rng.random() < 0.35:  # the edge of a shadow, or light that falls from one side
        slope = rng.normal(0, 1, 2)
        x, y = np.meshgrid(np.linspace(-1, 1, wide, dtype=np.float32), np.linspace(-1, 1, high, dtype=np.float32))
        edge = (x * slope[0] + y * slope[1] + rng.uniform(-0.8, 0.8)) * rng.uniform(1, 20)
        light *= 1 - rng.uniform(0.1, 0.6) * (np.clip(edge, -1, 1) + 1).astype(np.float32) / 2
    seen = picture.astype(np.float32) * light[..., None] * (1 + rng.normal(0, 0.06, 3)).astype(np.float32)
    if rng.random() < 0.3:
        seen = seen * rng.uniform(0.4, 0.9) + rng.uniform(20, 120)  # haze, or a lamp into the lens
    if rng.random() < 0.12:
        spot = np.zeros((high, wide), np.float32)
        centre = (int(rng.integers(wide)), int(rng.integers(high)))
        axes = (int(rng.integers(4, 30)), int(rng.integers(3, 14)))
        cv2.ellipse(spot, centre, axes, float(rng.uniform(0, 180)), 0, 360, float(rng.uniform(60, 255)), -1)
        seen += cv2.GaussianBlur(spot, (0, 0), rng.uniform(1, 7))[..., None]
    return np.asarray(np.clip(seen, 0, 255), np.uint8)


def sensor(rng: np.random.Generator, picture: Picture) -> Any:
    """Return the picture as a camera sends it: sharpened, noisy, compressed."""
    import cv2

    seen = picture
    if rng.random() < 0.4:  # cameras sharpen
        soft = cv2.GaussianBlur(seen, (0, 0), rng.uniform(0.7, 2.0))
        much = rng.uniform(0.3, 1.8)
        seen = np.asarray(cv2.addWeighted(seen, 1 + much, soft, -much, 0), np.uint8)
    if rng.random() < 0.6:
        noise = rng.normal(0, rng.uniform(1, 12), seen.shape[:2]).astype(np.float32)
        seen = np.clip(seen + noise[..., None], 0, 255).astype(np.uint8)
    if rng.random() < 0.7:
        quality = int(rng.integers(18, 95))
        _, data = cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, quality])
        seen = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    return seen

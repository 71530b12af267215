"""Draws shapes from a camera's place: triangles from far to near, sun, sky, soft edges; and how much of each can be seen.

No graphics card and no library for it: a vehicle has about a thousand triangles, and a frame some ten vehicles.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from vamco.engines.vision.contracts import Box, Colour, Kind

if TYPE_CHECKING:
    from vamco.demo.street.camera import Camera

SHAPES = Path(__file__).with_name("shapes") / "shapes.npz"
PARTS = (
    "body",
    "glass",
    "lamp",
    "metal",
    "tyre",
    "tail",
    "orange",
    "skin",
    "hair",
    "shirt",
    "trousers",
    "shoes",
    "seat",
    "helmet",
)
BY_KIND = {
    Kind.CAR: ("car-1", "car-3", "car-2"),
    Kind.BUS: ("bus-1",),
    Kind.TRUCK: ("truck-2", "truck-1"),
    Kind.MOTORBIKE: ("motorbike-1", "motorbike-1", "motorbike-1", "motorbike-2"),
    Kind.PERSON: ("person-1", "person-2", "person-3"),
}
FIXED = {
    "lamp": (225, 232, 235), "metal": (120, 120, 122), "tyre": (34, 34, 34), "tail": (40, 30, 190), "orange": (30, 120, 225),
    "seat": (30, 30, 32), "glass": (46, 42, 36),
}  # fmt: skip
PAINTS = (
    (205, 206, 208),
    (232, 234, 235),
    (60, 58, 56),
    (150, 148, 146),
    (44, 40, 150),
    (120, 66, 30),
    (70, 84, 96),
    (36, 36, 38),
)
BIKES = ((40, 40, 170), (40, 40, 42), (140, 60, 30), (190, 190, 192), (60, 60, 62), (50, 110, 60))
CLOTHES = (
    (190, 120, 70),
    (220, 222, 224),
    (70, 60, 160),
    (90, 140, 90),
    (60, 60, 64),
    (150, 170, 210),
    (120, 60, 90),
    (60, 150, 200),
    (110, 110, 112),
)
TROUSERS = ((70, 50, 40), (50, 50, 52), (110, 84, 60), (40, 44, 60), (120, 130, 140))
SKINS = ((120, 150, 196), (105, 136, 184), (140, 168, 208))
HELMETS = ((50, 50, 170), (200, 202, 204), (40, 40, 42), (150, 90, 40), (90, 190, 210), (170, 120, 200))
SUN = np.array((-0.45, -0.5, 0.74))
SUN /= np.linalg.norm(SUN)


@dataclass(frozen=True, slots=True)
class Shape:
    """Points (n, 3) in metres, triangles (m, 3), the part of each triangle (m,)."""

    points: Any
    triangles: Any
    parts: Any


@dataclass(frozen=True, slots=True)
class Drawn:
    """The box of the whole thing, and how many pixels it would cover if nothing hid it."""

    box: Box
    whole: int


@lru_cache(maxsize=1)
def shapes() -> dict[str, Shape]:
    """Return all shapes by name."""
    with np.load(SHAPES) as stored:
        names = sorted({key.split(".")[0] for key in stored.files})
        return {
            name: Shape(
                stored[f"{name}.points"].astype(float),
                stored[f"{name}.triangles"].astype(int),
                stored[f"{name}.parts"].astype(int),
            )
            for name in names
        }


@lru_cache(maxsize=512)
def colours(kind: Kind, look: int) -> Any:
    """Return the colour of each part of a thing, (parts, 3), BGR; the same look gives the same colours."""
    rng = np.random.default_rng((look, len(kind)))

    def one(choices: tuple[tuple[int, int, int], ...]) -> Any:
        return np.array(choices[int(rng.integers(len(choices)))]) * rng.uniform(0.85, 1.1)

    table = np.full((len(PARTS), 3), 128.0)
    for part, colour in FIXED.items():
        table[PARTS.index(part)] = colour
    paints = BIKES if kind is Kind.MOTORBIKE else PAINTS[:4] if kind in {Kind.BUS, Kind.TRUCK} else PAINTS
    for part, choices in (
        ("body", paints),
        ("skin", SKINS),
        ("shirt", CLOTHES),
        ("trousers", TROUSERS),
        ("helmet", HELMETS),
    ):
        table[PARTS.index(part)] = one(choices)
    table[PARTS.index("hair")], table[PARTS.index("shoes")] = (28, 28, 30), one(((40, 40, 44), (200, 200, 204)))
    return table


def name_of(kind: Kind, look: int, step: int = 0) -> str:
    """Return the shape of a kind for a look; persons change legs as they walk."""
    every = BY_KIND.get(kind, BY_KIND[Kind.MOTORBIKE])
    return ("person-2", "person-3")[(step // 10 + look) % 2] if kind is Kind.PERSON else every[look % len(every)]


def placed(points: Any, x: float, y: float, way: float) -> Any:
    """Return points of a shape (its front at 0, 0, ahead along y) where it stands, in metres."""
    c, s = math.cos(way - math.pi / 2), math.sin(way - math.pi / 2)
    return np.stack([x + points[:, 0] * c - points[:, 1] * s, y + points[:, 0] * s + points[:, 1] * c, points[:, 2]], 1)


def lit(world: Any, shape: Shape, table: Any, eye: Any) -> tuple[Any, Any]:
    """Return the colour of each triangle (m, 3) by day, and how far it is from the eye (m,)."""
    corners = world[shape.triangles]
    middle = corners.mean(1)
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-12
    view = eye - middle
    far = np.linalg.norm(view, axis=1)
    view /= far[:, None]
    normal *= np.where((normal * view).sum(1) < 0, -1.0, 1.0)[:, None]
    low = np.clip(0.62 + middle[:, 2] * 0.55, 0.62, 1.0)
    bright = (0.42 + 0.22 * normal[:, 2] + 0.5 * np.clip(normal @ SUN, 0, 1)) * low
    colour = table[shape.parts] * bright[:, None]
    half = view + SUN
    half /= np.linalg.norm(half, axis=1, keepdims=True)
    shine = np.clip((normal * half).sum(1), 0, 1) ** 24
    mirror = 2 * (normal * view).sum(1)[:, None] * normal - view
    sky = np.clip(mirror[:, 2] * 1.6 + 0.2, 0, 1)[:, None] * np.array((236.0, 222.0, 206.0))
    glass, paint = (shape.parts == PARTS.index(name) for name in ("glass", "body"))
    edge = (1 - np.clip((normal * view).sum(1), 0, 1))[:, None] ** 3
    colour = np.where(glass[:, None], colour * 0.8 + sky * (0.16 + 0.6 * edge), colour)
    colour = np.where(paint[:, None], colour + sky * (0.05 + 0.25 * edge) + 70 * shine[:, None], colour)
    return colour, far


def draw(  # noqa: PLR0917  # the plate is the last thing laid on
    picture: Any, owner: Any, camera: Camera, thing: tuple[Any, Shape, Any], number: int, plate: Any = None
) -> Drawn:
    """Draw a shape whose points stand in the world (`placed`) into a picture (float32 BGR); writes number + 1 where it is seen.

    `plate`: (picture of the plate, its four corners in metres) or None.
    """
    world, shape, table = thing
    flat = camera.project(world)
    if not np.isfinite(flat).all():
        return Drawn(Box(0, 0, 0, 0), 0)
    low, high = flat.min(0), flat.max(0)
    box = Box(float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    x0, y0 = (int(v) - 2 for v in low)
    wide, tall = (int(b - a) + 5 for a, b in zip(low, high, strict=True))
    a, b = max(0, x0), max(0, y0)
    c, d = min(picture.shape[1], x0 + wide), min(picture.shape[0], y0 + tall)
    if c - a < 2 or d - b < 2 or wide > 2 * picture.shape[1]:
        return Drawn(box, 0)
    fine = 2 if tall > 60 else 4
    eye = np.array((camera.x, camera.y, camera.height))
    colour, far = lit(world, shape, table, eye)
    haze = min(0.5, max(0.0, (float(far.mean()) - 40) / 220))
    colour = np.clip(colour * (1 - haze) + np.array((205, 208, 206)) * haze, 0, 255)
    layer, mask = np.zeros((tall * fine, wide * fine, 3), np.uint8), np.zeros((tall * fine, wide * fine), np.uint8)
    corners = np.round((flat - (x0, y0)) * fine * 16).astype(np.int32)[shape.triangles]
    shades = colour.tolist()
    for index in np.argsort(-far):
        cv2.fillConvexPoly(layer, corners[index], shades[index], cv2.LINE_8, 4)
    for corner in corners:
        cv2.fillConvexPoly(mask, corner, 255, cv2.LINE_8, 4)
    if plate is not None:
        _plate(layer, plate[0], (camera.project(plate[1]) - (x0, y0)) * fine, haze)
    small = cv2.resize(layer, (wide, tall), interpolation=cv2.INTER_AREA).astype(np.float32)
    alpha = cv2.resize(mask, (wide, tall), interpolation=cv2.INTER_AREA).astype(np.float32)[..., None] / 255
    where = (slice(b - y0, d - y0), slice(a - x0, c - x0))
    picture[b:d, a:c] = picture[b:d, a:c] * (1 - alpha[where]) + small[where]
    owner[b:d, a:c][alpha[where][..., 0] > 0.5] = number + 1
    return Drawn(box, int((alpha > 0.5).sum()))


def _plate(layer: Any, plate: Any, corners: Any, haze: float) -> None:
    """Lay a plate into its four corners (upper left first, clockwise as seen)."""
    high, wide = plate.shape[:2]
    across = max(2, int(np.linalg.norm(corners[1] - corners[0])))
    if across < wide:
        plate = cv2.resize(plate, (across, max(2, across * high // wide)), interpolation=cv2.INTER_AREA)
        high, wide = plate.shape[:2]
    begin = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32) - 0.5
    way = cv2.getPerspectiveTransform(begin, corners.astype(np.float32))
    size = (layer.shape[1], layer.shape[0])
    faded = np.clip(plate.astype(np.float32) * 0.92 * (1 - haze) + 206 * haze, 0, 255).astype(np.uint8)
    laid = cv2.warpPerspective(faded, way, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    inside = np.zeros(layer.shape[:2], np.uint8)
    cv2.fillConvexPoly(inside, np.round(corners * 16).astype(np.int32), 255, cv2.LINE_8, 4)
    layer[inside > 0] = laid[inside > 0]


def plate_corners(kind: Kind, name: str, side: str, lines: int) -> Any:
    """Return the corners of a plate on a shape (4, 3): upper left first as one sees it from behind (`rear`) or from the front."""
    shape = shapes()[name]
    long = -float(shape.points[:, 1].min())
    wide, high = (0.33, 0.165) if lines == 2 else (0.47, 0.11)
    up = 0.7 if side == "rear" else 0.5
    if kind is Kind.MOTORBIKE:
        wide, high, up, long = 0.19, 0.14, 0.56, 1.87
    if kind in {Kind.BUS, Kind.TRUCK}:
        up = 0.75
    if side == "rear":
        return np.array(
            [
                (-wide / 2, -long - 0.02, up + high),
                (wide / 2, -long - 0.02, up + high),
                (wide / 2, -long - 0.02, up),
                (-wide / 2, -long - 0.02, up),
            ]
        )
    return np.array(
        [(wide / 2, 0.02, up + high), (-wide / 2, 0.02, up + high), (-wide / 2, 0.02, up), (wide / 2, 0.02, up)]
    )


@lru_cache(maxsize=256)
def plate_of(text: str, colour: Colour, lines: int, motorbike: bool) -> Any:  # noqa: FBT001  # the key of a cache
    """Return a plate's picture from the renderer that trains the reader, BGR."""
    from vamco.engines.vision.training.rendering import draw_flat
    from vamco.engines.vision.training.texts import PlateText

    return draw_flat(
        np.random.default_rng(sum(map(ord, text))),
        None,
        plate_text(text, colour, lines, motorbike, PlateText),
        worn=False,
    ).picture


def plate_text(text: str, colour: Colour, lines: int, motorbike: bool, make: Any) -> Any:  # noqa: FBT001
    """Return a plate's rows with their dash and dot."""
    from vamco.engines.vision.training.texts import CAR_HIGH, CAR_LONG

    head, tail = text[:-5], text[-5:]
    tail = f"{tail[:3]}.{tail[3:]}"
    name = str(colour) if str(colour) in {"white", "yellow", "blue", "red"} else "white"
    if lines == 1:
        return make((f"{head}-{tail}",), name, CAR_LONG)
    return make((f"{head[:2]}-{head[2:]}" if motorbike else head, tail), name, 190 / 140 if motorbike else CAR_HIGH)

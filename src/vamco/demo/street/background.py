"""The empty road as the camera sees it by day: asphalt, paint, pavements, houses, trees, sky. Procedural; nobody's photograph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from vamco.demo.street.places import rectangle

if TYPE_CHECKING:
    from vamco.demo.street.places import Lamp, Place

WALLS = (
    (196, 214, 226),
    (168, 200, 222),
    (210, 205, 190),
    (190, 220, 200),
    (176, 186, 214),
    (150, 190, 225),
    (214, 220, 224),
)
SIGNS = ((60, 60, 200), (170, 90, 40), (60, 140, 60), (40, 160, 220), (120, 60, 120))
PAINT = (226, 230, 232)


def noise(size: int, seed: int, grains: tuple[int, ...]) -> Any:
    """Return a tile of layered noise, float32, mean 0, about ±1."""
    rng = np.random.default_rng(seed)
    tile = np.zeros((size, size), np.float32)
    for grain in grains:
        rough = rng.normal(0, 1, (size // grain, size // grain)).astype(np.float32)
        tile += cv2.resize(np.pad(rough, 1, mode="wrap"), (size, size), interpolation=cv2.INTER_CUBIC)
    spread: Any = tile / (tile.std() + 1e-6)
    return spread


def fill(picture: Any, pixels: Any, colour: tuple[int, int, int]) -> None:
    """Fill a polygon of pixels, edges smooth; polygons that reach behind the camera are left out."""
    if np.isfinite(pixels).all():
        cv2.fillPoly(picture, [np.round(np.clip(pixels, -20000, 20000) * 16).astype(np.int32)], colour, cv2.LINE_AA, 4)


class Scenery:
    """Paints the background of one place; the same seed gives the same picture."""

    def __init__(self, place: Place, seed: int = 0) -> None:
        self.place, self.camera, self.rng = place, place.camera, np.random.default_rng(seed)
        self.seed = seed

    def paint(self) -> Any:
        """Return the picture, BGR, uint8."""
        picture = self._sky()
        self._far(picture)
        self._ground(picture)
        self._houses(picture)
        for lamp in self.place.lamps:
            self._pole(picture, lamp)
        return picture

    def _sky(self) -> Any:
        camera = self.camera
        rows = np.linspace(0, 1, camera.height_px)[:, None, None]
        sky = np.array((236, 214, 186)) * (1 - rows) + np.array((240, 236, 230)) * rows
        wide = np.broadcast_to(sky, (camera.height_px, camera.width, 3)).astype(np.float32).copy()
        cloud = cv2.resize(noise(256, self.seed + 5, (64, 32, 16)), (camera.width, camera.height_px))
        return np.clip(wide + 6 * cloud[..., None], 0, 255).astype(np.uint8)

    def _far(self, picture: Any) -> None:
        """Paint the far end of the street: trees and houses in haze."""
        camera, rng = self.camera, self.rng
        base = int(camera.horizon) + 6
        crowns = [(int(rng.integers(0, camera.width)), int(rng.integers(10, 30))) for _ in range(120)]
        for x, size in crowns:
            for _ in range(26):
                shade = int(rng.integers(-16, 16))
                at = (x + int(rng.normal(0, size * 0.6)), base - int(abs(rng.normal(size * 0.5, size * 0.5))))
                cv2.circle(
                    picture, at, int(rng.integers(2, 7)), (138 + shade, 160 + shade, 140 + shade), -1, cv2.LINE_AA
                )

    def _ground(self, picture: Any) -> None:
        camera, place = self.camera, self.place
        high, wide = picture.shape[:2]
        rows, columns = np.mgrid[0:high, 0:wide]
        ground = camera.ground(np.stack([columns.ravel() + 0.5, rows.ravel() + 0.5], 1)).reshape(high, wide, 2)
        x, y = ground[..., 0], ground[..., 1]
        seen = np.isfinite(x) & (y < 400)
        colour = np.zeros((high, wide, 3), np.float32)
        colour[:] = (120, 132, 136)
        tiles = (np.floor(np.nan_to_num(x) / 0.6) + np.floor(np.nan_to_num(y) / 0.6)) % 2
        colour[tiles > 0] = (112, 123, 128)
        verge = (x < place.road[0] - 9) | (x > place.road[1] + 9)
        colour[verge] = (92, 122, 108)
        road = (x >= place.road[0]) & (x <= place.road[1])
        if place.across:
            road |= (y >= place.across[0]) & (y <= place.across[1])
        colour[road & seen] = (104, 104, 102)
        self._paint_marks(colour)
        colour *= (1 + self._texture(x, y, np.where(road, 1.0, 0.7)))[..., None]
        kerb = self._kerb(x, y) & seen
        colour[kerb] = (178, 184, 186)
        haze = np.clip((np.nan_to_num(y, nan=400) - 40) / 220, 0, 0.75)[..., None]
        colour = colour * (1 - haze) + np.array((205, 208, 206)) * haze
        picture[seen] = np.clip(colour, 0, 255).astype(np.uint8)[seen]

    def _texture(self, x: Any, y: Any, strength: Any) -> Any:
        """Return brightness changes of the ground in metres: stones, patches, tracks of tyres."""
        x, y = np.nan_to_num(x).astype(np.float32), np.nan_to_num(y).astype(np.float32)
        total = np.zeros(x.shape, np.float32)
        for metres, amount, grain in ((2.5, 0.05, (2, 4)), (14.0, 0.05, (16, 32)), (60.0, 0.05, (32, 64))):
            tile = noise(512, self.seed + int(metres), grain)
            u, v = (x / metres * 512) % 511, (y / metres * 512) % 511
            total += amount * cv2.remap(tile, u.astype(np.float32), v.astype(np.float32), cv2.INTER_LINEAR)
        for lane in self.place.lanes:
            for offset in (-0.8, 0.8):
                total -= 0.07 * np.exp(-(((x - lane.middle - offset) / 0.35) ** 2))
        return total * strength

    def _kerb(self, x: Any, y: Any) -> Any:
        place = self.place
        kerb = (np.abs(x - place.road[0] + 0.12) < 0.12) | (np.abs(x - place.road[1] - 0.12) < 0.12)
        if place.across:
            kerb &= (y < place.across[0]) | (y > place.across[1])
        return kerb

    def _paint_marks(self, colour: Any) -> None:
        """Paint lines, zebra crossings and stop lines onto the float picture, with worn paint."""
        layer = np.zeros(colour.shape[:2], np.uint8)
        twice = cv2.resize(layer, None, fx=2, fy=2)
        for shape in self.shapes():
            fill(twice, self.camera.on_road(np.array(shape)) * 2, (255, 255, 255))
        amount = (
            cv2.resize(twice, (layer.shape[1], layer.shape[0]), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        )
        worn = cv2.resize(noise(256, self.seed + 9, (4, 8)), (layer.shape[1], layer.shape[0]))
        amount = (amount * np.clip(0.93 + 0.05 * worn, 0.75, 1))[..., None]
        colour[:] = colour * (1 - amount) + np.array(PAINT, np.float32) * amount

    def shapes(self) -> list[Any]:
        """Return all painted shapes as quadrilaterals in metres."""
        place = self.place
        zebras = [
            rectangle(float(x), y0, float(x) + 0.5, y1)
            for y0, y1 in place.zebras
            for x in np.arange(place.road[0] + 0.3, place.road[1] - 0.4, 1.0)
        ]
        stops = [rectangle(line.x0, line.y, line.x1, line.y + line.thick) for line in place.lines]
        return [*self._dashes(), *self._middle(), *zebras, *stops]

    def _open(self, y: float, before: float) -> bool:
        """Whether lines along the road are painted from y on: not within a crossing road, nor on a zebra crossing."""
        if any(a - before < y < b + 1 for a, b in self.place.zebras):
            return False
        return not (self.place.across and self.place.across[0] - 4 < y < self.place.across[1] + 1)

    def _dashes(self) -> list[Any]:
        place = self.place
        edges = {lane.x1 for lane in place.lanes} | {lane.x0 for lane in place.lanes}
        inner = [x for x in sorted(edges) if place.road[0] + 0.5 < x < place.road[1] - 0.5]
        inner = [x for x in inner if place.centre is None or abs(x - place.centre) > 0.5]
        return [
            rectangle(x - 0.07, float(y), x + 0.07, float(y) + 2.4)
            for x in inner
            for y in np.arange(max(1.0, place.lanes[0].y0 - 4), 110, 5.0)
            if self._open(float(y), 3.0)
        ]

    def _middle(self) -> list[Any]:
        centre = self.place.centre
        if centre is None:
            return []
        return [
            rectangle(centre + offset - 0.06, float(y), centre + offset + 0.06, float(y) + 3.0)
            for y in np.arange(max(1.0, self.place.lanes[0].y0 - 4), 110, 3.0)
            for offset in (-0.12, 0.12)
            if self._open(float(y), 2.5)
        ]

    def _houses(self, picture: Any) -> None:
        """Put tube houses along both pavements, the farthest first."""
        place, free = self.place, self.place.across or (1e9, -1e9)
        for y in np.arange(110.0, 4.0, -5.2):
            for side in (-1, 1):
                deep = 4.6
                if free[0] - 7 < y < free[1] + 2:
                    continue
                x = place.road[0] - deep if side < 0 else place.road[1] + deep
                self._house(picture, x, y)
                if self.rng.random() < 0.35:
                    self._tree(picture, x - side * 2.6, y)

    def _house(self, picture: Any, x: float, y: float) -> None:
        tall = float(self.rng.uniform(6.5, 13))
        front = self._front(tall)
        corners = self.camera.project(np.array([[x, y + 5.2, tall], [x, y, tall], [x, y, 0], [x, y + 5.2, 0]]))
        if not np.isfinite(corners).all() or np.abs(corners).max() > 20000:
            return
        if x > 0:
            front = front[:, ::-1]
        high, wide = front.shape[:2]
        turned = cv2.getPerspectiveTransform(
            np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32), corners.astype(np.float32)
        )
        size = (picture.shape[1], picture.shape[0])
        warped = cv2.warpPerspective(front, turned, size, flags=cv2.INTER_AREA)
        mask = cv2.warpPerspective(np.full((high, wide), 255, np.uint8), turned, size)
        haze = min(0.7, max(0.0, (y - 40) / 150))
        there = mask > 127
        picture[there] = (warped[there] * (1 - haze) + np.array((205, 208, 206)) * haze).astype(np.uint8)

    def _front(self, tall: float) -> Any:
        """Return the front of a house, about 40 pixels a metre."""
        rng = self.rng
        wide, high = 208, int(tall * 40)
        wall = np.array(WALLS[int(rng.integers(len(WALLS)))], float) * rng.uniform(0.78, 0.98)
        front = np.clip(
            wall + 5 * noise(256, int(rng.integers(1 << 30)), (4, 16, 64))[:1, :1, None] + np.zeros((high, wide, 3)),
            0,
            255,
        )
        front += rng.normal(0, 3, (high, wide, 1))
        for top in range(high - 300, 0, -132):
            for left in (22, 118):
                front[max(0, top) : top + 78, left : left + 62] = (70, 62, 56)
                front[max(0, top) + 4 : top + 74, left + 4 : left + 58] = (
                    (118, 108, 92) if rng.random() < 0.6 else (96, 100, 104)
                )
                front[max(0, top) : top + 78, left + 29 : left + 33] = (200, 204, 204)
            front[top + 92 : top + 112, 6 : wide - 6] = wall * 0.72
        front[high - 120 :, 14 : wide - 14] = (66, 66, 68)
        front[high - 120 :: 8, 14 : wide - 14] = (92, 92, 94)
        sign = SIGNS[int(rng.integers(len(SIGNS)))]
        front[high - 164 : high - 124, 4 : wide - 4] = sign
        front[high - 150 : high - 138, 40 : 40 + int(rng.integers(60, 120))] = (225, 228, 228)
        front[:, :3] *= 0.6
        return np.clip(front, 0, 255).astype(np.uint8)

    def _tree(self, picture: Any, x: float, y: float) -> None:
        rng = self.rng
        foot, top = self.camera.project(np.array([[x, y, 0.0], [x, y, 3.4]]))
        scale = self.camera.scale(x, y)
        if not np.isfinite(foot).all():
            return
        cv2.line(
            picture,
            tuple(int(v) for v in foot),
            tuple(int(v) for v in top),
            (62, 76, 88),
            max(1, int(0.22 * scale)),
            cv2.LINE_AA,
        )
        for _ in range(420):
            dx, dz = rng.normal(0, 0.8), abs(rng.normal(0.9, 0.65))
            leaf = float(rng.uniform(0.5, 1.1)) - 0.12 * dz
            green = tuple(int(v * (0.75 + 0.35 * leaf)) for v in (62, 108 + rng.integers(-14, 14), 76))
            centre = (int(top[0] + dx * scale), int(top[1] - (dz - 0.6) * scale))
            cv2.circle(picture, centre, max(1, int(rng.uniform(0.05, 0.16) * scale)), green, -1, cv2.LINE_AA)

    def _pole(self, picture: Any, lamp: Lamp) -> None:
        foot, top = self.camera.project(np.array([[lamp.x, lamp.y + 0.1, 0.0], [lamp.x, lamp.y + 0.1, lamp.z]]))
        wide = max(2, int(0.14 * self.camera.scale(lamp.x, lamp.y)))
        cv2.line(picture, tuple(int(v) for v in foot), tuple(int(v) for v in top), (120, 122, 120), wide, cv2.LINE_AA)

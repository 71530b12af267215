"""Small drawn pictures of a junction for the demonstration's evidence: a road, a stop line, a light, one vehicle, its plate."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw, ImageFont

from vamco.systems.traffic.contracts import EvidenceFiles

if TYPE_CHECKING:
    from vamco.engines.vision.contracts import Box, Sighting

WIDTH, HEIGHT = 640, 360
LINE_Y: Final = 190
_QUALITY: Final = 80
_LIGHTS: Final = {"red": (214, 40, 40), "yellow": (240, 180, 40), "green": (40, 160, 90)}
_BODIES: Final = ((180, 60, 60), (60, 90, 150), (235, 235, 235), (50, 50, 55), (150, 150, 120))


def files(path: tuple[Sighting, ...], frames: tuple[int, ...], plate: str, light: str) -> EvidenceFiles:
    """Return the pictures of a finding: each frame as it is, and for the owner with the walker blurred."""
    chosen = [step for step in path if step.frame in frames]
    drawn = {f"{n:02d}.jpg": (step.box, n) for n, step in enumerate(chosen, 1)}
    return EvidenceFiles(
        frames={name: _jpeg(_scene(box, plate, light, walker=True)) for name, (box, _n) in drawn.items()},
        owner={name: _jpeg(_scene(box, plate, light, walker=False)) for name, (box, _n) in drawn.items()},
        plate=_jpeg(_plate(plate)),
    )


def _scene(box: Box, plate: str, light: str, *, walker: bool) -> Image.Image:
    picture = Image.new("RGB", (WIDTH, HEIGHT), (120, 150, 120))
    draw = ImageDraw.Draw(picture)
    draw.polygon([(230, 0), (410, 0), (620, HEIGHT), (20, HEIGHT)], fill=(92, 94, 98))
    draw.line([(128, LINE_Y), (512, LINE_Y)], fill=(240, 240, 240), width=6)
    for y in range(10, HEIGHT, 46):
        draw.line([(320, y), (320, y + 22)], fill=(220, 220, 220), width=3)
    draw.rectangle((560, 20, 592, 104), fill=(30, 30, 30))
    for n, name in enumerate(("red", "yellow", "green")):
        shade = _LIGHTS[name] if name == light else (70, 70, 70)
        draw.ellipse((566, 26 + 26 * n, 586, 46 + 26 * n), fill=shade)
    body = _BODIES[sum(map(ord, plate)) % len(_BODIES)]
    draw.rounded_rectangle(tuple(box), radius=8, fill=body, outline=(20, 20, 20))
    draw.rectangle((box.x0 + 10, box.y0 + 8, box.x1 - 10, box.y0 + (box.y1 - box.y0) / 2), fill=(40, 55, 70))
    small = _plate(plate).resize((int(0.5 * (box.x1 - box.x0)), 18))
    picture.paste(small, (int((box.x0 + box.x1 - small.width) / 2), int(box.y1 - 24)))
    _walker(draw, picture, seen=walker)
    return picture


def _walker(draw: ImageDraw.ImageDraw, picture: Image.Image, *, seen: bool) -> None:
    """Draw somebody on the pavement; for others than officials as coarse tiles only."""
    draw.ellipse((600, 150, 618, 168), fill=(220, 180, 150))
    draw.rectangle((598, 168, 620, 214), fill=(70, 80, 130))
    if not seen:
        region = (588, 140, 630, 224)
        tiles = picture.crop(region).resize((2, 4)).resize((42, 84), Image.Resampling.NEAREST)
        picture.paste(tiles, region[:2])


def _plate(text: str) -> Image.Image:
    picture = Image.new("RGB", (200, 50), (245, 245, 245))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((1, 1, 198, 48), outline=(20, 20, 20), width=3)
    draw.text((14, 8), f"{text[:3]}-{text[3:6]}.{text[6:]}", fill=(20, 20, 20), font=ImageFont.load_default(30))
    return picture


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()

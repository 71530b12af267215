from __future__ import annotations

import datetime as dt
import io
import math
import warnings
from typing import IO, TYPE_CHECKING, Any

from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

from vamco.kernel.record.files.adapters.inspection import limits
from vamco.kernel.record.files.adapters.inspection.problem import Problem
from vamco.kernel.record.files.contracts import Facts, Finding, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMATS = {Kind.JPEG: "JPEG", Kind.PNG: "PNG", Kind.WEBP: "WEBP"}
OPTIONS: dict[Kind, dict[str, Any]] = {
    Kind.JPEG: {"quality": 85, "optimize": True},
    Kind.PNG: {"compress_level": 6},
    Kind.WEBP: {"quality": 82, "method": 3},
}


def inspect(kind: Kind, source: IO[bytes], rendition: IO[bytes]) -> Finding:
    """Read a picture in full and paint it anew: upright, in sRGB, not too large, without anything that is not picture."""
    Image.MAX_IMAGE_PIXELS = limits.MAX_PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(source, formats=[FORMATS[kind]]) as picture:
                facts = _facts(picture)
                painted = _paint(picture)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise Problem("too_many_pixels", limit=limits.MAX_PIXELS // 1_000_000) from error
        except (OSError, SyntaxError, ValueError, EOFError, KeyError, UnidentifiedImageError) as error:
            raise Problem("damaged") from error
    if kind is Kind.JPEG and painted.mode not in {"RGB", "L"}:
        painted = painted.convert("RGB")
    painted.save(rendition, FORMATS[kind], **OPTIONS[kind])
    return Finding(rendition=True, side=min(painted.size), facts=facts)


def _paint(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    longest = limits.LONGEST_SIDE
    if max(picture.size) > longest:  # a JPEG can be read at a half, a quarter or an eighth at once
        factor = longest / max(picture.size)
        picture.draft(None, (math.ceil(picture.width * factor), math.ceil(picture.height * factor)))
    turned = ImageOps.exif_transpose(picture)
    painted = _plain(turned)
    painted.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=2.0)
    painted = _in_srgb(painted, profile)
    painted.info.clear()
    return painted


def _plain(picture: Image.Image) -> Image.Image:
    """Give the picture in one of the four modes that all three formats have."""
    if picture.mode.startswith("I"):  # 16 bit: `convert` alone would cut everything above 255
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode in {"P", "PA"} or "transparency" in picture.info:
        return picture.convert("RGBA")
    if picture.mode in {"RGB", "RGBA", "L", "LA", "CMYK"}:
        return picture
    return picture.convert("L" if picture.mode in {"1", "F"} else "RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    target = "RGBA" if picture.mode in {"RGBA", "LA"} else "RGB"
    if profile and picture.mode in {"RGB", "RGBA", "CMYK"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=target)
        except (ImageCms.PyCMSError, OSError, ValueError):
            turned = None  # a broken profile: the colours as they are
        if turned is not None:
            return turned
    return picture.convert("RGB") if picture.mode == "CMYK" else picture


def _facts(picture: Image.Image) -> Facts:
    """Give when and where a picture was taken, as far as it tells; nonsense is no fact."""
    try:
        exif = picture.getexif()
        camera, place = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    except Exception:  # noqa: BLE001  # EXIF is a format of its own, and its damage does not concern the picture
        return Facts()
    lon, lat = _degrees(place, 3, 4, "W", 180), _degrees(place, 1, 2, "S", 90)
    if lon is None or lat is None:
        lon = lat = None
    return Facts(_moment(camera), lon, lat)


def _moment(camera: Mapping[int, Any]) -> dt.datetime | None:
    told, zone = camera.get(ExifTags.Base.DateTimeOriginal), camera.get(ExifTags.Base.OffsetTimeOriginal)
    for text, form in ((f"{told}{zone}", "%Y:%m:%d %H:%M:%S%z"), (str(told), "%Y:%m:%d %H:%M:%S")):
        try:
            return dt.datetime.strptime(text.strip("\x00 "), form)  # noqa: DTZ007  # a camera mostly tells no zone
        except ValueError:
            continue
    return None


def _degrees(place: Mapping[int, Any], sign: int, value: int, negative: str, most: int) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in place[value])
        found = degrees + minutes / 60 + seconds / 3600
        found = -found if str(place[sign]).upper().startswith(negative) else found
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return round(found, 7) if math.isfinite(found) and abs(found) <= most else None

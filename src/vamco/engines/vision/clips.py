"""Evidence clips: a short VP9/WebM, or Motion JPEG where this build of OpenCV cannot write that. Both play or open everywhere."""

from __future__ import annotations

import tempfile
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from vamco.engines.vision.contracts import Frame, Picture

# Ending, FourCC, media type; the first that this machine can write is taken.
_WAYS: Final = ((".webm", "VP90", "video/webm"), (".avi", "MJPG", "video/x-msvideo"))


@dataclass(frozen=True, slots=True)
class Clip:
    """An encoded clip and its media type; `pictures` is how many it holds."""

    content: bytes
    media_type: str
    ending: str
    pictures: int


def encode(pictures: Sequence[Picture], fps: float, *, widest: int = 960) -> Clip:
    """Encode BGR pictures of one size, made at most `widest` pixels wide; OSError where no writer works."""
    if not pictures:
        raise ValueError("a clip needs a picture")
    with tempfile.TemporaryDirectory(prefix="vamco-clip-") as folder:
        for ending, code, media_type in _WAYS:
            file = Path(folder) / f"clip{ending}"
            if _written(file, code, pictures, fps, widest):
                return Clip(file.read_bytes(), media_type, ending, len(pictures))
    raise OSError("no video writer works on this machine")


def _written(file: Path, code: str, pictures: Sequence[Picture], fps: float, widest: int) -> bool:
    import cv2

    height, width = pictures[0].shape[:2]
    scale = min(1.0, widest / width)
    size = (max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2))  # even, as video wants it
    writer = cv2.VideoWriter(str(file), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*code), fps, size)
    if not writer.isOpened():
        return False
    for picture in pictures:
        writer.write(
            picture if picture.shape[1::-1] == size else cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        )
    writer.release()
    return file.exists() and file.stat().st_size > 0


class Recent:
    """The last seconds of a camera, as JPEG, from which a clip is cut once something has happened."""

    def __init__(self, length: dt.timedelta, *, quality: int = 85) -> None:
        self._length, self._quality = length, quality
        self._kept: deque[tuple[dt.datetime, bytes]] = deque()

    def keep(self, frame: Frame) -> None:
        """Keep a frame and drop what is too old."""
        import cv2

        done, data = cv2.imencode(".jpg", frame.pixels, [cv2.IMWRITE_JPEG_QUALITY, self._quality])
        if done:
            self._kept.append((frame.at, data.tobytes()))
        while self._kept and frame.at - self._kept[0][0] > self._length:
            self._kept.popleft()

    def between(self, begins: dt.datetime, ends: dt.datetime) -> Iterator[tuple[dt.datetime, Picture]]:
        """Give the pictures of a stretch of time, as far as they are still there."""
        import cv2
        import numpy as np

        for at, data in list(self._kept):
            if begins <= at <= ends:
                picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
                if picture is not None:
                    yield at, np.asarray(picture, dtype=np.uint8)

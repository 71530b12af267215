"""Pictures from RTSP, HTTP, files and folders. A thread of its own decodes, so that the newest picture is always at hand.

A live source that falls behind drops pictures and counts them; a broken one is opened again after a wait that doubles up to a
limit. A recorded source drops nothing, unless it is played at its own pace like a live one.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, Self

import numpy as np

from vamco.engines.vision.contracts import Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from vamco.engines.vision.contracts import Picture

PICTURES: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp"})
_LIVE: Final = ("rtsp://", "rtsps://", "http://", "https://")
_MOST_FPS: Final = 240.0
_TIMEOUT_MS: Final = 5000


class Capture(Protocol):
    """An opened video or folder."""

    fps: float

    def read(self) -> Picture | None:
        """Give the next picture (uint8, (height, width, 3), BGR); None at the end, or where the connection broke."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait before opening again: from `first` seconds, doubled each time up to `longest`."""

    first: float = 0.5
    longest: float = 30.0

    def wait(self, failures: int) -> float:
        """Give the seconds to wait after so many failures in a row (1 for the first)."""
        return float(min(self.longest, self.first * 2 ** min(failures - 1, 16)))


@dataclass(slots=True)
class Measured:
    """What the source has seen of itself. `broke` holds the moments when the connection broke off or could not be made."""

    frames: int = 0
    dropped: int = 0
    opened: int = 0
    broke: list[dt.datetime] = field(default_factory=list)


def live(address: str) -> bool:
    """Say whether an address is that of a camera, not of a recording."""
    return address.lower().startswith(_LIVE)


def open_capture(address: str) -> Capture:
    """Open a stream, a file or a folder of pictures; OSError where that fails. No address appears in the message: it may hold a password."""
    if not live(address) and Path(address).is_dir():
        return _Folder(Path(address))
    return _Video(address)


class Source:
    """Pictures of one camera, as `Frame`s. Use it as a context manager; `frames()` gives them until the end, or for ever when live.

    `begins` is the time of a recording's first picture (by default now). `paced` plays a recording in its own time, dropping what
    nobody fetches, as a camera would; `again` starts it over at its end.
    """

    def __init__(
        self,
        camera: str,
        address: str,
        *,
        begins: dt.datetime | None = None,
        paced: bool | None = None,
        again: bool = False,
        backoff: Backoff | None = None,
        opener: Callable[[str], Capture] = open_capture,
    ) -> None:
        self.camera = camera
        self.measured = Measured()
        self._address, self._opener = address, opener
        self._live = live(address)
        self._newest_wins = self._live if paced is None else self._live or paced
        self._paced = bool(paced) and not self._live
        self._again = again
        self._begins = begins or dt.datetime.now(dt.UTC)
        self._backoff = backoff or Backoff()
        self._stop = threading.Event()
        self._changed = threading.Condition()
        self._waiting: Frame | None = None
        self._missed = 0
        self._over = False
        self._thread = threading.Thread(target=self._decode, name=f"source {camera}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        with self._changed:
            self._changed.notify_all()
        self._thread.join(timeout=_TIMEOUT_MS / 1000 + 5)

    def frames(self) -> Iterator[Frame]:
        """Give pictures until the recording ends; of a live source for ever, the newest each time."""
        while (frame := self.next()) is not None:
            yield frame

    def next(self, timeout: float | None = None) -> Frame | None:
        """Give the next picture; None at the end, or when none came within `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting is not None or self._over or self._stop.is_set(), timeout)
            frame, self._waiting = self._waiting, None
            self._changed.notify_all()
            return frame

    def _decode(self) -> None:
        failures = 0
        try:
            while not self._stop.is_set():
                got = self._play_once()
                if not self._live and not (self._again and got):
                    return
                failures = 0 if got else failures + 1
                if self._live:
                    self.measured.broke.append(dt.datetime.now(dt.UTC))
                    del self.measured.broke[:-64]
                    self._stop.wait(self._backoff.wait(max(failures, 1)))
        finally:
            with self._changed:
                self._over = True
                self._changed.notify_all()

    def _play_once(self) -> bool:
        """Open, hand over what comes, close; says whether there was a picture."""
        try:
            capture = self._opener(self._address)
        except OSError:
            return False
        self.measured.opened += 1
        before = self.measured.frames
        step = 1 / capture.fps
        start = time.monotonic()
        try:
            while not self._stop.is_set() and (pixels := capture.read()) is not None:
                number = self.measured.frames
                if self._paced and self._stop.wait(max(0.0, start + (number - before) * step - time.monotonic())):
                    break
                self._hand_over(number, self._time(number, step), pixels)
        finally:
            capture.close()
        return self.measured.frames > before

    def _time(self, number: int, step: float) -> dt.datetime:
        if self._live:
            return dt.datetime.now(dt.UTC)
        return self._begins + dt.timedelta(seconds=number * step)

    def _hand_over(self, number: int, at: dt.datetime, pixels: Picture) -> None:
        with self._changed:
            if self._newest_wins:
                if self._waiting is not None:
                    self._missed += 1
                    self.measured.dropped += 1
            else:
                self._changed.wait_for(lambda: self._waiting is None or self._stop.is_set())
            dropped = self._missed
            self._waiting = Frame(self.camera, number, at, pixels, dropped=dropped)
            self.measured.frames += 1
            self._changed.notify_all()


class _Video:
    """A stream or file through OpenCV and its FFmpeg."""

    def __init__(self, address: str) -> None:
        import cv2

        options = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, _TIMEOUT_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, _TIMEOUT_MS]
        self._capture = cv2.VideoCapture(address, cv2.CAP_FFMPEG, options if live(address) else [])
        if not self._capture.isOpened():
            raise OSError("the video could not be opened")
        fps = self._capture.get(cv2.CAP_PROP_FPS)
        self.fps = fps if 0 < fps <= _MOST_FPS else 25.0

    def read(self) -> Picture | None:
        got, pixels = self._capture.read()
        return np.asarray(pixels, dtype=np.uint8) if got else None

    def close(self) -> None:
        self._capture.release()


class _Folder:
    """Pictures in the order of their names, five a second. One that cannot be read is left out."""

    fps = 5.0

    def __init__(self, folder: Path) -> None:
        self._names = iter(sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES))

    def read(self) -> Picture | None:
        import cv2

        for path in self._names:
            pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)
            if pixels is not None:
                return np.asarray(pixels, dtype=np.uint8)
        return None

    def close(self) -> None:
        self._names = iter(())

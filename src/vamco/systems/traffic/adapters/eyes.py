"""What a worker needs of the engine of pictures, and the way to the real one. The engine is only imported where a worker starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from vamco.engines.vision.contracts import Box, Drawing, Frame, Light, Passage, Picture
    from vamco.engines.vision.health import Watch
    from vamco.engines.vision.pipeline import Live, Step
    from vamco.engines.vision.reading import PlateEngine, Vote
    from vamco.engines.vision.sources import Measured
    from vamco.engines.vision.tracking import Tracked

CLIP: Final = "clip:"
ENDINGS: Final = (".webm", ".mp4", ".mkv", ".avi")
_QUALITY: Final = 80
_AROUND: Final = 0.2  # of a plate's width and height, on each side


class Eye(Protocol):
    """One camera's engine; `engines.vision.pipeline.Pipeline` is one."""

    watch: Watch

    def feed(self, frame: Frame) -> Step:
        """Take one frame."""
        ...

    def finish(self) -> tuple[Passage, ...]:
        """End what is still followed."""
        ...


class Stream(Protocol):
    """Pictures of one camera; `engines.vision.sources.Source` is one."""

    measured: Measured

    def next(self, timeout: float | None = None) -> Frame | None:
        """Give the newest picture, None where none came in time."""
        ...


class Shop(Protocol):
    """Where a worker gets eyes and streams, and how pictures become JPEG."""

    def eye(self, camera: str, drawing: Drawing | None) -> Eye:
        """Make an engine for a camera."""
        ...

    def stream(self, camera: str, source: str, begins: dt.datetime) -> AbstractContextManager[Stream]:
        """Open a camera's source; OSError where there is none."""
        ...

    def jpeg(self, picture: Picture) -> bytes:
        """Encode a picture."""
        ...

    def drawn(self, picture: Picture, live: Live, drawing: Drawing | None) -> bytes:
        """Encode a picture with all that the engine makes of it, people blurred."""
        ...

    def plain(self, picture: Picture, tracks: Sequence[Tracked], drawing: Drawing | None) -> bytes:
        """Encode a picture without what the engine makes of it, people blurred."""
        ...

    def owner(self, picture: Picture, tracks: Sequence[Tracked], concerned: int, drawing: Drawing | None) -> bytes:
        """Encode a picture for the owner of a vehicle: people and all other vehicles blurred."""
        ...

    def plate(self, picture: Picture, box: Box) -> bytes:
        """Encode the plate alone."""
        ...

    def why(self, picture: Picture, track: Tracked, drawing: Drawing | None, lights: dict[str, Light]) -> bytes:
        """Encode a picture with one track, the lines and the lights."""
        ...

    def clip(self, pictures: Sequence[Picture], fps: float) -> tuple[bytes, str]:
        """Encode a clip; gives it with its ending."""
        ...

    def picture(self, jpeg: bytes) -> Picture:
        """Decode a JPEG."""
        ...


class RealShop:
    """The engine itself, loaded once for all cameras of a worker."""

    def __init__(self, clips: Path | None = None, widest: int = 1280, plates: Mapping[str, Any] | None = None) -> None:
        """`clips` is the folder of the demonstration's clips; live pictures are made at most `widest` pixels wide.

        `plates` is the pack's table of plates; without it passages have no plate.
        """
        from vamco.engines.vision.detectors import NANODET, Description, OnnxDetector
        from vamco.engines.vision.ready import DETECTOR

        self._clips, self._widest = clips, widest
        self._detector = OnnxDetector(DETECTOR, Description.read(NANODET))
        self._plates, self._vote = plate_engine(plates)

    def eye(self, camera: str, drawing: Drawing | None) -> Eye:
        """Make an engine for a camera."""
        from vamco.engines.vision.pipeline import Pipeline, Settings

        # A worker looks at fewer pictures than the camera sends, and itself says when it sheds more than that.
        how = Settings(shed_share=1.0)
        return Pipeline(camera, self._detector, drawing, plates=self._plates, vote=self._vote, settings=how)

    def stream(self, camera: str, source: str, begins: dt.datetime) -> AbstractContextManager[Stream]:
        """Open a camera's source; OSError where there is none."""
        from vamco.engines.vision.sources import Source

        recorded = source.startswith((CLIP, "file:"))
        return Source(camera, self._address(source), begins=begins, paced=recorded, again=recorded)

    def _address(self, source: str) -> str:
        if source.startswith("file:"):
            return source.removeprefix("file:")
        if not source.startswith(CLIP):
            return source
        name = source.removeprefix(CLIP)
        if self._clips is not None and "/" not in name:
            for ending in ENDINGS:
                if (path := self._clips / f"{name}{ending}").is_file():
                    return str(path)
        raise OSError(f"there is no clip {name}")

    def jpeg(self, picture: Picture) -> bytes:
        """Encode a picture."""
        import cv2

        done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        if not done:
            raise OSError("the picture could not be encoded")
        return data.tobytes()

    def drawn(self, picture: Picture, live: Live, drawing: Drawing | None) -> bytes:
        """Encode a picture with all that the engine makes of it, people blurred."""
        from vamco.engines.vision import overlay

        marked = overlay.Marked(live.tracks, plates=live.plates, lights=live.lights)
        return self.jpeg(self._smaller(overlay.drawn(_people_blurred(picture, live.tracks, drawing), marked, drawing)))

    def plain(self, picture: Picture, tracks: Sequence[Tracked], drawing: Drawing | None) -> bytes:
        """Encode a picture without what the engine makes of it, people blurred."""
        return self.jpeg(self._smaller(_people_blurred(picture, tracks, drawing)))

    def owner(self, picture: Picture, tracks: Sequence[Tracked], concerned: int, drawing: Drawing | None) -> bytes:
        """Encode a picture for the owner of a vehicle: people and all other vehicles blurred."""
        from vamco.engines.vision import masking

        hidden = masking.bystanders(tracks, concerned)
        return self.jpeg(masking.masked(picture, hidden, drawing.zones if drawing is not None else ()))

    def plate(self, picture: Picture, box: Box) -> bytes:
        """Encode the plate alone, with some of what is around it."""
        height, width = picture.shape[:2]
        across, down = _AROUND * (box.x1 - box.x0), _AROUND * (box.y1 - box.y0)
        x0, y0 = max(0, int(box.x0 - across)), max(0, int(box.y0 - down))
        x1, y1 = min(width, int(box.x1 + across) + 1), min(height, int(box.y1 + down) + 1)
        if x1 <= x0 or y1 <= y0:
            raise OSError("the plate lies outside the picture")
        return self.jpeg(picture[y0:y1, x0:x1])

    def why(self, picture: Picture, track: Tracked, drawing: Drawing | None, lights: dict[str, Light]) -> bytes:
        """Encode a picture with one track, the lines and the lights."""
        from vamco.engines.vision import overlay

        return self.jpeg(overlay.drawn(picture, overlay.Marked([track], lights=lights, only=track.number), drawing))

    def clip(self, pictures: Sequence[Picture], fps: float) -> tuple[bytes, str]:
        """Encode a clip; gives it with its ending."""
        from vamco.engines.vision import clips

        made = clips.encode(pictures, fps)
        return made.content, made.ending

    def picture(self, jpeg: bytes) -> Picture:
        """Decode a JPEG."""
        import cv2
        import numpy as np

        found = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
        if found is None:
            raise OSError("the picture could not be decoded")
        return np.asarray(found, np.uint8)

    def _smaller(self, picture: Picture) -> Picture:
        import cv2
        import numpy as np

        height, width = picture.shape[:2]
        if width <= self._widest:
            return picture
        size = (self._widest, round(height * self._widest / width))
        return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _people_blurred(picture: Picture, tracks: Sequence[Tracked], drawing: Drawing | None) -> Picture:
    from vamco.engines.vision import masking

    people = masking.Bystanders(masking.bystanders(tracks, None).people)
    return masking.masked(picture, people, drawing.zones if drawing is not None else ())


def plate_engine(plates: Mapping[str, Any] | None) -> tuple[PlateEngine | None, Vote]:
    """Return what finds and reads plates, and what joins the reads of a track; None without a table of plates."""
    from vamco.engines.vision import reading
    from vamco.engines.vision.plates import detector, grammar, reader, vote

    if plates is None:
        return None, reading.simple_vote
    return detector.PlateSight(detector.PlateDetector(), reader.PlateReader(grammar.load(plates))), vote.vote

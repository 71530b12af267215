"""Decoding: folders and files whole, live streams newest first, again after a break."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from vamco.engines.vision.clips import Recent, encode
from vamco.engines.vision.contracts import Frame
from vamco.engines.vision.sources import Backoff, Source, live, open_capture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

START = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
RTSP = "rtsp://camera/1"


def picture(value: int, width: int = 64, height: int = 48) -> np.ndarray:
    return np.full((height, width, 3), value, np.uint8)


class Fake:
    """A stream of pictures that ends; each read waits for the gate."""

    fps = 25.0

    def __init__(self, values: list[int], gate: Callable[[], object] = lambda: None) -> None:
        self.values, self.gate, self.closed = values, gate, False

    def read(self) -> np.ndarray | None:
        self.gate()
        return picture(self.values.pop(0)) if self.values else None

    def close(self) -> None:
        self.closed = True


def test_a_folder_comes_in_order_without_what_is_no_picture(tmp_path: Path) -> None:
    for name, value in (("b.png", 20), ("a.png", 10), ("c.png", 30)):
        cv2.imwrite(str(tmp_path / name), picture(value))
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    (tmp_path / "list.txt").write_text("x")
    with Source("c", str(tmp_path), begins=START) as source:
        frames = list(source.frames())
    assert [int(frame.pixels[0, 0, 0]) for frame in frames] == [10, 20, 30]
    assert [frame.number for frame in frames] == [0, 1, 2]
    assert frames[2].at == START + dt.timedelta(seconds=0.4)
    assert source.measured.dropped == 0


def test_a_file_is_read_whole_with_its_own_times(tmp_path: Path) -> None:
    clip = encode([picture(5 * i) for i in range(20)], 10)
    assert (clip.media_type, clip.pictures) == ("video/webm", 20)
    assert clip.content[:4] == b"\x1a\x45\xdf\xa3"  # Matroska, of which WebM is a kind
    (tmp_path / "clip.webm").write_bytes(clip.content)
    with Source("c", str(tmp_path / "clip.webm"), begins=START) as source:
        frames = list(source.frames())
    assert len(frames) == 20
    assert frames[10].at == START + dt.timedelta(seconds=1)
    assert int(frames[10].pixels[24, 32, 0]) == pytest.approx(50, abs=6)


def test_a_large_clip_is_made_smaller_with_even_sides() -> None:
    clip = encode([np.zeros((1081, 1921, 3), np.uint8)] * 3, 10, widest=333)
    assert 0 < len(clip.content) < 20_000
    with pytest.raises(ValueError, match="needs a picture"):
        encode([], 10)


def test_of_a_live_stream_the_newest_picture_is_given_and_the_others_are_counted() -> None:
    read = threading.Semaphore(0)
    stream = Fake([1, 2, 3, 4], read.acquire)
    with Source("c", RTSP, opener=lambda _: stream) as source:
        read.release()
        first = source.next(120)
        assert first is not None
        assert first.number == 0
        read.release(3)
        while source.measured.frames < 4:
            threading.Event().wait(0.01)
        newest = source.next(120)
        assert newest is not None
        read.release(100)
    assert (newest.number, int(newest.pixels[0, 0, 0]), newest.dropped) == (3, 4, 2)
    assert source.measured.dropped == 2


def test_a_stream_that_breaks_is_opened_again_and_numbers_go_on() -> None:
    streams = [Fake([1]), OSError("no route"), Fake([2])]
    opened: list[str] = []

    def opener(address: str) -> Fake:
        opened.append(address)
        stream = streams.pop(0) if streams else Fake([])
        if isinstance(stream, OSError):
            raise stream
        return stream

    with Source("c", RTSP, opener=opener, backoff=Backoff(0.001, 0.01)) as source:
        seen = [source.next(120), source.next(120)]
    assert [frame and frame.number for frame in seen] == [0, 1]
    assert len(opened) >= 3
    assert len(source.measured.broke) >= 2


def test_waits_double_up_to_the_longest() -> None:
    assert [Backoff(0.5, 30).wait(n) for n in (1, 2, 3, 7, 8, 1000)] == [0.5, 1, 2, 30, 30, 30]


def test_a_recording_that_is_not_there_ends_at_once_and_its_address_is_not_told(tmp_path: Path) -> None:
    with Source("c", str(tmp_path / "none.mp4")) as source:
        assert list(source.frames()) == []
    with pytest.raises(OSError, match="could not be opened") as error:
        open_capture(str(tmp_path / "secret.mp4"))
    assert "secret" not in str(error.value)


def test_cameras_are_told_from_recordings() -> None:
    assert live("rtsp://user:word@10.0.0.1/1")
    assert live("HTTPS://camera/stream")
    assert not live("/recordings/rtsp/1.mp4")


def test_a_clip_is_cut_from_the_last_seconds() -> None:
    recent = Recent(dt.timedelta(seconds=3))
    for second in range(10):
        recent.keep(Frame("c", second, START + dt.timedelta(seconds=second), picture(20 * second)))
    cut = list(recent.between(START + dt.timedelta(seconds=5), START + dt.timedelta(seconds=8)))
    assert [at.second for at, _ in cut] == [6, 7, 8]
    assert [int(pixels[0, 0, 0]) for _, pixels in cut] == pytest.approx([120, 140, 160], abs=3)

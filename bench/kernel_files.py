"""Files: small ones a second, a large stream, a picture painted anew; each with all that a file needs: inspection, disk, row, log.

The large stream stands beside a plain copy with its SHA-256 forced to the same disk, in turns; medians.
"""

from __future__ import annotations

import hashlib
import io
import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from vamco.cli.bench import Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SMALL, CLIENTS = 400, 4
LARGE = 512 << 20
ROUNDS = 5
CHUNK = 1 << 20


def run() -> Iterable[Figure]:
    """Measure in a database and a folder of its own."""
    from vamco.cli import postgres

    with tempfile.TemporaryDirectory(prefix="vamco-bench-") as name, postgres.running(Path(name) / "pg") as server:
        server.grant()
        os.environ.update(
            DATABASE_URL=server.url("app"),
            DATABASE_OWNER_URL=server.url("owner"),
            VAMCO_DATA=str(Path(name) / "data"),
            DJANGO_SETTINGS_MODULE="vamco.config.settings",
        )
        from vamco.cli import migrate

        migrate.bring_up_to_date()
        yield Figure("files", "text_files_per_second", _small(_text), "files/s")
        yield Figure("files", "pdf_files_per_second", _small(_pdf), "files/s")
        yield Figure("files", "pdf_inspection_ms", _inspection(), "ms")
        ours, theirs = _large(Path(name))
        yield Figure(
            "files",
            "large_stream_mb_per_second",
            LARGE / 1e6 / ours,
            "MB/s",
            peer="plain copy with SHA-256 and fsync",
            peer_value=LARGE / 1e6 / theirs,
        )
        yield Figure("files", "rendition_of_12_megapixels_ms", _rendition(), "ms", reach="<= 1500")


def _text(number: int) -> tuple[str, bytes]:
    return "a.txt", f"Báo cáo số {number}".encode() * 100


def _pdf(number: int) -> tuple[str, bytes]:
    import pikepdf

    out = io.BytesIO()
    with pikepdf.new() as document:
        for _ in range(5):
            document.add_blank_page()
        document.docinfo["/Title"] = f"Báo cáo số {number}"
        document.save(out)
    return "a.pdf", out.getvalue()


def _small(make: Callable[[int], tuple[str, bytes]]) -> float:
    """Files a second from people who hand in small ones at the same time."""
    from django.db import connection

    from vamco.kernel.record.files import public as files

    made = [make(n) for n in range(SMALL)]
    files.store(io.BytesIO(made[0][1]), name=made[0][0], terms=files.FROM_PEOPLE)

    def one(client: int) -> None:
        for n in range(client, SMALL, CLIENTS):
            name, content = made[n]
            files.store(io.BytesIO(content), name=name, terms=files.FROM_PEOPLE, owner=f"case:{client}")
        connection.close()

    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(one, range(CLIENTS)))
    return SMALL / (time.perf_counter() - begun)


def _inspection() -> float:
    """Milliseconds for one PDF in the process apart."""
    from vamco.kernel.record.files.adapters.inspection import sandbox
    from vamco.kernel.record.files.contracts import Kind

    with tempfile.TemporaryDirectory() as name:
        content = Path(name) / "a.pdf"
        content.write_bytes(_pdf(0)[1])
        return 1000 * _median(lambda: sandbox.inspect(Kind.PDF, content, content.with_suffix(".out")), 20)


def _large(folder: Path) -> tuple[float, float]:
    from vamco.kernel.record.files import public as files

    source = folder / "large"
    with source.open("wb") as out:
        for _ in range(LARGE // CHUNK):
            out.write(os.urandom(CHUNK))

    def ours() -> None:
        with source.open("rb") as stream:
            file = files.store(stream, name="large.bin")
        files.drop(file.pk)

    def theirs() -> None:
        copy, digest = folder / "copy", hashlib.sha256()
        with source.open("rb") as stream, copy.open("wb") as out:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        copy.unlink()

    turns = [(_seconds(ours), _seconds(theirs)) for _ in range(ROUNDS)]
    return statistics.median(turn[0] for turn in turns), statistics.median(turn[1] for turn in turns)


def _rendition() -> float:
    """Milliseconds for a photo of 4000 × 3000, as a phone writes it."""
    from PIL import Image, ImageFilter

    from vamco.kernel.record.files.adapters.inspection import sandbox
    from vamco.kernel.record.files.contracts import Kind

    with tempfile.TemporaryDirectory() as name:
        content = Path(name) / "a.jpg"
        scene = Image.effect_noise((1000, 750), 60).resize((4000, 3000)).filter(ImageFilter.GaussianBlur(2))
        Image.merge("RGB", (scene, scene.rotate(180), scene.transpose(Image.Transpose.FLIP_LEFT_RIGHT))).save(
            content, "JPEG", quality=90
        )
        return 1000 * _median(lambda: sandbox.inspect(Kind.JPEG, content, content.with_suffix(".out")), ROUNDS)


def _median(act: Callable[[], object], times: int) -> float:
    act()
    return statistics.median(_seconds(act) for _ in range(times))


def _seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun

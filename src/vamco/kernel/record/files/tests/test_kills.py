"""A process that is killed while it takes files in: nothing half is ever called a file."""

from __future__ import annotations

import hashlib
import random
import signal
import time
from pathlib import Path

import pytest

from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.jobs.tests import child
from vamco.kernel.record.files.models import Content, File
from vamco.kernel.record.files.rules.media import TAIL

STORING = """
import io
import os
from vamco.kernel.record.files import public as files
from vamco.kernel.record.files.adapters.inspection import sandbox
from vamco.kernel.record.files.tests import hostile

for n in range(10_000):
    picture = hostile.picture(size=(400 + n, 300), quality=95)
    file = files.store(io.BytesIO(picture), name=f"{n}.jpg", terms=files.FROM_PEOPLE, owner=f"case:{os.getpid()}")
    Path("server").write_text(str(sandbox._server[2].pid))
    with Path("told").open("a") as told:
        told.write(f"{file.pk}\\n")
"""


def kills(times: int, url: str, folder: Path, seed: int) -> None:
    draws = random.Random(seed)
    for _ in range(times):
        with child.start(STORING, url, folder) as process:
            before = len(child.lines(folder / "told"))
            end = time.monotonic() + 120
            while len(child.lines(folder / "told")) <= before:
                assert time.monotonic() < end, (folder / "child.log").read_text()
                assert process.poll() is None, (folder / "child.log").read_text()
                time.sleep(0.01)
            time.sleep(draws.uniform(0, 0.3))
            process.send_signal(signal.SIGKILL)
        _examine(folder)


def _examine(folder: Path) -> None:
    root = folder / "data" / "files"
    for content in Content.objects.all():
        path = root / content.pk[:2] / content.pk[2:]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == content.pk
        assert path.stat().st_size == content.size
    rows = {file.pk: file for file in File.objects.all()}
    assert all(file.rendition_id and file.content_id for file in rows.values())
    assert {int(line) for line in child.lines(folder / "told")} <= rows.keys()
    assert Entry.objects.filter(act="files.store").count() == len(rows)
    assert audit.verify() == {}
    server = Path("/proc") / (folder / "server").read_text()
    end = time.monotonic() + 60
    while server.exists() and b"inspection.server" in (server / "cmdline").read_bytes():
        assert time.monotonic() < end, "the inspecting process outlives the one that started it"
        time.sleep(0.02)


def test_killed_while_pictures_come_in(fresh_db: str, tmp_path: Path) -> None:
    kills(3, fresh_db, tmp_path, 1)


@pytest.mark.full
def test_killed_very_often(fresh_db: str, tmp_path: Path) -> None:
    kills(300, fresh_db, tmp_path, 2)


@pytest.mark.django_db
def test_a_large_stream_never_stands_in_memory() -> None:
    """300 MB go through with a few megabytes, whatever the terms."""
    import tracemalloc

    from vamco.kernel.record.files import public as files

    class Endless:
        left = 300 << 20

        def read(self, size: int = -1) -> bytes:
            take = min(size, self.left)
            self.left -= take
            return b"a" * take

    terms = files.Terms(frozenset({files.Kind.TEXT}), 400 << 20)
    tracemalloc.start()
    try:
        file = files.store(Endless(), name="a.txt", terms=terms)  # type: ignore[arg-type]
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert file.size == 300 << 20
    assert most < (8 << 20) + 4 * TAIL

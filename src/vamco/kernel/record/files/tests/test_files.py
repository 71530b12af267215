from __future__ import annotations

import datetime as dt
import errno
import hashlib
import io
import os
import signal
import subprocess
import threading
import time
import zipfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.jobs.tests import child
from vamco.kernel.record.files import public as files
from vamco.kernel.record.files.models import Content, File
from vamco.kernel.record.files.rules import media
from vamco.kernel.record.files.services import keeping
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import Missing, Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator


def store(content: bytes = b"x", name: str = "bao cao.txt", **more: Any) -> File:
    return files.store(io.BytesIO(content), name=name, **more)


@pytest.fixture
def root(settings: Any) -> Path:
    return Path(settings.VAMCO_DATA) / "files"


def on_disk(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


@pytest.mark.django_db
def test_a_file_is_what_was_stored(root: Path) -> None:
    content = os.urandom(3 << 20)
    agency = agencies.get("H53.04")
    file = store(content, "Báo cáo.pdf", agency=agency, by="7")
    digest = hashlib.sha256(content).hexdigest()
    assert (file.sha256, file.size, file.name, file.agency, file.stored_by) == (
        digest,
        3 << 20,
        "Báo cáo.pdf",
        agency,
        "7",
    )
    assert files.content_path(file).read_bytes() == content
    assert on_disk(root) == [f"{digest[:2]}/{digest[2:]}"]
    entry = Entry.objects.get(act="files.store", subject=f"file:{file.pk}")
    assert (entry.chain_id, entry.actor, entry.detail) == ("H53.04", "7", {"sha256": digest, "size": 3 << 20})


@pytest.mark.django_db
def test_one_content_under_two_names_is_on_disk_once(root: Path) -> None:
    one, two = store(b"same", "a.txt"), store(b"same", "b.txt")
    assert one.pk != two.pk
    assert len(on_disk(root)) == 1
    assert files.content_path(one) == files.content_path(two)


@pytest.mark.django_db
def test_storing_again_mends_a_content_that_was_damaged() -> None:
    path = files.content_path(store(b"same"))
    path.write_bytes(b"rot")
    assert files.content_path(store(b"same")).read_bytes() == b"same"


@pytest.mark.django_db
def test_a_content_that_is_not_here_is_missing() -> None:
    file = store()
    files.content_path(file).unlink()
    with pytest.raises(Missing) as missing:
        files.content_path(file)
    assert missing.value.code == "files.no_content"


NAMES = {
    "bao cao.txt": "bao cao.txt",
    "../../etc/passwd": "passwd",
    "..": "file",
    "": "file",
    " . ": "file",
    "/abs/olute.csv": "olute.csv",
    "C:\\Users\\a\\b.xlsx": "b.xlsx",
    "..\\..\\b.xlsx": "b.xlsx",
    ".htaccess": "htaccess",
    "a\x00b\nc\r.txt": "abc.txt",
    "exe\u202etxt.pdf": "exetxt.pdf",
    "e\u0301.txt": "é.txt",
    "dir/": "file",
    "ư" * 300 + ".pdf": "ư" * 251 + ".pdf",
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_is_a_label_and_never_a_path(name: str, root: Path) -> None:
    file = store(b"content", name)
    assert file.name == NAMES[name]
    digest = hashlib.sha256(b"content").hexdigest()
    assert on_disk(root) == [f"{digest[:2]}/{digest[2:]}"]


@given(name=st.text(max_size=400))
def test_no_name_leads_anywhere(name: str) -> None:
    kept = media.clean_name(name)
    assert 0 < len(kept) <= 255
    assert kept.isprintable()
    assert not set(kept) & {"/", "\\", "\0"}
    assert kept not in {".", ".."}


@pytest.mark.django_db
def test_a_file_that_is_too_large_leaves_nothing(root: Path) -> None:
    rows = File.objects.count()
    assert store(b"x" * 100, max_bytes=100).size == 100
    with pytest.raises(Refused) as refused:
        store(b"y" * 101, max_bytes=100)
    assert refused.value.code == "files.too_large"
    assert File.objects.count() == rows + 1
    assert len(on_disk(root)) == 1


class Breaking(io.BytesIO):
    """Gives a first part, then fails."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(b"x" * 10)
        self.error = error

    def read(self, size: int | None = -1) -> bytes:
        if chunk := super().read(size):
            return chunk
        raise self.error


@pytest.mark.django_db
@pytest.mark.parametrize("error", [ConnectionResetError(), KeyboardInterrupt(), ValueError()], ids=repr)
def test_an_upload_that_breaks_off_leaves_nothing(error: BaseException, root: Path) -> None:
    with pytest.raises(type(error)):
        files.store(Breaking(error), name="a")
    assert not File.objects.exists()
    assert on_disk(root) == []


@pytest.mark.django_db
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("step", ["mkdir", "fsync", "replace"])
def test_a_full_disk_has_a_clear_error(number: int, step: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(number, "No space left on device")

    monkeypatch.setattr(os if step == "fsync" else Path, step, full)
    with pytest.raises(Unavailable) as unavailable:
        store()
    assert unavailable.value.code == "files.disk_full"
    monkeypatch.undo()
    assert not File.objects.exists()
    assert on_disk(root) == []


@pytest.mark.django_db
def test_another_error_of_the_disk_is_not_called_full(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "replace", broken)
    with pytest.raises(OSError, match="Input/output"):
        store()


@pytest.fixture
def small_disk(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A disk of 64 kB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "none", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a small disk")
    settings.VAMCO_DATA = folder
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.django_db
def test_a_disk_that_is_really_full_keeps_what_it_has(small_disk: Path) -> None:
    file = store(b"a" * 4096)
    with pytest.raises(Unavailable) as unavailable:
        store(b"b" * (1 << 20))
    assert unavailable.value.code == "files.disk_full"
    assert File.objects.count() == 1
    assert files.content_path(file).read_bytes() == b"a" * 4096
    assert len(on_disk(small_disk / "files")) == 1
    assert store(b"c" * 4096).size == 4096  # there is room again


@pytest.mark.usefixtures("fresh_db")
def test_a_file_of_an_act_that_rolls_back_is_a_content_without_a_row(root: Path) -> None:
    with transaction.atomic():
        store()
        transaction.set_rollback(True)
    assert not File.objects.exists()
    assert len(on_disk(root)) == 1


KILLED = """
import io
from vamco.kernel.record.files import public as files

class Slow(io.RawIOBase):
    def read(self, size=-1):
        Path("reading").touch()
        time.sleep(0.05)
        return b"x" * 4096

files.store(Slow(), name="a")
"""


def test_a_process_that_is_killed_while_it_stores_leaves_no_row(fresh_db: str, tmp_path: Path) -> None:
    with child.start(KILLED, fresh_db, tmp_path) as process:
        end = time.monotonic() + 120
        while not on_disk(tmp_path / "data" / "files"):
            assert time.monotonic() < end, (tmp_path / "child.log").read_text()
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert not File.objects.exists()
    assert [name.split("/")[0] for name in on_disk(tmp_path / "data" / "files")] == ["incoming"]


OLD = time.time() - 3 * 86_400


@pytest.mark.django_db
def test_the_sweep_removes_what_is_old_and_has_no_row(root: Path) -> None:
    kept, orphan, young = (files.content_path(store(content)) for content in (b"kept", b"orphan", b"young"))
    kept_sha256 = hashlib.sha256(b"kept").hexdigest()
    File.objects.exclude(content=kept_sha256).delete()
    Content.objects.exclude(pk=kept_sha256).delete()
    part = root / "incoming" / "0123"
    part.touch()
    for path in (kept, orphan, part):
        os.utime(path, (OLD, OLD))
    (root / "incoming" / "4567").touch()
    assert keeping.sweep(dt.datetime.now(dt.UTC)) == 2
    assert on_disk(root) == sorted(
        path.relative_to(root).as_posix() for path in (kept, young, root / "incoming" / "4567")
    )
    assert keeping.sweep(dt.datetime.now(dt.UTC)) == 0


@pytest.mark.usefixtures("fresh_db")
def test_the_sweep_spares_an_old_content_that_just_gets_a_name(root: Path) -> None:
    path = files.content_path(store(b"again"))
    File.objects.all().delete()
    Content.objects.all().delete()
    swept: list[int] = []

    def sweep() -> None:
        swept.append(keeping.sweep(dt.datetime.now(dt.UTC)))
        connection.close()

    with transaction.atomic():
        store(b"again")
        os.utime(path, (OLD, OLD))  # as if the sweep had looked at the time before the content came again
        thread = threading.Thread(target=sweep)
        thread.start()
        thread.join()
    assert swept == [0]
    assert path.exists()


@pytest.mark.usefixtures("root")
def test_the_sweep_of_nothing_is_nothing() -> None:
    assert keeping.sweep(dt.datetime.now(dt.UTC)) == 0


def office(folder: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr(f"{folder}/document.xml", "<x/>")
    return packed.getvalue()


TYPES = {
    "pdf": (b"%PDF-1.7\n\x00", "application/pdf"),
    "png": (b"\x89PNG\r\n\x1a\n\x00", "image/png"),
    "jpeg": (b"\xff\xd8\xff\xe0", "image/jpeg"),
    "docx": (office("word"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (office("xl"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "zip": (office("other"), "application/zip"),
    "text": ("Tiếng Việt".encode(), "text/plain"),
    "nothing": (b"", "text/plain"),
    "program": (b"\x7fELF\x00", "application/octet-stream"),
    "text with a zero": (b"abc\x00", "application/octet-stream"),
    "no text": (b"\xff", "application/octet-stream"),
    "broken at the end": (b"abc\xc4", "application/octet-stream"),
    "a letter across the edge": (b"a" * (media.HEAD - 1) + "ệ".encode()[:1], "text/plain"),
    "late rubbish": (b"a" * 100 + b"\xff" + b"a" * 100, "application/octet-stream"),
}


@pytest.mark.parametrize("case", TYPES)
def test_a_content_says_itself_what_it_is(case: str) -> None:
    head, expected = TYPES[case]
    assert media.media_type(head) == expected


@given(st.binary(max_size=200))
def test_every_content_has_a_type(head: bytes) -> None:
    known = media.media_type(head)
    if known == "text/plain":
        head.decode()


@pytest.mark.django_db
def test_the_type_is_told_by_the_content_however_slowly_it_comes() -> None:
    class Drop(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(1 if size else size)

    stream: IO[bytes] = Drop(office("xl"))
    assert files.store(stream, name="a.txt").media_type == TYPES["xlsx"][1]


def test_what_is_refused_after_it_was_laid_down_leaves_nothing(root: Path, fresh_db: str) -> None:
    kept = store(b"kept before")
    before = on_disk(root)

    def refuse(content: bytes) -> None:
        with files.examined(io.BytesIO(content), name="a.txt") as ready, transaction.atomic():
            files.keep(ready)
            assert files.content_path(File.objects.latest("pk")).exists()
            raise Refused("test.no", "no")

    for content in (b"never", b"kept before"):  # the other file's content stays
        with pytest.raises(Refused):
            refuse(content)
        assert on_disk(root) == before
    assert files.content_path(kept).read_bytes() == b"kept before"


def test_what_somebody_else_is_just_keeping_stays(root: Path, fresh_db: str) -> None:
    """Both bring the same content; one is refused while the other has not committed yet."""

    def refuse() -> None:
        with pytest.raises(Refused), files.examined(io.BytesIO(b"same"), name="a.txt"):
            raise Refused("test.no", "no")
        connection.close()

    with files.examined(io.BytesIO(b"same"), name="b.txt") as ready, transaction.atomic():
        file = files.keep(ready)
        other = threading.Thread(target=refuse)
        other.start()
        other.join()
    assert files.content_path(file).read_bytes() == b"same"


def test_a_refusal_is_told_also_where_nothing_can_be_removed(
    root: Path, monkeypatch: pytest.MonkeyPatch, fresh_db: str
) -> None:
    monkeypatch.setattr("vamco.kernel.record.files.adapters.stores.disk.Disk.remove", _away)
    with pytest.raises(Refused), files.examined(io.BytesIO(b"x"), name="a.txt"):
        raise Refused("test.no", "no")
    assert len(on_disk(root)) == 1


def _away(*_: object) -> None:
    raise OSError(errno.EIO, "gone")

"""The process that inspects: what a file does to it stays there."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vamco.kernel.record.files.adapters.inspection import sandbox
from vamco.kernel.record.files.contracts import Finding, Kind
from vamco.lib.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

STUBBORN = "vamco.kernel.record.files.tests.stubborn"


@pytest.fixture
def stubborn(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    sandbox.close()
    monkeypatch.setattr(sandbox, "SERVER", STUBBORN)
    yield
    sandbox.close()


def look(kind: Kind, folder: Path) -> Finding:
    content = folder / f"content-{threading.get_ident()}"
    content.write_bytes(b"<a/>")
    return sandbox.inspect(kind, content, content.with_suffix(".out"))


def server() -> int:
    assert sandbox._server is not None
    return sandbox._server[2].pid


@pytest.mark.usefixtures("stubborn")
@pytest.mark.parametrize("kind", [Kind.PDF, Kind.XML, Kind.DOCX, Kind.XLSX, Kind.PNG])
def test_endless_slow_broken_and_greedy_inspections_end_as_too_heavy(kind: Kind, tmp_path: Path) -> None:
    """An endless loop, a sleep, a crash, 2 GB of memory, a rendition that is too large."""
    first = look(Kind.JPEG, tmp_path)
    assert look(kind, tmp_path).code == "too_heavy"
    after = look(Kind.JPEG, tmp_path)
    assert after.code == ""
    assert after.data["pid"] != first.data["pid"], "each file has a process of its own"


@pytest.mark.usefixtures("stubborn")
def test_one_slow_file_holds_up_no_other(tmp_path: Path) -> None:
    look(Kind.JPEG, tmp_path)
    slow = threading.Thread(target=look, args=(Kind.XML, tmp_path))
    slow.start()
    assert look(Kind.JPEG, tmp_path).code == ""
    assert slow.is_alive()
    slow.join()


def test_the_house_goes_on_when_the_inspecting_process_is_killed(tmp_path: Path) -> None:
    assert look(Kind.XML, tmp_path).code == ""
    first = server()
    os.kill(first, 9)
    assert sandbox._server is not None
    sandbox._server[2].wait()
    assert look(Kind.XML, tmp_path).code == ""
    assert server() != first


def test_the_inspecting_process_knows_no_secret_and_ends_with_us(tmp_path: Path) -> None:
    look(Kind.XML, tmp_path)
    pid = server()
    environment = Path(f"/proc/{pid}/environ").read_bytes()
    assert not [word for word in (b"SECRET", b"DATABASE", b"VAMCO_") if word in environment]
    sandbox.close()
    assert not Path(f"/proc/{pid}").exists()


def test_without_an_inspection_nothing_is_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox.close()

    def refuse(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(sandbox.socket, "send_fds", refuse)
    with pytest.raises(Unavailable) as unavailable:
        look(Kind.XML, tmp_path)
    assert unavailable.value.code == "files.no_inspection"
    sandbox.close()

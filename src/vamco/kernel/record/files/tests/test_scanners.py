"""The scanner's port, what waits for it, and what it finds later."""

from __future__ import annotations

import datetime as dt
import io
import os
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.record.files import public as files
from vamco.kernel.record.files.adapters.scanners import simulator
from vamco.kernel.record.files.adapters.scanners.clamd import Clamd
from vamco.kernel.record.files.models import Content, File
from vamco.kernel.record.files.services import keeping
from vamco.kernel.record.files.tests import hostile
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Forbidden, Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOBODY = "tcp://127.0.0.1:9"
NOW = dt.datetime(2026, 11, 22, 5, tzinfo=dt.UTC)


@pytest.fixture(params=["tcp", "unix"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The simulator, or the daemon that VAMCO_TEST_CLAMD names, which must do as well."""
    real = os.environ.get("VAMCO_TEST_CLAMD", "")
    if real.startswith(request.param):
        yield real
        return
    where = "tcp://127.0.0.1:0" if request.param == "tcp" else f"unix://{tmp_path}/clamd.ctl"
    with simulator.running(where) as found:
        yield found


CONTENTS = {
    "nothing": (b"", files.Scan.CLEAN),
    "text": ("Báo cáo".encode(), files.Scan.CLEAN),
    "large": (bytes(3 << 20), files.Scan.CLEAN),
    "EICAR": (hostile.EICAR, files.Scan.INFECTED),
}


@pytest.mark.parametrize("case", CONTENTS)
def test_a_scanner_says_what_is_clean(address: str, case: str) -> None:
    content, scan = CONTENTS[case]
    verdict = Clamd(address).scan(io.BytesIO(content))
    assert verdict.scan == scan
    assert verdict.scanner.startswith("ClamAV ")
    assert bool(verdict.found) is (scan == files.Scan.INFECTED)


def test_the_simulator_finds_what_lies_across_two_chunks(address: str) -> None:
    content = bytes((1 << 16) - 30) + hostile.EICAR + bytes(100)
    assert Clamd(address).scan(io.BytesIO(content)).found == simulator.FOUND


def test_a_content_beyond_the_scanner_limit_is_unscanned() -> None:
    with simulator.running(most=1 << 20) as found:
        assert Clamd(found).scan(io.BytesIO(bytes(8 << 20))).scan == files.Scan.UNSCANNED
        assert Clamd(found).scan(io.BytesIO(b"x")).scan == files.Scan.CLEAN


@pytest.mark.parametrize("command", [b"PING\n", b"nPING\n", b"zPING\0"])
def test_the_simulator_answers_as_clamd_does(command: bytes) -> None:
    with simulator.running() as found:
        host, port = found.removeprefix("tcp://").split(":")
        with socket.create_connection((host, int(port)), 5) as talk:
            talk.sendall(command)
            assert talk.recv(100).rstrip(b"\0\n") == b"PONG"


@pytest.mark.parametrize("answer", [b"", b"stream: ", b"nonsense\0", b"\xff\xfe\0", b"x" * 10_000, b"stream: FOUND\0"])
def test_a_scanner_that_talks_nonsense_has_not_scanned(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def talk() -> None:
            for _ in range(2):
                with suppress(OSError), listening.accept()[0] as caller:  # the other side may have hung up
                    caller.recv(100)
                    caller.sendall(answer)

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        verdict = Clamd(f"tcp://127.0.0.1:{listening.getsockname()[1]}").scan(io.BytesIO(b"x"))
        assert verdict.scan == files.Scan.UNSCANNED


def test_no_scanner_at_the_address_has_not_scanned(tmp_path: Path) -> None:
    for nobody in (NOBODY, f"unix://{tmp_path}/no.ctl"):
        assert Clamd(nobody).scan(io.BytesIO(b"x")).scan == files.Scan.UNSCANNED


@pytest.fixture
def owner() -> Any:
    found = people.add("Lê Thị Hoa")
    people.appoint(found, agencies.get("H53.04"), "department_official", since=dt.date(2025, 7, 1))
    return found


def upload(by: Any, content: bytes = b"content") -> File:
    return files.store(
        io.BytesIO(content), name="a.txt", terms=files.FROM_PEOPLE, by=str(by.pk), agency=agencies.get("H53.04")
    )


def again(file: File) -> File:
    return File.objects.get(pk=file.pk)


@pytest.mark.django_db
def test_while_the_scanner_is_away_a_file_waits_and_only_its_owner_has_it(owner: Any, settings: Any) -> None:
    settings.VAMCO_SCANNER = NOBODY
    file, other = upload(owner), people.add("Người khác")
    assert again(file).content.scan == files.Scan.UNSCANNED  # type: ignore[union-attr]
    assert files.served(file, to=owner).path.read_bytes() == b"content"
    for stranger in (other, None):
        with pytest.raises(Unavailable) as waits:
            files.served(file, to=stranger)
        assert waits.value.code == "files.not_scanned"

    assert keeping.look_again(NOW) == 0
    with simulator.running() as address:
        settings.VAMCO_SCANNER = address
        assert keeping.look_again(NOW) == 1
        assert keeping.look_again(NOW) == 0
    assert files.served(again(file), to=other).path.read_bytes() == b"content"


@pytest.mark.django_db
def test_without_a_scanner_files_are_given_out_and_said_to_be_unscanned(owner: Any, settings: Any) -> None:
    settings.VAMCO_SCANNER = ""
    file = upload(owner)
    assert files.served(file, to=None).name == "a.txt"
    assert again(file).content.scan == files.Scan.UNSCANNED  # type: ignore[union-attr]
    assert keeping.look_again(NOW) == 0


@pytest.mark.django_db
def test_what_is_found_later_is_given_to_nobody_and_stands_in_the_log(owner: Any, settings: Any) -> None:
    file, twin = upload(owner, hostile.EICAR), upload(owner, hostile.EICAR)  # before there was a scanner
    with simulator.running() as address:
        settings.VAMCO_SCANNER = address
        assert keeping.look_again(NOW) == 1
        for who in (owner, None):
            with pytest.raises(Forbidden) as forbidden:
                files.served(again(file), to=who)
            assert forbidden.value.code == "files.infected_later"
    told = Entry.objects.filter(act="files.find_infected").order_by("seq")
    assert [entry.subject for entry in told] == [f"file:{file.pk}", f"file:{twin.pk}"]
    assert {(entry.chain_id, entry.actor) for entry in told} == {("H53.04", "system")}
    settings.VAMCO_SCANNER = ""  # nor when the scanner is taken away, nor brought in once more
    with pytest.raises(Forbidden):
        files.served(again(file), to=owner)
    with pytest.raises(Refused) as refused:
        upload(owner, hostile.EICAR)
    assert refused.value.code == "files.infected"
    assert File.objects.count() == 2


@pytest.mark.django_db
def test_clean_contents_are_read_again_after_a_month(owner: Any, settings: Any) -> None:
    with simulator.running() as address:
        settings.VAMCO_SCANNER = address
        file = upload(owner)
        Content.objects.update(looked_at=NOW)
        assert keeping.look_again(NOW + dt.timedelta(days=29)) == 0
        assert keeping.look_again(NOW + dt.timedelta(days=31)) == 1
        assert keeping.look_again(NOW + dt.timedelta(days=31)) == 0
    settings.VAMCO_SCANNER = NOBODY  # silence does not make a clean content unscanned
    assert keeping.look_again(NOW + dt.timedelta(days=90)) == 0
    assert again(file).content.scan == files.Scan.CLEAN  # type: ignore[union-attr]


@pytest.mark.django_db
def test_one_content_that_is_too_large_for_the_scanner_does_not_hold_up_the_others(owner: Any, settings: Any) -> None:
    upload(owner, bytes(range(32, 127)) * 20_000)
    small = [upload(owner, f"{n}".encode()) for n in range(3)]
    with simulator.running(most=1 << 20) as address:
        settings.VAMCO_SCANNER = address
        assert keeping.look_again(NOW) == 3
        assert {again(file).content.scan for file in small} == {files.Scan.CLEAN}  # type: ignore[union-attr]
        assert keeping.look_again(NOW) == 0
    assert Content.objects.filter(scan=files.Scan.UNSCANNED).count() == 1

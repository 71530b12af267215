"""A disk that is full: clear words, nothing half written, and all goes on when there is room again."""

from __future__ import annotations

import html
import os
import re
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import conftest as databases
import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import OperationalError, connections
from django.test import Client

from tests.faults.running import until
from tests.faults.test_twice_and_at_once import batch, work
from vamco.cli import postgres
from vamco.cli.processes import Supervisor
from vamco.demo import log_ins
from vamco.demo.people import PASSWORD
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.audit.models import Entry as Audited
from vamco.kernel.base.events import public as events
from vamco.kernel.base.packs import public as packs
from vamco.kernel.record.files import public as files
from vamco.kernel.work.cases import public as cases
from vamco.lib.errors import Unavailable, VamcoError
from vamco.systems.desk.tests import made
from vamco.systems.hub import public as hub
from vamco.systems.hub.contracts import RunState
from vamco.systems.hub.models import Run
from vamco.systems.indicators.models import Settlement, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

MB = 1 << 20


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Give a disk of its own; skips where we may not mount one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0711", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"needs the right to mount a tmpfs: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


class Ballast:
    """A file that takes all the room there is."""

    def __init__(self, disk: Path) -> None:
        self.path = disk / "ballast"

    def fill(self, leave: int = 0) -> None:
        """Fill the disk but for so many bytes."""
        with self.path.open("ab", buffering=0) as file:
            for size in (MB, 4096, 1):
                with suppress(OSError):
                    while True:
                        file.write(bytes(size))
        if leave:
            os.truncate(self.path, self.path.stat().st_size - leave)

    def drop(self) -> None:
        self.path.unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    with small_disk(tmp_path / "disk", 24) as found:
        yield found


@pytest.fixture
def full(fresh_db: str, disk: Path, settings: Any) -> Ballast:
    settings.VAMCO_DATA = disk
    settings.VAMCO_TODAY = made.TODAY
    return Ballast(disk)


def files_on(disk: Path) -> set[Path]:
    return {path.relative_to(disk) for path in disk.rglob("*") if path.is_file() and path.name != "ballast"}


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def test_evidence_that_finds_no_room_is_refused_in_words_and_can_be_sent_again(full: Ballast, disk: Path) -> None:
    office, finance = made.person("office", made.OFFICE, "Bảo"), made.person("department_official", made.FINANCE, "Đức")
    case = made.directive(made.alarm(), office)
    cases.act(case.pk, "accept", by=finance)
    reader = made.reader(finance)
    before, entries = files_on(disk), Audited.objects.count()

    def report(language: str) -> Any:
        reader.cookies["vamco_language"] = language
        upload = SimpleUploadedFile("báo cáo.pdf", made.pdf(os.urandom(2 * MB)))
        form = {"seen": 2, "note": "Đã rà soát.", "evidence": upload}
        return reader.post(f"/desk/cases/{case.pk}?act=report", form)

    full.fill(leave=MB)  # the first part of it fits
    english = "The disk is full; nothing was stored."
    for language, words in (("vi", made.vietnamese(english)), ("en", english)):
        answer = report(language)
        assert answer.status_code == 503
        assert words in text(answer)
        assert "Đã rà soát." in text(answer)  # what was typed is not lost
    assert files_on(disk) == before
    assert (files.File.objects.count(), Audited.objects.count()) == (0, entries)
    assert cases.Case.objects.get(kind__code="directive").state == "accepted"

    full.drop()
    assert report("vi").status_code == 302
    assert cases.Case.objects.get(kind__code="directive").state == "reported"
    (file,) = cases.Entry.objects.get(act="report").files.all()
    assert files.content_path(file).stat().st_size == file.size
    assert audit.verify() == {}


@pytest.mark.parametrize("leave", [0, 64 << 10, 200 << 10])
def test_a_batch_that_finds_no_room_changes_nothing_and_comes_in_later(
    full: Ballast, disk: Path, tmp_path: Path, leave: int
) -> None:
    """Wherever the room ends, while the file is kept, checked or laid into the lake."""
    first = hub.receive("dkkd", batch(tmp_path))
    work()
    before, value = files_on(disk), current()
    larger = batch(tmp_path, count=4000, name="doanh-nghiep-2026-2.csv")

    full.fill(leave=leave)
    with pytest.raises(VamcoError) as met:
        hub.receive("dkkd", larger)
    assert isinstance(met.value, Unavailable), met.value.code
    assert met.value.code.endswith("disk_full"), met.value.code
    assert made.vietnamese(met.value.message)

    assert hub.relation("dkkd").rows == 5
    assert not Run.objects.filter(state__in=["running", "published"]).exclude(pk=first.id).exists()
    for run in Run.objects.filter(state="failed"):
        assert run.reason["code"].endswith("disk_full"), run.reason
    kept = {Path("files") / run.sha256[:2] / run.sha256[2:] for run in Run.objects.all()}
    assert files_on(disk) <= before | kept
    assert current() == value

    full.drop()
    run = hub.receive("dkkd", larger)
    work()
    assert run.state == RunState.PUBLISHED
    assert (hub.relation("dkkd").rows, current()) == (4000, 4000)
    assert (list(events.dead_letters()), audit.verify()) == ([], {})


def current() -> int:
    return int(Value.objects.get(indicator="DN01", period="2026-11-19", place="", agency="", known_to=None).value or 0)


def test_a_settlement_on_a_full_disk_needs_no_room(full: Ballast, tmp_path: Path) -> None:
    """It writes to the database alone, whose disk may be another."""
    hub.receive("dkkd", batch(tmp_path))
    full.fill()
    work()
    assert current() == 5
    assert Settlement.objects.filter(definition__code="DN01").count() == 1
    assert list(events.dead_letters()) == []


# PostgreSQL's own disk


@pytest.fixture
def cramped(
    worker_db: str, django_db_blocker: Any, tmp_path_factory: Any, settings: Any
) -> Iterator[tuple[Supervisor, Path]]:
    """A province whose PostgreSQL lives on a small disk, looked after as `vamco up` does."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    import tempfile

    home = Path(tempfile.mkdtemp(prefix="vamco-faults-"))
    home.chmod(0o711)
    limits = {"fsync": "off", "max_wal_size": "48MB", "min_wal_size": "32MB", "wal_recycle": "off"}
    with (
        small_disk(home / "disk", 220) as disk,
        postgres.reserved(disk / "pg", limits) as server,
        Supervisor() as supervisor,
    ):
        supervisor.start(server)
        with django_db_blocker.unblock():
            try:
                databases._use("vamco", server.url("owner"))
                call_command("migrate", verbosity=0)
                databases._use("vamco", server.url())
                settings.VAMCO_TODAY, settings.VAMCO_DEMO = made.TODAY, True
                packs.load(settings.VAMCO_PACK)
                log_ins.open_all()
                yield supervisor, disk
            finally:
                databases._use(worker_db, os.environ[databases.APP])
    home.joinpath("disk").rmdir()
    home.rmdir()


def test_when_the_database_finds_no_room_pages_say_so_and_nothing_is_lost(cramped: tuple[Supervisor, Path]) -> None:
    supervisor, disk = cramped
    ballast = Ballast(disk)
    ballast.fill(leave=4 * MB)
    done = 0
    refusals = set()
    for _ in range(4000):  # people go on working until nothing can be written any more
        answer = log_in()
        if answer.status_code == 302:
            done += 1
        else:
            refusals.add((answer.status_code, bool(re.search("cơ sở dữ liệu|đĩa", text(answer).lower()))))
            if refusals and done:
                break
        fill_rows()
    assert done > 0
    assert refusals <= {
        (503, True),
        (400, False),
    }  # the second is Django's own, when it is the session that finds no room
    for _ in range(3):  # fewer than a name has: an attempt that could not be taken back stays counted
        supervisor.look()
        assert log_in().status_code in {503, 302, 400}

    ballast.drop()

    def back() -> bool:
        supervisor.look()
        with suppress(OperationalError, psycopg.Error):
            return bool(log_in().status_code == 302)
        return False

    until(back, "the database to come back", 60)
    assert Audited.objects.filter(act="identity.log_in").count() >= done + 1
    assert audit.verify() == {}


def log_in() -> Any:
    connections[
        "default"
    ].close_if_unusable_or_obsolete()  # a server does so before each request, the test's client does not
    client = Client()
    client.raise_request_exception = False
    return client.post("/log-in", {"username": "ioc", "password": PASSWORD})


def fill_rows() -> None:
    """Other work that needs room, in the same database."""
    with suppress(OperationalError), connections["default"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_session (session_key, session_data, expire_date) "
            "SELECT md5(random()::text), repeat(md5(random()::text), 200), now() FROM generate_series(1, 200)"
        )

"""The embedded PostgreSQL: start, stop, crashes of either side, two owners, rights, secrets, letters."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import errors

from vamco.cli import cluster, ground, postgres
from vamco.cli.tests.conftest import NOBODY, gone, kill, until
from vamco.lib.errors import Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vamco.cli.tests.conftest import Owner

QUICK = {"fsync": "off"}
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts PostgreSQL as another user")


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    """One server for the tests that only ask it."""
    path = Path(tempfile.mkdtemp(prefix="vamco-cli-"))
    with postgres.running(path, QUICK) as running:
        with psycopg.connect(running.url("owner")) as connection:
            connection.execute("CREATE TABLE letter (id bigint GENERATED ALWAYS AS IDENTITY, text text)")
            connection.execute("CREATE SEQUENCE number")
        yield running
    shutil.rmtree(path)


def ask(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(question).fetchone()
        return row[0] if row else None


def write(owner: Owner) -> None:
    with psycopg.connect(owner.found["owner"]) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")


def kept(owner: Owner) -> object:
    return ask(owner.found["app"], "SELECT count(*) FROM kept")


# Life and death


def test_a_restart_keeps_the_rows_and_leaves_nothing_behind(own: Callable[[], Owner]) -> None:
    first = own()
    write(first)
    assert first.close() == 0
    assert gone(first.found["postmaster"])
    assert not Path(first.found["sockets"]).exists()
    second = own()
    assert kept(second) == 1
    assert second.found["app"] == first.found["app"]


def test_the_server_goes_when_its_owner_is_killed(own: Callable[[], Owner]) -> None:
    first = own()
    write(first)
    first.kill()
    until(lambda: gone(first.found["postmaster"]))
    assert kept(own()) == 1


def test_a_new_owner_need_not_wait_for_the_dead_one_s_server(own: Callable[[], Owner]) -> None:
    first = own()
    write(first)
    with psycopg.connect(first.found["app"]):  # a session makes the shutdown slower
        first.kill()
        second = own()
    assert kept(second) == 1
    assert gone(first.found["postmaster"])


def test_a_killed_server_starts_again_under_the_same_owner(own: Callable[[], Owner]) -> None:
    owner = own()
    write(owner)
    before = owner.found["postmaster"]
    kill(before)
    until(lambda: gone(before))
    until(lambda: not owner.ask("look")["alive"])
    assert owner.ask("start")["alive"]
    assert owner.found["postmaster"] != before
    assert kept(owner) == 1


def test_both_killed_at_once_and_the_number_taken_by_another_process(own: Callable[[], Owner], folder: Path) -> None:
    first = own()
    write(first)
    kill(first.found["postmaster"])  # first: it would hear of its owner's death, and end as it should
    first.process.kill()
    first.process.wait()
    until(lambda: gone(first.found["postmaster"]))
    # The number in the file may be anybody's by now: here the number of this test's own process.
    state = folder / "pgdata" / "postmaster.pid"
    state.write_text(re.sub(r"^\d+", str(os.getpid()), state.read_text()))
    assert kept(own()) == 1


def test_an_orphaned_session_is_ended_before_the_next_start(own: Callable[[], Owner]) -> None:
    first = own()
    write(first)
    with psycopg.connect(first.found["app"]) as busy:
        backend = busy.info.backend_pid
        busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 100000000000)")
        first.process.kill()
        kill(first.found["postmaster"])
        second = own()
        assert gone(backend)
        busy.pgconn.finish()
    assert kept(second) == 1


def test_a_second_owner_is_refused_and_the_first_goes_on(own: Callable[[], Owner]) -> None:
    first = own()
    write(first)
    second = own()
    assert second.found["refused"] == "postgres.in_use"
    assert str(first.process.pid) in second.found["says"]
    assert second.process.wait(120) == 1
    assert kept(first) == 1


def test_a_second_owner_in_the_same_process_is_refused_too(server: postgres.Server) -> None:
    with pytest.raises(Refused, match="is in use by another"), postgres.running(server.ground.home, QUICK):
        pytest.fail("two owners")
    assert server.alive()


def test_started_programs_do_not_hold_the_folder(own: Callable[[], Owner]) -> None:
    postmaster = own().found["postmaster"]
    held = [str(file.readlink()) for file in Path(f"/proc/{postmaster}/fd").iterdir()]
    assert held
    assert not [path for path in held if path.endswith("owner.lock")]


# Who may what


def test_nobody_else_can_reach_it(own: Callable[[], Owner], folder: Path) -> None:
    owner = own()
    for path, mode in ((owner.found["sockets"], 0o700), (folder / "pgdata", 0o700), (folder / "passwords.json", 0o600)):
        assert stat.S_IMODE(Path(path).stat().st_mode) == mode, path
    assert ask(owner.found["app"], "SHOW listen_addresses") == ""
    assert ask(owner.found["app"], "SELECT inet_server_addr()") is None
    assert Path(f"/proc/{owner.found['postmaster']}").stat().st_uid != 0


def test_passwords_are_needed_and_stay_secret(server: postgres.Server) -> None:
    for role in ("app", "owner"):
        url = server.url(role)
        password = url.split("@")[0].rsplit(":", 1)[1]
        assert len(password) >= 32
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url.replace(password, "guessed"))
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url.replace(f":{password}", ""))
        assert password not in server.log.path.read_text()
        for file in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):  # it may end meanwhile
                assert password.encode() not in file.read_bytes()


def test_nobody_logs_in_as_the_superuser(server: postgres.Server) -> None:
    for password in ("", "postgres"):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(server.url(), user="postgres", password=password)
    roles = "SELECT count(*) FROM pg_authid WHERE rolsuper"
    with pytest.raises(errors.InsufficientPrivilege):
        ask(server.url("owner"), roles)
    assert ask(server.url("owner"), "SELECT string_agg(rolname, ',') FROM pg_roles WHERE rolsuper") == "postgres"


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (n int)",
        "CREATE TEMP TABLE mine (n int)",
        "CREATE SCHEMA mine",
        "CREATE DATABASE mine",
        "CREATE ROLE mine",
        "CREATE EXTENSION pg_trgm",
        "DROP TABLE letter",
        "ALTER TABLE letter ADD COLUMN more text",
        "TRUNCATE letter",
        "CREATE INDEX ON letter (text)",
        "CREATE TRIGGER t BEFORE INSERT ON letter EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "SET ROLE vamco_owner",
    ],
)
def test_the_application_cannot(server: postgres.Server, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        ask(server.url(), statement)


def test_the_application_reads_and_writes_rows(server: postgres.Server) -> None:
    with psycopg.connect(server.url()) as connection:
        connection.execute("INSERT INTO letter (text) VALUES ('một'), ('hai')")
        connection.execute("UPDATE letter SET text = 'ba' WHERE text = 'hai'")
        connection.execute("DELETE FROM letter WHERE text = 'một'")
        assert connection.execute("SELECT text FROM letter").fetchall() == [("ba",)]
        assert connection.execute("SELECT nextval('number')").fetchone() == (1,)


def test_grants_hold_in_another_database_too(server: postgres.Server) -> None:
    with psycopg.connect(server.url("owner"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE other")
    server.grant("other")
    with psycopg.connect(server.url("owner", "other")) as connection:
        connection.execute("CREATE TABLE letter (n int)")
    assert ask(server.url("app", "other"), "SELECT count(*) FROM letter") == 0
    with pytest.raises(errors.InsufficientPrivilege):
        ask(server.url("app", "other"), "DROP TABLE letter")


# Letters


def test_vietnamese_letters_have_cases_and_parts(server: postgres.Server) -> None:
    assert ask(server.url(), "SELECT lower('ĐĂNG KÝ ƯỚC Ở')") == "đăng ký ước ở"
    assert ask(server.url(), "SELECT upper('đất nước')") == "ĐẤT NƯỚC"
    assert ask(server.url(), "SELECT datcollate FROM pg_database WHERE datname = current_database()") == "C.UTF-8"
    with psycopg.connect(server.url("owner")) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE EXTENSION unaccent")
    assert ask(server.url(), "SELECT 'đ' = ANY (show_trgm('đ')) OR similarity('đường', 'đường') = 1") is True
    assert ask(server.url(), "SELECT similarity('đường', 'xyz')") == 0
    assert ask(server.url(), "SELECT unaccent('Đường')") == "Duong"


# Trouble


def test_a_half_made_cluster_is_made_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise Unavailable("test.stop", "stopped half-way")

    with monkeypatch.context() as patch:
        patch.setattr(cluster, "_single_user", stop)
        with pytest.raises(Unavailable, match="half-way"), postgres.running(folder, QUICK):
            pytest.fail("it started half-made")
    assert (folder / "pgdata.new").exists()
    assert not (folder / "pgdata").exists()
    with postgres.running(folder, QUICK) as server:
        assert ask(server.url(), "SELECT 1") == 1
    assert not (folder / "pgdata.new").exists()


def test_lost_passwords_are_made_anew(folder: Path) -> None:
    with postgres.running(folder, QUICK) as server:
        before = server.url()
    (folder / "passwords.json").write_text("{}")
    with postgres.running(folder, QUICK) as server:
        assert server.url() != before
        assert ask(server.url(), "SELECT 1") == 1
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(before)


def test_another_version_s_cluster_is_refused_untouched(folder: Path) -> None:
    with postgres.running(folder, QUICK):
        pass
    version = folder / "pgdata" / "PG_VERSION"
    version.write_text("15\n")
    with pytest.raises(Refused, match="made by PostgreSQL 15, and this is PostgreSQL 18"):
        postgres.running(folder, QUICK).__enter__()
    version.write_text("18\n")
    with postgres.running(folder, QUICK) as server:
        assert server.alive()


def test_a_setting_that_postgres_does_not_know_is_told_with_its_last_words(folder: Path) -> None:
    with pytest.raises(Unavailable, match="unrecognized configuration parameter"):
        postgres.running(folder, {**QUICK, "no_such_setting": "1"}).__enter__()
    with postgres.running(folder, QUICK) as server:
        assert server.alive()


@pytest.mark.parametrize("planted", ["open to others", "a link"])
def test_a_socket_folder_that_somebody_planted_is_refused(folder: Path, planted: str) -> None:
    place = ground.survey(folder)
    if planted == "a link":
        place.sockets.symlink_to(folder)
    else:
        place.sockets.mkdir()
        place.sockets.chmod(0o777)
    try:
        with pytest.raises(Refused, match="remove it and try again"):
            postgres.running(folder, QUICK).__enter__()
        assert place.sockets.is_symlink() == (planted == "a link")  # it is left for its owner to see
    finally:
        place.sockets.unlink() if planted == "a link" else place.sockets.rmdir()


@as_root
def test_a_socket_folder_of_another_user_is_refused(folder: Path) -> None:
    place = ground.survey(folder)
    place.sockets.mkdir(0o700)
    os.chown(place.sockets, NOBODY, NOBODY)
    with pytest.raises(Refused, match="remove it and try again"):
        postgres.running(folder, QUICK).__enter__()
    place.sockets.rmdir()


@as_root
def test_a_full_disk_is_told_and_room_heals_it(folder: Path) -> None:
    small = folder / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m,mode=755", "none", small], check=False).returncode != 0:
        pytest.skip("this machine does not let root mount")
    try:
        with pytest.raises(Unavailable, match="No space left on device"):
            postgres.running(small, QUICK).__enter__()
        subprocess.run(["mount", "-o", "remount,size=300m", small], check=True)
        with postgres.running(small, QUICK) as server:
            assert ask(server.url(), "SELECT 1") == 1
    finally:
        subprocess.run(["umount", small], check=True)


# As root


@as_root
def test_a_folder_that_postgres_cannot_reach_gets_a_substitute(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(0o700)
    wanted = closed / "data"
    with postgres.running(wanted, QUICK) as server:
        home = server.ground.home
        assert home.parent == ground.STATE
        assert ask(server.url(), "SELECT 1") == 1
    try:
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert ground.data_folder(wanted) == home
        assert (wanted / "elsewhere").read_text().strip() == str(home)
    finally:
        shutil.rmtree(home)
    with pytest.raises(Refused, match="is not there"):
        ground.data_folder(wanted)


@as_root
def test_an_ordinary_user_s_cluster_stays_theirs_when_root_starts_it(folder: Path) -> None:
    with postgres.running(folder, QUICK):
        pass
    for path in [folder / "pgdata", *(folder / "pgdata").rglob("*")]:
        os.chown(path, NOBODY, NOBODY)
    with postgres.running(folder, QUICK) as server:
        assert server.ground.user == (NOBODY, NOBODY)
        assert ask(server.url(), "SELECT 1") == 1
    assert {path.stat().st_uid for path in (folder / "pgdata").rglob("*")} == {NOBODY}
